//! Which builtin functions a policy may call. The rest is refused when the policy is compiled (see [`super::scan`]) and
//! made to fail when it runs, should it get there by a way that the scan does not know.
//!
//! Allowed is what depends on nothing but its arguments. What may build far more than it is given is wrapped: the size of
//! arguments and results is limited for each call and for the whole evaluation, which bounds memory.

use std::cell::Cell;

use regorus::unstable::{BUILTINS, BuiltinFcn, Expr, Ref, Source, Span};
use regorus::{Engine, Value};

/// Why a builtin is refused.
const FORBIDDEN: &[(&str, &str)] = &[
    ("graph.reachable_paths", "its result can be exponentially large"),
    ("http.send", "it reaches the network"),
    ("io.jwt.decode_verify", "it reads the clock"),
    ("net.cidr_expand", "its result can be very large"),
    ("net.lookup_ip_addr", "it reaches the network"),
    ("opa.runtime", "it reads the environment"),
    ("rand.intn", "it is random"),
    ("rego.metadata.chain", "it depends on how the policy was loaded"),
    ("rego.metadata.rule", "it depends on how the policy was loaded"),
    ("test.sleep", "it reads the clock"),
    ("time.clock", "it can read the machine's time zone"),
    ("time.date", "it can read the machine's time zone"),
    ("time.diff", "it can read the machine's time zone"),
    ("time.format", "it can read the machine's time zone"),
    ("time.now_ns", "it reads the clock; the instant of the decision is `input.at`"),
    ("time.weekday", "it can read the machine's time zone"),
    ("trace", "it exists only under OPA; use `print`"),
    ("uuid.rfc4122", "it is random"),
];

/// Builtins whose work and result grow no faster than their arguments.
const PLAIN: &[&str] = &[
    "abs",
    "array.reverse",
    "array.slice",
    "base64.decode",
    "base64.is_valid",
    "base64url.decode",
    "bits.and",
    "bits.negate",
    "bits.or",
    "bits.rsh",
    "bits.xor",
    "ceil",
    "contains",
    "count",
    "endswith",
    "floor",
    "glob.match",
    "glob.quote_meta",
    "graph.reachable",
    "hex.decode",
    "indexof",
    "indexof_n",
    "intersection",
    "__builtin_sets.intersection",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "json.filter",
    "json.is_valid",
    "json.remove",
    "lower",
    "max",
    "min",
    "net.cidr_contains",
    "net.cidr_is_valid",
    "object.filter",
    "object.get",
    "object.keys",
    "object.remove",
    "object.subset",
    "regex.is_valid",
    "regex.match",
    "regex.template_match",
    "round",
    "semver.compare",
    "semver.is_valid",
    "sort",
    "startswith",
    "strings.any_prefix_match",
    "strings.any_suffix_match",
    "strings.count",
    "strings.reverse",
    "substring",
    "sum",
    "time.add_date",
    "time.parse_duration_ns",
    "time.parse_ns",
    "time.parse_rfc3339_ns",
    "to_number",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_space",
    "trim_suffix",
    "type_name",
    "units.parse",
    "units.parse_bytes",
    "upper",
    "urlquery.decode",
    "urlquery.decode_object",
    "walk",
];

/// Builtins that may build more than they are given, and how much more.
const WRAPPED: &[(&str, Growth)] = &[
    ("__builtin_sets.union", Growth::Sum),
    ("array.concat", Growth::Sum),
    ("base64.encode", Growth::Sum),
    ("base64url.encode", Growth::Sum),
    ("base64url.encode_no_pad", Growth::Sum),
    ("bits.lsh", Growth::Shift),
    ("concat", Growth::Product),
    ("format_int", Growth::Sum),
    ("hex.encode", Growth::Sum),
    ("json.marshal", Growth::Sum),
    ("json.marshal_with_options", Growth::Sum),
    ("json.unmarshal", Growth::Sum),
    ("numbers.range", Growth::Range),
    ("numbers.range_step", Growth::Range),
    ("object.union", Growth::Sum),
    ("object.union_n", Growth::Sum),
    ("product", Growth::Sum),
    ("regex.find_all_string_submatch_n", Growth::Sum),
    ("regex.find_n", Growth::Sum),
    ("regex.replace", Growth::Product),
    ("regex.split", Growth::Sum),
    ("replace", Growth::Product),
    ("split", Growth::Sum),
    ("sprintf", Growth::Format),
    ("strings.replace_n", Growth::Product),
    ("union", Growth::Sum),
    ("urlquery.encode", Growth::Sum),
    ("urlquery.encode_object", Growth::Sum),
];

/// How the size of a result depends on the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Growth {
    /// At most some constant times their sum.
    Sum,
    /// At most their product.
    Product,
    /// The numbers say it.
    Range,
    /// Two to the last number.
    Shift,
    /// The widths in the first text say it.
    Format,
}

/// Largest arguments, and largest result, of one wrapped call.
const CALL_WEIGHT: usize = 16 << 20;
/// The largest sum of the results of all wrapped calls of an evaluation.
const TOTAL_WEIGHT: usize = 512 << 20;
/// What a value weighs beside its text.
const NODE_WEIGHT: usize = 16;
/// Most elements of a range.
const RANGE: i64 = 1_000_000;
/// Most bits of a shift.
const SHIFT: i64 = 4096;

/// What the scan may know of a builtin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// It may be called with so many arguments.
    Allowed(usize),
    /// With any number.
    Variadic,
    /// It may not, and why.
    Forbidden(&'static str),
}

/// What is said of the builtin `name`; `None` where there is none.
pub(super) fn rule(name: &str) -> Option<Rule> {
    if name == "print" {
        return Some(Rule::Variadic);
    }
    if let Some((_, reason)) = FORBIDDEN.iter().find(|(forbidden, _)| *forbidden == name) {
        return Some(Rule::Forbidden(reason));
    }
    let allowed = PLAIN.contains(&name) || WRAPPED.iter().any(|(wrapped, _)| *wrapped == name);
    BUILTINS.get(name).filter(|_| allowed).map(|(_, arity)| Rule::Allowed(usize::from(*arity)))
}

/// All builtins that may be called, for suggestions.
pub(super) fn allowed<'a>() -> impl Iterator<Item = &'a str> {
    PLAIN.iter().copied().chain(WRAPPED.iter().map(|(name, _)| *name)).chain(["print"])
}

thread_local! {
    /// What the wrapped calls of this thread's evaluation may still build.
    static BUDGET: Cell<usize> = const { Cell::new(0) };
}

/// Opens a new budget; an evaluation has a thread of its own and calls this first.
pub(super) fn open_budget() {
    BUDGET.set(TOTAL_WEIGHT);
}

/// Puts the limits around what may grow, and failure in the place of what is forbidden.
///
/// # Errors
/// A text, where the engine refuses; this does not depend on the policy.
pub(super) fn install(engine: &mut Engine) -> Result<(), String> {
    let source = Source::from_contents("builtin".to_owned(), " ".to_owned()).map_err(|error| error.to_string())?;
    let span = Span { source, line: 1, col: 1, start: 0, end: 0 };
    for (name, reason) in FORBIDDEN {
        let arity = BUILTINS.get(name).map_or(1, |(_, arity)| *arity);
        let span = span.clone();
        let refuse = move |_: Vec<Value>| Err(span.error(&format!("`{name}` is not available: {reason}")));
        engine.add_extension((*name).to_owned(), arity, Box::new(refuse)).map_err(|error| error.to_string())?;
    }
    for (name, growth) in WRAPPED {
        let Some((function, arity)) = BUILTINS.get(name) else { continue };
        let wrapped = wrap(name, *growth, (*function, *arity), &span);
        engine.add_extension((*name).to_owned(), *arity, Box::new(wrapped)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// `function` inside its limits. The engine hands values only to an extension; the expressions serve the builtin's
/// messages alone.
fn wrap(
    name: &'static str,
    growth: Growth,
    (function, arity): BuiltinFcn,
    span: &Span,
) -> impl regorus::Extension + 'static {
    let span = span.clone();
    let null = || Ref::new(Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 });
    let expressions: Vec<Ref<Expr>> = (0..arity).map(|_| null()).collect();
    move |arguments: Vec<Value>| {
        if let Err(message) = admit(growth, &arguments) {
            return Err(span.error(&format!("`{name}` {message}")));
        }
        match function(&span, &expressions, &arguments, true) {
            Ok(result) => match spend(&result) {
                Ok(()) => Ok(result),
                Err(message) => Err(span.error(&format!("`{name}` {message}"))),
            },
            // The position would be ours, not the policy's; the engine adds that one.
            Err(error) => Err(span.error(super::policy::message_of(&error.to_string()))),
        }
    }
}

/// Whether a call may begin.
fn admit(growth: Growth, arguments: &[Value]) -> Result<(), String> {
    let mut sum = 0_usize;
    let mut product = 1_usize;
    for argument in arguments {
        let weight = weight(argument, CALL_WEIGHT).ok_or("is given too much")?;
        sum = sum.saturating_add(weight);
        product = product.saturating_mul(weight.div_ceil(NODE_WEIGHT));
    }
    if sum > CALL_WEIGHT {
        return Err("is given too much".to_owned());
    }
    let number = |at: usize| arguments.get(at).and_then(|value| value.as_i64().ok());
    let fits = match growth {
        Growth::Sum => true,
        Growth::Product => product <= CALL_WEIGHT,
        // A number beyond 64 bits, or none at all, is the builtin's to refuse, and it does before it builds anything.
        Growth::Range => match (number(0), number(1)) {
            (Some(from), Some(to)) => from.checked_sub(to).is_some_and(|length| (-RANGE..=RANGE).contains(&length)),
            _ => false,
        },
        Growth::Shift => number(1).is_some_and(|bits| (0..=SHIFT).contains(&bits)),
        Growth::Format => {
            arguments.first().and_then(|format| format.as_string().ok()).is_none_or(|format| !wide(format))
        }
    };
    if fits { Ok(()) } else { Err("would build too much".to_owned()) }
}

/// Whether a format asks for a width or a precision of more than three digits.
fn wide(format: &str) -> bool {
    let mut digits = 0_usize;
    let mut directive = false;
    for byte in format.bytes() {
        match byte {
            b'%' => (directive, digits) = (!directive, 0),
            b'0'..=b'9' => digits = digits.saturating_add(1),
            b'*' if directive => return true,
            b'.' | b'+' | b'-' | b'#' | b' ' => digits = 0,
            _ => (directive, digits) = (false, 0),
        }
        if directive && digits > 3 {
            return true;
        }
    }
    false
}

/// Takes a result from the budget.
fn spend(result: &Value) -> Result<(), &'static str> {
    let weight = weight(result, CALL_WEIGHT).ok_or("builds too much")?;
    let left = BUDGET.get().checked_sub(weight).ok_or("builds too much with all calls before it")?;
    BUDGET.set(left);
    Ok(())
}

/// The weight of a value, shared parts counted as often as they occur; `None` above `limit`.
pub(super) fn weight(value: &Value, limit: usize) -> Option<usize> {
    let mut sum = 0_usize;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        sum = sum.saturating_add(NODE_WEIGHT);
        match value {
            Value::String(text) => sum = sum.saturating_add(text.len()),
            Value::Array(items) => open.extend(items.iter()),
            Value::Set(items) => open.extend(items.iter()),
            Value::Object(fields) => open.extend(fields.iter().flat_map(|(key, value)| [key, value])),
            _ => {}
        }
        if sum > limit || open.len().saturating_mul(NODE_WEIGHT) > limit {
            return None;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::{BUILTINS, FORBIDDEN, PLAIN, WRAPPED, wide};
    use std::collections::BTreeSet;

    #[test]
    fn every_builtin_of_the_engine_is_judged_once() {
        let tables =
            PLAIN.iter().copied().chain(WRAPPED.iter().map(|row| row.0)).chain(FORBIDDEN.iter().map(|row| row.0));
        let mut judged = BTreeSet::new();
        for name in tables {
            assert!(judged.insert(name), "`{name}` is judged twice");
        }
        let there: BTreeSet<&str> = BUILTINS.keys().copied().collect();
        let unjudged: Vec<_> = there.difference(&judged).collect();
        assert!(unjudged.is_empty(), "no row says what to do with {unjudged:?}");
        let gone: Vec<_> =
            PLAIN.iter().chain(WRAPPED.iter().map(|row| &row.0)).filter(|name| !there.contains(*name)).collect();
        assert!(gone.is_empty(), "the engine does not have {gone:?}");
    }

    #[test]
    fn wide_formats_are_seen() {
        assert!(wide("%100000d") && wide("a %.99999f") && wide("%*d") && wide("%%%1000s"));
        assert!(!wide("%d of 100000, 100% sure") && !wide("%5.2f%%") && !wide("plain 123456"));
    }
}

//! Types: what does not agree, what may be missing, what is not known when the plan is made.

use crate::base::literal::LiteralError;
use crate::base::schema::{Refinement, Ty};
use crate::base::span::Span;
use crate::diag::{Code, Diagnostic, codes};

use super::super::expr::{Const, Expr, ExprKind};
use super::super::infer::{By, Reach};
use super::super::model::CheckParam;
use super::super::types::{self, phrase};
use super::{listed, shown};

/// A value of one type where another is wanted.
pub(in crate::hir) fn mismatch(expr: &Expr, want: &Ty, by: By<'_>, text: &str) -> Diagnostic {
    if let Ty::Optional(inner) = &expr.ty
        && types::agrees(inner, want)
    {
        return possibly_missing(expr.span, text, &expr.ty);
    }
    if *want == Ty::Bool && expr.ty == Ty::Result {
        let diagnostic =
            Diagnostic::new(codes::RESULT_AS_VALUE, expr.span, format!("{by} wants a `Bool`, and this is a result"))
                .label("pass, fail or error");
        return diagnostic.help(match expr.kind {
            ExprKind::Quantifier { .. } => "write a quantifier over values as a macro, as in `list.exists(x, …)`",
            _ => "combine results with `&&`, `||` and `!`, outside of values",
        });
    }
    if matches!(want, Ty::Bool | Ty::Result) {
        return not_a_condition(expr, &by.to_string(), text);
    }
    let diagnostic = Diagnostic::new(
        codes::MISMATCHED_TYPES,
        expr.span,
        format!("{by} wants {}, this is {}", phrase(types::plain(want)), phrase(&expr.ty)),
    );
    let want = types::plain(want);
    match (want, &expr.ty, &expr.kind) {
        (Ty::List(item), have, _)
            if (types::agrees(have, item) || types::is_text(have) && types::is_text(item)) && shown(text).is_some() =>
        {
            diagnostic.help(format!("write a list: `[{text}]`")).fix("write a list", expr.span, format!("[{text}]"))
        }
        (want, Ty::Int | Ty::Decimal | Ty::Bool, ExprKind::Const(_))
            if types::is_text(want) && shown(text).is_some() =>
        {
            diagnostic.help(format!("write a text: `\"{text}\"`")).fix(
                "put it in quotes",
                expr.span,
                format!("\"{text}\""),
            )
        }
        (Ty::Decimal, Ty::Int, ExprKind::Const(Const::Int(number))) => {
            diagnostic.help(format!("write `{number}.0`")).fix("write a decimal", expr.span, format!("{number}.0"))
        }
        (Ty::Decimal, Ty::Int, _) => diagnostic.help("convert it: `double(x)`"),
        (Ty::Int | Ty::Decimal, Ty::Text, ExprKind::Const(Const::Text(digits))) if is_number(digits, want) => {
            diagnostic.help(format!("leave out the quotes: `{digits}`")).fix(
                "leave out the quotes",
                expr.span,
                digits.to_string(),
            )
        }
        (Ty::Int, Ty::Decimal, ExprKind::Const(_)) => diagnostic.help("write a whole number"),
        (Ty::Int, Ty::Decimal, _) => diagnostic.help("convert it, which cuts the fraction off: `int(x)`"),
        (Ty::Refined(refinement), have, _) if types::is_text(have) => {
            let name = refinement.name();
            diagnostic.help(format!("write it as a literal, or declare where it comes from as `{name}`"))
        }
        (Ty::Enum(name), Ty::Text, ExprKind::Const(Const::Text(word))) => {
            let values = crate::base::schema::enum_values(name);
            if values.contains(&&**word) {
                diagnostic.help(format!("write the word without quotes: `{word}`")).fix(
                    "leave out the quotes",
                    expr.span,
                    word.to_string(),
                )
            } else {
                diagnostic.help(format!("write one of {}, without quotes", listed(values.iter().copied())))
            }
        }
        (_, Ty::Null, _) => diagnostic.help("leave the argument out; `null` is a value of `Json` only"),
        (_, Ty::Result, _) => diagnostic.help("combine results with `&&`, `||` and `!`, outside of values"),
        _ => diagnostic.help(format!("give it {}, as in `{}`", phrase(want), example(want))),
    }
}

/// Whether a text spells a number of that type.
fn is_number(text: &str, ty: &Ty) -> bool {
    if *ty == Ty::Int { text.parse::<i64>().is_ok() } else { text.contains('.') && text.parse::<f64>().is_ok() }
}

/// How a value of a type is written.
pub(in crate::hir) fn example(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "true".to_owned(),
        Ty::Int => "3".to_owned(),
        Ty::Decimal => "1.5".to_owned(),
        Ty::List(item) => format!("[{}]", example(item)),
        Ty::Enum(name) => crate::base::schema::enum_values(name).first().copied().unwrap_or("word").to_owned(),
        Ty::Refined(refinement) => match refinement {
            Refinement::Path => "\"app/auth.py\"",
            Refinement::Glob | Refinement::Files => "\"app/**/*.py\"",
            Refinement::Regex => "\"md5\\\\(\"",
            Refinement::Symbol => "\"Auth.verify\"",
            Refinement::Key => "\"server.port\"",
            Refinement::Version => "\"1.2.3\"",
            Refinement::VersionReq => "\">=1.2, <2\"",
            Refinement::Digest => "\"sha256:…\"",
            Refinement::Date => "2027-03-31",
            Refinement::Timestamp => "\"2027-03-31T12:00:00Z\"",
            Refinement::Duration => "30d",
            Refinement::Url => "\"https://example.com\"",
        }
        .to_owned(),
        _ => "\"text\"".to_owned(),
    }
}

/// Something that is neither `Bool` nor result where one is wanted.
pub(in crate::hir) fn not_a_condition(expr: &Expr, by: &str, text: &str) -> Diagnostic {
    let by = if by.len() <= 2 { format!("`{by}`") } else { by.to_owned() };
    let diagnostic = Diagnostic::new(
        codes::NOT_A_CONDITION,
        expr.span,
        format!("{by} wants a condition, this is {}", phrase(&expr.ty)),
    );
    let x = shown(text).unwrap_or("x");
    diagnostic.help(match &expr.ty {
        Ty::Optional(_) => format!("no value is true by being there: ask `has({x})`"),
        Ty::List(item) if matches!(**item, Ty::Row(_)) => {
            format!("say what is true of the rows, as in `any x in {x}` or `no x in {x}`")
        }
        Ty::List(_) => format!("no value is true by itself: ask `{x}.size() > 0`"),
        Ty::Int => format!("no value is true by itself: ask `{x} != 0`"),
        Ty::Text => format!("no value is true by itself: ask `{x} != \"\"`"),
        _ => "compare it, as in `x == y`".to_owned(),
    })
}

pub(in crate::hir) fn possibly_missing(span: Span, text: &str, ty: &Ty) -> Diagnostic {
    let x = shown(text).unwrap_or("x");
    let name = shown(text).map_or("this value".to_owned(), |text| format!("`{text}`"));
    Diagnostic::new(codes::POSSIBLY_MISSING, span, format!("{name} may be missing")).label(format!("`{ty}`")).help(
        match types::plain(ty) {
            Ty::Row(_) => format!("ask first, as in `has({x}) && …`, or select from it: `{x}.?column.orValue(…)`"),
            _ => format!("ask first, as in `has({x}) && …`, or give a default: `{x}.orValue(…)`"),
        },
    )
}

pub(in crate::hir) fn always_given(span: Span, text: &str, ty: &Ty) -> Diagnostic {
    let name = shown(text).map_or("this value".to_owned(), |text| format!("`{text}`"));
    Diagnostic::new(codes::NOT_OPTIONAL, span, format!("{name} is always given"))
        .label(format!("`{ty}`, not `{ty}?`"))
        .help("leave out `has`; for a key of a document ask `row.has(\"key\")`")
}

pub(in crate::hir) fn needless_or_value(span: Span, text: &str, ty: &Ty) -> Diagnostic {
    let name = shown(text).map_or("this value".to_owned(), |text| format!("`{text}`"));
    Diagnostic::new(codes::NOT_OPTIONAL, span, format!("{name} is always given, `orValue` has nothing to replace"))
        .help(match ty {
            Ty::Row(_) => "select a column that may be missing before it, as in `x.?y.orValue(z)`",
            _ => "leave out `.orValue(…)`",
        })
}

pub(in crate::hir) fn has_of_expression(span: Span) -> Diagnostic {
    Diagnostic::new(codes::NOT_OPTIONAL, span, "`has` takes a column or the name of a parameter")
        .help("write `has(row.column)` or `has(parameter)`")
}

pub(in crate::hir) fn optional_method(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::NO_SUCH_OVERLOAD, span, format!("`.?` selects a column, `{name}` is called"))
        .help(format!("ask `has(…)` first, then call `.{name}(…)`"))
}

/// An operator between types that it does not know.
pub(in crate::hir) fn no_overload(op_span: Span, op: &str, left: &Expr, right: &Expr) -> Diagnostic {
    let (l, r) = (&left.ty, &right.ty);
    let mixed = matches!((l, r), (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int));
    if mixed {
        let diagnostic = Diagnostic::new(codes::MIXED_NUMBERS, op_span, format!("`{op}` does not mix `{l}` and `{r}`"));
        let int = if *l == Ty::Int { left } else { right };
        return match &int.kind {
            ExprKind::Const(Const::Int(number)) => {
                diagnostic.help(format!("write `{number}.0`")).fix("write a decimal", int.span, format!("{number}.0"))
            }
            _ => diagnostic.help("convert one side: `double(x)` or `int(x)`"),
        };
    }
    let diagnostic = Diagnostic::new(
        codes::NO_SUCH_OVERLOAD,
        op_span,
        format!("`{op}` does not take {} and {}", phrase(l), phrase(r)),
    )
    .also(left.span, phrase(l))
    .also(right.span, phrase(r));
    let help = match (op, l, r) {
        ("in", _, right) if types::is_text(right) => Some("ask `text.contains(part)`; `in` is for lists".to_owned()),
        ("in", ..) => Some("write a list on the right, as in `x in [a, b]`".to_owned()),
        ("<" | "<=" | ">" | ">=", left, right) if types::own_order(left) != types::own_order(right) => {
            let order = if types::own_order(left) { left } else { right };
            Some(format!(
                "a text has no order as `{}`: read it as one, as in `row.version(key)`, or write a literal",
                types::plain(order)
            ))
        }
        ("<" | "<=" | ">" | ">=", Ty::Enum(_), _) => {
            Some("words of an enum have no order; ask `x in [a, b]`".to_owned())
        }
        ("+", left, right) if types::is_text(left) || types::is_text(right) => {
            Some("turn the other side into a text: `string(x)`".to_owned())
        }
        ("==" | "!=", Ty::Enum(name), Ty::Text) | ("==" | "!=", Ty::Text, Ty::Enum(name)) => Some(format!(
            "write one of {} without quotes",
            listed(crate::base::schema::enum_values(name).iter().copied())
        )),
        ("==" | "!=", Ty::Null, _) | ("==" | "!=", _, Ty::Null) => {
            Some("`null` is a value of `Json` only; ask `has(x)` whether something is given".to_owned())
        }
        ("==" | "!=", Ty::Row(_), Ty::Row(_)) => Some("compare columns of the rows".to_owned()),
        ("<" | "<=" | ">" | ">=", left, right) if left == right => {
            Some("only numbers, texts, versions and times have an order".to_owned())
        }
        ("==" | "!=" | "<" | "<=" | ">" | ">=", ..) => Some("compare values of one type".to_owned()),
        ("+", ..) => Some("it takes two numbers of one type, two texts or two lists".to_owned()),
        _ => Some("it takes two numbers of one type".to_owned()),
    };
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

pub(in crate::hir) fn no_unary(span: Span, op: &str, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::NO_SUCH_OVERLOAD, span, format!("`{op}` does not take {}", phrase(ty)))
        .help("it takes an `Int` or a `Decimal`")
}

pub(in crate::hir) fn no_function_overload(span: Span, function: &str, value: &Expr) -> Diagnostic {
    Diagnostic::new(codes::NO_SUCH_OVERLOAD, span, format!("`{function}` does not take {}", phrase(&value.ty))).help(
        match function {
            "size" => "it takes a text or a list",
            "string" => "it takes a text, a number, a `Bool` or a word of an enum",
            _ => "it takes a number or a text",
        },
    )
}

pub(in crate::hir) fn arms_disagree(yes: &Expr, no: &Expr) -> Diagnostic {
    Diagnostic::new(
        codes::MISMATCHED_TYPES,
        no.span,
        format!("the arms of `?:` are {} and {}", phrase(&yes.ty), phrase(&no.ty)),
    )
    .also(yes.span, phrase(&yes.ty))
    .help("give both arms one type")
}

pub(in crate::hir) fn result_as_value(span: Span, place: &str) -> Diagnostic {
    Diagnostic::new(codes::RESULT_AS_VALUE, span, format!("{place} wants a plain value, and this is a result"))
        .label("pass, fail or error")
        .help("combine results with `&&`, `||` and `!`, as in `cond && a || !cond && b`")
}

pub(in crate::hir) fn not_indexable(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(codes::NO_SUCH_OVERLOAD, span, format!("`[]` does not take {}", phrase(ty)))
        .help("only a list has elements by number")
}

pub(in crate::hir) fn not_callable(span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_CHECK, span, "this cannot be called")
        .help("call a check, a relation or a method by its name")
}

pub(in crate::hir) fn not_constant(span: Span, by: By<'_>) -> Diagnostic {
    Diagnostic::new(codes::NOT_CONSTANT, span, format!("{by} wants a value that is known when the rules compile"))
        .help("write a literal or the name of a `param`")
}

pub(in crate::hir) fn computed_scope(span: Span, ty: &Ty, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::NOT_CONSTANT,
        span,
        format!("the argument `{name}` is computed, and a `{ty}` must be known before any file is read"),
    )
    .help("write a literal, a parameter, or the variable of a quantifier over a list parameter")
}

pub(in crate::hir) fn out_of_reach(span: Span, reach: Reach) -> Diagnostic {
    match reach {
        Reach::Parameters => Diagnostic::new(codes::NOT_CONSTANT, span, "`require` speaks of parameters only")
            .help("say what must be true of the code in `holds`"),
        Reach::Document => Diagnostic::new(codes::NOT_CONSTANT, span, "a rule speaks of its document only")
            .help("ask of `predicate`; what must be true of code is said by a `check` or an `assert`"),
        _ => Diagnostic::new(codes::NOT_CONSTANT, span, "this is known only when the rules run")
            .help("write a literal or the name of a `param`"),
    }
}

pub(in crate::hir) fn not_iterable(span: Span, ty: &Ty) -> Diagnostic {
    Diagnostic::new(
        codes::NOT_ITERABLE,
        span,
        format!("a quantifier ranges over rows or a list, this is {}", phrase(ty)),
    )
    .help("name a relation, a row's own list, or a list parameter, as in `every f in functions(\"src/**\") { … }`")
}

pub(in crate::hir) fn quantifier_over_macro(span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::NOT_ITERABLE,
        span,
        "a quantifier ranges over a relation itself, not over what is made of it",
    )
    .help("move the condition into `where`, as in `every x in S where P { Q }`")
}

pub(in crate::hir) fn quantifier_over_expression(span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::NOT_ITERABLE,
        span,
        "a quantifier ranges over a relation, a row's own list, or a list parameter",
    )
    .help("give the list a name: a `param` of the package or a parameter of the check")
}

pub(in crate::hir) fn every_without_body(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_FIELD, span, "`every` says nothing of its rows")
        .help("add a body, as in `every x in S { x.name != \"\" }`; use `any` to ask for one row")
}

pub(in crate::hir) fn all_on_relation(name: Span, whole: Span, fix: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::ALL_ON_RELATION, name, "`.all` on a relation holds of nothing at all")
        .help("use `every x in S { … }`, which is an error where nothing is selected");
    match fix {
        Some(text) => diagnostic.fix("use `every`", whole, text),
        None => diagnostic,
    }
}

pub(in crate::hir) fn macro_arguments(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::ARGUMENT_COUNT, span, format!("`{name}` takes a variable and an expression"))
        .help(format!("write `list.{name}(x, …)`"))
}

pub(in crate::hir) fn macro_variable(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::ARGUMENT_COUNT, span, format!("the first argument of `{name}` is the name of its variable"))
        .help(format!("write `list.{name}(x, …)`"))
}

pub(in crate::hir) fn misplaced_on(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_EXPRESSION, span, "`attacker on asset` stands in `mitigates` only")
        .help("name it there: `mitigates: [attacker on asset]`")
}

pub(in crate::hir) fn code_pattern(span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNSUPPORTED_DECLARATION, span, "code patterns are not part of this version")
        .help("match text with `matches(scope, regex)`, or ask structure with `calls(scope)`")
}

pub(in crate::hir) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(codes::LIMIT, span, format!("this expression is nested deeper than {limit} levels"))
        .help("write a part of it as a check of its own")
}

/// A check's argument without name.
pub(in crate::hir) fn positional_argument(
    span: Span,
    check: &str,
    param: Option<&CheckParam>,
    params: &[CheckParam],
) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::POSITIONAL_ARGUMENT, span, format!("the arguments of the check `{check}` are named"));
    match param {
        Some(param) => diagnostic.help(format!("write `{}: …`", param.name)).fix(
            format!("name the parameter `{}`", param.name),
            span.before(),
            format!("{}: ", param.name),
        ),
        None if params.is_empty() => diagnostic.help(format!("`{check}` takes no arguments")),
        None => diagnostic.help(format!("its parameters are {}", listed(params.iter().map(|param| &*param.name)))),
    }
}

pub(in crate::hir) fn missing_argument(
    name_span: Span,
    check: &str,
    param: &CheckParam,
    doc: Option<&str>,
) -> Diagnostic {
    let name = &param.name;
    let diagnostic = Diagnostic::new(
        codes::MISSING_ARGUMENT,
        name_span,
        format!("the check `{check}` wants the argument `{name}`, {}", phrase(&param.ty)),
    );
    let purpose = doc.and_then(|doc| doc.lines().next()).filter(|line| !line.trim().is_empty());
    diagnostic.help(match purpose {
        Some(line) => format!("add `{name}: …`; `{check}` says: {}", line.trim().trim_end_matches('.')),
        None => format!("add `{name}: …`"),
    })
}

pub(in crate::hir) fn named_argument(span: Span, name: &str, signature: &str) -> Diagnostic {
    Diagnostic::new(codes::NAMED_ARGUMENT, span, format!("arguments of `{signature}` have no names"))
        .help("leave out the name: relations and functions take their arguments by place")
        .fix(format!("leave out `{name}:`"), span, "")
}

pub(in crate::hir) fn argument_count(
    name: Span,
    extra: Option<Span>,
    given: usize,
    signature: &str,
    params: &[(&'static str, Ty)],
) -> Diagnostic {
    let wants = match params.len() {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        count => format!("{count} arguments"),
    };
    Diagnostic::new(codes::ARGUMENT_COUNT, extra.unwrap_or(name), format!("`{signature}` takes {wants}, {given} given"))
        .help(format!("write `{signature}`"))
}

pub(in crate::hir) fn unmet_requirement(span: Span, check: &str, otherwise: &str) -> Diagnostic {
    Diagnostic::new(
        codes::UNMET_REQUIREMENT,
        span,
        format!("these arguments of the check `{check}` do not go together"),
    )
    .help(otherwise)
}

/// The code of a refinement's family.
fn literal_code(refinement: Refinement) -> Code {
    match refinement {
        Refinement::Path | Refinement::Glob | Refinement::Files => codes::BAD_FILES,
        Refinement::Regex => codes::BAD_REGEX,
        Refinement::Symbol => codes::BAD_SYMBOL,
        Refinement::Key => codes::BAD_KEY,
        Refinement::Version | Refinement::VersionReq => codes::BAD_VERSION,
        Refinement::Digest => codes::BAD_DIGEST,
        Refinement::Date | Refinement::Timestamp | Refinement::Duration => codes::BAD_TIME,
        Refinement::Url => codes::BAD_URL,
    }
}

/// A literal that is not what its place wants; the span lies inside it.
pub(in crate::hir) fn bad_literal(span: Span, refinement: Refinement, error: &LiteralError) -> Diagnostic {
    let diagnostic = Diagnostic::new(literal_code(refinement), span, error.message.clone())
        .label(format!("read as `{}`", refinement.name()));
    match &error.help {
        Some(help) => diagnostic.help(help.clone()),
        None if refinement == Refinement::Regex => {
            diagnostic.help("mend the pattern; a `\\` before a character takes its special meaning away")
        }
        None => diagnostic.help(format!("write a `{}`", refinement.name())),
    }
}

/// A constant that came from elsewhere and is not what its place wants.
pub(in crate::hir) fn bad_constant(span: Span, refinement: Refinement, text: &str, error: &LiteralError) -> Diagnostic {
    let mut diagnostic = bad_literal(span, refinement, error);
    if let Some(text) = shown(text) {
        diagnostic.primary.message = format!("`{text}`, read as `{}`", refinement.name());
    }
    diagnostic
}

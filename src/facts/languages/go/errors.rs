//! Where Go code handles errors: `if err != nil { … }`, `errors.Is`, `errors.As`, a switch over an error, `recover()`.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::super::model::{Handler, Range};
use super::super::treesitter::{Builder, CallSite, Found, Part, Source, last_segment, named_children, range, words};
use super::named_type;
use crate::base::limits;

/// Old predicates of package `os` and the errors that they stand for.
const PREDICATES: &[(&str, &str)] = &[
    ("os.IsNotExist", "os.ErrNotExist"),
    ("os.IsExist", "os.ErrExist"),
    ("os.IsPermission", "os.ErrPermission"),
    ("os.IsTimeout", "os.ErrDeadlineExceeded"),
];

/// Whether a symbol names an error: `err`, `readErr`, `resp.Err`, `rows.Err()`.
fn names_error(symbol: &str) -> bool {
    let last = last_segment(symbol.trim_end_matches("()"));
    words(last).any(|word| matches!(word.as_str(), "err" | "error" | "errs" | "errors")) || last == "e"
}

/// What a condition says of errors.
#[derive(Default)]
struct Tested {
    /// `err != nil` stands in it.
    failed: bool,
    /// `err == nil` stands in it.
    succeeded: bool,
    /// `err == io.EOF`.
    kinds: Vec<Arc<str>>,
}

fn test<'t>(builder: &mut Builder<'t>, condition: Node<'t>) -> Tested {
    let mut tested = Tested::default();
    let mut pending = vec![(condition, 0)];
    while let Some((node, depth)) = pending.pop() {
        if depth > limits::SYNTAX_NESTING {
            break;
        }
        match node.kind() {
            "parenthesized_expression" | "unary_expression" => {
                pending.extend(named_children(node).into_iter().map(|child| (child, depth + 1)));
            }
            "expression_list" => pending.extend(named_children(node).into_iter().map(|child| (child, depth + 1))),
            "binary_expression" => {
                let operator = node.child_by_field_name("operator").map(|it| it.kind()).unwrap_or_default();
                let sides = (node.child_by_field_name("left"), node.child_by_field_name("right"));
                let (Some(left), Some(right)) = sides else { continue };
                match operator {
                    "&&" | "||" => pending.extend([(right, depth + 1), (left, depth + 1)]),
                    "!=" | "==" => {
                        let (subject, other) = if left.kind() == "nil" { (right, left) } else { (left, right) };
                        let symbol = builder.source.symbol(subject);
                        if !names_error(&symbol) {
                            continue;
                        }
                        match (operator, other.kind()) {
                            ("!=", "nil") => tested.failed = true,
                            (_, "nil") => tested.succeeded = true,
                            ("==", _) => tested.kinds.extend(builder.source.plain_symbol(other)),
                            _ => {}
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    tested
}

fn is_empty(block: Node<'_>) -> bool {
    named_children(block).is_empty()
}

/// An `if`: the branch that runs where there is an error must hold something.
pub(super) fn condition<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (Some(condition), Some(branch)) = (found.part(Part::Condition), found.part(Part::Branch)) else { return };
    let tested = test(builder, condition);
    let otherwise = found.node.child_by_field_name("alternative");
    let handles = (tested.failed || !tested.kinds.is_empty()) && !is_empty(branch)
        || tested.succeeded && otherwise.is_some_and(|block| block.kind() != "block" || !is_empty(block));
    if handles {
        let span = Range::new(found.node.start_byte(), condition.end_byte());
        // Where a kind and `err != nil` stand together, the kind is what the branch is for.
        builder.handler(tested.kinds, span);
    }
}

/// `switch err { case io.EOF: … }`, `switch e := err.(type) { case *PathError: … }`, `switch { case err != nil: … }`.
pub(super) fn switch<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let value = found.node.child_by_field_name("value");
    let subject = value.map(|value| builder.source.symbol(value));
    let cases: Vec<Node<'t>> =
        named_children(found.node).into_iter().filter(|child| child.kind().ends_with("_case")).collect();
    let Some(subject) = subject else {
        for case in cases {
            let Some(condition) = case.child_by_field_name("value") else { continue };
            let tested = test(builder, condition);
            if (tested.failed || !tested.kinds.is_empty()) && case.named_child_count() > 1 {
                let span = Range::new(case.start_byte(), condition.end_byte());
                builder.handler(tested.kinds, span);
            }
        }
        return;
    };
    if !names_error(&subject) {
        return;
    }
    let mut kinds = Vec::new();
    let mut all = false;
    for case in cases {
        match case.kind() {
            "default_case" => all = true,
            "type_case" => {
                let mut cursor = case.walk();
                let types: Vec<Node<'t>> = case.children_by_field_name("type", &mut cursor).collect();
                kinds.extend(types.into_iter().filter_map(|ty| named_type(ty, &builder.source)));
            }
            _ => {
                for kind in case.child_by_field_name("value").map(named_children).unwrap_or_default() {
                    if kind.kind() != "nil" {
                        kinds.extend(builder.source.plain_symbol(kind));
                    }
                }
            }
        }
    }
    let end = value.map_or(found.node.start_byte(), |value| value.end_byte());
    let span = Range::new(found.node.start_byte(), end);
    let catches_all = all || kinds.is_empty();
    builder.facts.handlers.push(Handler { errors: kinds, catches_all, caught: Vec::new(), owner: None, span });
}

/// `errors.Is(err, ErrX)`, `errors.As(err, &target)`, `errors.AsType[T](err)`, `recover()`.
pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let span = range(site.node);
    let arguments = site.arguments();
    match (&*site.callee, arguments.as_slice()) {
        ("recover", []) => builder.handler(Vec::new(), span),
        ("errors.Is" | "xerrors.Is", [_, kind]) => {
            let kinds: Vec<Arc<str>> = builder.source.plain_symbol(*kind).into_iter().collect();
            named(builder, kinds, span);
        }
        ("errors.As" | "xerrors.As", [_, target]) => {
            let kinds: Vec<Arc<str>> = target_type(builder, *target).into_iter().collect();
            named(builder, kinds, span);
        }
        // Go 1.26: `errors.AsType[*PathError](err)`, which reads as a conversion, so that its argument is no list.
        ("errors.AsType", _) => {
            let ty = builder.source.text(site.function).split_once('[').map_or("", |(_, ty)| ty);
            let ty = ty.trim_end_matches(']').trim().trim_start_matches('*');
            let named_so = !ty.is_empty() && ty.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            let kinds = if named_so { vec![builder.source.intern(ty)] } else { Vec::new() };
            named(builder, kinds, span);
        }
        (predicate, [_]) => {
            if let Some((_, kind)) = PREDICATES.iter().find(|(known, _)| *known == predicate) {
                let kinds = vec![builder.source.intern(kind)];
                named(builder, kinds, span);
            }
        }
        _ => {}
    }
}

/// A handler of these kinds and no other, also where the kind is no name.
fn named(builder: &mut Builder<'_>, errors: Vec<Arc<str>>, span: Range) {
    builder.facts.handlers.push(Handler { errors, catches_all: false, caught: Vec::new(), owner: None, span });
}

/// How far above a call the declaration of its target is looked for, bytes.
const DECLARATION_REACH: usize = 2048;

/// The type of `&target`, from the nearest `var target *T` or `target := &T{}` above.
fn target_type(builder: &mut Builder<'_>, target: Node<'_>) -> Option<Arc<str>> {
    let operand = target.child_by_field_name("operand").filter(|it| it.kind() == "identifier")?;
    let name = builder.source.text(operand);
    let (from, until) = (target.start_byte().saturating_sub(DECLARATION_REACH), target.start_byte());
    let above = window(&builder.source, from, until);
    let declared = above.lines().rev().find_map(|line| {
        let line = line.trim_start();
        let rest = line.strip_prefix("if ").unwrap_or(line);
        let by_var =
            rest.strip_prefix("var ").and_then(|rest| rest.strip_prefix(name)).filter(|rest| rest.starts_with(' '));
        let by_value = || rest.strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix(":="));
        by_var.or_else(by_value)
    })?;
    let ty = declared.trim_start().trim_start_matches(['*', '&']);
    let ty = ty.strip_prefix("new(").unwrap_or(ty);
    let end = ty.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(ty.len());
    let ty = ty.get(..end).filter(|ty| !ty.is_empty())?;
    Some(builder.source.intern(ty))
}

/// The text between two places, from the next boundary of a character on.
fn window<'t>(source: &Source<'t>, from: usize, until: usize) -> &'t str {
    (from..until)
        .take(4)
        .map(|from| source.slice(Range::new(from, until)))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

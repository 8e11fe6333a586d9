//! What a policy must not hold, found on the engine's syntax tree before anything runs: other packages, forbidden or
//! unknown functions, recursion, and forms that the engine accepts and answers wrongly. Does not evaluate.
//!
//! The tree is walked with an explicit stack and a depth limit, since a policy is foreign text.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;
use regorus::unstable::{Expr, Import, Literal, Module, Query, Rule, RuleHead, Span};

use super::builtins;
use super::policy::{Package, PolicyError};
use crate::base::suggest;

/// Most rules of a policy; with [`DEPTH`] and the stack of [`super::isolate`] it keeps the engine's recursion in bounds.
const RULES: usize = 1000;
/// Deepest nesting of an expression.
const DEPTH: usize = 200;

/// Checks a parsed policy.
pub(super) fn scan(module: &Module, package: Package) -> Result<(), PolicyError> {
    let own = dotted(&module.package.refr).unwrap_or_default();
    if own != package.name() {
        let message = format!("the policy is package `{own}`, expected `{}`", package.name());
        return Err(error(start(&module.package.refr), message));
    }
    if module.policy.len() > RULES {
        let message = format!("the policy has {} rules, at most {RULES} are read", module.policy.len());
        return Err(error(start(&module.package.refr), message));
    }
    let mut scan = Scan { package, functions: BTreeMap::new(), calls: BTreeMap::new(), aliases: BTreeMap::new() };
    for import in &module.imports {
        scan.import(import)?;
    }
    scan.declarations(module)?;
    for rule in &module.policy {
        scan.rule(rule)?;
    }
    scan.recursion()
}

struct Scan {
    package: Package,
    /// The policy's own functions and where each is defined.
    functions: BTreeMap<String, Span>,
    /// Which rule calls which functions.
    calls: BTreeMap<String, BTreeSet<String>>,
    /// What an import calls by another name.
    aliases: BTreeMap<String, String>,
}

/// A part of the tree that is still to be looked at.
enum Part<'a> {
    Expr(&'a Expr),
    Query(&'a Query),
}

impl Scan {
    fn import(&mut self, import: &Import) -> Result<(), PolicyError> {
        let path = dotted(&import.refr).unwrap_or_default();
        let known = path == "rego.v1"
            || path == "future.keywords"
            || path.starts_with("future.keywords.")
            || path == "input"
            || path.starts_with("input.")
            || self.own_path(&path).is_some();
        if !known {
            let message = format!("`{path}` cannot be imported: a policy sees `input` and its own package");
            return Err(error(&import.span, message));
        }
        if let Some(local) = path.rsplit('.').next() {
            let local = import.r#as.as_ref().map_or_else(|| local.to_owned(), |alias| alias.text().to_owned());
            self.aliases.insert(local, path);
        }
        Ok(())
    }

    /// Collects the functions, and asks that the entry is a rule with a value.
    fn declarations(&mut self, module: &Module) -> Result<(), PolicyError> {
        let mut decides = false;
        for rule in &module.policy {
            let (refr, is_function, has_value) = match &**rule {
                Rule::Spec { head: RuleHead::Func { refr, .. }, .. } => (refr, true, false),
                Rule::Spec { head: RuleHead::Set { refr, .. }, .. } => (refr, false, false),
                Rule::Spec { head: RuleHead::Compr { refr, .. }, .. } => (refr, false, true),
                Rule::Default { refr, args, .. } => (refr, !args.is_empty(), args.is_empty()),
            };
            let name = dotted(refr).unwrap_or_default();
            if name == "decision" {
                if !has_value {
                    return Err(error(start(refr), "`decision` is not a rule with one value"));
                }
                decides = true;
            }
            if is_function {
                if builtins::rule(&name).is_some() {
                    return Err(error(start(refr), format!("`{name}` is a builtin function; name yours otherwise")));
                }
                self.functions.entry(name).or_insert_with(|| start(refr).clone());
            }
        }
        if decides {
            return Ok(());
        }
        let message = "the policy has no rule `decision`; write `decision := {\"level\": ..., \"denials\": ...}`";
        Err(error(start(&module.package.refr), message))
    }

    fn rule(&mut self, rule: &Rule) -> Result<(), PolicyError> {
        let mut open: Vec<(Part<'_>, usize)> = Vec::new();
        let name = match rule {
            Rule::Spec { head, bodies, .. } => {
                let (refr, assign) = match head {
                    RuleHead::Compr { refr, assign, .. } => (refr, assign.as_ref()),
                    RuleHead::Set { refr, key, .. } => {
                        open.extend(key.iter().map(|key| (Part::Expr(key), 0)));
                        (refr, None)
                    }
                    RuleHead::Func { refr, args, assign, .. } => {
                        open.extend(args.iter().map(|argument| (Part::Expr(argument), 0)));
                        (refr, assign.as_ref())
                    }
                };
                open.extend(assign.iter().map(|assign| (Part::Expr(&assign.value), 0)));
                for body in bodies {
                    open.extend(body.assign.iter().map(|assign| (Part::Expr(&assign.value), 0)));
                    open.push((Part::Query(&body.query), 0));
                }
                // The head's own reference may hold computed keys: `deny[level(x)]`.
                head_keys(refr, &mut open);
                dotted_prefix(refr)
            }
            Rule::Default { refr, value, .. } => {
                open.push((Part::Expr(value), 0));
                dotted_prefix(refr)
            }
        };
        while let Some((part, depth)) = open.pop() {
            match part {
                Part::Expr(expr) => {
                    if depth > DEPTH {
                        return Err(error(expr.span(), format!("this is nested more than {DEPTH} deep")));
                    }
                    self.expr(&name, expr, depth.saturating_add(1), &mut open)?;
                }
                Part::Query(query) => statements(query, depth.saturating_add(1), &mut open)?,
            }
        }
        Ok(())
    }

    fn expr<'a>(
        &mut self,
        rule: &str,
        expr: &'a Expr,
        depth: usize,
        open: &mut Vec<(Part<'a>, usize)>,
    ) -> Result<(), PolicyError> {
        let mut push = |expr: &'a Expr| open.push((Part::Expr(expr), depth));
        match expr {
            Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|item| push(item)),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    push(key);
                    push(value);
                }
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                push(term);
                open.push((Part::Query(query), depth));
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                push(key);
                push(value);
                open.push((Part::Query(query), depth));
            }
            Expr::Call { fcn, params, .. } => {
                for argument in params {
                    push(argument);
                }
                self.call(rule, start(fcn), &dotted(fcn).unwrap_or_default(), params)?;
            }
            Expr::UnaryExpr { expr, .. } => push(expr),
            Expr::BinExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => {
                push(lhs);
                push(rhs);
            }
            Expr::Membership { key, value, collection, .. } => {
                if let Some(key) = key {
                    push(key);
                }
                push(value);
                push(collection);
            }
            Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Var { .. } => {
                let mut base = expr;
                loop {
                    match base {
                        Expr::RefDot { refr, .. } => base = refr,
                        Expr::RefBrack { refr, index, .. } => {
                            push(index);
                            base = refr;
                        }
                        _ => break,
                    }
                }
                if !matches!(base, Expr::Var { .. }) {
                    push(base);
                }
                self.reference(expr)?;
            }
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => {}
        }
        Ok(())
    }

    /// A reference that is not called: only its own package under `data`, and no forbidden function.
    fn reference(&self, expr: &Expr) -> Result<(), PolicyError> {
        let path = dotted_prefix(expr);
        if path == "data" || path.starts_with("data.") {
            if self.own_path(&path).is_none() {
                let message = format!("`{path}` is not there: a policy sees `input` and its own package");
                return Err(error(start(expr), message));
            }
        } else if let Some(builtins::Rule::Forbidden(reason)) = builtins::rule(&path) {
            return Err(error(start(expr), format!("`{path}` is not available to a policy: {reason}")));
        }
        Ok(())
    }

    fn call(
        &mut self,
        rule: &str,
        span: &Span,
        written: &str,
        params: &[regorus::unstable::Ref<Expr>],
    ) -> Result<(), PolicyError> {
        let (head, rest) = written.split_once('.').map_or((written, None), |(head, rest)| (head, Some(rest)));
        let path = match (self.aliases.get(head), rest) {
            (Some(path), Some(rest)) => format!("{path}.{rest}"),
            (Some(path), None) => path.clone(),
            (None, _) => written.to_owned(),
        };
        let name = self.own_path(&path).unwrap_or(&path);
        if self.functions.contains_key(name) {
            self.calls.entry(rule.to_owned()).or_default().insert(name.to_owned());
            return Ok(());
        }
        let arity = match builtins::rule(name) {
            Some(builtins::Rule::Allowed(arity)) => arity,
            Some(builtins::Rule::Variadic) => return Ok(()),
            Some(builtins::Rule::Forbidden(reason)) => {
                return Err(error(span, format!("`{name}` is not available to a policy: {reason}")));
            }
            None => {
                let known = builtins::allowed().chain(self.functions.keys().map(String::as_str));
                let hint = suggest::nearest(name, known).map(|near| format!(", did it mean `{near}`?"));
                return Err(error(span, format!("there is no function `{name}`{}", hint.unwrap_or_default())));
            }
        };
        if name == "walk" {
            return walk(span, params);
        }
        if params.len() == arity {
            return Ok(());
        }
        if params.len() == arity.saturating_add(1) {
            let message = format!("`{name}` is called with its result as last argument; write `x := {name}(...)`");
            return Err(error(span, message));
        }
        let arguments = if arity == 1 { "argument" } else { "arguments" };
        Err(error(span, format!("`{name}` takes {arity} {arguments}, here are {}", params.len())))
    }

    /// No function may call itself by any way; the longest chain of calls is bounded by the number of rules.
    fn recursion(&self) -> Result<(), PolicyError> {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for (start, span) in &self.functions {
            let mut path: Vec<&str> = Vec::new();
            // `None` leaves the function that was entered last.
            let mut open: Vec<Option<&str>> = vec![Some(start)];
            while let Some(step) = open.pop() {
                let Some(name) = step else {
                    done.extend(path.pop());
                    continue;
                };
                if path.contains(&name) {
                    return Err(error(span, format!("`{name}` calls itself")));
                }
                if done.contains(name) {
                    continue;
                }
                path.push(name);
                open.push(None);
                open.extend(self.calls.get(name).into_iter().flatten().map(|callee| Some(callee.as_str())));
            }
        }
        Ok(())
    }

    /// The part of a path that lies in the policy's own package.
    fn own_path<'p>(&self, path: &'p str) -> Option<&'p str> {
        let inside = path.strip_prefix("data.")?.strip_prefix(self.package.name())?;
        if inside.is_empty() { Some(inside) } else { inside.strip_prefix('.') }
    }
}

/// Only `walk(input..., [path, value])`: the engine silently finds nothing for the forms with `:=` and `in`, and what a
/// policy builds itself may be exponentially large.
fn walk(span: &Span, params: &[regorus::unstable::Ref<Expr>]) -> Result<(), PolicyError> {
    let [subject, _] = params else {
        return Err(error(span, "this form of `walk` finds nothing; write `walk(x, [path, value])`"));
    };
    let path = dotted_prefix(subject);
    if path == "input" || path.starts_with("input.") {
        return Ok(());
    }
    Err(error(start(subject), "`walk` reads `input` or a part of it; write `walk(input.x, [path, value])`"))
}

fn statements<'a>(query: &'a Query, depth: usize, open: &mut Vec<(Part<'a>, usize)>) -> Result<(), PolicyError> {
    for statement in &query.stmts {
        let mut push = |expr: &'a Expr| open.push((Part::Expr(expr), depth));
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                if let Some(key) = key {
                    push(key);
                }
                push(value);
                push(collection);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => push(expr),
            Literal::Every { domain, query, .. } => {
                push(domain);
                open.push((Part::Query(query), depth));
            }
        }
        for with in &statement.with_mods {
            let target = dotted(&with.refr).unwrap_or_default();
            if target != "input" && !target.starts_with("input.") {
                return Err(error(&with.span, "`with` may replace `input` and its parts only"));
            }
            open.push((Part::Expr(&with.r#as), depth));
        }
    }
    Ok(())
}

/// The computed keys of a rule's head.
fn head_keys<'a>(refr: &'a Expr, open: &mut Vec<(Part<'a>, usize)>) {
    let mut base = refr;
    loop {
        match base {
            Expr::RefDot { refr, .. } => base = refr,
            Expr::RefBrack { refr, index, .. } => {
                open.push((Part::Expr(index), 0));
                base = refr;
            }
            _ => return,
        }
    }
}

/// A reference of names and literal texts as a dotted path; `None` where a key is computed.
fn dotted(expr: &Expr) -> Option<String> {
    let (path, whole) = segments(expr)?;
    whole.then(|| path.join("."))
}

/// The dotted path up to the first computed key; empty where there is none.
fn dotted_prefix(expr: &Expr) -> String {
    segments(expr).map(|(path, _)| path.join(".")).unwrap_or_default()
}

/// The leading literal segments, and whether these are all. `None` where the root is no name.
fn segments(expr: &Expr) -> Option<(Vec<String>, bool)> {
    let mut reversed: Vec<Option<String>> = Vec::new();
    let mut base = expr;
    loop {
        match base {
            Expr::Var { span, .. } => {
                reversed.push(Some(span.text().to_owned()));
                break;
            }
            Expr::RefDot { refr, field, .. } => {
                reversed.push(field.1.as_string().ok().map(ToString::to_string));
                base = refr;
            }
            Expr::RefBrack { refr, index, .. } => {
                let text = match &**index {
                    Expr::String { value: Value::String(text), .. }
                    | Expr::RawString { value: Value::String(text), .. } => Some(text.to_string()),
                    _ => None,
                };
                reversed.push(text);
                base = refr;
            }
            _ => return None,
        }
    }
    let length = reversed.len();
    let path: Vec<String> = reversed.into_iter().rev().map_while(|segment| segment).collect();
    let whole = path.len() == length;
    Some((path, whole))
}

/// Where a reference begins; the engine's span of a dotted one is that of its last segment.
fn start(expr: &Expr) -> &Span {
    let mut base = expr;
    loop {
        match base {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } | Expr::Call { fcn: refr, .. } => base = refr,
            _ => return base.span(),
        }
    }
}

fn error(span: &Span, message: impl Into<String>) -> PolicyError {
    PolicyError { message: message.into(), line: span.line.max(1), column: span.col.max(1) }
}

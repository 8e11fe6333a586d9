//! What JavaScript says to the world around it: environment variables, modules by name, promises' handlers, middleware.
//! The names of frameworks are here and in `http.rs`, nowhere else.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::super::model::{Import, Middleware};
use super::super::treesitter::{Builder, CallSite, Found, Part, Source, last_segment, named_children, range, words};
use super::{http, tests};

/// The text of a string, or of a template without substitutions.
pub(super) fn literal<'t>(source: &Source<'t>, node: Node<'t>) -> Option<&'t str> {
    if !matches!(node.kind(), "string" | "template_string") {
        return None;
    }
    let mut cursor = node.walk();
    if node.named_children(&mut cursor).any(|child| child.kind() == "template_substitution") {
        return None;
    }
    let text = source.text(node);
    let quote = text.chars().next()?;
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// The value of a member of an object literal.
pub(super) fn member<'t>(source: &Source<'t>, object: Node<'t>, name: &str) -> Option<Node<'t>> {
    let mut pairs = named_children(object).into_iter().filter(|child| child.kind() == "pair");
    let named = |pair: &Node<'t>| {
        let key = pair.child_by_field_name("key").map(|key| source.text(key).trim_matches(['"', '\'']));
        key == Some(name)
    };
    pairs.find(named).and_then(|pair| pair.child_by_field_name("value"))
}

/// What reads the environment, `?.` or not.
fn is_environment(written: &str) -> bool {
    matches!(written, "process.env" | "import.meta.env" | "Bun.env")
        || (written.contains('?')
            && matches!(written.replace('?', "").as_str(), "process.env" | "import.meta.env" | "Bun.env"))
}

pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    tests::call(builder, site);
    let callee = &*site.callee;
    let (receiver, last) = callee.rsplit_once('.').unwrap_or(("", callee));
    match last {
        "require" if receiver.is_empty() => module(builder, site, None),
        "resolve" if receiver == "require" => module(builder, site, None),
        "import" if receiver.is_empty() => {
            builder.no_call(site.node);
            module(builder, site, None);
        }
        "get" | "has" if receiver == "Deno.env" => {
            if let Some(first) = site.arguments().first().copied()
                && let Some(name) = literal(&builder.source, first)
            {
                builder.read_env(site.node, name, range(first));
            }
        }
        "catch" if !receiver.is_empty() => {
            if site.arguments().first().is_some_and(|first| is_function(*first)) {
                builder.handler(Vec::new(), property(site));
            }
        }
        "then" if !receiver.is_empty() => {
            if site.arguments().get(1).is_some_and(|second| is_function(*second)) {
                builder.handler(Vec::new(), property(site));
            }
        }
        "use" | "register" if is_application(builder, receiver) => {
            for argument in site.arguments() {
                register(builder, argument);
            }
        }
        "apply" if last_segment(receiver) == "consumer" => {
            for argument in site.arguments() {
                register(builder, argument);
            }
        }
        _ => http::call(builder, site, receiver, last),
    }
}

/// What may be a callback: a function, or the name of one.
fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "arrow_function"
            | "function_expression"
            | "generator_function"
            | "identifier"
            | "member_expression"
            | "call_expression"
    )
}

/// The property at the end of the callee: the evidence of `….catch`.
fn property(site: &CallSite<'_>) -> super::super::super::model::Range {
    range(site.function.child_by_field_name("property").unwrap_or(site.function))
}

/// `require("m")` and `import("m")` with a literal; `member` says what is taken of it at once.
fn module<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>, member: Option<Arc<str>>) {
    if let Some(first) = site.arguments().first().copied()
        && let Some(text) = literal(&builder.source, first).filter(|text| !text.is_empty())
    {
        let module = builder.source.intern(text);
        builder.import_by_call(Import { module, member, alias: None, span: range(first) });
    }
}

/// Words that applications and routers are called by.
const APPLICATIONS: &[&str] = &[
    "app",
    "application",
    "router",
    "server",
    "api",
    "express",
    "koa",
    "hono",
    "fastify",
    "routes",
    "route",
    "connect",
];

/// What makes one.
const MAKERS: &[&str] = &[
    "express",
    "express.Router",
    "Router",
    "Koa",
    "Hono",
    "OpenAPIHono",
    "fastify",
    "Fastify",
    "connect",
    "restify.createServer",
    "NestFactory.create",
    "polka",
    "Elysia",
    "H3",
    "createApp",
];

fn is_application(builder: &Builder<'_>, receiver: &str) -> bool {
    let root = receiver.split('.').next().unwrap_or(receiver).trim_end_matches("()");
    let named = |name: &str| {
        builder.applications.contains(name)
            || words(name).last().is_some_and(|word| APPLICATIONS.contains(&word.as_str()))
    };
    !receiver.is_empty()
        && (named(last_segment(receiver).trim_end_matches("()")) || (receiver.contains('(') && named(root)))
}

/// What an argument registers: a name, what a call makes, or a module that is required in place.
fn register<'t>(builder: &mut Builder<'t>, argument: Node<'t>) {
    let mut pending = vec![argument];
    while let Some(node) = pending.pop() {
        let node = builder.source.unwrapped(node);
        match node.kind() {
            "array" => pending.extend(named_children(node).into_iter().rev()),
            "spread_element" => pending.extend(named_children(node)),
            "identifier" | "member_expression" => {
                if let Some(name) = builder.source.plain_symbol(node) {
                    builder.facts.middleware.push(Middleware { name, span: range(node) });
                }
            }
            "new_expression" => pending.extend(node.child_by_field_name("constructor")),
            "call_expression" => {
                let Some(function) = node.child_by_field_name("function") else { continue };
                let callee = builder.source.text(function);
                let first = || node.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0));
                if matches!(callee, "require" | "import")
                    && let Some(first) = first()
                    && let Some(text) = literal(&builder.source, first)
                {
                    let name = builder.source.intern(text);
                    builder.facts.middleware.push(Middleware { name, span: range(first) });
                } else {
                    pending.push(function);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn note<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (Some(key), value) = (found.part(Part::Key), found.part(Part::Value)) else { return };
    match (&*found.properties.note, value) {
        ("member", Some(value)) if is_environment(builder.source.text(value)) => {
            let name = builder.source.text(key);
            builder.read_env(found.node, name, range(key));
        }
        ("subscript" | "membership", Some(value)) if is_environment(builder.source.text(value)) => {
            if let Some(name) = literal(&builder.source, key) {
                builder.read_env(found.node, name, range(key));
            }
        }
        ("assignment", Some(value)) => {
            builder.written(key);
            http::assignment(builder, key, value);
        }
        ("decoration", _) => builder.no_call(key),
        ("deletion", _) => builder.written(key),
        ("instance", Some(value)) => {
            if let Some(kind) = builder.source.plain_symbol(value) {
                builder.told_apart(kind, range(found.node));
            }
        }
        ("declarator", Some(value)) => declarator(builder, key, value),
        ("pair", Some(value)) if builder.source.text(key) == "headers" => http::listed(builder, value),
        _ => {}
    }
}

fn declarator<'t>(builder: &mut Builder<'t>, name: Node<'t>, value: Node<'t>) {
    let value = builder.source.unwrapped(value);
    match value.kind() {
        "member_expression" | "subscript_expression"
            if name.kind() == "object_pattern" && is_environment(builder.source.text(value)) =>
        {
            for (key, _) in bindings(name) {
                let text = builder.source.text(key).trim_matches(['"', '\'']);
                builder.read_env(key, text, range(key));
            }
        }
        "member_expression" => {
            let object = value.child_by_field_name("object").map(|object| builder.source.unwrapped(object));
            if let Some(module) = object.and_then(|object| module_of(builder, object))
                && let Some(property) = value.child_by_field_name("property")
            {
                let member = builder.source.name(property);
                let alias = (name.kind() == "identifier").then(|| builder.source.name(name));
                bind(builder, module, member, alias, property);
            }
        }
        "array" if words(builder.source.text(name)).last().is_some_and(|word| word == "headers") => {
            http::listed(builder, value);
        }
        "call_expression" | "new_expression" => made(builder, name, value),
        _ => {}
    }
}

/// A variable bound to what a call makes: a module, an application, a response.
fn made<'t>(builder: &mut Builder<'t>, name: Node<'t>, value: Node<'t>) {
    if let Some(module) = module_of(builder, value) {
        match name.kind() {
            "identifier" => {
                let text = literal(&builder.source, module).unwrap_or_default();
                let row = Import {
                    module: builder.source.intern(text),
                    member: None,
                    alias: Some(builder.source.name(name)),
                    span: range(module),
                };
                builder.bound_import(range(module), row);
            }
            "object_pattern" => {
                for (key, local) in bindings(name) {
                    let member = builder.source.name(key);
                    let alias = local.map(|local| builder.source.name(local));
                    bind(builder, module, member, alias, key);
                }
            }
            _ => {}
        }
        return;
    }
    let Some(callee) = value.child_by_field_name("function").or_else(|| value.child_by_field_name("constructor"))
    else {
        return;
    };
    if name.kind() != "identifier" {
        return;
    }
    let callee = builder.source.symbol(callee);
    let name = builder.source.name(name);
    if MAKERS.contains(&&*callee) {
        builder.applications.insert(name);
    } else if http::makes_response(&callee) {
        builder.responses.insert(name);
    }
}

/// The module's literal of `require("m")` or `import("m")`.
fn module_of<'t>(builder: &Builder<'t>, call: Node<'t>) -> Option<Node<'t>> {
    let function = call.child_by_field_name("function").filter(|_| call.kind() == "call_expression")?;
    if !matches!(builder.source.text(function), "require" | "import") {
        return None;
    }
    let first = call.child_by_field_name("arguments")?.named_child(0)?;
    literal(&builder.source, first).filter(|text| !text.is_empty()).map(|_| first)
}

fn bind<'t>(builder: &mut Builder<'t>, module: Node<'t>, member: Arc<str>, alias: Option<Arc<str>>, at: Node<'t>) {
    let text = literal(&builder.source, module).unwrap_or_default();
    let alias = alias.filter(|alias| *alias != member);
    let row = Import { module: builder.source.intern(text), member: Some(member), alias, span: range(at) };
    builder.bound_import(range(module), row);
}

/// The keys of an object pattern, with the local name where it is another.
fn bindings(pattern: Node<'_>) -> Vec<(Node<'_>, Option<Node<'_>>)> {
    let bound = named_children(pattern).into_iter().filter_map(|child| match child.kind() {
        "shorthand_property_identifier_pattern" => Some((child, None)),
        "object_assignment_pattern" => child.child_by_field_name("left").map(|left| (left, None)),
        "pair_pattern" => {
            let key = child.child_by_field_name("key").filter(|key| key.kind() != "computed_property_name")?;
            let value = child.child_by_field_name("value").map(|value| match value.kind() {
                "assignment_pattern" => value.child_by_field_name("left").unwrap_or(value),
                _ => value,
            });
            Some((key, value.filter(|value| value.kind() == "identifier")))
        }
        _ => None,
    });
    bound.collect()
}

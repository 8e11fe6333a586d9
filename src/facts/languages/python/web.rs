//! What Python code says to the world around it: environment variables, response headers, middleware, suppressed errors,
//! imports by name. The names of frameworks are here and nowhere else.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::super::model::{CodeFacts, Header, Import, Middleware, Owner};
use super::super::treesitter::{Builder, CallSite, Found, Part, Source, last_segment, named_children, range, words};

/// Django settings that set a header, with the value where the setting does not carry it.
const SETTINGS: &[(&str, &str, Option<&str>)] = &[
    ("SECURE_HSTS_SECONDS", "Strict-Transport-Security", None),
    ("X_FRAME_OPTIONS", "X-Frame-Options", None),
    ("SECURE_CONTENT_TYPE_NOSNIFF", "X-Content-Type-Options", Some("nosniff")),
    ("SECURE_REFERRER_POLICY", "Referrer-Policy", None),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "Cross-Origin-Opener-Policy", None),
];

/// The text of a string literal without prefix, quotes or interpolation.
fn literal<'t>(source: &Source<'t>, node: Node<'t>) -> Option<&'t str> {
    if node.kind() != "string" {
        return None;
    }
    let mut cursor = node.walk();
    let mut content = None;
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "string_start" | "string_end" => {}
            "string_content" if content.is_none() => content = Some(child),
            _ => return None,
        }
    }
    Some(content.map_or("", |content| source.text(content)))
}

fn keyword<'t>(source: &Source<'t>, arguments: &[Node<'t>], name: &str) -> Option<Node<'t>> {
    let named = arguments.iter().filter(|argument| argument.kind() == "keyword_argument");
    let mut named =
        named.filter(|argument| argument.child_by_field_name("name").is_some_and(|it| source.text(it) == name));
    named.next().and_then(|argument| argument.child_by_field_name("value"))
}

fn positional<'t>(arguments: &[Node<'t>], at: usize) -> Option<Node<'t>> {
    arguments.iter().filter(|argument| argument.kind() != "keyword_argument").nth(at).copied()
}

/// What reads the environment: `os.environ`, however it was imported.
fn is_environ(symbol: &str) -> bool {
    matches!(symbol, "os.environ" | "environ" | "os.environb" | "environb")
}

/// Whether a symbol names a response by its last word: `response`, `self.resp`, `login_response`.
fn is_response(builder: &Builder<'_>, symbol: &str) -> bool {
    let last = last_segment(symbol);
    builder.responses.contains(symbol)
        || words(last).last().is_some_and(|word| matches!(word.as_str(), "response" | "resp" | "res" | "rv" | "reply"))
}

/// Whether a key is spelled as headers are: `X-Frame-Options`, `Vary`, `location`; keys of JSON (`message`) are not.
fn is_like_header(key: &str) -> bool {
    key.contains('-')
        || key.starts_with(|first: char| first.is_ascii_uppercase())
        || matches!(key, "allow" | "etag" | "expires" | "location" | "pragma" | "refresh" | "vary")
}

/// Whether a symbol makes a response: `Response`, `JSONResponse`, `make_response`, and the errors that become one.
fn makes_response(callee: &str) -> bool {
    let last = last_segment(callee);
    (last.ends_with("Response") && !callee.starts_with("requests.") && !callee.starts_with("httpx."))
        || last.starts_with("HttpResponse")
        || matches!(last, "make_response" | "HTTPException" | "StreamResponse")
}

fn set_header<'t>(builder: &mut Builder<'t>, name: Node<'t>, value: Option<Node<'t>>) {
    let Some(text) = literal(&builder.source, name).filter(|text| !text.is_empty()) else { return };
    let name = (builder.source.intern(text), range(name));
    let value = value.and_then(|value| literal(&builder.source, value)).map(|value| builder.source.intern(value));
    builder.facts.headers.push(Header { name: name.0, value, span: name.1 });
}

/// Each pair of a dictionary, or of a call `dict(...)`'s list of pairs.
fn set_headers<'t>(builder: &mut Builder<'t>, dictionary: Node<'t>) {
    for pair in named_children(dictionary) {
        let (key, value) = match pair.kind() {
            "pair" => (pair.child_by_field_name("key"), pair.child_by_field_name("value")),
            "tuple" => (pair.named_child(0), pair.named_child(1)),
            _ => continue,
        };
        if let Some(key) = key {
            set_header(builder, key, value);
        }
    }
}

fn register<'t>(builder: &mut Builder<'t>, node: Node<'t>) {
    // `Middleware(X)` registers itself, as a call.
    let callee = (node.kind() == "call").then(|| node.child_by_field_name("function")).flatten();
    if callee.is_some_and(|callee| last_segment(builder.source.text(callee)) == "Middleware") {
        return;
    }
    let node = callee.unwrap_or(node);
    if let Some(text) = literal(&builder.source, node).filter(|text| !text.is_empty()) {
        let name = builder.source.intern(text);
        builder.facts.middleware.push(Middleware { name, span: range(node) });
    } else if matches!(node.kind(), "identifier" | "attribute")
        && let Some(name) = builder.source.plain_symbol(node)
    {
        builder.facts.middleware.push(Middleware { name, span: range(node) });
    }
}

/// The elements of lists and tuples, also joined by `+`.
fn register_all<'t>(builder: &mut Builder<'t>, value: Node<'t>) {
    let mut pending = vec![value];
    while let Some(node) = pending.pop() {
        match node.kind() {
            "list" | "tuple" => {
                for element in named_children(node) {
                    register(builder, element);
                }
            }
            "binary_operator" | "parenthesized_expression" => pending.extend(named_children(node)),
            _ => {}
        }
    }
}

fn import<'t>(builder: &mut Builder<'t>, module: Option<Node<'t>>) {
    let Some(module) = module else { return };
    if let Some(text) = literal(&builder.source, module).filter(|text| !text.is_empty()) {
        let row = Import { module: builder.source.intern(text), member: None, alias: None, span: range(module) };
        builder.facts.imports.push(row);
    }
}

pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let callee = &*site.callee;
    let (receiver, last) = callee.rsplit_once('.').unwrap_or(("", callee));
    match last {
        "getenv" | "getenvb" if matches!(receiver, "" | "os") => read(builder, site),
        "get" | "pop" | "setdefault" if is_environ(receiver) => read(builder, site),
        "env" if receiver.is_empty() => read(builder, site),
        "str" | "bool" | "int" | "float" | "list" | "tuple" | "dict" | "json" | "url" | "db" | "db_url" | "cache"
        | "cache_url" | "email_url" | "search_url" | "path" | "bytes" | "decimal"
            if receiver == "env" =>
        {
            read(builder, site);
        }
        "suppress" if matches!(receiver, "" | "contextlib") => {
            let errors = site.arguments().into_iter().flat_map(|node| builder.error_kinds(node)).collect::<Vec<_>>();
            if !errors.is_empty() {
                builder.handler(errors, range(site.node));
            }
        }
        "import_module" if matches!(receiver, "" | "importlib") => import(builder, positional(&site.arguments(), 0)),
        "__import__" if receiver.is_empty() => import(builder, positional(&site.arguments(), 0)),
        "add_middleware" | "Middleware" => {
            let arguments = site.arguments();
            let first = positional(&arguments, 0).or_else(|| keyword(&builder.source, &arguments, "middleware_class"));
            if let Some(first) = first {
                register(builder, first);
            }
        }
        "before_request" | "after_request" | "before_app_request" | "after_app_request" => {
            if let Some(first) = positional(&site.arguments(), 0) {
                register(builder, first);
            }
        }
        "append" | "insert" | "extend"
            if last_segment(receiver) == "MIDDLEWARE" || last_segment(receiver) == "middlewares" =>
        {
            match positional(&site.arguments(), usize::from(last == "insert")) {
                Some(several) if last == "extend" => register_all(builder, several),
                Some(one) => register(builder, one),
                None => {}
            }
        }
        "Application" => {
            if let Some(several) = keyword(&builder.source, &site.arguments(), "middlewares") {
                register_all(builder, several);
            }
        }
        "set" | "setdefault" | "add" | "append" | "__setitem__" => {
            let Some(response) = receiver.strip_suffix(".headers") else { return };
            if is_response(builder, response) {
                pair(builder, site);
            }
        }
        "update" | "extend" => {
            let Some(response) = receiver.strip_suffix(".headers") else { return };
            if is_response(builder, response)
                && let Some(first) = positional(&site.arguments(), 0)
            {
                set_headers(builder, first);
            }
        }
        // Tornado, `http.server`.
        "set_header" | "add_header" | "send_header" if receiver == "self" || is_response(builder, receiver) => {
            pair(builder, site);
        }
        _ if makes_response(callee) => {
            if let Some(headers) = keyword(&builder.source, &site.arguments(), "headers") {
                set_headers(builder, headers);
            }
        }
        _ => {}
    }
}

fn read<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let arguments = site.arguments();
    let name = positional(&arguments, 0).or_else(|| keyword(&builder.source, &arguments, "key"));
    if let Some(name) = name
        && let Some(text) = literal(&builder.source, name)
    {
        builder.read_env(site.node, text, range(name));
    }
}

fn pair<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let arguments = site.arguments();
    if let Some(name) = positional(&arguments, 0) {
        set_header(builder, name, positional(&arguments, 1));
    }
}

pub(super) fn note<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (key, value) = (found.part(Part::Key), found.part(Part::Value));
    match (&*found.properties.note, key, value) {
        ("subscript" | "membership", Some(key), Some(value)) => {
            if is_environ(builder.source.text(value))
                && let Some(name) = literal(&builder.source, key)
            {
                builder.read_env(found.node, name, range(key));
            }
        }
        ("deletion", Some(target), _) => builder.written(target),
        ("assignment", Some(target), Some(value)) => {
            builder.written(target);
            assignment(builder, target, value);
        }
        ("addition", Some(target), Some(value)) if last_segment(builder.source.text(target)) == "MIDDLEWARE" => {
            register_all(builder, value);
        }
        _ => {}
    }
}

fn assignment<'t>(builder: &mut Builder<'t>, target: Node<'t>, value: Node<'t>) {
    match target.kind() {
        "subscript" => {
            let (Some(object), Some(key)) =
                (target.child_by_field_name("value"), target.child_by_field_name("subscript"))
            else {
                return;
            };
            let object = builder.source.symbol(object);
            let (response, sure) = match object.strip_suffix(".headers") {
                Some(response) => (response, true),
                // Only the variable's name speaks for a response, and decoded JSON is called so as well.
                None => (&*object, builder.responses.contains(&*object)),
            };
            let like_header = || literal(&builder.source, key).is_some_and(is_like_header);
            if is_response(builder, response) && (sure || like_header()) {
                set_header(builder, key, Some(value));
            }
        }
        "identifier" => {
            let name = builder.source.text(target);
            if name == "MIDDLEWARE" {
                register_all(builder, value);
            } else if name == "pytestmark" {
                let mark = value.child_by_field_name("function").filter(|_| value.kind() == "call").unwrap_or(value);
                builder.skipped |= last_segment(builder.source.text(mark)) == "skip";
            } else if let Some((_, header, fixed)) = SETTINGS.iter().find(|(setting, ..)| *setting == name) {
                setting(builder, (target, value), header, *fixed);
            } else if value.kind() == "call"
                && let Some(callee) = value.child_by_field_name("function")
            {
                let callee = builder.source.symbol(callee);
                if makes_response(&callee) {
                    let name = builder.source.intern(name);
                    builder.responses.insert(name);
                }
            }
        }
        "attribute" => {
            let name = builder.source.symbol(target);
            if last_segment(&name) == "wsgi_app" && value.kind() == "call" {
                register(builder, value);
            }
        }
        _ => {}
    }
}

fn setting<'t>(builder: &mut Builder<'t>, (target, value): (Node<'t>, Node<'t>), header: &str, fixed: Option<&str>) {
    let off = matches!(value.kind(), "none" | "false") || builder.source.text(value) == "0";
    if off {
        return;
    }
    let value = fixed.or_else(|| literal(&builder.source, value)).map(|value| builder.source.intern(value));
    let row = Header { name: builder.source.intern(header), value, span: range(target) };
    builder.facts.headers.push(row);
}

/// Functions that a decorator registers as middleware.
pub(super) fn decorated(facts: &mut CodeFacts) {
    for decorator in &facts.decorators {
        let (receiver, last) = decorator.name.rsplit_once('.').unwrap_or(("", &decorator.name));
        let registers = match last {
            "middleware" => true,
            "before_request" | "after_request" | "before_app_request" | "after_app_request" => !receiver.is_empty(),
            _ => false,
        };
        if let Owner::Function(function) = decorator.owner
            && registers
            && let Some(function) = facts.functions.get(function as usize)
        {
            facts.middleware.push(Middleware { name: Arc::clone(&function.name), span: function.name_span });
        }
    }
}

//! Response headers that JavaScript sets: Express, Fastify, Koa, Hono, Node's http, the Fetch API's `Response`, Next.js,
//! helmet. Requests' headers (`fetch(url, { headers })`, `req.headers`) are none.

use tree_sitter::Node;

use super::super::super::model::{Header, Range};
use super::super::treesitter::{Builder, CallSite, last_segment, named_children, range, words};
use super::world::{literal, member};

/// What `helmet()` sets: its option, the header, the documented value where it is the same in all supported releases.
const HELMET: &[(&str, &str, Option<&str>)] = &[
    ("contentSecurityPolicy", "Content-Security-Policy", None),
    ("crossOriginOpenerPolicy", "Cross-Origin-Opener-Policy", Some("same-origin")),
    ("crossOriginResourcePolicy", "Cross-Origin-Resource-Policy", Some("same-origin")),
    ("originAgentCluster", "Origin-Agent-Cluster", Some("?1")),
    ("referrerPolicy", "Referrer-Policy", Some("no-referrer")),
    ("strictTransportSecurity", "Strict-Transport-Security", None),
    ("xContentTypeOptions", "X-Content-Type-Options", Some("nosniff")),
    ("xDnsPrefetchControl", "X-DNS-Prefetch-Control", Some("off")),
    ("xDownloadOptions", "X-Download-Options", Some("noopen")),
    ("xFrameOptions", "X-Frame-Options", Some("SAMEORIGIN")),
    ("xPermittedCrossDomainPolicies", "X-Permitted-Cross-Domain-Policies", Some("none")),
    ("xXssProtection", "X-XSS-Protection", Some("0")),
];

/// Older names of helmet's options.
const HELMET_ALIASES: &[(&str, &str)] = &[
    ("hsts", "strictTransportSecurity"),
    ("noSniff", "xContentTypeOptions"),
    ("dnsPrefetchControl", "xDnsPrefetchControl"),
    ("ieNoOpen", "xDownloadOptions"),
    ("frameguard", "xFrameOptions"),
    ("permittedCrossDomainPolicies", "xPermittedCrossDomainPolicies"),
    ("xssFilter", "xXssProtection"),
];

/// Words that responses are called by (`ctx` is Koa's, `c` is Hono's).
const RESPONSES: &[&str] = &["res", "response", "resp", "reply", "rsp", "ctx", "c"];

/// Whether a receiver is a response, also at the end or the root of a chain: `res.status(200)`, `this.res`, `ctx.response`.
fn is_response(builder: &Builder<'_>, receiver: &str) -> bool {
    let named = |segment: &str| {
        builder.responses.contains(segment)
            || RESPONSES.contains(&segment)
            || words(segment).last().is_some_and(|word| matches!(word.as_str(), "response" | "res" | "reply"))
    };
    let last = last_segment(receiver);
    let root = receiver.split('.').next().unwrap_or(receiver);
    named(last) || (receiver.contains("()") && named(root))
}

/// Whether a call makes a response of the Fetch API.
pub(super) fn makes_response(callee: &str) -> bool {
    let (receiver, last) = callee.rsplit_once('.').unwrap_or(("", callee));
    let class = |name: &str| matches!(name, "Response" | "NextResponse" | "HttpResponse");
    class(last)
        || (class(receiver) && matches!(last, "json" | "next" | "redirect" | "rewrite" | "text" | "html" | "error"))
}

fn set<'t>(builder: &mut Builder<'t>, name: &str, span: Range, value: Option<Node<'t>>) {
    if name.is_empty() {
        return;
    }
    let value = value.and_then(|value| literal(&builder.source, value)).map(|value| builder.source.intern(value));
    let name = builder.source.intern(name);
    builder.facts.headers.push(Header { name, value, span });
}

/// `("X", v)`, or the members of an object.
fn pair_or_object<'t>(builder: &mut Builder<'t>, arguments: &[Node<'t>]) {
    let Some(first) = arguments.first().copied() else { return };
    if let Some(name) = literal(&builder.source, first) {
        if let Some(value) = arguments.get(1) {
            set(builder, name, range(first), Some(*value));
        }
    } else {
        object(builder, first);
    }
}

/// The members of an object literal, of `new Headers({…})`, or of an array of pairs.
fn object<'t>(builder: &mut Builder<'t>, node: Node<'t>) {
    let mut node = builder.source.unwrapped(node);
    if node.kind() == "new_expression" {
        let is_headers = node.child_by_field_name("constructor").is_some_and(|it| builder.source.text(it) == "Headers");
        let first = node.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0));
        match first.filter(|_| is_headers) {
            Some(first) => node = first,
            None => return,
        }
    }
    for child in named_children(node) {
        match child.kind() {
            "pair" => {
                let Some(key) = child.child_by_field_name("key") else { continue };
                let value = child.child_by_field_name("value");
                if matches!(key.kind(), "string" | "property_identifier") {
                    let name = builder.source.text(key).trim_matches(['"', '\'']);
                    set(builder, name, range(key), value);
                }
            }
            "array" => {
                if let Some(key) = child.named_child(0)
                    && let Some(name) = literal(&builder.source, key)
                {
                    set(builder, name, range(key), child.named_child(1));
                }
            }
            _ => {}
        }
    }
}

/// Next.js: an array of `{ key: "X", value: "v" }`, or of rules that hold such an array under `headers`.
pub(super) fn listed<'t>(builder: &mut Builder<'t>, array: Node<'t>) {
    for element in named_children(array).into_iter().filter(|element| element.kind() == "object") {
        if let Some(key) = member(&builder.source, element, "key")
            && let Some(value) = member(&builder.source, element, "value")
            && let Some(name) = literal(&builder.source, key)
        {
            set(builder, name, range(key), Some(value));
        }
    }
}

pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>, receiver: &str, last: &str) {
    match last {
        "helmet" if receiver.is_empty() => helmet(builder, site),
        _ if receiver == "helmet" => one_of_helmet(builder, site, last),
        "setHeader" | "appendHeader" => {
            let root = words(last_segment(receiver)).last();
            if !root.is_some_and(|word| matches!(word.as_str(), "req" | "request" | "xhr" | "client" | "headers")) {
                pair_or_object(builder, &site.arguments());
            }
        }
        "set" | "header" | "append" | "headers" => {
            let of = receiver.strip_suffix(".headers").unwrap_or(receiver);
            if is_response(builder, of) {
                pair_or_object(builder, &site.arguments());
            }
        }
        "writeHead" if is_response(builder, receiver) => {
            if let Some(headers) = site.arguments().last().filter(|last| last.kind() == "object") {
                object(builder, *headers);
            }
        }
        _ if makes_response(&site.callee) => {
            let arguments = site.arguments();
            let options = arguments.iter().find(|argument| {
                argument.kind() == "object" && member(&builder.source, **argument, "headers").is_some()
            });
            if let Some(headers) = options.and_then(|options| member(&builder.source, *options, "headers"))
                && headers.kind() != "array"
            {
                object(builder, headers);
            }
        }
        _ => {}
    }
}

/// `response.headers["X"] = "v"`.
pub(super) fn assignment<'t>(builder: &mut Builder<'t>, target: Node<'t>, value: Node<'t>) {
    if target.kind() != "subscript_expression" {
        return;
    }
    let (Some(of), Some(key)) = (target.child_by_field_name("object"), target.child_by_field_name("index")) else {
        return;
    };
    let of = builder.source.symbol(of);
    if let Some(response) = of.strip_suffix(".headers")
        && is_response(builder, response)
        && let Some(name) = literal(&builder.source, key)
    {
        set(builder, name, range(key), Some(value));
    }
}

fn current(option: &str) -> &str {
    HELMET_ALIASES.iter().find(|(old, _)| *old == option).map_or(option, |(_, current)| current)
}

/// All of helmet's headers, without those that an option turns off; an option that is set hides the default value.
fn helmet<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let options = site.arguments().first().copied();
    let mut given = Vec::new();
    for pair in options.map(named_children).unwrap_or_default() {
        if let (Some(key), Some(value)) = (pair.child_by_field_name("key"), pair.child_by_field_name("value")) {
            given.push((current(builder.source.text(key)), builder.source.text(value)));
        }
    }
    // Options that are no literal may turn anything off: nothing is known to be set.
    let known = options.is_none_or(|options| {
        options.kind() == "object" && named_children(options).iter().all(|child| child.kind() == "pair")
    });
    if !known {
        return;
    }
    for (option, header, value) in HELMET {
        let set = given.iter().find(|(name, _)| name == option).map(|(_, value)| *value);
        let value = match set {
            Some("false") => continue,
            Some("true") | None => *value,
            Some(_) => None,
        };
        let value = value.map(|value| builder.source.intern(value));
        let name = builder.source.intern(header);
        builder.facts.headers.push(Header { name, value, span: range(site.function) });
    }
}

/// `helmet.hsts()`: one header.
fn one_of_helmet<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>, option: &str) {
    let Some((_, header, value)) = HELMET.iter().find(|(known, ..)| *known == current(option)) else { return };
    let value = value.filter(|_| site.arguments().is_empty()).map(|value| builder.source.intern(value));
    let name = builder.source.intern(header);
    builder.facts.headers.push(Header { name, value, span: range(site.function) });
}

//! What Go code says to the world around it: environment variables, response headers, middleware. The names of
//! frameworks are here and nowhere else.

use tree_sitter::Node;

use super::super::super::model::{Header, Middleware};
use super::super::treesitter::{Builder, CallSite, Found, Part, Source, last_segment, named_children, range, words};
use super::literal;

/// Whether the file imports a path with that word in it.
fn imports(builder: &Builder<'_>, word: &str) -> bool {
    builder.facts.imports.iter().any(|import| import.module.contains(word))
}

pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let arguments = site.arguments();
    let callee = &*site.callee;
    match (callee, arguments.as_slice()) {
        ("os.Getenv" | "os.LookupEnv" | "syscall.Getenv", [name]) => env_var(builder, *name),
        ("viper.BindEnv", [_, names @ ..]) => names.iter().for_each(|name| env_var(builder, *name)),
        ("cli.EnvVars", names) => names.iter().for_each(|name| env_var(builder, *name)),
        (
            "alice.New"
            | "negroni.New"
            | "grpc.UnaryInterceptor"
            | "grpc.ChainUnaryInterceptor"
            | "grpc.StreamInterceptor"
            | "grpc.ChainStreamInterceptor",
            registered,
        ) => registered.iter().for_each(|node| middleware(builder, *node)),
        (_, [name, value]) if sets_header(builder, callee) => header(builder, *name, Some(*value)),
        (_, registered) if registers(builder, callee) => registered.iter().for_each(|node| middleware(builder, *node)),
        _ => {}
    }
}

fn env_var<'t>(builder: &mut Builder<'t>, node: Node<'t>) {
    if let Some(name) = literal(&builder.source, node).filter(|name| !name.is_empty()) {
        builder.read_env(node, name, range(node));
    } else if node.kind() == "identifier" {
        builder.read_named_env(node, node);
    }
}

/// `env:"NAME,required"` and `envconfig:"NAME"` in the tag of a field.
pub(super) fn tag<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let Some(tag) = found.part(Part::Value) else { return };
    let Some(text) = literal(&builder.source, tag) else { return };
    let value = text.split_whitespace().find_map(|pair| {
        let value = pair.strip_prefix("env:").or_else(|| pair.strip_prefix("envconfig:"))?;
        value.trim_matches('"').split(',').next()
    });
    if let Some(name) = value.filter(|name| !name.is_empty() && *name != "-") {
        builder.read_env(tag, name, range(tag));
    }
}

/// `EnvVars: []string{"X"}` and `EnvVar: "X"` of command-line flags.
pub(super) fn keyed<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (Some(key), Some(value)) = (found.part(Part::Key), found.part(Part::Value)) else { return };
    if !matches!(builder.source.text(key), "EnvVars" | "EnvVar") || !imports(builder, "cli") {
        return;
    }
    let mut pending = vec![value];
    while let Some(node) = pending.pop() {
        match node.kind() {
            "literal_element" | "composite_literal" | "literal_value" => pending.extend(named_children(node)),
            _ => env_var(builder, node),
        }
    }
}

/// Whether a call sets a header of a response: `w.Header().Set`, Gin's `c.Header`, Fiber's `c.Set`. A request's headers
/// are fields of `req` or `r`, and travel the other way.
fn sets_header(builder: &Builder<'_>, callee: &str) -> bool {
    let Some((receiver, method)) = callee.rsplit_once('.') else { return false };
    match method {
        "Set" | "Add" | "SetCanonical" => {
            let holder = last_segment(receiver);
            let of = receiver.rsplit_once('.').map_or("", |(before, _)| last_segment(before));
            holder == "Header()"
                || holder == "Header" && !is_request(of)
                || builder.responses.contains(receiver)
                || imports(builder, "gofiber/fiber") && is_context(receiver)
        }
        "Header" => is_context(receiver),
        "Append" => imports(builder, "gofiber/fiber") && is_context(receiver),
        _ => false,
    }
}

fn is_context(receiver: &str) -> bool {
    matches!(receiver, "c" | "ctx" | "context" | "gc" | "ginCtx" | "fc")
}

fn is_request(name: &str) -> bool {
    name == "r" || words(name.trim_end_matches("()")).any(|word| matches!(word.as_str(), "req" | "request" | "client"))
}

/// `h := w.Header()`: `h` is a response's headers from here on.
pub(super) fn headers<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (Some(name), Some(callee)) = (found.part(Part::Name), found.part(Part::Callee)) else { return };
    let name = builder.source.name(name);
    if builder.source.text(callee).ends_with(".Header") {
        builder.responses.insert(name);
    } else {
        builder.responses.remove(&name);
    }
}

/// `w.Header()["X-Frame-Options"] = []string{"DENY"}`.
pub(super) fn entry<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (Some(callee), Some(key), Some(value)) =
        (found.part(Part::Callee), found.part(Part::Key), found.part(Part::Value))
    else {
        return;
    };
    if builder.source.text(callee).ends_with(".Header") {
        let mut elements = value.child_by_field_name("body").map(named_children).unwrap_or_default().into_iter();
        let only = elements.next().filter(|_| elements.next().is_none()).and_then(|element| element.named_child(0));
        header(builder, key, only);
    }
}

fn header<'t>(builder: &mut Builder<'t>, name: Node<'t>, value: Option<Node<'t>>) {
    let text = match literal(&builder.source, name) {
        Some(text) if !text.is_empty() => text.to_owned(),
        Some(_) => return,
        None => match constant(&builder.source, name) {
            Some(text) => text,
            None => return,
        },
    };
    let value = value.and_then(|value| literal(&builder.source, value));
    let name_text = builder.source.intern(&text);
    let value = value.map(|value| builder.source.intern(value));
    builder.facts.headers.push(Header { name: name_text, value, span: range(name) });
}

/// `echo.HeaderXFrameOptions`, `fiber.HeaderETag`: the name without hyphens behind `Header`.
fn constant(source: &Source<'_>, node: Node<'_>) -> Option<String> {
    let name = source.text(node).rsplit('.').next()?.strip_prefix("Header")?;
    if node.kind() != "selector_expression" || !name.starts_with(char::is_uppercase) {
        return None;
    }
    if matches!(name, "ETag" | "TE" | "DNT" | "DPR") {
        return Some(name.to_owned());
    }
    let characters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let next_lower = characters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let alone = at == 1 && before == Some(&'X');
        let begins = before.is_some_and(|before| before.is_ascii_lowercase() || next_lower || alone);
        if character.is_ascii_uppercase() && begins {
            text.push('-');
        }
        text.push(*character);
    }
    Some(text)
}

/// `r.Use(…)`, `e.Pre(…)`, chi's `r.With(…)`. Plugins of a database are none.
fn registers(builder: &Builder<'_>, callee: &str) -> bool {
    let Some((receiver, method)) = callee.rsplit_once('.') else { return false };
    match method {
        "Use" | "UseFunc" | "UseHandler" | "UseHandlerFunc" | "UseMiddleware" => {
            !words(last_segment(receiver)).any(|word| matches!(word.as_str(), "db" | "gorm" | "tx" | "conn"))
        }
        "Pre" => imports(builder, "labstack/echo"),
        "With" => imports(builder, "go-chi/chi"),
        _ => false,
    }
}

/// What is registered: a function's or value's symbol, of a call what is called. Constructors named `New` and `Default`
/// are dropped (`cors.New(config)` registers `cors`), and so is what follows them (`cors.New(config).Handler`).
fn middleware<'t>(builder: &mut Builder<'t>, node: Node<'t>) {
    let mut node = node;
    for _ in 0..32 {
        let inner = match node.kind() {
            "call_expression" => node.child_by_field_name("function"),
            "selector_expression" => node.child_by_field_name("operand").filter(|operand| has_call(*operand)),
            "parenthesized_expression" | "unary_expression" | "variadic_argument" => node.named_child(0),
            "composite_literal" => node.child_by_field_name("type"),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    if !matches!(node.kind(), "identifier" | "selector_expression" | "type_identifier" | "qualified_type") {
        return;
    }
    let Some(symbol) = builder.source.plain_symbol(node) else { return };
    let kept = match symbol.rsplit_once('.') {
        Some((package, "New" | "Default")) => package,
        _ => &*symbol,
    };
    let name = builder.source.intern(kept);
    builder.facts.middleware.push(Middleware { name, span: range(node) });
}

/// Whether a chain of selectors begins at a call or a literal value.
fn has_call(node: Node<'_>) -> bool {
    let mut node = node;
    for _ in 0..32 {
        match node.kind() {
            "call_expression" | "composite_literal" => return true,
            "selector_expression" => match node.child_by_field_name("operand") {
                Some(operand) => node = operand,
                None => return false,
            },
            "parenthesized_expression" | "unary_expression" => match node.named_child(0) {
                Some(inner) => node = inner,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

//! What calls mean to their surroundings: environment variables, response headers, middleware. It knows the names that
//! axum, tower, actix-web, rocket, poem, warp, salvo, tide, tonic and clap give these things, not their types.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprMethodCall, Token};

use super::symbol;
use super::walk::Walk;
use crate::facts::model::{EnvVar, Header, Middleware, Range};

/// Crates whose builders register by `.with(…)`, a name too common to count elsewhere.
const WITH_CRATES: &[&str] = &["poem", "warp", "tide"];
/// Methods of HTTP clients: what is set behind them travels in a request.
const CLIENT_METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "request"];
/// Constructors around middleware that are not it.
const WRAPPERS: &[&str] =
    &["ServiceBuilder", "Condition", "Compat", "option_layer", "Some", "HandleErrorLayer", "Stack"];

/// A name with the place that shows it.
type Named = (String, Range);

impl Walk<'_> {
    /// A text literal, or a constant of this file that is one.
    fn text_of(&self, expr: &Expr) -> Option<Named> {
        if let Some((text, span)) = symbol::literal(expr) {
            return Some((text, self.places.range(span)));
        }
        let ident = match expr {
            Expr::Path(path) => path.path.segments.last()?,
            Expr::Reference(inner) => return self.text_of(&inner.expr),
            _ => return None,
        };
        let text = self.constants.get(&ident.ident.to_string())?;
        Some((text.clone(), self.places.range(ident.ident.span())))
    }

    fn env_var(&mut self, name: &Expr) {
        if let Some((name, span)) = self.text_of(name)
            && !name.is_empty()
        {
            let name = self.rows.intern(&name);
            self.rows.facts.env_vars.push(EnvVar { name, span });
        }
    }

    /// `env!("X")`, `option_env!("X")`.
    pub(super) fn web_of_macro(&mut self, name: &str, arguments: &[&Expr]) {
        if matches!(name, "env" | "option_env")
            && let Some(argument) = arguments.first()
        {
            self.env_var(argument);
        }
    }

    /// `#[arg(env = "X")]`.
    pub(super) fn web_of_attribute(&mut self, list: &syn::MetaList) {
        if !matches!(symbol::last(&list.path).as_str(), "arg" | "clap" | "structopt") {
            return;
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = list.parse_args_with(parser) else { return };
        for argument in &arguments {
            match argument {
                Expr::Assign(pair) if is_ident(&pair.left, "env") => self.env_var(&pair.right),
                Expr::Call(call) if is_ident(&call.func, "env") => {
                    if let Some(name) = call.args.first() {
                        self.env_var(name);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn web_of_call(&mut self, callee: &str, call: &ExprCall) {
        let mut segments = callee.rsplit('.');
        let last = segments.next().unwrap_or_default();
        let before = segments.next().unwrap_or_default();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (before, last, arguments.as_slice()) {
            ("env", "var" | "var_os", [name]) | ("dotenvy" | "dotenv", "var", [name]) => self.env_var(name),
            ("", reader, [name]) if self.env_readers.contains(reader) => self.env_var(name),
            ("SetResponseHeaderLayer", "overriding" | "appending" | "if_not_present", [name, value])
            | ("Header", "new", [name, value])
            | ("with", "header", [name, value]) => {
                self.header(name, Some(value), true);
            }
            ("reply", "with_header", [_, name, value]) => self.header(name, Some(value), true),
            (_, "with_interceptor", [_, interceptor]) => self.middleware(interceptor),
            _ => {}
        }
    }

    pub(super) fn web_of_method(&mut self, call: &ExprMethodCall) {
        let name = symbol::name(&call.method);
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), arguments.as_slice()) {
            (
                "header" | "insert_header" | "append_header" | "with_header" | "raw_header" | "set_raw_header" | "add",
                [pair],
            ) => {
                if let Expr::Tuple(pair) = pair
                    && let [name, value] = pair.elems.iter().collect::<Vec<_>>().as_slice()
                    && (call.method != "add" || builds_headers(&call.receiver))
                    && !is_request(&call.receiver)
                {
                    self.header(name, Some(value), true);
                }
            }
            (
                "header" | "insert_header" | "append_header" | "with_header" | "raw_header" | "set_raw_header",
                [name, value],
            ) if !is_request(&call.receiver) => {
                self.header(name, Some(value), true);
            }
            ("overriding" | "appending", [name, value]) if builds_headers(&call.receiver) => {
                self.header(name, Some(value), true);
            }
            ("add", [name, value]) if builds_headers(&call.receiver) => self.header(name, Some(value), true),
            ("insert" | "append", [name, value]) if is_header_map(&call.receiver) && !is_request(&call.receiver) => {
                self.header(name, Some(value), true);
            }
            ("layer" | "route_layer" | "wrap" | "attach" | "hoop", [registered]) => self.middleware(registered),
            ("with", [registered]) if WITH_CRATES.iter().any(|known| self.crates.contains(*known)) => {
                self.middleware(registered);
            }
            _ => {}
        }
    }

    /// `[(header::X_FRAME_OPTIONS, "DENY"), …]`: what axum's handlers return. Only names that are certainly headers count.
    pub(super) fn web_of_array(&mut self, array: &syn::ExprArray) {
        for element in &array.elems {
            if let Expr::Tuple(pair) = element
                && let [name, value] = pair.elems.iter().collect::<Vec<_>>().as_slice()
                && symbol::literal(name).is_none()
            {
                self.header(name, Some(value), false);
            }
        }
    }

    /// A header; `constants` says that any constant in the place of the name is a header's.
    fn header(&mut self, name: &Expr, value: Option<&Expr>, constants: bool) {
        let Some((name, span)) = self.header_name(name, constants) else { return };
        let value = value.and_then(|value| self.header_value(value));
        let name = self.rows.intern(&name);
        let value = value.map(|value| self.rows.intern(&value));
        self.rows.facts.headers.push(Header { name, value, span });
    }

    /// A literal, `HeaderName::from_static("x")`, or a constant of the `http` crate: its name is the header's in capitals.
    fn header_name(&self, expr: &Expr, constants: bool) -> Option<Named> {
        match expr {
            Expr::Call(call) => {
                let callee = symbol::of_expr(&call.func);
                if callee.rsplit('.').nth(1) == Some("HeaderName") { self.text_of(call.args.first()?) } else { None }
            }
            Expr::Reference(inner) => self.header_name(&inner.expr, constants),
            Expr::MethodCall(call) => self.header_name(&call.receiver, constants),
            Expr::Try(inner) => self.header_name(&inner.expr, constants),
            Expr::Path(path) => {
                let last = symbol::name(&path.path.segments.last()?.ident);
                let span = self.places.between(symbol::start_of_path(&path.path)?, symbol::end_of_path(&path.path)?);
                if let Some(text) = self.constants.get(&last) {
                    return constants.then(|| (text.clone(), span));
                }
                let module = path.path.segments.iter().rev().nth(1).map(|segment| symbol::name(&segment.ident));
                let of_headers = matches!(module.as_deref(), Some("header" | "headers" | "hdrs"));
                let is_constant = last.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                (is_constant && (of_headers || constants)).then(|| (last.to_ascii_lowercase().replace('_', "-"), span))
            }
            _ => self.text_of(expr).filter(|_| constants),
        }
    }

    /// The literal behind `HeaderValue::from_static("v")`, `"v".parse().unwrap()`, `String::from("v")`.
    fn header_value(&self, expr: &Expr) -> Option<String> {
        let mut expr = expr;
        loop {
            if let Some((text, _)) = self.text_of(expr) {
                return Some(text);
            }
            expr = match expr {
                Expr::MethodCall(call)
                    if matches!(
                        symbol::name(&call.method).as_str(),
                        "parse" | "unwrap" | "expect" | "into" | "to_owned" | "to_string" | "clone" | "try_into"
                    ) =>
                {
                    &call.receiver
                }
                Expr::Try(inner) => &inner.expr,
                Expr::Call(call) => {
                    let callee = symbol::of_expr(&call.func);
                    let mut segments = callee.rsplit('.');
                    let last = segments.next().unwrap_or_default();
                    let ty = segments.next().unwrap_or_default();
                    let carries = matches!((ty, last), ("HeaderValue", _) | ("String", "from") | ("", "Some" | "Ok"));
                    if carries && call.args.len() == 1 { call.args.first()? } else { return None }
                }
                _ => return None,
            };
        }
    }

    /// What is registered: the path of the type without the constructor's name (`TraceLayer` of
    /// `TraceLayer::new_for_http()`), or of the function in `from_fn(f)`. A path without a type is kept whole.
    fn middleware(&mut self, registered: &Expr) {
        let mut expr = registered;
        let (symbol, span) = loop {
            expr = match expr {
                Expr::MethodCall(call) => &call.receiver,
                Expr::Reference(inner) => &inner.expr,
                Expr::Paren(inner) => &inner.expr,
                Expr::Try(inner) => &inner.expr,
                Expr::Await(inner) => &inner.base,
                Expr::Struct(value) => match path_range(self, &value.path) {
                    Some(span) => break (symbol::of_path(&value.path), span),
                    None => return,
                },
                Expr::Path(path) => match path_range(self, &path.path) {
                    Some(span) => break (symbol::of_path(&path.path), span),
                    None => return,
                },
                Expr::Call(call) => {
                    let Expr::Path(path) = &*call.func else { return };
                    let callee = symbol::of_path(&path.path);
                    match callee.rsplit('.').next().unwrap_or_default() {
                        "from_fn" => match call.args.first() {
                            Some(function) => function,
                            None => return,
                        },
                        "from_fn_with_state" => match call.args.get(1) {
                            Some(function) => function,
                            None => return,
                        },
                        // `from_extractor::<RequireAuth>()` registers the type.
                        "from_extractor" | "from_extractor_with_state" => {
                            let Some((symbol, span)) = type_argument(self, &path.path) else { return };
                            break (symbol, span);
                        }
                        last if callee.split('.').any(|segment| WRAPPERS.contains(&segment)) => {
                            // The wrapper's own `.layer(…)` calls are rows by themselves.
                            match call.args.last() {
                                Some(inner) if last != "HandleErrorLayer" => inner,
                                _ => return,
                            }
                        }
                        _ => match path_range(self, &path.path) {
                            Some(span) => break (callee, span),
                            None => return,
                        },
                    }
                }
                _ => return,
            };
        };
        let name = self.rows.intern(without_constructor(&symbol));
        self.rows.facts.middleware.push(Middleware { name, span });
    }
}

fn is_ident(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

fn path_range(walk: &Walk<'_>, path: &syn::Path) -> Option<Range> {
    Some(walk.places.between(symbol::start_of_path(path)?, symbol::end_of_path(path)?))
}

fn type_argument(walk: &Walk<'_>, path: &syn::Path) -> Option<Named> {
    let syn::PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else { return None };
    let syn::GenericArgument::Type(ty) = arguments.args.first()? else { return None };
    let syn::Type::Path(named) = ty else { return None };
    let span: Span = symbol::start_of_path(&named.path)?;
    Some((symbol::of_path(&named.path), walk.places.between(span, symbol::end_of_path(&named.path)?)))
}

/// `a.TraceLayer.new_for_http` is `a.TraceLayer`; `middleware.auth` stays.
fn without_constructor(symbol: &str) -> &str {
    match symbol.rsplit_once('.') {
        Some((ty, last)) if last.starts_with(char::is_lowercase) && has_type(ty) => without_constructor(ty),
        _ => symbol,
    }
}

fn has_type(symbol: &str) -> bool {
    symbol.split('.').any(|segment| segment.starts_with(char::is_uppercase))
}

/// The names along a chain of methods, outermost first, and the symbol at its root.
fn chain(expr: &Expr) -> (Vec<String>, String) {
    let mut methods = Vec::new();
    let mut expr = expr;
    // A builder's own chain is short; a longer one is judged by its end.
    for _ in 0..64 {
        expr = match expr {
            Expr::MethodCall(call) => {
                methods.push(symbol::name(&call.method));
                &call.receiver
            }
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Paren(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            Expr::Call(call) => &call.func,
            _ => break,
        };
    }
    (methods, symbol::of_expr(expr))
}

/// Whether what is built is a request, of a client or of a test.
fn is_request(expr: &Expr) -> bool {
    let (methods, root) = chain(expr);
    methods.iter().any(|method| CLIENT_METHODS.contains(&method.as_str()))
        || root.split('.').any(|segment| {
            let segment = segment.to_ascii_lowercase();
            matches!(segment.as_str(), "req" | "request" | "reqwest" | "client")
                || segment.ends_with("request")
                || segment.ends_with("client")
        })
}

/// `DefaultHeaders::new()`, `SetHeader::new()`.
fn builds_headers(expr: &Expr) -> bool {
    let (_, root) = chain(expr);
    root.split('.').any(|segment| matches!(segment, "DefaultHeaders" | "SetHeader" | "AppendHeaders"))
}

/// `response.headers_mut()`, `headers`, `self.response_headers`.
fn is_header_map(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            call.method == "headers_mut" || call.method == "unwrap" && is_header_map(&call.receiver)
        }
        Expr::Path(path) => path.path.get_ident().is_some_and(|ident| named_headers(&symbol::name(ident))),
        Expr::Field(field) => matches!(&field.member, syn::Member::Named(ident) if named_headers(&symbol::name(ident))),
        Expr::Try(inner) => is_header_map(&inner.expr),
        Expr::Reference(inner) => is_header_map(&inner.expr),
        Expr::Paren(inner) => is_header_map(&inner.expr),
        _ => false,
    }
}

fn named_headers(name: &str) -> bool {
    name == "headers" || name.ends_with("_headers") && !name.starts_with("req")
}

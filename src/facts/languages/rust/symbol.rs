//! Dotted symbols, literals and places of syntax. It knows no rows.

use std::fmt::Write as _;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::{Expr, Lit, Member, Path, Type};

use crate::facts::model::Range;

/// Deepest receiver that a callee spells out; what lies deeper is `()`. It bounds the text of long builder chains.
const RECEIVER_DEPTH: usize = 32;

/// From spans to bytes of the file: the parser never saw what stands before `base` (a BOM, a shebang).
#[derive(Clone, Copy, Debug)]
pub(super) struct Locator {
    pub(super) base: usize,
}

impl Locator {
    /// The bytes of a token.
    pub(super) fn range(self, span: Span) -> Range {
        let bytes = span.byte_range();
        Range::new(bytes.start + self.base, bytes.end + self.base)
    }

    /// From the first byte of one token to the last of another.
    pub(super) fn between(self, from: Span, to: Span) -> Range {
        Range { start: self.range(from).start, end: self.range(to).end.max(self.range(from).start) }
    }
}

/// The name without `r#`.
pub(super) fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `a::b::<T>::c` is `a.b.c`.
pub(super) fn of_path(path: &Path) -> String {
    let mut symbol = String::new();
    for segment in &path.segments {
        if !symbol.is_empty() {
            symbol.push('.');
        }
        let _ = write!(symbol, "{}", segment.ident.unraw());
    }
    symbol
}

/// The last segment of a path.
pub(super) fn last(path: &Path) -> String {
    path.segments.last().map(|segment| name(&segment.ident)).unwrap_or_default()
}

/// A path with its `<T as Trait>` in front: `<T>::f` is `T.f`, `<T as Trait>::f` is `Trait.f`.
fn of_qualified_path(path: &syn::ExprPath) -> String {
    match &path.qself {
        Some(qself) if qself.as_token.is_none() => match of_type(&qself.ty) {
            Some(ty) => format!("{ty}.{}", of_path(&path.path)),
            None => format!("().{}", of_path(&path.path)),
        },
        _ => of_path(&path.path),
    }
}

/// The symbol of a named type, references and parentheses dropped.
pub(super) fn of_type(ty: &Type) -> Option<String> {
    let mut ty = ty;
    loop {
        match ty {
            Type::Reference(inner) => ty = &inner.elem,
            Type::Paren(inner) => ty = &inner.elem,
            Type::Group(inner) => ty = &inner.elem,
            Type::Path(inner) => return Some(of_path(&inner.path)),
            Type::TraitObject(object) => {
                return object.bounds.iter().find_map(|bound| match bound {
                    syn::TypeParamBound::Trait(bound) => Some(of_path(&bound.path)),
                    _ => None,
                });
            }
            _ => return None,
        }
    }
}

/// The symbol of a callee or of what is passed: `self.db.execute`, `make().run`, `handlers[]`.
pub(super) fn of_expr(expr: &Expr) -> String {
    let mut symbol = String::new();
    write_expr(expr, RECEIVER_DEPTH, &mut symbol);
    symbol
}

/// The symbol of `receiver.method`.
pub(super) fn of_method(call: &syn::ExprMethodCall) -> String {
    let mut symbol = String::new();
    write_expr(&call.receiver, RECEIVER_DEPTH, &mut symbol);
    let _ = write!(symbol, ".{}", call.method.unraw());
    symbol
}

fn write_expr(expr: &Expr, depth: usize, symbol: &mut String) {
    let Some(depth) = depth.checked_sub(1) else {
        symbol.push_str("()");
        return;
    };
    match expr {
        Expr::Path(path) => symbol.push_str(&of_qualified_path(path)),
        Expr::Field(field) => {
            write_expr(&field.base, depth, symbol);
            let _ = match &field.member {
                Member::Named(ident) => write!(symbol, ".{}", ident.unraw()),
                Member::Unnamed(index) => write!(symbol, ".{}", index.index),
            };
        }
        Expr::MethodCall(call) => {
            write_expr(&call.receiver, depth, symbol);
            let _ = write!(symbol, ".{}()", call.method.unraw());
        }
        Expr::Call(call) => {
            write_expr(&call.func, depth, symbol);
            symbol.push_str("()");
        }
        Expr::Macro(call) => {
            symbol.push_str(&of_path(&call.mac.path));
            symbol.push_str("()");
        }
        Expr::Index(index) => {
            write_expr(&index.expr, depth, symbol);
            symbol.push_str("[]");
        }
        Expr::Array(_) | Expr::Repeat(_) => symbol.push_str("[]"),
        Expr::Paren(inner) => write_expr(&inner.expr, depth, symbol),
        Expr::Group(inner) => write_expr(&inner.expr, depth, symbol),
        Expr::Try(inner) => write_expr(&inner.expr, depth, symbol),
        Expr::Await(inner) => write_expr(&inner.base, depth, symbol),
        Expr::Reference(inner) => write_expr(&inner.expr, depth, symbol),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => write_expr(&inner.expr, depth, symbol),
        _ => symbol.push_str("()"),
    }
}

/// The first token of a name-like expression (`a::b`, `self.db.x`), and nothing for any other.
pub(super) fn start_of_name(expr: &Expr) -> Option<Span> {
    let mut expr = expr;
    loop {
        match expr {
            Expr::Path(path) => {
                return match &path.qself {
                    Some(qself) => Some(qself.lt_token.span),
                    None => start_of_path(&path.path),
                };
            }
            Expr::Field(field) => expr = &field.base,
            _ => return None,
        }
    }
}

/// The first token of a path.
pub(super) fn start_of_path(path: &Path) -> Option<Span> {
    match &path.leading_colon {
        Some(colon) => colon.spans.first().copied(),
        None => path.segments.first().map(|segment| segment.ident.span()),
    }
}

/// The last name of a path.
pub(super) fn end_of_path(path: &Path) -> Option<Span> {
    path.segments.last().map(|segment| segment.ident.span())
}

/// The variable that an expression reads through references, fields and methods: `x` in `&x.trim().len()`.
pub(super) fn root(expr: &Expr) -> Option<&Ident> {
    let mut expr = expr;
    loop {
        expr = match expr {
            Expr::Path(path) if path.qself.is_none() => return path.path.get_ident(),
            Expr::Field(field) => &field.base,
            Expr::MethodCall(call) => &call.receiver,
            Expr::Paren(inner) => &inner.expr,
            Expr::Group(inner) => &inner.expr,
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Reference(inner) => &inner.expr,
            Expr::Unary(inner) => &inner.expr,
            Expr::Cast(inner) => &inner.expr,
            Expr::Index(inner) => &inner.expr,
            _ => return None,
        };
    }
}

/// The text of a string or byte string literal.
pub(super) fn literal(expr: &Expr) -> Option<(String, Span)> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some((text.value(), text.span())),
            Lit::ByteStr(bytes) => Some((String::from_utf8(bytes.value()).ok()?, bytes.span())),
            _ => None,
        },
        Expr::Paren(inner) => literal(&inner.expr),
        Expr::Group(inner) => literal(&inner.expr),
        Expr::Reference(inner) => literal(&inner.expr),
        _ => None,
    }
}

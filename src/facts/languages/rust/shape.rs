//! Small questions about pieces of syntax: where they begin, what they bind, who may see them. It knows no rows.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Signature, Type};

use super::symbol;
use crate::facts::model::Visibility;

/// Where a callee that is a name begins and ends; of a longer expression, the last name.
pub(super) fn start_of_callee(callee: &Expr) -> Option<(Span, Span)> {
    match callee {
        Expr::Path(path) => Some((symbol::start_of_name(callee)?, symbol::end_of_path(&path.path)?)),
        Expr::Field(field) => {
            let to = match &field.member {
                syn::Member::Named(ident) => ident.span(),
                syn::Member::Unnamed(index) => index.span,
            };
            Some((symbol::start_of_name(callee).unwrap_or(to), to))
        }
        Expr::Paren(inner) => start_of_callee(&inner.expr),
        Expr::Group(inner) => start_of_callee(&inner.expr),
        Expr::Index(inner) => start_of_callee(&inner.expr),
        _ => None,
    }
}

/// The closure that a binding holds.
pub(super) fn closure_of(expr: &Expr) -> Option<&syn::ExprClosure> {
    match expr {
        Expr::Closure(closure) => Some(closure),
        Expr::Paren(inner) => closure_of(&inner.expr),
        Expr::Group(inner) => closure_of(&inner.expr),
        Expr::Reference(inner) => closure_of(&inner.expr),
        _ => None,
    }
}

/// Every name that a pattern binds.
pub(super) fn bindings(pattern: &Pat) -> Vec<syn::Ident> {
    struct Names(Vec<syn::Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.0.push(pattern.ident.clone());
            visit::visit_pat_ident(self, pattern);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
        fn visit_type(&mut self, _: &'ast Type) {}
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

pub(super) fn visibility_of(visibility: Option<&syn::Visibility>) -> Visibility {
    match visibility {
        Some(syn::Visibility::Public(_)) => Visibility::Public,
        // `pub(self)` is what no `pub` is.
        Some(syn::Visibility::Restricted(restricted)) if restricted.path.is_ident("self") => Visibility::Private,
        Some(syn::Visibility::Restricted(_)) => Visibility::Internal,
        _ => Visibility::Private,
    }
}

pub(super) fn start_of_visibility(visibility: &syn::Visibility) -> Option<Span> {
    match visibility {
        syn::Visibility::Public(token) => Some(token.span),
        syn::Visibility::Restricted(restricted) => Some(restricted.pub_token.span),
        syn::Visibility::Inherited => None,
    }
}

pub(super) fn start_of_signature(signature: &Signature) -> Span {
    let safety = match &signature.safety {
        syn::Safety::Unsafe(token) => Some(token.span),
        syn::Safety::Safe(token) => Some(token.span),
        syn::Safety::Default => None,
    };
    let constness = signature.constness.as_ref().map(|token| token.span);
    let asyncness = signature.asyncness.as_ref().map(|token| token.span);
    let abi = signature.abi.as_ref().map(|abi| abi.extern_token.span);
    constness.or(asyncness).or(safety).or(abi).unwrap_or(signature.fn_token.span)
}

/// `crate::a::B`, `super::B` and `self::B` are looked for as `a.B` and `B`.
pub(super) fn without_keywords(symbol: &str) -> String {
    let kept = symbol.split('.').skip_while(|segment| matches!(*segment, "crate" | "self" | "super" | "Self"));
    kept.collect::<Vec<_>>().join(".")
}

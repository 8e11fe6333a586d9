//! The walk over a parsed file: definitions, their decorators and parameters, calls, imports. What a call means beyond its
//! name is asked of the neighbours (`guards`, `handlers`, `web`). It knows no other file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, FnArg, ImplItem, Item, Meta, Pat, Signature, Stmt, TraitItem, Type};

use super::guards::Context;
use super::rows::Rows;
use super::shape::{
    bindings, closure_of, start_of_callee, start_of_signature, start_of_visibility, visibility_of, without_keywords,
};
use super::symbol::{self, Locator};
use super::{attributes, imports};
use crate::facts::model::{Call, Class, Function, FunctionKind, Handler, Owner, Parameter, Range, Test, Visibility};

/// The state of the walk.
pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) places: Locator,
    pub(super) rows: Rows,
    /// The qualified name of what encloses this place.
    pub(super) scope: String,
    pub(super) owner: Option<Owner>,
    /// The functions and closures around this place, for guards of their parameters.
    pub(super) contexts: Vec<Context>,
    /// Names bound to `std::env::var` and its kin by an import.
    pub(super) env_readers: BTreeSet<String>,
    /// Text constants of this file.
    pub(super) constants: BTreeMap<String, String>,
    /// First segments of imported paths: which frameworks the file uses.
    pub(super) crates: BTreeSet<String>,
    /// Bytes of macro arguments that may still be parsed; nested macros are parsed once for each level.
    pub(super) macro_budget: usize,
}

/// How the functions of an item list are seen.
pub(super) enum Place<'a> {
    Free,
    Impl { class: Option<u32>, of_trait: bool },
    Trait { class: u32, visibility: &'a syn::Visibility },
    Foreign,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str, base: usize) -> Self {
        Self {
            text,
            places: Locator { base },
            rows: Rows::default(),
            scope: String::new(),
            owner: None,
            contexts: Vec::new(),
            env_readers: BTreeSet::new(),
            constants: BTreeMap::new(),
            crates: BTreeSet::new(),
            macro_budget: text.len().saturating_mul(8).saturating_add(4096),
        }
    }

    /// All rows of a file.
    pub(super) fn file(mut self, file: &syn::File) -> crate::facts::model::CodeFacts {
        self.items(&file.items);
        self.rows.finish()
    }

    /// The source of a range.
    pub(super) fn source(&self, range: Range) -> &'t str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn qualified(&self, name: &str) -> String {
        if self.scope.is_empty() { name.to_owned() } else { format!("{}.{name}", self.scope) }
    }

    /// Runs `body` inside a scope.
    fn inside(&mut self, scope: String, owner: Option<Owner>, body: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        let outer_owner = std::mem::replace(&mut self.owner, owner);
        body(self);
        self.owner = outer_owner;
        self.scope = outer;
    }

    /// Items of a file, module or block: all classes are known before any `impl` is read.
    pub(super) fn items(&mut self, items: &[Item]) {
        self.declare(items.iter());
        for item in items {
            self.visit_item(item);
        }
    }

    /// Statements of a block or of a macro's arguments.
    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        self.declare(statements.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        }));
        for statement in statements {
            self.visit_stmt(statement);
        }
    }

    fn declare<'i>(&mut self, items: impl Iterator<Item = &'i Item>) {
        for item in items {
            let class = match item {
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Union(item) => &item.ident,
                Item::Trait(item) => &item.ident,
                Item::TraitAlias(item) => &item.ident,
                Item::Type(item) => &item.ident,
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        let scope = self.qualified(&symbol::name(&module.ident));
                        self.inside(scope, None, |walk| walk.declare(items.iter()));
                    }
                    continue;
                }
                Item::Const(item) => {
                    self.constant(&item.ident, &item.expr);
                    continue;
                }
                Item::Static(item) => {
                    self.constant(&item.ident, &item.expr);
                    continue;
                }
                Item::Use(item) => {
                    imports::note(self, item);
                    continue;
                }
                _ => continue,
            };
            let qualified = self.qualified(&symbol::name(class));
            self.rows.declare_class(qualified);
        }
    }

    fn constant(&mut self, ident: &syn::Ident, value: &Expr) {
        let text = match value {
            Expr::Call(call) => call.args.first().and_then(symbol::literal),
            _ => symbol::literal(value),
        };
        if let Some((text, _)) = text {
            self.constants.insert(ident.to_string(), text);
        }
    }

    /// One call, owned by what encloses this place.
    pub(super) fn call(&mut self, callee: &str, span: Range) {
        if callee.chars().any(|c| c.is_alphanumeric() || c == '_') {
            let callee = self.rows.intern(callee);
            self.rows.facts.calls.push(Call { callee, owner: self.owner, span });
        }
    }

    /// One handler, owned by what encloses this place.
    pub(super) fn handler(&mut self, errors: Vec<Arc<str>>, catches_all: bool, span: Range) {
        self.rows.facts.handlers.push(Handler { errors, catches_all, caught: Vec::new(), owner: self.owner, span });
    }

    fn class(
        &mut self,
        ident: &syn::Ident,
        kind: &'static str,
        attrs: &[Attribute],
        (from, to): (Option<Span>, Span),
        bases: &[String],
    ) -> u32 {
        let name = symbol::name(ident);
        let qualified = self.qualified(&name);
        let id = self.rows.declare_class(qualified.clone());
        let name_span = self.places.range(ident.span());
        let span = self.places.between(attributes::start(attrs).or(from).unwrap_or_else(|| ident.span()), to);
        let bases = bases.iter().map(|base| self.rows.intern(base)).collect();
        let (name, qualified_name) = (self.rows.intern(&name), self.rows.intern(&qualified));
        self.rows.push_class(id, Class { name, qualified_name, kind, bases, span, name_span });
        attributes::decorators(self, attrs, Owner::Class(id));
        id
    }

    pub(super) fn function(
        &mut self,
        place: &Place<'_>,
        (attrs, vis): (&[Attribute], Option<&syn::Visibility>),
        (from, to): (Option<Span>, Span),
        signature: &Signature,
        body: Option<&Block>,
    ) {
        let name = symbol::name(&signature.ident);
        let qualified = self.qualified(&name);
        let kind = match (place, body) {
            (_, None) | (Place::Foreign, _) => FunctionKind::Signature,
            (Place::Free, _) => FunctionKind::Function,
            _ => FunctionKind::Method,
        };
        let owner = match place {
            Place::Impl { class: Some(class), .. } | Place::Trait { class, .. } => Some(Owner::Class(*class)),
            _ => self.owner,
        };
        let visibility = match place {
            Place::Impl { of_trait: true, .. } => Visibility::Public,
            Place::Trait { visibility, .. } => visibility_of(Some(visibility)),
            _ => visibility_of(vis),
        };
        let start = attributes::start(attrs).or(from).unwrap_or_else(|| start_of_signature(signature));
        let span = self.places.between(start, to);
        let name_span = self.places.range(signature.ident.span());
        let (interned, qualified_name) = (self.rows.intern(&name), self.rows.intern(&qualified));
        let is_async = signature.asyncness.is_some();
        let index = self.rows.push_function(Function {
            name: Arc::clone(&interned),
            qualified_name: Arc::clone(&qualified_name),
            kind,
            owner,
            is_async,
            visibility,
            span,
            code_span: span,
            name_span,
        });
        attributes::decorators(self, attrs, Owner::Function(index));
        if body.is_some() && attributes::is_test(attrs) {
            let skipped = attributes::is_ignored(attrs);
            let framework = "cargo";
            let test = Test { name: interned, qualified_name, framework, skipped, span: name_span, whole: span };
            self.rows.facts.tests.push(test);
        }
        self.inside(qualified, Some(Owner::Function(index)), |walk| {
            walk.contexts.push(Context::function());
            for input in &signature.inputs {
                if let FnArg::Typed(input) = input {
                    walk.parameter(index, &input.pat, Some(&input.ty));
                }
            }
            if let Some(body) = body {
                walk.visit_block(body);
            }
            walk.leave_context();
        });
    }

    /// A row for each name that the pattern binds.
    fn parameter(&mut self, function: u32, pattern: &Pat, ty: Option<&Type>) {
        let ty_range = ty.map(|ty| self.places.range(ty.span()));
        let ty_text = ty_range.map(|range| self.rows.intern(self.source(range).trim()));
        let guard = ty.zip(ty_range).and_then(|(ty, range)| super::guards::validating_type(ty, range));
        for ident in bindings(pattern) {
            let name = symbol::name(&ident);
            let row = self.rows.facts.parameters.len();
            let span = self.places.range(ident.span());
            let interned = self.rows.intern(&name);
            self.rows.facts.parameters.push(Parameter {
                name: interned,
                ty: ty_text.clone(),
                default: None,
                function,
                guards: guard.into_iter().collect(),
                span,
            });
            if let Some(context) = self.contexts.last_mut() {
                context.bind(name, Some(row));
            }
        }
    }

    /// `let f = |x| …`, `static F: fn(u32) = |x| …`: a lambda of that name; its parts are walked too.
    fn lambda(
        &mut self,
        ident: &syn::Ident,
        visibility: Visibility,
        attrs: &[Attribute],
        span: Range,
        closure: &syn::ExprClosure,
    ) {
        let name = symbol::name(ident);
        let qualified = self.qualified(&name);
        let (interned, qualified_name) = (self.rows.intern(&name), self.rows.intern(&qualified));
        let index = self.rows.push_function(Function {
            name: interned,
            qualified_name,
            kind: FunctionKind::Lambda,
            owner: self.owner,
            is_async: closure.asyncness.is_some(),
            visibility,
            span,
            code_span: span,
            name_span: self.places.range(ident.span()),
        });
        attributes::decorators(self, attrs, Owner::Function(index));
        self.inside(qualified, Some(Owner::Function(index)), |walk| {
            walk.contexts.push(Context::closure());
            for input in &closure.inputs {
                match input {
                    Pat::Type(input) => walk.parameter(index, &input.pat, Some(&input.ty)),
                    input => walk.parameter(index, input, None),
                }
            }
            walk.visit_expr(&closure.body);
            walk.leave_context();
        });
    }

    fn implementation(&mut self, item: &syn::ItemImpl) {
        let ty = symbol::of_type(&item.self_ty);
        let relative = ty.as_deref().map(without_keywords).unwrap_or_default();
        let found = if relative.is_empty() { None } else { self.rows.find_class(&self.scope, &relative) };
        let (class, scope) = match found {
            Some((id, qualified)) => (Some(id), qualified.to_owned()),
            // A type of another file: its name, inside the modules of this one.
            None => match relative.rsplit('.').next() {
                Some(last) if !last.is_empty() => (None, self.qualified(last)),
                _ => (None, self.scope.clone()),
            },
        };
        if let (Some(class), Some((path, _)), None) = (class, &item.trait_, &item.modifiers.polarity) {
            let base = self.rows.intern(&symbol::of_path(path));
            self.rows.add_base(class, base);
        }
        let place = Place::Impl { class, of_trait: item.trait_.is_some() };
        let owner = class.map(Owner::Class).or(self.owner);
        self.inside(scope, owner, |walk| {
            for item in &item.items {
                match item {
                    ImplItem::Fn(item) => {
                        let from = start_of_visibility(&item.vis).or(item
                            .modifiers
                            .defaultness
                            .as_ref()
                            .map(|token| token.span));
                        let to = item.block.brace_token.span.close();
                        walk.function(&place, (&item.attrs, Some(&item.vis)), (from, to), &item.sig, Some(&item.block));
                    }
                    ImplItem::Verbatim(tokens) => walk.bodiless(&place, tokens),
                    other => walk.visit_impl_item(other),
                }
            }
        });
    }

    fn interface(&mut self, item: &syn::ItemTrait) {
        let bases: Vec<String> = item
            .supertraits
            .iter()
            .filter_map(|bound| match bound {
                syn::TypeParamBound::Trait(bound) => Some(symbol::of_path(&bound.path)),
                _ => None,
            })
            .collect();
        let from = start_of_visibility(&item.vis)
            .or(item.unsafety.as_ref().map(|token| token.span))
            .unwrap_or(item.trait_token.span);
        let to = item.brace_token.span.close();
        let class = self.class(&item.ident, "trait", &item.attrs, (Some(from), to), &bases);
        let place = Place::Trait { class, visibility: &item.vis };
        let scope = self.qualified(&symbol::name(&item.ident));
        self.inside(scope, Some(Owner::Class(class)), |walk| {
            for item in &item.items {
                match item {
                    TraitItem::Fn(item) => {
                        let to = match (&item.default, &item.semi_token) {
                            (Some(block), _) => block.brace_token.span.close(),
                            (None, Some(semi)) => semi.span,
                            (None, None) => item.sig.paren_token.span.close(),
                        };
                        walk.function(&place, (&item.attrs, None), (None, to), &item.sig, item.default.as_ref());
                    }
                    TraitItem::Verbatim(tokens) => walk.unknown(tokens),
                    other => walk.visit_trait_item(other),
                }
            }
        });
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(item) => {
                let from =
                    start_of_visibility(&item.vis).or(item.modifiers.defaultness.as_ref().map(|token| token.span));
                let to = item.block.brace_token.span.close();
                self.function(&Place::Free, (&item.attrs, Some(&item.vis)), (from, to), &item.sig, Some(&item.block));
            }
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    let scope = self.qualified(&symbol::name(&item.ident));
                    // Classes of inner modules were declared with the outer items.
                    self.inside(scope, self.owner, |walk| items.iter().for_each(|item| walk.visit_item(item)));
                }
            }
            Item::Impl(item) => self.implementation(item),
            Item::Trait(item) => self.interface(item),
            Item::TraitAlias(item) => {
                let from = start_of_visibility(&item.vis).unwrap_or(item.trait_token.span);
                self.class(&item.ident, "alias", &item.attrs, (Some(from), item.semi_token.span), &[]);
            }
            Item::Struct(item) => {
                let from = start_of_visibility(&item.vis).unwrap_or(item.struct_token.span);
                let to = match (&item.semi_token, &item.fields) {
                    (Some(semi), _) => semi.span,
                    (None, syn::Fields::Named(fields)) => fields.brace_token.span.close(),
                    (None, syn::Fields::Unnamed(fields)) => fields.paren_token.span.close(),
                    (None, syn::Fields::Unit) => item.ident.span(),
                };
                let id = self.class(&item.ident, "struct", &item.attrs, (Some(from), to), &[]);
                let scope = self.qualified(&symbol::name(&item.ident));
                self.inside(scope, Some(Owner::Class(id)), |walk| visit::visit_fields(walk, &item.fields));
            }
            Item::Enum(item) => {
                let from = start_of_visibility(&item.vis).unwrap_or(item.enum_token.span);
                let to = item.brace_token.span.close();
                let id = self.class(&item.ident, "enum", &item.attrs, (Some(from), to), &[]);
                let scope = self.qualified(&symbol::name(&item.ident));
                self.inside(scope, Some(Owner::Class(id)), |walk| {
                    item.variants.iter().for_each(|variant| walk.visit_variant(variant));
                });
            }
            Item::Union(item) => {
                let from = start_of_visibility(&item.vis).unwrap_or(item.union_token.span);
                let to = item.fields.brace_token.span.close();
                self.class(&item.ident, "union", &item.attrs, (Some(from), to), &[]);
            }
            Item::Type(item) => {
                let from = start_of_visibility(&item.vis).unwrap_or(item.type_token.span);
                self.class(&item.ident, "alias", &item.attrs, (Some(from), item.semi_token.span), &[]);
            }
            Item::ForeignMod(item) => {
                for item in &item.items {
                    match item {
                        syn::ForeignItem::Fn(item) => {
                            let from = start_of_visibility(&item.vis);
                            let to = item.semi_token.span;
                            self.function(&Place::Foreign, (&item.attrs, Some(&item.vis)), (from, to), &item.sig, None);
                        }
                        syn::ForeignItem::Verbatim(tokens) => self.unknown(tokens),
                        other => self.visit_foreign_item(other),
                    }
                }
            }
            Item::Use(item) => imports::tree(self, item),
            Item::ExternCrate(item) => imports::extern_crate(self, item),
            Item::Static(item) => match closure_of(&item.expr) {
                Some(closure) => {
                    let from = start_of_visibility(&item.vis).unwrap_or(item.static_token.span);
                    let span =
                        self.places.between(attributes::start(&item.attrs).unwrap_or(from), item.semi_token.span);
                    self.lambda(&item.ident, visibility_of(Some(&item.vis)), &item.attrs, span, closure);
                }
                None => visit::visit_item_static(self, item),
            },
            Item::Const(item) => match closure_of(&item.expr) {
                Some(closure) => {
                    let from = start_of_visibility(&item.vis).unwrap_or(item.const_token.span);
                    let span =
                        self.places.between(attributes::start(&item.attrs).unwrap_or(from), item.semi_token.span);
                    self.lambda(&item.ident, visibility_of(Some(&item.vis)), &item.attrs, span, closure);
                }
                None => visit::visit_item_const(self, item),
            },
            // `macro_rules! name { … }` is a template, not code.
            Item::Macro(item) => {
                if item.ident.is_none() {
                    self.visit_macro(&item.mac);
                }
            }
            Item::Verbatim(tokens) => self.bodiless(&Place::Free, tokens),
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.statements(&block.stmts);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            let ident = match &local.pat {
                Pat::Ident(pattern) => Some(&pattern.ident),
                Pat::Type(typed) => match &*typed.pat {
                    Pat::Ident(pattern) => Some(&pattern.ident),
                    _ => None,
                },
                _ => None,
            };
            if let (Some(ident), Some(closure)) = (ident, closure_of(&init.expr)) {
                let from = attributes::start(&local.attrs).unwrap_or(local.let_token.span);
                let span = self.places.between(from, local.semi_token.span);
                self.lambda(ident, Visibility::Private, &local.attrs, span, closure);
                return;
            }
            self.guard_of_local(local, init);
            self.handler_of_local(local, init);
            if let Some(ident) = ident
                && self.is_rebinding(ident, &init.expr)
            {
                // `let name = name.trim();` goes on with the same value: neither a use nor a new variable.
                self.without_uses(|walk| walk.visit_expr(&init.expr));
                return;
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Call(call) => {
                let callee = symbol::of_expr(&call.func);
                let span = match start_of_callee(&call.func) {
                    Some((from, to)) => self.places.between(from, to),
                    None => self.places.range(call.paren_token.span.open()),
                };
                self.call(&callee, span);
                self.guard_of_call(&callee, call.args.iter(), None, span.start, call.paren_token.span.close());
                self.web_of_call(&callee, call);
            }
            Expr::MethodCall(call) => {
                let callee = symbol::of_method(call);
                let method = self.places.range(call.method.span());
                // A receiver that is no name may span many lines: the method alone is the evidence then.
                let span = match symbol::start_of_name(&call.receiver) {
                    Some(from) => Range { start: self.places.range(from).start, end: method.end },
                    None => method,
                };
                self.call(&callee, span);
                self.guard_of_call(
                    &callee,
                    call.args.iter(),
                    Some(&call.receiver),
                    span.start,
                    call.paren_token.span.close(),
                );
                self.handler_of_method(call, method);
                self.web_of_method(call);
            }
            Expr::Try(attempt) => self.handler_of_try(attempt),
            Expr::If(branch) => {
                self.guard_of_if(branch);
                self.handler_of_if(branch);
            }
            Expr::While(repeat) => self.handler_of_while(repeat),
            Expr::Match(choice) => {
                self.guard_of_match(choice);
                self.handler_of_match(choice);
            }
            Expr::Closure(closure) => {
                let mut context = Context::closure();
                for input in &closure.inputs {
                    for ident in bindings(input) {
                        context.bind(symbol::name(&ident), None);
                    }
                }
                self.contexts.push(context);
                visit::visit_expr_closure(self, closure);
                self.leave_context();
                return;
            }
            Expr::Path(path) => {
                if path.qself.is_none()
                    && let Some(ident) = path.path.get_ident()
                {
                    self.note_use(ident);
                }
            }
            Expr::Array(array) => self.web_of_array(array),
            Expr::Verbatim(tokens) => self.unknown(tokens),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.macro_call(call);
    }

    /// What stands in attributes is data; `clap` alone reads the environment by one.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.web_of_attribute(list);
        }
    }
}

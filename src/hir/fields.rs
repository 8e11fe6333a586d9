//! The fields of a block: each known, given once, of its type; the required ones there.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::schema::{Refinement, Ty};
use crate::base::span::Span;
use crate::syntax::ast::{Block, Expr, ExprKind, Field, FieldValue, Ident, Keyword, Member, Text};

use super::diags;
use super::expr::Const;
use super::infer::{By, Infer, Reach};
use super::world::{Log, World};

/// What a block may hold.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) keyword: Keyword,
    /// The fields in the order of the reference.
    pub(super) fields: &'static [&'static str],
    /// Fields that must be there, with an example.
    pub(super) required: &'static [(&'static str, &'static str)],
    /// Fields that may stand more than once.
    pub(super) repeated: &'static [&'static str],
    /// Declarations that may stand inside.
    pub(super) blocks: &'static [Keyword],
    /// Whether it needs a title.
    pub(super) title: bool,
}

/// A block's fields by name.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) block: &'a Block,
    found: BTreeMap<&'a str, &'a Field>,
    /// Fields of a kind that repeats, in order.
    pub(super) repeated: Vec<&'a Field>,
}

impl<'a> Fields<'a> {
    /// Sorts a block's members; reports what does not belong, stands twice or is missing.
    pub(super) fn read(block: &'a Block, shape: &Shape, log: &mut Log) -> Self {
        let what = phrase(shape.keyword);
        let mut found: BTreeMap<&'a str, &'a Field> = BTreeMap::new();
        let mut repeated = Vec::new();
        let mut broken = block.broken;
        // A misspelt field is not missing as well.
        let mut misspelt = Vec::new();
        for member in &block.members {
            match member {
                Member::Error(_) => broken = true,
                Member::Block(inner) => {
                    if !shape.blocks.contains(&inner.keyword) {
                        log.push(misplaced(inner, &format!("in {what}")));
                    }
                }
                Member::Field(field) => {
                    let name = &*field.name.text;
                    if shape.repeated.contains(&name) {
                        repeated.push(field);
                    } else if !shape.fields.contains(&name) {
                        let known = shape.fields.iter().chain(shape.repeated).copied();
                        let diagnostic = diags::unknown_field(field.name.span, name, &what, known);
                        misspelt.extend(diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.text.clone()));
                        log.push(diagnostic);
                    } else if let Some(first) = found.get(name) {
                        log.push(diags::duplicate_field(field.name.span, name, first.name.span));
                    } else {
                        if let Some(argument) = &field.argument {
                            log.push(diags::argument_of_field(argument.span, name));
                        }
                        found.insert(name, field);
                    }
                }
            }
        }
        if !broken {
            let missing: Vec<(&str, &str)> = shape
                .required
                .iter()
                .filter(|(name, _)| !found.contains_key(name) && !misspelt.iter().any(|word| word == name))
                .copied()
                .collect();
            if !missing.is_empty() {
                log.push(diags::missing_fields(block.head(), &what, &missing));
            }
            let blank = block.title.as_ref().is_none_or(|title| title.value.trim().is_empty());
            if shape.title && blank {
                log.push(diags::missing_title(block.head(), shape.keyword.name()));
            }
        }
        Self { block, found, repeated }
    }

    /// The value of a field, where it is given and parsed.
    pub(super) fn expr(&self, name: &str) -> Option<&'a Expr> {
        match &self.found.get(name)?.value {
            FieldValue::Expr(expr) if !matches!(expr.kind, ExprKind::Error) => Some(expr),
            _ => None,
        }
    }

    /// Whether a field is there, well-formed or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.found.contains_key(name)
    }

    /// Where a field's name stands.
    pub(super) fn name_span(&self, name: &str) -> Option<Span> {
        self.found.get(name).map(|field| field.name.span)
    }
}

/// Names in order, each once.
#[derive(Debug, Default)]
struct Once {
    order: Vec<(Arc<str>, Span)>,
    places: BTreeMap<Arc<str>, Span>,
}

impl Once {
    fn add(&mut self, word: Arc<str>, span: Span, log: &mut Log) {
        if let Some(first) = self.places.get(&word) {
            log.push(diags::duplicate_value(span, &word, *first));
        } else {
            self.places.insert(Arc::clone(&word), span);
            self.order.push((word, span));
        }
    }
}

/// Reads typed values of fields.
#[derive(Debug)]
pub(super) struct Reader<'r, 'c, 'a> {
    pub(super) world: &'c World<'a>,
    pub(super) file: usize,
    pub(super) log: &'r mut Log,
}

impl Reader<'_, '_, '_> {
    /// A constant of a type.
    pub(super) fn constant(&mut self, fields: &Fields<'_>, name: &str, ty: &Ty) -> Option<Const> {
        let expr = fields.expr(name)?;
        Infer::new(self.world, self.file, self.log, Reach::Constants).constant(expr, ty, By::Field(name))
    }

    fn word(&mut self, fields: &Fields<'_>, name: &str, ty: &Ty) -> Option<Arc<str>> {
        match self.constant(fields, name, ty)? {
            Const::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, fields: &Fields<'_>, name: &str) -> Option<Arc<str>> {
        let text = self.word(fields, name, &Ty::Text)?;
        if text.trim().is_empty() {
            let span = fields.expr(name).map_or(fields.block.head(), |expr| expr.span);
            self.log.push(diags::empty_text(span, name));
            return None;
        }
        Some(text)
    }

    /// A refined text.
    pub(super) fn refined(&mut self, fields: &Fields<'_>, name: &str, refinement: Refinement) -> Option<Arc<str>> {
        self.word(fields, name, &Ty::Refined(refinement))
    }

    /// A word of an enum.
    pub(super) fn choice(&mut self, fields: &Fields<'_>, name: &str, of: &'static str) -> Option<Arc<str>> {
        self.word(fields, name, &Ty::Enum(of))
    }

    /// A list of words of an enum, each once.
    pub(super) fn choices(&mut self, fields: &Fields<'_>, name: &str, of: &'static str) -> Vec<Arc<str>> {
        let Some(expr) = fields.expr(name) else { return Vec::new() };
        let Some(items) = self.items(expr, name, "words") else { return Vec::new() };
        let ty = Ty::Enum(of);
        let mut found = Once::default();
        for item in items {
            let mut infer = Infer::new(self.world, self.file, self.log, Reach::Constants);
            if let Some(Const::Text(word)) = infer.constant(item, &ty, By::Field(name)) {
                found.add(word, item.span, self.log);
            }
        }
        found.order.into_iter().map(|(word, _)| word).collect()
    }

    /// A list of bare names, each once.
    pub(super) fn names(&mut self, fields: &Fields<'_>, name: &str, of: &str) -> Vec<Ident> {
        let Some(expr) = fields.expr(name) else { return Vec::new() };
        let Some(items) = self.items(expr, name, of) else { return Vec::new() };
        let mut found = Once::default();
        for item in items {
            if let Some(ident) = self.bare(item, name, &format!("a list of {of}")) {
                found.add(ident.text, ident.span, self.log);
            }
        }
        found.order.into_iter().map(|(text, span)| Ident { text, span }).collect()
    }

    /// One bare name.
    pub(super) fn name(&mut self, fields: &Fields<'_>, name: &str, of: &str) -> Option<Ident> {
        let expr = fields.expr(name)?;
        self.bare(expr, name, of)
    }

    fn bare(&mut self, expr: &Expr, field: &str, of: &str) -> Option<Ident> {
        match &expr.kind {
            ExprKind::Name(ident) => Some(ident.clone()),
            ExprKind::Error => None,
            ExprKind::Text(text) => {
                let is_name = !text.value.is_empty()
                    && text.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
                    && !text.value.starts_with(|first: char| first.is_ascii_digit() || first == '-');
                self.log.push(diags::name_wanted(expr.span, field, of, is_name.then_some(&text.value)));
                None
            }
            _ => {
                self.log.push(diags::name_wanted(expr.span, field, of, None));
                None
            }
        }
    }

    /// The elements of a list.
    pub(super) fn items<'e>(&mut self, expr: &'e Expr, field: &str, of: &str) -> Option<&'e [Expr]> {
        match &expr.kind {
            ExprKind::List(items) => Some(items),
            ExprKind::Error => None,
            _ => {
                let text = self.world.sources.text(expr.span);
                self.log.push(diags::list_wanted(expr.span, field, text, of));
                None
            }
        }
    }

    /// A text literal as written, for what points inside it.
    pub(super) fn literal<'x>(&mut self, fields: &Fields<'x>, name: &str) -> Option<&'x Text> {
        let expr = fields.expr(name)?;
        match &expr.kind {
            ExprKind::Text(text) if text.value.trim().is_empty() => {
                self.log.push(diags::empty_text(text.span, name));
                None
            }
            ExprKind::Text(text) => Some(text),
            _ => {
                self.log.push(diags::text_wanted(expr.span, name));
                None
            }
        }
    }

    /// `id: "AUTH-7"`.
    pub(super) fn id(&mut self, fields: &Fields<'_>) -> Option<Arc<str>> {
        let text = self.literal(fields, "id")?;
        match text.value.char_indices().find(|(_, letter)| !letter.is_ascii_graphic()) {
            Some((at, letter)) => {
                let span = text.inside(at, at.saturating_add(letter.len_utf8()));
                self.log.push(diags::bad_id(span, "an id holds printable ASCII without blanks"));
                None
            }
            None => Some(Arc::clone(&text.value)),
        }
    }
}

/// A declaration where it does not belong. What this version does not know is refused as such.
pub(super) fn misplaced(block: &Block, place: &str) -> crate::diag::Diagnostic {
    let keyword = block.keyword;
    if is_unsupported(keyword) {
        return diags::unsupported_declaration(block.keyword_span, keyword.name());
    }
    let belongs = match keyword {
        Keyword::Asset | Keyword::Attacker | Keyword::Component | Keyword::Boundary | Keyword::Assumption => {
            "into a `model`"
        }
        Keyword::Assert => "into a `control`, or to the top of the file",
        Keyword::Rule => "into a `document`",
        _ => "to the top of the file",
    };
    diags::misplaced_declaration(block.keyword_span, keyword.name(), place, belongs)
}

/// Declarations of later versions.
pub(super) fn is_unsupported(keyword: Keyword) -> bool {
    keyword == Keyword::Finding
}

/// A declaration in a sentence.
fn phrase(keyword: Keyword) -> String {
    let name = if keyword == Keyword::Waive { "waiver" } else { keyword.name() };
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

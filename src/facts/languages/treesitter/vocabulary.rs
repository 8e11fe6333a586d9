//! The capture names that query files may use, compiled once per language. Does not know any language.

use tree_sitter::{Node, Query, QueryCapture};

/// What one match of a query describes: the capture without a dot in its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// `@function`: a definition of a function.
    Function,
    /// `@class`: a definition of a class or its kin.
    Class,
    /// `@scope`: gives its name to what it encloses, or (without a name) is an anonymous function.
    Scope,
    /// `@decorator`: a decorator of the definition that contains it, or of the next one (`#set! decorates "next"`).
    Decorator,
    /// `@call`: a call.
    Call,
    /// `@parameter`: a parameter of the innermost function whose parameter list contains it.
    Parameter,
    /// `@import`: an import of one module or member.
    Import,
    /// `@handler`: a place where errors are handled.
    Handler,
    /// `@guard`: a condition that parameters are tested in.
    Guard,
    /// `@note`: anything that a language's own hook looks at; `#set! note "…"` names it.
    Note,
}

/// A part of a row: the capture's name after the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the capture of its name; the module page of `treesitter` says what each means"
)]
pub enum Part {
    Name,
    Qualifier,
    Parameters,
    Body,
    Code,
    Bases,
    Pattern,
    Type,
    Default,
    Callee,
    Arguments,
    Module,
    Member,
    Alias,
    Condition,
    Branch,
    Errors,
    Head,
    Key,
    Value,
}

/// What a capture of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capture {
    Row(Row),
    Part(Part),
}

const ROWS: &[(&str, Row)] = &[
    ("function", Row::Function),
    ("class", Row::Class),
    ("scope", Row::Scope),
    ("decorator", Row::Decorator),
    ("call", Row::Call),
    ("parameter", Row::Parameter),
    ("import", Row::Import),
    ("handler", Row::Handler),
    ("guard", Row::Guard),
    ("note", Row::Note),
];

const PARTS: &[(&str, Part)] = &[
    ("name", Part::Name),
    ("qualifier", Part::Qualifier),
    ("parameters", Part::Parameters),
    ("body", Part::Body),
    ("code", Part::Code),
    ("bases", Part::Bases),
    ("pattern", Part::Pattern),
    ("type", Part::Type),
    ("default", Part::Default),
    ("callee", Part::Callee),
    ("arguments", Part::Arguments),
    ("module", Part::Module),
    ("member", Part::Member),
    ("alias", Part::Alias),
    ("condition", Part::Condition),
    ("branch", Part::Branch),
    ("errors", Part::Errors),
    ("head", Part::Head),
    ("key", Part::Key),
    ("value", Part::Value),
];

/// What a pattern says of the branch of its condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaves {
    /// The branch decides.
    #[default]
    Asked,
    /// The condition leaves whatever its branch is (`assert`).
    Always,
    /// It is a condition only where its branch leaves (`x or abort()`).
    Only,
}

/// The `#set!` properties of one pattern.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// `kind`: of a function or class, as the enum spells it.
    pub kind: Option<Box<str>>,
    /// `decorates "next"`: the decorator stands before its definition, not inside.
    pub decorates_next: bool,
    /// `leaves`: whether a condition's branch is asked at all.
    pub leaves: Leaves,
    /// `member`: of an import whose member is not written (`default`, `*`).
    pub member: Option<Box<str>>,
    /// `note`: the name of a note.
    pub note: Box<str>,
}

/// The captures and patterns of one query, resolved.
#[derive(Debug)]
pub(super) struct Vocabulary {
    captures: Vec<Capture>,
    patterns: Vec<Properties>,
}

impl Vocabulary {
    /// Resolves a query's names; a name that is none of ours is the error.
    pub(super) fn new(query: &Query) -> Result<Self, String> {
        let captures = query.capture_names().iter().map(|name| capture(name)).collect::<Result<_, _>>()?;
        let patterns = (0..query.pattern_count())
            .map(|pattern| {
                let mut properties = Properties::default();
                for property in query.property_settings(pattern) {
                    let value = property.value.clone().unwrap_or_default();
                    match &*property.key {
                        "kind" => properties.kind = Some(value),
                        "decorates" => properties.decorates_next = &*value == "next",
                        "leaves" if &*value == "always" => properties.leaves = Leaves::Always,
                        "leaves" if &*value == "only" => properties.leaves = Leaves::Only,
                        "member" => properties.member = Some(value),
                        "note" => properties.note = value,
                        unknown => return Err(format!("the query sets the unknown property `{unknown}`")),
                    }
                }
                Ok(properties)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { captures, patterns })
    }

    /// A match as a row with parts; `None` where it captures no row.
    pub(super) fn found<'a, 't>(&'a self, pattern: usize, captures: &'a [QueryCapture<'t>]) -> Option<Found<'a, 't>> {
        let properties = self.patterns.get(pattern)?;
        captures.iter().find_map(|capture| match self.captures.get(capture.index as usize)? {
            Capture::Row(row) => Some(Found { row: *row, node: capture.node, properties, vocabulary: self, captures }),
            Capture::Part(_) => None,
        })
    }
}

fn capture(name: &str) -> Result<Capture, String> {
    let known = |row: &str| ROWS.iter().find(|(known, _)| *known == row).map(|(_, row)| *row);
    let resolved = match name.split_once('.') {
        None => known(name).map(Capture::Row),
        Some((row, part)) => known(row)
            .and_then(|_| PARTS.iter().find(|(known, _)| *known == part))
            .map(|(_, part)| Capture::Part(*part)),
    };
    resolved.ok_or_else(|| format!("the query captures the unknown `@{name}`"))
}

/// One match of a query.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a, 't> {
    /// What it describes.
    pub row: Row,
    /// The node of the row.
    pub node: Node<'t>,
    /// What its pattern sets.
    pub properties: &'a Properties,
    vocabulary: &'a Vocabulary,
    captures: &'a [QueryCapture<'t>],
}

impl<'a, 't> Found<'a, 't> {
    /// The first node captured as that part.
    pub fn part(&self, part: Part) -> Option<Node<'t>> {
        self.parts(part).next()
    }

    /// All nodes captured as that part.
    pub fn parts(&self, part: Part) -> impl Iterator<Item = Node<'t>> + use<'a, 't> {
        let vocabulary = self.vocabulary;
        self.captures
            .iter()
            .filter(move |capture| vocabulary.captures.get(capture.index as usize) == Some(&Capture::Part(part)))
            .map(|capture| capture.node)
    }
}

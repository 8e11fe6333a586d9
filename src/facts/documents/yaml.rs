//! YAML 1.2 by its core schema, from parser events: anchors and aliases within a budget, merge keys, several documents.
//!
//! `yes`, `no`, `on` and `off` are texts, as 1.2 has it. A tag of an application is dropped and its node kept. Keys are
//! scalars, as written; a list or a map as key is an error.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::{DocumentError, Entry, Node, NodeValue, number, shown};
use crate::base::limits;
use crate::facts::model::Range;

/// Most nodes that aliases may copy in one file: a thousand times what people write, a millisecond of work.
const COPIED_NODES: usize = 500_000;

/// Parses all documents of a YAML text.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, DocumentError> {
    let mut builder = Builder {
        places: Places::new(text),
        documents: Vec::new(),
        stack: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let at = builder.places.byte(error.marker().index());
            DocumentError::new(error.info().to_owned(), Range::new(at, at))
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.documents)
}

/// Bytes for the parser's places, which count characters: one known pair for each stretch of characters.
struct Places<'a> {
    text: &'a str,
    ascii: bool,
    known: Vec<usize>,
}

const STRETCH: usize = 64;

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let ascii = text.is_ascii();
        let known =
            if ascii { Vec::new() } else { text.char_indices().step_by(STRETCH).map(|(byte, _)| byte).collect() };
        Self { text, ascii, known }
    }

    fn byte(&self, character: usize) -> usize {
        if self.ascii {
            return character.min(self.text.len());
        }
        let Some(&start) = self.known.get(character / STRETCH) else { return self.text.len() };
        let rest = self.text.get(start..).unwrap_or_default();
        rest.char_indices().nth(character % STRETCH).map_or(self.text.len(), |(byte, _)| start + byte)
    }

    /// The place of a scalar without the blanks and the comment that the parser counts to it.
    fn written(&self, range: Range, style: ScalarStyle) -> Range {
        let raw = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        let quote = match style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
                return Range::new(range.start as usize, range.start as usize + raw.trim_end().len());
            }
        };
        let mut letters = raw.char_indices().skip_while(|(_, letter)| *letter != quote).skip(1).peekable();
        while let Some((at, letter)) = letters.next() {
            if letter == quote && !(quote == '\'' && letters.next_if(|(_, next)| *next == quote).is_some()) {
                return Range::new(range.start as usize, range.start as usize + at + 1);
            }
            if letter == '\\' && quote == '"' {
                letters.next();
            }
        }
        range
    }

    fn range(&self, span: Span) -> Range {
        Range::new(self.byte(span.start.index()), self.byte(span.end.index()))
    }
}

/// A node with what an alias of it would cost.
#[derive(Clone)]
struct Built {
    node: Node,
    /// Nodes in it, itself included.
    nodes: usize,
    /// Levels of lists and maps in it.
    levels: usize,
    /// Whether it was a plain scalar: only a plain `<<` merges.
    plain: bool,
    /// A scalar's text as written; keys are that.
    written: Option<Arc<str>>,
}

/// A list or map that is not finished.
struct Open {
    anchor: usize,
    start: Range,
    nodes: usize,
    levels: usize,
    /// Where the last thing in it ended: a block's end mark stands only behind the blank lines and comments that follow.
    last: u32,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, keys: HashSet<Arc<str>>, merged: Vec<Node>, pending: Option<Pending> },
}

enum Pending {
    Key(Arc<str>, Range),
    Merge(Range),
}

struct Builder<'a> {
    places: Places<'a>,
    documents: Vec<Node>,
    stack: Vec<Open>,
    /// Finished anchors of this document; nothing for one that is still open.
    anchors: HashMap<usize, Option<Built>>,
    copied: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), DocumentError> {
        let range = self.places.range(span);
        match event {
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let range = self.places.written(range, style);
                let value = scalar(&text, style, tag.as_deref(), range)?;
                let built = Built {
                    node: Node { value, span: range },
                    nodes: 1,
                    levels: 0,
                    plain: style == ScalarStyle::Plain && tag.is_none(),
                    written: Some(Arc::from(text.as_ref())),
                };
                self.finish(built, anchor)?;
            }
            Event::SequenceStart(anchor, _) => self.open(anchor, range, Content::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => {
                let content =
                    Content::Map { entries: Vec::new(), keys: HashSet::new(), merged: Vec::new(), pending: None };
                self.open(anchor, range, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range)?,
            Event::Alias(anchor) => self.alias(anchor, range)?,
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn open(&mut self, anchor: usize, start: Range, content: Content) -> Result<(), DocumentError> {
        if self.stack.len() >= limits::DOCUMENT_NESTING {
            return Err(DocumentError::too_deep(start));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        self.stack.push(Open { anchor, start, nodes: 1, levels: 1, last: start.end, content });
        Ok(())
    }

    fn close(&mut self, end: Range) -> Result<(), DocumentError> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        // A flow collection ends with a bracket, a block where its last node ends.
        let to = if end.end > end.start { end.end } else { open.last };
        let span = Range { start: open.start.start, end: to.max(open.start.start) };
        let (value, nodes) = match open.content {
            Content::List(elements) => (NodeValue::List(elements), open.nodes),
            Content::Map { entries, keys, merged, .. } => {
                let (entries, extra) = self.merge(entries, keys, merged, span)?;
                (NodeValue::Map(entries), open.nodes + extra)
            }
        };
        let built = Built { node: Node { value, span }, nodes, levels: open.levels, plain: false, written: None };
        self.finish(built, open.anchor)
    }

    /// What `<<` brings: keys that the map has not; of several maps the first that has a key gives it.
    fn merge(
        &mut self,
        mut entries: Vec<Entry>,
        mut keys: HashSet<Arc<str>>,
        merged: Vec<Node>,
        span: Range,
    ) -> Result<(Vec<Entry>, usize), DocumentError> {
        let mut extra = 0;
        for source in merged {
            let maps = match source.value {
                NodeValue::List(elements) => elements,
                value => vec![Node { value, span: source.span }],
            };
            for map in maps {
                let NodeValue::Map(inherited) = map.value else {
                    let message = format!("a merge key `<<` takes a map or a list of maps, not {}", map.value.kind());
                    return Err(DocumentError::new(message, map.span));
                };
                for entry in inherited {
                    if keys.insert(Arc::clone(&entry.key)) {
                        extra += 1;
                        entries.push(entry);
                    }
                }
            }
        }
        self.charge(extra, span)?;
        Ok((entries, extra))
    }

    fn alias(&mut self, anchor: usize, at: Range) -> Result<(), DocumentError> {
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(DocumentError::new("the alias names an anchor of another document", at));
        };
        let Some(target) = target else {
            return Err(DocumentError::new("the alias stands inside the node that it names", at));
        };
        if self.stack.len() + target.levels > limits::DOCUMENT_NESTING {
            return Err(DocumentError::too_deep(at));
        }
        let nodes = target.nodes;
        self.copied = self.copied.saturating_add(nodes);
        if self.copied > COPIED_NODES {
            return Err(too_many_copies(at));
        }
        let mut built = target.clone();
        built.node.span = at;
        self.finish(built, 0)
    }

    fn charge(&mut self, nodes: usize, at: Range) -> Result<(), DocumentError> {
        self.copied = self.copied.saturating_add(nodes);
        if self.copied > COPIED_NODES { Err(too_many_copies(at)) } else { Ok(()) }
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, built: Built, anchor: usize) -> Result<(), DocumentError> {
        if anchor != 0 {
            self.charge(built.nodes, built.node.span)?;
            self.anchors.insert(anchor, Some(built.clone()));
        }
        let Some(open) = self.stack.last_mut() else {
            self.documents.push(built.node);
            return Ok(());
        };
        open.nodes = open.nodes.saturating_add(built.nodes);
        open.levels = open.levels.max(built.levels + 1);
        open.last = open.last.max(built.node.span.end);
        match &mut open.content {
            Content::List(elements) => elements.push(built.node),
            Content::Map { entries, keys, merged, pending } => match pending.take() {
                None => {
                    let span = built.node.span;
                    let Some(key) = built.written else {
                        let message = format!("a key must be a scalar, not {}", built.node.value.kind());
                        return Err(DocumentError::new(message, span));
                    };
                    *pending = Some(if built.plain && *key == *"<<" {
                        Pending::Merge(span)
                    } else if keys.insert(Arc::clone(&key)) {
                        Pending::Key(key, span)
                    } else {
                        return Err(DocumentError::duplicate(&key, span));
                    });
                }
                Some(Pending::Key(key, key_span)) => entries.push(Entry { key, key_span, value: built.node }),
                Some(Pending::Merge(span)) => {
                    if !merged.is_empty() {
                        return Err(DocumentError::duplicate("<<", span));
                    }
                    merged.push(built.node);
                }
            },
        }
        Ok(())
    }
}

fn too_many_copies(at: Range) -> DocumentError {
    DocumentError::new(format!("anchors and aliases copy more than {COPIED_NODES} nodes"), at)
}

/// A scalar's value: by its tag, else by the core schema where it is plain, else a text.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Range) -> Result<NodeValue, DocumentError> {
    let as_text = || NodeValue::Text(Arc::from(text));
    let Some(tag) = tag else {
        return Ok(if style == ScalarStyle::Plain { core(text) } else { as_text() });
    };
    let known = if tag.is_yaml_core_schema() {
        Some(tag.suffix.as_str())
    } else {
        tag.suffix.strip_prefix("tag:yaml.org,2002:").filter(|_| tag.handle.is_empty())
    };
    let Some(known) = known else {
        // `!` alone says "no resolution"; an application's tag says nothing to us.
        let alone = matches!((tag.handle.as_str(), tag.suffix.as_str()), ("", "!") | ("!", ""));
        return Ok(if alone || style != ScalarStyle::Plain { as_text() } else { core(text) });
    };
    let value = core(text);
    let fits = match (known, &value) {
        ("null", NodeValue::Null)
        | ("bool", NodeValue::Bool(_))
        | ("int", NodeValue::Int(_))
        | ("float", NodeValue::Decimal(_)) => Some(value),
        #[expect(clippy::cast_precision_loss, reason = "`!!float 1` asks for exactly this conversion")]
        ("float", NodeValue::Int(integer)) => Some(NodeValue::Decimal(*integer as f64)),
        ("null" | "bool" | "int", _) => None,
        ("float", _) => is_special_float(text).then(as_text),
        _ => Some(as_text()),
    };
    fits.ok_or_else(|| DocumentError::new(format!("`{}` is no `!!{}`", shown(text), shown(known)), at))
}

/// The core schema of YAML 1.2, section 10.3.2.
fn core(text: &str) -> NodeValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "true" | "True" | "TRUE" => return NodeValue::Bool(true),
        "false" | "False" | "FALSE" => return NodeValue::Bool(false),
        _ => {}
    }
    let radix = |digits: &str, radix| {
        let digits = digits.bytes().all(|byte| char::from(byte).is_digit(radix)).then_some(digits);
        digits.filter(|digits| !digits.is_empty()).map(|digits| i64::from_str_radix(digits, radix))
    };
    let based = match text.split_at_checked(2) {
        Some(("0x", digits)) => radix(digits, 16),
        Some(("0o", digits)) => radix(digits, 8),
        _ => None,
    };
    match based {
        Some(Ok(value)) => NodeValue::Int(value),
        None if is_number(text) => number(text),
        Some(Err(_)) | None => NodeValue::Text(Arc::from(text)),
    }
}

fn is_special_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

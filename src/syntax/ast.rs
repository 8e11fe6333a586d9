//! The AST of a rule file: one block form for every declaration, expressions in CEL's shape, spans on everything.
//!
//! Parts that did not parse stay in the tree as `Error` nodes, so that later passes keep quiet about them.

use std::sync::Arc;

use crate::base::span::{SourceId, Span};

/// A name and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name, ASCII.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
}

/// A dotted name, as in `module`, `use` and `waive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// At least one segment.
    pub segments: Vec<Ident>,
    /// From the first to the last.
    pub span: Span,
}

/// A whole rule file.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it was read from.
    pub source: SourceId,
    /// `edition 1`, and its place.
    pub edition: Option<(i64, Span)>,
    /// `module a.b`.
    pub module: Option<Path>,
    /// The imports in order.
    pub uses: Vec<Use>,
    /// The declarations in order.
    pub items: Vec<Item>,
}

/// `use a.b.c` or `use a.b.{c, d}`.
#[derive(Clone, Debug)]
pub struct Use {
    /// What stands before the braces, or the whole path.
    pub path: Path,
    /// The names in braces.
    pub names: Option<Vec<Ident>>,
    /// The whole declaration.
    pub span: Span,
}

/// A declaration at the top of a file.
#[derive(Clone, Debug)]
pub enum Item {
    /// `param name: Type = value`.
    Param(ParamItem),
    /// Any other declaration.
    Block(Block),
    /// Text that did not parse; a diagnostic says why.
    Error(Span),
}

/// Documentation of the next declaration: the text after `///`, one leading space dropped, lines joined by `\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The text.
    pub text: String,
    /// All its lines.
    pub span: Span,
}

/// `param name: Type = value` at the top of a file.
#[derive(Clone, Debug)]
pub struct ParamItem {
    /// Its `///` lines.
    pub doc: Option<Doc>,
    /// The parameter.
    pub param: Param,
    /// The whole declaration.
    pub span: Span,
}

/// `name: Type = value`, of a package or of a check.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: TypeExpr,
    /// The default, or a package parameter's value.
    pub default: Option<Expr>,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// `Text`, `List`, …
    pub name: Ident,
    /// `T` of `List<T>`.
    pub arguments: Vec<TypeExpr>,
    /// `T?`.
    pub optional: bool,
    /// The whole type.
    pub span: Span,
}

/// The first word of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the keyword of its name, described in the language reference")]
pub enum Keyword {
    Check,
    Assert,
    Control,
    Waive,
    Test,
    Model,
    Asset,
    Attacker,
    Component,
    Boundary,
    Assumption,
    Finding,
    Document,
    Rule,
    Gate,
    Code,
}

impl Keyword {
    /// All keywords of blocks, in the order of the reference.
    pub const ALL: [Self; 16] = [
        Self::Check,
        Self::Assert,
        Self::Control,
        Self::Waive,
        Self::Test,
        Self::Model,
        Self::Asset,
        Self::Attacker,
        Self::Component,
        Self::Boundary,
        Self::Assumption,
        Self::Finding,
        Self::Document,
        Self::Rule,
        Self::Gate,
        Self::Code,
    ];

    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Assert => "assert",
            Self::Control => "control",
            Self::Waive => "waive",
            Self::Test => "test",
            Self::Model => "model",
            Self::Asset => "asset",
            Self::Attacker => "attacker",
            Self::Component => "component",
            Self::Boundary => "boundary",
            Self::Assumption => "assumption",
            Self::Finding => "finding",
            Self::Document => "document",
            Self::Rule => "rule",
            Self::Gate => "gate",
            Self::Code => "code",
        }
    }
}

/// `keyword name "title" { ... }`, in every variation:
///
/// - `check name(params) { fields }`
/// - `assert name "title": expr { fields }`, the block optional
/// - `waive CONTROL.assert { fields }`
/// - `test "title" { fields }`
/// - the others: `keyword name "title" { fields and blocks }`
#[derive(Clone, Debug)]
pub struct Block {
    /// Its `///` lines.
    pub doc: Option<Doc>,
    /// What it declares.
    pub keyword: Keyword,
    /// The keyword's place.
    pub keyword_span: Span,
    /// The name; for `waive` the dotted target; nothing for `test`.
    pub name: Option<Path>,
    /// The title.
    pub title: Option<Text>,
    /// A check's parameters.
    pub params: Vec<Param>,
    /// An assert's expression.
    pub expr: Option<Expr>,
    /// Fields and blocks in order.
    pub members: Vec<Member>,
    /// Something inside did not parse (so that a missing field is no news).
    pub broken: bool,
    /// The whole declaration without its documentation.
    pub span: Span,
}

impl Block {
    /// Where to point at when the declaration as a whole is meant: its name, title or keyword.
    pub fn head(&self) -> Span {
        self.name
            .as_ref()
            .map(|name| name.span)
            .or_else(|| self.title.as_ref().map(|title| title.span))
            .unwrap_or(self.keyword_span)
    }
}

/// What stands in a block.
#[derive(Clone, Debug)]
pub enum Member {
    /// `name: value`.
    Field(Field),
    /// A nested declaration.
    Block(Block),
    /// Text that did not parse; a diagnostic says why.
    Error(Span),
}

/// `name: value`, `file "path": value`.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Ident,
    /// The text between name and colon (`file "path":` in tests).
    pub argument: Option<Text>,
    /// The value.
    pub value: FieldValue,
    /// The whole field.
    pub span: Span,
}

/// A field's value.
#[derive(Clone, Debug)]
pub enum FieldValue {
    /// An expression; also names, lists of names, dates, texts.
    Expr(Expr),
    /// `expect: subject verb at "path":line`, in tests.
    Expect(Expect),
    /// A value that did not parse.
    Error(Span),
}

/// `X fails at "app/auth.py":1`.
#[derive(Clone, Debug)]
pub struct Expect {
    /// An assertion's path or a call of a check.
    pub subject: Expr,
    /// `passes fails errors skips waived`, unchecked here.
    pub verb: Ident,
    /// The place that a finding must have: the path, and the line.
    pub at: Option<(Text, Option<(i64, Span)>)>,
}

/// A text literal of any spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it means, escapes decoded, block indentation gone.
    pub value: Arc<str>,
    /// The whole literal with its quotes.
    pub span: Span,
    /// Pairs (offset in `value`, offset in the source), ascending: between two, both run in step.
    pub map: Vec<(u32, u32)>,
}

impl Text {
    /// The place in the source of the range `start..end` of [`Text::value`]'s bytes: an error points inside the literal.
    pub fn inside(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            let index = self.map.partition_point(|(value, _)| *value <= offset);
            let (value, source) =
                index.checked_sub(1).and_then(|at| self.map.get(at)).copied().unwrap_or((0, self.span.start));
            source.saturating_add(offset.saturating_sub(value)).min(self.span.end)
        };
        let from = at(start);
        // The last byte's place, and one past it: an escape or an indentation after it does not count.
        let to = if end > start { at(end.saturating_sub(1)).saturating_add(1) } else { from };
        Span::new(self.span.source, from, to.max(from))
    }
}

/// An expression and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where; parentheses around it are not included.
    pub span: Span,
}

/// The shapes of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `true`, `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `42` (a sign is [`ExprKind::Unary`] unless it stands directly before the digits).
    Int(i64),
    /// `1.5`.
    Decimal(f64),
    /// Any text literal.
    Text(Text),
    /// `2027-03-31`, unchecked.
    Date(Arc<str>),
    /// `30d`: the number and the unit `s m h d w`.
    Duration(i64, char),
    /// `` `md5::$F($$$)` ``.
    CodePattern(Text),
    /// `name`.
    Name(Ident),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `base.field` or `base.?field`.
    Select {
        /// Before the dot.
        base: Box<Expr>,
        /// `.?`.
        optional: bool,
        /// After it.
        field: Ident,
    },
    /// `base[index]` or `base[?index]`.
    Index {
        /// Before the bracket.
        base: Box<Expr>,
        /// `[?`.
        optional: bool,
        /// In the brackets.
        index: Box<Expr>,
    },
    /// `callee(args)`; the callee is a name or a selection (a method, or a check's path).
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The arguments in order.
        args: Vec<Arg>,
        /// The parentheses and what they hold.
        args_span: Span,
    },
    /// `!x`, `-x`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its place.
        op_span: Span,
        /// What it applies to.
        operand: Box<Expr>,
    },
    /// `a op b`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Its place.
        op_span: Span,
        /// Before it.
        left: Box<Expr>,
        /// After it.
        right: Box<Expr>,
    },
    /// `condition ? yes : no`.
    Ternary {
        /// The condition.
        condition: Box<Expr>,
        /// Where it holds.
        yes: Box<Expr>,
        /// Where it does not.
        no: Box<Expr>,
    },
    /// `every x in S where P { Q }`.
    Quantifier(Box<Quantifier>),
    /// `attacker on asset for [properties]`.
    On {
        /// The attacker.
        attacker: Ident,
        /// The asset.
        asset: Ident,
        /// The properties; all of the objective without them.
        properties: Option<Vec<Ident>>,
    },
    /// An expression that did not parse; a diagnostic says why.
    Error,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Arg {
    /// `name:`.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// `every x in S where P { Q }`, `any x in S where P { Q }`, `no x in S where P`.
#[derive(Clone, Debug)]
pub struct Quantifier {
    /// Which.
    pub kind: QuantifierKind,
    /// Its word's place.
    pub kind_span: Span,
    /// The variable.
    pub variable: Ident,
    /// What it ranges over.
    pub source: Expr,
    /// `where P`.
    pub filter: Option<Expr>,
    /// `{ Q }`.
    pub body: Option<Expr>,
}

/// The quantifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantifierKind {
    /// `every`: counterexamples are evidence.
    Every,
    /// `any`: witnesses are evidence.
    Any,
    /// `no`: counterexamples are evidence.
    No,
}

/// Operators before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnaryOp {
    /// `!`.
    Not,
    /// `-`.
    Negate,
}

/// Operators between operands; precedence as in CEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the operator of its name")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl BinaryOp {
    /// As written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

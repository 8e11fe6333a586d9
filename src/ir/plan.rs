//! The plan as data: what is evaluated, named by words and not by indexes, so that its JSON can be read, compared and
//! digested.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::canonical;
use crate::base::digest::Digest;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::hir::expr::{Builtin, MacroKind, QuantifierKind};
use crate::hir::model::IfEmpty;

/// The version of the plan's form; readers refuse others.
pub const SCHEMA: u32 = 1;

/// Everything that a run evaluates and decides on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The package.
    pub package: PackageInfo,
    /// The assertions in the order of their ids.
    pub obligations: Vec<Obligation>,
    /// The controls in the order of their ids.
    pub controls: Vec<Control>,
    /// The waivers in the order of their targets.
    pub waivers: Vec<Waiver>,
    /// The gates by name.
    pub gates: Vec<Gate>,
    /// The package's own failure codes by name.
    pub codes: Vec<FailureCode>,
    /// The threat models by name.
    pub models: Vec<Model>,
}

impl Plan {
    /// SHA-256 of the canonical JSON.
    ///
    /// # Errors
    /// Where a number is not finite, which no literal can be.
    pub fn digest(&self) -> Result<Digest, serde_json::Error> {
        canonical::digest(self)
    }
}

/// A package's name and version, where it has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageInfo {
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Its version.
    pub version: Option<Arc<str>>,
}

/// One assertion, ready to be evaluated.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Obligation {
    /// `module/CONTROL/assert`.
    pub id: Arc<str>,
    /// The check, where the assertion is one call of it.
    pub check: Option<Arc<str>>,
    /// The control's id.
    pub control: Option<Arc<str>>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// The assertion in its author's words, parameters in place: a call of a check with its arguments, else the source.
    pub claim: Arc<str>,
    /// What it means: its documentation, else its check's.
    pub meaning: Option<Arc<str>>,
    /// What it claims.
    pub expr: Expr,
    /// What is said where it fails, in place of the check's words.
    pub message: Option<Arc<str>>,
    /// The facets that it covers.
    pub covers: Vec<Arc<str>>,
    /// What its check proves.
    pub proves: Vec<Arc<str>>,
    /// The question to a model.
    pub ask: Option<Arc<str>>,
    /// What travels with the question.
    pub evidence: Vec<Arc<str>>,
    /// Whether the question alone decides: its check claims nothing, and `expr` is no more than that its subject is there.
    #[serde(default)]
    pub question_only: bool,
    /// The component.
    pub component: Option<Arc<str>>,
    /// Where it is written; nothing for an ad-hoc or JSON assertion.
    pub source: Option<SourcePlace>,
    /// Why it cannot be evaluated (a JSON assertion that is ill-formed): its outcome is an error with this message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unusable: Option<Arc<str>>,
}

impl Obligation {
    /// An assertion of an expression alone, without anything that a rule file would add.
    pub fn of(id: impl Into<Arc<str>>, expr: Expr) -> Self {
        Self {
            id: id.into(),
            check: None,
            control: None,
            title: None,
            doc: None,
            claim: Arc::from(""),
            meaning: None,
            expr,
            message: None,
            covers: Vec::new(),
            proves: Vec::new(),
            ask: None,
            evidence: Vec::new(),
            question_only: false,
            component: None,
            source: None,
            unusable: None,
        }
    }
}

/// A place in a rule source: line and column from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SourcePlace {
    /// The rule file.
    pub path: Arc<str>,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl SourcePlace {
    /// The start of a span; nothing where its source is not among the sources.
    pub fn of(sources: &SourceMap, span: Span) -> Option<Self> {
        let source = sources.get(span.source)?;
        let (line, column) = source.position(span.start);
        Some(Self { path: source.path.clone(), line, column })
    }
}

/// A control.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Control {
    /// `module/CONTROL`.
    pub id: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// A value of the enum `severity`.
    pub severity: Arc<str>,
    /// Who owns it.
    pub owner: Option<Arc<str>>,
    /// Its facets.
    pub facets: Vec<Arc<str>>,
    /// What must be proved.
    pub needs: Vec<Arc<str>>,
    /// Objectives that it mitigates.
    pub mitigates: Vec<Mitigation>,
    /// Requirements that it satisfies.
    pub satisfies: Vec<Requirement>,
    /// The component.
    pub component: Option<Arc<str>>,
    /// The ids of its assertions, in order.
    pub assertions: Vec<Arc<str>>,
}

/// `attacker on asset for [properties]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mitigation {
    /// The attacker.
    pub attacker: Arc<str>,
    /// The asset.
    pub asset: Arc<str>,
    /// The properties; all where empty.
    pub properties: Vec<Arc<str>>,
}

/// A requirement of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// The framework.
    pub framework: Arc<str>,
    /// The requirement's id.
    pub requirement: Arc<str>,
}

/// A waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// The target as written.
    pub target: Arc<str>,
    /// The ids of the assertions that it carries.
    pub assertions: Vec<Arc<str>>,
    /// Where the findings must lie.
    pub at: Option<Arc<str>>,
    /// The last valid day, UTC.
    pub until: Arc<str>,
    /// Who granted it.
    pub by: Arc<str>,
    /// Why.
    pub because: Arc<str>,
    /// Where it is tracked.
    pub ticket: Option<Arc<str>>,
    /// Where it is written.
    pub source: Option<SourcePlace>,
}

/// A gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Its name.
    pub name: Arc<str>,
    /// The level that it requires.
    pub requires: Arc<str>,
    /// The policy file; the embedded default without it.
    pub policy: Option<Arc<str>>,
    /// The package's codes that its policy may emit.
    pub emits: Vec<Arc<str>>,
}

/// A failure code of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailureCode {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// A value of the enum `severity`.
    pub severity: Arc<str>,
}

/// A threat model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The assets.
    pub assets: Vec<Asset>,
    /// The attackers.
    pub attackers: Vec<Attacker>,
    /// The components.
    pub components: Vec<Component>,
    /// The boundaries.
    pub boundaries: Vec<Boundary>,
    /// The assumptions.
    pub assumptions: Vec<Assumption>,
}

/// Something to protect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asset {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// The properties to protect.
    pub protect: Vec<Arc<str>>,
    /// The impact of a loss.
    pub impact: Arc<str>,
}

/// Somebody to protect it from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attacker {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// How likely.
    pub likelihood: Arc<str>,
    /// The assets in reach; all where empty.
    pub targets: Vec<Arc<str>>,
}

/// A part of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Where it lies.
    pub path: Option<Arc<str>>,
    /// Its repository.
    pub repo: Option<Arc<str>>,
}

/// A trust boundary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Boundary {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// What it separates.
    pub separates: Vec<Arc<str>>,
}

/// Something that is taken to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Who vouches for it.
    pub owner: Arc<str>,
    /// The last valid day.
    pub expires: Arc<str>,
    /// Objectives that it mitigates.
    pub mitigates: Vec<Mitigation>,
}

/// A constant of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Constant {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A decimal.
    Decimal(f64),
    /// A text, an enum's value, or a refined text.
    Text(Arc<str>),
    /// A version.
    Version(Arc<str>),
    /// A date or timestamp as seconds from the epoch, or a duration in seconds.
    Time(i64),
    /// A list.
    List(Vec<Constant>),
}

/// An expression of the plan. Operands are in place; variables are slots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Expr {
    /// A constant.
    Const {
        /// Its value.
        value: Constant,
    },
    /// A variable.
    Slot {
        /// Its slot.
        slot: u32,
    },
    /// A value of the run.
    Value {
        /// Its dotted name.
        name: Arc<str>,
    },
    /// A column of a row.
    Column {
        /// The row's type.
        of: Arc<str>,
        /// The column.
        name: Arc<str>,
        /// The row.
        row: Box<Expr>,
    },
    /// A method of a row.
    Method {
        /// The row's type.
        of: Arc<str>,
        /// The method.
        name: Arc<str>,
        /// The row.
        row: Box<Expr>,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// The rows of a relation.
    Relation {
        /// The relation.
        name: Arc<str>,
        /// Its scope: a path or a glob.
        scope: Arc<str>,
        /// The regex of `matches`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        regex: Option<Arc<str>>,
    },
    /// A CEL operator or function.
    Builtin {
        /// Which.
        function: BuiltinName,
        /// Its operands.
        args: Vec<Expr>,
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
    /// A list.
    List {
        /// Its items.
        items: Vec<Expr>,
    },
    /// A CEL macro.
    Macro {
        /// Which.
        kind: MacroName,
        /// The variable.
        slot: u32,
        /// The list or relation.
        source: Box<Expr>,
        /// The body.
        body: Box<Expr>,
    },
    /// Whether an optional is given.
    Has {
        /// The optional.
        operand: Box<Expr>,
    },
    /// The value of an optional, or another.
    OrValue {
        /// The optional.
        operand: Box<Expr>,
        /// The other.
        otherwise: Box<Expr>,
    },
    /// A variable for an argument that is not constant.
    Let {
        /// The variable.
        slot: u32,
        /// Its value.
        value: Box<Expr>,
        /// Where it holds.
        body: Box<Expr>,
    },
    /// A boolean as a result.
    Lift {
        /// The boolean.
        operand: Box<Expr>,
    },
    /// All results hold.
    AllOf {
        /// The results.
        items: Vec<Expr>,
    },
    /// One of the results holds.
    AnyOf {
        /// The results.
        items: Vec<Expr>,
    },
    /// The result does not hold.
    Negated {
        /// The result.
        operand: Box<Expr>,
    },
    /// A quantifier.
    Quantifier {
        /// Which.
        kind: QuantifierName,
        /// The variable.
        slot: u32,
        /// Its name, for messages.
        variable: Arc<str>,
        /// The list or relation.
        source: Box<Expr>,
        /// `where`.
        filter: Option<Box<Expr>>,
        /// The body, a result.
        body: Option<Box<Expr>>,
        /// What an empty selection means; an error without it.
        if_empty: Option<IfEmptyName>,
    },
    /// An inlined check.
    Check {
        /// Its path.
        check: Arc<str>,
        /// What it says where it fails.
        message: Vec<MessagePart>,
        /// What it claims.
        body: Box<Expr>,
    },
    /// Every file of a scope is there and is text.
    Readable {
        /// A path or a glob.
        scope: Arc<str>,
    },
    /// Nothing can be said, for a reason that is known before the run.
    Undecidable {
        /// The reason.
        message: Arc<str>,
    },
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessagePart {
    /// Text as it stands.
    Text(Arc<str>),
    /// The value of a variable.
    Slot(u32),
}

/// [`Builtin`] as the plan spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct BuiltinName(#[schemars(with = "String")] pub Builtin);

/// [`MacroKind`] as the plan spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MacroName(#[schemars(with = "String")] pub MacroKind);

/// [`QuantifierKind`] as the plan spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct QuantifierName(#[schemars(with = "String")] pub QuantifierKind);

/// [`IfEmpty`] as the plan spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct IfEmptyName(#[schemars(with = "String")] pub IfEmpty);

impl Expr {
    /// Calls `visit` with every expression below and including this one, outer before inner.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        match self {
            Self::Const { .. }
            | Self::Slot { .. }
            | Self::Value { .. }
            | Self::Relation { .. }
            | Self::Readable { .. }
            | Self::Undecidable { .. } => {}
            Self::Column { row, .. } => row.walk(visit),
            Self::Method { row, args, .. } => {
                row.walk(visit);
                for arg in args {
                    arg.walk(visit);
                }
            }
            Self::Builtin { args: items, .. }
            | Self::List { items }
            | Self::AllOf { items }
            | Self::AnyOf { items } => {
                for item in items {
                    item.walk(visit);
                }
            }
            Self::Ternary { condition, yes, no } => [condition, yes, no].into_iter().for_each(|part| part.walk(visit)),
            Self::Macro { source, body, .. } => [source, body].into_iter().for_each(|part| part.walk(visit)),
            Self::Has { operand } | Self::Lift { operand } | Self::Negated { operand } => operand.walk(visit),
            Self::OrValue { operand, otherwise } => [operand, otherwise].into_iter().for_each(|part| part.walk(visit)),
            Self::Let { value, body, .. } => [value, body].into_iter().for_each(|part| part.walk(visit)),
            Self::Quantifier { source, filter, body, .. } => {
                source.walk(visit);
                filter.iter().chain(body).for_each(|part| part.walk(visit));
            }
            Self::Check { body, .. } => body.walk(visit),
        }
    }

    /// The scopes that the expression reads, each once, in order.
    pub fn scopes(&self) -> std::collections::BTreeSet<&str> {
        let mut scopes = std::collections::BTreeSet::new();
        self.walk(&mut |expr| {
            if let Self::Relation { scope, .. } | Self::Readable { scope } = expr {
                scopes.insert(&**scope);
            }
        });
        scopes
    }
}

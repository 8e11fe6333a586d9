//! Typed expressions. Every name is resolved, every place has one type, every refined literal is parsed.

use std::sync::Arc;

use crate::base::schema::Ty;
use crate::base::span::Span;
pub use crate::syntax::ast::QuantifierKind;

use super::model::CheckId;

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `null`, or an optional parameter that was not given.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A decimal.
    Decimal(f64),
    /// A text, also every refined text in the spelling of the author, and an enum's value.
    Text(Arc<str>),
    /// A list.
    List(Vec<Const>),
}

/// A variable of a quantifier or macro, or a parameter of the enclosing check: unique within its declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local(pub u32);

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type. A refined constant has the refined type of its place.
    pub ty: Ty,
    /// Where it is written.
    pub span: Span,
}

/// The shapes of typed expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A literal, an enum value, or a package parameter (which is a constant).
    Const(Const),
    /// A variable, or a parameter of the check.
    Local(Local),
    /// A read-only value of the run: `target.commit`.
    Value(&'static str),
    /// `row.column`.
    Column {
        /// The row.
        row: Box<Expr>,
        /// The column's name.
        column: &'static str,
    },
    /// `row.method(args)`.
    Method {
        /// The row.
        row: Box<Expr>,
        /// The method's name.
        method: &'static str,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// `functions(file)`: type `List<row>`.
    Relation {
        /// Its name.
        relation: &'static str,
        /// Scope first; scope and regexes are constants or parameters (or the variable of a quantifier over a list
        /// parameter).
        args: Vec<Expr>,
    },
    /// An operator or function of CEL on values (not on results).
    Builtin {
        /// Which.
        function: Builtin,
        /// Its operands, the receiver first.
        args: Vec<Expr>,
    },
    /// `condition ? yes : no` on values.
    Ternary {
        /// Of type `Bool`.
        condition: Box<Expr>,
        /// Where it holds.
        yes: Box<Expr>,
        /// Where it does not.
        no: Box<Expr>,
    },
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `source.exists(x, body)` and its kin, on lists and relations.
    Macro {
        /// Which.
        kind: MacroKind,
        /// The variable.
        variable: Local,
        /// A list or a relation.
        source: Box<Expr>,
        /// The body.
        body: Box<Expr>,
    },
    /// `has(x)`: whether an optional is given. Inside what it narrows, `x` has its plain type.
    Has(Box<Expr>),
    /// `x.orValue(y)`.
    OrValue(Box<Expr>, Box<Expr>),
    /// A `Bool` as a `Result`.
    Lift(Box<Expr>),
    /// `&&` on results.
    AllOf(Vec<Expr>),
    /// `||` on results.
    AnyOf(Vec<Expr>),
    /// `!` on a result.
    Negated(Box<Expr>),
    /// A quantifier; a `Result`.
    Quantifier {
        /// Which.
        kind: QuantifierKind,
        /// The variable.
        variable: Local,
        /// Its name, for messages.
        name: Arc<str>,
        /// A relation, a row's own list, or a list parameter.
        source: Box<Expr>,
        /// `where`, a `Bool`.
        filter: Option<Box<Expr>>,
        /// The body, a `Result` (a `Bool` is lifted).
        body: Option<Box<Expr>>,
    },
    /// A check with its arguments in the order of its parameters; what was not given is its default, or null. A `Result`.
    Check {
        /// Which.
        check: CheckId,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// Did not compile; a diagnostic says why.
    Error,
}

impl Expr {
    /// Calls `visit` with this expression and every one below it, outer before inner.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Value(_) | ExprKind::Error => {}
            ExprKind::Column { row: inner, .. }
            | ExprKind::Has(inner)
            | ExprKind::Lift(inner)
            | ExprKind::Negated(inner) => inner.walk(visit),
            ExprKind::Method { row, args, .. } => {
                row.walk(visit);
                for arg in args {
                    arg.walk(visit);
                }
            }
            ExprKind::Relation { args: items, .. }
            | ExprKind::Builtin { args: items, .. }
            | ExprKind::Check { args: items, .. }
            | ExprKind::List(items)
            | ExprKind::AllOf(items)
            | ExprKind::AnyOf(items) => {
                for item in items {
                    item.walk(visit);
                }
            }
            ExprKind::Ternary { condition, yes, no } => [condition, yes, no].into_iter().for_each(|it| it.walk(visit)),
            ExprKind::Macro { source, body, .. } => [source, body].into_iter().for_each(|it| it.walk(visit)),
            ExprKind::OrValue(operand, otherwise) => [operand, otherwise].into_iter().for_each(|it| it.walk(visit)),
            ExprKind::Quantifier { source, filter, body, .. } => {
                source.walk(visit);
                filter.iter().chain(body).for_each(|it| it.walk(visit));
            }
        }
    }
}

/// CEL's macros on lists. `all` is not among them: on a relation its fix is `every`, on a list it is CEL's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is CEL's macro of its name")]
pub enum MacroKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

/// CEL's operators and standard functions on values, with CEL's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is CEL's operator or function of its name")]
pub enum Builtin {
    And,
    Or,
    Not,
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
    Negate,
    Index,
    Size,
    Contains,
    StartsWith,
    EndsWith,
    /// `text.matches(regex)`: the regex is a constant or a parameter.
    Matches,
    /// `int(x)` of a text or decimal.
    ToInt,
    /// `double(x)`.
    ToDecimal,
    /// `string(x)`.
    ToText,
}

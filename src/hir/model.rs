//! A compiled package: every declaration with its names resolved.

use std::sync::Arc;

use crate::base::schema::{RowSpec, Ty};
use crate::base::span::Span;

use super::expr::{Const, Expr, Local};

/// An index into [`Package::checks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(pub u32);

/// An index into [`Package::controls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControlId(pub u32);

/// An index into [`Package::assertions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssertionId(pub u32);

/// A compiled package with all that it imports.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// Its name; nothing for an anonymous package.
    pub name: Option<Arc<str>>,
    /// Its version.
    pub version: Option<Arc<str>>,
    /// The parameters, overrides applied.
    pub params: Vec<ParamDef>,
    /// All checks: the standard library's, the dependencies', the package's own. A check only calls checks before it.
    pub checks: Vec<CheckDef>,
    /// The package's controls in the order of their ids.
    pub controls: Vec<ControlDef>,
    /// The package's assertions in the order of their ids.
    pub assertions: Vec<AssertionDef>,
    /// The waivers in the order of their targets.
    pub waivers: Vec<WaiverDef>,
    /// The tests in the order of file and place.
    pub tests: Vec<TestDef>,
    /// The gates by name.
    pub gates: Vec<GateDef>,
    /// The package's own failure codes by name.
    pub codes: Vec<CodeDef>,
    /// The threat models by name.
    pub models: Vec<ModelDef>,
    /// The documents by name.
    pub documents: Vec<DocumentDef>,
}

/// `param name: Type = value`.
#[derive(Clone, Debug)]
pub struct ParamDef {
    /// `shop.identity.min_tls`: the module and the name.
    pub path: Arc<str>,
    /// Its type.
    pub ty: Ty,
    /// Its value, after `[params]` of `attest.toml`.
    pub value: Const,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// Its name in the source.
    pub span: Span,
}

/// A parameter of a check.
#[derive(Clone, Debug)]
pub struct CheckParam {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Ty,
    /// The default; nothing where the argument must be given (an optional type needs none).
    pub default: Option<Const>,
    /// The variable that stands for it in the body.
    pub local: Local,
    /// Its place.
    pub span: Span,
}

/// A text with holes, of `message` and `ask`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The parts in order.
    pub parts: Vec<TemplatePart>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text as it stands.
    Text(Arc<str>),
    /// `{name}`: a parameter of the check.
    Hole(Local),
}

/// `check name(params) { … }`.
#[derive(Clone, Debug)]
pub struct CheckDef {
    /// The public name: `function_exists` for the prelude, `acme.baseline.no_calls` otherwise (module and name).
    pub path: Arc<str>,
    /// The last segment.
    pub name: Arc<str>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// The parameters.
    pub params: Vec<CheckParam>,
    /// What it proves: values of the enum `proves`.
    pub proves: Vec<Arc<str>>,
    /// What it claims, a `Result`; nothing for a question only.
    pub holds: Option<Expr>,
    /// What must be true of the arguments, a `Bool` over parameters, with the words where it is not:
    /// `require: has(value) != has(pattern)`, `otherwise: "give exactly one of …"`.
    pub require: Option<(Expr, Arc<str>)>,
    /// `if_empty`: `pass` or `fail`.
    pub if_empty: Option<IfEmpty>,
    /// What is said where it fails.
    pub message: Option<Template>,
    /// The question to a model.
    pub ask: Option<Template>,
    /// What travels with the question: values of the enum `evidence`.
    pub evidence: Vec<Arc<str>>,
    /// Of the standard library.
    pub is_std: bool,
    /// The name in the source.
    pub span: Span,
}

/// What an empty selection of the outermost quantifier means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfEmpty {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
}

/// `control NAME "title" { … }`.
#[derive(Clone, Debug)]
pub struct ControlDef {
    /// `module/CONTROL`.
    pub id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// A value of the enum `severity`; `medium` where not given.
    pub severity: Arc<str>,
    /// Who owns it.
    pub owner: Option<Arc<str>>,
    /// Its facets.
    pub facets: Vec<Arc<str>>,
    /// `needs`: values of the enum `proves`.
    pub needs: Vec<Arc<str>>,
    /// Objectives that it mitigates.
    pub mitigates: Vec<MitigationDef>,
    /// Requirements of frameworks that it satisfies.
    pub satisfies: Vec<RequirementRef>,
    /// The component that it belongs to, by name.
    pub component: Option<Arc<str>>,
    /// Its assertions in order of ids.
    pub assertions: Vec<AssertionId>,
    /// The name in the source.
    pub span: Span,
}

/// `assert name: expr { … }`.
#[derive(Clone, Debug)]
pub struct AssertionDef {
    /// `module/CONTROL/assert`.
    pub id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// The control.
    pub control: Option<ControlId>,
    /// What it claims, a `Result`.
    pub expr: Expr,
    /// `if_empty`.
    pub if_empty: Option<IfEmpty>,
    /// What is said where it fails (no holes but `{{`: an assert has no parameters).
    pub message: Option<Arc<str>>,
    /// The facets that it covers.
    pub covers: Vec<Arc<str>>,
    /// Replaces the check's question.
    pub ask: Option<Arc<str>>,
    /// Replaces the check's evidence.
    pub evidence: Vec<Arc<str>>,
    /// The component, by name.
    pub component: Option<Arc<str>>,
    /// The name in the source.
    pub span: Span,
}

/// `attacker on asset for [properties]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MitigationDef {
    /// The attacker's name.
    pub attacker: Arc<str>,
    /// The asset's name.
    pub asset: Arc<str>,
    /// The properties; empty for all.
    pub properties: Vec<Arc<str>>,
}

/// `asvs("9.1.1")`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequirementRef {
    /// The framework's name.
    pub framework: Arc<str>,
    /// The requirement's id.
    pub requirement: Arc<str>,
}

/// `waive CONTROL.assert { … }`.
#[derive(Clone, Debug)]
pub struct WaiverDef {
    /// The assertion (or each of a control's).
    pub assertions: Vec<AssertionId>,
    /// The target as written.
    pub target: Arc<str>,
    /// Where its findings must lie, a `Files` text; everywhere without it.
    pub at: Option<Arc<str>>,
    /// The last valid day, `YYYY-MM-DD`, UTC.
    pub until: Arc<str>,
    /// Who granted it.
    pub by: Arc<str>,
    /// Why.
    pub because: Arc<str>,
    /// Where it is tracked.
    pub ticket: Option<Arc<str>>,
    /// The target in the source.
    pub span: Span,
}

/// `test "title" { … }`.
#[derive(Clone, Debug)]
pub struct TestDef {
    /// Its title.
    pub title: Arc<str>,
    /// The files in memory: path and text.
    pub files: Vec<(Arc<str>, Arc<str>)>,
    /// The clock: `YYYY-MM-DD` or a timestamp.
    pub at: Option<Arc<str>>,
    /// What is expected, in order.
    pub expects: Vec<ExpectDef>,
    /// Of the standard library.
    pub is_std: bool,
    /// The title in the source.
    pub span: Span,
}

/// `expect: X fails at "path":line`.
#[derive(Clone, Debug)]
pub struct ExpectDef {
    /// What is judged.
    pub subject: ExpectSubject,
    /// The outcome.
    pub verb: crate::verdict::Outcome,
    /// A place that a finding must have.
    pub at: Option<(Arc<str>, Option<u32>)>,
    /// The subject in the source.
    pub span: Span,
}

/// What an `expect` judges.
#[derive(Clone, Debug)]
pub enum ExpectSubject {
    /// An assertion of the package.
    Assertion(AssertionId),
    /// All assertions of a control; the outcome is the worst (fail, error, waived, pass).
    Control(ControlId),
    /// An expression of type `Result`.
    Expr(Box<Expr>),
}

/// `gate name { … }`.
#[derive(Clone, Debug)]
pub struct GateDef {
    /// Its name.
    pub name: Arc<str>,
    /// A value of the enum `level`.
    pub requires: Arc<str>,
    /// The policy file, relative to the package; the embedded default without it.
    pub policy: Option<(Arc<str>, Span)>,
    /// The package's own codes that its policy may emit.
    pub emits: Vec<Arc<str>>,
    /// The name in the source.
    pub span: Span,
}

/// `code NAME "title" { … }`.
#[derive(Clone, Debug)]
pub struct CodeDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// A value of the enum `severity`; `medium` where not given.
    pub severity: Arc<str>,
    /// The name in the source.
    pub span: Span,
}

/// `model name "title" { … }`.
#[derive(Clone, Debug)]
pub struct ModelDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The assets.
    pub assets: Vec<AssetDef>,
    /// The attackers.
    pub attackers: Vec<AttackerDef>,
    /// The components.
    pub components: Vec<ComponentDef>,
    /// The boundaries.
    pub boundaries: Vec<BoundaryDef>,
    /// The assumptions.
    pub assumptions: Vec<AssumptionDef>,
    /// The name in the source.
    pub span: Span,
}

/// `asset name "title" { … }`.
#[derive(Clone, Debug)]
pub struct AssetDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Values of the enum `property`.
    pub protect: Vec<Arc<str>>,
    /// A value of the enum `impact`.
    pub impact: Arc<str>,
}

/// `attacker name "title" { … }`.
#[derive(Clone, Debug)]
pub struct AttackerDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// A value of the enum `likelihood`.
    pub likelihood: Arc<str>,
    /// The assets that it can reach; all of the model where empty.
    pub targets: Vec<Arc<str>>,
}

/// `component name "title" { … }`.
#[derive(Clone, Debug)]
pub struct ComponentDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Where it lies in the repository.
    pub path: Option<Arc<str>>,
    /// Its repository, where another.
    pub repo: Option<Arc<str>>,
}

/// `boundary name "title" { … }`.
#[derive(Clone, Debug)]
pub struct BoundaryDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// What it separates: attackers and components by name.
    pub separates: Vec<Arc<str>>,
}

/// `assumption name "title" { … }`.
#[derive(Clone, Debug)]
pub struct AssumptionDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// Who vouches for it.
    pub owner: Arc<str>,
    /// The last valid day.
    pub expires: Arc<str>,
    /// Objectives that it mitigates.
    pub mitigates: Vec<MitigationDef>,
}

/// `document name { … }`.
#[derive(Clone, Debug)]
pub struct DocumentDef {
    /// Its name.
    pub name: Arc<str>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// The `predicateType` of the statements that it judges.
    pub predicate_type: Arc<str>,
    /// What `predicateVersion` of the predicate must be, where it has one.
    pub version: Option<Arc<str>>,
    /// The JSON Schema of the predicate.
    pub schema: SchemaDef,
    /// The JSON Schema of the context; any object will do without it.
    pub context: Option<SchemaDef>,
    /// The policy file, relative to the package.
    pub policy: (Arc<str>, Span),
    /// The rules in the order of the source.
    pub rules: Vec<RuleDef>,
    /// The name in the source.
    pub span: Span,
}

/// A JSON Schema that a document names.
#[derive(Clone, Debug)]
pub struct SchemaDef {
    /// As written.
    pub path: Arc<str>,
    /// The schema.
    pub value: Arc<serde_json::Value>,
    /// Where it is named.
    pub span: Span,
    /// The type of what fits it.
    pub ty: Ty,
    /// The rows that the type names.
    pub rows: Vec<RowSpec>,
}

/// `rule name { … }` of a document.
#[derive(Clone, Debug)]
pub struct RuleDef {
    /// Its name.
    pub name: Arc<str>,
    /// Documentation.
    pub doc: Option<Arc<str>>,
    /// The variable that stands for `predicate`.
    pub predicate: Local,
    /// Where the rule applies, a `Bool`; everywhere without it.
    pub when: Option<Expr>,
    /// What must be true then, a `Bool`.
    pub require: Expr,
    /// `require` as written.
    pub written: Arc<str>,
    /// The failure code where it is not.
    pub fails: Arc<str>,
    /// What is said where it is not.
    pub message: Option<Arc<str>>,
    /// The name in the source.
    pub span: Span,
}

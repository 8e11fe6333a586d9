//! Everything that names can mean: units, files, packages' namespaces, and what the passes have found out so far.
//!
//! Filled in order (names, imports, parameters, signatures of checks), read-only while an expression is typed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::limits::DIAGNOSTICS_PER_FILE;
use crate::base::schema::{Refinement, RowSpec, Signatures, Ty};
use crate::base::source::SourceMap;
use crate::base::span::{SourceId, Span};
use crate::diag::{Diagnostic, Severity, Sink};
use crate::syntax::ast;

use super::diags;
use super::expr::{Const, Expr};
use super::model::CheckParam;

/// CEL's functions that are called without a receiver. They share the namespace of checks and relations.
pub(super) const FUNCTIONS: [&str; 5] = ["has", "size", "int", "double", "string"];

/// What the passes write: diagnostics, and which imports were of use.
#[derive(Debug, Default)]
pub(super) struct Log {
    diagnostics: Vec<Diagnostic>,
    /// How many errors and others each source gave, those that are not kept included.
    counts: BTreeMap<SourceId, (usize, usize)>,
    /// Literals that were checked and are well-formed: a path that a hundred assertions name is parsed once.
    pub(super) sound: BTreeSet<(Refinement, Arc<str>)>,
    /// File and local name of an import.
    pub(super) used: BTreeSet<(usize, Arc<str>)>,
}

impl Log {
    /// Takes one, up to a limit a file. Errors and warnings are counted apart: no number of warnings hides an error.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let (errors, others) = self.counts.entry(diagnostic.primary.span.source).or_default();
        let count = if diagnostic.severity == Severity::Error { errors } else { others };
        *count = count.saturating_add(1);
        if *count <= DIAGNOSTICS_PER_FILE {
            self.diagnostics.push(diagnostic);
        }
    }

    /// How many were found so far.
    pub(super) fn found(&self) -> usize {
        self.counts.values().map(|(errors, others)| errors.saturating_add(*others)).sum()
    }

    /// Whether a file shows all the errors that it may: what follows in it need not be looked at.
    pub(super) fn is_full(&self, source: SourceId) -> bool {
        self.counts.get(&source).is_some_and(|(errors, _)| *errors >= DIAGNOSTICS_PER_FILE)
    }

    /// All that was kept, and a note for each file that has more.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut sink = Sink::new();
        for (source, (errors, others)) in &self.counts {
            if errors.max(others) >= &DIAGNOSTICS_PER_FILE {
                let last = self.diagnostics.iter().map(|kept| kept.primary.span).filter(|span| span.source == *source);
                sink.extend(last.max().map(|span| diags::more_diagnostics(span.after())));
            }
        }
        sink.extend(self.diagnostics);
        sink.finish()
    }
}

/// A unit's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Std,
    Dependency,
    Main,
}

/// One package.
#[derive(Debug)]
pub(super) struct UnitScope {
    pub(super) role: Role,
    pub(super) name: Option<Arc<str>>,
    /// Checks by name: indices into [`World::checks`] once they are ordered.
    pub(super) functions: BTreeMap<Arc<str>, usize>,
    /// Everything else by name.
    pub(super) values: BTreeMap<Arc<str>, Value>,
}

/// What a name of the value namespace is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) kind: ValueKind,
    pub(super) span: Span,
}

/// The kinds of named things that are no functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// An index into [`World::params`].
    Param(usize),
    Control,
    Assertion,
    Model,
    Asset,
    Attacker,
    Component,
    Boundary,
    Assumption,
    Gate,
    Code,
    Document,
}

impl ValueKind {
    /// With its article, for messages.
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Param(_) => "a param",
            Self::Control => "a control",
            Self::Assertion => "an assertion",
            Self::Model => "a model",
            Self::Asset => "an asset",
            Self::Attacker => "an attacker",
            Self::Component => "a component",
            Self::Boundary => "a boundary",
            Self::Assumption => "an assumption",
            Self::Gate => "a gate",
            Self::Code => "a code",
            Self::Document => "a document",
        }
    }
}

/// One file of a package.
#[derive(Debug)]
pub(super) struct FileScope<'a> {
    pub(super) unit: usize,
    pub(super) file: &'a ast::File,
    /// `module a.b`, or the package's name.
    pub(super) module: Option<Arc<str>>,
    /// Imported names.
    pub(super) imports: BTreeMap<Arc<str>, Import>,
    /// Whether parts of it did not parse, so that what seems unused or undeclared may not be.
    pub(super) broken: bool,
}

impl<'a> FileScope<'a> {
    /// A file whose imports are not resolved yet.
    pub(super) fn new(unit: usize, file: &'a ast::File, module: Option<Arc<str>>) -> Self {
        let broken = file.items.iter().any(|item| match item {
            ast::Item::Error(_) => true,
            ast::Item::Block(block) => is_broken(block),
            ast::Item::Param(_) => false,
        });
        Self { unit, file, module, imports: BTreeMap::new(), broken }
    }
}

fn is_broken(block: &ast::Block) -> bool {
    block.broken
        || block.members.iter().any(|member| match member {
            ast::Member::Block(inner) => is_broken(inner),
            ast::Member::Error(_) => true,
            ast::Member::Field(_) => false,
        })
}

/// What an imported name stands for; one name may be a check and a param at once. Neither is one that did not resolve: what
/// uses it was told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import {
    pub(super) check: Option<usize>,
    pub(super) param: Option<usize>,
    pub(super) span: Span,
}

/// `param` of a package.
#[derive(Debug)]
pub(super) struct ParamDecl<'a> {
    pub(super) unit: usize,
    pub(super) file: usize,
    pub(super) item: &'a ast::ParamItem,
    pub(super) path: Arc<str>,
    pub(super) ty: Ty,
    /// Known after the pass over parameters; nothing where it did not compile.
    pub(super) value: Option<Const>,
}

/// `check` of any unit.
#[derive(Debug)]
pub(super) struct CheckDecl<'a> {
    pub(super) unit: usize,
    pub(super) file: usize,
    pub(super) block: &'a ast::Block,
    pub(super) name: Arc<str>,
    pub(super) path: Arc<str>,
    /// Known after the pass over signatures.
    pub(super) params: Vec<CheckParam>,
    /// `require` with the words where it does not hold; known once the check is compiled.
    pub(super) require: Option<(Expr, Arc<str>)>,
}

impl CheckDecl<'_> {
    pub(super) fn span(&self) -> Span {
        self.block.head()
    }

    /// Whether it is a question only. One that did not parse whole may hold a claim.
    pub(super) fn is_question(&self) -> bool {
        let holds = |member: &ast::Member| matches!(member, ast::Member::Field(field) if &*field.name.text == "holds");
        !self.block.broken && !self.block.members.iter().any(holds)
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) sources: &'a SourceMap,
    pub(super) signatures: &'a Signatures,
    pub(super) units: Vec<UnitScope>,
    pub(super) files: Vec<FileScope<'a>>,
    pub(super) params: Vec<ParamDecl<'a>>,
    pub(super) checks: Vec<CheckDecl<'a>>,
    /// Modules by path, each with its unit: the paths of `use`.
    pub(super) modules: BTreeMap<Arc<str>, usize>,
    /// The rows of documents, from their JSON Schemas; their names hold a `/`, those of facts do not.
    pub(super) documents: Vec<RowSpec>,
}

/// What a function's name means where it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function<'a> {
    Builtin(&'static str),
    Relation(&'a crate::base::schema::RelationSpec),
    Check(usize),
}

impl PartialEq for crate::base::schema::RelationSpec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for crate::base::schema::RelationSpec {}

impl<'a> World<'a> {
    /// The unit of a file.
    pub(super) fn unit_of(&self, file: usize) -> Option<&UnitScope> {
        self.files.get(file).and_then(|scope| self.units.get(scope.unit))
    }

    /// The type of rows of that name, of facts or of a document.
    pub(super) fn row(&self, name: &str) -> Option<&RowSpec> {
        self.signatures.row(name).or_else(|| self.documents.iter().find(|row| row.name == name))
    }

    /// The file with that index.
    pub(super) fn file(&self, file: usize) -> Option<&FileScope<'a>> {
        self.files.get(file)
    }

    /// What `name` means as a function in `file`. Marks an import as used.
    pub(super) fn function(&self, file: usize, name: &str, log: &mut Log) -> Option<Function<'a>> {
        if let Some(builtin) = FUNCTIONS.into_iter().find(|builtin| *builtin == name) {
            return Some(Function::Builtin(builtin));
        }
        if let Some(relation) = self.signatures.relation(name) {
            return Some(Function::Relation(relation));
        }
        if let Some((key, import)) = self.file(file)?.imports.get_key_value(name)
            && let Some(check) = import.check
        {
            log.used.insert((file, Arc::clone(key)));
            return Some(Function::Check(check));
        }
        let own = self.unit_of(file).and_then(|unit| unit.functions.get(name));
        own.or_else(|| self.prelude().get(name).filter(|check| self.is_prelude(**check)))
            .map(|check| Function::Check(*check))
    }

    /// Whether `name` was imported in `file`, and the import did not resolve.
    pub(super) fn is_poisoned(&self, file: usize, name: &str) -> bool {
        self.file(file)
            .and_then(|scope| scope.imports.get(name))
            .is_some_and(|import| import.check.is_none() && import.param.is_none())
    }

    /// The standard library's checks by name.
    fn prelude(&self) -> &BTreeMap<Arc<str>, usize> {
        static NONE: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        self.units.iter().find(|unit| unit.role == Role::Std).map_or(&NONE, |unit| &unit.functions)
    }

    /// Whether a check needs no `use`: it is of the standard library and in no module of its own.
    pub(super) fn is_prelude(&self, check: usize) -> bool {
        self.checks.get(check).is_some_and(|decl| {
            self.units.get(decl.unit).is_some_and(|unit| unit.role == Role::Std)
                && self.file(decl.file).is_some_and(|file| is_prelude_module(file.module.as_deref()))
        })
    }

    /// The prelude's check of that name.
    pub(super) fn prelude_check(&self, name: &str) -> Option<usize> {
        self.prelude().get(name).copied().filter(|check| self.is_prelude(*check))
    }

    /// Names of checks that can be called in `file`, with their places.
    pub(super) fn callable(&self, file: usize) -> Vec<(&str, Option<Span>)> {
        let mut names: Vec<(&str, Option<Span>)> = Vec::new();
        let span = |check: usize| self.checks.get(check).map(CheckDecl::span);
        if let Some(scope) = self.file(file) {
            names.extend(
                scope
                    .imports
                    .iter()
                    .filter(|(_, import)| import.check.is_some())
                    .map(|(name, import)| (&**name, Some(import.span))),
            );
        }
        if let Some(unit) = self.unit_of(file) {
            names.extend(unit.functions.iter().map(|(name, check)| (&**name, span(*check))));
        }
        // The standard library's source is no place of the author's: no label.
        names.extend(
            self.prelude().iter().filter(|(_, check)| self.is_prelude(**check)).map(|(name, _)| (&**name, None)),
        );
        names
    }

    /// What `name` means as a parameter of a package in `file`. Marks an import as used.
    pub(super) fn param(&self, file: usize, name: &str, log: &mut Log) -> Option<&ParamDecl<'a>> {
        if let Some((key, import)) = self.file(file)?.imports.get_key_value(name)
            && let Some(param) = import.param
        {
            log.used.insert((file, Arc::clone(key)));
            return self.params.get(param);
        }
        match self.unit_of(file)?.values.get(name)?.kind {
            ValueKind::Param(param) => self.params.get(param),
            _ => None,
        }
    }

    /// Whether `name` is a parameter of a package in `file`.
    pub(super) fn has_param(&self, file: usize, name: &str) -> bool {
        self.file(file).is_some_and(|scope| scope.imports.get(name).is_some_and(|import| import.param.is_some()))
            || self
                .unit_of(file)
                .and_then(|unit| unit.values.get(name))
                .is_some_and(|value| matches!(value.kind, ValueKind::Param(_)))
    }

    /// Names of package parameters that can be used in `file`, with their places.
    pub(super) fn param_names(&self, file: usize) -> Vec<(&str, Option<Span>)> {
        let mut names: Vec<(&str, Option<Span>)> = Vec::new();
        if let Some(scope) = self.file(file) {
            names.extend(
                scope
                    .imports
                    .iter()
                    .filter(|(_, import)| import.param.is_some())
                    .map(|(name, import)| (&**name, Some(import.span))),
            );
        }
        if let Some(unit) = self.unit_of(file) {
            names.extend(
                unit.values
                    .iter()
                    .filter(|(_, value)| matches!(value.kind, ValueKind::Param(_)))
                    .map(|(name, value)| (&**name, Some(value.span))),
            );
        }
        names
    }

    /// A check of a module, by its path.
    pub(super) fn check_in(&self, module: &str, name: &str) -> Option<usize> {
        let unit = self.units.get(*self.modules.get(module)?)?;
        let check = *unit.functions.get(name)?;
        self.is_in(self.checks.get(check)?.file, module).then_some(check)
    }

    /// A parameter of a module, by its path.
    pub(super) fn param_in(&self, module: &str, name: &str) -> Option<usize> {
        let unit = self.units.get(*self.modules.get(module)?)?;
        match unit.values.get(name)?.kind {
            ValueKind::Param(param) => self.is_in(self.params.get(param)?.file, module).then_some(param),
            _ => None,
        }
    }

    /// Everything of a module that can be imported, with its place.
    pub(super) fn importable(&self, module: &str) -> Vec<(&str, Option<Span>)> {
        let Some(unit) = self.modules.get(module).and_then(|unit| self.units.get(*unit)) else { return Vec::new() };
        let own = unit.role != Role::Std;
        let checks = unit.functions.iter().filter_map(|(name, check)| {
            let decl = self.checks.get(*check)?;
            self.is_in(decl.file, module).then_some((&**name, own.then(|| decl.span())))
        });
        let params = unit.values.iter().filter_map(|(name, value)| match value.kind {
            ValueKind::Param(param) => {
                self.is_in(self.params.get(param)?.file, module).then_some((&**name, own.then_some(value.span)))
            }
            _ => None,
        });
        checks.chain(params).collect()
    }

    /// Whether a file belongs to the module of that path, with or without its package's name in front.
    fn is_in(&self, file: usize, module: &str) -> bool {
        self.file(file).is_some_and(|scope| {
            let unit = self.units.get(scope.unit).and_then(|unit| unit.name.as_deref());
            module_paths(unit, scope.module.as_deref()).iter().any(|path| path == module)
        })
    }
}

/// The paths under which `use` reaches a module: its own, and with its package's name in front.
pub(super) fn module_paths(unit: Option<&str>, module: Option<&str>) -> Vec<String> {
    match (unit, module) {
        (unit, Some(module)) => {
            let mut paths = vec![module.to_owned()];
            if let Some(unit) = unit
                && module != unit
                && !module.strip_prefix(unit).is_some_and(|rest| rest.starts_with('.'))
            {
                paths.push(format!("{unit}.{module}"));
            }
            paths
        }
        (Some(unit), None) => vec![unit.to_owned()],
        (None, None) => Vec::new(),
    }
}

/// Whether a module of the standard library needs no `use`.
pub(super) fn is_prelude_module(module: Option<&str>) -> bool {
    matches!(module, None | Some("std"))
}

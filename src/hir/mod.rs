//! Names, imports, types and constants: ASTs of a package to a typed model. The standard library is compiled like any
//! other source. Does not know the code under judgement, and never fails: what is wrong becomes a diagnostic.

pub mod arguments;
mod collect;
mod constant;
mod declarations;
mod diags;
mod dump;
pub mod expr;
mod fields;
mod infer;
pub mod model;
mod order;
mod shape;
pub mod stdlib;
mod template;
mod types;
mod uses;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::schema::Signatures;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::diag::Diagnostic;
use crate::syntax::ast;

pub use arguments::{ArgumentError, check_arguments, unmet_requirement};
pub use dump::tree_json;

use model::{Package, ParamDef};
use world::{Log, Role, World};

/// The files of one package.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// Its name: of `[package]` in `attest.toml`, of the dependency, or `std`. An anonymous package has none.
    pub name: Option<Arc<str>>,
    /// Its version.
    pub version: Option<Arc<str>>,
    /// `edition` of `attest.toml`.
    pub edition: Option<u32>,
    /// Its files, in the order of their paths.
    pub files: Vec<ast::File>,
    /// `[params]` of `attest.toml`; only those of the main package count.
    pub params: Vec<ParamSetting>,
    /// The JSON Schemas that its documents name, by the path as written: the text, or why there is none.
    pub schemas: BTreeMap<Arc<str>, Result<Arc<str>, String>>,
}

/// One line of `[params]`.
#[derive(Clone, Debug)]
pub struct ParamSetting {
    /// `shop.identity.min_tls`.
    pub path: String,
    /// What it is set to.
    pub value: ParamOverride,
    /// Where, if `attest.toml` is among the sources.
    pub span: Option<Span>,
}

/// A value of `[params]`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is TOML's value of its name")]
pub enum ParamOverride {
    Bool(bool),
    Int(i64),
    Decimal(f64),
    Text(String),
    List(Vec<ParamOverride>),
}

/// What is compiled.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The standard library.
    pub std: Unit,
    /// The packages that `attest.toml` names.
    pub dependencies: Vec<Unit>,
    /// The package itself.
    pub main: Unit,
    /// The texts of all files.
    pub sources: &'a SourceMap,
    /// What facts offer.
    pub signatures: &'a Signatures,
}

/// A compiled package and what was wrong with it.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The model. Where there is an error it is for editors only, and nothing may be decided by it.
    pub package: Package,
    /// Sorted by place, each once.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a package with all that it imports.
#[expect(clippy::needless_pass_by_value, reason = "the trees are of no use to the caller afterwards")]
pub fn compile(input: Input<'_>) -> Compiled {
    let mut log = Log::default();
    let mut world = collect::collect(&input, &mut log);
    uses::resolve(&mut world, &mut log);
    order::order(&mut world, &mut log);
    declarations::param::values(&mut world, &mut log);
    declarations::param::overrides(&mut world, &input.main, &mut log);
    declarations::check::signatures(&mut world, &mut log);
    let checks =
        (0..world.checks.len()).filter_map(|check| declarations::check::lower(&mut world, check, &mut log)).collect();
    let mut package = Package { checks, ..Package::default() };
    let main = world.units.len().saturating_sub(1);
    package.documents = declarations::document::lower(&mut world, main, &input.main.schemas, &mut log);
    own(&world, main, &input, &mut package, &mut log);
    refuse(&world, &mut log);
    uses::unused(&world, &mut log);
    Compiled { package, diagnostics: log.finish() }
}

/// The main package's declarations, and the standard library's tests.
fn own(world: &World<'_>, main: usize, input: &Input<'_>, package: &mut Package, log: &mut Log) {
    package.name.clone_from(&input.main.name);
    package.version.clone_from(&input.main.version);
    package.params = world
        .params
        .iter()
        .filter_map(|decl| {
            Some(ParamDef {
                path: Arc::clone(&decl.path),
                ty: decl.ty.clone(),
                value: decl.value.clone()?,
                doc: decl.item.doc.as_ref().map(|doc| doc.text.as_str().into()),
                span: decl.item.param.name.span,
            })
        })
        .collect();
    package.params.sort_by(|left, right| left.path.cmp(&right.path));
    package.models = declarations::model::lower(world, main, log);
    package.codes = declarations::code::lower(world, main, log);
    package.gates = declarations::gate::lower(world, main, log);
    let claims = declarations::control::lower(world, main, &declarations::model::Objectives::new(&package.models), log);
    package.waivers = declarations::waiver::lower(world, main, &claims, log);
    for (index, unit) in world.units.iter().enumerate() {
        let none = declarations::control::Claims::default();
        match unit.role {
            Role::Std if index != main => {
                package.tests.extend(declarations::test::lower(world, index, &none, log));
            }
            Role::Main => package.tests.extend(declarations::test::lower(world, index, &claims, log)),
            _ => {}
        }
    }
    package.controls = claims.controls;
    package.assertions = claims.assertions;
}

/// Declarations that are of a later version, or that stand at the top where they do not belong.
fn refuse(world: &World<'_>, log: &mut Log) {
    for file in &world.files {
        let dependency = world.units.get(file.unit).is_some_and(|unit| unit.role == Role::Dependency);
        for item in &file.file.items {
            let ast::Item::Block(block) = item else { continue };
            let part = matches!(
                block.keyword,
                ast::Keyword::Asset
                    | ast::Keyword::Attacker
                    | ast::Keyword::Component
                    | ast::Keyword::Boundary
                    | ast::Keyword::Assumption
                    | ast::Keyword::Rule
            );
            if !dependency && (part || fields::is_unsupported(block.keyword)) {
                log.push(fields::misplaced(block, "at the top of a file"));
            }
        }
    }
}

//! What statements are judged by: documents with their schemas, rules and policies, compiled once. Does not know files.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::schema::Schema;
use crate::base::digest;
use crate::base::schema::Signatures;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::decide::{DeclaredCodes, Limits, Package, Policy};
use crate::diag::Severity;
use crate::hir::model::{DocumentDef, RuleDef, SchemaDef};
use crate::hir::{self, Unit, stdlib};
use crate::syntax;

/// A document, ready to judge.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name.
    pub name: Arc<str>,
    /// The predicate type that it is for.
    pub predicate_type: Arc<str>,
    /// What `predicateVersion` must be.
    pub version: Option<Arc<str>>,
    pub(super) schema: Schema,
    pub(super) context: Option<Schema>,
    pub(super) rules: Vec<RuleDef>,
    pub(super) policy: Result<Policy, String>,
    /// The digest of the policy's text, `sha256:...`.
    pub(super) policy_digest: Option<String>,
    pub(super) codes: DeclaredCodes,
}

/// The documents by which statements are judged; no two of one predicate type.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    documents: Vec<Document>,
}

/// A schema that a document names and that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSchema {
    /// Where it is named.
    pub span: Span,
    /// Its path.
    pub path: Arc<str>,
    /// What is wrong.
    pub message: String,
}

static STANDARD: LazyLock<Result<Contract, String>> = LazyLock::new(standard_contract);

/// The documents of the standard library: agents' runs, version 0 and 1.
///
/// # Errors
/// Never, as a test shows; the type says so instead of a panic.
pub fn standard() -> Result<&'static Contract, String> {
    STANDARD.as_ref().map_err(Clone::clone)
}

impl Contract {
    /// The documents.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The digest of the policy that judges a predicate type, `sha256:...`.
    pub fn policy_digest(&self, predicate_type: &str) -> Option<&str> {
        let document = self.documents.iter().find(|document| *document.predicate_type == *predicate_type)?;
        document.policy_digest.as_deref()
    }

    /// Adds documents; `policy` gives the text of a policy by its path, `codes` are those that policies may emit beside
    /// the table's. A policy that does not compile is told when it is asked: nothing is decided without it.
    ///
    /// # Errors
    /// The schemas that are none.
    pub fn add(
        &mut self,
        documents: &[DocumentDef],
        policy: &dyn Fn(&str) -> Result<String, String>,
        codes: &DeclaredCodes,
    ) -> Result<(), Vec<BadSchema>> {
        let mut bad = Vec::new();
        // Documents that share a policy share its compilation.
        let mut policies: BTreeMap<Arc<str>, Compiled> = BTreeMap::new();
        for def in documents {
            let mut compile = |schema: &SchemaDef| {
                let place = |message| BadSchema { span: schema.span, path: Arc::clone(&schema.path), message };
                Schema::compile(schema).map_err(|message| bad.push(place(message))).ok()
            };
            let schema = compile(&def.schema);
            let context = def.context.as_ref().map_or(Some(None), |schema| compile(schema).map(Some));
            let (Some(schema), Some(context)) = (schema, context) else { continue };
            let (path, _) = &def.policy;
            let compiled = policies.entry(Arc::clone(path)).or_insert_with(|| compile_policy(path, policy(path)));
            self.documents.push(Document {
                name: Arc::clone(&def.name),
                predicate_type: Arc::clone(&def.predicate_type),
                version: def.version.clone(),
                schema,
                context,
                rules: def.rules.clone(),
                policy: compiled.0.clone(),
                policy_digest: compiled.1.clone(),
                codes: codes.clone(),
            });
        }
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }

    /// The same documents, all judged by one policy.
    #[must_use]
    pub fn with_policy(mut self, path: &str, text: Result<String, String>) -> Self {
        let compiled = compile_policy(path, text);
        for document in &mut self.documents {
            document.policy.clone_from(&compiled.0);
            document.policy_digest.clone_from(&compiled.1);
        }
        self
    }
}

/// A policy, and the digest of its text where there is one.
type Compiled = (Result<Policy, String>, Option<String>);

fn compile_policy(path: &str, text: Result<String, String>) -> Compiled {
    let text = match text {
        Ok(text) => text,
        Err(problem) => return (Err(problem), None),
    };
    let policy = Policy::compile_with(path, &text, Package::Document, Limits::default())
        .map_err(|error| format!("the policy `{path}` does not compile: {error}"));
    (policy, Some(digest::sha256(text.as_bytes()).to_string()))
}

fn standard_contract() -> Result<Contract, String> {
    let mut sources = SourceMap::new();
    let mut main = Unit { name: Some(Arc::from("std")), ..Unit::default() };
    let mut diagnostics = Vec::new();
    for (path, text) in stdlib::DOCUMENTS {
        let parsed = syntax::parse(sources.add(*path, *text), text);
        diagnostics.extend(parsed.diagnostics);
        main.files.push(parsed.file);
    }
    main.schemas = stdlib::SCHEMAS.iter().map(|(name, text)| (Arc::from(*name), Ok(Arc::from(*text)))).collect();
    let signatures = Signatures::default();
    let input =
        hir::Input { std: Unit::default(), dependencies: Vec::new(), main, sources: &sources, signatures: &signatures };
    let compiled = hir::compile(input);
    diagnostics.extend(compiled.diagnostics);
    if let Some(error) = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(format!("the standard library's documents do not compile: {}", error.message));
    }
    let policy = |path: &str| {
        let text = stdlib::policy(&format!("std/{path}"));
        text.map(str::to_owned).ok_or_else(|| format!("there is no policy `{path}`"))
    };
    let mut contract = Contract::default();
    contract
        .add(&compiled.package.documents, &policy, &DeclaredCodes::default())
        .map_err(|bad| bad.first().map_or_else(String::new, |bad| format!("{}: {}", bad.path, bad.message)))?;
    Ok(contract)
}

#[cfg(test)]
mod tests {
    use super::standard;

    #[test]
    fn the_standard_documents_compile() {
        let contract = standard().unwrap();
        let names: Vec<&str> = contract.documents().iter().map(|document| &*document.name).collect();
        assert_eq!(names, ["agent_provenance_v0", "agent_provenance_v1"]);
        assert!(contract.documents().iter().all(|document| document.policy.is_ok() && !document.rules.is_empty()));
    }
}

//! What statements are judged by: documents with their schemas, rules and policies. Policies, and the schemas of the standard
//! library, are compiled once, when they are first asked: a process that judges one statement pays for one document. Does not
//! know files.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use super::schema::Schema;
use crate::base::digest;
use crate::base::schema::Signatures;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::decide::{DeclaredCodes, Limits, Package, Policy};
use crate::diag::Severity;
use crate::hir::model::{DocumentDef, RuleDef};
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
    policy: Arc<LatePolicy>,
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
        document.policy.digest.as_deref()
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
        let before = self.documents.len();
        self.add_unseen(documents, policy, codes);
        let mut bad = Vec::new();
        for (def, document) in documents.iter().zip(self.documents.iter().skip(before)) {
            let schemas = std::iter::once((&def.schema, &document.schema));
            for (def, schema) in schemas.chain(def.context.iter().zip(&document.context)) {
                if let Err(message) = schema.compiled() {
                    bad.push(BadSchema { span: def.span, path: Arc::clone(&def.path), message: message.clone() });
                }
            }
        }
        if bad.is_empty() {
            return Ok(());
        }
        self.documents.truncate(before);
        Err(bad)
    }

    /// The same of documents whose schemas are known to be some.
    fn add_unseen(
        &mut self,
        documents: &[DocumentDef],
        policy: &dyn Fn(&str) -> Result<String, String>,
        codes: &DeclaredCodes,
    ) {
        // Documents that share a policy share its compilation.
        let mut policies: BTreeMap<Arc<str>, Arc<LatePolicy>> = BTreeMap::new();
        for def in documents {
            let (path, _) = &def.policy;
            let policy = policies.entry(Arc::clone(path)).or_insert_with(|| LatePolicy::new(path, policy(path)));
            self.documents.push(Document {
                name: Arc::clone(&def.name),
                predicate_type: Arc::clone(&def.predicate_type),
                version: def.version.clone(),
                schema: Schema::new(&def.schema),
                context: def.context.as_ref().map(Schema::new),
                rules: def.rules.clone(),
                policy: Arc::clone(policy),
                codes: codes.clone(),
            });
        }
    }

    /// The same documents, all judged by one policy.
    #[must_use]
    pub fn with_policy(mut self, path: &str, text: Result<String, String>) -> Self {
        let policy = LatePolicy::new(path, text);
        for document in &mut self.documents {
            document.policy = Arc::clone(&policy);
        }
        self
    }
}

impl Document {
    /// The policy, compiled when it is first asked.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn policy(&self) -> Result<&Policy, &String> {
        self.policy.compiled()
    }
}

/// A policy that is compiled when it is first asked.
#[derive(Debug)]
struct LatePolicy {
    path: String,
    text: Result<String, String>,
    /// The digest of the text, `sha256:...`.
    digest: Option<String>,
    compiled: OnceLock<Result<Policy, String>>,
}

impl LatePolicy {
    fn new(path: &str, text: Result<String, String>) -> Arc<Self> {
        let digest = text.as_ref().ok().map(|text| digest::sha256(text.as_bytes()).to_string());
        Arc::new(Self { path: path.to_owned(), text, digest, compiled: OnceLock::new() })
    }

    fn compiled(&self) -> Result<&Policy, &String> {
        let compile = || {
            let text = self.text.as_ref().map_err(Clone::clone)?;
            Policy::compile_with(&self.path, text, Package::Document, Limits::default())
                .map_err(|error| format!("the policy `{}` does not compile: {error}", self.path))
        };
        self.compiled.get_or_init(compile).as_ref()
    }
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
    // A test compiles their schemas.
    contract.add_unseen(&compiled.package.documents, &policy, &DeclaredCodes::default());
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
        for document in contract.documents() {
            assert!(document.policy().is_ok() && !document.rules.is_empty());
            assert!(document.schema.compiled().is_ok());
            assert!(document.context.as_ref().unwrap().compiled().is_ok());
        }
    }
}

//! The store: the files that a plan names, each read once and parsed once however many assertions ask, and only as far
//! as they ask. Immutable once opened but for its cells, so that all cores share it.

mod around;
mod elsewhere;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::documents::{self, Node};
use super::encoding::{self, Content};
use super::headers;
use super::language::{self, Language, Nature};
use super::languages;
use super::manifests::{self, Dependency};
use super::model::{CodeFacts, Header, Range};
use super::relations::{Extra, Kind, Need, ROWS, RowType, Rows, row_type};
use super::reports::junit::{self, TestResult};
use super::scope::{Resolved, resolve};
pub use super::scope::{Scope, ScopeId, ScopeProblem};
use super::secrets::{self, Secret};
use super::value::Row;
use crate::base::source::LineIndex;
use crate::target::{Entry, EntryKind, Target};
use crate::verdict::Location;
pub use around::Definition;
pub use elsewhere::{Mentions, Wanted};

/// A file of the store. Ids of the files of scopes follow the order of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Something of which nothing is known: a file that cannot be read, a region that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub location: Location,
    /// What and why: lower case, no full stop.
    pub message: String,
}

/// A place in a file before its lines are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    range: Option<Range>,
    message: String,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { range: None, message: message.into() }
    }
}

/// Settings of `attest.toml` that facts depend on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// `[tests] unbound_reports = "allow"`.
    pub unbound_reports: bool,
}

/// A file and what was extracted from it so far.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path from the target's root.
    pub path: Arc<str>,
    /// Its language by its name; a file without extension may say more in its first line ([`Store::language`]).
    pub language: Language,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub kind: EntryKind,
    content: OnceLock<Result<Content, Fault>>,
    lines: OnceLock<LineIndex>,
    code: OnceLock<Result<CodeFacts, Fault>>,
    documents: OnceLock<Result<Vec<Node>, Fault>>,
    dependencies: OnceLock<Result<Vec<Dependency>, Fault>>,
    test_results: OnceLock<Result<Vec<TestResult>, Fault>>,
    secrets: OnceLock<Vec<Secret>>,
    headers: OnceLock<Option<Result<Vec<Header>, Fault>>>,
}

/// The files under judgement as far as a plan asks for them.
pub struct Store<'t> {
    target: &'t dyn Target,
    settings: Settings,
    files: Vec<SourceFile>,
    scopes: Vec<Scope>,
    scope_ids: BTreeMap<Arc<str>, ScopeId>,
    /// What rules call secret, beyond the known formats.
    hidden: Mutex<BTreeSet<(FileId, Range)>>,
    /// Code of the target that no scope names: known only when evidence is looked for beyond the scopes.
    elsewhere: OnceLock<Result<Vec<SourceFile>, String>>,
}

impl std::fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("files", &self.files.len())
            .field("scopes", &self.scopes.len())
            .finish_non_exhaustive()
    }
}

impl<'t> Store<'t> {
    /// Resolves the scopes to files. Nothing is read yet; the target is listed only where a scope is a glob.
    pub fn open<'s>(target: &'t dyn Target, scopes: impl IntoIterator<Item = &'s str>, settings: Settings) -> Self {
        let texts: BTreeSet<&str> = scopes.into_iter().collect();
        let mut found: BTreeMap<Arc<str>, Entry> = BTreeMap::new();
        let resolved: Vec<(Arc<str>, Resolved)> =
            texts.into_iter().map(|text| (Arc::from(text), resolve(target, text, &mut found))).collect();
        let ids: BTreeMap<Arc<str>, FileId> = found
            .keys()
            .enumerate()
            .map(|(index, path)| (path.clone(), FileId(u32::try_from(index).unwrap_or(u32::MAX))))
            .collect();
        let scopes: Vec<Scope> = resolved
            .into_iter()
            .map(|(text, Resolved { paths, literal, gaps, doubles })| {
                let known = |paths: Vec<Arc<str>>| paths.into_iter().filter_map(|path| ids.get(&path).copied());
                let doubles = known(doubles).collect();
                match paths {
                    Ok(paths) => Scope { text, files: known(paths).collect(), problem: None, literal, gaps, doubles },
                    Err(problem) => Scope { text, files: Vec::new(), problem: Some(problem), literal, gaps, doubles },
                }
            })
            .collect();
        let scope_ids = scopes
            .iter()
            .enumerate()
            .map(|(index, scope)| (scope.text.clone(), ScopeId(u32::try_from(index).unwrap_or(u32::MAX))))
            .collect();
        let files = found.into_values().map(SourceFile::new).collect();
        Self { target, settings, files, scopes, scope_ids, hidden: Mutex::default(), elsewhere: OnceLock::new() }
    }

    /// The scope of that text, if the store was opened with it.
    pub fn scope_id(&self, text: &str) -> Option<ScopeId> {
        self.scope_ids.get(text).copied()
    }

    /// A scope.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0 as usize)
    }

    /// A file.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        let at = id.0 as usize;
        self.files.get(at).or_else(|| {
            let more = self.elsewhere.get()?.as_ref().ok()?;
            more.get(at.checked_sub(self.files.len())?)
        })
    }

    /// All files of the scopes in order.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(u32::try_from(index).unwrap_or(u32::MAX)), file))
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// The commit under judgement.
    pub fn commit(&self) -> Option<&str> {
        self.target.identity().ok()?.commit.as_deref()
    }

    /// The repository's normalised address.
    pub fn repo(&self) -> Option<&str> {
        self.target.identity().ok()?.repo.as_deref()
    }

    /// Extracts what the needs ask for, over all cores; `done` is called after each file.
    pub fn prepare(&self, needs: &[(ScopeId, Need)], done: &(dyn Fn() + Sync)) {
        let mut work: BTreeSet<(FileId, Need)> = BTreeSet::new();
        for (scope, need) in needs {
            let files = self.scope(*scope).into_iter().flat_map(|scope| scope.files_for(*need));
            work.extend(files.map(|file| (file, *need)));
        }
        let mut files: BTreeMap<FileId, Vec<Need>> = BTreeMap::new();
        for (file, need) in work {
            files.entry(file).or_default().push(need);
        }
        // Large files first: the last file to be parsed decides when all cores are free.
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_by_key(|(id, _)| std::cmp::Reverse(self.file(*id).map_or(0, |file| file.size)));
        files.into_par_iter().with_max_len(1).for_each(|(id, needs)| {
            for need in needs {
                match need {
                    Need::Listing => {}
                    Need::Text => drop(self.text(id)),
                    Need::Documents => drop(self.documents(id)),
                    Need::Manifest => drop(self.dependencies(id)),
                    Need::TestReport => drop(self.test_results(id)),
                    Need::Secrets => drop(self.secrets(id)),
                    Need::Headers if self.headers(id).is_some() => {}
                    Need::Code | Need::Headers => drop(self.code(id)),
                }
            }
            done();
        });
    }

    fn content(&self, id: FileId) -> Result<&Content, &Fault> {
        static GONE: OnceLock<Fault> = OnceLock::new();
        let Some(file) = self.file(id) else {
            return Err(GONE.get_or_init(|| Fault::new("the file is not part of the run")));
        };
        file.content
            .get_or_init(|| match file.kind {
                EntryKind::Regular => {
                    let bytes = self.target.read(&file.path).map_err(|error| Fault::new(error.to_string()))?;
                    encoding::decode(&bytes, file.language.name).map_err(Fault::new)
                }
                EntryKind::Link => Err(Fault::new("a link, which is not followed: name the file that it points to")),
                EntryKind::Directory => Err(Fault::new("a directory: name its files, as in `dir/**`")),
                EntryKind::Other => Err(Fault::new("neither a file nor a directory, so it is not read")),
            })
            .as_ref()
    }

    /// The language of a file: by its name, else by the interpreter that its first line names.
    pub fn language(&self, id: FileId) -> Language {
        let Some(file) = self.file(id) else { return language::UNKNOWN };
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if file.language != language::UNKNOWN || name.contains('.') || file.kind != EntryKind::Regular {
            return file.language;
        }
        self.text(id).and_then(language::of_first_line).unwrap_or(language::UNKNOWN)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn bytes(&self, id: FileId) -> Result<Arc<[u8]>, Problem> {
        match self.content(id) {
            Ok(content) => Ok(content.bytes()),
            Err(fault) => {
                // Content that is no text has bytes all the same.
                let file = self.file(id).ok_or_else(|| self.problem(id, fault))?;
                match file.kind {
                    EntryKind::Regular => {
                        self.target.read(&file.path).map_err(|error| self.problem(id, &Fault::new(error.to_string())))
                    }
                    _ => Err(self.problem(id, fault)),
                }
            }
        }
    }

    /// The text of a file, where it is one.
    pub fn text(&self, id: FileId) -> Option<&str> {
        self.content(id).ok().map(|content| &*content.text)
    }

    /// The facts of a file's code, where there is an adapter and the file can be read.
    pub fn code(&self, id: FileId) -> Option<&CodeFacts> {
        self.code_or_fault(id)?.as_ref().ok()
    }

    /// Nothing for data and prose.
    fn code_or_fault(&self, id: FileId) -> Option<&Result<CodeFacts, Fault>> {
        let file = self.file(id)?;
        let language = self.language(id);
        if language.nature == Nature::Data {
            return None;
        }
        Some(file.code.get_or_init(|| {
            let adapter = languages::adapter(language.name).ok_or_else(|| {
                Fault::new(format!("{} code is not understood by this version: nothing is known of it", language.title))
            })?;
            let content = self.content(id).map_err(Clone::clone)?;
            Ok((adapter.extract)(&content.text))
        }))
    }

    /// The documents of a file.
    pub fn documents(&self, id: FileId) -> Option<&[Node]> {
        self.documents_or_fault(id)?.as_deref().ok()
    }

    fn documents_or_fault(&self, id: FileId) -> Option<&Result<Vec<Node>, Fault>> {
        let file = self.file(id)?;
        Some(file.documents.get_or_init(|| {
            let content = self.content(id).map_err(Clone::clone)?;
            documents::parse(file.language.name, &file.path, &content.text)
                .map_err(|error| Fault { range: Some(error.span), message: error.message })
        }))
    }

    /// What a manifest declares.
    pub fn dependencies(&self, id: FileId) -> Option<&[Dependency]> {
        self.dependencies_or_fault(id)?.as_deref().ok()
    }

    fn dependencies_or_fault(&self, id: FileId) -> Option<&Result<Vec<Dependency>, Fault>> {
        let file = self.file(id)?;
        Some(file.dependencies.get_or_init(|| {
            let content = self.content(id).map_err(Clone::clone)?;
            let read = |path: &str| -> Result<Arc<str>, String> {
                let bytes = self.target.read(path).map_err(|error| error.to_string())?;
                encoding::decode(&bytes, language::of_path(path).name).map(|content| content.text)
            };
            manifests::parse(&file.path, &content.text, &read)
                .map_err(|error| Fault { range: Some(error.span), message: error.message })
        }))
    }

    /// The results in a test report.
    pub fn test_results(&self, id: FileId) -> Option<&[TestResult]> {
        self.test_results_or_fault(id)?.as_deref().ok()
    }

    fn test_results_or_fault(&self, id: FileId) -> Option<&Result<Vec<TestResult>, Fault>> {
        let file = self.file(id)?;
        Some(file.test_results.get_or_init(|| {
            let content = self.content(id).map_err(Clone::clone)?;
            junit::parse(&content.text).map_err(|error| Fault { range: Some(error.span), message: error.message })
        }))
    }

    /// The secrets in a file.
    pub fn secrets(&self, id: FileId) -> Option<&[Secret]> {
        let file = self.file(id)?;
        let content = self.content(id).ok()?;
        Some(file.secrets.get_or_init(|| secrets::find(&file.path, &content.text)))
    }

    /// The headers that a file sets, as server configuration or as code.
    pub fn headers(&self, id: FileId) -> Option<&[Header]> {
        let file = self.file(id)?;
        match self.configured_headers(id, file) {
            Some(headers) => headers.as_deref().ok(),
            None => self.code(id).map(|facts| facts.headers.as_slice()),
        }
    }

    /// Nothing where the file is no server configuration.
    fn configured_headers<'s>(&self, id: FileId, file: &'s SourceFile) -> Option<&'s Result<Vec<Header>, Fault>> {
        let read = || {
            if !headers::is_configuration(&file.path) {
                return None;
            }
            let content = match self.content(id) {
                Ok(content) => content,
                Err(fault) => return Some(Err(fault.clone())),
            };
            let found = headers::read(&file.path, &content.text)?;
            Some(found.map_err(|error| Fault { range: Some(error.span), message: error.message }))
        };
        file.headers.get_or_init(read).as_ref()
    }

    /// Appends why server configuration cannot be read.
    pub(super) fn headers_problem(&self, id: FileId, rows: &mut Rows) {
        if let Some(file) = self.file(id)
            && let Some(Err(fault)) = self.configured_headers(id, file)
        {
            rows.problems.push(self.problem(id, fault));
        }
    }

    /// Whether a file is server configuration, by its name.
    pub fn is_server_configuration(&self, id: FileId) -> bool {
        self.file(id).is_some_and(|file| headers::is_configuration(&file.path))
    }

    /// Appends the rows of a structural relation over code, and what is not known of it.
    pub(super) fn code_rows(
        &self,
        id: FileId,
        extra: &Extra<'_>,
        rows: &mut Rows,
        kind: Kind,
        count: impl Fn(&CodeFacts) -> usize,
    ) {
        match self.code_or_fault(id) {
            Some(Ok(facts)) => {
                rows.facts(kind, id, count(facts));
                let broken = facts.broken.iter().map(|range| {
                    self.problem(id, &Fault { range: Some(*range), message: String::from("could not be parsed here") })
                });
                rows.problems.extend(broken);
            }
            Some(Err(fault)) => rows.problems.push(self.problem(id, fault)),
            // Data and prose have no rows; a path written out must at least be readable text, and a file whose first
            // line says what it is must be read for that.
            None if extra.literal || self.is_unread(id) => self.content_problem(id, rows),
            None => {}
        }
    }

    /// Whether a file's name does not say what it is, and its bytes cannot be had.
    fn is_unread(&self, id: FileId) -> bool {
        self.file(id).is_some_and(|file| {
            file.language == language::UNKNOWN
                && !file.path.rsplit('/').next().unwrap_or_default().contains('.')
                && self.content(id).is_err()
                && (file.kind != EntryKind::Regular || self.target.read(&file.path).is_err())
        })
    }

    /// Appends what else is wrong with a file that could be read.
    pub(super) fn note(&self, id: FileId, message: impl Into<String>, rows: &mut Rows) {
        if self.content(id).is_ok() {
            rows.problems.push(self.problem(id, &Fault::new(message)));
        }
    }

    /// Appends why a file's text cannot be had.
    pub fn content_problem(&self, id: FileId, rows: &mut Rows) {
        if let Err(fault) = self.content(id) {
            rows.problems.push(self.problem(id, fault));
        }
    }

    /// Appends why a file is no document.
    pub(super) fn document_problem(&self, id: FileId, rows: &mut Rows) {
        if let Some(Err(fault)) = self.documents_or_fault(id) {
            rows.problems.push(self.problem(id, fault));
        }
    }

    /// Appends why a file is no manifest.
    pub(super) fn manifest_problem(&self, id: FileId, rows: &mut Rows) {
        if let Some(Err(fault)) = self.dependencies_or_fault(id) {
            rows.problems.push(self.problem(id, fault));
        }
    }

    /// Appends why a file is no test report.
    pub(super) fn report_problem(&self, id: FileId, rows: &mut Rows) {
        if let Some(Err(fault)) = self.test_results_or_fault(id) {
            rows.problems.push(self.problem(id, fault));
        }
    }

    fn problem(&self, id: FileId, fault: &Fault) -> Problem {
        let path = self.file(id).map_or_else(|| Arc::from(""), |file| file.path.clone());
        let location = match fault.range {
            Some(range) => self.locate(id, range),
            None => Location::file(path.clone()),
        };
        Problem { location, message: format!("`{path}`: {}", fault.message) }
    }

    /// Lines and columns of a range of a file.
    fn locate(&self, id: FileId, range: Range) -> Location {
        let (Some(file), Some(text)) = (self.file(id), self.text(id)) else { return Location::file("") };
        let lines = file.lines.get_or_init(|| LineIndex::new(text.as_bytes()));
        let (line, column) = lines.position(text, range.start);
        let (end_line, end_column) = lines.position(text, range.end);
        Location { path: file.path.clone(), line, column, end_line, end_column }
    }

    /// Whether a secret lies in that range, so that nothing may repeat its text.
    pub(super) fn holds_secret(&self, id: FileId, range: Range) -> bool {
        let secrets = self.secrets(id).unwrap_or_default();
        secrets.iter().any(|secret| secret.span.start < range.end && range.start < secret.span.end)
    }

    fn row_type(row: &Row) -> Option<&'static RowType> {
        match row {
            Row::Fact { kind, .. } => ROWS.iter().find(|row| row.name == kind.row_name()).copied(),
            Row::Guard { .. } => row_type("guard"),
            Row::Match(_) => row_type("match"),
            Row::ConfigValue(_) => row_type("config_value"),
            Row::Span(_) => row_type("span"),
        }
    }

    /// The file of a row's evidence.
    pub fn path(&self, row: &Row) -> Option<Arc<str>> {
        match row {
            Row::Span(location) => Some(location.path.clone()),
            row => self.file(row.file()?).map(|file| file.path.clone()),
        }
    }

    /// The place of a row's evidence.
    pub fn location(&self, row: &Row) -> Option<Location> {
        if let Row::Span(location) = row {
            return Some((**location).clone());
        }
        let id = row.file()?;
        match Self::row_type(row).and_then(|row_type| (row_type.place)(self, row)) {
            Some(range) => Some(self.locate(id, range)),
            None => self.file(id).map(|file| Location::file(file.path.clone())),
        }
    }

    /// What a row is, in a few words.
    pub fn describe(&self, row: &Row) -> String {
        Self::row_type(row).map_or_else(String::new, |row_type| (row_type.describe)(self, row))
    }

    /// Whether the row's own region could not be parsed in part: what is missing from it proves nothing.
    pub fn is_broken(&self, row: &Row) -> bool {
        let Some(facts) = row.file().and_then(|file| self.code(file)).filter(|facts| !facts.broken.is_empty()) else {
            return false;
        };
        Self::row_type(row)
            .and_then(|row_type| (row_type.region)(self, row))
            .is_some_and(|region| facts.broken.iter().any(|broken| broken.touches(region)))
    }
}

impl SourceFile {
    fn new(entry: Entry) -> Self {
        Self {
            language: language::of_path(&entry.path),
            path: entry.path,
            size: entry.size,
            kind: entry.kind,
            content: OnceLock::new(),
            lines: OnceLock::new(),
            code: OnceLock::new(),
            documents: OnceLock::new(),
            dependencies: OnceLock::new(),
            test_results: OnceLock::new(),
            secrets: OnceLock::new(),
            headers: OnceLock::new(),
        }
    }
}

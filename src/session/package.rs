//! Opening a package: `attest.toml`, the `.attest` files, and those of the dependencies by path. Nothing is fetched.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::manifest::{self, Manifest};
use super::{Failure, Request};
use crate::base::limits;
use crate::base::source::SourceMap;
use crate::base::span::{SourceId, Span};
use crate::base::system::{FileKind, System};
use crate::diag::sink::{LintLevel, Overrides};
use crate::diag::{Diagnostic, Sink, codes};
use crate::facts::store::Settings;
use crate::hir::{self, Unit};
use crate::syntax;
use crate::syntax::ast;

/// Most `.attest` files of one package.
const PACKAGE_FILES: usize = 10_000;
/// Deepest directory of a package.
const PACKAGE_DEPTH: usize = 32;
/// Largest `attest.toml`.
const MANIFEST_BYTES: u64 = 1 << 20;
/// Largest JSON Schema of a document.
const SCHEMA_BYTES: u64 = 1 << 20;

/// A package with all that it imports, parsed.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// All texts.
    pub sources: SourceMap,
    /// The package's files, parsed.
    pub main: Unit,
    /// Those of its dependencies.
    pub dependencies: Vec<Unit>,
    /// The package's directory, from which policies are read.
    pub directory: PathBuf,
    /// `[target] root`, resolved.
    pub target_root: Option<PathBuf>,
    /// `[gate] default`.
    pub default_gate: Option<(String, Span)>,
    /// Settings of facts.
    pub settings: Settings,
    /// `[tier2]`.
    pub(super) tier2: manifest::Tier2Section,
    /// Severities.
    pub overrides: Overrides,
    /// What was wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether there is anything to compile.
    pub has_rules: bool,
}

/// Opens the package that the request's paths name: a directory, or `.attest` files.
///
/// # Errors
/// Where nothing is there, or it cannot be read.
pub(super) fn open(system: &dyn System, request: &Request) -> Result<Opened, Failure> {
    let mut opening = Opening { system, opened: Opened::default(), seen: BTreeSet::new() };
    let here = [PathBuf::from(".")];
    let paths = if request.paths.is_empty() { &here[..] } else { &request.paths };
    match paths {
        [path] if opening.kind(path)? == FileKind::Directory => opening.package(path)?,
        files => opening.lone_files(files)?,
    }
    opening.schemas();
    Ok(opening.opened)
}

struct Opening<'s> {
    system: &'s dyn System,
    opened: Opened,
    /// Directories of dependencies that are open already, canonical.
    seen: BTreeSet<PathBuf>,
}

impl Opening<'_> {
    fn kind(&self, path: &Path) -> Result<FileKind, Failure> {
        // A path on the command line may go through links: it is the user's own.
        let real = self.system.canonicalize(path).map_err(|error| {
            if error.is_missing() {
                Failure::usage(
                    format!("`{}` does not exist", path.display()),
                    "name a package directory, a `.attest` file, or a `.json` file of assertions",
                )
            } else {
                Failure::from(error)
            }
        })?;
        self.system.symlink_metadata(&real)?.map(|info| info.kind).ok_or_else(|| {
            Failure::usage(
                format!("`{}` does not exist", path.display()),
                "name a package directory, a `.attest` file, or a `.json` file of assertions",
            )
        })
    }

    /// `.attest` files without `attest.toml`: an anonymous package.
    fn lone_files(&mut self, paths: &[PathBuf]) -> Result<(), Failure> {
        for path in paths {
            if path.extension().is_none_or(|extension| extension != "attest") || self.kind(path)? != FileKind::Regular {
                return Err(Failure::usage(
                    format!("`{}` is no package directory and no `.attest` file", path.display()),
                    if paths.len() > 1 {
                        "several paths must all be `.attest` files"
                    } else {
                        "name a directory, a `.attest` file, or a `.json` file of assertions"
                    },
                ));
            }
            let file = self.parse(path, &display(path))?;
            self.opened.main.files.extend(file);
            self.opened.has_rules = true;
        }
        if let [path] = paths
            && let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty())
        {
            self.opened.directory = parent.to_path_buf();
        }
        Ok(())
    }

    fn package(&mut self, directory: &Path) -> Result<(), Failure> {
        self.opened.directory = directory.to_path_buf();
        self.seen.insert(self.system.canonicalize(directory)?);
        if let Some((source, manifest)) = self.manifest(directory, "attest.toml")? {
            let unit = self.unit(source, &manifest);
            self.opened.main = unit;
            if let Some(root) = &manifest.target.root {
                self.opened.target_root = Some(directory.join(root));
            }
            self.opened.default_gate =
                manifest.gate.default.as_ref().map(|gate| (gate.get_ref().clone(), manifest::place(source, gate)));
            self.opened.tier2 = manifest.tier2.clone();
            self.opened.settings.unbound_reports = manifest.tests.unbound_reports == manifest::Unbound::Allow;
            for (name, lint) in &manifest.lints {
                let level = LintLevel::from_name(lint.get_ref().name()).unwrap_or(LintLevel::Deny);
                if let Err(error) = self.opened.overrides.set(name, level) {
                    let place = manifest::place(source, lint);
                    self.opened.diagnostics.push(Diagnostic::new(codes::BAD_MANIFEST, place, error.to_string()));
                }
            }
            for (name, dependency) in &manifest.dependencies {
                let Some(path) = &dependency.get_ref().path else { continue };
                self.dependency(directory, name, path, manifest::place(source, dependency))?;
            }
        }
        let files = self.gather(directory)?;
        for (path, shown) in files {
            let file = self.parse(&path, &shown)?;
            self.opened.main.files.extend(file);
            self.opened.has_rules = true;
        }
        Ok(())
    }

    /// A dependency by path; its own dependencies are of no concern to this package's names, and are not opened.
    fn dependency(&mut self, from: &Path, name: &str, path: &str, place: Span) -> Result<(), Failure> {
        let directory = from.join(path);
        let real = match self.system.canonicalize(&directory) {
            Ok(real) => real,
            Err(error) => {
                self.opened.diagnostics.push(
                    Diagnostic::new(
                        codes::BAD_MANIFEST,
                        place,
                        format!("the dependency `{name}` cannot be read: {error}"),
                    )
                    .help("name a directory that is there, relative to this package's"),
                );
                return Ok(());
            }
        };
        if !self.seen.insert(real) {
            self.opened.diagnostics.push(
                Diagnostic::new(
                    codes::BAD_MANIFEST,
                    place,
                    format!("the dependency `{name}` is this package, or one that is named twice"),
                )
                .help("remove one of the two"),
            );
            return Ok(());
        }
        let mut unit = match self.manifest(&directory, &format!("{name}/attest.toml"))? {
            Some((source, manifest)) => self.unit(source, &manifest),
            None => Unit::default(),
        };
        unit.name = Some(Arc::from(name));
        for (path, shown) in self.gather(&directory)? {
            let file = self.parse(&path, &format!("{name}/{shown}"))?;
            unit.files.extend(file);
        }
        self.opened.dependencies.push(unit);
        Ok(())
    }

    fn unit(&mut self, source: SourceId, manifest: &Manifest) -> Unit {
        let params = manifest::params(source, manifest).unwrap_or_else(|diagnostic| {
            self.opened.diagnostics.push(*diagnostic);
            Vec::new()
        });
        Unit {
            name: manifest.package.name.clone(),
            version: manifest.package.version.clone(),
            edition: manifest.package.edition,
            params,
            ..Unit::default()
        }
    }

    /// `attest.toml` of a directory; a mistake in it is a diagnostic, and the package goes on without it.
    fn manifest(&mut self, directory: &Path, shown: &str) -> Result<Option<(SourceId, Manifest)>, Failure> {
        let path = directory.join("attest.toml");
        if self.system.symlink_metadata(&path)?.is_none() {
            return Ok(None);
        }
        let bytes = self.system.read(&path, MANIFEST_BYTES)?;
        let (source, text) = self.source(shown, bytes);
        let Some(text) = text else { return Ok(None) };
        match manifest::parse(source, &text) {
            Ok(manifest) => Ok(Some((source, manifest))),
            Err(diagnostic) => {
                self.opened.diagnostics.push(*diagnostic);
                Ok(None)
            }
        }
    }

    /// The JSON Schemas that the documents of the package name; one that cannot be read is told where it is named.
    fn schemas(&mut self) {
        let mut paths: BTreeSet<Arc<str>> = BTreeSet::new();
        for item in self.opened.main.files.iter().flat_map(|file| &file.items) {
            let ast::Item::Block(block) = item else { continue };
            if block.keyword != ast::Keyword::Document {
                continue;
            }
            for member in &block.members {
                let ast::Member::Field(field) = member else { continue };
                if let ast::FieldValue::Expr(ast::Expr { kind: ast::ExprKind::Text(text), .. }) = &field.value
                    && matches!(&*field.name.text, "schema" | "context")
                {
                    paths.insert(Arc::clone(&text.value));
                }
            }
        }
        for path in paths {
            let text = self.beside(&path, hir::stdlib::schema(&path), SCHEMA_BYTES);
            self.opened.main.schemas.insert(path, text.map(Arc::from));
        }
    }

    /// A file beside the rules, or the embedded one of that name.
    fn beside(&self, path: &str, embedded: Option<&'static str>, limit: u64) -> Result<String, String> {
        text_beside(self.system, &self.opened.directory, path, embedded, limit)
    }

    /// The `.attest` files below a directory by path: hidden directories and other packages are not entered, links are not
    /// followed.
    fn gather(&self, directory: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
        let mut found = Vec::new();
        let mut pending = vec![(directory.to_path_buf(), String::new(), 0_usize)];
        while let Some((path, prefix, depth)) = pending.pop() {
            let items = self.system.read_dir(&path)?;
            let is_package = items.iter().any(|item| item.name == "attest.toml");
            if depth > 0 && is_package {
                continue;
            }
            for item in items {
                let name = &*item.name.to_string_lossy();
                let shown = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
                match item.kind {
                    FileKind::Directory if !is_skipped(name) => {
                        // Rules that are not looked for would be rules that silently pass.
                        if depth >= PACKAGE_DEPTH {
                            return Err(Failure::usage(
                                format!("`{shown}` lies deeper than {PACKAGE_DEPTH} directories in the package"),
                                "move the rules up, or name a directory below as the package",
                            ));
                        }
                        pending.push((path.join(&item.name), shown, depth.saturating_add(1)));
                    }
                    FileKind::Regular if name.ends_with(".attest") => found.push((path.join(&item.name), shown)),
                    FileKind::Link | FileKind::Other if name.ends_with(".attest") => {
                        return Err(Failure::usage(
                            format!("`{shown}` is no regular file, so its rules would not be read"),
                            "put the file itself there, or name it as a dependency in `attest.toml`",
                        ));
                    }
                    _ => {}
                }
            }
            if found.len() > PACKAGE_FILES {
                return Err(Failure::usage(
                    format!("`{}` holds more than {PACKAGE_FILES} `.attest` files", directory.display()),
                    "name a directory below it",
                ));
            }
        }
        found.sort_by(|left, right| left.1.cmp(&right.1));
        Ok(found)
    }

    /// Reads and parses one file; one that is no UTF-8 is a diagnostic.
    fn parse(&mut self, path: &Path, shown: &str) -> Result<Option<ast::File>, Failure> {
        // One byte over the limit is enough to know; the parser says so with the place.
        let limit = u64::try_from(limits::RULE_FILE_BYTES).unwrap_or(u64::MAX).saturating_mul(4);
        let bytes = self.system.read(path, limit)?;
        let (source, text) = self.source(shown, bytes);
        let Some(text) = text else { return Ok(None) };
        let parsed = syntax::parse(source, &text);
        self.opened.diagnostics.extend(parsed.diagnostics);
        Ok(Some(parsed.file))
    }

    fn source(&mut self, shown: &str, bytes: Vec<u8>) -> (SourceId, Option<Arc<str>>) {
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text: Arc<str> = Arc::from(text);
                (self.opened.sources.add(shown, text.clone()), Some(text))
            }
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default()).into_owned();
                let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
                let source = self.opened.sources.add(shown, text);
                self.opened.diagnostics.push(
                    Diagnostic::new(
                        codes::UNREADABLE_SOURCE,
                        Span::new(source, end, end),
                        format!("`{shown}` is not UTF-8 from byte {good} on"),
                    )
                    .help("save the file as UTF-8"),
                );
                (source, None)
            }
        }
    }
}

/// A text that a document names: embedded where it is called `std/NAME`, else a file relative to the package's directory.
pub(super) fn text_beside(
    system: &dyn System,
    directory: &Path,
    path: &str,
    embedded: Option<&'static str>,
    limit: u64,
) -> Result<String, String> {
    if let Some(text) = embedded {
        return Ok(text.to_owned());
    }
    let bytes = system.read(&directory.join(path), limit).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| format!("`{path}` is not UTF-8"))
}

/// Directories that hold no rules of the package: hidden ones, and what tools install or build.
fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "node_modules" | "target" | "__pycache__")
}

/// A path as diagnostics show it.
fn display(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

/// The standard library, parsed; its tests only where they are asked for.
pub(super) fn std_unit(sources: &mut SourceMap, with_tests: bool, sink: &mut Sink) -> Unit {
    let files = hir::stdlib::FILES
        .iter()
        .map(|(path, text)| {
            let source = sources.add(*path, *text);
            let parsed = syntax::parse(source, text);
            sink.extend(parsed.diagnostics);
            let mut file = parsed.file;
            if !with_tests {
                let is_test =
                    |item: &ast::Item| matches!(item, ast::Item::Block(block) if block.keyword == ast::Keyword::Test);
                file.items.retain(|item| !is_test(item));
            }
            file
        })
        .collect();
    Unit { name: Some(Arc::from("std")), files, ..Unit::default() }
}

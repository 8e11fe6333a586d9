//! Cases of the typed model, in the language: `tests/hir/ok` compile, `tests/hir/err` show what is wrong.
//!
//! A case is a file, or a directory with `attest.toml`. Its twin `.diag` holds the diagnostics, one a line:
//! `path:line:column code name message | help`. `ATTEST_BLESS=1` writes the twins.

#![expect(clippy::disallowed_methods, reason = "a test reads its own cases")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::base::source::SourceMap;
use attest::diag::{Diagnostic, Severity};
use attest::hir::{self, Compiled, Input, ParamOverride, ParamSetting, Unit};
use attest::syntax;

struct Compilation {
    sources: SourceMap,
    parsing: Vec<Diagnostic>,
    compiled: Compiled,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hir")
}

/// The rule files under a path, sorted.
fn rule_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "attest"))
        .collect();
    files.sort();
    files
}

fn unit(path: &Path, name: Option<&str>, sources: &mut SourceMap, parsing: &mut Vec<Diagnostic>) -> Unit {
    let mut unit = Unit { name: name.map(Into::into), ..Unit::default() };
    if let Ok(manifest) = std::fs::read_to_string(path.join("attest.toml")) {
        let manifest: toml::Table = manifest.parse().unwrap();
        let package = manifest["package"].as_table().unwrap();
        unit.name = package.get("name").map(|name| name.as_str().unwrap().into());
        unit.version = package.get("version").map(|version| version.as_str().unwrap().into());
        unit.edition = package.get("edition").map(|edition| u32::try_from(edition.as_integer().unwrap()).unwrap());
        for (path, value) in manifest.get("params").and_then(toml::Value::as_table).into_iter().flatten() {
            unit.params.push(ParamSetting { path: path.clone(), value: setting(value), span: None });
        }
    }
    for file in rule_files(path) {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let id = sources.add(name, text.as_str());
        let parsed = syntax::parse(id, &text);
        parsing.extend(parsed.diagnostics);
        unit.files.push(parsed.file);
    }
    unit
}

/// The JSON Schemas that documents of the cases name.
fn schemas() -> BTreeMap<Arc<str>, Result<Arc<str>, String>> {
    let missing = (Arc::from("missing.schema.json"), Err("`missing.schema.json` does not exist".to_owned()));
    let files = std::fs::read_dir(root().join("schemas")).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        (Arc::from(name), Ok(Arc::from(std::fs::read_to_string(&path).unwrap())))
    });
    files.chain([missing]).collect()
}

fn setting(value: &toml::Value) -> ParamOverride {
    match value {
        toml::Value::Boolean(value) => ParamOverride::Bool(*value),
        toml::Value::Integer(value) => ParamOverride::Int(*value),
        toml::Value::Float(value) => ParamOverride::Decimal(*value),
        toml::Value::String(value) => ParamOverride::Text(value.clone()),
        toml::Value::Array(items) => ParamOverride::List(items.iter().map(setting).collect()),
        other => panic!("{other} is no parameter"),
    }
}

fn compile(case: &Path) -> Compilation {
    let mut sources = SourceMap::new();
    let mut parsing = Vec::new();
    let std = unit(&root().join("std"), Some("std"), &mut sources, &mut parsing);
    let acme = unit(&root().join("acme"), Some("acme"), &mut sources, &mut parsing);
    let mut main = unit(case, None, &mut sources, &mut parsing);
    main.schemas = schemas();
    let signatures = attest::facts::relations::signatures();
    let input = Input { std, dependencies: vec![acme], main, sources: &sources, signatures };
    let compiled = hir::compile(input);
    Compilation { sources, parsing, compiled }
}

fn show(compilation: &Compilation) -> String {
    let mut text = String::new();
    let all = compilation.parsing.iter().chain(&compilation.compiled.diagnostics);
    for diagnostic in all {
        let span = diagnostic.primary.span;
        let source = compilation.sources.get(span.source).unwrap();
        let (line, column) = source.position(span.start);
        let (end_line, end_column) = source.position(span.end);
        let info = diagnostic.code.info();
        let under = if line == end_line { format!("{column}-{end_column}") } else { format!("{column}-…") };
        let mark = if diagnostic.severity == Severity::Error { "" } else { diagnostic.severity.name() };
        let mark = if mark.is_empty() { String::new() } else { format!("{mark} ") };
        write!(
            text,
            "{}:{line}:{under} {mark}{} {} {}",
            source.path,
            info.code.as_str(),
            info.name,
            diagnostic.message
        )
        .unwrap();
        if let Some(help) = &diagnostic.help {
            write!(text, " | {help}").unwrap();
        }
        if !diagnostic.primary.message.is_empty() {
            write!(text, " | here: {}", diagnostic.primary.message).unwrap();
        }
        for label in &diagnostic.labels {
            let source = compilation.sources.get(label.span.source).unwrap();
            let (line, column) = source.position(label.span.start);
            write!(text, " | {}:{line}:{column}: {}", source.path, label.message).unwrap();
        }
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            let from = compilation.sources.text(edit.span);
            write!(text, " | fix: {from:?} -> {:?}", edit.text).unwrap();
        }
        text.push('\n');
    }
    text
}

fn cases(kind: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(root().join(kind))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "attest"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {kind}");
    cases
}

fn twin(case: &Path, extension: &str) -> PathBuf {
    case.with_extension(extension)
}

/// Compares with the twin, or writes it. Gives what differs.
fn compare(case: &Path, extension: &str, actual: &str) -> Option<String> {
    let path = twin(case, extension);
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
        return None;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    (expected != actual).then(|| {
        format!("{}\n--- expected\n{expected}--- actual\n{actual}", path.file_name().unwrap().to_string_lossy())
    })
}

#[test]
fn wrong_packages_say_what_is_wrong() {
    let mut differences = String::new();
    for case in cases("err") {
        let compilation = compile(&case);
        let shown = show(&compilation);
        assert!(!shown.is_empty(), "{} has nothing wrong", case.display());
        differences.extend(compare(&case, "diag", &shown));
        for diagnostic in &compilation.compiled.diagnostics {
            let message = &diagnostic.message;
            assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "wording: {message}");
            let case = case.display();
            if diagnostic.help.is_none() || diagnostic.labels.len() > 2 {
                writeln!(differences, "{case}: no help or too many labels: {message}").unwrap();
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn right_packages_compile() {
    let mut differences = String::new();
    for case in cases("ok") {
        let compilation = compile(&case);
        let shown = show(&compilation);
        if !shown.is_empty() {
            writeln!(differences, "{}:\n{shown}", case.display()).unwrap();
        }
        let mut package = compilation.compiled.package;
        // The other units are the same for every case.
        package.checks.retain(|check| !check.is_std && !check.path.starts_with("acme."));
        package.tests.retain(|test| !test.is_std);
        package.params.retain(|param| !param.path.starts_with("acme."));
        // A check is named by its place among all: shown before the others are left out.
        let mut tree = hir::tree_json(&compile(&case).compiled.package);
        let object = tree.as_object_mut().unwrap();
        let own = |list: &mut serde_json::Value| {
            list.as_array_mut().unwrap().retain(|item| {
                item["std"] != true && !item["path"].as_str().is_some_and(|path| path.starts_with("acme."))
            });
        };
        for key in ["checks", "tests", "params"] {
            own(object.get_mut(key).unwrap());
        }
        let text = serde_json::to_string_pretty(&tree).unwrap() + "\n";
        differences.extend(compare(&case, "json", &text));
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn every_code_of_names_types_and_rules_has_a_case() {
    let mut seen = std::collections::BTreeSet::new();
    for case in cases("err") {
        let compilation = compile(&case);
        seen.extend(compilation.compiled.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()));
    }
    // Said where waivers meet the clock and the findings.
    seen.extend(["AT4018", "AT4019"]);
    let missing: Vec<&str> = attest::diag::codes::CODES
        .iter()
        .map(|info| info.code.as_str())
        .filter(|code| matches!(code.as_bytes().get(2), Some(b'2' | b'3' | b'4')) && !seen.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn deep_and_long_expressions_are_no_problem() {
    let deep = format!("edition 1\nassert a: {}true{}\n", "(!".repeat(120), ")".repeat(120));
    let long = format!("edition 1\nassert a: {}\n", vec!["file_exists(file: \"a\")"; 5000].join("\n  && "));
    let mut chain = "edition 1\ncheck c0(file: Files) { holds: file_exists(file: file) }\n".to_owned();
    for at in 1..3000 {
        writeln!(chain, "check c{at}(file: Files) {{ holds: c{}(file: file) }}", at - 1).unwrap();
    }
    let macros = format!(
        "edition 1\nassert a: any f in functions(\"a\") where {}true{}\n",
        "f.calls.exists(c, ".repeat(100),
        ")".repeat(100)
    );
    let bodies =
        format!("edition 1\nassert a: {}true{}\n", "every f in functions(\"a\") { ".repeat(100), " }".repeat(100));
    let sum =
        format!("edition 1\nassert a: any f in functions(\"a\") where size(f.name) > {}\n", vec!["1"; 100].join(" + "));
    for text in [deep, long, chain, macros, bodies, sum] {
        // The stack of a test's thread, which is small.
        let mut sources = SourceMap::new();
        let mut parsing = Vec::new();
        let std = unit(&root().join("std"), Some("std"), &mut sources, &mut parsing);
        let id = sources.add("case.attest", text.as_str());
        let parsed = syntax::parse(id, &text);
        let main = Unit { files: vec![parsed.file], ..Unit::default() };
        let signatures = attest::facts::relations::signatures();
        let input = Input { std, dependencies: Vec::new(), main, sources: &sources, signatures };
        let compiled = hir::compile(input);
        let errors: Vec<&Diagnostic> = parsing
            .iter()
            .chain(&parsed.diagnostics)
            .chain(&compiled.diagnostics)
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn arguments_without_source() {
    let case = root().join("ok/arguments.attest");
    let package = compile(&case).compiled.package;
    let call = |check: &str, args: serde_json::Value| {
        let id = package.checks.iter().position(|def| *def.name == *check).unwrap();
        let args: Vec<(String, serde_json::Value)> = args.as_object().unwrap().clone().into_iter().collect();
        let id = hir::model::CheckId(u32::try_from(id).unwrap());
        match hir::check_arguments(&package, id, &args) {
            Ok(values) => format!("{values:?}"),
            Err(error) => format!(
                "{}: {} | {}",
                error.argument.unwrap_or_default(),
                error.message,
                error.help.unwrap_or_default()
            ),
        }
    };
    let mut text = String::new();
    let cases = std::fs::read_to_string(root().join("arguments.txt")).unwrap();
    let mut lines = Vec::new();
    for line in cases.lines().filter(|line| !line.is_empty() && !line.starts_with("  ")) {
        let (check, args) = line.split_once(' ').unwrap();
        lines.push((line, call(check, serde_json::from_str(args).unwrap())));
    }
    assert!(!lines.is_empty());
    for (line, answer) in lines {
        writeln!(text, "{line}\n  {answer}").unwrap();
    }
    assert_eq!(compare(&root().join("arguments"), "txt", &text), None);
}

#[test]
fn the_same_package_gives_the_same_bytes() {
    let case = root().join("ok/example.attest");
    let once = serde_json::to_string(&hir::tree_json(&compile(&case).compiled.package)).unwrap();
    let twice = serde_json::to_string(&hir::tree_json(&compile(&case).compiled.package)).unwrap();
    assert_eq!(once, twice);
}

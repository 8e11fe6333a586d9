//! The same inputs give the same bytes: in any order of files, on any number of cores, and each assertion on its own.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use attest::base::source::SourceMap;
use attest::base::system::{MemorySystem, System};
use attest::diag::Severity;
use attest::engine::{self, Options};
use attest::facts::relations;
use attest::facts::store::Settings;
use attest::hir::{self, Unit};
use attest::ir::{self, Plan};
use attest::report::json;
use attest::session::{self, CheckOptions};
use attest::syntax;
use attest::target::MemoryTarget;
use attest::verdict::Outcome;

const RULES: [(&str, &str); 4] = [
    (
        "a.attest",
        "edition 1\nmodule shop\n\ncontrol C1 \"first\" {\n  severity: high\n  assert a: defines(file: \"src/**/*.py\", name: \"run\")\n  assert b: no c in calls(\"src/**/*.py\") where c.calls(\"eval\")\n}\n",
    ),
    (
        "b.attest",
        "edition 1\nmodule shop\n\n/// Of some file.\ncheck defines(file: Files, name: Symbol) {\n  holds: any f in functions(file) where f.is_named(name)\n  message: \"no {name}\"\n}\n\ncontrol C2 \"second\" {\n  assert a: every f in functions(\"src/**/*.py\") { f.name.size() < limit }\n  assert data: no c in calls(\"data/*\") where c.calls(\"eval\")\n}\n",
    ),
    (
        "c.attest",
        "edition 1\nmodule shop\n\nparam limit: Int = 10\n\nwaive C1.b {\n  until: 2030-01-01\n  by: \"a@b.example\"\n  because: \"it goes\"\n}\nwaive C2.a {\n  until: 2030-01-01\n  by: \"a@b.example\"\n  because: \"it goes\"\n}\n",
    ),
    (
        "d.attest",
        "edition 1\nmodule shop\n\ngate release {\n  requires: evidence-grade\n}\n\nassert lone: every c in config(\"conf/*.json\") { c.int(\"n\") > 3 }\nassert picture: file_exists(file: \"data/logo\")\nassert missing: pattern_absent(file: \"gone.txt\", pattern: \"x+\")\n",
    ),
];

fn unit(sources: &mut SourceMap, files: &[(&str, String)]) -> Unit {
    let files = files
        .iter()
        .map(|(path, text)| {
            let source = sources.add(*path, text.as_str());
            let parsed = syntax::parse(source, text);
            assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
            parsed.file
        })
        .collect();
    Unit { files, ..Unit::default() }
}

fn std_files() -> Vec<(&'static str, String)> {
    hir::stdlib::FILES
        .iter()
        .map(|(path, text)| {
            // The tests of the standard library are of no use here.
            let end = text.find("\ntest \"").unwrap_or(text.len());
            (*path, text[..end].to_owned())
        })
        .collect()
}

fn plan(files: &[(&str, String)]) -> Plan {
    let mut sources = SourceMap::new();
    let mut std = unit(&mut sources, &std_files());
    std.name = Some(Arc::from("std"));
    let main = unit(&mut sources, files);
    let input =
        hir::Input { std, dependencies: Vec::new(), main, sources: &sources, signatures: relations::signatures() };
    let compiled = hir::compile(input);
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    ir::lower(&compiled.package, &sources)
}

fn rules() -> Vec<(&'static str, String)> {
    RULES.iter().map(|(path, text)| (*path, (*text).to_owned())).collect()
}

/// All orders of four.
fn permutations() -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    for a in 0..4 {
        for b in (0..4).filter(|b| *b != a) {
            for c in (0..4).filter(|c| *c != a && *c != b) {
                out.push(vec![a, b, c, 6 - a - b - c]);
            }
        }
    }
    out
}

#[test]
fn the_order_of_files_is_not_in_the_plan() {
    let rules = rules();
    let first = plan(&rules).digest().unwrap();
    for order in permutations() {
        let shuffled: Vec<_> = order.iter().map(|at| rules[*at].clone()).collect();
        assert_eq!(plan(&shuffled).digest().unwrap(), first, "{order:?}");
    }
}

#[test]
fn line_ends_and_byte_order_marks_are_not_in_the_plan() {
    let first = plan(&rules()).digest().unwrap();
    let crlf: Vec<_> = rules().into_iter().map(|(path, text)| (path, text.replace('\n', "\r\n"))).collect();
    assert_eq!(plan(&crlf).digest().unwrap(), first);
    let marked: Vec<_> = rules().into_iter().map(|(path, text)| (path, format!("\u{feff}{text}"))).collect();
    assert_eq!(plan(&marked).digest().unwrap(), first);
}

#[test]
fn what_is_said_changes_the_plan() {
    let first = plan(&rules()).digest().unwrap();
    let changed: Vec<_> = rules().into_iter().map(|(path, text)| (path, text.replace("= 10", "= 11"))).collect();
    assert_ne!(plan(&changed).digest().unwrap(), first);
}

/// Many files, some of them broken, binary, or of no language.
fn target_files() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for n in 0..60 {
        let body = match n % 7 {
            0 => "def run(): eval(x)\n".to_owned(),
            1 => format!("def f{n}(): ...\nclass C{n}:\n    def a_rather_long_name(self): ...\n"),
            2 => "def broken(:\n  y = = )\n".to_owned(),
            _ => format!("def g{n}(a, b):\n    return run(a)\n").repeat(n + 1),
        };
        files.insert(format!("src/p{}/m{n}.py", n % 5), body.into_bytes());
    }
    for n in 0..20 {
        files.insert(format!("conf/{n}.json"), format!("{{\"n\": {n}}}").into_bytes());
    }
    files.insert("data/logo".to_owned(), vec![0, 1, 2, 0xff]);
    files.insert("data/words".to_owned(), b"plain".to_vec());
    files
}

fn target() -> MemoryTarget {
    MemoryTarget::new(target_files().into_iter().map(|(path, bytes)| (path, Arc::<[u8]>::from(bytes))))
}

fn options() -> Options {
    Options {
        at: "2027-01-01T00:00:00Z".parse().unwrap(),
        changed: None,
        component: None,
        settings: Settings::default(),
    }
}

/// Everything that an evaluation says of each assertion.
fn outcomes(plan: &Plan) -> BTreeMap<Arc<str>, String> {
    let target = target();
    let store = engine::open_store(plan, &target, &options());
    let evaluation = engine::evaluate(plan, &store, &options(), None);
    plan.obligations
        .iter()
        .zip(evaluation.outcomes)
        .map(|(it, outcome)| (it.id.clone(), format!("{outcome:?}")))
        .collect()
}

#[test]
fn reports_are_equal_on_any_number_of_cores() {
    let mut system = MemorySystem::new().at("2027-01-01T00:00:00Z".parse().unwrap());
    for (path, text) in RULES {
        system = system.with_file(format!("rules/{path}"), text);
    }
    for (path, bytes) in target_files() {
        system = system.with_file(format!("code/{path}"), bytes);
    }
    let system: Arc<dyn System> = Arc::new(system);
    let mut options = CheckOptions { paths: vec![PathBuf::from("rules")], ..CheckOptions::default() };
    options.target.root = Some(PathBuf::from("code"));
    let report = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| json::to_string(&session::check(&system, &options, None).unwrap().report).unwrap())
    };
    let first = report(1);
    for outcome in ["\"pass\"", "\"error\"", "\"waived\""] {
        assert!(first.contains(outcome), "{outcome} is not in {first}");
    }
    for threads in [1, 2, 3, 8, 16, 2, 8] {
        assert_eq!(report(threads), first, "{threads} threads");
    }
}

#[test]
fn removing_an_assertion_changes_no_other() {
    let whole = plan(&rules());
    let all = outcomes(&whole);
    for removed in 0..whole.obligations.len() {
        let mut fewer = whole.clone();
        let gone = fewer.obligations.remove(removed).id;
        let rest = outcomes(&fewer);
        assert_eq!(rest.len() + 1, all.len());
        for (id, outcome) in &rest {
            assert_eq!(Some(outcome), all.get(id), "{id} without {gone}");
        }
    }
    for (at, obligation) in whole.obligations.iter().enumerate() {
        let mut one = whole.clone();
        one.obligations = vec![whole.obligations[at].clone()];
        assert_eq!(outcomes(&one).get(&obligation.id), all.get(&obligation.id), "{} alone", obligation.id);
    }
}

#[test]
fn what_did_not_change_is_skipped_and_never_passed() {
    let plan = plan(&rules());
    let target = target();
    let judge = |changed: &[&str]| -> BTreeMap<String, Outcome> {
        let options = Options { changed: Some(changed.iter().map(|path| Arc::from(*path)).collect()), ..options() };
        let store = engine::open_store(&plan, &target, &options);
        let evaluation = engine::evaluate(&plan, &store, &options, None);
        plan.obligations
            .iter()
            .zip(evaluation.outcomes)
            .map(|(it, outcome)| (it.id.to_string(), outcome.outcome))
            .collect()
    };
    let none = judge(&["README.md"]);
    assert!(none.values().all(|outcome| *outcome == Outcome::Skip), "{none:?}");
    let some = judge(&["conf/deleted.json"]);
    assert_eq!(some["shop/lone"], Outcome::Fail);
    assert_eq!(some["shop/C1/a"], Outcome::Skip);
    // A file that is gone is still one that the rule names.
    assert_eq!(judge(&["gone.txt"])["shop/missing"], Outcome::Error);
}

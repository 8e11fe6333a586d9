//! Mutants of the machine: changes of its source text that each break a rule. The text itself, each mutant of it, and the
//! rules are compiled into one program, which searches the small world of `scenes` with the explorer. A rule that no mutant
//! breaks would be one that cannot fail, so each rule has its mutant.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use stateright::{Checker as _, Model as _};

use crate::rules::{RULES, broken_rules};
use crate::{Checked, explorer, scenes, text_of};

/// A change of the machine's text.
struct Mutant {
    name: &'static str,
    /// What stands there, once.
    needle: &'static str,
    /// What stands there instead.
    replacement: &'static str,
}

const fn mutant(name: &'static str, needle: &'static str, replacement: &'static str) -> Mutant {
    Mutant { name, needle, replacement }
}

const MUTANTS: &[Mutant] = &[
    mutant(
        "one vote that holds passes",
        "votes.iter().all(|vote| *vote == Ballot::Holds)",
        "votes.iter().any(|vote| *vote == Ballot::Holds)",
    ),
    mutant(
        "one vote that fails fails",
        "votes.iter().all(|vote| *vote == Ballot::Fails)",
        "votes.iter().any(|vote| *vote == Ballot::Fails)",
    ),
    mutant("fewer votes than wanted are enough", "votes.len() < wanted.max(1)", "votes.is_empty()"),
    mutant("no votes pass", "votes.len() < wanted.max(1)", "votes.len() < wanted"),
    mutant(
        "an invalid answer holds",
        "all(|vote| *vote == Ballot::Holds)",
        "all(|vote| matches!(vote, Ballot::Holds | Ballot::Invalid))",
    ),
    mutant(
        "whoever cannot tell agrees",
        "all(|vote| *vote == Ballot::Holds)",
        "all(|vote| matches!(vote, Ballot::Holds | Ballot::CannotTell))",
    ),
    mutant(
        "an invalid answer fails",
        "all(|vote| *vote == Ballot::Fails)",
        "all(|vote| matches!(vote, Ballot::Fails | Ballot::Invalid))",
    ),
    mutant(
        "an injection is one vote among others",
        "if votes.contains(&Ballot::Injection) {",
        "if !votes.is_empty() && votes.iter().all(|vote| *vote == Ballot::Injection) {",
    ),
    mutant("an injection is not looked for", "if votes.contains(&Ballot::Injection) {", "if false {"),
    mutant(
        "a first vote decides",
        "let verdict = case.is_open().then(|| count(&votes, wanted));",
        "let verdict = case.is_open().then(|| count(votes.get(..1).unwrap_or_default(), 1));",
    ),
    mutant(
        "a fail of tier 1 is lifted",
        "Mechanical::Fail => Conclusion::Fail,",
        "Mechanical::Fail => if verdict.is_none() { Conclusion::Pass } else { Conclusion::Fail },",
    ),
    mutant(
        "an error of tier 1 passes",
        "Mechanical::Error => Conclusion::Error,",
        "Mechanical::Error => Conclusion::Pass,",
    ),
    mutant("a skip passes", "Mechanical::Skip => Conclusion::Skip,", "Mechanical::Skip => Conclusion::Pass,"),
    mutant(
        "a question alone passes unanswered",
        "None if question_only => Conclusion::Error,",
        "None if question_only => Conclusion::Pass,",
    ),
    mutant(
        "undecided is a pass",
        "Some(Verdict::Undecided) => Conclusion::Error,",
        "Some(Verdict::Undecided) => Conclusion::Pass,",
    ),
    mutant(
        "undecided is a fail",
        "Some(Verdict::Undecided) => Conclusion::Error,",
        "Some(Verdict::Undecided) => Conclusion::Fail,",
    ),
    mutant(
        "a fail of tier 2 is an error",
        "Some(Verdict::Fail | Verdict::Injection) => Conclusion::Fail,",
        "Some(Verdict::Fail | Verdict::Injection) => Conclusion::Error,",
    ),
    mutant(
        "tier 2 is asked where tier 1 fails",
        "self.mechanical == Mechanical::Pass && self.asks",
        "self.mechanical != Mechanical::Skip && self.asks",
    ),
    mutant(
        "tier 2 is asked where nothing is",
        "self.mechanical == Mechanical::Pass && self.asks",
        "self.mechanical == Mechanical::Pass",
    ),
    mutant("evidence is not needed", "self.is_open() && self.evidence", "self.is_open()"),
    mutant("a replay calls", "Mode::Record => false,", "Mode::Record => self.recorded.len() < wanted.max(1),"),
    mutant(
        "any record is enough",
        "Mode::Live => self.recorded.len() < wanted.max(1),",
        "Mode::Live => self.recorded.is_empty(),",
    ),
    mutant("no record is enough", "Mode::Live => self.recorded.len() < wanted.max(1),", "Mode::Live => true,"),
    mutant("judged anew by the record", "Mode::Anew => true,", "Mode::Anew => self.recorded.is_empty(),"),
    mutant("one call too many", "if asked { wanted.max(1) } else { 0 }", "if asked { wanted.max(1) + 1 } else { 0 }"),
    mutant("one call too few", "if asked { wanted.max(1) } else { 0 }", "if asked { wanted } else { 0 }"),
    mutant("the budget is ignored", "        self.budget == Some(0)", "        self.budget == Some(u64::MAX)"),
    mutant("calls cost nothing", "self.budget = self.budget.map(|left| left.saturating_sub(1));", ""),
    mutant("retries cost nothing", "        if may {\n            self.pay();\n        }\n", ""),
    mutant(
        "retries go on after a stop",
        "self.calling > 0 && !self.stopped && !self.is_spent()",
        "self.calling > 0 && !self.is_spent()",
    ),
    mutant(
        "retries of nothing",
        "self.calling > 0 && !self.stopped && !self.is_spent()",
        "!self.stopped && !self.is_spent()",
    ),
    mutant(
        "retries beyond the budget",
        "self.calling > 0 && !self.stopped && !self.is_spent()",
        "self.calling > 0 && !self.stopped",
    ),
    mutant("a stop is ignored", "        self.stopped = true;", "        let _ = self.stopped;"),
    mutant("a stop undoes a stop", "        self.stopped = true;", "        self.stopped = self.calling == 0;"),
    mutant(
        "calls go on after a stop",
        "if self.stopped || self.is_spent() {\n            return None;",
        "if self.is_spent() {\n            return None;",
    ),
    mutant(
        "an answer after a stop is lost",
        "            panel.cast.push(ballot);\n",
        "            panel.cast.push(ballot);\n            if self.stopped { self.panels.iter_mut().for_each(|panel| panel.cast.clear()); }\n",
    ),
    mutant(
        "a miss is a vote that fails",
        "            panel.missed = true;",
        "            panel.missed = true;\n            panel.cast.push(Ballot::Fails);",
    ),
    mutant(
        "a miss is a vote that holds",
        "            panel.missed = true;",
        "            panel.missed = true;\n            panel.cast.push(Ballot::Holds);",
    ),
    mutant(
        "a miss is made good by another call",
        "            panel.missed = true;",
        "            panel.missed = false;",
    ),
    mutant(
        "a panel that misses a vote is called on",
        "if self.missed { 0 } else {",
        "if self.missed && self.cast.is_empty() { 0 } else {",
    ),
    mutant("answers to no call count", ".filter(|panel| panel.calling > 0)?", "?"),
    mutant(
        "an answer counts twice",
        "            panel.cast.push(ballot);\n",
        "            panel.cast.push(ballot);\n            panel.cast.push(ballot);\n",
    ),
    mutant(
        "an answer goes to the first case",
        "self.panels.get_mut(index).filter(|panel| panel.calling > 0)?",
        "self.panels.iter_mut().take(index.saturating_add(1)).find(|panel| panel.calling > 0)?",
    ),
    mutant("an answer is not counted off", "        panel.calling = panel.calling.saturating_sub(1);\n", ""),
    mutant("calls on their way are not counted", "        self.calling = self.calling.saturating_add(1);\n", ""),
    mutant("the end does not wait", "self.calling == 0 && (self.stopped", "(self.stopped"),
    mutant(
        "the end needs an end of questions",
        "(self.stopped || self.is_spent() || self.first",
        "(self.stopped || self.first",
    ),
    mutant("no end after a stop", "(self.stopped || self.is_spent() || self.first", "(self.is_spent() || self.first"),
    mutant(
        "the last case is never the next",
        "while self.panels.get(self.first).is_some_and(",
        "while self.panels.len() > self.first + 1 && self.panels.get(self.first).is_some_and(",
    ),
    mutant(
        "the next case is passed over",
        "self.first = self.first.saturating_add(1);",
        "self.first = self.first.saturating_add(2);",
    ),
    mutant(
        "a miss leaves the next call where it is",
        "            panel.missed = true;\n            self.advance();",
        "            panel.missed = true;",
    ),
    mutant(
        "a vote of one case is a vote of all",
        "            panel.cast.push(ballot);\n",
        "            panel.cast.push(ballot);\n            if ballot == Ballot::Fails { self.panels.iter_mut().for_each(|panel| panel.cast = vec![ballot]); }\n",
    ),
    mutant(
        "the calls still wanted are all calls",
        "sum.saturating_add(u64::try_from(panel.wants(self.wanted))",
        "sum.saturating_add(u64::try_from(panel.case.calls(self.wanted))",
    ),
    mutant(
        "settled while calls are on their way",
        "(panel.calling == 0 && panel.wants(self.wanted) == 0).then(",
        "(panel.wants(self.wanted) == 0).then(",
    ),
    mutant(
        "settled before it was called",
        "(panel.calling == 0 && panel.wants(self.wanted) == 0).then(",
        "(panel.calling == 0).then(",
    ),
    mutant(
        "votes of the record count as new",
        "(case.recorded.clone(), case.recorded.len())",
        "(case.recorded.clone(), 0)",
    ),
    mutant(
        "the record is reported, new votes are not",
        "            (cast.clone(), 0)\n        } else {",
        "            (case.recorded.clone(), case.recorded.len())\n        } else {",
    ),
    mutant(
        "a smaller panel is forgotten by the verdict",
        "            beside(&case.recorded, cast)\n        };",
        "            (cast.clone(), 0)\n        };",
    ),
    mutant("the record forgets new votes", "earlier.iter().chain(cast).copied().collect()", "earlier.to_vec()"),
    mutant("a panel takes the place of one that says more", "&& cast.iter().all(|vote| earlier.contains(vote))", ""),
    mutant(
        "a panel takes the place of one that says less",
        "earlier.iter().all(|vote| cast.contains(vote)) &&",
        "!earlier.is_empty() &&",
    ),
    mutant(
        "the record forgets what it held",
        "let (kept, _) = beside(&case.recorded, cast);",
        "let kept = cast.clone();",
    ),
    mutant(
        "judged anew the record forgets",
        "let (kept, _) = beside(&case.recorded, cast);",
        "let kept = if case.mode == Mode::Anew { cast.clone() } else { beside(&case.recorded, cast).0 };",
    ),
    mutant("panels that were cut short add up", "    if same {", "    if same && cast.len() >= earlier.len() {"),
    mutant(
        "a green panel takes the place of any",
        "    if same {",
        "    if same || cast.iter().all(|vote| *vote == Ballot::Holds) {",
    ),
    mutant(
        "the record is reported where both say the same",
        "{ (cast.to_vec(), 0) }",
        "{ (earlier.to_vec(), earlier.len()) }",
    ),
    mutant(
        "a smaller panel takes the place of a larger one",
        "!cast.is_empty() && kept.len() >= case.recorded.len()",
        "!cast.is_empty()",
    ),
    mutant("only whole panels are recorded", "!cast.is_empty() && kept.len()", "cast.len() >= wanted && kept.len()"),
    mutant("what nobody said is recorded", "!cast.is_empty() && kept.len()", "kept.len()"),
];

/// The compiler that this test was compiled with.
fn rustc() -> PathBuf {
    let beside_cargo = Path::new(env!("CARGO")).with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX));
    match std::env::var_os("RUSTC") {
        Some(rustc) => rustc.into(),
        None if beside_cargo.exists() => beside_cargo,
        None => PathBuf::from("rustc"),
    }
}

/// A program with the machine as it is (number 0) and each mutant of it, which prints what the explorer finds of a number.
fn program(directory: &Path, texts: &[String]) -> PathBuf {
    let formal = Path::new(env!("CARGO_MANIFEST_DIR")).join("formal");
    let mut main = String::from("#![allow(warnings)]\n");
    let mut calls = String::new();
    for (number, text) in texts.iter().enumerate() {
        let machine = directory.join(format!("machine_{number}.rs"));
        std::fs::write(&machine, text).unwrap();
        writeln!(main, "mod m{number} {{").unwrap();
        writeln!(main, "    #[path = {:?}]\n    pub mod machine;", machine.to_str().unwrap()).unwrap();
        for shared in ["world", "view", "rules", "sights", "scenes", "explorer"] {
            let path = formal.join(format!("{shared}.rs"));
            writeln!(main, "    #[path = {:?}]\n    pub mod {shared};", path.to_str().unwrap()).unwrap();
        }
        main.push_str("    pub fn explore() -> String {\n        let found = explorer::explore(&scenes::small());\n");
        main.push_str("        let first = found.first.unwrap_or_default();\n");
        main.push_str("        format!(\"{} {} {}\", found.states, found.broken, first)\n    }\n}\n");
        writeln!(calls, "        m{number}::explore,").unwrap();
    }
    let main_function = [
        "fn main() {",
        "    let number: usize = std::env::args().nth(1).unwrap().parse().unwrap();",
        "    let explorers: &[fn() -> String] = &[",
        &calls,
        "    ];",
        "    println!(\"{}\", explorers[number]());",
        "}",
    ];
    main.push_str(&main_function.join("\n"));
    let source = directory.join("main.rs");
    std::fs::write(&source, main).unwrap();
    let binary = directory.join(format!("mutants{}", std::env::consts::EXE_SUFFIX));
    let compiled = Command::new(rustc())
        .args(["--edition", "2024", "-C", "debuginfo=0", "-C", "panic=abort", "-C", "overflow-checks=yes"])
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .current_dir(directory)
        .output()
        .expect("the compiler runs");
    assert!(compiled.status.success(), "the mutants compile: {}", String::from_utf8_lossy(&compiled.stderr));
    binary
}

/// What the explorer finds of each text: states, rules that are broken, and those that are broken in the first broken state;
/// nothing where the program panics.
fn explored(program: &Path, texts: usize) -> Vec<Option<[u64; 3]>> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![None; texts]);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, NonZeroUsize::get) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= texts {
                        return;
                    }
                    let ran = Command::new(program).arg(number.to_string()).output().expect("the program runs");
                    let output = String::from_utf8(ran.stdout).unwrap();
                    let numbers: Vec<u64> = output.split_whitespace().map(|word| word.parse().unwrap()).collect();
                    let numbers = numbers.try_into().ok().filter(|_| ran.status.success());
                    found.lock().unwrap().get_mut(number).map(|found| *found = numbers).expect("there is a place");
                }
            });
        }
    });
    found.into_inner().unwrap()
}

#[test]
fn every_mutant_of_the_machine_breaks_a_rule() {
    let text = text_of("src/judge/machine.rs");
    let mut texts = vec![text.clone()];
    for Mutant { name, needle, replacement } in MUTANTS {
        assert_eq!(text.matches(needle).count(), 1, "`{name}`: what it changes stands in the machine once: {needle}");
        texts.push(text.replace(needle, replacement));
    }
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "each is another text");
    let directory = tempfile::tempdir().unwrap();
    let found = explored(&program(directory.path(), &texts), texts.len());

    // The text as it is: nothing is broken, and whoever counts finds the same states.
    let [states, broken, ..] = found.first().unwrap().expect("the machine does not panic");
    assert_eq!(broken_rules(broken).next(), None, "the machine's own text breaks nothing");
    let here = explorer::explore(&scenes::small());
    let checker = Checked(scenes::small()).checker().spawn_bfs().join();
    assert_eq!(states, u64::try_from(here.states).unwrap(), "the text and the module are the same machine");
    assert_eq!(here.states, checker.unique_state_count(), "the explorer and the model checker reach the same states");

    let mut survivors = Vec::new();
    let mut breaking: BTreeSet<&str> = BTreeSet::new();
    println!("the small world has {states} states; {} mutants of the machine break its rules:", MUTANTS.len());
    for (Mutant { name, .. }, found) in MUTANTS.iter().zip(found.iter().skip(1)) {
        // A mutant that panics is none: the machine's text is to be wrong, and not broken.
        let [_, broken, first] = found.expect(name);
        let all: Vec<&str> = broken_rules(broken).collect();
        breaking.extend(&all);
        match broken_rules(first).next() {
            Some(rule) => println!("  {name}: {rule} (and {} more)", all.len().saturating_sub(1)),
            None => survivors.push(*name),
        }
    }
    assert!(survivors.is_empty(), "no rule is broken by: {survivors:?}");
    let idle: Vec<&str> = RULES.iter().map(|rule| rule.name).filter(|name| !breaking.contains(name)).collect();
    assert!(idle.is_empty(), "no mutant breaks: {idle:?}");
}

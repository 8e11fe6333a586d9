//! The state machine of Tier 2, explored: every state that a run of it can reach within the bounds of `scenes`, and in each
//! of them every rule of `rules`. What is explored is the module that runs, `attest::judge::machine`. `README.md` says it in
//! words; `cargo test --test formal -- --nocapture` says it in numbers.
#![expect(clippy::print_stdout, reason = "what was explored is told")]
#![expect(clippy::disallowed_methods, reason = "the test reads the machine's text")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure here is a failed test")]

mod explorer;
mod machine {
    pub(crate) use attest::judge::machine::*;
}
mod mutants;
mod rules;
mod scenes;
mod sights;
mod view;
mod world;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use stateright::{Checker, Model, Property};

use rules::{RULES, broken_rules};
use sights::SIGHTS;
use world::{Event, State, World};

/// A world as the model checker knows one.
#[derive(Clone, Debug)]
struct Checked(World);

impl Model for Checked {
    type State = State;
    type Action = Event;

    fn init_states(&self) -> Vec<State> {
        self.0.begin()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Event>) {
        actions.extend(self.0.events(state));
    }

    fn next_state(&self, state: &State, event: Event) -> Option<State> {
        self.0.step(state, event)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let rules = RULES.iter().zip(HOLDS).map(|(rule, holds)| Property::always(rule.name, holds));
        let sights = SIGHTS.iter().zip(SEES).map(|(sight, sees)| Property::sometimes(sight.name, sees));
        rules.chain(sights).collect()
    }
}

type Condition = fn(&Checked, &State) -> bool;

/// Whether a rule holds in a state.
fn holds<const RULE: usize>(_: &Checked, state: &State) -> bool {
    state.broken >> RULE & 1 == 0
}

/// Whether a sight is seen in a state.
fn sees<const SIGHT: usize>(_: &Checked, state: &State) -> bool {
    state.seen >> SIGHT & 1 == 1
}

/// One function for each bit: the model checker takes functions without surroundings.
macro_rules! for_each_bit {
    ($condition:ident: $($bit:literal)*) => { [$($condition::<$bit>),*] };
}
const HOLDS: [Condition; 32] = for_each_bit!(holds:
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
const SEES: [Condition; 32] = for_each_bit!(sees:
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

/// A file of the project.
fn text_of(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Holds a table of README.md to what is so; `ATTEST_BLESS=1` rewrites it.
fn assert_table(name: &str, head: [&str; 2], rows: &[(String, String)]) {
    static README: Mutex<()> = Mutex::new(());
    let _one_at_a_time = README.lock().unwrap();
    let text = text_of("formal/README.md");
    let (begin, end) = (format!("<!-- {name} -->\n\n"), format!("\n\n<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).expect("the page has the table");
    let (table, after) = rest.split_once(&end).expect("the table has an end");
    let mut lines = vec![format!("| {} | {} |", head[0], head[1]), String::from("|---|---|")];
    lines.extend(rows.iter().map(|(left, right)| format!("| {left} | {right} |")));
    let so = lines.join("\n");
    if table != so && std::env::var_os("ATTEST_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("formal/README.md");
        std::fs::write(path, format!("{before}{begin}{so}{end}{after}")).unwrap();
    } else {
        assert_eq!(table, so, "the table `{name}` of formal/README.md is so (`ATTEST_BLESS=1` rewrites it)");
    }
}

#[test]
fn every_rule_holds_in_every_state() {
    assert!(RULES.len() <= HOLDS.len() && SIGHTS.len() <= SEES.len(), "each has its function");
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    let (mut states, mut steps) = (0, 0);
    for world in scenes::worlds() {
        let (title, begins) = (world.title, world.scenes.len());
        let started = Instant::now();
        let checker = Checked(world).checker().threads(2).spawn_bfs().join();
        let discoveries = checker.discoveries();
        for rule in RULES {
            if let Some(path) = discoveries.get(rule.name) {
                let all: Vec<_> = broken_rules(path.last_state().broken).collect();
                panic!("in `{title}` it is broken that {}\n(broken with it: {all:?}):\n{path}", rule.name);
            }
        }
        seen.extend(SIGHTS.iter().map(|sight| sight.name).filter(|name| discoveries.contains_key(name)));
        states += checker.unique_state_count();
        steps += checker.state_count();
        println!(
            "{:>7} states, {:>7} steps, depth {:>2}, {begins:>4} beginnings, {:>3} s: {title}",
            checker.unique_state_count(),
            checker.state_count(),
            checker.max_depth(),
            started.elapsed().as_secs(),
        );
        rows.push((title.to_owned(), checker.unique_state_count().to_string()));
    }
    println!("{states:>7} states, {steps:>7} steps: {} rules hold, {} sights are seen", RULES.len(), seen.len());
    let unseen: Vec<&str> = SIGHTS.iter().map(|sight| sight.name).filter(|name| !seen.contains(name)).collect();
    assert!(unseen.is_empty(), "nowhere to be seen: {unseen:?}");
    rows.push((String::from("together"), states.to_string()));
    assert_table("worlds", ["world", "states"], &rows);
}

#[test]
fn the_machine_is_small_and_imports_nothing() {
    let text = text_of("src/judge/machine.rs");
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    for line in code.clone() {
        let words = ["use ", "crate::", "super::", "std::", "core::", "unsafe", "[..", "unwrap()", "expect(", "panic!"];
        assert!(!words.iter().any(|word| line.contains(word)), "the machine stays pure and total: {line}");
    }
    assert!(text.lines().count() < 350 && code.count() > 100, "the machine stays small, and is there");
}

#[test]
fn the_page_names_every_rule_and_every_sight() {
    let rules: Vec<(String, String)> = RULES.iter().map(|rule| (rule.name.to_owned(), rule.says.to_owned())).collect();
    assert_table("rules", ["rule", "for each state that can be reached"], &rules);
    let text = text_of("formal/README.md");
    let missing: Vec<&str> =
        SIGHTS.iter().map(|sight| sight.name).filter(|name| !text.contains(&format!("- {name}"))).collect();
    assert!(missing.is_empty(), "formal/README.md does not name the sights {missing:?}");
}

//! What a question costs before anybody is asked: `cargo bench --bench judge` puts questions of several sizes into words,
//! draws their tokens, digests and measures them, and reads an answer to each.
#![expect(clippy::print_stdout, reason = "a benchmark talks to a terminal")]
#![expect(clippy::expect_used, reason = "a question that does not fit ends the benchmark")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use attest::base::system::MemorySystem;
use attest::judge::answer;
use attest::judge::prompt;
use attest::judge::question::{Exhibit, ExhibitKind, Question, Subject};

const LINE: &str = "        return jwt.decode(token, key, algorithms=[\"RS256\"])  # a line of code\n";
const ANSWER: &str = r#"{"cited":[{"exhibit":"A","line":1}],"message":"m","answer":"holds","reason":null}"#;

fn question(text: String) -> Question {
    let exhibit = Exhibit {
        kind: ExhibitKind::Definition,
        path: "app/auth.py".into(),
        name: Some("function `verify_token`".to_owned()),
        first_line: 1,
        text,
        points: Vec::new(),
    };
    Question {
        id: "bench".into(),
        subject: Subject::Assertion,
        check: None,
        control: None,
        claim: "function_exists(file: \"app/auth.py\", name: \"verify_token\")".into(),
        meaning: None,
        ask: "Does it refuse an expired token?".into(),
        finding: "`verify_token` is defined".to_owned(),
        expression: String::new(),
        exhibits: vec![exhibit],
        omitted: Vec::new(),
        confirmed: true,
    }
}

fn best<T>(mut run: impl FnMut() -> T) -> Duration {
    let once = |run: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    (0..9).map(|_| once(&mut run)).min().unwrap_or_default()
}

fn main() {
    let texts = [
        ("a definition of 40 lines", LINE.repeat(40)),
        ("96 KiB of code", LINE.repeat((96 << 10) / LINE.len())),
        ("1 MiB of code on one line", LINE.trim_end().repeat((1 << 20) / LINE.len())),
        ("1 MiB of `[`", "[".repeat(1 << 20)),
        ("1 MiB of `<`, in pairs", "<< ".repeat((1 << 20) / 3)),
        ("150,000 invisible characters", "\u{200b}".repeat(150_000)),
        ("1 MiB of hex digits", "f".repeat(1 << 20)),
        ("100,000 lines", "x = 1\n".repeat(100_000)),
    ];
    println!(
        "{:32} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "", "bytes", "compose", "digest", "tokens", "estimate", "read"
    );
    for (name, text) in texts {
        let question = question(text);
        let prompt = prompt::compose(&question, &MemorySystem::new()).expect("it fits");
        let compose = best(|| prompt::compose(&question, &MemorySystem::new()));
        let digest = best(|| prompt::digest(&question));
        let tokens = best(|| prompt.tokens());
        let read = best(|| answer::read(ANSWER, &question));
        let bytes = prompt.user.len();
        println!(
            "{name:32} {bytes:>10} {compose:>10.1?} {digest:>10.1?} {:>10} {tokens:>10.1?} {read:>10.1?}",
            prompt.tokens()
        );
    }
}

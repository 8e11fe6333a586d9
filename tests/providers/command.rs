//! The same cases with a program, as far as it has them; each is a shell script.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use attest::base::system::{MemorySystem, OsSystem, Program, Ran, System};
use attest::judge::provider::{self, Origin, Settings, SetupError};

use super::{ANSWER, Want, ask, expect_body, file, judge, root};

/// The cases that only a program has.
pub(crate) const OWN: &[&str] = &[
    "ends without reading its input",
    "exit code 1",
    "exit code 75, to be asked again",
    "ended by a signal",
    "much talk on standard error",
    "no such program",
    "no program but a directory",
];

/// What the program does, after it has kept its input, and what is wanted.
fn script(case: &str) -> Option<(String, Want)> {
    let say = |name: &str| format!("cat '{}'", root().join("command").join(name).display());
    let slow = Want::Transient("took longer than 1 s and was ended: thinking", None);
    Some(match case {
        "success" => (say("success.json"), Want::Complete),
        "success in small packets" => {
            let path = root().join("command/success.json");
            (
                format!(
                    "dd if='{}' bs=40 2>/dev/null | while IFS= read -r l; do printf '%s\\n' \"$l\"; sleep 0.05; done",
                    path.display()
                ),
                Want::Complete,
            )
        }
        "refusal" => (say("refusal.json"), Want::Refused),
        "truncation" => (say("truncated.json"), Want::Truncated),
        "an end that is not known" => (say("odd_end.json"), Want::Failed("unknown variant `paused`")),
        "no text" => (say("no_text.json"), Want::Failed("answers with no text")),
        "malformed JSON" => {
            (format!("{} | head -c 50", say("success.json")), Want::Failed("a form that is not understood"))
        }
        "JSON of another shape" => (say("other_shape.json"), Want::Failed("missing field `text`")),
        "deep JSON" => (
            "printf '{\"x\":'; head -c 100000 /dev/zero | tr '\\0' '['".into(),
            Want::Failed("a form that is not understood"),
        ),
        "no UTF-8" => (
            "printf '{\"text\": \"\\377\", \"stop\": \"complete\"}'".into(),
            Want::Failed("a form that is not understood"),
        ),
        "empty body" => ("true".into(), Want::Failed("answers with nothing")),
        "slow drip" => ("echo thinking >&2; while :; do printf ' '; sleep 0.1; done".into(), slow),
        "silence" => ("echo thinking >&2; sleep 60".into(), slow),
        "huge body" => ("yes ' '".into(), Want::Failed("wrote more than 4194304 bytes")),
        "closed in the answer" => {
            (format!("{} | head -c 50; kill -9 $$", say("success.json")), Want::Failed("was ended by a signal"))
        }
        "ends without reading its input" => (format!("exec <&-; {}", say("success.json")), Want::Complete),
        "exit code 1" => (
            format!("{}; printf 'no \\033[31mmodel\\n' >&2; exit 1", say("success.json")),
            Want::Failed("ended with the exit code 1: no \\u{1b}[31mmodel"),
        ),
        "exit code 75, to be asked again" => {
            ("echo busy >&2; exit 75".into(), Want::Transient("cannot answer now: busy", None))
        }
        "ended by a signal" => ("kill -TERM $$".into(), Want::Failed("was ended by a signal")),
        "much talk on standard error" => {
            (format!("head -c 3000000 /dev/zero | tr '\\0' x >&2; {}", say("success.json")), Want::Complete)
        }
        "no such program" => (String::new(), Want::Fatal("does not exist; look at `--command`")),
        "no program but a directory" => (String::new(), Want::Fatal("cannot start")),
        _ => return None,
    })
}

/// One case; «–» where a program cannot have it.
pub(crate) fn run(case: &str, wrong: &mut Vec<String>) -> String {
    let Some((script, want)) = script(case) else { return "–".into() };
    let dir = tempfile::tempdir().unwrap();
    let (program, kept) = (dir.path().join("judge"), dir.path().join("input"));
    let reads = if case.starts_with("ends without") { String::new() } else { format!("cat > '{}'\n", kept.display()) };
    std::fs::write(&program, format!("#!/bin/sh\n{reads}{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = match case {
        "no such program" => PathBuf::from("/nowhere/judge"),
        "no program but a directory" => dir.path().to_owned(),
        _ => program,
    };
    let is_slow = matches!(&want, Want::Transient(part, _) if part.contains("longer than"));
    let mut settings = Settings::new("command", "judge-1");
    settings.command = vec![path.to_str().unwrap().to_owned()];
    settings.timeout = Duration::from_secs(if is_slow { 1 } else { 30 });
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let client = provider::connect(&settings, &system).unwrap();
    let began = Instant::now();
    let result = ask(client.as_ref());
    assert!(!is_slow || began.elapsed() < Duration::from_secs(8), "{case}: the deadline holds");
    if let Ok(input) = std::fs::read(&kept) {
        let wanted: serde_json::Value = serde_json::from_slice(&file("command", "request.json").unwrap()).unwrap();
        expect_body(&input, &wanted["body"]);
    }
    judge(&result, &want).unwrap_or_else(|problem| {
        wrong.push(format!("command, {case}: {problem}"));
        "WRONG".into()
    })
}

#[test]
fn a_program_inherits_nobodys_key_and_no_shell_reads_its_arguments() {
    #[expect(clippy::unnecessary_wraps, reason = "a program may fail")]
    fn played(program: &Program<'_>) -> Result<Ran, attest::base::system::RunError> {
        let mut without = program.without.to_vec();
        without.sort_unstable();
        assert_eq!(without, ["ANTHROPIC_API_KEY", "ATTEST_TIER2_KEY", "OPENAI_API_KEY"]);
        assert_eq!(program.argv, ["judge", "--prompt", "$(id); `id`"]);
        assert_eq!(program.timeout, provider::TIMEOUT);
        let text = serde_json::json!({"text": ANSWER, "stop": "complete", "usage": {"input": 120, "output": 34}});
        Ok(Ran { code: Some(0), stdout: text.to_string().into_bytes(), stderr: vec![] })
    }
    let system: Arc<dyn System> = Arc::new(MemorySystem::new().with_program("judge", played));
    let mut settings = Settings::new("command", "judge-1");
    settings.command = ["judge", "--prompt", "$(id); `id`"].map(str::to_owned).to_vec();
    let client = provider::connect(&settings, &system).unwrap();
    assert!(judge(&ask(client.as_ref()), &Want::Complete).is_ok());
    assert_eq!(client.judge().endpoint.as_deref(), Some(r#"judge --prompt "$(id); `id`""#));
}

#[test]
fn settings_that_do_not_fit_are_usage() {
    let system: Arc<dyn System> = Arc::new(super::machine());
    let told = |change: fn(&mut Settings)| {
        let mut settings = Settings::new("command", "m");
        settings.command = vec!["judge".into()];
        change(&mut settings);
        match provider::connect(&settings, &system).map(|_| ()) {
            Err(SetupError::Usage { message }) => message,
            other => panic!("{other:?}"),
        }
    };
    for (message, part) in [
        (told(|settings| settings.command.clear()), "needs a program"),
        (told(|settings| settings.command = vec![" ".into()]), "needs a program"),
        (told(|settings| settings.command.push("a\0b".into())), "holds a NUL"),
        (told(|settings| settings.base_url = Some(("http://a".into(), Origin::Invoker))), "has no address"),
        (told(|settings| settings.key_file = Some("k".into())), "takes no key"),
        (told(|settings| settings.provider = "openia".into()), "unknown provider `openia`; did you mean `openai`?"),
        (told(|settings| settings.provider = "x\u{1b}".into()), "there are `openai`, `anthropic`, `ollama`, `command`"),
        (told(|settings| settings.model = " ".into()), "needs a model; give one with `--model`"),
        (told(|settings| settings.model = "a\nb".into()), "is no name"),
        (told(|settings| settings.model = "m".repeat(300)), "is no name"),
        (told(|settings| settings.provider = "openai".into()), "runs no program"),
        (
            told(|settings| {
                settings.provider = "openai".into();
                settings.command.clear();
                settings.base_url = Some(("https://user:hunter2@a/".into(), Origin::Invoker));
            }),
            "holds a user or password",
        ),
    ] {
        assert!(message.contains(part), "{message}");
        assert!(!message.contains("hunter2") && !message.chars().any(char::is_control), "{message}");
    }
}

#[test]
fn what_is_asked_of_a_missing_key_or_file_is_told() {
    let system: Arc<dyn System> = Arc::new(
        MemorySystem::new()
            .with_env("ANTHROPIC_API_KEY", "sk-other-0123456789")
            .with_file("/long", vec![b'x'; 9_000])
            .with_file("/empty", "\n"),
    );
    for (file, part) in [
        (None, "there is no key for `openai`; set `OPENAI_API_KEY`"),
        (Some("/none"), "the key file cannot be used: `/none` does not exist"),
        (Some("/long"), "is longer than 8192 bytes"),
        (Some("/empty"), "the key of `--key-file` is empty"),
    ] {
        let mut settings = Settings::new("openai", "m");
        settings.key_file = file.map(PathBuf::from);
        match provider::connect(&settings, &system).map(|_| ()) {
            Err(SetupError::Unusable { message }) => assert!(message.contains(part), "{message}"),
            other => panic!("{other:?}"),
        }
    }
    // Its own host asks for none.
    assert!(provider::connect(&Settings::new("ollama", "m"), &system).is_ok());
}

//! `attest sign --keyless` as its users see it, with stand-ins of the services on this machine. A case is a file of
//! `tests/signing/cases/`: what it is about after `#`, what there is, and commands after `$` with what they print
//! (`ATTEST_BLESS=1` rewrites that). `{url}` is where the services are.
//!
//! - `services [log-2] [no-log] [timestamps] [wrong-sct]`: the instance, from here on;
//! - `fault SERVICE KIND`: what goes wrong with it, from here on; `fault` alone ends all;
//! - `token FILE {claims}`: a token of the issuer, whose claims differ so; `{token}` in `env` is such a token;
//! - `env NAME=VALUE`, `program NAME gives|fails|babbles`: of the whole case;
//! - `file PATH text`, `config PATH {json}`: a file;
//! - `? PATH`: whether a file is there; `asked`: who was called since the last time.

#![expect(clippy::disallowed_methods, reason = "cases are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failure here is a failed test")]

mod mutations;
#[path = "stand_in/server.rs"]
mod server;
mod stand_in;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::attestation::{Pins, Request, Trust, Verdict, verify};
use attest::base::system::{MemorySystem, Program, Ran, RunError, System};
use attest::signing::{AUDIENCE, KeylessError, Order, Services, Token, Version};
use mutations::{Random, number};
use serde_json::{Value, json};
use server::{Fault, Server, claims, mint};
use stand_in::{Log, NOW, Sct, StandIn};

/// The seed of every instance.
const SEED: u64 = 11;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signing")
}

fn token() -> String {
    mint(SEED, &claims(&json!({})))
}

#[expect(clippy::unnecessary_wraps, reason = "a machine's program")]
fn gives(program: &Program<'_>) -> Result<Ran, RunError> {
    let audience = program.argv.last().unwrap().trim_start_matches(r#"{"aud":""#).trim_end_matches(r#""}"#);
    let token = mint(SEED, &claims(&json!({"aud": audience, "job_workflow_ref": null, "email": "mason@example.org"})));
    Ok(Ran { code: Some(0), stdout: format!("{token}\n").into_bytes(), stderr: Vec::new() })
}

#[expect(clippy::unnecessary_wraps, reason = "a machine's program")]
fn fails(_: &Program<'_>) -> Result<Ran, RunError> {
    Ok(Ran { code: Some(3), stdout: Vec::new(), stderr: b"a secret in the error".to_vec() })
}

#[expect(clippy::unnecessary_wraps, reason = "a machine's program")]
fn babbles(_: &Program<'_>) -> Result<Ran, RunError> {
    Ok(Ran { code: Some(0), stdout: b"Welcome!".to_vec(), stderr: Vec::new() })
}

fn fault(kind: &str) -> Fault {
    match kind {
        "garbage" => Fault::Garbage,
        "empty" => Fault::Empty,
        "silence" => Fault::Silence,
        "large" => Fault::Large,
        "redirect" => Fault::Redirect,
        "cut" => Fault::Cut,
        "echo" => Fault::Echo,
        "other" => Fault::Other,
        "refused" => Fault::Refused,
        status => Fault::Status(status.parse().unwrap(), String::from("{\"message\": \"not today\"}")),
    }
}

fn instance(words: &[&str]) -> StandIn {
    words.iter().fold(StandIn::new(SEED), |services, word| match *word {
        "log-2" => services.with_log(Log::V2),
        "no-log" => services.with_log(Log::None),
        "timestamps" => services.with_timestamps(),
        "wrong-sct" => services.with_sct(Sct::Wrong),
        other => panic!("no instance has `{other}`"),
    })
}

/// What a command prints: its exit, data, and talk after `!`.
fn printed(system: &Arc<dyn System>, line: &str) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = attest::cli::run(line.split_whitespace().map(Into::into), system, &mut stdout, &mut stderr);
    let mut text = format!("exit {}\n", exit.code());
    for (bytes, mark) in [(stdout, ""), (stderr, "! ")] {
        for line in String::from_utf8(bytes).unwrap().lines() {
            text.push_str(format!("{mark}{line}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// A case with what its commands print now.
fn replayed(case: &str) -> String {
    let server = Server::start(instance(&[]));
    let filled = |text: &str| text.replace("{url}", &server.url).replace("{token}", &token());
    let mut system = MemorySystem::new()
        .at(jiff::Timestamp::from_second(NOW).unwrap())
        .with_file("statement.json", std::fs::read("tests/attestation/statement.json").unwrap())
        .with_file("artifact.txt", std::fs::read("tests/attestation/artifact.txt").unwrap())
        .with_file("token", format!("{}\n", token()))
        .with_file("root.json", instance(&["timestamps"]).trusted_root_json())
        .with_file("root-no-log.json", instance(&["no-log"]).trusted_root_json())
        .with_file("root-other.json", instance(&["timestamps"]).with_seed(12).trusted_root_json());
    for line in case.lines() {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["env", pair] => {
                let (name, value) = pair.split_once('=').unwrap();
                system = system.with_env(name, &filled(value));
            }
            ["program", name, "gives"] => system = system.with_program(name, gives),
            ["program", name, "fails"] => system = system.with_program(name, fails),
            ["program", name, "babbles"] => system = system.with_program(name, babbles),
            _ => {}
        }
    }
    let system: Arc<dyn System> = Arc::new(system);
    let mut now = String::new();
    let mut seen = 0;
    for line in case.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let rest = |skip: usize| filled(&words[skip..].join(" "));
        match words.as_slice() {
            ["$", ..] => {
                let text = printed(&system, &rest(1)).replace(&server.url, "{url}");
                let shown = token().split('.').any(|part| text.contains(part.get(..16).unwrap()));
                assert!(!shown, "a token is shown: {text}");
                write!(now, "{line}\n{text}").unwrap();
                continue;
            }
            ["?", path] => {
                let there = system.symlink_metadata(Path::new(path)).unwrap().is_some();
                writeln!(now, "{line}\n{}", if there { "there" } else { "not there" }).unwrap();
                continue;
            }
            ["asked"] => {
                let asked = server.asked.lock().unwrap();
                writeln!(now, "{line}").unwrap();
                for asked in &asked[seen..] {
                    writeln!(now, "- {}", asked.path).unwrap();
                }
                seen = asked.len();
                continue;
            }
            ["services", words @ ..] => *server.services.lock().unwrap() = instance(words),
            ["fault"] => server.faults.lock().unwrap().clear(),
            ["fault", name, kind] => {
                server.faults.lock().unwrap().insert((*name).to_owned(), fault(kind));
            }
            ["token", path, ..] => {
                let changes: Value = serde_json::from_str(&rest(2)).unwrap();
                system.write(Path::new(path), mint(SEED, &claims(&changes)).as_bytes()).unwrap();
            }
            ["file", path, ..] => system.write(Path::new(path), rest(2).as_bytes()).unwrap(),
            ["config", path, ..] => {
                let changes: Value = serde_json::from_str(&rest(2)).unwrap();
                let config = configuration(&server.url, &changes);
                system.write(Path::new(path), config.to_string().as_bytes()).unwrap();
            }
            ["#" | "env" | "program", ..] | [""] => {}
            // What was printed the last time.
            _ => continue,
        }
        writeln!(now, "{line}").unwrap();
    }
    now
}

/// A signing configuration of the services, changed by members.
fn configuration(url: &str, changes: &Value) -> Value {
    let row = |path: &str, version: u64| {
        json!({
            "url": format!("{url}{path}"),
            "majorApiVersion": version,
            "validFor": {"start": "2025-01-01T00:00:00Z"},
            "operator": "stand-in",
        })
    };
    let mut config = json!({
        "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        "caUrls": [row("", 1)],
        "oidcUrls": [],
        "rekorTlogUrls": [row("", 1), row("", 2)],
        "tsaUrls": [row("/tsa", 1)],
        "rekorTlogConfig": {"selector": "ANY"},
        "tsaConfig": {"selector": "ANY"},
    });
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

#[test]
fn cases_say_what_happens() {
    let mut seen = 0;
    let mut wrong = String::new();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(directory().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let now = replayed(&text);
        seen += 1;
        if std::env::var_os("ATTEST_BLESS").is_some() {
            std::fs::write(&path, now).unwrap();
        } else if text != now {
            writeln!(wrong, "{}:\n{now}", path.display()).unwrap();
        }
    }
    assert!(seen >= 5, "only {seen} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whatever is changed in what a service answers: there is no bundle, or one that its trust root vouches for.
#[test]
fn changed_answers_are_refused_or_change_nothing() {
    let statement = std::fs::read("tests/attestation/statement.json").unwrap();
    let mut random = Random::seeded(5);
    let (mut made, mut refused) = (0, 0);
    for (words, version) in [(&["timestamps"][..], Version::V1), (&["log-2"], Version::V2)] {
        let server = Server::start(instance(words));
        let trust = Trust::default().with_roots(instance(words).trusted_root_json().as_bytes(), None).unwrap();
        let logs = [server.url.clone()];
        let services = Services::named(&server.url, &logs, version, &[format!("{}/tsa", server.url)]).unwrap();
        for _ in 0..number("ATTEST_MUTATIONS", 150) {
            let name = ["authority", "log", "timestamp"][random.below(3)];
            let mut with = vec![0; random.below(4)];
            with.fill_with(|| b"\0\xff0\"{}[],Ag=/"[random.below(13)]);
            let cut = random.below(6) * if random.below(8) == 0 { 500 } else { 1 };
            let fault = Fault::Spliced { at: random.below(6_000), cut, with };
            *server.faults.lock().unwrap() = [(name.to_owned(), fault)].into();
            let system = MemorySystem::new().at(jiff::Timestamp::from_second(NOW).unwrap());
            let token = Token::read(token().as_bytes(), AUDIENCE).unwrap();
            let order = Order {
                statement: &statement,
                services: &services,
                token: &token,
                trust: Some(&trust),
                private_log: false,
            };
            match attest::signing::sign(&system, &order) {
                Ok(signed) => {
                    made += 1;
                    assert!(signed.verified);
                    let pins = Pins {
                        identity: signed.identity.subject.clone(),
                        issuer: signed.identity.issuer.clone(),
                        ..Pins::default()
                    };
                    let verification = verify(&Request {
                        document: signed.text.as_bytes(),
                        artifacts: &[],
                        subjects_open: true,
                        trust: &trust,
                        pins: &pins,
                        predicate_type: None,
                        only_subject: false,
                    });
                    assert_eq!(verification.payload.as_deref(), Some(&statement[..]), "{}", signed.text);
                }
                Err(error) => {
                    refused += 1;
                    assert!(
                        matches!(error, KeylessError::Service { .. } | KeylessError::Unverified { .. }),
                        "{error:?}"
                    );
                    let told = error.to_string();
                    assert!(told.len() < 2_000 && !told.contains(char::is_control), "{told:?}");
                }
            }
        }
    }
    assert!(made > 5 && refused > 50, "{made} made, {refused} refused");
}

/// Another client of these services makes bundles with the stand-ins that are verified here: they are not made to the measure
/// of our own client.
#[test]
fn another_client_is_served() {
    use sigstore_sign::oidc::IdentityToken;
    use sigstore_sign::rekor::RekorApiVersion;
    use sigstore_sign::{SigningContext, SigningServices};

    let statement = std::fs::read("tests/attestation/statement.json").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (version, services) in
        [(RekorApiVersion::V1, instance(&["timestamps"])), (RekorApiVersion::V2, instance(&["log-2"]))]
    {
        let root = services.trusted_root_json();
        let server = Server::start(services);
        let named = SigningServices::new(&server.url, &server.url)
            .with_rekor(&server.url, version)
            .with_tsa_url(format!("{}/tsa", server.url));
        let token = IdentityToken::from_jwt(&token()).unwrap();
        let signer = SigningContext::new(named).signer(token);
        let bundle = runtime.block_on(signer.sign_raw_statement(&statement)).unwrap().to_json().unwrap();
        let trust = Trust::default().with_roots(root.as_bytes(), None).unwrap();
        let identity = "https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main";
        let pins = Pins {
            identity: Some(identity.to_owned()),
            issuer: Some(String::from("https://token.actions.githubusercontent.com")),
            ..Pins::default()
        };
        let verification = verify(&Request {
            document: bundle.as_bytes(),
            artifacts: &[],
            subjects_open: true,
            trust: &trust,
            pins: &pins,
            predicate_type: None,
            only_subject: false,
        });
        assert_eq!(verification.verdict, Verdict::Verified, "{version:?}: {:?}", verification.failures);
    }
}

//! `attest verify` and `attest sign` as their users see them. A case is a file of `tests/attestation/cases/`: what it is about
//! after `#`, what it needs (`env`, `file`, `edit`, `secret` for who is asked), and commands after `$` with what they print (`ATTEST_BLESS=1` rewrites
//! that). Each case has a machine of its own that holds the files of `tests/attestation/`.
//!
//! The keys there were made by `OpenSSL` 3.0 for these tests and sign nothing else; the envelopes `securesystemslib-*` were
//! made with them by the `securesystemslib` of `PyPI` 1.6.0.

#![expect(clippy::disallowed_methods, reason = "cases are files")]
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::attestation::key::{KeyError, SigningKey};
use attest::attestation::{Code, Pins, Request, Signed, Trust, Verdict, envelope, verify};
use attest::base::system::{MemorySystem, System};
use serde_json::{Value, json};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attestation")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(directory().join(name)).unwrap()
}

/// A machine with the files of the test.
fn machine() -> MemorySystem {
    let mut system = MemorySystem::new();
    for below in ["", "keys"] {
        for entry in std::fs::read_dir(directory().join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(directory()).unwrap().to_owned();
                system = system.with_file(name, std::fs::read(&path).unwrap());
            }
        }
    }
    system
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
    let mut system = machine();
    for line in case.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["env", pair] => {
                let (name, value) = pair.split_once('=').unwrap();
                system = system.with_env(name, value);
            }
            ["secret", secret] => system = system.with_secret(secret),
            ["file", path, rest @ ..] => system = system.with_file(path, format!("{}\n", rest.join(" "))),
            _ => {}
        }
    }
    let system: Arc<dyn System> = Arc::new(system);
    let mut now = String::new();
    for line in case.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["$", rest @ ..] => write!(now, "{line}\n{}", printed(&system, &rest.join(" "))).unwrap(),
            ["edit", from, to, old, new] => {
                let text = String::from_utf8(system.read(Path::new(from), 1 << 20).unwrap()).unwrap();
                assert!(text.contains(old), "`{old}` is not in {from}: {text}");
                system.write(Path::new(to), text.replacen(old, new, 1).as_bytes()).unwrap();
                writeln!(now, "{line}").unwrap();
            }
            ["#" | "env" | "file" | "secret", ..] | [""] => writeln!(now, "{line}").unwrap(),
            _ => {}
        }
    }
    now
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
    assert!(seen >= 8, "only {seen} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_printed_fits_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../schemas/verification.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let system: Arc<dyn System> = Arc::new(machine());
    let mut verdicts = Vec::new();
    for line in [
        "attest verify --format json securesystemslib-p256.json --artifact artifact.txt --key keys/p256.pub",
        "attest verify --format json securesystemslib-p256.json --artifact other.txt --key keys/p256.pub",
        "attest verify --format json securesystemslib-p256.json --artifact other.txt --key nowhere",
    ] {
        let mut stdout = Vec::new();
        attest::cli::run(line.split(' ').map(Into::into), &system, &mut stdout, &mut Vec::new());
        let answer: Value = serde_json::from_slice(&stdout).unwrap();
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
        verdicts.push(answer["verdict"].clone());
    }
    assert_eq!(verdicts, ["VERIFIED", "FAILED", "UNVERIFIED"]);
    let emitted: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let known: Vec<&str> =
        attest::decide::codes::FAILURE_CODES.iter().map(|row| row.name).filter(|name| emitted.contains(name)).collect();
    assert_eq!(emitted, known, "the codes are those of the contract, in its order");
}

/// Keys are opened, or refused with what to do.
#[test]
fn keys_are_opened_or_refused() {
    let open =
        |name: &str, passphrase: Option<&[u8]>| SigningKey::from_pem(&file(&format!("keys/{name}.pem")), passphrase);
    let right: Option<&[u8]> = Some(b"correct-horse");
    let public =
        |name: &str| Trust::default().with_key(&file(&format!("keys/{name}.pub"))).unwrap().digests()[0].clone();
    for (name, passphrase, half) in [
        ("p256", None, "p256"),
        ("p256", right, "p256"),
        ("p256-pbkdf2", right, "p256"),
        ("p256-scrypt", right, "p256"),
        ("ed25519", None, "ed25519"),
        ("ed25519-pbkdf2", right, "ed25519"),
    ] {
        let key = open(name, passphrase).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(format!("sha256:{}", key.id().unwrap()), public(half), "{name}");
        assert!(format!("{key:?}").len() < 30, "a key is not shown");
    }
    assert_eq!(open("p256-pbkdf2", None).unwrap_err(), KeyError::PassphraseMissing);
    for wrong in [&b""[..], b"correct-horse\n", b"Correct-horse"] {
        assert_eq!(open("p256-pbkdf2", Some(wrong)).unwrap_err(), KeyError::PassphraseWrong);
    }
    for entry in std::fs::read_dir(directory().join("keys")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name.starts_with("refused") {
            let error = open(&name, right).unwrap_err();
            assert!(matches!(error, KeyError::Unsupported { .. } | KeyError::Costly { .. }), "{name}: {error}");
            assert!(error.help().contains("openssl"), "{name}: {}", error.help());
        }
    }
    for text in ["", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        assert!(matches!(SigningKey::from_pem(text.as_bytes(), None), Err(KeyError::Malformed { .. })), "{text}");
    }
}

/// A key whose parts are at odds is refused: what it signs would not verify, or leak the key.
#[test]
fn a_key_with_another_public_half_is_refused() {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    let der = |name: &str| {
        let text = String::from_utf8(file(name)).unwrap();
        let lines: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        engine.decode(lines).unwrap()
    };
    let (mut key, other) = (der("keys/p256.pem"), der("keys/other.pem"));
    let length = key.len();
    key[length - 64..].copy_from_slice(&other[other.len() - 64..]);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", engine.encode(&key));
    let pem: String = pem.as_bytes().chunks(1).map(|byte| char::from(byte[0])).collect();
    assert!(matches!(SigningKey::from_pem(pem.as_bytes(), None), Err(KeyError::Malformed { .. })));
}

fn judged(document: &Value, trust: &Trust, artifacts: &[Signed<'_>]) -> (Verdict, Vec<Code>) {
    let document = document.to_string();
    let verification = verify(&Request {
        document: document.as_bytes(),
        artifacts,
        subjects_open: artifacts.is_empty(),
        trust,
        pins: &Pins::default(),
        predicate_type: None,
        only_subject: false,
    });
    (verification.verdict, verification.failure_codes)
}

/// Protobuf's `oneof`: a bundle that says two things is none.
#[test]
fn a_bundle_says_who_and_what_exactly_once() {
    let key = SigningKey::from_pem(&file("keys/p256.pem"), None).unwrap();
    let trust = Trust::default().with_key(&file("keys/p256.pub")).unwrap();
    let text = attest::attestation::sign::sign(&file("statement.json"), &key, attest::attestation::sign::Form::Bundle);
    let bundle: Value = serde_json::from_str(&text.unwrap()).unwrap();
    assert_eq!(judged(&bundle, &trust, &[]), (Verdict::Verified, vec![]));
    for change in [
        |it: &mut Value| it["messageSignature"] = json!({"signature": "AA=="}),
        |it: &mut Value| it["verificationMaterial"]["certificate"] = json!({"rawBytes": "AA=="}),
        |it: &mut Value| it["verificationMaterial"]["x509CertificateChain"] = json!({"certificates": []}),
        |it: &mut Value| it["verificationMaterial"]["publicKey"] = it["dsseEnvelope"].take(),
        |it: &mut Value| it["mediaType"] = json!("application/vnd.dev.sigstore.bundle.v0.4+json"),
        |it: &mut Value| it["mediaType"] = json!(null),
    ] {
        let mut broken = bundle.clone();
        change(&mut broken);
        assert_eq!(judged(&broken, &trust, &[]), (Verdict::Unverified, vec![Code::SchemaInvalid]), "{broken}");
    }
}

/// The signature is asked before the payload: what is said by nobody is not quoted.
#[test]
fn nothing_of_a_payload_is_believed_before_its_signature() {
    let trust = Trust::default().with_key(&file("keys/p256.pub")).unwrap();
    let mut document: Value = serde_json::from_slice(&file("securesystemslib-p256.json")).unwrap();
    document["payloadType"] = json!("text/plain");
    assert_eq!(judged(&document, &trust, &[]), (Verdict::Failed, vec![Code::SignatureInvalid]));
    document["payload"] = json!("AAAA");
    assert_eq!(judged(&document, &trust, &[]), (Verdict::Failed, vec![Code::SignatureInvalid]));
    assert_eq!(judged(&document, &Trust::default(), &[]), (Verdict::Failed, vec![Code::SignatureInvalid]));
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).unwrap()).collect()
}

/// What other implementations sign and refuse; the file says where it is from.
#[test]
fn the_vectors_of_dsse_hold() {
    let vectors: Value = serde_json::from_slice(&file("dsse-vectors.json")).unwrap();
    let mut seen = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        let read = envelope::Envelope::read(&vector["envelope"]).unwrap();
        let accepted = vector["trustedKeys"].as_array().unwrap().iter().filter(|name| {
            let raw = unhex(vectors["keys"][name.as_str().unwrap()]["public"].as_str().unwrap());
            let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
            let der = [&head[..], &raw].concat();
            read.is_signed_by(&sigstore_types::DerPublicKey::new(der))
        });
        let enough = accepted.count() as u64 >= vector["threshold"].as_u64().unwrap();
        let supported = vector["supportedPayloadTypes"].as_array().unwrap().contains(&json!(read.payload_type));
        assert_eq!(enough && supported, vector["expect"] == "accept", "{}", vector["id"]);
        let pae = envelope::pae(&read.payload_type, &read.payload);
        assert!(
            pae == unhex(vector["pae"].as_str().unwrap()) || vector["id"] == "payload-type-swapped",
            "{}",
            vector["id"]
        );
        seen += 1;
    }
    assert!(seen >= 9);
}

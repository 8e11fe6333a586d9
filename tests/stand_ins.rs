//! What the stand-ins of Sigstore's services make is accepted, and nothing near to it is. Some of it is committed for the cases
//! of `tests/attestation/` (`ATTEST_BLESS=1` makes it anew).

#![expect(clippy::disallowed_methods, reason = "what is committed is files")]
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod stand_in;

use std::path::Path;

use attest::attestation::{Pins, Request, Trust, Verdict, Verification, verify};
use serde_json::Value;
use stand_in::{Claims, Log, Sct, StandIn};

const STATEMENT: &[u8] = include_bytes!("attestation/statement.json");

fn pins(claims: &Claims) -> Pins {
    Pins {
        identity: Some(claims.subject.clone()),
        issuer: claims.issuer.clone(),
        no_issuer: claims.issuer.is_none(),
        repository: claims.repository.clone(),
        workflow: claims.workflow.clone(),
        source_ref: claims.source_ref.clone(),
        commit: claims.commit.clone(),
        runner: claims.runner.clone(),
        trigger: claims.trigger.clone(),
        environment: claims.environment.clone(),
    }
}

fn verified(root: &str, bundle: &str, pins: &Pins) -> Verification {
    let trust = Trust::default().with_roots(root.as_bytes(), None).unwrap();
    verify(&Request {
        document: bundle.as_bytes(),
        artifacts: &[],
        subjects_open: true,
        trust: &trust,
        pins,
        predicate_type: None,
        only_subject: false,
    })
}

fn shapes() -> Vec<(&'static str, StandIn)> {
    vec![
        ("log 1", StandIn::new(1)),
        ("log 1 and timestamps", StandIn::new(1).with_timestamps()),
        ("log 2", StandIn::new(1).with_log(Log::V2)),
        ("no log", StandIn::new(1).with_log(Log::None)),
    ]
}

#[test]
fn every_shape_is_verified_with_every_pin() {
    let people = Claims { subject: String::from("mason@example.org"), ..Claims::default() };
    for (name, services) in shapes() {
        for claims in [Claims::github("acme/shop", "agent.yml"), people.clone()] {
            let bundle = services.bundle(STATEMENT, &claims);
            let verification = verified(&services.trusted_root_json(), &bundle, &pins(&claims));
            assert_eq!(verification.verdict, Verdict::Verified, "{name}: {:?}", verification.failures);
            assert_eq!(verification.payload.as_deref(), Some(STATEMENT));
            let identity = verification.identity.unwrap();
            assert_eq!(identity.subject.as_ref(), Some(&claims.subject));
            assert_eq!(identity.run, claims.run);
            assert_eq!(bundle, services.bundle(STATEMENT, &claims), "the same calls give the same bytes");
        }
    }
}

/// Where a pin is.
type Field = fn(&mut Pins) -> &mut Option<String>;

/// Every field of the form of a signer, other than it is.
fn others(pins: &Pins) -> Vec<(&'static str, Pins)> {
    let mut others = Vec::new();
    let fields: [(&'static str, Field); 9] = [
        ("identity", |pins| &mut pins.identity),
        ("issuer", |pins| &mut pins.issuer),
        ("repository", |pins| &mut pins.repository),
        ("workflow", |pins| &mut pins.workflow),
        ("ref", |pins| &mut pins.source_ref),
        ("commit", |pins| &mut pins.commit),
        ("runner", |pins| &mut pins.runner),
        ("trigger", |pins| &mut pins.trigger),
        ("environment", |pins| &mut pins.environment),
    ];
    for (name, field) in fields {
        let value = field(&mut pins.clone()).clone().unwrap_or_default();
        for other in [format!("{value}x"), value.to_uppercase(), String::from("other")] {
            let mut changed = pins.clone();
            changed.no_issuer &= name != "issuer";
            if other != value && !other.is_empty() {
                *field(&mut changed) = Some(other);
                others.push((name, changed));
            }
        }
    }
    others
}

#[test]
fn each_pin_holds_and_fails_in_every_shape() {
    let nobody = Claims { subject: String::from("https://dotcom.releases.example"), ..Claims::default() };
    for (name, services) in shapes() {
        let root = services.trusted_root_json();
        for claims in [Claims::github("acme/shop", "agent.yml"), nobody.clone()] {
            let bundle = services.bundle(STATEMENT, &claims);
            let others = others(&pins(&claims));
            assert!(others.len() > 17, "{}", others.len());
            for (field, pins) in others {
                let verification = verified(&root, &bundle, &pins);
                assert_eq!(verification.verdict, Verdict::Failed, "{name} {field} {pins:?}");
                assert_eq!(verification.failures.len(), 1, "{name} {field}: {:?}", verification.failures);
            }
        }
        // A certificate that names an issuer is not one that names none, and the other way about.
        let bundle = services.bundle(STATEMENT, &Claims::github("acme/shop", "agent.yml"));
        let without = Pins { issuer: None, no_issuer: true, ..pins(&Claims::github("acme/shop", "agent.yml")) };
        assert_eq!(verified(&root, &bundle, &without).verdict, Verdict::Failed, "{name}");
    }
}

/// Under a root without logs the time has to come from the root's timestamp authority.
#[test]
fn without_a_log_the_timestamp_is_demanded() {
    let claims = Claims::github("acme/shop", "agent.yml");
    let services = StandIn::new(1).with_log(Log::None);
    let root = services.trusted_root_json();
    let bundle: Value = serde_json::from_str(&services.bundle(STATEMENT, &claims)).unwrap();
    let verdict = |bundle: &Value| verified(&root, &bundle.to_string(), &pins(&claims)).verdict;
    assert_eq!(verdict(&bundle), Verdict::Verified);
    let mut without = bundle.clone();
    without["verificationMaterial"].as_object_mut().unwrap().remove("timestampVerificationData");
    assert_eq!(verdict(&without), Verdict::Failed);
    // By another authority, and over another signature.
    let of = |services: &StandIn, claims: &Claims| -> Value {
        let other: Value = serde_json::from_str(&services.bundle(STATEMENT, claims)).unwrap();
        other["verificationMaterial"]["timestampVerificationData"].clone()
    };
    let somebody = Claims { subject: String::from("mason@example.org"), ..Claims::default() };
    for timestamps in [of(&services.with_seed(2), &claims), of(&services, &somebody)] {
        let mut other = bundle.clone();
        other["verificationMaterial"]["timestampVerificationData"] = timestamps;
        assert_eq!(verdict(&other), Verdict::Failed);
    }
    // After the certificate was over.
    let late: Value = serde_json::from_str(&services.at(stand_in::NOW + 86_400).bundle(STATEMENT, &claims)).unwrap();
    let mut other = late.clone();
    other["verificationMaterial"]["certificate"] = bundle["verificationMaterial"]["certificate"].clone();
    assert_eq!(verdict(&late), Verdict::Verified);
    assert_eq!(verdict(&other), Verdict::Failed);
}

#[test]
fn committed_files_are_what_the_stand_ins_make() {
    let public = StandIn::new(3).with_timestamps();
    let private = StandIn::new(4).with_log(Log::None);
    let claims = Claims::github("acme/shop", "agent.yml");
    let release = Claims { subject: String::from("https://dotcom.releases.example"), ..Claims::default() };
    for (name, text) in [
        ("stand-in-root.json", public.trusted_root_json()),
        ("stand-in-bundle.json", public.bundle(STATEMENT, &claims)),
        ("stand-in-no-issuer.json", public.bundle(STATEMENT, &release)),
        ("stand-in-github-root.json", private.trusted_root_json()),
        ("stand-in-github-bundle.json", private.bundle(STATEMENT, &claims)),
        ("stand-in-github-release.json", private.bundle(STATEMENT, &release)),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attestation").join(name);
        if std::env::var_os("ATTEST_BLESS").is_some() {
            std::fs::write(&path, text).unwrap();
        } else {
            assert!(std::fs::read_to_string(&path).unwrap() == text, "{name} is another");
        }
    }
}

#[test]
fn another_instance_does_not_vouch() {
    let claims = Claims::github("acme/shop", "agent.yml");
    for (name, services) in shapes() {
        let bundle = services.bundle(STATEMENT, &claims);
        for (other_name, other) in shapes() {
            let other = other.with_seed(2).trusted_root_json();
            let verification = verified(&other, &bundle, &pins(&claims));
            assert_ne!(verification.verdict, Verdict::Verified, "{name} by {other_name}");
        }
    }
}

#[test]
fn a_certificate_that_was_not_logged_is_refused() {
    let claims = Claims::github("acme/shop", "agent.yml");
    for sct in [Sct::Wrong, Sct::None] {
        let services = StandIn::new(1).with_sct(sct);
        let verification =
            verified(&services.trusted_root_json(), &services.bundle(STATEMENT, &claims), &pins(&claims));
        assert_eq!(verification.verdict, Verdict::Failed, "{sct:?}");
    }
}

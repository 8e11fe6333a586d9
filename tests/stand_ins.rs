//! What the stand-ins of Sigstore's services make is accepted, and nothing near to it is.

#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod stand_in;

use attest::attestation::{Pins, Request, Trust, Verdict, Verification, verify};
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

//! Any bytes within what a service of keyless signing answers, or in place of it, over HTTP of this machine: nothing is made,
//! or a bundle that the trust root of the services vouches for, over the same statement.
#![no_main]

#[path = "../../tests/stand_in/server.rs"]
mod server;
#[path = "../../tests/stand_in/mod.rs"]
mod stand_in;

use std::sync::LazyLock;

use attest::attestation::{Pins, Request, Trust, Verdict, verify};
use attest::base::system::MemorySystem;
use attest::signing::{AUDIENCE, KeylessError, Order, Services, Token, Version, sign};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use server::{Fault, Server, claims, mint};
use stand_in::{Log, NOW, StandIn};

const STATEMENT: &[u8] = include_bytes!("../../tests/attestation/statement.json");

/// An instance with what signs by it and what verifies what it signs.
struct Instance {
    server: Server,
    services: Services,
    trust: Trust,
}

fn instance(log: Log, version: Version) -> Instance {
    let stand_in = StandIn::new(11).with_log(log).with_timestamps();
    let trust = Trust::default().with_roots(stand_in.trusted_root_json().as_bytes(), None).expect("a root");
    let server = Server::start(stand_in);
    let stamps = [format!("{}/tsa", server.url)];
    let services = Services::named(&server.url, &[server.url.clone()], version, &stamps).expect("addresses");
    Instance { server, services, trust }
}

static INSTANCES: LazyLock<[Instance; 2]> =
    LazyLock::new(|| [instance(Log::V1, Version::V1), instance(Log::V2, Version::V2)]);

fuzz_target!(|input: (bool, u8, u16, u16, &[u8])| {
    let (first, which, at, cut, with) = input;
    let instance = &INSTANCES[usize::from(first)];
    let name = ["authority", "log", "timestamp"][usize::from(which) % 3];
    // All of it, or a part.
    let (at, cut) = if cut == u16::MAX { (0, usize::MAX) } else { (usize::from(at), usize::from(cut)) };
    let fault = Fault::Spliced { at, cut, with: with.to_vec() };
    *instance.server.faults.lock().expect("no thread died") = [(name.to_owned(), fault)].into();
    instance.server.asked.lock().expect("no thread died").clear();
    let system = MemorySystem::new().at(jiff::Timestamp::from_second(NOW).expect("a moment"));
    let token = Token::read(mint(11, &claims(&json!({}))).as_bytes(), AUDIENCE).expect("a token");
    let order = Order {
        statement: STATEMENT,
        services: &instance.services,
        token: &token,
        trust: Some(&instance.trust),
        private_log: false,
    };
    match sign(&system, &order) {
        Ok(signed) => {
            let identity = signed.identity;
            let verification = verify(&Request {
                document: signed.text.as_bytes(),
                artifacts: &[],
                subjects_open: true,
                trust: &instance.trust,
                pins: &Pins { identity: identity.subject, issuer: identity.issuer, ..Pins::default() },
                predicate_type: None,
                only_subject: false,
            });
            assert!(signed.verified && verification.verdict == Verdict::Verified);
            assert_eq!(verification.payload.as_deref(), Some(STATEMENT));
        }
        Err(error) => {
            assert!(matches!(error, KeylessError::Service { .. } | KeylessError::Unverified { .. }), "{error:?}");
            let told = error.to_string();
            assert!(told.len() < 2_000 && !told.contains(char::is_control), "{told:?}");
        }
    }
});

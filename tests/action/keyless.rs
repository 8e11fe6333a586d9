//! The action signs by an identity token, with the services that a signing configuration of the base branch names, and a gate
//! verifies under a trust root of the base branch. The services are stand-ins on this machine.

use serde_json::{Value, json};

use crate::server::{Fault, Server, claims, mint};
use crate::stand_in::{Log, StandIn};
use crate::world::{Ran, World};

const ATTEST: &str = env!("CARGO_BIN_EXE_attest");
const SEED: u64 = 21;
const EXPECTATIONS: &str = r#"schema = 1
repository = "https://github.com/acme/shop"
required-level = "policy-grade"
max-age = "1h"
subjects = ["patch.diff"]

[[signer]]
identity = "https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/*"
issuer = "https://token.actions.githubusercontent.com"
"#;

fn configuration(url: &str) -> Value {
    let row = |path: &str, version: u64| {
        let since = json!({"start": "2025-01-01T00:00:00Z"});
        json!({"url": format!("{url}{path}"), "majorApiVersion": version, "validFor": since, "operator": "stand-in"})
    };
    json!({
        "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        "caUrls": [row("", 1)],
        "oidcUrls": [],
        "rekorTlogUrls": [row("", 2)],
        "tsaUrls": [row("/tsa", 1)],
        "rekorTlogConfig": {"selector": "ANY"},
        "tsaConfig": {"selector": "ANY"},
    })
}

/// A repository whose base branch names services and trust root, a change, and a job with a token.
fn world() -> (World, Server) {
    let now = jiff::Timestamp::now().as_second();
    let services = StandIn::new(SEED).at(now).with_log(Log::V2);
    let root = services.trusted_root_json();
    let server = Server::start(services);
    let mut world = World::new();
    world.git(&["checkout", "-q", "refs/remotes/origin/main"]);
    world.write(".attest/provenance.toml", EXPECTATIONS);
    world.write(".attest/trusted_root.json", &root);
    world.write(".attest/signing_config.json", &configuration(&server.url).to_string());
    world.commit("what the gate expects");
    world.publish();
    world.write("src/cart.py", "def total(items):\n    return sum(item.price for item in items)\n");
    world.commit("totals are of prices");
    world.head = world.git(&["rev-parse", "HEAD"]);
    let claims = claims(&json!({"iat": now - 10, "exp": now + 300, "sha": world.head, "event_name": "pull_request"}));
    world.extra.push(("SIGSTORE_ID_TOKEN".to_owned(), mint(SEED, &claims)));
    (world, server)
}

fn sign(world: &World, log: &str) -> Ran {
    world.github(&[
        ("transparency-log", log),
        ("attest", ATTEST),
        ("create", "true"),
        ("sign", "keyless"),
        ("level", "policy-grade"),
        ("agent-name", "mason"),
        ("agent-version", "1.4"),
        ("signing-config", ".attest/signing_config.json"),
        ("trusted-root", ".attest/trusted_root.json"),
    ])
}

#[test]
fn signed_by_a_token_and_verified() {
    let (mut world, server) = world();
    let ran = sign(&world, "public");
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!((&*ran.outputs["valid"], &*ran.outputs["level"]), ("true", "policy-grade"));
    let asked: Vec<String> = server.asked.lock().unwrap().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(asked, ["/api/v2/signingCert", "/api/v2/log/entries", "/tsa"]);
    let bundle = ran.outputs["bundle"].clone();

    // The gate has no token and no network, and a root that the change brings is not asked.
    let token = world.extra.pop().unwrap().1;
    let gate = |world: &World| {
        let inputs = [("attest", ATTEST), ("bundle", &bundle), ("trusted-root", ".attest/trusted_root.json")];
        world.github(&inputs)
    };
    let ran = gate(&world);
    assert_eq!((ran.status, &*ran.outputs["valid"]), (0, "true"), "{}", ran.log);
    assert!(!ran.log.contains(&token));
    assert_eq!(server.asked.lock().unwrap().len(), 3);
    world.write(".attest/trusted_root.json", "{}");
    let ran = gate(&world);
    assert_eq!((ran.status, &*ran.outputs["valid"]), (0, "true"), "{}", ran.log);
}

#[test]
fn a_service_that_fails_ends_the_job() {
    let (world, server) = world();
    server.faults.lock().unwrap().insert("log".to_owned(), Fault::Status(503, "not today".to_owned()));
    let ran = sign(&world, "public");
    ran.fails(3, "not today");
    assert!(ran.summary.contains("undecided"));
}

#[test]
fn without_a_token_nothing_is_signed() {
    let (mut world, server) = world();
    world.extra.clear();
    let ran = sign(&world, "public");
    assert_ne!(ran.status, 0, "{}", ran.log);
    assert_eq!(ran.outputs["valid"], "false");
    assert!(server.asked.lock().unwrap().is_empty());
}

/// A statement that forbids it goes to no log.
#[test]
fn nothing_is_made_public_unasked() {
    let (world, server) = world();
    sign(&world, "none").fails(3, "nothing is sent to a log that may be public");
    assert!(server.asked.lock().unwrap().is_empty());
    let ran = sign(&world, "private");
    assert_eq!((ran.status, &*ran.outputs["valid"]), (0, "true"), "{}", ran.log);
}

//! The stand-ins behind HTTP on this machine: each path is one service, and each service can be made to fail. An issuer mints
//! identity tokens. Does not know who asks.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use serde_json::{Value, json};

use crate::stand_in::key::{Key, pem, sha256};
use crate::stand_in::log::Logged;
use crate::stand_in::{Claims, StandIn, pae};

/// What goes wrong with a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A status, with this reason.
    Status(u16, String),
    /// A good status and no protocol.
    Garbage,
    /// A good status and JSON that says nothing.
    Empty,
    /// Nothing, for longer than anybody waits.
    Silence,
    /// More than anybody reads.
    Large,
    /// Somewhere else.
    Redirect,
    /// The connection ends within the answer.
    Cut,
    /// A timestamp authority says, in its protocol, that it will not.
    Refused,
    /// It repeats what was sent, as a reason.
    Echo,
    /// Another key, another artifact, another digest.
    Other,
    /// A good answer, of whose bytes some from here on are others.
    Spliced { at: usize, cut: usize, with: Vec<u8> },
}

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// All services of an instance, at one port.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) services: Arc<Mutex<StandIn>>,
    pub(crate) faults: Arc<Mutex<BTreeMap<String, Fault>>>,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Listens until the test ends.
    pub(crate) fn start(services: StandIn) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            services: Arc::new(Mutex::new(services)),
            faults: Arc::default(),
            asked: Arc::default(),
        };
        let (services, faults, asked) = (server.services.clone(), server.faults.clone(), server.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let services = services.lock().unwrap().clone();
                let (faults, asked) = (faults.clone(), asked.clone());
                std::thread::spawn(move || serve(stream, &services, &faults, &asked));
            }
        });
        server
    }
}

/// The claims of a token that GitHub Actions would give, changed by `changes`; null removes one.
pub(crate) fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sigstore",
        "sub": "repo:acme/shop:ref:refs/heads/main",
        "iat": crate::stand_in::NOW - 10,
        "exp": crate::stand_in::NOW + 300,
        "repository": "acme/shop",
        "repository_visibility": "public",
        "job_workflow_ref": "acme/shop/.github/workflows/agent.yml@refs/heads/main",
        "ref": "refs/heads/main",
        "sha": "c0ffee".repeat(7).chars().take(40).collect::<String>(),
        "runner_environment": "github-hosted",
        "event_name": "push",
        "run_id": "4242",
        "run_attempt": "1",
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// A token with those claims, signed by the issuer of the seed.
pub(crate) fn mint(seed: u64, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!("{}.{}", part(&json!({"alg": "ES256", "typ": "JWT"})), part(claims));
    let signature = Key::new(seed, "issuer").sign(said.as_bytes());
    format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// What a certificate says of the claims of a token, as Fulcio puts it for GitHub, and for people.
fn certified(token: &Value) -> Claims {
    let text = |name: &str| token[name].as_str().map(str::to_owned);
    let issuer = text("iss");
    let Some(workflow) = text("job_workflow_ref") else {
        return Claims { subject: text("email").or(text("sub")).unwrap(), issuer, ..Claims::default() };
    };
    let repository = format!("https://github.com/{}", text("repository").unwrap());
    let run = format!("{repository}/actions/runs/{}/attempts/1", text("run_id").unwrap());
    let workflow = format!("https://github.com/{workflow}");
    Claims {
        subject: workflow.clone(),
        issuer,
        repository: Some(repository),
        workflow: Some(workflow),
        source_ref: text("ref"),
        commit: text("sha"),
        runner: text("runner_environment"),
        trigger: text("event_name"),
        environment: text("environment"),
        run: Some(run),
    }
}

fn serve(
    mut stream: TcpStream,
    services: &StandIn,
    faults: &Mutex<BTreeMap<String, Fault>>,
    asked: &Mutex<Vec<Asked>>,
) {
    let Some(request) = read(&stream) else { return };
    asked.lock().unwrap().push(request.clone());
    let name = match request.path.split('?').next().unwrap() {
        "/api/v2/signingCert" => "authority",
        "/api/v1/log/entries" | "/api/v2/log/entries" => "log",
        "/tsa" => "timestamp",
        "/token" => "issuer",
        _ => "nobody",
    };
    let fault = faults.lock().unwrap().get(name).cloned();
    let (status, body) = match &fault {
        _ if name == "nobody" => (404, b"there is no such page".to_vec()),
        Some(Fault::Silence) => {
            std::thread::sleep(Duration::from_secs(4));
            return;
        }
        Some(Fault::Status(status, reason)) => (*status, reason.clone().into_bytes()),
        Some(Fault::Garbage) => (200, b"<html>hello</html>".to_vec()),
        Some(Fault::Empty) => (200, b"{}".to_vec()),
        Some(Fault::Refused) => (200, vec![0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]),
        Some(Fault::Large) => (200, vec![b' '; 5 << 20]),
        Some(Fault::Echo) => {
            let bearer = request.headers.get("authorization").cloned().unwrap_or_default();
            (400, [b"you sent ", &request.body[..], bearer.as_bytes()].concat())
        }
        Some(Fault::Redirect) => (302, Vec::new()),
        _ => answer(name, services, &request, fault == Some(Fault::Other))
            .map_or_else(|reason| (400, reason.into_bytes()), |body| (201, spliced(body, fault.as_ref()))),
    };
    let length = if fault == Some(Fault::Cut) { body.len() + 10 } else { body.len() };
    let head = format!(
        "HTTP/1.1 {status} stand-in\r\nContent-Length: {length}\r\nLocation: https://evil.example/\r\nConnection: close\r\n\r\n"
    );
    // Who asks may have gone. In one piece: a second one would wait until the first is acknowledged.
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

fn spliced(mut body: Vec<u8>, fault: Option<&Fault>) -> Vec<u8> {
    if let Some(Fault::Spliced { at, cut, with }) = fault {
        let from = at % (body.len() + 1);
        let until = from.saturating_add(*cut).min(body.len());
        body.splice(from..until, with.iter().copied());
    }
    body
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { path, headers, body })
}

/// What a service answers, or why it refuses.
fn answer(name: &str, services: &StandIn, request: &Asked, other: bool) -> Result<Vec<u8>, String> {
    let document = || serde_json::from_slice::<Value>(&request.body).map_err(|error| error.to_string());
    match name {
        "authority" => certificate(services, &document()?, other).map(|answer| answer.to_string().into_bytes()),
        "log" if request.path.contains("v1") => {
            entry_v1(services, &document()?, other).map(|answer| answer.to_string().into_bytes())
        }
        "log" => entry_v2(services, &document()?, other).map(|answer| answer.to_string().into_bytes()),
        "timestamp" => {
            let mut sent = request.body.clone();
            if other {
                // The digest begins behind two sequences, a version, and its algorithm.
                let at = sent.windows(2).position(|pair| pair == [0x04, 0x20]).unwrap() + 2;
                sent[at] ^= 1;
            }
            services.timestamp(&sent).ok_or_else(|| String::from("no request"))
        }
        "issuer" => {
            if request.headers.get("authorization").map(String::as_str) != Some("Bearer job-bearer-secret") {
                return Err(String::from("no bearer"));
            }
            let audience = request.path.rsplit_once("audience=").ok_or("no audience")?.1;
            let token = mint(services.seed(), &claims(&json!({"aud": audience})));
            Ok(json!({"count": 1, "value": token}).to_string().into_bytes())
        }
        other => Err(format!("{other} is no service")),
    }
}

fn certificate(services: &StandIn, request: &Value, other: bool) -> Result<Value, String> {
    let text = |pointer: &str| request.pointer(pointer).and_then(Value::as_str).ok_or(format!("no {pointer}"));
    let token = text("/credentials/oidcIdentityToken")?;
    let parts: Vec<&str> = token.split('.').collect();
    let [_, claims, _] = parts.as_slice() else { return Err(String::from("no token")) };
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|error| error.to_string())?;
    let claims: Value = serde_json::from_slice(&claims).map_err(|error| error.to_string())?;
    if mint(services.seed(), &claims) != token {
        return Err(String::from("the token is not by the issuer"));
    }
    let is_for =
        |aud: &Value| aud == "sigstore" || aud.as_array().is_some_and(|list| list.contains(&json!("sigstore")));
    let now: f64 = services.now().to_string().parse().unwrap();
    if claims["exp"].as_f64().unwrap() <= now || !is_for(&claims["aud"]) {
        return Err(String::from("the token is expired or for another audience"));
    }
    let key =
        VerifyingKey::from_public_key_pem(text("/publicKeyRequest/publicKey/content")?).map_err(|e| e.to_string())?;
    let proof = STANDARD.decode(text("/publicKeyRequest/proofOfPossession")?).map_err(|e| e.to_string())?;
    let proof = p256::ecdsa::Signature::from_der(&proof).map_err(|error| error.to_string())?;
    let challenge = claims["email"].as_str().or(claims["sub"].as_str()).unwrap();
    key.verify(challenge.as_bytes(), &proof).map_err(|_| "the key is not at hand")?;
    let spki = if other {
        Key::new(services.seed(), "another key").spki()
    } else {
        key.to_public_key_der().unwrap().as_bytes().to_vec()
    };
    let mut said = certified(&claims);
    // A claim for tests of what a service may do wrong: the certificate is for somebody else.
    for (name, place) in [("certified_subject", &mut said.subject), ("certified_issuer", said.issuer.as_mut().unwrap())]
    {
        if let Some(text) = claims[name].as_str() {
            text.clone_into(place);
        }
    }
    let chain = [services.certificate(&spki, &said), services.authority().to_vec()];
    let chain: Vec<String> = chain.iter().map(|der| pem("CERTIFICATE", der)).collect();
    Ok(json!({"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}))
}

fn entry_v1(services: &StandIn, request: &Value, other: bool) -> Result<Value, String> {
    let content = &request["spec"]["proposedContent"];
    let text = content["envelope"].as_str().ok_or("no envelope")?;
    let envelope: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let decoded =
        |value: &Value| STANDARD.decode(value.as_str().unwrap_or_default()).map_err(|error| error.to_string());
    let mut payload = decoded(&envelope["payload"])?;
    let signature = decoded(&envelope["signatures"][0]["sig"])?;
    let verifier = String::from_utf8(decoded(&content["verifiers"][0])?).map_err(|error| error.to_string())?;
    let certificate = STANDARD
        .decode(verifier.lines().filter(|line| !line.starts_with('-')).collect::<String>())
        .map_err(|error| error.to_string())?;
    if other {
        payload.push(b' ');
    }
    let signed = sha256(&pae(envelope["payloadType"].as_str().unwrap(), &payload));
    let logged = Logged {
        envelope: text.as_bytes(),
        payload: &payload,
        signed,
        signature: &signature,
        certificate: &certificate,
    };
    Ok(services.entry(&logged, false).answered())
}

fn entry_v2(services: &StandIn, request: &Value, other: bool) -> Result<Value, String> {
    let request = &request["hashedRekordRequestV002"];
    let decoded = |pointer: &str| {
        let text = request.pointer(pointer).and_then(Value::as_str).ok_or(format!("no {pointer}"))?;
        STANDARD.decode(text).map_err(|error| error.to_string())
    };
    let mut signed: [u8; 32] = decoded("/digest")?.try_into().map_err(|_| "no digest")?;
    let signature = decoded("/signature/content")?;
    let certificate = decoded("/signature/verifier/x509Certificate/rawBytes")?;
    if other {
        signed[0] ^= 1;
    }
    let logged = Logged { envelope: &[], payload: &[], signed, signature: &signature, certificate: &certificate };
    Ok(services.entry(&logged, true).in_bundle())
}

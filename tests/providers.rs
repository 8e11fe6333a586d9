//! The providers of Tier 2, each against a server (or program) that speaks its wire format from the hand-written answers in
//! `tests/providers/`. One suite of cases for all; what came of each is `tests/providers/matrix.md` (`ATTEST_BLESS=1`
//! rewrites it).
#![cfg(all(unix, feature = "http"))]
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

#[path = "providers/command.rs"]
mod command;
#[path = "providers/forms.rs"]
mod forms;
#[path = "providers/hostile.rs"]
mod hostile;
#[path = "providers/server.rs"]
mod server;
#[path = "providers/tls.rs"]
mod tls;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use attest::base::system::{MemorySystem, System};
use attest::judge::answer;
use attest::judge::prompt::Prompt;
use attest::judge::provider::{self, CallError, Completion, Origin, PROVIDERS, Provider, Request, Settings, Stop};
use attest::judge::transcript::Usage;
use serde_json::Value as Json;

use server::{Seen, Server, response, send};

/// The providers that speak HTTP.
const HTTP: [&str; 3] = ["openai", "anthropic", "ollama"];
/// What the honest answer says.
const ANSWER: &str =
    r#"{"answer":"holds","reason":null,"cited":[{"exhibit":"A","line":2}],"message":"It refuses — “expired”."}"#;
const JSON: &str = "Content-Type: application/json\r\n";

fn key(provider: &str) -> String {
    format!("sk-{provider}-0123456789-ABCdefGHIj")
}

fn file(provider: &str, name: &str) -> Option<Vec<u8>> {
    std::fs::read(root().join(provider).join(name)).ok()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/providers")
}

/// A machine that holds everybody's keys.
fn machine() -> MemorySystem {
    MemorySystem::new()
        .at("2026-11-01T12:00:00Z".parse().unwrap())
        .with_env("OPENAI_API_KEY", &key("openai"))
        .with_env("ANTHROPIC_API_KEY", &key("anthropic"))
        .with_file("/keys/ollama", format!("{}\n", key("ollama")))
        // Nobody on this machine is asked through a proxy.
        .with_env("HTTP_PROXY", "http://127.0.0.1:1")
        .with_env("ALL_PROXY", "http://127.0.0.1:1")
}

fn connect(provider: &str, port: u16, timeout: Duration) -> Box<dyn Provider> {
    let request: Json = serde_json::from_slice(&file(provider, "request.json").unwrap()).unwrap();
    let url = format!("http://127.0.0.1:{port}{}", request["base"].as_str().unwrap());
    let mut settings = Settings::new(provider, "judge-1");
    settings.base_url = Some((url, Origin::Invoker));
    settings.key_file = (provider == "ollama").then(|| PathBuf::from("/keys/ollama"));
    settings.timeout = timeout;
    let system: Arc<dyn System> = Arc::new(machine());
    provider::connect(&settings, &system).unwrap()
}

fn ask(provider: &dyn Provider) -> Result<Completion, CallError> {
    let prompt = Prompt { system: "You judge.".into(), user: "Is \"it\" so? Ü\0".into() };
    provider.ask(&Request { prompt: &prompt, schema: &answer::schema(), max_output_tokens: 900 })
}

/// What is wanted of a case.
enum Want {
    /// The honest answer, with its usage.
    Complete,
    Refused,
    Truncated,
    Failed(&'static str),
    Transient(&'static str, Option<u64>),
    Fatal(&'static str),
}

/// What came of it, for the matrix, or what is wrong with that.
fn judge(result: &Result<Completion, CallError>, want: &Want) -> Result<String, String> {
    let told = |message: &String, part: &str| message.contains(part) && !message.chars().any(char::is_control);
    match (result, want) {
        (Ok(Completion { text, stop: Stop::Complete, usage }), Want::Complete)
            if text == ANSWER && *usage == (Usage { input: 120, output: 34 }) =>
        {
            Ok("complete".into())
        }
        (Ok(Completion { stop: Stop::Refused, .. }), Want::Refused) => Ok("refused".into()),
        (Ok(Completion { stop: Stop::Truncated, .. }), Want::Truncated) => Ok("truncated".into()),
        (Err(CallError::Failed { message }), Want::Failed(part)) if told(message, part) => Ok("failed".into()),
        (Err(CallError::Fatal { message }), Want::Fatal(part)) if told(message, part) => Ok("fatal".into()),
        (Err(CallError::Transient { message, after }), Want::Transient(part, seconds))
            if told(message, part) && *after == seconds.map(Duration::from_secs) =>
        {
            Ok(match seconds {
                Some(seconds) => format!("transient, after {seconds} s"),
                None => "transient".into(),
            })
        }
        _ => Err(format!("{result:?}")),
    }
}

/// A case: what the server does with the provider's files, and what is wanted.
struct Case {
    name: &'static str,
    /// The file that it needs; without it, the case is none of this provider.
    file: &'static str,
    act: fn(&mut std::net::TcpStream, &[u8]),
    want: Want,
}

fn cases() -> Vec<Case> {
    fn whole(stream: &mut std::net::TcpStream, body: &[u8]) {
        send(stream, &response("200 OK", JSON, body));
    }
    let case = |name, file, want, act: fn(&mut std::net::TcpStream, &[u8])| Case { name, file, act, want };
    vec![
        case("success", "success.json", Want::Complete, whole),
        case("success in small packets", "success.json", Want::Complete, |stream, body| {
            stream.set_nodelay(true).unwrap();
            for piece in response("200 OK", JSON, body).chunks(97) {
                send(stream, piece);
                std::thread::sleep(Duration::from_millis(2));
            }
        }),
        case("success in chunks", "success.json", Want::Complete, |stream, body| {
            send(stream, format!("HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
            for chunk in body.chunks(50) {
                send(stream, format!("{:x}\r\n", chunk.len()).as_bytes());
                send(stream, chunk);
                send(stream, b"\r\n");
            }
            send(stream, b"0\r\n\r\n");
        }),
        case("success without a length", "success.json", Want::Complete, |stream, body| {
            send(stream, b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\r\n");
            send(stream, body);
        }),
        case("refusal", "refusal.json", Want::Refused, whole),
        case("truncation", "truncated.json", Want::Truncated, whole),
        case("an end that is not known", "odd_end.json", Want::Failed("ended its answer for the reason `"), whole),
        case("no text", "no_text.json", Want::Failed("answers with no text"), whole),
        case("malformed JSON", "success.json", Want::Failed("a form that is not understood"), |stream, body| {
            send(stream, &response("200 OK", JSON, &body[..body.len() / 2]));
        }),
        case("JSON of another shape", "other_shape.json", Want::Failed("missing field"), whole),
        case("an error that says 200", "unknown_model.json", Want::Failed("answers with an error: "), whole),
        case("deep JSON", "success.json", Want::Failed("a form that is not understood"), |stream, _| {
            send(stream, &response("200 OK", JSON, format!("{{\"x\": {}", "[".repeat(100_000)).as_bytes()));
        }),
        case("no UTF-8", "success.json", Want::Failed("a form that is not understood"), |stream, body| {
            let at = body.windows(7).position(|seven| seven == b"refuses").unwrap();
            let mut body = body.to_vec();
            body[at] = 0xff;
            send(stream, &response("200 OK", JSON, &body));
        }),
        case("empty body", "success.json", Want::Failed("answers with nothing"), |stream, _| {
            send(stream, &response("200 OK", JSON, b""));
        }),
        case("204", "success.json", Want::Failed("the status 204"), |stream, _| {
            send(stream, b"HTTP/1.1 204 No Content\r\n\r\n");
        }),
        case("429 with `Retry-After: 7`", "too_many.json", Want::Transient("(429)", Some(7)), |stream, body| {
            send(stream, &response("429 Too Many Requests", &format!("{JSON}Retry-After: 7\r\n"), body));
        }),
        case("429 with a date", "too_many.json", Want::Transient("(429)", Some(30)), |stream, body| {
            let headers = format!("{JSON}Retry-After: Sun, 01 Nov 2026 12:00:30 GMT\r\n");
            send(stream, &response("429 Too Many Requests", &headers, body));
        }),
        case("500", "broken.json", Want::Transient("(500)", None), |stream, body| {
            send(stream, &response("500 Internal Server Error", JSON, body));
        }),
        case("503 with a page", "success.json", Want::Transient("(503): it does not say why", None), |stream, _| {
            send(stream, &response("503 Service Unavailable", "Content-Type: text/html\r\n", b"<html>busy</html>"));
        }),
        case("529", "too_many.json", Want::Transient("(529)", None), |stream, body| {
            send(stream, &response("529 Overloaded", JSON, body));
        }),
        case("401", "unauthorized.json", Want::Fatal("look at the key of `"), |stream, body| {
            send(stream, &response("401 Unauthorized", JSON, body));
        }),
        case("404", "unknown_model.json", Want::Fatal("does not know the model `judge-1`"), |stream, body| {
            send(stream, &response("404 Not Found", JSON, body));
        }),
        case("400", "rejected.json", Want::Failed("refuses the request (400): "), |stream, body| {
            send(stream, &response("400 Bad Request", JSON, body));
        }),
        case("slow drip", "success.json", Want::Transient("did not answer within 1 s", None), |stream, body| {
            let whole = response("200 OK", JSON, body);
            send(stream, &whole[..whole.len() - body.len()]);
            for byte in body {
                std::thread::sleep(Duration::from_millis(100));
                send(stream, &[*byte]);
            }
        }),
        case("slow headers", "success.json", Want::Transient("did not answer within 1 s", None), |stream, _| {
            for byte in b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" {
                std::thread::sleep(Duration::from_millis(100));
                send(stream, &[*byte]);
            }
        }),
        case("silence", "success.json", Want::Transient("did not answer within 1 s", None), |_, _| {
            std::thread::sleep(Duration::from_secs(8));
        }),
        case("huge body", "success.json", Want::Failed("more than 4194304 bytes"), |stream, body| {
            send(stream, format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: {}\r\n\r\n", 1_u64 << 40).as_bytes());
            send(stream, body);
            send(stream, &vec![b' '; 5 << 20]);
        }),
        case("huge chunks", "success.json", Want::Failed("more than 4194304 bytes"), |stream, body| {
            send(stream, format!("HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
            send(stream, format!("{:x}\r\n", body.len()).as_bytes());
            send(stream, body);
            for _ in 0..5 {
                send(stream, b"\r\n100000\r\n");
                send(stream, &vec![b' '; 1 << 20]);
            }
            send(stream, b"\r\n0\r\n\r\n");
        }),
        case("huge error", "success.json", Want::Transient("(500)", None), |stream, _| {
            send(stream, &response("500 Internal Server Error", JSON, &vec![b'x'; 8 << 20]));
        }),
        case("huge headers", "success.json", Want::Failed("does not speak HTTP"), |stream, body| {
            let headers = format!("{JSON}X: {}\r\n", "x".repeat(1 << 20));
            send(stream, &response("200 OK", &headers, body));
        }),
        case(
            "wrong content type",
            "success.json",
            Want::Failed("answers with `text/html`, not with JSON"),
            |stream, body| {
                send(stream, &response("200 OK", "Content-Type: text/html\r\n", body));
            },
        ),
        case("no content type", "success.json", Want::Failed("without a content type"), |stream, body| {
            send(stream, &response("200 OK", "", body));
        }),
        case("gzip that nobody asked for", "success.json", Want::Failed("in the encoding `gzip`"), |stream, body| {
            send(stream, &response("200 OK", &format!("{JSON}Content-Encoding: gzip\r\n"), body));
        }),
        case("closed before the answer", "success.json", Want::Transient("broke the connection", None), |_, _| {}),
        case("closed in the answer", "success.json", Want::Transient("broke the connection", None), |stream, body| {
            let whole = response("200 OK", JSON, body);
            send(stream, &whole[..whole.len() - 10]);
        }),
        case("no HTTP", "success.json", Want::Failed("does not speak HTTP"), |stream, _| {
            send(stream, b"220 mail.example ESMTP\r\n\r\n");
        }),
    ]
}

/// Holds a request against what is expected of the provider, and that nobody's key but its own is in it.
fn expect_request(provider: &str, seen: &Seen) {
    let wanted: Json = serde_json::from_slice(&file(provider, "request.json").unwrap()).unwrap();
    assert!(seen.head.starts_with("POST "), "{}", seen.head);
    assert_eq!(seen.path(), wanted["path"].as_str().unwrap());
    let credential = wanted["credential"].as_str().unwrap().replace("{key}", &key(provider));
    assert_eq!(seen.header(credential.split(':').next().unwrap()).as_deref(), Some(credential.as_str()));
    for header in wanted["headers"].as_array().unwrap() {
        let header = header.as_str().unwrap();
        assert_eq!(seen.header(header.split(':').next().unwrap()).as_deref(), Some(header));
    }
    let agent = format!("user-agent: attest/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen.header("user-agent"), Some(agent));
    assert_eq!(seen.header("content-type").as_deref(), Some("content-type: application/json"));
    assert_eq!(seen.header("cookie"), None);
    expect_body(&seen.body, &wanted["body"]);
    let all = format!("{}{}", seen.head, String::from_utf8_lossy(&seen.body));
    for other in HTTP {
        assert_eq!(all.matches(&key(other)).count(), usize::from(other == provider), "{all}");
    }
}

/// Holds a body against values by JSON pointer; null is nothing.
fn expect_body(body: &[u8], wanted: &Json) {
    let body: Json = serde_json::from_slice(body).unwrap();
    for (pointer, value) in wanted.as_object().unwrap() {
        assert_eq!(body.pointer(pointer).unwrap_or(&Json::Null), value, "{pointer} of {body}");
    }
}

/// One case with one provider; nothing where it is none of its cases.
fn run(provider: &'static str, case: &Case) -> Option<Result<String, String>> {
    let body = file(provider, case.file)?;
    let act = case.act;
    let server = Server::new(move |stream, _| act(stream, &body));
    let is_slow = matches!(case.want, Want::Transient("did not answer within 1 s", _));
    let client = connect(provider, server.port, Duration::from_secs(if is_slow { 1 } else { 30 }));
    let began = Instant::now();
    let result = ask(client.as_ref());
    if is_slow {
        assert!(began.elapsed() < Duration::from_secs(6), "{provider}, {}: the deadline holds", case.name);
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 1, "{provider}, {}: one request", case.name);
    expect_request(provider, &seen[0]);
    let told = format!("{result:?} {client:?}");
    assert!(HTTP.iter().all(|other| !told.contains(&key(other))), "{provider}, {}: {told}", case.name);
    Some(judge(&result, &case.want))
}

/// Every case with every provider; the table of what came of it is committed.
#[test]
fn all_providers_conform() {
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        // Cases wait more than they work.
        let results: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = HTTP.map(|provider| scope.spawn(move || run(provider, case))).into_iter().collect();
            running.into_iter().map(|thread| thread.join().expect("the case ends")).collect()
        });
        let mut cells = Vec::new();
        for (provider, result) in HTTP.iter().zip(results) {
            cells.push(match result {
                None => "–".to_owned(),
                Some(Ok(cell)) => cell,
                Some(Err(problem)) => {
                    wrong.push(format!("{provider}, {}: {problem}", case.name));
                    "WRONG".to_owned()
                }
            });
        }
        cells.push(command::run(case.name, &mut wrong));
        rows.push((case.name.to_owned(), cells));
    }
    for name in command::OWN {
        let cell = command::run(name, &mut wrong);
        rows.push(((*name).to_owned(), vec!["–".into(), "–".into(), "–".into(), cell]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let names: Vec<&str> = PROVIDERS.iter().map(|row| row.name).collect();
    let mut table = format!("| case | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for (name, cells) in rows {
        writeln!(table, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    #[expect(clippy::print_stdout, reason = "the matrix is what the test shows")]
    {
        println!("{table}");
    }
    let page = format!(
        "# What each provider does in each case\n\nMade by `tests/providers.rs`; `ATTEST_BLESS=1 cargo test --test providers` \
         rewrites it.\nNo case but the first ones is an answer that counts; «–» is a case that the provider cannot have.\n\n{table}"
    );
    let path = root().join("matrix.md");
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page, "ATTEST_BLESS=1 rewrites it");
}

#[test]
fn redirects_are_not_followed() {
    for provider in HTTP {
        for status in
            ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
        {
            let body = file(provider, "success.json").unwrap();
            let other = Server::new(move |stream, _| send(stream, &response("200 OK", JSON, &body)));
            let target = format!("Location: http://user:pass@127.0.0.1:{}/v1/x?secret#y\r\n", other.port);
            let host = format!("redirects to `127.0.0.1:{}`", other.port);
            let server = Server::new(move |stream, _| send(stream, &response(status, &target, b"")));
            let result = ask(connect(provider, server.port, Duration::from_secs(20)).as_ref());
            let Err(CallError::Failed { message }) = result else { panic!("{provider}: {result:?}") };
            assert!(message.contains(&host) && message.contains("credentials are not sent on"), "{message}");
            assert!(!message.contains("pass@") && !message.contains("secret"), "{message}");
            assert_eq!(other.connections(), 0, "{provider}, {status}: the other server is never asked");
        }
    }
}

#[test]
fn a_key_that_comes_back_is_not_shown() {
    for provider in HTTP {
        let key = key(provider);
        let start: String = key.chars().take(9).collect();
        for status in
            ["400 Bad Request", "401 Unauthorized", "404 Not Found", "429 Too Many Requests", "501 Not Implemented"]
        {
            let pad = "x".repeat(290 - key.len() / 2);
            let body = format!(r#"{{"error": {{"message": "{key} {pad} {key}", "type": "{key}"}}}}"#);
            let server = Server::new(move |stream, _| send(stream, &response(status, JSON, body.as_bytes())));
            let told = format!("{:?}", ask(connect(provider, server.port, Duration::from_secs(20)).as_ref()));
            assert!(told.contains("[key]") && !told.to_lowercase().contains(&start), "{provider}, {status}: {told}");
        }
        // In a redirect, a content type, a type error of the JSON, and in the model's own words.
        let echo = String::from_utf8(file(provider, "echo.json").unwrap()).unwrap().replace("{key}", &key);
        for answer in [
            // Text that is cut where the key stands.
            response("501 Not Implemented", "", format!("{}{key}", "x".repeat(290)).as_bytes()),
            response("302 Found", &format!("Location: https://{key}.example/\r\n"), b""),
            response("200 OK", &format!("Content-Type: text/{key}\r\n"), b"x"),
            response("200 OK", &format!("{JSON}Content-Encoding: {key}\r\n"), b"x"),
            response(
                "200 OK",
                JSON,
                format!(r#"{{"choices": "{key}", "content": "{key}", "message": "{key}"}}"#).as_bytes(),
            ),
            response("200 OK", JSON, echo.as_bytes()),
        ] {
            let server = Server::new(move |stream, _| send(stream, &answer));
            let told = format!("{:?}", ask(connect(provider, server.port, Duration::from_secs(20)).as_ref()));
            assert!(told.contains("[key") && !told.to_lowercase().contains(&start), "{provider}: {told}");
        }
    }
}

#[test]
fn nobody_at_home_is_fatal() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for provider in HTTP {
        let result = ask(connect(provider, port, Duration::from_secs(20)).as_ref());
        assert!(judge(&result, &Want::Fatal("start the server")).is_ok(), "{result:?}");
    }
}

#[test]
fn an_empty_account_is_fatal() {
    let body = br#"{"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "code": "insufficient_quota"}}"#;
    let server = Server::new(move |stream, _| send(stream, &response("429 Too Many Requests", JSON, body)));
    let result = ask(connect("openai", server.port, Duration::from_secs(20)).as_ref());
    assert!(judge(&result, &Want::Fatal("nothing left on the account")).is_ok(), "{result:?}");
}

/// Azure takes the key in a header of its own; a host that only looks like Azure does not.
#[test]
fn azure_is_known_by_its_host() {
    for (url, header) in [
        ("https://x.openai.azure.com/openai/v1", "api-key"),
        ("https://x.services.ai.azure.com/openai/v1", "api-key"),
        ("https://x.openai.azure.com.evil.example/v1", "authorization"),
        ("https://evil-openai.azure.com/v1", "authorization"),
    ] {
        let mut settings = Settings::new("openai", "m");
        settings.base_url = Some((url.to_owned(), Origin::Invoker));
        let system: Arc<dyn System> = Arc::new(machine());
        let client = provider::connect(&settings, &system).unwrap();
        let shown = format!("{client:?}");
        assert!(shown.contains(&format!("credential: (\"{header}\", ")), "{shown}");
        assert!(!shown.contains("sk-"), "{shown}");
        assert_eq!(client.judge().endpoint.as_deref(), Some(url));
    }
    let system: Arc<dyn System> = Arc::new(machine());
    assert_eq!(provider::connect(&Settings::new("openai", "m"), &system).unwrap().judge().endpoint, None);
}

/// What a repository says of the address gets no key, and nothing is sent.
#[test]
fn an_address_from_the_package_gets_no_key() {
    let server = Server::new(|_, _| {});
    let mut settings = Settings::new("openai", "m");
    let url = format!("http://127.0.0.1:{}/v1", server.port);
    settings.base_url = Some((url, Origin::Package));
    let system: Arc<dyn System> = Arc::new(machine());
    let told = provider::connect(&settings, &system).unwrap_err().to_string();
    assert!(told.contains("comes from `attest.toml`") && told.contains("confirm it with `--base-url`"), "{told}");
    assert_eq!(server.connections(), 0);
    // Without a key on the machine it is asked without one.
    let bare: Arc<dyn System> = Arc::new(MemorySystem::new());
    drop(ask(provider::connect(&settings, &bare).unwrap().as_ref()));
    assert_eq!(server.seen()[0].header("authorization"), None);
}

#[test]
fn a_proxy_is_taken_where_the_environment_names_one() {
    let proxy = Server::new(|stream, _| send(stream, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    let address = format!("http://user:hunter2@127.0.0.1:{}", proxy.port);
    let system: Arc<dyn System> =
        Arc::new(machine().with_env("HTTPS_PROXY", &address).with_env("NO_PROXY", "api.anthropic.com"));
    let client = provider::connect(&Settings::new("openai", "m"), &system).unwrap();
    let result = ask(client.as_ref());
    assert!(judge(&result, &Want::Fatal("behind a proxy that lets nobody through")).is_ok(), "{result:?}");
    assert!(!format!("{result:?} {client:?}").contains("hunter2"));
    let seen = proxy.seen();
    assert!(seen[0].head.starts_with("CONNECT api.openai.com:443 "), "{seen:?}");
    assert!(seen[0].header("proxy-authorization").is_some());
    assert!(seen.iter().all(|seen| !seen.head.contains("sk-")), "the key is not for the proxy: {seen:?}");
}

//! TLS: a certificate that nobody trusts gets no request and no key; one whose authority the system knows is enough. The
//! certificates in `tls/` are for 127.0.0.1 and their authority's key is thrown away.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use attest::judge::provider::{self, Origin, Settings};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::server::{Seen, read, response};
use super::{CallError, JSON, Want, ask, file, judge, machine, root};

/// A server that speaks TLS, and what it was asked.
fn server() -> (u16, Arc<Mutex<Vec<Seen>>>) {
    let pem = |name: &str| std::fs::read(root().join("tls").join(name)).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(&pem("leaf.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(&pem("leaf.key.pem")).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let (config, seen) = (Arc::new(config), Arc::new(Mutex::new(Vec::new())));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let log = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            if let Some(request) = read(&mut stream) {
                log.lock().unwrap().push(request);
                drop(stream.write_all(&response("200 OK", JSON, &file("openai", "success.json").unwrap())));
                stream.conn.send_close_notify();
                drop(stream.flush());
            }
        }
    });
    (port, seen)
}

fn ask_over_tls(port: u16) -> Result<attest::judge::provider::Completion, CallError> {
    let mut settings = Settings::new("openai", "judge-1");
    settings.base_url = Some((format!("https://127.0.0.1:{port}/v1"), Origin::Invoker));
    settings.timeout = Duration::from_secs(20);
    let system: Arc<dyn attest::base::system::System> = Arc::new(machine());
    ask(provider::connect(&settings, &system).unwrap().as_ref())
}

#[test]
fn a_certificate_that_nobody_trusts_gets_nothing() {
    let (port, seen) = server();
    let result = ask_over_tls(port);
    assert!(judge(&result, &Want::Fatal("a certificate that this machine does not trust")).is_ok(), "{result:?}");
    assert_eq!(seen.lock().unwrap().len(), 0);
}

#[test]
fn a_server_without_tls_is_told() {
    let server = super::Server::new(|_, _| {});
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    });
    let result = ask_over_tls(port);
    assert!(
        matches!(&result, Err(CallError::Fatal { message }) if message.contains("does not speak TLS")),
        "{result:?}"
    );
    assert_eq!(server.connections(), 0);
}

/// The system's authorities are the environment's here, so another process asks.
#[cfg(target_os = "linux")]
#[test]
fn a_certificate_of_a_known_authority_is_enough() {
    if let Some(port) = std::env::var_os("ATTEST_TEST_TLS_PORT") {
        let result = ask_over_tls(port.to_str().unwrap().parse().unwrap());
        assert!(judge(&result, &Want::Complete).is_ok(), "{result:?}");
        return;
    }
    let (port, seen) = server();
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::a_certificate_of_a_known_authority_is_enough", "--nocapture"])
        .env("ATTEST_TEST_TLS_PORT", port.to_string())
        .env("SSL_CERT_FILE", root().join("tls/ca.pem"))
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1, "the child asked");
    super::expect_request("openai", &seen[0]);
}

//! One exchange with a service: a deadline, a limit, no redirects, no cookies, no proxy, and nothing secret in what is told of
//! it. Does not know what is said.

use std::time::Duration;

use super::{Address, KeylessError, Service};

pub(super) use client::Client;

/// What is asked.
#[cfg_attr(not(feature = "keyless"), expect(dead_code, reason = "nobody is called without the feature"))]
pub(super) struct Question<'a> {
    /// Who is asked.
    pub(super) service: Service,
    /// Where, for what is told of it.
    pub(super) address: &'a Address,
    /// Where, exactly.
    pub(super) url: &'a str,
    /// The type of what is sent, and of what is wanted.
    pub(super) types: (&'static str, &'static str),
    /// What is sent; nothing makes it a `GET`.
    pub(super) body: Option<&'a [u8]>,
    /// A bearer's token.
    pub(super) bearer: Option<&'a str>,
    /// Most bytes of the answer.
    pub(super) limit: u64,
}

/// What went wrong with a service.
pub(super) fn failed(
    service: Service,
    address: &Address,
    problem: impl Into<String>,
    help: impl Into<String>,
) -> KeylessError {
    KeylessError::Service { service, host: address.host().to_owned(), problem: problem.into(), help: help.into() }
}

/// An answer that is not what the protocol says.
pub(super) fn malformed(service: Service, address: &Address, what: impl std::fmt::Display) -> KeylessError {
    let help = "check that the address is that of such a service, and its version";
    failed(service, address, format!("answers what is not understood: {what}"), help)
}

#[cfg(feature = "keyless")]
mod client {
    use std::io::{ErrorKind, Read};
    use std::sync::Arc;
    use std::time::Duration;

    use ureq::Agent;
    use ureq::http::{HeaderValue, header};
    use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
    use zeroize::Zeroizing;

    use super::super::reason::{REASON_BYTES, advice, told};
    use super::{KeylessError, Question, failed};

    /// Who asks.
    const USER_AGENT: &str = concat!("attest/", env!("CARGO_PKG_VERSION"));
    /// How long a connection may take.
    const CONNECT: Duration = Duration::from_secs(10);

    impl Question<'_> {
        /// What went wrong with it.
        fn failed(&self, problem: impl Into<String>, help: impl Into<String>) -> KeylessError {
            failed(self.service, self.address, problem, help)
        }
    }

    /// Who asks services.
    pub(in super::super) struct Client {
        agent: Agent,
        secret: Zeroizing<String>,
    }

    impl Client {
        /// Each exchange ends after `timeout`; `secret` is in nothing that is told.
        ///
        /// # Errors
        /// Never; a build without the feature has no client.
        #[expect(clippy::unnecessary_wraps, reason = "a build without the feature has no client")]
        pub(in super::super) fn new(timeout: Duration, secret: &str) -> Result<Self, KeylessError> {
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .root_certs(RootCerts::PlatformVerifier)
                .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .build();
            let agent = Agent::config_builder()
                .proxy(None)
                .tls_config(tls)
                .http_status_as_error(false)
                .max_redirects(0)
                .max_idle_connections(0)
                .user_agent(USER_AGENT)
                .accept_encoding("identity")
                .timeout_global(Some(timeout))
                .timeout_connect(Some(CONNECT.min(timeout)))
                .build()
                .new_agent();
            Ok(Self { agent, secret: Zeroizing::new(secret.to_owned()) })
        }

        /// Asks, and gives the answer back whole.
        ///
        /// # Errors
        /// Every answer that is not a good one, and none at all.
        pub(in super::super) fn ask(&self, question: &Question<'_>) -> Result<Vec<u8>, KeylessError> {
            let (sends, wants) = question.types;
            let bearer = question.bearer.map(|bearer| HeaderValue::try_from(format!("Bearer {bearer}")));
            let bearer =
                bearer.transpose().map_err(|_| question.failed("was not asked", "the bearer token is no header"))?;
            let bearer = bearer.map(|mut value| {
                value.set_sensitive(true);
                value
            });
            let response = if let Some(body) = question.body {
                let request = self.agent.post(question.url).header(header::CONTENT_TYPE, sends);
                let request = request.header(header::ACCEPT, wants);
                bearer.into_iter().fold(request, |request, it| request.header(header::AUTHORIZATION, it)).send(body)
            } else {
                let request = self.agent.get(question.url).header(header::ACCEPT, wants);
                bearer.into_iter().fold(request, |request, it| request.header(header::AUTHORIZATION, it)).call()
            };
            let (parts, body) = response.map_err(|error| broken(question, &error))?.into_parts();
            let status = parts.status.as_u16();
            if status == 200 || status == 201 {
                return body
                    .into_with_config()
                    .limit(question.limit)
                    .read_to_vec()
                    .map_err(|error| broken(question, &error));
            }
            let mut start = Vec::new();
            // The status says it already; what can be read of the reason is enough.
            drop(body.into_reader().take(REASON_BYTES).read_to_end(&mut start));
            let secrets = [self.secret.as_str(), question.bearer.unwrap_or_default()];
            let reason = told(&start, &secrets);
            Err(question.failed(format!("refuses with status {status}, {reason}"), advice(question.service, status)))
        }
    }

    /// What went wrong, in our words.
    fn broken(question: &Question<'_>, error: &ureq::Error) -> KeylessError {
        use ureq::Error as E;
        let late = || ("does not answer in time".to_owned(), "run again, or give it longer: `--timeout SECONDS`");
        let unreachable = |reason: &str| (format!("cannot be reached: {reason}"), "check the address and the network");
        let (problem, help) = match error {
            E::Timeout(_) => late(),
            E::BodyExceedsLimit(_) => (
                format!("answers more than the limit of {} bytes", question.limit),
                "check that the address is that of such a service",
            ),
            E::HostNotFound => unreachable("it has no address"),
            E::ConnectionFailed => unreachable("nobody listens there"),
            E::Rustls(error) => unreachable(&error.to_string()),
            E::Io(error) => match error.kind() {
                ErrorKind::TimedOut | ErrorKind::WouldBlock => late(),
                ErrorKind::ConnectionRefused => unreachable("nobody listens there"),
                ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                    ("breaks off before its answer is whole".to_owned(), "run again")
                }
                _ => unreachable(&error.to_string()),
            },
            error => (format!("speaks no HTTP that is understood: {error}"), "check the address"),
        };
        question.failed(problem, help)
    }
}

#[cfg(not(feature = "keyless"))]
mod client {
    use std::time::Duration;

    use super::{KeylessError, Question};

    /// There is none.
    pub(in super::super) enum Client {}

    impl Client {
        /// No client.
        ///
        /// # Errors
        /// Always.
        pub(in super::super) fn new(_: Duration, _: &str) -> Result<Self, KeylessError> {
            Err(KeylessError::Services {
                reason: "this `attest` was built without the feature `keyless`".into(),
                help: "install one with it, or sign with a key: `--key PEM`".into(),
            })
        }

        /// Nobody can ask.
        ///
        /// # Errors
        /// Never: there is no client.
        pub(in super::super) fn ask(&self, _: &Question<'_>) -> Result<Vec<u8>, KeylessError> {
            match *self {}
        }
    }
}

/// How long an exchange may take, unless it is said.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

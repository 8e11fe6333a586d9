//! Bytes over HTTP and TLS, one exchange at a time: no redirects, no cookies, no environment, a deadline and a limit. Does
//! not know what is said.

use std::time::Duration;

use super::SetupError;
use super::proxy::Proxy;

pub(super) use client::Client;

/// What is sent.
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "nobody is called without the feature `http`"))]
pub(super) struct Outgoing<'a> {
    /// The whole address.
    pub(super) url: &'a str,
    /// Headers beside those of every call.
    pub(super) headers: &'a [(&'static str, String)],
    /// The header that carries the key.
    pub(super) credential: Option<(&'static str, String)>,
    /// JSON.
    pub(super) body: Vec<u8>,
}

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// The status.
    pub(super) status: u16,
    /// The headers that matter, as text; what is no text is not there.
    pub(super) content_type: Option<String>,
    /// See above.
    pub(super) content_encoding: Option<String>,
    /// See above.
    pub(super) location: Option<String>,
    /// See above.
    pub(super) retry_after: Option<String>,
    /// See above.
    pub(super) retry_after_ms: Option<String>,
    /// The body; of an error its start.
    pub(super) body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "nobody is called without the feature `http`"))]
pub(super) enum Broken {
    /// The deadline is over.
    TimedOut,
    /// The body is over the limit.
    TooLarge,
    /// Nobody listens there.
    Refused,
    /// There is no such host.
    Unknown(String),
    /// The host is not who it says to be.
    Certificate(String),
    /// They do not speak TLS with each other.
    Tls(String),
    /// The proxy does not let it through.
    Proxy(String),
    /// It is no HTTP.
    Protocol(String),
    /// The connection broke.
    Connection(String),
}

/// What every call keeps to.
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "nobody is called without the feature `http`"))]
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// For everything from the name's look-up to the last byte.
    pub(super) timeout: Duration,
    /// For the connection alone.
    pub(super) connect: Duration,
    /// Most bytes of a body.
    pub(super) body: u64,
    /// Most bytes of a body that says what is wrong.
    pub(super) error_body: u64,
}

#[cfg(feature = "http")]
mod client {
    use std::io::{ErrorKind, Read};
    use std::sync::Arc;

    use ureq::http::{HeaderValue, Response, header};
    use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
    use ureq::{Agent, Body};

    use super::{Bounds, Broken, Incoming, Outgoing, Proxy, SetupError};

    /// Who asks.
    const USER_AGENT: &str = concat!("attest/", env!("CARGO_PKG_VERSION"));

    /// A client for one host.
    pub(in super::super) struct Client {
        agent: Agent,
        bounds: Bounds,
    }

    impl Client {
        /// A client that keeps to the bounds.
        ///
        /// # Errors
        /// A proxy whose address is none.
        pub(in super::super) fn new(proxy: Option<&Proxy>, bounds: Bounds) -> Result<Self, SetupError> {
            let proxy = proxy
                .map(|proxy| {
                    ureq::Proxy::new(proxy.address()).map_err(|_| {
                        // The address may hold a password: only its variable is named.
                        SetupError::unusable(format!("`{}` is not the address of a proxy", proxy.variable))
                    })
                })
                .transpose()?;
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .root_certs(RootCerts::PlatformVerifier)
                .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .build();
            let agent = Agent::config_builder()
                .proxy(proxy)
                .tls_config(tls)
                .http_status_as_error(false)
                .max_redirects(0)
                // A server may close an idle connection at the moment in which it is used again, which would cost a call.
                .max_idle_connections(0)
                .user_agent(USER_AGENT)
                .accept("application/json")
                .accept_encoding("identity")
                .timeout_global(Some(bounds.timeout))
                .timeout_connect(Some(bounds.connect.min(bounds.timeout)))
                .build()
                .new_agent();
            Ok(Self { agent, bounds })
        }

        /// One exchange.
        ///
        /// # Errors
        /// Where nothing came back.
        pub(in super::super) fn post(&self, outgoing: Outgoing<'_>) -> Result<Incoming, Broken> {
            let mut request = self.agent.post(outgoing.url).header(header::CONTENT_TYPE, "application/json");
            for (name, value) in outgoing.headers {
                request = request.header(*name, value);
            }
            if let Some((name, value)) = outgoing.credential {
                let mut value =
                    HeaderValue::try_from(value).map_err(|_| Broken::Protocol("the key is no header".into()))?;
                value.set_sensitive(true);
                request = request.header(name, value);
            }
            let response = request.send(&outgoing.body).map_err(broken)?;
            self.read(response)
        }

        fn read(&self, response: Response<Body>) -> Result<Incoming, Broken> {
            let (parts, body) = response.into_parts();
            let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let status = parts.status.as_u16();
            let body = if status == 200 {
                body.into_with_config().limit(self.bounds.body).read_to_vec().map_err(broken)?
            } else {
                let mut start = Vec::new();
                // The status says it already; what can be read of the reason is enough.
                drop(body.into_reader().take(self.bounds.error_body).read_to_end(&mut start));
                start
            };
            Ok(Incoming {
                status,
                content_type: text("content-type"),
                content_encoding: text("content-encoding"),
                location: text("location"),
                retry_after: text("retry-after"),
                retry_after_ms: text("retry-after-ms"),
                body,
            })
        }
    }

    /// What went wrong, in our words.
    fn broken(error: ureq::Error) -> Broken {
        use ureq::Error as E;
        match error {
            E::Timeout(_) => Broken::TimedOut,
            E::BodyExceedsLimit(_) => Broken::TooLarge,
            E::HostNotFound => Broken::Unknown("it has no address".into()),
            E::ConnectionFailed => Broken::Refused,
            E::ConnectProxyFailed(reason) => Broken::Proxy(reason),
            E::Rustls(error) => tls(&error),
            E::Tls(reason) => Broken::Tls(reason.into()),
            E::Io(error) => io(&error),
            E::Protocol(error) => Broken::Protocol(error.to_string()),
            E::Http(error) => Broken::Protocol(error.to_string()),
            E::LargeResponseHeader(..) => Broken::Protocol("its headers are too large".into()),
            error => Broken::Protocol(error.to_string()),
        }
    }

    fn io(error: &std::io::Error) -> Broken {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return tls(error);
        }
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Broken::TimedOut,
            ErrorKind::ConnectionRefused => Broken::Refused,
            ErrorKind::UnexpectedEof => Broken::Connection("it was closed before the answer was whole".into()),
            // The look-up of a name has no kind of its own.
            _ if error.to_string().contains("lookup address") => Broken::Unknown(error.to_string()),
            _ => Broken::Connection(error.to_string()),
        }
    }

    fn tls(error: &rustls::Error) -> Broken {
        match error {
            rustls::Error::InvalidCertificate(problem) => Broken::Certificate(problem.to_string()),
            // The platform's certificates could not be loaded.
            rustls::Error::General(reason) => Broken::Certificate(reason.clone()),
            error => Broken::Tls(error.to_string()),
        }
    }
}

#[cfg(not(feature = "http"))]
mod client {
    use super::{Bounds, Broken, Incoming, Outgoing, Proxy, SetupError};

    /// There is none.
    pub(in super::super) enum Client {}

    impl Client {
        /// No client.
        ///
        /// # Errors
        /// Always.
        pub(in super::super) fn new(_: Option<&Proxy>, _: Bounds) -> Result<Self, SetupError> {
            Err(SetupError::unusable(
                "this `attest` was built without the feature `http`; install one with it, or use the provider `command`",
            ))
        }

        /// Nobody can ask.
        ///
        /// # Errors
        /// Never: there is no client.
        pub(in super::super) fn post(&self, _: Outgoing<'_>) -> Result<Incoming, Broken> {
            match *self {}
        }
    }
}

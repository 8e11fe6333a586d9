//! One call over HTTP, from the address and its key to bytes that are JSON or a reason why not. Does not know what is asked
//! or answered, nor whether a call is made again.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::super::transcript::Judge;
use super::address::BaseUrl;
use super::credentials::{self, Key, Offered};
use super::proxy::{self, Proxy};
use super::text::harmless;
use super::wire::{Bounds, Broken, Client, Incoming, Outgoing};
use super::{CallError, Row, Settings, SetupError};
use crate::base::system::{System, SystemError};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(20);
/// Largest answer with all that stands around it, bytes.
const BODY_BYTES: u64 = 4 << 20;
/// How much of a body is read that says what is wrong, bytes.
const ERROR_BYTES: u64 = 64 << 10;
/// Longest time that a provider may want to be left alone, as far as it is believed.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// The line to one provider at one address.
pub(super) struct Line {
    /// Who answers.
    pub(super) judge: Judge,
    row: &'static Row,
    base: BaseUrl,
    key: Option<(Key, &'static str)>,
    proxy: Option<Proxy>,
    client: Client,
    system: Arc<dyn System>,
    timeout: Duration,
}

/// Without the machine: its surroundings may hold anything.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = f.debug_struct("Line");
        line.field("judge", &self.judge).field("base", &self.base).field("key", &self.key).field("proxy", &self.proxy);
        line.field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// A header's name and what stands before the key in it.
pub(super) type Credential = (&'static str, &'static str);

/// Why a call gave nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// For good, or for now.
    Call(CallError),
    /// The request itself is refused; another form of it may not be.
    Rejected(Rejected),
}

/// A request that the provider does not take.
#[derive(Debug)]
pub(super) struct Rejected {
    /// The status.
    pub(super) status: u16,
    /// The provider's code, or the type of the error.
    pub(super) code: String,
    /// The parameter that it names.
    pub(super) parameter: String,
    /// What it says.
    pub(super) message: String,
}

impl Rejected {
    /// Whether it speaks of one of the words.
    pub(super) fn names(&self, words: &[&str]) -> bool {
        let message = self.message.to_lowercase();
        words.iter().any(|word| self.parameter.contains(word) || message.contains(word))
    }
}

/// The address of a provider, and how a judge there is known: by its address only where that is not the provider's own.
pub(super) fn base(row: &Row, own: &str, settings: &Settings) -> Result<(BaseUrl, Option<String>), SetupError> {
    let address = settings.base_url.as_ref().map_or(own, |(url, _)| url.as_str());
    let base = BaseUrl::parse(address).map_err(|problem| {
        SetupError::usage(format!(
            "the base address of `{}` is not usable: {problem}; give one such as `{own}`",
            row.name
        ))
    })?;
    let is_own = BaseUrl::parse(own).is_ok_and(|own| own == base);
    let endpoint = (!is_own).then(|| base.to_string());
    Ok((base, endpoint))
}

impl Line {
    /// Opens the line: address, key, proxy. Nothing is sent.
    ///
    /// # Errors
    /// Settings that do not fit together, a key that is missing or may not go there.
    pub(super) fn open(row: &'static Row, settings: &Settings, system: &Arc<dyn System>) -> Result<Self, SetupError> {
        if !settings.command.is_empty() {
            return Err(SetupError::usage(format!(
                "`{}` runs no program; use the provider `command` for one",
                row.name
            )));
        }
        let own = row.base_url.unwrap_or_default();
        let origin = settings.base_url.as_ref().map(|(_, origin)| *origin);
        let (base, endpoint) = base(row, own, settings)?;
        let offered = Offered {
            file: settings.key_file.as_deref().map(|path| key_file(path, system.as_ref())).transpose()?,
            shared: system.env_var(credentials::SHARED_VARIABLE),
            own: row.key_variable.and_then(|variable| system.env_var(variable)),
        };
        let key = credentials::choose(row, &base, origin, &offered)?;
        let proxy = proxy::choose(&base, |name| system.env_var(name))?;
        let bounds = Bounds { timeout: settings.timeout, connect: CONNECT, body: BODY_BYTES, error_body: ERROR_BYTES };
        let client = Client::new(proxy.as_ref(), bounds)?;
        let judge = Judge { provider: row.name.to_owned(), model: settings.model.clone(), endpoint };
        Ok(Self { judge, row, base, key, proxy, client, system: Arc::clone(system), timeout: settings.timeout })
    }

    /// The address.
    pub(super) fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Whether a call that began then may still take time.
    pub(super) fn has_time(&self, since: Duration) -> bool {
        self.system.monotonic().saturating_sub(since) < self.timeout
    }

    /// Time that only goes forward.
    pub(super) fn now(&self) -> Duration {
        self.system.monotonic()
    }

    /// Sends a request and gives back the body of its answer, which is called JSON by whoever sent it.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(super) fn post(
        &self,
        path: &str,
        credential: Credential,
        headers: &[(&'static str, String)],
        request: &impl Serialize,
    ) -> Result<Vec<u8>, Failure> {
        let url = self.base.join(path);
        let body = serde_json::to_vec(request)
            .map_err(|error| Failure::Call(self.failed(&format!("cannot be asked: {error}"))))?;
        let (name, before) = credential;
        let credential = self.key.as_ref().map(|(key, _)| (name, format!("{before}{}", key.reveal())));
        let incoming = self
            .client
            .post(Outgoing { url: &url, headers, credential, body })
            .map_err(|broken| Failure::Call(self.broken(broken)))?;
        self.weigh(incoming)
    }

    /// Reads the body of an answer.
    ///
    /// # Errors
    /// Where it is of another shape; where it says why, that is told.
    pub(super) fn parse<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, CallError> {
        serde_json::from_slice(body).map_err(|error| {
            let said = Said::of(body);
            if said.is_error && !said.message.is_empty() {
                return self.failed(&format!("answers with an error: {}", self.quote(&said.message)));
            }
            let problem = self.quote(&error.to_string());
            self.failed(&format!("answers in a form that is not understood: {problem}"))
        })
    }

    /// Text of an answer without the key, if it was ever in it.
    pub(super) fn scrub(&self, text: String) -> String {
        match &self.key {
            Some((key, _)) => key.scrub(&text),
            None => text,
        }
    }

    /// An answer that is none.
    pub(super) fn failed(&self, problem: &str) -> CallError {
        CallError::Failed { message: format!("{} {problem}", self.name()) }
    }

    /// An answer whose end is none that is known: what it says cannot be trusted to be whole.
    pub(super) fn odd_end(&self, reason: Option<&str>) -> CallError {
        match reason {
            Some(reason) => {
                self.failed(&format!("ended its answer for the reason `{}`, which is not known", self.quote(reason)))
            }
            None => self.failed("does not say how its answer ended"),
        }
    }

    /// A refused request for which there is no other form.
    pub(super) fn rejected(&self, rejected: &Rejected) -> CallError {
        self.failed(&format!(
            "refuses the request ({}): {}",
            rejected.status,
            or_nothing(&self.quote(&rejected.message))
        ))
    }

    /// Who, in a sentence.
    fn name(&self) -> String {
        match &self.judge.endpoint {
            Some(endpoint) => format!("`{}` at `{endpoint}`", self.row.name),
            None => format!("`{}`", self.row.name),
        }
    }

    /// Foreign text in our message.
    fn quote(&self, text: &str) -> String {
        // The key goes first: a cut through it would leave a piece that is too short to be known.
        harmless(&self.scrub(text.to_owned()))
    }

    /// What a status and its headers mean.
    fn weigh(&self, incoming: Incoming) -> Result<Vec<u8>, Failure> {
        let Incoming { status, body, .. } = &incoming;
        let status = *status;
        if status == 200 {
            return self.json_of(incoming).map_err(Failure::Call);
        }
        let said = Said::of(body);
        let quoted = or_nothing(&self.quote(&said.message));
        let name = self.name();
        let call = match status {
            300..=399 => {
                let target = incoming.location.as_deref().map_or_else(|| "nowhere".to_owned(), |url| self.target(url));
                self.failed(&format!(
                    "redirects to {target} ({status}); redirects are not followed and credentials are not sent on; give the \
                     final address with `--base-url`"
                ))
            }
            429 if said.code == "insufficient_quota" => CallError::Fatal {
                message: format!("{name} has nothing left on the account: {quoted}; look at its plan"),
            },
            408 | 409 | 425 | 429 | 500 | 502 | 503 | 504 | 520..=524 | 529 => CallError::Transient {
                message: format!("{name} cannot answer now ({status}): {quoted}"),
                after: self.wait(&incoming),
            },
            401 | 403 => {
                let help = self.key.as_ref().map_or_else(
                    || {
                        format!(
                            "set `{}` or give `--key-file FILE`",
                            self.row.key_variable.unwrap_or(credentials::SHARED_VARIABLE)
                        )
                    },
                    |(_, source)| format!("look at the key of `{source}` and at what it may use"),
                );
                CallError::Fatal { message: format!("{name} lets nobody in ({status}): {quoted}; {help}") }
            }
            402 => {
                CallError::Fatal { message: format!("{name} wants to be paid ({status}): {quoted}; look at its plan") }
            }
            404 | 405 | 410 => CallError::Fatal {
                message: format!(
                    "{name} does not know the model `{}` or the address `{}` ({status}): {quoted}; look at `--model` and \
                     `--base-url`",
                    harmless(&self.judge.model),
                    self.base
                ),
            },
            413 => self.failed(&format!("finds the request too large ({status}): {quoted}")),
            400..=499 => {
                return Err(Failure::Rejected(Rejected {
                    status,
                    code: said.code,
                    parameter: said.parameter,
                    message: said.message,
                }));
            }
            _ => self.failed(&format!("answers with the status {status}: {quoted}")),
        };
        Err(Failure::Call(call))
    }

    /// The body of a proper answer.
    fn json_of(&self, incoming: Incoming) -> Result<Vec<u8>, CallError> {
        if let Some(encoding) = incoming.content_encoding.filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
        {
            let encoding = self.quote(&encoding);
            return Err(self.failed(&format!("answers in the encoding `{encoding}`, which was not asked for")));
        }
        let kind = incoming.content_type.unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let lower = essence.to_ascii_lowercase();
        if lower != "application/json" && !(lower.starts_with("application/") && lower.ends_with("+json")) {
            let kind = match self.quote(essence) {
                none if none.is_empty() => "without a content type".to_owned(),
                kind => format!("with `{kind}`"),
            };
            return Err(self.failed(&format!("answers {kind}, not with JSON; look at `--base-url`")));
        }
        if incoming.body.trim_ascii().is_empty() {
            return Err(self.failed("answers with nothing"));
        }
        Ok(incoming.body)
    }

    /// Where a redirect leads: its host, for the rest may be anything.
    fn target(&self, location: &str) -> String {
        let host = match location.split_once("://").or_else(|| location.split_once("//")) {
            Some((before, rest)) if before.len() < 10 => rest.split(['/', '?', '#']).next().unwrap_or_default(),
            _ => return "another path of the same host".to_owned(),
        };
        let host = host.rsplit('@').next().unwrap_or_default();
        format!("`{}`", self.quote(host))
    }

    /// How long the provider wants to be left alone.
    fn wait(&self, incoming: &Incoming) -> Option<Duration> {
        retry_after(incoming.retry_after_ms.as_deref(), incoming.retry_after.as_deref(), self.system.now())
    }

    /// Why nothing came back.
    fn broken(&self, broken: Broken) -> CallError {
        let name = self.name();
        let transient = |problem: String| CallError::Transient { message: format!("{name} {problem}"), after: None };
        match broken {
            Broken::TimedOut => transient(format!("did not answer within {} s", self.timeout.as_secs_f64())),
            Broken::TooLarge => self.failed(&format!("answers with more than {BODY_BYTES} bytes")),
            Broken::Refused if self.base.is_loopback() => CallError::Fatal {
                message: format!("nothing listens at `{}`; start the server, or look at `--base-url`", self.base),
            },
            Broken::Refused => transient("refused the connection".to_owned()),
            Broken::Unknown(reason) => {
                transient(format!("was not found: {}; look at the network and at `--base-url`", self.quote(&reason)))
            }
            Broken::Certificate(reason) => CallError::Fatal {
                message: format!(
                    "{name} has a certificate that this machine does not trust: {}; install the certificate of its authority \
                     in the system's store (on Linux, `SSL_CERT_FILE` names another one)",
                    self.quote(&reason)
                ),
            },
            Broken::Tls(reason) => CallError::Fatal {
                message: format!(
                    "{name} does not speak TLS: {}; look at `https://` in `--base-url`",
                    self.quote(&reason)
                ),
            },
            Broken::Proxy(reason) if reason.contains("407") || reason.contains("403") => CallError::Fatal {
                message: format!(
                    "{name} is behind a proxy that lets nobody through: {}; look at the proxy's variable and at `NO_PROXY`",
                    self.quote(&reason)
                ),
            },
            Broken::Proxy(reason) => {
                transient(format!("is behind a proxy that does not reach it: {}", self.quote(&reason)))
            }
            Broken::Protocol(reason) => self.failed(&format!("does not speak HTTP: {}", self.quote(&reason))),
            Broken::Connection(reason) => transient(format!("broke the connection: {}", self.quote(&reason))),
        }
    }
}

/// The bytes of a key file.
fn key_file(path: &Path, system: &dyn System) -> Result<Vec<u8>, SetupError> {
    let limit = u64::try_from(credentials::KEY_BYTES).unwrap_or(u64::MAX);
    system.read(path, limit).map_err(|error| {
        let problem = match error {
            SystemError::TooLarge { .. } => format!("`{}` is longer than {limit} bytes", path.display()),
            error => error.to_string(),
        };
        SetupError::unusable(format!("the key file cannot be used: {problem}"))
    })
}

/// How long to wait, by the headers that say so.
fn retry_after(millis: Option<&str>, after: Option<&str>, now: jiff::Timestamp) -> Option<Duration> {
    let number = |text: &str, unit: f64| {
        let value: f64 = text.trim().parse().ok()?;
        let seconds = (value * unit).clamp(0.0, LONGEST_WAIT.as_secs_f64());
        value.is_finite().then(|| Duration::from_secs_f64(seconds))
    };
    let date = |text: &str| {
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
        Some(Duration::try_from(at.duration_since(now)).unwrap_or_default().min(LONGEST_WAIT))
    };
    millis
        .and_then(|text| number(text, 0.001))
        .or_else(|| after.and_then(|text| number(text, 1.0)))
        .or_else(|| after.and_then(date))
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() { "it does not say why".to_owned() } else { text.to_owned() }
}

/// What a body says is wrong, in the shapes in which providers say it.
#[derive(Debug, Default)]
struct Said {
    is_error: bool,
    code: String,
    parameter: String,
    message: String,
}

impl Said {
    fn of(body: &[u8]) -> Self {
        let Ok(json) = serde_json::from_slice::<Json>(body) else {
            let text = String::from_utf8_lossy(body);
            // A page for people says nothing that fits a line. Whoever shows the rest hides the key first and cuts then.
            let message = if text.trim_start().starts_with('<') { String::new() } else { text.into_owned() };
            return Self { message, ..Self::default() };
        };
        let error = json.get("error").filter(|error| !error.is_null());
        let place = error.filter(|error| error.is_object()).unwrap_or(&json);
        let text = |place: &Json, names: &[&str]| {
            names.iter().find_map(|name| place.get(name)?.as_str()).unwrap_or_default().to_owned()
        };
        let message = match error.and_then(Json::as_str) {
            Some(message) => message.to_owned(),
            None => text(place, &["message", "detail", "error_description"]),
        };
        Self {
            is_error: error.is_some(),
            code: text(place, &["code", "type"]),
            parameter: text(place, &["param"]),
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_has_three_forms() {
        let now: jiff::Timestamp = "1994-11-06T08:49:07Z".parse().unwrap();
        for (millis, after, wanted) in [
            (None, Some("7"), Some(7_000)),
            (None, Some(" 1.5 "), Some(1_500)),
            (Some("250"), Some("7"), Some(250)),
            (Some("soon"), Some("7"), Some(7_000)),
            (None, Some("Sun, 06 Nov 1994 08:49:37 GMT"), Some(30_000)),
            (None, Some("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0)),
            (None, Some("-3"), Some(0)),
            (None, Some("1e300"), Some(86_400_000)),
            (None, Some("Tue, 31 Dec 2999 23:59:59 GMT"), Some(86_400_000)),
            (None, Some("NaN"), None),
            (None, Some("inf"), None),
            (None, Some("soon"), None),
            (None, None, None),
        ] {
            let wanted = wanted.map(Duration::from_millis);
            assert_eq!(retry_after(millis, after, now), wanted, "{millis:?} {after:?}");
        }
    }

    #[test]
    fn providers_say_what_is_wrong_in_many_shapes() {
        for (body, wanted) in [
            (r#"{"error": {"message": "m", "type": "t", "param": "p", "code": "c"}}"#, ("m", "c", "p")),
            (r#"{"error": {"message": "m", "type": "t", "param": null, "code": null}}"#, ("m", "t", "")),
            (r#"{"type": "error", "error": {"type": "t", "message": "m"}}"#, ("m", "t", "")),
            (r#"{"error": "m"}"#, ("m", "", "")),
            (r#"{"object": "error", "message": "m", "code": 400}"#, ("m", "", "")),
            (r#"{"detail": "m"}"#, ("m", "", "")),
            (r#"{"detail": [{"loc": []}]}"#, ("", "", "")),
            ("busy", ("busy", "", "")),
            ("<html>busy</html>", ("", "", "")),
            ("", ("", "", "")),
            ("[]", ("", "", "")),
            (r#"{"error": null}"#, ("", "", "")),
        ] {
            let said = Said::of(body.as_bytes());
            assert_eq!((said.message.as_str(), said.code.as_str(), said.parameter.as_str()), wanted, "{body}");
        }
    }
}

//! Tokens that a CI system has for its job: GitHub Actions by HTTP, GitLab in a variable, Buildkite and `CircleCI` by a program.
//! Only the system that says that it is there is asked. Does not know what a token is for.

use std::time::Duration;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::token::BYTES;
use super::wire::{Client, Question, malformed};
use super::{Address, KeylessError, Service};
use crate::base::json;
use crate::base::system::{Program, System};

/// The variable of a token, by Sigstore's convention.
pub(super) const VARIABLE: &str = "SIGSTORE_ID_TOKEN";
/// How long a program may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Where no token is.
const ELSEWHERE: &str = "give one: `--identity-token FILE`, `--identity-token-fd N` or `SIGSTORE_ID_TOKEN`";

fn none(reason: &str, help: &str) -> KeylessError {
    KeylessError::Token { reason: reason.to_owned(), help: help.to_owned() }
}

/// The token that the surroundings have for that audience: [`VARIABLE`] first, then the CI system.
///
/// # Errors
/// Where there is none, with what to do in this CI system.
pub fn ambient(system: &dyn System, audience: &str, timeout: Duration) -> Result<Zeroizing<Vec<u8>>, KeylessError> {
    let set = |name: &str| system.env_var(name).filter(|value| !value.trim().is_empty());
    let is_true = |name: &str| system.env_var(name).is_some_and(|value| value == "true");
    if let Some(token) = set(VARIABLE) {
        return Ok(Zeroizing::new(token.into_bytes()));
    }
    if is_true("GITHUB_ACTIONS") {
        let variables = (set("ACTIONS_ID_TOKEN_REQUEST_URL"), set("ACTIONS_ID_TOKEN_REQUEST_TOKEN"));
        let (Some(url), Some(bearer)) = variables else {
            return Err(none(
                "GitHub Actions has none for this job",
                "let the job ask for one: `permissions: id-token: write`",
            ));
        };
        return github(&url, &Zeroizing::new(bearer), audience, timeout);
    }
    if is_true("GITLAB_CI") {
        return Err(none(
            "GitLab has none for this job",
            "ask for one in the job: `id_tokens: SIGSTORE_ID_TOKEN: aud: sigstore`",
        ));
    }
    if is_true("BUILDKITE") {
        return program(system, &["buildkite-agent", "oidc", "request-token", "--audience", audience]);
    }
    if is_true("CIRCLECI") {
        let claims = json!({"aud": audience}).to_string();
        return program(system, &["circleci", "run", "oidc", "get", "--root-issuer", "--claims", &claims]);
    }
    Err(none("there is none", ELSEWHERE))
}

/// GitHub Actions: the job's own address and bearer token.
fn github(url: &str, bearer: &str, audience: &str, timeout: Duration) -> Result<Zeroizing<Vec<u8>>, KeylessError> {
    let address = Address::parse(url)
        .map_err(|error| none(&format!("`ACTIONS_ID_TOKEN_REQUEST_URL` is no address: {error}"), ELSEWHERE))?;
    let escaped: String = audience
        .bytes()
        .map(|byte| {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    let mark = if address.as_str().contains('?') { '&' } else { '?' };
    let answer = Client::new(timeout, bearer)?.ask(&Question {
        service: Service::Issuer,
        address: &address,
        url: &format!("{address}{mark}audience={escaped}"),
        types: ("application/json", "application/json"),
        body: None,
        bearer: Some(bearer),
        limit: BYTES.saturating_mul(2),
    })?;
    let answer = Zeroizing::new(answer);
    let wrong = || malformed(Service::Issuer, &address, "there is no token in it");
    let limit = usize::try_from(BYTES.saturating_mul(2)).unwrap_or(usize::MAX);
    let answer = json::parse(&answer, limit).map_err(|_| wrong())?;
    let token = answer.get("value").and_then(Value::as_str).ok_or_else(wrong)?;
    Ok(Zeroizing::new(token.as_bytes().to_vec()))
}

/// Buildkite and `CircleCI`: a program of the system that writes the token. What it writes beside it may hold anything and is
/// not shown.
fn program(system: &dyn System, words: &[&str]) -> Result<Zeroizing<Vec<u8>>, KeylessError> {
    let argv: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let name = words.first().copied().unwrap_or_default();
    let ran = system.run(&Program {
        argv: &argv,
        input: &[],
        without: &[],
        timeout: TIMEOUT,
        output_limit: usize::try_from(BYTES).unwrap_or(usize::MAX),
    });
    match ran {
        Ok(ran) if ran.code == Some(0) => Ok(Zeroizing::new(ran.stdout)),
        Ok(ran) => {
            let code = ran.code.map_or_else(|| String::from("a signal"), |code| format!("exit {code}"));
            Err(none(&format!("`{name}` gave none and ended with {code}"), "run the command by hand in the job"))
        }
        Err(error) => Err(none(&format!("`{name}` gave none: {error}"), ELSEWHERE)),
    }
}

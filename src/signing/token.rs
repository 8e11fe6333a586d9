//! Identity tokens: three parts of base64, of which only the second is read, to find mistakes early. Who made it is not
//! verified here: that is the authority's office. Nothing of a token is ever shown.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use zeroize::Zeroizing;

use super::KeylessError;
use crate::base::json;

/// Largest token, bytes.
pub const BYTES: u64 = 32 << 10;
/// Whom a token is for, unless it is said.
pub const AUDIENCE: &str = "sigstore";
/// What to do where there is no good one.
const ANOTHER: &str = "give a fresh token of the service's issuer: `--identity-token FILE`, or `SIGSTORE_ID_TOKEN`";

/// An identity token.
pub struct Token {
    secret: Zeroizing<String>,
    issuer: String,
    subject: String,
    email: Option<String>,
    /// Who vouches where the issuer only passes on.
    connector: Option<String>,
    visibility: Option<String>,
    expires: i64,
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Token").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

fn unusable(reason: impl Into<String>, help: impl Into<String>) -> KeylessError {
    KeylessError::Token { reason: reason.into(), help: help.into() }
}

impl Token {
    /// Reads a token for that audience; white space around it is no part of it.
    ///
    /// # Errors
    /// Where it is none, or for somebody else.
    pub fn read(bytes: &[u8], audience: &str) -> Result<Self, KeylessError> {
        let none = |reason: &str| unusable(reason, ANOTHER);
        let text = std::str::from_utf8(bytes).map_err(|_| none("it is not UTF-8"))?.trim();
        if text.is_empty() {
            return Err(none("it is empty"));
        }
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > BYTES {
            return Err(none(&format!("it is larger than the limit of {BYTES} bytes")));
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [head, claims, signature] = parts.as_slice() else { return Err(none("it has not three parts")) };
        let is_part =
            |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if ![head, claims, signature].into_iter().all(is_part) {
            return Err(none("a part of it is not base64url"));
        }
        let claims = Zeroizing::new(URL_SAFE_NO_PAD.decode(claims).map_err(|_| none("its claims are not base64url"))?);
        let limit = usize::try_from(BYTES).unwrap_or(usize::MAX);
        let claims = json::parse(&claims, limit).map_err(|_| none("its claims are no JSON"))?;
        let said = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let issuer = said("iss").ok_or_else(|| none("it does not say who issued it"))?.to_owned();
        let subject = said("sub").ok_or_else(|| none("it does not say whose it is"))?.to_owned();
        let expires = claims.get("exp").and_then(seconds).ok_or_else(|| none("it does not say when it expires"))?;
        let is_for = match claims.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(audience)),
            _ => false,
        };
        if !is_for {
            return Err(unusable(
                format!("it is not for the audience `{audience}`"),
                format!(
                    "ask its issuer for one for `{audience}`; another service's audience is named with `--audience`"
                ),
            ));
        }
        if said("email").is_some() && claims.get("email_verified") == Some(&Value::Bool(false)) {
            return Err(none("its e-mail address is not verified"));
        }
        Ok(Self {
            secret: Zeroizing::new(text.to_owned()),
            issuer,
            subject,
            email: said("email").map(str::to_owned),
            connector: claims.pointer("/federated_claims/connector_id").and_then(Value::as_str).map(str::to_owned),
            visibility: said("repository_visibility").or(said("project_visibility")).map(str::to_owned),
            expires,
        })
    }

    /// Whether it has not expired.
    ///
    /// # Errors
    /// Where it has.
    pub fn may_be_used(&self, now: Timestamp) -> Result<(), KeylessError> {
        if self.expires <= now.as_second() {
            let when = Timestamp::from_second(self.expires).map(|at| at.to_string()).unwrap_or_default();
            return Err(unusable(format!("it expired at {when}"), ANOTHER));
        }
        Ok(())
    }

    /// The token itself: to the authority alone.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Who vouches for the subject, as a certificate says it.
    pub(super) fn vouching(&self) -> &str {
        self.connector.as_deref().unwrap_or(&self.issuer)
    }

    /// What has to be signed to prove that the key is at hand.
    pub(super) fn challenge(&self) -> &str {
        self.email.as_deref().unwrap_or(&self.subject)
    }

    /// The e-mail address.
    pub(super) fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Whether the repository is public, where the token says so.
    pub(super) fn visibility(&self) -> Option<&str> {
        self.visibility.as_deref()
    }
}

/// A number of seconds, whole or not.
fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().and_then(|seconds| format!("{seconds:.0}").parse().ok()))
}

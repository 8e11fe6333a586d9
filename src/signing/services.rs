//! Which services are called: by address, or from a signing configuration. There is no service that nobody named. Does not
//! call them.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::rekor::Version;
use super::{Address, KeylessError, wire};
use crate::base::json;

/// Largest signing configuration, bytes.
pub const BYTES: usize = 1 << 20;
/// The media type of signing configurations.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.signingconfig.v0.2+json";
/// The media type of a client trust configuration, which holds one.
const CLIENT_TRUST: &str = "application/vnd.dev.sigstore.clienttrustconfig";
/// Most logs, and most timestamp authorities.
const MOST: usize = 8;

/// A log, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogService {
    /// Where it is.
    pub address: Address,
    /// Its protocol.
    pub version: Version,
}

/// The services of one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Services {
    /// The certificate authority.
    pub authority: Address,
    /// The logs; each of them gets an entry.
    pub logs: Vec<LogService>,
    /// The timestamp authorities; each of them stamps.
    pub timestamps: Vec<Address>,
    /// How long one exchange may take.
    pub timeout: Duration,
}

fn wrong(reason: impl Into<String>, help: impl Into<String>) -> KeylessError {
    KeylessError::Services { reason: reason.into(), help: help.into() }
}

impl Services {
    /// By address.
    ///
    /// # Errors
    /// Addresses that are none, or not encrypted.
    pub fn named(
        authority: &str,
        logs: &[String],
        version: Version,
        timestamps: &[String],
    ) -> Result<Self, KeylessError> {
        let address = |text: &String| address(text);
        let logs = logs.iter().map(|text| Ok(LogService { address: address(text)?, version }));
        Ok(Self {
            authority: address(&authority.to_owned())?,
            logs: logs.collect::<Result<_, KeylessError>>()?,
            timestamps: timestamps.iter().map(address).collect::<Result<_, _>>()?,
            timeout: wire::TIMEOUT,
        })
    }

    /// From a signing configuration, or a client trust configuration that holds one: what is valid now, the newest versions
    /// first, and as many as it asks for.
    ///
    /// # Errors
    /// Where it is none, or asks for what cannot be had.
    pub fn configured(bytes: &[u8], now: Timestamp) -> Result<Self, KeylessError> {
        let help = "give a `signing_config.v0.2.json` of the services";
        let document = json::parse(bytes, BYTES)
            .map_err(|error| wrong(format!("the signing configuration cannot be read: {error}"), help))?;
        let kind = |value: &Value| value.get("mediaType").and_then(Value::as_str).unwrap_or_default().to_owned();
        let document = if kind(&document).starts_with(CLIENT_TRUST) {
            document.get("signingConfig").cloned().unwrap_or_default()
        } else {
            document
        };
        if kind(&document) != MEDIA_TYPE {
            return Err(wrong(
                format!("the signing configuration is none: its `mediaType` is not `{MEDIA_TYPE}`"),
                help,
            ));
        }
        let authorities = Listed::all(&document, "caUrls", &[1], now)?;
        let authority = authorities
            .first()
            .ok_or_else(|| wrong("the signing configuration has no certificate authority that is valid now", help))?;
        let logs = chosen(&document, "rekorTlogConfig", Listed::all(&document, "rekorTlogUrls", &[1, 2], now)?)?;
        let stamps = chosen(&document, "tsaConfig", Listed::all(&document, "tsaUrls", &[1], now)?)?;
        Ok(Self {
            authority: authority.address.clone(),
            logs: logs
                .into_iter()
                .map(|log| LogService {
                    address: log.address,
                    version: if log.version == 2 { Version::V2 } else { Version::V1 },
                })
                .collect(),
            timestamps: stamps.into_iter().map(|stamp| stamp.address).collect(),
            timeout: wire::TIMEOUT,
        })
    }

    /// Whether they make what can be verified: somebody has to say when it was signed.
    pub(super) fn agree(&self) -> Result<(), KeylessError> {
        if self.logs.len() > MOST || self.timestamps.len() > MOST {
            return Err(wrong(format!("there are more than {MOST} services of a kind"), "name fewer"));
        }
        let is_timed = self.logs.iter().any(|log| log.version == Version::V1) || !self.timestamps.is_empty();
        if is_timed {
            return Ok(());
        }
        let reason = if self.logs.is_empty() {
            "neither a log nor a timestamp authority is named, so nobody says when it was signed"
        } else {
            "a log of version 2 does not say when it was signed"
        };
        Err(wrong(reason, "name a timestamp authority: `--tsa-url URL`"))
    }
}

fn address(text: &str) -> Result<Address, KeylessError> {
    Address::of_service(text)
        .map_err(|error| wrong(format!("`{}` names no service: {error}", text.escape_debug()), "give its address"))
}

/// One row of a signing configuration.
struct Listed {
    address: Address,
    version: u64,
    operator: String,
}

impl Listed {
    /// Those of that name that are valid and of a version that is spoken, the newest version first.
    fn all(document: &Value, name: &str, versions: &[u64], now: Timestamp) -> Result<Vec<Self>, KeylessError> {
        let malformed = || {
            let reason = format!("the signing configuration cannot be read: a row of `{name}` has not its members");
            wrong(reason, "each row has `url`, `majorApiVersion`, `validFor` with `start`")
        };
        let rows = match document.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(rows) => rows.as_array().ok_or_else(malformed)?,
        };
        let mut listed = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let time = |which: &str| match row.pointer(&format!("/validFor/{which}")) {
                None | Some(Value::Null) => Ok(None),
                Some(at) => at.as_str().and_then(|at| at.parse::<Timestamp>().ok()).map(Some).ok_or_else(malformed),
            };
            let version = row.get("majorApiVersion").and_then(Value::as_u64).ok_or_else(malformed)?;
            let url = row.get("url").and_then(Value::as_str).ok_or_else(malformed)?;
            let start = time("start")?.ok_or_else(malformed)?;
            let is_valid = start <= now && time("end")?.is_none_or(|end| now <= end);
            if is_valid && versions.contains(&version) {
                // Who names no operator is one by itself.
                let operator = row.get("operator").and_then(Value::as_str);
                let operator = operator.map_or_else(|| format!("#{index}"), str::to_owned);
                listed.push(Self { address: address(url)?, version, operator });
            }
        }
        listed.sort_by_key(|row| std::cmp::Reverse(row.version));
        Ok(listed)
    }
}

/// As many as the configuration asks for, each of another operator.
fn chosen(document: &Value, name: &str, listed: Vec<Listed>) -> Result<Vec<Listed>, KeylessError> {
    let rule = document.get(name).unwrap_or(&Value::Null);
    let mut seen = BTreeSet::new();
    let mut each: Vec<Listed> = listed.into_iter().filter(|row| seen.insert(row.operator.clone())).collect();
    let wanted = match rule.get("selector").and_then(Value::as_str) {
        None => each.len().min(1),
        Some("ANY") => 1,
        Some("ALL") => each.len().max(1),
        Some("EXACT") => rule
            .get("count")
            .and_then(Value::as_u64)
            .and_then(|count| usize::try_from(count).ok())
            .filter(|count| *count > 0)
            .ok_or_else(|| {
                wrong(format!("`{name}` of the signing configuration has no `count`"), "say of how many: `count`")
            })?,
        Some(other) => {
            let reason = format!("`{name}` of the signing configuration selects `{}`", other.escape_debug());
            return Err(wrong(reason, "`ANY`, `ALL` and `EXACT` are understood"));
        }
    };
    if each.len() < wanted {
        let reason = format!("`{name}` asks for {wanted} services, and {} are valid now", each.len());
        return Err(wrong(reason, "renew the signing configuration, or name the services by address"));
    }
    each.truncate(wanted);
    Ok(each)
}

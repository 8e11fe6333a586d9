//! Variables of a foreign environment, each held to what it may be. A value that is needed and wrong is an error; one that can
//! be done without is left out, and that is told. Does not know what the variables mean.

use super::{CiError, Service, VALUE_BYTES};
use crate::base::system::System;
use crate::git::normalise_remote;

/// The environment of a job.
#[derive(Debug)]
pub(super) struct Environment<'a> {
    pub(super) system: &'a dyn System,
    service: Service,
    notes: Vec<String>,
}

impl<'a> Environment<'a> {
    pub(super) fn new(system: &'a dyn System, service: Service) -> Self {
        Self { system, service, notes: Vec::new() }
    }

    /// What was left out.
    pub(super) fn notes(self) -> Vec<String> {
        self.notes
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// A value; nothing where it is not set or empty. No value of a CI has control characters: one that has is made up, and
    /// could say one thing to us and another to a shell.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, CiError> {
        let Some(value) = self.system.env_var(name).filter(|value| !value.is_empty()) else { return Ok(None) };
        if value.len() > VALUE_BYTES || value.chars().any(char::is_control) {
            return Err(CiError::Bad { name, wanted: "one line of at most 4096 bytes" });
        }
        Ok(Some(value))
    }

    /// A value that each run has.
    pub(super) fn needed(&self, name: &'static str) -> Result<String, CiError> {
        self.text(name)?.ok_or(CiError::Missing { service: self.service, name })
    }

    /// A whole number above 0.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<u64>, CiError> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        let number = number(&value).ok_or(CiError::Bad { name, wanted: "a number above 0" })?;
        Ok(Some(number))
    }

    /// A whole object id of git.
    pub(super) fn commit(&self, name: &'static str) -> Result<Option<String>, CiError> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        if !is_commit(&value) {
            return Err(CiError::Bad { name, wanted: "an object id of git, in 40 or 64 lower-case hex digits" });
        }
        // Where a system has no commit to name it writes zeros.
        Ok(Some(value).filter(|value| value.bytes().any(|byte| byte != b'0')))
    }

    /// The commit that each run has.
    pub(super) fn needed_commit(&self, name: &'static str) -> Result<String, CiError> {
        self.commit(name)?.ok_or(CiError::Missing { service: self.service, name })
    }

    /// The address of a repository, as it is written everywhere else: https, no credentials, no `.git`.
    pub(super) fn repository(&self, name: &'static str) -> Result<String, CiError> {
        let value = self.needed(name)?;
        normalise_remote(&value).ok_or(CiError::Bad { name, wanted: "the address of a git repository" })
    }

    /// The address of a page; left out where it is none or has credentials.
    pub(super) fn page(&mut self, name: &'static str) -> Result<Option<String>, CiError> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        if is_page(&value) {
            return Ok(Some(value));
        }
        self.note(format!("`{name}` is left out: it is no plain http address"));
        Ok(None)
    }

    /// The address of a server, without a slash at its end.
    pub(super) fn server(&self, name: &'static str) -> Result<String, CiError> {
        let value = self.needed(name)?;
        let value = value.trim_end_matches('/');
        if is_page(value) { Ok(value.to_owned()) } else { Err(CiError::Bad { name, wanted: "a plain http address" }) }
    }

    /// A branch; left out where statements have no place for it.
    pub(super) fn branch(&mut self, name: &'static str) -> Result<Option<String>, CiError> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        Ok(self.branch_of(name, value))
    }

    /// The same of a value that was found elsewhere.
    pub(super) fn branch_of(&mut self, name: &str, value: String) -> Option<String> {
        if is_branch(&value) {
            return Some(value);
        }
        // The value itself is not told: it may be somebody's address.
        self.note(format!(
            "the branch of `{name}` is left out: a statement takes letters, digits, `.`, `_`, `/` and `-` only"
        ));
        None
    }

    /// The identity of a job, as part of a run id.
    pub(super) fn id(&self, name: &'static str) -> Result<String, CiError> {
        let value = self.needed(name)?;
        let fits =
            value.len() <= 100 && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if fits { Ok(value) } else { Err(CiError::Bad { name, wanted: "an id of letters, digits, `.`, `_` and `-`" }) }
    }

    /// A moment in UTC; left out where it is none.
    pub(super) fn instant(&mut self, name: &'static str) -> Result<Option<String>, CiError> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        if let Ok(at) = value.parse::<jiff::Timestamp>() {
            return Ok(Some(at.to_string()));
        }
        self.note(format!("`{name}` is left out: it is no moment of RFC 3339"));
        Ok(None)
    }
}

/// A whole number above 0, in plain digits.
pub(super) fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain)
}

pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether it is an http address without credentials, blanks, query and fragment: a query may hold a token.
pub(super) fn is_page(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '?' | '#' | '\\' | '"' | '<' | '>');
    text.len() <= 1024
        && rest.chars().all(clean)
        && !host.is_empty()
        && !authority.contains('@')
        && port.is_none_or(|port| number(port).is_some_and(|port| port <= 65_535))
}

fn is_branch(text: &str) -> bool {
    text.len() <= 255 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'/' | b'-'))
}

//! What a repository demands of a statement about an agent's run, and who may sign, witness and approve: the policy-owned file
//! `.attest/provenance.toml`, read strictly. Does not know where the file comes from, and verifies nothing.

mod entry;
mod file;

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;

use crate::base::literal::Duration;
use crate::base::suggest;
use crate::decide::Level;

pub use self::entry::{By, Party};
pub use self::file::File;

/// Where the file is, unless something else is said.
pub const PATH: &str = ".attest/provenance.toml";
/// Largest file, bytes.
pub const BYTES: usize = 256 << 10;
/// Most entries of each kind.
pub const ENTRIES: usize = 32;
/// Most names in a list.
const NAMES: usize = 256;

/// A subject that a verifier computes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The canonical patch.
    Patch,
    /// The tree at the end of the change.
    Tree,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Patch, Self::Tree];

    /// As in statements: `patch.diff`, `repo-tree`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch.diff",
            Self::Tree => "repo-tree",
        }
    }
}

/// What is demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectations {
    /// The repository's address; that of the remote where there is none.
    pub repository: Option<String>,
    /// The least level.
    pub required_level: Level,
    /// How long ago the run may have finished, seconds, never 0.
    pub max_age: Option<u64>,
    /// What the statement must be about, never empty, in this order.
    pub subjects: Vec<Subject>,
    /// Whether a run may be on a self-hosted runner.
    pub allow_self_hosted_runners: bool,
    /// Whether the statement's run must be the certificate's.
    pub run_from_certificate: bool,
    /// The path of the agent's configuration.
    pub agent_config: Option<String>,
    /// SHA-256 of the MCP servers, hex, by name.
    pub mcp_servers: Vec<(String, String)>,
    /// On whose behalf a run may be.
    pub delegates: Vec<String>,
    /// Builders that count as isolated.
    pub isolated_runners: Vec<String>,
    /// Who may sign.
    pub signers: Vec<Party>,
    /// Who may witness.
    pub witnesses: Vec<Party>,
    /// Who may approve; each has a predicate type.
    pub approvers: Vec<Party>,
}

/// What is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .place.map(|(line, column)| format!("line {line}, column {column}: ")).unwrap_or_default())]
pub struct ExpectationsError {
    /// Line and column, both from 1; the column counts characters.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Something wrong at a place of the text.
#[derive(Debug)]
struct Wrong {
    span: Range<usize>,
    message: String,
    help: String,
}

impl Wrong {
    fn at(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into() }
    }

    fn placed(self, text: &str) -> ExpectationsError {
        ExpectationsError { place: Some(place(text, self.span.start)), message: self.message, help: self.help }
    }
}

/// Line and column of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    (line.saturating_add(1), column.saturating_add(1))
}

/// Where to read on.
const REFERENCE: &str =
    "the keys are listed in the reference, `agent-provenance`; `attest schema provenance-expectations`";

impl Expectations {
    /// Reads the file.
    ///
    /// # Errors
    /// The first thing that is wrong with it: an unknown key, an empty or unusable value, entries that contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self, ExpectationsError> {
        let whole = |message: String, help: &str| ExpectationsError { place: None, message, help: help.to_owned() };
        if bytes.len() > BYTES {
            let message = format!("the file has {} bytes, more than the limit of {BYTES}", bytes.len());
            return Err(whole(message, "keep the expectations of one repository in it"));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| whole(format!("byte {} is not UTF-8", error.valid_up_to()), "write it as UTF-8"))?;
        let file: File = toml::from_str(text).map_err(|error| unreadable(&error, text))?;
        checked(file).map_err(|wrong| wrong.placed(text))
    }
}

/// What the TOML crate says, in this program's manner.
fn unreadable(error: &toml::de::Error, text: &str) -> ExpectationsError {
    let message = error.message().trim().replace('\n', ", ");
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let (message, help) = match unknown {
        Some(name) => {
            let of_entry = message.contains("`identity`");
            let known: &[&str] = if of_entry { &file::ENTRY_KEYS } else { &file::KEYS };
            let help = suggest::nearest(name, known.iter().copied())
                .map_or_else(|| format!("the keys are {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
            (format!("there is no key `{name}`"), help)
        }
        None => (message.replace("missing field", "there is no"), REFERENCE.to_owned()),
    };
    ExpectationsError { place: error.span().map(|span| place(text, span.start)), message, help }
}

/// A text that says something: not empty, one line, of at most so many characters.
fn line(value: &Spanned<String>, what: &str, longest: usize) -> Result<String, Wrong> {
    let text = value.get_ref();
    let wrong = |message: String, help: &str| Err(Wrong::at(value.span(), message, help));
    if text.trim().is_empty() {
        return wrong(format!("`{what}` is empty"), "give it a value or leave it out");
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return wrong(format!("`{what}` has blanks around it, or characters that do not show"), "write it as it is");
    }
    if text.chars().count() > longest {
        return wrong(format!("`{what}` has more than {longest} characters"), "write it as it is");
    }
    Ok(text.clone())
}

/// A list of such texts, each once.
fn lines(values: &[Spanned<String>], what: &str, longest: usize) -> Result<Vec<String>, Wrong> {
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for value in values {
        if list.len() == NAMES {
            return Err(Wrong::at(value.span(), format!("`{what}` has more than {NAMES} values"), "name fewer"));
        }
        let text = line(value, what, longest)?;
        if !seen.insert(text.clone()) {
            return Err(Wrong::at(value.span(), format!("`{text}` stands twice in `{what}`"), "leave one out"));
        }
        list.push(text);
    }
    Ok(list)
}

fn checked(file: File) -> Result<Expectations, Wrong> {
    if *file.schema.get_ref() != 1 {
        let message = format!("`schema = {}` is not known", file.schema.get_ref());
        return Err(Wrong::at(file.schema.span(), message, "write `schema = 1`, or take a newer `attest`"));
    }
    let optional = |value: &Option<Spanned<String>>, what: &str, longest: usize| {
        value.as_ref().map(|value| line(value, what, longest)).transpose()
    };
    let expectations = Expectations {
        repository: file.repository.as_ref().map(repository).transpose()?,
        required_level: level(&file.required_level)?,
        max_age: file.max_age.as_ref().map(max_age).transpose()?,
        subjects: subjects(file.subjects.as_ref())?,
        allow_self_hosted_runners: file.allow_self_hosted_runners,
        run_from_certificate: file.run_from_certificate,
        agent_config: match optional(&file.agent_config, "agent-config", 1024)? {
            Some(path) if !is_plain(&path) => {
                let span = file.agent_config.map(|value| value.span()).unwrap_or_default();
                let help = "write it from the root of the repository, such as `AGENTS.md`";
                return Err(Wrong::at(span, format!("`{path}` is no path within the repository"), help));
            }
            path => path,
        },
        mcp_servers: mcp_servers(&file)?,
        delegates: lines(&file.delegates, "delegates", 256)?,
        isolated_runners: lines(&file.isolated_runners, "isolated-runners", 512)?,
        signers: entry::parties(file.signer, entry::Kind::Signer)?,
        witnesses: entry::parties(file.witness, entry::Kind::Witness)?,
        approvers: entry::parties(file.approver, entry::Kind::Approver)?,
    };
    Ok(expectations)
}

/// A path of git's: from the root, without steps that go nowhere or up.
fn is_plain(path: &str) -> bool {
    !path.contains('\\') && path.split('/').all(|step| !matches!(step, "" | "." | ".." | ".git"))
}

fn repository(value: &Spanned<String>) -> Result<String, Wrong> {
    let text = line(value, "repository", 1024)?;
    match crate::git::normalise_remote(&text) {
        Some(normal) if normal == text => Ok(text),
        // It may hold a password, and is not repeated.
        Some(normal) => Err(Wrong::at(
            value.span(),
            "this is not how the repository is written in statements",
            format!("write `{normal}`"),
        )),
        None => {
            let help = "write its https address, such as `https://github.com/acme/shop`";
            Err(Wrong::at(value.span(), format!("`{text}` is no address of a repository"), help))
        }
    }
}

fn level(value: &Spanned<String>) -> Result<Level, Wrong> {
    Level::from_name(value.get_ref()).ok_or_else(|| {
        let names = Level::ALL.map(Level::name);
        let help = suggest::nearest(value.get_ref(), names)
            .map_or_else(|| format!("the levels are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        Wrong::at(value.span(), format!("there is no level `{}`", value.get_ref()), help)
    })
}

fn max_age(value: &Spanned<String>) -> Result<u64, Wrong> {
    let wrong = |message: String, help: &str| Err(Wrong::at(value.span(), message, help));
    match Duration::parse(value.get_ref()) {
        Ok(duration) if duration.seconds() == 0 => {
            wrong("`max-age` is nothing, and would not be checked".to_owned(), "give it a value or leave it out")
        }
        Ok(duration) => Ok(duration.seconds()),
        Err(error) => {
            wrong(format!("`max-age`: {}", error.message), "write a number and one of `s m h d w`, like `24h`")
        }
    }
}

fn subjects(values: Option<&Spanned<Vec<Spanned<String>>>>) -> Result<Vec<Subject>, Wrong> {
    let Some(values) = values else { return Ok(vec![Subject::Patch]) };
    let names = lines(values.get_ref(), "subjects", 64)?;
    if names.is_empty() {
        return Err(Wrong::at(values.span(), "`subjects` is empty", "name `patch.diff`, or leave it out"));
    }
    let mut subjects = Vec::new();
    for (name, value) in names.iter().zip(values.get_ref()) {
        let Some(subject) = Subject::ALL.into_iter().find(|subject| subject.name() == name) else {
            let names = Subject::ALL.map(Subject::name);
            let message = format!("there is no subject `{name}` that a verifier computes");
            return Err(Wrong::at(value.span(), message, format!("the subjects are {}", names.join(", "))));
        };
        subjects.push(subject);
    }
    if !subjects.contains(&Subject::Patch) {
        let message = "without `patch.diff` the statement would say where a change ends, and not what it is";
        return Err(Wrong::at(values.span(), message, "add `patch.diff`"));
    }
    subjects.sort_unstable();
    Ok(subjects)
}

fn mcp_servers(file: &File) -> Result<Vec<(String, String)>, Wrong> {
    let mut servers: Vec<(String, String)> = Vec::new();
    for (name, value) in &file.mcp_servers {
        let text = line(value, "mcp-servers", 128)?;
        let wrong = |message: String, help: &str| Err(Wrong::at(value.span(), message, help));
        let is_hex = |hex: &str| hex.len() == 64 && hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let Some(hex) = text.strip_prefix("sha256:").filter(|hex| is_hex(hex)) else {
            return wrong(format!("`{name}` has no digest that is read"), "write it like `sha256:<64 hex digits>`");
        };
        if name.trim().is_empty() {
            return wrong("a server has no name".to_owned(), "give it one");
        }
        if let Some((other, _)) = servers.iter().find(|(_, known)| known == hex) {
            return wrong(format!("`{name}` and `{other}` are one server"), "leave one out");
        }
        if servers.len() == NAMES {
            return wrong(format!("there are more than {NAMES} servers"), "name fewer");
        }
        servers.push((name.clone(), hex.to_owned()));
    }
    Ok(servers)
}

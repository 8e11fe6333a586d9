//! Somebody who may sign, witness or approve: one entry of the file, checked. Does not know bundles.

use toml::Spanned;

use super::file::Entry;
use super::{ENTRIES, Wrong, line};
use crate::attestation::{Pins, Trust};

/// Longest identity, issuer, workflow and the like, characters: what a context holds of them.
const LONGEST: usize = 512;

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// What they are called.
    pub name: Option<String>,
    /// How they sign.
    pub by: By,
    /// The predicate type that their statement must have.
    pub predicate_type: Option<String>,
}

/// How somebody signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// With a certificate.
    Certificate(Box<Pins>),
    /// With a key; what else there is, policy says of its holder.
    Key {
        /// The public key, PEM.
        pem: String,
        /// Its digest, `sha256:...`.
        digest: String,
        /// Whether the log of the trust root must hold the signature.
        logged: bool,
        /// The builder.
        builder: Option<String>,
        /// The workflow.
        workflow: Option<String>,
        /// The issuer.
        issuer: Option<String>,
    },
}

/// In which list somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Signer,
    Witness,
    Approver,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::Witness => "witness",
            Self::Approver => "approver",
        }
    }
}

/// The entries of one list.
pub(super) fn parties(entries: Vec<Spanned<Entry>>, kind: Kind) -> Result<Vec<Party>, Wrong> {
    let mut parties: Vec<Party> = Vec::new();
    for entry in entries {
        let span = entry.span();
        if parties.len() == ENTRIES {
            let message = format!("there are more than {ENTRIES} `[[{}]]`", kind.name());
            return Err(Wrong::at(span, message, "name fewer; a glob in an identity stands for many"));
        }
        let party = party(&entry, kind)?;
        if parties.iter().any(|known| known.is_same(&party)) {
            let message = format!("this `[[{}]]` stands above already", kind.name());
            return Err(Wrong::at(span, message, "leave one out, or say what differs"));
        }
        parties.push(party);
    }
    Ok(parties)
}

impl Party {
    /// Whether two entries let the same somebody in; what they are called does not make them two.
    fn is_same(&self, other: &Self) -> bool {
        self.predicate_type == other.predicate_type
            && match (&self.by, &other.by) {
                (By::Certificate(own), By::Certificate(other)) => own == other,
                (By::Key { digest: own, .. }, By::Key { digest: other, .. }) => own == other,
                _ => false,
            }
    }

    /// In words, for people.
    pub fn shown(&self) -> String {
        let who = match &self.by {
            By::Certificate(pins) => pins.identity.clone().unwrap_or_default(),
            By::Key { digest, .. } => format!("the key {digest}"),
        };
        self.name.as_ref().map_or_else(|| who.clone(), |name| format!("{name}, {who}"))
    }
}

type Text = Option<Spanned<String>>;

fn text(value: &Text, what: &str) -> Result<Option<String>, Wrong> {
    value.as_ref().map(|value| line(value, what, LONGEST)).transpose()
}

fn party(spanned: &Spanned<Entry>, kind: Kind) -> Result<Party, Wrong> {
    let entry = spanned.get_ref();
    let wrong = |message: String, help: &str| Err(Wrong::at(spanned.span(), message, help));
    let name = text(&entry.name, "name")?;
    let predicate_type = match (&entry.predicate_type, kind) {
        (Some(value), Kind::Approver) => {
            let uri = line(value, "predicate-type", LONGEST)?;
            if !uri.contains(':') {
                return Err(Wrong::at(value.span(), format!("`{uri}` is no URI"), "write the predicate type whole"));
            }
            Some(uri)
        }
        (Some(value), _) => {
            let message = "`predicate-type` belongs to an `[[approver]]`";
            return Err(Wrong::at(value.span(), message, "leave it out"));
        }
        (None, Kind::Approver) => {
            let message = "the approver has no `predicate-type`, so that anything they sign would approve";
            return wrong(message.to_owned(), "name the predicate type of approvals");
        }
        (None, _) => None,
    };
    let by = match (&entry.identity, &entry.key) {
        (Some(identity), None) => certificate(entry, identity)?,
        (None, Some(key)) => by_key(entry, key, kind)?,
        (Some(_), Some(key)) => {
            let message = "an entry has an `identity` or a `key`, not both";
            return Err(Wrong::at(key.span(), message, "make two entries of it"));
        }
        (None, None) => {
            let message = format!("this `[[{}]]` names nobody", kind.name());
            return wrong(message, "give it an `identity` and an `issuer`, or a `key`");
        }
    };
    Ok(Party { name, by, predicate_type })
}

fn certificate(entry: &Entry, identity: &Spanned<String>) -> Result<By, Wrong> {
    for (what, span) in
        [("builder", entry.builder.as_ref().map(Spanned::span)), ("logged", entry.logged.as_ref().map(Spanned::span))]
    {
        if let Some(span) = span {
            let message = format!("`{what}` is said of the holder of a key; of a certificate it is verified");
            return Err(Wrong::at(span, message, "leave it out"));
        }
    }
    let subject = line(identity, "identity", LONGEST)?;
    if let Some((message, help)) = too_wide(&subject) {
        return Err(Wrong::at(identity.span(), format!("`{subject}` {message}"), help));
    }
    let Some(issuer) = &entry.issuer else {
        let message = "the signer has no `issuer`, and anybody may vouch for anybody";
        return Err(Wrong::at(identity.span(), message, "name who vouches for the identity: `issuer = \"https://…\"`"));
    };
    let vouching = line(issuer, "issuer", LONGEST)?;
    if vouching.contains('*') {
        let message = format!("`{vouching}` has a `*`, and an issuer is compared exactly");
        return Err(Wrong::at(issuer.span(), message, "name each issuer in an entry of its own"));
    }
    for (what, value) in [
        ("repository", &entry.repository),
        ("ref", &entry.source_ref),
        ("commit", &entry.commit),
        ("runner", &entry.runner),
        ("trigger", &entry.trigger),
        ("environment", &entry.environment),
    ] {
        if let Some(value) = value.as_ref().filter(|value| value.get_ref().contains('*')) {
            let message = format!("`{what}` has a `*`, and is compared exactly");
            return Err(Wrong::at(value.span(), message, "write it whole; `identity` and `workflow` may have `*`"));
        }
    }
    let workflow = text(&entry.workflow, "workflow")?;
    if let (Some(value), Some((message, help))) = (&entry.workflow, workflow.as_deref().and_then(too_wide)) {
        return Err(Wrong::at(value.span(), format!("`{}` {message}", value.get_ref()), help));
    }
    Ok(By::Certificate(Box::new(Pins {
        identity: Some(subject),
        issuer: Some(vouching),
        no_issuer: false,
        repository: text(&entry.repository, "repository")?,
        workflow,
        source_ref: text(&entry.source_ref, "ref")?,
        commit: text(&entry.commit, "commit")?,
        runner: text(&entry.runner, "runner")?,
        trigger: text(&entry.trigger, "trigger")?,
        environment: text(&entry.environment, "environment")?,
    })))
}

fn by_key(entry: &Entry, key: &Spanned<String>, kind: Kind) -> Result<By, Wrong> {
    for (what, value) in [
        ("repository", &entry.repository),
        ("ref", &entry.source_ref),
        ("commit", &entry.commit),
        ("runner", &entry.runner),
        ("trigger", &entry.trigger),
        ("environment", &entry.environment),
    ] {
        if let Some(value) = value {
            let message = format!("`{what}` is compared with a certificate, and a key has none");
            return Err(Wrong::at(value.span(), message, "leave it out"));
        }
    }
    if kind != Kind::Signer {
        for (what, value) in [("builder", &entry.builder), ("workflow", &entry.workflow), ("issuer", &entry.issuer)] {
            if let Some(value) = value {
                let message = format!("`{what}` is said of a key that signs runs, in a `[[signer]]`");
                return Err(Wrong::at(value.span(), message, "leave it out"));
            }
        }
    }
    let pem = key.get_ref();
    if pem.trim().is_empty() {
        return Err(Wrong::at(key.span(), "`key` is empty", "give a public key, `-----BEGIN PUBLIC KEY-----`"));
    }
    let trust = Trust::default().with_key(pem.trim().as_bytes()).map_err(|failure| {
        let help = failure.help.map_or_else(|| "give a public key as PEM".to_owned(), String::from);
        Wrong::at(key.span(), failure.message, help)
    })?;
    let logged = entry.logged.as_ref().is_some_and(|logged| *logged.get_ref());
    if kind == Kind::Witness && !logged {
        let message = "a witness by a key alone is nobody's witness: neither a log nor a timestamp authority took part";
        return Err(Wrong::at(key.span(), message, "say `logged = true`, and verify with `--trusted-root`"));
    }
    Ok(By::Key {
        pem: pem.trim().to_owned(),
        digest: trust.key_digest().unwrap_or_default(),
        logged,
        builder: text(&entry.builder, "builder")?,
        workflow: text(&entry.workflow, "workflow")?,
        issuer: text(&entry.issuer, "issuer")?,
    })
}

/// Why a glob lets in whom nobody meant, or nobody at all: what to do too. `*` stops at `/` and `@`.
fn too_wide(glob: &str) -> Option<(&'static str, &'static str)> {
    if !glob.contains('*') {
        return None;
    }
    if glob.chars().all(|character| matches!(character, '*' | '@' | '/' | ':' | '.')) {
        return Some(("names nobody in particular", "write who it is, and `*` for a part of it"));
    }
    let Some((scheme, rest)) = glob.split_once("://") else {
        // An address of mail: whoever has a domain makes the names before its `@`.
        return match glob.rsplit_once('@') {
            Some((_, domain)) if !domain.contains('*') => None,
            _ => Some(("ends with a `*`, and anybody may have a name that ends otherwise", "write the domain whole")),
        };
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if scheme.contains('*') || host.contains('*') {
        return Some(("has a `*` in its host", "write the host whole: anybody may have one"));
    }
    let owner = path.split('/').next().unwrap_or_default();
    if owner.contains('*') {
        return Some(("has a `*` for the owner, and anybody may be one", "write the owner whole"));
    }
    if path.contains("/.github/workflows/") || path.contains(".gitlab-ci") {
        return match path.rsplit_once('@') {
            None => Some((
                "ends before the ref: `*` stops at `@`, so that it matches nothing",
                "end it with the ref, such as `@refs/heads/main` or `@refs/heads/*`",
            )),
            Some((_, "*" | "refs/*")) => Some((
                "ends within the ref: `*` stops at `/`, so that it matches nothing",
                "end it with the kind of the ref too, such as `@refs/heads/*`",
            )),
            Some(_) => None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::too_wide;

    #[test]
    fn globs_name_somebody() {
        let workflow = "https://github.com/acme/shop/.github/workflows/agent.yml";
        for good in [
            format!("{workflow}@refs/heads/main"),
            format!("{workflow}@refs/heads/*"),
            format!("{workflow}@refs/pull/*/merge"),
            "https://github.com/acme/*/.github/workflows/*.yml@refs/heads/main".to_owned(),
            "*@example.org".to_owned(),
            "mason@example.org".to_owned(),
            "https://github.com/acme/bots/*".to_owned(),
        ] {
            assert_eq!(too_wide(&good), None, "{good}");
        }
        for bad in [
            "*".to_owned(),
            "**".to_owned(),
            "*@*".to_owned(),
            "mason@*".to_owned(),
            "mason@*.example.org".to_owned(),
            "mason*".to_owned(),
            "https://*".to_owned(),
            "https://*.github.com/acme/shop".to_owned(),
            "https://github.com/*".to_owned(),
            "https://github.com/*/shop/.github/workflows/agent.yml@refs/heads/main".to_owned(),
            "https://github.com/acme/shop/.github/workflows/*".to_owned(),
            format!("{workflow}*"),
            format!("{workflow}@*"),
            format!("{workflow}@refs/*"),
        ] {
            assert!(too_wide(&bad).is_some(), "{bad}");
        }
    }
}

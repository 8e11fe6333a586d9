//! Things that a statement refers to, as flags give them: `type=trace,file=trace.json,storage=artifact-store`. A file is read
//! and hashed, never quoted. Does not know which of them a statement needs.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::base::digest::{Digest, sha256_stream};
use crate::base::suggest;
use crate::base::system::{System, SystemError};
use crate::session::Failure;
use crate::session::attestation;

/// Largest file that is hashed, bytes.
const FILE_BYTES: u64 = 64 << 30;
/// Longest value of a flag, bytes.
const FLAG_BYTES: usize = 8 << 10;

/// How a flag's value becomes an object of the predicate.
#[derive(Debug)]
pub(super) struct Kind {
    /// The flag.
    pub(super) flag: &'static str,
    /// Where the object goes: a list, or the object itself.
    pub(super) pointer: &'static str,
    /// Keys and the members that they are.
    keys: &'static [(&'static str, &'static str)],
    /// The member that holds the digest of what is referred to.
    digest: Option<&'static str>,
    /// Whether there must be a digest.
    hashed: bool,
    /// Members that are given where they are missing.
    defaults: &'static [(&'static str, &'static str)],
}

const REFERENCE: &[(&str, &str)] = &[
    ("type", "type"),
    ("uri", "uri"),
    ("storage", "storage"),
    ("visibility", "visibility"),
    ("media-type", "mediaType"),
];
const RAW: &[(&str, &str)] = &[
    ("stored", "stored"),
    ("visibility", "visibility"),
    ("encrypted-ref", "encryptedRef"),
    ("retention", "retention"),
];

/// The flags.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        flag: "--evidence",
        pointer: "/evidence",
        keys: REFERENCE,
        digest: Some("digest"),
        hashed: true,
        defaults: &[("visibility", "team")],
    },
    Kind {
        flag: "--sidecar",
        pointer: "/sidecars",
        keys: &[("type", "type"), ("uri", "uri"), ("visibility", "visibility"), ("media-type", "mediaType")],
        digest: Some("digest"),
        hashed: true,
        defaults: &[("visibility", "team"), ("mediaType", "application/octet-stream")],
    },
    Kind {
        flag: "--material",
        pointer: "/materials",
        keys: &[("type", "type"), ("uri", "uri")],
        digest: Some("digest"),
        hashed: true,
        defaults: &[],
    },
    Kind {
        flag: "--witness",
        pointer: "/environment/witnesses",
        keys: &[("id", "id"), ("type", "type"), ("uri", "uri")],
        digest: Some("digest"),
        hashed: true,
        defaults: &[],
    },
    Kind {
        flag: "--mcp-server",
        pointer: "/mcpServers",
        keys: &[("name", "name"), ("version", "version"), ("transport", "transport"), ("identity", "serverIdentity")],
        digest: Some("digest"),
        hashed: true,
        defaults: &[],
    },
    Kind {
        flag: "--tool",
        pointer: "/tools",
        keys: &[("name", "name"), ("server", "server")],
        digest: Some("schemaDigest"),
        hashed: true,
        defaults: &[],
    },
    Kind {
        flag: "--delegate",
        pointer: "/delegation/delegationChain",
        keys: &[("role", "role"), ("agent", "agentRef"), ("identity", "identity")],
        digest: Some("digest"),
        hashed: false,
        defaults: &[],
    },
    Kind {
        flag: "--extension",
        pointer: "/extensions",
        keys: &[
            ("name", "name"),
            ("uri", "uri"),
            ("visibility", "visibility"),
            ("media-type", "mediaType"),
            ("retention", "retention"),
        ],
        digest: Some("digest"),
        hashed: true,
        defaults: &[("visibility", "team"), ("mediaType", "application/octet-stream")],
    },
    Kind { flag: "--raw-prompt", pointer: "/privacy/rawPrompt", keys: RAW, digest: None, hashed: false, defaults: &[] },
    Kind {
        flag: "--raw-tool-outputs",
        pointer: "/privacy/rawToolOutputs",
        keys: RAW,
        digest: None,
        hashed: false,
        defaults: &[],
    },
];

impl Kind {
    /// The kind of that flag.
    pub(super) fn of(flag: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.flag == flag)
    }

    fn has(&self, member: &str) -> bool {
        self.keys.iter().any(|(_, known)| *known == member)
    }

    /// The object of a flag's value. `run` names what has no address of its own.
    ///
    /// # Errors
    /// A value that is written otherwise, and a file that cannot be read.
    pub(super) fn object(&self, system: &dyn System, text: &str, run: &str) -> Result<Map<String, Value>, Failure> {
        let mut members = Map::new();
        let (mut file, mut digest) = (None, None);
        for (key, value) in pairs(self.flag, text)? {
            let bad = |message: String, help: String| Err(Failure::usage(format!("`{}`: {message}", self.flag), help));
            if value.is_empty() {
                return bad(format!("`{key}` is empty"), "give it a value or leave it out".to_owned());
            }
            match key.as_str() {
                "file" if self.digest.is_some() && file.is_none() => file = Some(PathBuf::from(value)),
                "digest" if self.digest.is_some() && digest.is_none() => digest = Some(sha256(self.flag, &value)?),
                _ => {
                    let Some((_, member)) = self.keys.iter().find(|(known, _)| *known == key) else {
                        if matches!(key.as_str(), "file" | "digest") && self.digest.is_some() {
                            return bad(format!("`{key}` stands twice"), "repeat the flag for another one".to_owned());
                        }
                        let known: Vec<&str> = self.known().collect();
                        let help = suggest::nearest(&key, known.iter().copied()).map_or_else(
                            || format!("the keys are {}", known.join(", ")),
                            |near| format!("did you mean `{near}`?"),
                        );
                        return bad(format!("there is no key `{key}`"), help);
                    };
                    let value = match (*member, value.as_str()) {
                        ("stored", "true") => Value::Bool(true),
                        ("stored", "false") => Value::Bool(false),
                        _ => Value::String(value),
                    };
                    if members.insert((*member).to_owned(), value).is_some() {
                        return bad(format!("`{key}` stands twice"), "repeat the flag for another one".to_owned());
                    }
                }
            }
        }
        self.refer(system, &mut members, file.as_deref(), digest, run)?;
        for (member, value) in self.defaults {
            members.entry((*member).to_owned()).or_insert_with(|| Value::from(*value));
        }
        Ok(members)
    }

    fn known(&self) -> impl Iterator<Item = &'static str> {
        let files: &[&str] = if self.digest.is_some() { &["file", "digest"] } else { &[] };
        self.keys.iter().map(|(key, _)| *key).chain(files.iter().copied())
    }

    /// The digest, and for a file an address and a media type where none is given.
    fn refer(
        &self,
        system: &dyn System,
        members: &mut Map<String, Value>,
        file: Option<&Path>,
        digest: Option<Digest>,
        run: &str,
    ) -> Result<(), Failure> {
        let Some(member) = self.digest else { return Ok(()) };
        let digest = match (file, digest) {
            (Some(file), given) => {
                let found = hashed(system, file)?;
                if given.is_some_and(|given| given != found) {
                    let message = format!("`{}`: `{}` has another digest: {found}", self.flag, file.display());
                    return Err(Failure::usage(message, "give the file alone, or mend the digest"));
                }
                found
            }
            (None, Some(digest)) => digest,
            (None, None) if self.hashed => {
                let message = format!("`{}`: it is not said what the digest is of", self.flag);
                return Err(Failure::usage(
                    message,
                    "give `file=FILE`, which is read and hashed, or `digest=sha256:HEX`",
                ));
            }
            (None, None) => return Ok(()),
        };
        members.insert(member.to_owned(), json!({"sha256": digest.hex}));
        let Some(file) = file else { return Ok(()) };
        if self.has("uri") && !matches!(self.flag, "--witness") {
            members.entry("uri").or_insert_with(|| Value::from(artifact(run, file)));
        }
        if self.has("mediaType") {
            members.entry("mediaType").or_insert_with(|| Value::from(media_type(file)));
        }
        Ok(())
    }
}

/// SHA-256 of a file, read as a stream.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn hashed(system: &dyn System, file: &Path) -> Result<Digest, Failure> {
    let mut reader = system.open(file, FILE_BYTES)?;
    sha256_stream(&mut reader).map_err(|error| {
        let source = std::sync::Arc::new(error);
        SystemError::Io { action: "read", path: file.to_path_buf(), source }.into()
    })
}

/// The name of a file of a run: it says which file is meant, not where it is.
pub(super) fn artifact(run: &str, file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut out = format!("artifact://{run}/");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&crate::base::digest::hex(&[byte]).to_ascii_uppercase());
        }
    }
    out
}

fn media_type(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "json" => "application/json",
        "jsonl" | "ndjson" => "application/x-ndjson",
        "xml" => "application/xml",
        "pb" => "application/x-protobuf",
        "txt" | "log" => "text/plain",
        "md" => "text/markdown",
        _ => "application/octet-stream",
    }
}

fn sha256(flag: &str, text: &str) -> Result<Digest, Failure> {
    let digest = attestation::digest(text).ok().filter(|digest| digest.to_string().starts_with("sha256:"));
    digest.ok_or_else(|| {
        Failure::usage(format!("`{flag}`: `{text}` is no SHA-256 digest"), "write it like `sha256:<64 hex digits>`")
    })
}

/// `key=value,key=value`. A piece that does not begin like a key belongs to the value before it, so that an address may have a
/// comma.
pub(super) fn pairs(flag: &str, text: &str) -> Result<Vec<(String, String)>, Failure> {
    let form = || Failure::usage(format!("`{flag}` is written otherwise"), "write it like `key=value,key=value`");
    if text.len() > FLAG_BYTES {
        return Err(Failure::usage(format!("`{flag}` is too long"), "give at most 8192 bytes"));
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in text.split(',') {
        let key = piece
            .split_once('=')
            .filter(|(key, _)| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        match (key, pairs.last_mut()) {
            (Some((key, value)), _) => pairs.push((key.to_owned(), value.to_owned())),
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(piece);
            }
            (None, None) => return Err(form()),
        }
    }
    Ok(pairs)
}

//! `attest.toml`: typed, closed, every value with its place, so that a mistake is a diagnostic that points at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::base::span::{SourceId, Span};
use crate::diag::{Diagnostic, codes};
use crate::hir::{ParamOverride, ParamSetting};

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// `[package]`.
    #[serde(default)]
    pub(super) package: PackageSection,
    /// `[dependencies]`.
    #[serde(default)]
    pub(super) dependencies: BTreeMap<String, Spanned<Dependency>>,
    /// `[params]`.
    #[serde(default)]
    pub(super) params: BTreeMap<String, Spanned<toml::Value>>,
    /// `[lints]`.
    #[serde(default)]
    pub(super) lints: BTreeMap<String, Spanned<Lint>>,
    /// `[gate]`.
    #[serde(default)]
    pub(super) gate: GateSection,
    /// `[target]`.
    #[serde(default)]
    pub(super) target: TargetSection,
    /// `[tests]`.
    #[serde(default)]
    pub(super) tests: TestsSection,
    /// `[tier2]`.
    #[serde(default)]
    pub(super) tier2: Tier2Section,
}

/// `[package]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackageSection {
    /// The package's name.
    pub(super) name: Option<Arc<str>>,
    /// Its version.
    pub(super) version: Option<Arc<str>>,
    /// The edition of files that name none.
    pub(super) edition: Option<u32>,
}

/// One of `[dependencies]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dependency {
    /// A directory, relative to the package's.
    pub(super) path: Option<String>,
    /// A bundle, relative to the package's directory.
    pub(super) bundle: Option<String>,
    /// The bundle's digest.
    #[expect(
        dead_code,
        reason = "read with the bundle, which this version refuses; the field must be known to be accepted"
    )]
    pub(super) digest: Option<String>,
}

/// One of `[lints]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Lint {
    /// Not said.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl Lint {
    /// As written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// `[gate]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateSection {
    /// The gate without `--gate`.
    pub(super) default: Option<Spanned<String>>,
}

/// `[target]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetSection {
    /// The default of `--root`, relative to the package's directory.
    pub(super) root: Option<String>,
}

/// `[tests]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestsSection {
    /// Whether a test report that names no commit counts.
    #[serde(default)]
    pub(super) unbound_reports: Unbound,
}

/// `unbound_reports`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unbound {
    /// They are an error.
    #[default]
    Deny,
    /// They count.
    Allow,
}

/// `[tier2]`: the flags of `attest run` of the same names, underscores for hyphens. What could run a program, move a key or
/// bring answers of its own is not among them: whoever may change the rules would hold it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tier2Section {
    /// Who is asked.
    pub(super) provider: Option<String>,
    /// Which model.
    pub(super) model: Option<String>,
    /// Where; no key is sent there unless it is the provider's own address.
    pub(super) base_url: Option<String>,
    /// Votes of a question.
    pub(super) votes: Option<u64>,
    /// Calls at a time.
    pub(super) concurrency: Option<u64>,
    /// Calls in a minute.
    pub(super) calls_per_minute: Option<u64>,
    /// Calls in all.
    pub(super) max_calls: Option<u64>,
    /// Tokens in all.
    pub(super) max_tokens: Option<u64>,
    /// Tokens of one answer.
    pub(super) max_output_tokens: Option<u64>,
    /// Longest time of a call, a duration.
    pub(super) timeout: Option<String>,
    /// Whether a second opinion is asked for.
    pub(super) second_opinion: Option<bool>,
    /// What a million tokens of prompts cost.
    pub(super) input_price: Option<f64>,
    /// What a million tokens of answers cost.
    pub(super) output_price: Option<f64>,
    /// Refused.
    command: Option<Spanned<toml::Value>>,
    /// Refused.
    key_file: Option<Spanned<toml::Value>>,
    /// Refused.
    store: Option<Spanned<toml::Value>>,
}

impl Tier2Section {
    /// The first key that only the invoker may set.
    fn refused(&self) -> Option<(&'static str, &Spanned<toml::Value>)> {
        [("command", &self.command), ("key_file", &self.key_file), ("store", &self.store)]
            .into_iter()
            .find_map(|(name, value)| value.as_ref().map(|value| (name, value)))
    }
}

/// Reads `attest.toml`.
///
/// # Errors
/// A diagnostic where it is not TOML, holds an unknown key, or a value of another type.
pub(super) fn parse(source: SourceId, text: &str) -> Result<Manifest, Box<Diagnostic>> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        Box::new(
            Diagnostic::new(
                codes::BAD_MANIFEST,
                span(source, &range),
                format!("`attest.toml` is not right: {}", error.message()),
            )
            .help("the keys of `attest.toml` are listed in the language reference"),
        )
    })?;
    if let Some((name, value)) = manifest.tier2.refused() {
        return Err(Box::new(
            Diagnostic::new(
                codes::BAD_MANIFEST,
                span(source, &value.span()),
                format!("`{name}` of Tier 2 cannot be set in `attest.toml`, which whoever changes the rules may write"),
            )
            .help(format!("give it to the run: `--{}`", name.replace('_', "-"))),
        ));
    }
    for (name, dependency) in &manifest.dependencies {
        let place = span(source, &dependency.span());
        let it = dependency.get_ref();
        if it.bundle.is_some() {
            return Err(Box::new(
                Diagnostic::new(
                    codes::BAD_MANIFEST,
                    place,
                    format!("the dependency `{name}` is a bundle, which this version does not read"),
                )
                .help("name the directory of its sources: `{ path = \"…\" }`"),
            ));
        }
        if it.path.is_none() {
            return Err(Box::new(
                Diagnostic::new(codes::BAD_MANIFEST, place, format!("the dependency `{name}` names no `path`"))
                    .help("write `{ path = \"../acme\" }`"),
            ));
        }
    }
    Ok(manifest)
}

fn span(source: SourceId, range: &std::ops::Range<usize>) -> Span {
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(source, narrow(range.start), narrow(range.end))
}

/// `[params]` for the compiler.
pub(super) fn params(source: SourceId, manifest: &Manifest) -> Result<Vec<ParamSetting>, Box<Diagnostic>> {
    manifest
        .params
        .iter()
        .map(|(path, value)| {
            let place = span(source, &value.span());
            let value = setting(value.get_ref()).ok_or_else(|| {
                Box::new(
                    Diagnostic::new(
                        codes::BAD_MANIFEST,
                        place,
                        format!("the parameter `{path}` has a value of no type of the language"),
                    )
                    .help("write a text, a number, a boolean, or a list of those"),
                )
            })?;
            Ok(ParamSetting { path: path.clone(), value, span: Some(place) })
        })
        .collect()
}

fn setting(value: &toml::Value) -> Option<ParamOverride> {
    Some(match value {
        toml::Value::String(text) => ParamOverride::Text(text.clone()),
        toml::Value::Integer(value) => ParamOverride::Int(*value),
        toml::Value::Float(value) => ParamOverride::Decimal(*value),
        toml::Value::Boolean(value) => ParamOverride::Bool(*value),
        toml::Value::Datetime(value) => ParamOverride::Text(value.to_string()),
        toml::Value::Array(items) => ParamOverride::List(items.iter().map(setting).collect::<Option<_>>()?),
        toml::Value::Table(_) => return None,
    })
}

/// The place of a spanned value.
pub(super) fn place<T>(source: SourceId, value: &Spanned<T>) -> Span {
    span(source, &value.span())
}

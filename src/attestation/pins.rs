//! Who may have signed: the issuer exactly, the identity exactly or by an anchored glob, and pins on what the certificate
//! says of the build. Compared only with what a verified certificate holds; does not know how it was verified.

use serde::Serialize;
use sigstore_crypto::CertificateInfo;

use super::verdict::{Check, Code, Failure};

/// What the signer must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    /// The identity: exact, or a glob whose `*` stops at `/` and `@` and which has to match the whole of it.
    pub identity: Option<String>,
    /// The issuer, exactly.
    pub issuer: Option<String>,
    /// That the certificate names no issuer, as those of GitHub's releases do not: the trust root's authority itself vouches.
    pub no_issuer: bool,
    /// The source repository's address.
    pub repository: Option<String>,
    /// The workflow that signed, as the certificate names it.
    pub workflow: Option<String>,
    /// The source ref.
    pub source_ref: Option<String>,
    /// The source commit.
    pub commit: Option<String>,
    /// `github-hosted`, `self-hosted`.
    pub runner: Option<String>,
    /// The event that triggered the build.
    pub trigger: Option<String>,
    /// The deployment environment.
    pub environment: Option<String>,
}

/// Who signed, from a verified certificate or key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The subject of the certificate.
    pub subject: Option<String>,
    /// Who vouches for it.
    pub issuer: Option<String>,
    /// The digest of the key, where a key and no certificate signed.
    pub key: Option<String>,
    /// The source repository's address.
    pub repository: Option<String>,
    /// The workflow that signed.
    pub workflow: Option<String>,
    /// The source ref.
    pub source_ref: Option<String>,
    /// The source commit.
    pub commit: Option<String>,
    /// The class of the runner.
    pub runner: Option<String>,
    /// The event that triggered the build.
    pub trigger: Option<String>,
    /// The deployment environment.
    pub environment: Option<String>,
    /// The run that signed.
    pub run: Option<String>,
}

impl Identity {
    /// Of a verified certificate.
    pub(super) fn of(certificate: &CertificateInfo) -> Self {
        let claims = &certificate.ci_claims;
        Self {
            subject: certificate.identity.as_ref().map(ToString::to_string),
            issuer: certificate.issuer.clone(),
            key: None,
            repository: claims.source_repository_uri.clone(),
            workflow: claims.build_signer_uri.clone(),
            source_ref: claims.source_repository_ref.clone(),
            commit: claims.source_repository_digest.clone(),
            runner: claims.runner_environment.clone(),
            trigger: claims.build_trigger.clone(),
            environment: claims.deployment_environment.clone(),
            run: claims.run_invocation_uri.clone(),
        }
    }
}

impl Pins {
    /// Whether it is said who may have signed, and who has to vouch for that.
    pub fn names_somebody(&self) -> bool {
        self.identity.is_some() && (self.issuer.is_some() || self.no_issuer)
    }

    /// Whether nobody is named and nothing is pinned.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Compares the pins with a verified identity: the checks that hold, or the failures.
    pub(super) fn compare(&self, identity: &Identity) -> (Vec<Check>, Vec<Failure>) {
        let (signer, builder) = (Code::SignerIdentityMismatch, Code::BuilderIdentityMismatch);
        let rows = [
            ("identity", &self.identity, &identity.subject, signer),
            ("issuer", &self.issuer, &identity.issuer, signer),
            ("repository", &self.repository, &identity.repository, signer),
            ("workflow", &self.workflow, &identity.workflow, builder),
            ("ref", &self.source_ref, &identity.source_ref, builder),
            ("commit", &self.commit, &identity.commit, builder),
            ("runner", &self.runner, &identity.runner, builder),
            ("trigger", &self.trigger, &identity.trigger, builder),
            ("environment", &self.environment, &identity.environment, builder),
        ];
        let (mut checks, mut failures) = (Vec::new(), Vec::new());
        for (name, wanted, found, code) in rows {
            if name == "issuer" && self.no_issuer {
                match found {
                    None => checks.push(Check::done(name, "the certificate names none, as pinned")),
                    Some(found) => {
                        checks.push(Check::skipped(name, "another than the one pinned"));
                        let failure =
                            Failure::new(code, "the certificate names an issuer").between("none", found.as_str());
                        failures.push(failure.help("pin it: `--issuer URL`"));
                    }
                }
                continue;
            }
            let Some(wanted) = wanted else {
                checks.push(Check::skipped(name, "not pinned"));
                continue;
            };
            let may_be_glob = name == "identity" || name == "workflow";
            // An empty pin would be met by a certificate that says nothing.
            let found = found.as_ref().filter(|found| !found.is_empty());
            match found {
                Some(found) if wanted == found || (may_be_glob && matches(wanted, found)) => {
                    checks.push(Check::done(name, found));
                }
                found => {
                    let shown = found.map_or("nothing", String::as_str);
                    let failure = Failure::new(code, format!("the certificate's {name} is another"))
                        .between(wanted.clone(), shown)
                        .help("if the one that was found is whom you mean, pin that one");
                    checks.push(Check::skipped(name, "another than the one pinned"));
                    failures.push(failure);
                }
            }
        }
        (checks, failures)
    }
}

/// Whether a glob matches the whole text: `*` is any run of characters but `/` and `@`, everything else itself. Linear in
/// the text for each star, without recursion.
fn matches(glob: &str, text: &str) -> bool {
    if !glob.contains('*') {
        return glob == text;
    }
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let here = text.get(t).copied();
        match glob.get(g) {
            Some('*') => {
                star = Some((g, t));
                g += 1;
            }
            Some(literal) if Some(*literal) == here => {
                g += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) if !matches!(text.get(from), Some('/' | '@') | None) => {
                    star = Some((at, from + 1));
                    g = at + 1;
                    t = from + 1;
                }
                _ => return false,
            },
        }
    }
    glob.get(g..).is_some_and(|rest| rest.iter().all(|character| *character == '*'))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs_are_anchored_and_stop_at_segments() {
        let workflow = "https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main";
        assert!(matches("https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main", workflow));
        assert!(matches("https://github.com/acme/shop/.github/workflows/*.yml@refs/heads/*", workflow));
        assert!(!matches("https://github.com/acme/*", workflow), "`*` stops at `/`");
        assert!(!matches("https://github.com/acme/shop/.github/workflows/*", workflow), "and at `@`");
        assert!(!matches("*acme/shop/.github/workflows/release.yml@refs/heads/main", workflow));
        assert!(!matches("github.com/acme/shop*", workflow), "it is anchored");
        assert!(matches("*", "abc") && matches("**", "abc") && matches("a*c", "abc") && !matches("a*d", "abc"));
        assert!(!matches("*", "a/b") && matches("", "") && !matches("", "a"));
    }
}

//! Known credential formats: one row each, a fixed part to search for and a pattern to be sure.
//!
//! A pattern is anchored at its fixed part and sees a bounded window. Two hits never look far into the same run of a
//! token's characters, so a line that is made of hits costs no more than its length.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::{Secret, literals};
use crate::facts::model::Range;

/// A credential format.
struct Format {
    kind: &'static str,
    /// The fixed parts that a search finds; the pattern starts there.
    anchors: &'static [&'static str],
    /// What stands there; group 1, where there is one, is the secret.
    pattern: &'static str,
    rule: Rule,
}

/// What else must be so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// No letter, digit, `_` or `-` before it.
    Token,
    /// The same, and the token holds a digit and a capital: its prefix is an English word or short.
    Mixed,
    /// It may stand anywhere.
    Anywhere,
    /// The pattern is a URL's rest, with a password in group 1.
    Password,
}

const fn token(kind: &'static str, anchors: &'static [&'static str], pattern: &'static str) -> Format {
    Format { kind, anchors, pattern, rule: Rule::Token }
}

const FORMATS: &[Format] = &[
    // Long-term, temporary, bearer and context keys; 16 characters of an upper-case alphabet.
    token("aws-access-key-id", &["AKIA", "ASIA", "ABIA", "ACCA"], r"A[A-Z]{3}[A-Z0-9]{16}(?:[^A-Za-z0-9]|\z)"),
    // Personal, OAuth, user-to-server, server-to-server and refresh tokens.
    token("github-token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"gh[pousr]_[A-Za-z0-9]{36,}"),
    // Fine-grained: 22 characters, `_`, 59 characters.
    token("github-token", &["github_pat_"], r"github_pat_[A-Za-z0-9_]{36,}"),
    // Personal, deploy, runner, trigger, feed, CI, OAuth and agent tokens.
    token(
        "gitlab-token",
        &["glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glcbt-", "gloas-", "glagent-", "glsoat-"],
        r"gl[a-z]{2,6}-[A-Za-z0-9_.-]{20,}",
    ),
    token(
        "slack-token",
        &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"],
        r"x[a-z]{3}-[A-Za-z0-9-]{10,}",
    ),
    Format {
        kind: "slack-webhook",
        anchors: &["hooks.slack.com/"],
        pattern: r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}",
        rule: Rule::Anywhere,
    },
    Format {
        kind: "discord-webhook",
        anchors: &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
        pattern: r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}",
        rule: Rule::Anywhere,
    },
    // Secret and restricted keys of either mode, and webhook signing secrets.
    token("stripe-key", &["sk_live_", "rk_live_", "sk_test_", "rk_test_"], r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    token("stripe-webhook-secret", &["whsec_"], r"whsec_[A-Za-z0-9+/=]{24,}"),
    // 39 characters in all.
    token("google-api-key", &["AIza"], r"AIza[0-9A-Za-z_-]{35}(?:[^0-9A-Za-z_-]|\z)"),
    token("google-oauth-client-secret", &["GOCSPX-"], r"GOCSPX-[A-Za-z0-9_-]{20,60}"),
    token("google-oauth-token", &["ya29."], r"ya29\.[A-Za-z0-9_-]{20,}"),
    token("anthropic-key", &["sk-ant-"], r"sk-ant-[A-Za-z0-9_-]{20,}"),
    // Also of projects and service accounts; `sk-` begins CSS classes too.
    Format { kind: "openai-key", anchors: &["sk-"], pattern: r"sk-[A-Za-z0-9_-]{20,}", rule: Rule::Mixed },
    token("npm-token", &["npm_"], r"npm_[A-Za-z0-9]{36}"),
    // A macaroon whose first field says `pypi.org` or `test.pypi.org`.
    token("pypi-token", &["pypi-AgE"], r"pypi-AgE[A-Za-z0-9_-]{40,}"),
    // API keys; account ids (`AC...`) are public.
    token("twilio-key", &["SK"], r"SK[0-9a-f]{32}(?:[^0-9A-Za-z]|\z)"),
    token("sendgrid-key", &["SG."], r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),
    token("mailgun-key", &["key-"], r"key-[0-9a-f]{32}(?:[^0-9A-Za-z]|\z)"),
    token("digitalocean-token", &["dop_v1_", "doo_v1_", "dor_v1_"], r"do[opr]_v1_[a-f0-9]{64}"),
    token("hugging-face-token", &["hf_"], r"hf_[A-Za-z0-9]{30,60}"),
    token("shopify-token", &["shpat_", "shpca_", "shppa_", "shpss_"], r"shp[a-z]{2}_[a-fA-F0-9]{32}"),
    token("square-token", &["sq0atp-", "sq0csp-"], r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,60}"),
    token("atlassian-token", &["ATATT3"], r"ATATT3[A-Za-z0-9_=-]{50,}"),
    token("databricks-token", &["dapi"], r"dapi[a-f0-9]{32}"),
    token("grafana-token", &["glsa_", "glc_"], r"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    token("vault-token", &["hvs.", "hvb."], r"hv[sb]\.[A-Za-z0-9_-]{24,}"),
    token("linear-key", &["lin_api_"], r"lin_api_[A-Za-z0-9]{32,64}"),
    token("notion-token", &["ntn_"], r"ntn_[A-Za-z0-9]{40,60}"),
    token("new-relic-key", &["NRAK-"], r"NRAK-[A-Z0-9]{27}"),
    token("postman-key", &["PMAK-"], r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    token("pulumi-token", &["pul-"], r"pul-[a-f0-9]{40}"),
    token("rubygems-key", &["rubygems_"], r"rubygems_[a-f0-9]{48}"),
    token("docker-token", &["dckr_pat_"], r"dckr_pat_[A-Za-z0-9_-]{20,60}"),
    token("supabase-token", &["sbp_"], r"sbp_[a-f0-9]{40}"),
    token("planetscale-token", &["pscale_tkn_", "pscale_pw_"], r"pscale_(?:tkn|pw)_[A-Za-z0-9_.-]{32,64}"),
    token("tailscale-key", &["tskey-"], r"tskey-[a-z]{3,10}-[A-Za-z0-9-]{15,}"),
    token("groq-key", &["gsk_"], r"gsk_[A-Za-z0-9]{48,60}"),
    token("replicate-token", &["r8_"], r"r8_[A-Za-z0-9]{36,40}"),
    token("age-secret-key", &["AGE-SECRET-KEY-1"], r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    Format {
        kind: "telegram-bot-token",
        anchors: &[":AA"],
        pattern: r":AA[A-Za-z0-9_-]{33}(?:[^A-Za-z0-9_-]|\z)",
        rule: Rule::Anywhere,
    },
    // Storage keys have 64 bytes, those of queues and buses 32.
    Format {
        kind: "azure-account-key",
        anchors: &["AccountKey=", "SharedAccessKey="],
        pattern: r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{43,86}={1,2})",
        rule: Rule::Anywhere,
    },
    // Every kind: PKCS#1, PKCS#8, EC, DSA, OpenSSH, PGP, encrypted too. A head without a body is a mention.
    Format {
        kind: "private-key",
        anchors: &["-----BEGIN "],
        pattern: concat!(
            r"-----BEGIN (?:[A-Z0-9]{1,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----",
            "(?:[\\s\"'`+,;]|\\\\[nr]|(?:Proc-Type|DEK-Info|Version|Comment|Charset): ?[^\\n\\\\]*)+",
            r"[A-Za-z0-9+/]{10,}",
        ),
        rule: Rule::Anywhere,
    },
    // Header and payload are JSON objects, hence `eyJ` twice.
    token("json-web-token", &["eyJ"], r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}"),
    Format {
        kind: "url-password",
        anchors: &["://"],
        pattern: r#"://[^\s:/@"'`<>?#\\]*:([^\s/@"'`<>\\]+)@[A-Za-z0-9\[$\{%_.-]"#,
        rule: Rule::Password,
    },
];

struct Compiled {
    anchors: AhoCorasick,
    /// The row of each anchor.
    rows: Vec<usize>,
    patterns: Vec<Regex>,
}

/// Built on first use.
#[expect(clippy::expect_used, reason = "the rows are constants, and a test builds them all")]
static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let mut anchors: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    let mut patterns = Vec::new();
    for (row, format) in FORMATS.iter().enumerate() {
        anchors.extend(format.anchors);
        rows.extend(format.anchors.iter().map(|_| row));
        patterns.push(Regex::new(&format!(r"\A(?:{})", format.pattern)).expect("a row's pattern compiles"));
    }
    let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(anchors);
    Compiled { anchors: search.expect("the anchors compile"), rows, patterns }
});

/// Longest window behind an anchor that a pattern may see.
const WINDOW: usize = 16 << 10;

/// Adds the secrets of known formats.
pub(super) fn find(text: &str, out: &mut Vec<Secret>) {
    let compiled = &*COMPILED;
    for hit in compiled.anchors.find_iter(text) {
        let row = compiled.rows.get(hit.pattern().as_usize()).copied().unwrap_or_default();
        let (Some(format), Some(pattern)) = (FORMATS.get(row), compiled.patterns.get(row)) else { continue };
        let start = hit.start();
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let inside = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if inside && matches!(format.rule, Rule::Token | Rule::Mixed) && !after_escape(text, start) {
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        let window = rest.get(..floor(rest, WINDOW)).unwrap_or(rest);
        let Some(groups) = pattern.captures(window) else { continue };
        let Some(found) = groups.get(1).or_else(|| groups.get(0)) else { continue };
        let trimmed = found.as_str().trim_end_matches(|letter: char| !is_token_end(letter));
        let secret = if format.rule == Rule::Password { found.as_str() } else { trimmed };
        let fits = match format.rule {
            Rule::Mixed => {
                secret.bytes().any(|byte| byte.is_ascii_digit()) && secret.bytes().any(|byte| byte.is_ascii_uppercase())
            }
            Rule::Password => {
                let host = window.get(found.end()..).and_then(|rest| rest.strip_prefix('@')).unwrap_or_default();
                literals::is_url_password(secret) && !literals::is_reserved_host(host)
            }
            Rule::Token | Rule::Anywhere => true,
        };
        if fits && !literals::is_sample(secret) {
            let at = start + found.start();
            out.push(Secret { kind: format.kind, span: Range::new(at, at + secret.len()) });
        }
    }
}

/// Whether what stands before is the letter of an escape: `"\nAKIA..."` written in a literal.
fn after_escape(text: &str, start: usize) -> bool {
    let before = start.checked_sub(2).and_then(|at| text.as_bytes().get(at..start));
    matches!(before, Some(b"\\n" | b"\\r" | b"\\t"))
}

/// What may end a secret; the patterns see one character beyond it to know that it ended.
fn is_token_end(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '=' | '+' | '/')
}

/// The last character boundary that is not above `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..4).map(|back| at.min(text.len()).saturating_sub(back)).find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_compiles() {
        assert_eq!(super::COMPILED.patterns.len(), super::FORMATS.len());
    }
}

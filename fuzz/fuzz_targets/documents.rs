//! Any text as each kind of data file: documents, manifests, test reports, server configuration, secrets.
#![no_main]

use attest::facts::{documents, headers, manifests, reports, secrets};
use libfuzzer_sys::fuzz_target;

const PATHS: &[&str] = &[
    "a.json", "tsconfig.json", "a.yaml", "a.toml", "a.ini", ".env", "a.properties", "requirements.txt", "pyproject.toml",
    "package.json", "package-lock.json", "pnpm-lock.yaml", "go.mod", "Cargo.toml", "Cargo.lock", "uv.lock", "nginx.conf",
    "httpd.conf", "Caddyfile", "_headers", "vercel.json", "report.xml",
];

fuzz_target!(|input: (u8, &str)| {
    let (path, text) = input;
    let Some(path) = PATHS.get(usize::from(path) % PATHS.len()) else { return };
    let language = attest::facts::language::of_path(path);
    let _ = documents::parse(language.name, path, text);
    let _ = manifests::parse(path, text, &|_| Err(String::from("nothing else is there")));
    let _ = reports::junit::parse(text);
    let _ = headers::of_config(path, text);
    for secret in secrets::find(path, text) {
        assert!(secret.span.end as usize <= text.len());
    }
});

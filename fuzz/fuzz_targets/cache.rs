//! Any bytes as the database of the cache: it is shown or refused, and after something was written down it is shown with that.
//! Whatever was there, nothing crashes.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use attest::base::digest::sha256;
use attest::base::system::OsSystem;
use attest::cache::{self, Seen};
use libfuzzer_sys::fuzz_target;

/// One directory for each process; its files are made anew each time.
static DIRECTORY: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(directory.path().join(".attest")).expect("a directory");
    directory
});

fn begin(root: &Path, bytes: &[u8]) {
    let own = root.join(".attest");
    for entry in std::fs::read_dir(&own).expect("a directory") {
        std::fs::remove_file(entry.expect("an entry").path()).expect("removed");
    }
    std::fs::write(own.join("cache.db"), bytes).expect("written");
}

fuzz_target!(|bytes: &[u8]| {
    let (system, root) = (OsSystem, DIRECTORY.path());
    begin(root, bytes);
    let _ = cache::show(&system, root);
    let seen = Seen {
        repo_url: Some("https://git.example/acme/shop".to_owned()),
        base_commit: "1".repeat(40),
        head_commit: "2".repeat(40),
        patch: sha256(bytes),
        tree: None,
        files: vec![("src/lib.rs".to_owned(), sha256(b"file"))],
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    let told = cache::record(&system, root, &seen);
    let shown = cache::show(&system, root);
    if told.as_ref().is_none_or(|told| told.contains("set aside")) {
        let shown = shown.expect("it was written");
        assert!(shown.contents.digests.iter().any(|row| row.kind == "patch" && row.digest == seen.patch.hex));
        assert!(shown.contents.refs.iter().any(|row| row.value == seen.head_commit));
    }
    cache::clear(&system, root).expect("what was made can be removed");
    assert!(!cache::show(&system, root).expect("nothing is there").present);
});

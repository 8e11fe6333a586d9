//! Any two contents at any path as a change of a repository: its patch, applied by what stands here, makes the one of the other
//! in both directions, and is the same when it is made again. A path that git cannot hold is refused.
#![no_main]

use std::path::Path;

use attest::base::digest::sha256;
use attest::base::system::OsSystem;
use attest::change::{Base, Change, ChangeError, End, Limits, Options, write_patch};
use gix::objs::tree::{Entry, EntryKind};
use libfuzzer_sys::fuzz_target;

/// What a path has at one end; nothing where it is not there.
type Side<'a> = Option<(EntryKind, &'a [u8])>;

fn side(kind: u8, content: &[u8]) -> Side<'_> {
    let kind = match kind % 4 {
        0 => return None,
        1 => EntryKind::Blob,
        2 => EntryKind::BlobExecutable,
        _ => EntryKind::Link,
    };
    Some((kind, content))
}

fn commit(repository: &gix::Repository, path: &[u8], side: Side<'_>) -> String {
    let entries = side.map(|(kind, content)| Entry {
        mode: kind.into(),
        filename: path.into(),
        oid: repository.write_blob(content).expect("written").detach(),
    });
    let tree = gix::objs::Tree { entries: entries.into_iter().collect() };
    let who = gix::actor::Signature { name: "a".into(), email: "b".into(), time: gix::date::Time::default() };
    let commit = gix::objs::Commit {
        tree: repository.write_object(&tree).expect("written").detach(),
        parents: std::iter::empty().collect(),
        author: who.clone(),
        committer: who,
        encoding: None,
        message: "x".into(),
        extra_headers: Vec::new(),
    };
    repository.write_object(&commit).expect("written").to_string()
}

fn patch(root: &Path, base: &str, head: &str) -> Result<(Change, Vec<u8>), ChangeError> {
    let options = Options {
        base: Base::Exactly(base.to_owned()),
        end: End::Commit(head.to_owned()),
        tree: true,
        limits: Limits::default(),
    };
    let mut out = Vec::new();
    Ok((write_patch(&OsSystem, root, &options, &mut out)?, out))
}

/// A line without its end, and what is behind it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let at = text.iter().position(|byte| *byte == b'\n').expect("every line of a patch ends");
    (&text[..at], &text[at + 1..])
}

/// `from,count` of a hunk's header.
fn range(text: &str) -> (usize, usize) {
    let (from, count) = text.split_once(',').unwrap_or((text, "1"));
    (from.parse().expect("a number"), count.parse().expect("a number"))
}

/// Applies one section behind its head, and gives back what is behind it.
fn applied<'p>(old: &[u8], mut rest: &'p [u8]) -> (Vec<u8>, &'p [u8]) {
    let old: Vec<&[u8]> = old.split_inclusive(|byte| *byte == b'\n').collect();
    let (mut at, mut new) = (0, Vec::<u8>::new());
    while rest.starts_with(b"@@ ") {
        let (header, behind) = line(rest);
        let header = std::str::from_utf8(header).expect("ASCII");
        let (before, after) = header[4..].trim_end_matches(" @@").split_once(" +").expect("two ranges");
        let ((from, mut removed), (_, mut added)) = (range(before), range(after));
        // Of no lines, the line before is named.
        let from = if removed == 0 { from } else { from - 1 };
        new.extend(old[at..from].concat());
        (at, rest) = (from, behind);
        while removed > 0 || added > 0 {
            let (row, behind) = line(rest);
            let ended = !behind.starts_with(b"\\ No newline at end of file\n");
            let text = [&row[1..], if ended { &b"\n"[..] } else { b"" }].concat();
            rest = if ended { behind } else { line(behind).1 };
            if row[0] != b'+' {
                assert_eq!(old[at], text, "what is removed or stays is what was there");
                (at, removed) = (at + 1, removed - 1);
            }
            if row[0] != b'-' {
                new.extend(text);
                added -= 1;
            }
            assert!(b" +-".contains(&row[0]));
        }
    }
    new.extend(old[at..].concat());
    (new, rest)
}

/// One side of a binary patch: base 85 of a zlib stream that is stored.
fn literal(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    const DIGITS: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let (head, mut rest) = line(rest);
    let size: usize = std::str::from_utf8(head).expect("ASCII")["literal ".len()..].parse().expect("a number");
    let mut stream = Vec::new();
    loop {
        let (row, behind) = line(rest);
        rest = behind;
        let Some((length, digits)) = row.split_first() else { break };
        let length = usize::from(if *length <= b'Z' { length - b'A' + 1 } else { length - b'a' + 27 });
        let mut bytes = Vec::new();
        for five in digits.chunks(5) {
            let digit = |digit: &u8| DIGITS.iter().position(|it| it == digit).expect("a digit") as u32;
            bytes.extend(five.iter().fold(0_u32, |number, it| number * 85 + digit(it)).to_be_bytes());
        }
        assert!(bytes.len() - length < 4);
        stream.extend(&bytes[..length]);
    }
    let (mut content, mut at) = (Vec::new(), 2);
    loop {
        let length = usize::from(u16::from_le_bytes([stream[at + 1], stream[at + 2]]));
        content.extend(&stream[at + 5..at + 5 + length]);
        at += 5 + length;
        if stream[at - 5 - length] == 1 {
            break;
        }
    }
    assert!(content.len() == size && stream.len() == at + 4);
    (content, rest)
}

/// Applies a patch of one path.
fn apply(old: &[u8], mut rest: &[u8]) -> Vec<u8> {
    let mut state = old.to_vec();
    while !rest.is_empty() {
        assert!(rest.starts_with(b"diff --git "), "a section begins with its names");
        (_, rest) = line(rest);
        loop {
            if rest.is_empty() || rest.starts_with(b"diff --git ") {
                break;
            } else if rest.starts_with(b"@@ ") {
                (state, rest) = applied(&state, rest);
            } else if rest.starts_with(b"GIT binary patch\n") {
                let (new, behind) = literal(line(rest).1);
                let (old, behind) = literal(behind);
                assert!(old == state, "the other way leads back");
                (state, rest) = (new, behind);
            } else {
                (_, rest) = line(rest);
            }
        }
    }
    state
}

fuzz_target!(|input: (u8, u8, &[u8], &[u8], &[u8])| {
    let (before, after, path, old, new) = input;
    if path.is_empty() || path.contains(&b'/') || path.contains(&0) {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let repository = gix::init_bare(directory.path()).expect("a repository");
    let (old, new) = (side(before, old), side(after, new));
    let (base, head) = (commit(&repository, path, old), commit(&repository, path, new));
    let there = patch(directory.path(), &base, &head);
    let back = patch(directory.path(), &head, &base);
    let (Ok((change, there)), Ok((_, back))) = (there, back) else {
        // Only for what no work tree could hold, or what git would not read.
        let odd = |side: Side<'_>| side.is_some_and(|(kind, content)| kind == EntryKind::Link && content.contains(&0));
        let lower = path.to_ascii_lowercase();
        let named = lower.starts_with(b".git") || lower.starts_with(b"git~") || [&b"."[..], b".."].contains(&path);
        let hidden = !path.is_ascii() || path.contains(&b'\\') || path.contains(&b':') || path.len() > 255;
        assert!(odd(old) || odd(new) || named || hidden, "{path:?} is refused");
        return;
    };
    let content = |side: Side<'_>| side.map_or(Vec::new(), |(_, content)| content.to_vec());
    assert!(apply(&content(old), &there) == content(new), "the patch leads somewhere else");
    assert!(apply(&content(new), &back) == content(old), "the way back leads somewhere else");
    assert_eq!((change.patch.sha256.clone(), change.patch.bytes), (sha256(&there), there.len() as u64));
    assert_eq!(change.is_empty(), there.is_empty());
    assert_eq!(patch(directory.path(), &base, &head).expect("as before"), (change, there));
});

//! What a store keeps, gives back and refuses.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::base::system::{MemorySystem, OsSystem};
use crate::judge::transcript::{Judge, Usage};

fn vote(text: &str) -> Recorded {
    Recorded {
        text: Some(text.to_owned()),
        problem: String::new(),
        usage: Usage { input: 100, output: 10 },
        at: String::from("2026-11-21T10:00:00.5Z"),
        millis: 1_234,
    }
}

fn entry(id: &str, texts: &[&str]) -> Entry {
    let digest = sha256(id.as_bytes()).to_string();
    Entry {
        id: id.to_owned(),
        check: Some(String::from("function_calls")),
        expression: digest.clone(),
        ask: String::from("Does it?"),
        judge: Judge { provider: "openai".into(), model: "m".into(), endpoint: None },
        prompt_digest: digest.clone(),
        evidence_digest: digest,
        cached: false,
        votes: texts.iter().map(|text| vote(text)).collect(),
    }
}

fn key(entry: &Entry) -> Key {
    let parts = json!({
        "check": entry.check, "expression": entry.expression, "prompt": entry.prompt_digest, "judge": entry.judge,
    });
    Key(canonical::digest(&parts).unwrap().to_string())
}

fn texts(entry: &Entry) -> Vec<&str> {
    entry.votes.iter().map(|vote| vote.text.as_deref().unwrap_or("-")).collect()
}

struct Room {
    system: Arc<dyn System>,
    store: Store,
}

impl Room {
    fn new() -> Self {
        let system: Arc<dyn System> = Arc::new(MemorySystem::new());
        let store = Store::open(Arc::clone(&system), PathBuf::from("/store"));
        Self { system, store }
    }

    /// The same directory, as another process has it.
    fn other(&self) -> Store {
        Store::open(Arc::clone(&self.system), PathBuf::from("/store"))
    }

    /// Writes a file by hand where the entry of a key belongs.
    fn plant(&self, key: &Key, bytes: &[u8]) {
        self.system.write(&self.store.path(key).unwrap(), bytes).unwrap();
    }
}

#[test]
fn what_is_put_is_got_and_what_is_not_there_is_nothing() {
    let room = Room::new();
    let (a, b) = (entry("a", &["x", "y"]), entry("b", &["z"]));
    assert_eq!(room.store.contents().unwrap(), Contents::default());
    assert_eq!(room.store.get(&key(&a)).unwrap(), None);
    room.store.put(&key(&a), &Entry { cached: true, ..a.clone() }).unwrap();
    assert_eq!(room.store.get(&key(&a)).unwrap(), Some(a.clone()), "nothing is cached in the store itself");
    assert_eq!(room.other().get(&key(&a)).unwrap(), Some(a.clone()));
    assert_eq!(room.store.get(&key(&b)).unwrap(), None);
    let hex = key(&a).hex().unwrap().to_owned();
    let (first, rest) = hex.split_at(2);
    assert_eq!(room.store.path(&key(&a)).unwrap(), Path::new("/store").join(first).join(format!("{rest}.json")));
    room.store.remove(&key(&a)).unwrap();
    room.store.remove(&key(&a)).unwrap();
    assert_eq!(room.store.get(&key(&a)).unwrap(), None);
}

#[test]
fn the_file_is_canonical() {
    let room = Room::new();
    let a = entry("a", &["x"]);
    room.store.put(&key(&a), &a).unwrap();
    let bytes = room.system.read(&room.store.path(&key(&a)).unwrap(), 1 << 20).unwrap();
    let value: Json = serde_json::from_slice(&bytes).unwrap();
    let mut canonical = canonical::to_vec(&value).unwrap();
    canonical.push(b'\n');
    assert_eq!(bytes, canonical);
    assert_eq!(value["schema"], json!(SCHEMA));
}

#[test]
fn a_key_is_no_path() {
    let room = Room::new();
    let a = entry("a", &["x"]);
    let long = format!("sha256:{}", "a".repeat(65));
    let upper = format!("sha256:{}", "A".repeat(64));
    let climbing = format!("sha256:../../{}", "a".repeat(58));
    for text in ["", "sha256:", "x", "sha512:00", long.as_str(), upper.as_str(), climbing.as_str()] {
        let key = Key(text.to_owned());
        assert!(matches!(room.store.get(&key), Err(StoreError::Key(_))), "{text}");
        assert!(matches!(room.store.put(&key, &a), Err(StoreError::Key(_))), "{text}");
        assert!(matches!(room.store.remove(&key), Err(StoreError::Key(_))), "{text}");
    }
    assert_eq!(room.store.contents().unwrap(), Contents::default());
}

#[test]
fn what_does_not_fit_is_not_kept() {
    let room = Room::new();
    let a = entry("a", &["x"]);
    let mut broken: Vec<(Entry, &str)> = vec![
        (Entry { votes: Vec::new(), ..a.clone() }, "no answer"),
        (Entry { votes: vec![vote("x"); 1_001], ..a.clone() }, "more than 1000 answers"),
        (Entry { prompt_digest: "sha256:00".into(), ..a.clone() }, "`promptDigest` is no SHA-256 digest"),
        (Entry { evidence_digest: String::new(), ..a.clone() }, "`evidenceDigest` is no SHA-256 digest"),
        (Entry { expression: "other".into(), ..a.clone() }, "does not make its key"),
        (Entry { check: None, ..a.clone() }, "does not make its key"),
        (Entry { id: "x".repeat(70_000), ..a.clone() }, "`id` is larger than 65536 bytes"),
    ];
    let judge = |provider: &str, model: &str, endpoint: Option<&str>| Entry {
        judge: Judge { provider: provider.into(), model: model.into(), endpoint: endpoint.map(str::to_owned) },
        ..a.clone()
    };
    broken.push((judge("openai", "n", None), "does not make its key"));
    broken.push((judge("", "m", None), "`provider` is empty"));
    broken.push((judge("openai", "", None), "`model` is empty"));
    let with = |vote: Recorded| Entry { votes: vec![vote], ..a.clone() };
    let good = vote("x");
    broken.push((with(Recorded { text: None, ..good.clone() }), "neither a text nor a problem"));
    broken.push((with(Recorded { text: Some("x".repeat(65_537)), ..good.clone() }), "`text` is larger"));
    broken.push((with(Recorded { millis: u64::MAX, ..good.clone() }), "a count above"));
    broken.push((with(Recorded { usage: Usage { input: u64::MAX, output: 0 }, ..good.clone() }), "a count above"));
    for at in ["", "yesterday", "2026-11-21", "2026-11-21T10:00:00+02:00", "2026-13-01T00:00:00Z"] {
        broken.push((with(Recorded { at: at.into(), ..good.clone() }), "a time that is none in UTC"));
    }
    for (entry, part) in broken {
        let error = room.store.put(&key(&a), &entry).unwrap_err();
        assert!(matches!(error, StoreError::Unfit { .. }) && error.to_string().contains(part), "{part}: {error}");
        assert_eq!(room.store.get(&key(&a)).unwrap(), None);
        // And nobody reads it where somebody else wrote it.
        let mut bytes = canonical::to_vec(&Kept { schema: 1, key: key(&a), entry }).unwrap();
        bytes.push(b'\n');
        room.plant(&key(&a), &bytes);
        let error = room.store.get(&key(&a)).unwrap_err();
        assert!(matches!(error, StoreError::Broken { .. }), "{part}: {error}");
        room.store.remove(&key(&a)).unwrap();
    }
}

/// What becomes of the file of `a`, changed.
fn planted(change: impl FnOnce(&mut Json)) -> (Room, Key, Result<Option<Entry>, StoreError>) {
    let room = Room::new();
    let a = entry("a", &["x"]);
    let mut value = serde_json::to_value(Kept { schema: SCHEMA, key: key(&a), entry: a.clone() }).unwrap();
    change(&mut value);
    room.plant(&key(&a), format!("{value}\n").as_bytes());
    let got = room.store.get(&key(&a));
    (room, key(&a), got)
}

type Change = Box<dyn FnOnce(&mut Json)>;

#[test]
fn a_broken_file_is_no_answer_and_stays_where_it_is() {
    let other = key(&entry("b", &["x"])).0;
    let cases: Vec<(&str, Change)> = vec![
        ("a newer version", Box::new(|it| it["schema"] = json!(2))),
        ("another version", Box::new(|it| it["schema"] = json!(0))),
        ("invalid", Box::new(|it| it["schema"] = json!("1"))),
        ("missing field `schema`", Box::new(|it| drop(it.as_object_mut().unwrap().remove("schema")))),
        ("not that of its name", Box::new(move |it| it["key"] = json!(other))),
        ("unknown field", Box::new(|it| it["entry"]["headers"] = json!({}))),
        ("unknown field", Box::new(|it| it["extra"] = json!(1))),
        ("missing field", Box::new(|it| drop(it["entry"].as_object_mut().unwrap().remove("judge")))),
        ("does not make its key", Box::new(|it| it["entry"]["judge"]["model"] = json!("better"))),
        ("invalid value", Box::new(|it| it["entry"]["votes"][0]["millis"] = json!(-1))),
        ("missing field `entry`", Box::new(|it| drop(it.as_object_mut().unwrap().remove("entry")))),
        ("expected an object", Box::new(|it| *it = json!([]))),
        ("not written as attest writes it", Box::new(|it| it["entry"]["judge"] = json!(["openai", "m", null]))),
    ];
    for (part, change) in cases {
        let (room, key, got) = planted(change);
        let message = got.unwrap_err().to_string();
        assert!(message.contains(part) && message.contains("prune --broken"), "{part}: {message}");
        assert!(message.contains(&room.store.path(&key).unwrap().display().to_string()), "{message}");
        // Nobody overwrites it: it may be that of a newer version.
        let before = room.system.read(&room.store.path(&key).unwrap(), 1 << 20).unwrap();
        assert!(matches!(room.store.put(&key, &entry("a", &["y"])), Err(StoreError::Broken { .. })), "{part}");
        assert_eq!(room.system.read(&room.store.path(&key).unwrap(), 1 << 20).unwrap(), before);
    }
    let (_, _, got) = planted(|_| {});
    assert_eq!(got.unwrap(), Some(entry("a", &["x"])), "unchanged it is an answer");
}

#[test]
fn a_file_that_was_moved_or_grew_is_no_answer() {
    let room = Room::new();
    let (a, b) = (entry("a", &["x"]), entry("b", &["x"]));
    room.store.put(&key(&a), &a).unwrap();
    let bytes = room.system.read(&room.store.path(&key(&a)).unwrap(), 1 << 20).unwrap();
    room.plant(&key(&b), &bytes);
    assert!(room.store.get(&key(&b)).unwrap_err().to_string().contains("not that of its name"));
    let mut large = bytes;
    large.resize(ENTRY_BYTES + 1, b' ');
    room.plant(&key(&a), &large);
    assert!(room.store.get(&key(&a)).unwrap_err().to_string().contains("larger than 1048576 bytes"));
    // A directory where the file belongs.
    let c = entry("c", &["x"]);
    room.system.write(&room.store.path(&key(&c)).unwrap().join("x"), b"").unwrap();
    assert!(room.store.get(&key(&c)).unwrap_err().to_string().contains("it is a directory"));
}

#[test]
fn what_was_read_is_replaced_and_what_came_meanwhile_stays() {
    let room = Room::new();
    let put = |store: &Store, texts: &[&str]| store.put(&key(&entry("a", &[])), &entry("a", texts)).unwrap();
    let get = |store: &Store| store.get(&key(&entry("a", &[]))).unwrap();
    // One run after the other: the later says what stands.
    assert_eq!(get(&room.store), None);
    put(&room.store, &["1"]);
    assert_eq!(texts(&get(&room.store).unwrap()), ["1"]);
    put(&room.store, &["2", "3"]);
    assert_eq!(texts(&get(&room.store).unwrap()), ["2", "3"]);
    // Two at once: both looked before either wrote.
    let other = room.other();
    assert_eq!((texts(&get(&other).unwrap()), texts(&get(&room.store).unwrap())), (vec!["2", "3"], vec!["2", "3"]));
    put(&room.store, &["2", "3", "4"]);
    put(&other, &["2", "3", "5"]);
    assert_eq!(texts(&get(&room.store).unwrap()), ["4", "2", "3", "5"], "no vote of either is lost");
    // Two assertions of one run that ask the same: each looked once, then each wrote.
    let twin = Room::new();
    assert_eq!((get(&twin.store), get(&twin.store)), (None, None));
    put(&twin.store, &["fails"]);
    put(&twin.store, &["holds"]);
    assert_eq!(texts(&get(&twin.store).unwrap()), ["fails", "holds"]);
    // Who never looked overwrites nothing.
    put(&twin.other(), &["later"]);
    assert_eq!(texts(&get(&twin.store).unwrap()), ["fails", "holds", "later"]);
    // What was pruned meanwhile is gone.
    let late = twin.other();
    assert!(get(&late).is_some());
    twin.store.remove(&key(&entry("a", &[]))).unwrap();
    put(&late, &["new"]);
    assert_eq!(texts(&get(&twin.store).unwrap()), ["new"]);
}

#[test]
fn votes_that_do_not_fit_beside_the_earlier_ones_leave_nothing_decided() {
    let room = Room::new();
    let long = |letter: &str| letter.repeat(60_000);
    let first: Vec<String> = ('a'..='q').map(|letter| long(&letter.to_string())).collect();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    let a = entry("a", &first[..10]);
    room.store.put(&key(&a), &a).unwrap();
    let more = long("z");
    let all: Vec<&str> = first.iter().copied().chain([more.as_str()]).collect();
    let (found, grown) = (room.store.get(&key(&a)).unwrap(), entry("a", &all));
    assert_eq!(found, Some(a.clone()));
    let error = room.store.put(&key(&a), &grown).unwrap_err();
    assert!(error.to_string().contains("18 answers are larger than 1048576 bytes"), "{error}");
    let left = room.store.get(&key(&a)).unwrap().unwrap();
    assert_eq!((left.votes.len(), &left.votes[0].text), (1, &None));
    assert!(left.votes[0].problem.contains("prune"), "{}", left.votes[0].problem);
    // Where nothing stood, nothing is left.
    let fresh = Room::new();
    fresh.store.put(&key(&a), &grown).unwrap_err();
    assert_eq!(fresh.store.get(&key(&a)).unwrap(), None);
}

#[test]
fn only_its_own_files_are_listed() {
    let room = Room::new();
    let entries: Vec<Entry> = (0..20).map(|number| entry(&number.to_string(), &["x"])).collect();
    for entry in &entries {
        room.store.put(&key(entry), entry).unwrap();
    }
    for name in ["README", "ab/README", "ABC/x.json", "zz/00.json", "ab/00.json", "abcd/x", ".git/config"] {
        room.system.write(&Path::new("/store").join(name), b"mine").unwrap();
    }
    let draft = PathBuf::from(format!("/store/ab/.{}.json.17-0.tmp", "0".repeat(62)));
    room.system.write(&draft, b"{").unwrap();
    let contents = room.store.contents().unwrap();
    let mut keys: Vec<Key> = entries.iter().map(key).collect();
    keys.sort();
    assert_eq!(contents, Contents { keys: keys.clone(), drafts: vec![draft], more: false });
    let listed: Vec<Key> = room.store.entries(&contents.keys).map(|listed| listed.key).collect();
    assert_eq!(listed, keys);
    assert!(room.store.entries(&contents.keys).all(|listed| listed.entry.is_ok() && listed.bytes > 300));
    let cut = room.store.contents_up_to(7).unwrap();
    assert_eq!((cut.keys.as_slice(), cut.more), (&keys[..7], true));
    let file = Store::open(Arc::clone(&room.system), PathBuf::from("/store/README"));
    assert!(matches!(file.contents(), Err(StoreError::NotDirectory { .. })), "a file is no store");
    assert!(file.put(&keys[0], &entries[0]).is_err());
}

#[test]
fn on_a_disk_the_store_is_its_owners_and_whole_under_many_writers() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("deep/tier2");
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let base = entry("a", &[]);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (system, root, base) = (Arc::clone(&system), root.clone(), base.clone());
            scope.spawn(move || {
                for round in 0..8 {
                    let store = Store::open(Arc::clone(&system), root.clone());
                    let text = format!("{writer}-{round}");
                    let votes = vec![vote(&text)];
                    // Whatever stands is whole, at any moment.
                    let before = store.get(&key(&base)).unwrap();
                    assert!(before.is_none_or(|entry| !entry.votes.is_empty()));
                    store.put(&key(&base), &Entry { votes, ..base.clone() }).unwrap();
                }
            });
        }
    });
    let store = Store::open(Arc::clone(&system), root.clone());
    let left = store.get(&key(&base)).unwrap().unwrap();
    assert!(!left.votes.is_empty());
    let contents = store.contents().unwrap();
    assert_eq!((contents.keys.len(), contents.drafts), (1, Vec::new()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = store.path(&key(&base)).unwrap();
        for directory in [root.as_path(), path.parent().unwrap()] {
            let mode = std::fs::File::open(directory).unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", directory.display());
        }
        // A link to an answer elsewhere is read; one to a pipe or nowhere is none.
        let b = entry("b", &["x"]);
        let place = store.path(&key(&b)).unwrap();
        system.create_dir_all(place.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("/dev/null", &place).unwrap();
        assert!(matches!(store.get(&key(&b)), Err(StoreError::Broken { .. })));
    }
}

/// Texts of many kinds, control characters included.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,40}", proptest::collection::vec(any::<char>(), 0..20).prop_map(|it| it.into_iter().collect())]
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let votes = (proptest::option::of(any_text()), any_text(), 0..1_u64 << 53, 0..1_u64 << 53, 0..4_000_000_000_i64);
    let judge = ("[a-z]{1,8}", ".{1,20}", proptest::option::of(any_text()));
    (
        any_text(),
        proptest::option::of(any_text()),
        any_text(),
        any_text(),
        judge,
        proptest::collection::vec(votes, 1..5),
    )
        .prop_map(|(id, check, expression, ask, (provider, model, endpoint), votes)| {
            let digest = sha256(ask.as_bytes()).to_string();
            let judge = Judge { provider, model, endpoint };
            let votes = votes.into_iter().map(|(text, problem, count, millis, at)| {
                let problem = if text.is_none() && problem.is_empty() { "none".to_owned() } else { problem };
                let at = jiff::Timestamp::from_second(at).unwrap().to_string();
                Recorded { text, problem, usage: Usage { input: count, output: millis }, at, millis }
            });
            let (prompt_digest, evidence_digest) = (digest.clone(), digest);
            let votes = votes.collect();
            Entry { id, check, expression, ask, judge, prompt_digest, evidence_digest, cached: false, votes }
        })
}

proptest! {
    #[test]
    fn any_entry_comes_back_as_it_was(entry in any_entry()) {
        let room = Room::new();
        room.store.put(&key(&entry), &entry).unwrap();
        prop_assert_eq!(room.other().get(&key(&entry)).unwrap(), Some(entry));
    }

    #[test]
    fn any_bytes_are_no_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&key(&entry("a", &[])), &bytes).is_err());
    }

    /// One byte other, one more, or the end cut off: either no answer, or one to the same question in a file as we write it.
    #[test]
    fn a_damaged_file_is_no_other_answer(at in any::<prop::sample::Index>(), byte in any::<u8>(), kind in 0..3) {
        let a = entry("a", &["{\"answer\":\"fails\"}"]);
        let mut bytes = written(&key(&a), &a).unwrap();
        let at = at.index(bytes.len());
        match kind {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => bytes.truncate(at),
        }
        if let Ok(read_back) = read(&key(&a), &bytes) {
            prop_assert_eq!(key(&read_back), key(&a));
            prop_assert_eq!(written(&key(&a), &read_back).unwrap(), bytes);
        }
    }
}

//! What the tests of changed documents share: chance that can be repeated, bytes changed at random, and every place of a
//! document changed once.

use serde_json::{Value, json};

/// A number from the environment.
pub(crate) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Xorshift: the same changes for the same seed.
pub(crate) struct Random(u64);

impl Random {
    /// From `ATTEST_SEED`, and something that tells one use from another.
    pub(crate) fn seeded(salt: u64) -> Self {
        let mut random = Self((number("ATTEST_SEED", 20_261_121) ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1);
        // Seeds that differ in few bits begin alike.
        (0..8).for_each(|_| {
            random.next();
        });
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// One change of bytes that are not empty.
pub(crate) fn change_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    const WORDS: [&[u8]; 8] = [b"\"", b"{", b"}", b"null", b",", b"\\u0000", b"-", b"\xff"];
    let at = random.below(bytes.len());
    let until = (at + 1 + random.below(40)).min(bytes.len());
    match random.below(7) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        2 => drop(bytes.drain(at..until)),
        3 => {
            let copy = bytes[at..until].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, copy);
        }
        4 => {
            let word = WORDS[random.below(WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
        5 => {
            let other = random.below(bytes.len());
            bytes.swap(at, other);
        }
        // One letter of base64 for another keeps the form, so that it reaches the signature.
        _ => {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            bytes[at] = letters[random.below(64)];
        }
    }
}

/// The pointers of all leaves and of all members that hold something.
fn places(value: &Value, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                places(member, &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{here}/{index}"), out);
            }
        }
        _ => {}
    }
}

/// Other values for a place.
fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![json!(null), json!(0), json!(-1), json!(""), json!("x"), json!([]), json!({}), json!(true)];
    others.push(json!([value, value]));
    if let Value::String(text) = value {
        let characters: Vec<char> = text.chars().collect();
        for at in [0, characters.len() / 3, characters.len() / 2, characters.len().saturating_sub(3)] {
            let mut changed = characters.clone();
            if let Some(character) = changed.get_mut(at) {
                *character = if *character == 'A' { 'B' } else { 'A' };
                others.push(json!(changed.into_iter().collect::<String>()));
            }
        }
        others.push(json!(format!("{text}A")));
        others.push(json!(characters.iter().skip(1).collect::<String>()));
        if let Ok(number) = text.parse::<u64>() {
            others.push(json!((number + 1).to_string()));
        }
    }
    others.retain(|other| other != value);
    others
}

/// Every change of one place, with the place.
pub(crate) fn changes(document: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    places(document, "", &mut pointers);
    let mut changed = Vec::new();
    for pointer in pointers.into_iter().filter(|pointer| !pointer.is_empty()) {
        for other in others(document.pointer(&pointer).unwrap()) {
            let mut copy = document.clone();
            *copy.pointer_mut(&pointer).unwrap() = other;
            changed.push((pointer.clone(), copy));
        }
        let (above, name) = pointer.rsplit_once('/').unwrap();
        let mut copy = document.clone();
        match copy.pointer_mut(above).unwrap() {
            Value::Object(members) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => {}
        }
        changed.push((pointer, copy));
    }
    changed
}

/// Each test mounts the whole of it and uses a part.
const _: fn() = || {
    let _ = (changes, change_bytes);
};

//! Any bytes as a transcript and as a file of the verdict store: what is read is what it says it is and is written as it was
//! read; the rest is refused, and nothing crashes.
#![no_main]

use attest::judge::store;
use attest::judge::transcript::{Key, Transcript};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(transcript) = Transcript::parse(bytes) {
        // White space apart, a transcript that is larger when it is indented may be too large to write.
        if let Ok(text) = transcript.text() {
            assert_eq!(Transcript::parse(text.as_bytes()).as_ref(), Ok(&transcript));
        }
    }
    // A file may say its own key: then everything but the name is right.
    let claimed = serde_json::from_slice::<serde_json::Value>(bytes).ok();
    let claimed = claimed.as_ref().and_then(|file| file.get("key")?.as_str()).unwrap_or("sha256:");
    let key = Key(claimed.to_owned());
    if let Ok(entry) = store::read(&key, bytes) {
        assert_eq!(entry.check(&key), Ok(()));
    }
});

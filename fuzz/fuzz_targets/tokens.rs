//! Any bytes as what keyless signing is told: an identity token, its claims, a signing configuration, an address, the address
//! of a repository. Nothing of a token is told, and no service without encryption is named.
#![no_main]

use attest::git::normalise_remote;
use attest::signing::{AUDIENCE, Address, Services, Token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let claimed = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(bytes));
    for token in [bytes, claimed.as_bytes()] {
        match Token::read(token, AUDIENCE) {
            Ok(read) => {
                let shown = format!("{read:?}");
                assert!(!std::str::from_utf8(token).is_ok_and(|text| shown.contains(text.trim())));
                let _ = read.may_be_used(now);
            }
            Err(error) => assert!(error.help().is_some() && error.to_string().len() < 500, "{error}"),
        }
    }
    if let Ok(services) = Services::configured(bytes, now) {
        let logs = services.logs.iter().map(|log| &log.address);
        for address in logs.chain(&services.timestamps).chain([&services.authority]) {
            let local = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(&address.host())
                || address.host().starts_with("127.");
            assert!(address.as_str().starts_with("https://") || local, "{}", address.as_str());
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(address) = Address::parse(text) {
        assert_eq!(Address::parse(address.as_str()), Ok(address));
    }
    if let Some(normal) = normalise_remote(text) {
        assert!(!normal.split('/').nth(2).unwrap_or_default().contains('@'), "{normal}");
        assert_eq!(normalise_remote(&normal).as_ref(), Some(&normal), "not the same again");
    }
});

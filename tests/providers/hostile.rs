//! A provider that answers with anything: no panic, no hang, and nothing that looks like an answer.

use std::time::Duration;

use attest::judge::provider::Stop;
use proptest::prelude::*;

use super::server::{Server, response, send};
use super::{HTTP, JSON, ask, connect, file};

/// Whether what a server sends comes out as an answer that counts.
fn counts(provider: &'static str, bytes: Vec<u8>) -> bool {
    let server = Server::new(move |stream, _| send(stream, &bytes));
    let client = connect(provider, server.port, Duration::from_secs(5));
    let began = std::time::Instant::now();
    let result = ask(client.as_ref());
    assert!(began.elapsed() < Duration::from_secs(12), "no hang");
    if let Err(error) = &result {
        let message = error.to_string();
        assert!(!message.is_empty() && message.len() < 4_000 && !message.chars().any(char::is_control), "{message:?}");
    }
    result.is_ok_and(|completion| completion.stop == Stop::Complete)
}

/// JSON that is near to what providers say.
fn near() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "choices",
        "message",
        "content",
        "text",
        "type",
        "finish_reason",
        "stop_reason",
        "done",
        "done_reason",
        "usage",
        "error",
        "input",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"stop\"".to_owned()),
        Just("\"end_turn\"".to_owned()),
        Just("\"tool_use\"".to_owned()),
        Just("\"\\u0000\\ud800\"".to_owned()),
        Just("1e999".to_owned()),
        Just("-1".to_owned()),
        any::<u64>().prop_map(|number| number.to_string()),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let pair = (name.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(pair, 0..6).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_no_answer(bytes in prop::collection::vec(any::<u8>(), 0..600), which in 0_usize..3) {
        prop_assert!(!counts(HTTP[which], bytes));
    }

    #[test]
    fn any_headers_are_no_answer(
        status in 100_u16..1000,
        headers in prop::collection::vec(("[A-Za-z-]{1,20}", "[ -~]{0,40}"), 0..30),
        known in prop::sample::select(vec!["Retry-After", "Location", "Content-Encoding", "Transfer-Encoding", "Content-Length"]),
        value in "[ -~]{0,30}",
        which in 0_usize..3,
    ) {
        let mut lines = format!("{JSON}{known}: {value}\r\n");
        for (name, value) in headers {
            lines.extend([name.as_str(), ": ", &value, "\r\n"]);
        }
        let status = format!("{status} X");
        let bytes = response(&status, &lines, br#"{"choices": []}"#);
        prop_assert!(!counts(HTTP[which], bytes));
    }

    #[test]
    fn any_body_is_no_answer(bytes in prop::collection::vec(any::<u8>(), 0..300), which in 0_usize..3) {
        prop_assert!(!counts(HTTP[which], response("200 OK", JSON, &bytes)));
    }

    /// What counts says how it ended and holds a text.
    #[test]
    fn json_that_is_near_is_read_without_harm(body in near(), which in 0_usize..3) {
        let needed = [["finish_reason", "\"stop\""], ["stop_reason", "text"], ["done_reason", "\"stop\""]];
        let is_whole = needed[which].iter().all(|word| body.contains(word)) && body.contains("content");
        prop_assert!(!counts(HTTP[which], response("200 OK", JSON, body.as_bytes())) || is_whole, "{body}");
    }

    #[test]
    fn a_part_of_an_answer_is_none(part in any::<prop::sample::Index>(), has_length in any::<bool>(), which in 0_usize..3) {
        let body = file(HTTP[which], "success.json").unwrap();
        let end = body.trim_ascii_end().len();
        let cut = part.index(end);
        let whole = if has_length {
            response("200 OK", JSON, &body)
        } else {
            [format!("HTTP/1.1 200 OK\r\n{JSON}\r\n").as_bytes(), &body].concat()
        };
        prop_assert!(!counts(HTTP[which], whole[..whole.len() - body.len() + cut].to_vec()));
    }
}

//! Servers that know fewer words: a simpler form of the request is found, remembered, and never found twice.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::server::{Server, response, send};
use super::{JSON, Want, ask, connect, file, judge};

/// A server that refuses what a pointer finds in a request, with a message each, and answers what is left.
fn picky(provider: &str, refused: &'static [(&'static str, &'static str, &'static str)]) -> Server {
    let success = file(provider, "success.json").unwrap();
    Server::new(move |stream, seen| {
        let body: Json = serde_json::from_slice(&seen.body).unwrap();
        let found = refused.iter().find(|(pointer, value, _)| {
            body.pointer(pointer).is_some_and(|at| value.is_empty() || at.as_str() == Some(value))
        });
        let answer = match found {
            Some((_, _, message)) => {
                let error = json!({"error": {"message": message, "type": "invalid_request_error"}});
                response("400 Bad Request", JSON, error.to_string().as_bytes())
            }
            None => response("200 OK", JSON, &success),
        };
        send(stream, &answer);
    })
}

#[test]
fn a_simpler_form_is_found_and_remembered() {
    for (provider, refused, calls, last) in [
        (
            "openai",
            [("/max_completion_tokens", "", "Unrecognized request argument supplied: max_completion_tokens")]
                .as_slice(),
            2,
            json!({"/max_tokens": 900, "/max_completion_tokens": null, "/response_format/type": "json_schema"}),
        ),
        (
            "openai",
            [
                ("/max_completion_tokens", "", "max_completion_tokens: Extra inputs are not permitted"),
                ("/response_format/type", "json_schema", "This response_format type is unavailable now"),
            ]
            .as_slice(),
            3,
            json!({"/max_tokens": 900, "/response_format/type": "json_object"}),
        ),
        (
            "openai",
            [
                ("/response_format/type", "json_schema", "Invalid parameter: 'response_format' of type 'json_schema'"),
                ("/response_format", "", "'response_format' is not known"),
            ]
            .as_slice(),
            3,
            json!({"/max_completion_tokens": 900, "/response_format": null}),
        ),
        (
            "anthropic",
            [("/output_config", "", "output_config: Extra inputs are not permitted")].as_slice(),
            2,
            json!({"/tools/0/name": "answer", "/tool_choice/type": "tool", "/tools/0/input_schema/additionalProperties": false}),
        ),
        (
            "anthropic",
            [
                ("/output_config", "", "This model does not support structured outputs"),
                ("/tools", "", "tool_choice forces tool use is not compatible with this model."),
            ]
            .as_slice(),
            3,
            json!({"/tools": null, "/output_config": null, "/max_tokens": 900}),
        ),
    ] {
        let server = picky(provider, refused);
        let client = connect(provider, server.port, Duration::from_secs(20));
        for round in 0..2 {
            let result = ask(client.as_ref());
            assert!(judge(&result, &Want::Complete).is_ok(), "{provider}: {result:?}");
            assert_eq!(server.seen().len(), calls + round, "{provider}: the form is remembered");
        }
        super::expect_body(&server.seen().last().unwrap().body, &last);
    }
}

#[test]
fn a_wrong_value_is_no_unknown_word() {
    for (provider, pointer, message) in [
        ("openai", "/max_completion_tokens", "max_completion_tokens is too large: 900"),
        ("openai", "/model", "the model is overworked"),
        ("anthropic", "/max_tokens", "max_tokens: 900 > 10"),
        ("ollama", "/format", "invalid format"),
    ] {
        let server = Server::new(move |stream, seen| {
            let body: Json = serde_json::from_slice(&seen.body).unwrap();
            assert!(body.pointer(pointer).is_some());
            let error = json!({"error": {"message": message}});
            send(stream, &response("400 Bad Request", JSON, error.to_string().as_bytes()));
        });
        let result = ask(connect(provider, server.port, Duration::from_secs(20)).as_ref());
        assert!(judge(&result, &Want::Failed("refuses the request (400): ")).is_ok(), "{result:?}");
        assert_eq!(server.seen().len(), 1);
    }
}

/// A server that refuses everything in every way is asked a few times and no more.
#[test]
fn the_search_for_a_form_ends() {
    let words = "unsupported: max_completion_tokens response_format json_schema output_config tool";
    for (provider, calls) in [("openai", 4), ("anthropic", 3), ("ollama", 1)] {
        let server = Server::new(move |stream, _| {
            let error = json!({"error": {"message": words}});
            send(stream, &response("400 Bad Request", JSON, error.to_string().as_bytes()));
        });
        let result = ask(connect(provider, server.port, Duration::from_secs(20)).as_ref());
        assert!(judge(&result, &Want::Failed("refuses the request (400): ")).is_ok(), "{result:?}");
        assert_eq!(server.seen().len(), calls, "{provider}");
    }
}

#[test]
fn a_tools_input_is_the_answer() {
    let answer: Json = serde_json::from_str(super::ANSWER).unwrap();
    let block = json!({"type": "tool_use", "id": "toolu_1", "name": "answer", "input": answer});
    let other = json!({"type": "tool_use", "id": "toolu_2", "name": "other", "input": {}});
    let said = |content: Json| {
        let body =
            json!({"content": content, "stop_reason": "tool_use", "usage": {"input_tokens": 120, "output_tokens": 34}});
        let server = Server::new(move |stream, _| send(stream, &response("200 OK", JSON, body.to_string().as_bytes())));
        ask(connect("anthropic", server.port, Duration::from_secs(20)).as_ref())
    };
    let one = said(json!([{"type": "text", "text": "I answer."}, block, other])).unwrap();
    assert_eq!(serde_json::from_str::<Json>(&one.text).unwrap(), answer);
    let two = said(json!([block, block]));
    assert!(judge(&two, &Want::Failed("answers more than once")).is_ok(), "{two:?}");
    let none = said(json!([other]));
    assert!(judge(&none, &Want::Failed("answers with no text")).is_ok(), "{none:?}");
}

#[test]
fn the_filter_of_a_host_refuses() {
    let error = json!({"error": {"message": "The prompt was filtered.", "type": null, "param": "prompt", "code": "content_filter"}});
    let server =
        Server::new(move |stream, _| send(stream, &response("400 Bad Request", JSON, error.to_string().as_bytes())));
    let result = ask(connect("openai", server.port, Duration::from_secs(20)).as_ref());
    assert!(judge(&result, &Want::Refused).is_ok(), "{result:?}");
}

//! What went wrong, in the language of whoever asked, and in the log once.

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value as Json;

use super::chat::message;
use crate::harness::{Answer, Process, Served, now, served_on_both};

served_on_both!(
    sentences_are_in_the_language_of_the_request,
    a_fault_is_logged_once_under_the_id_that_is_told
);

const GROUP: &str = "garden";

/// What the log says of a time zone that is none.
const FAULT: &str = "is not in the database of zones";

async fn sentences_are_in_the_language_of_the_request(served: &mut Served) {
    let process = &served.process;
    let token = served.found("acme").await;
    let reader = served.join("acme", "reader", "facilitator").await;
    let get = |path| process.request(Method::GET, path);
    let asking = |query| process.asking(query).bearer_auth(&token);
    let create =
        "mutation { createGroup(input: {name: \"x\", platform: OTHER, timeZone: \"UTC\"}) { group { id } } }";
    let deep = "{groups{nodes".repeat(8) + &"}}".repeat(8);
    let aliases = (0..300).fold(String::new(), |text, n| text + &format!(" a{n}: viewer {{ capabilities }}"));
    let asked: Vec<(&str, RequestBuilder)> = vec![
        ("UNAUTHENTICATED", process.asking("{ viewer { capabilities } }")),
        ("UNAUTHENTICATED", process.asking("{ viewer { capabilities } }").bearer_auth("forged")),
        ("UNAUTHENTICATED", process.sending("", "")),
        ("FORBIDDEN", process.asking(create).bearer_auth(&reader)),
        ("FORBIDDEN", process.sending("", "").bearer_auth(&reader)),
        ("BAD_USER_INPUT", asking("{ groups(first: 101) { nodes { id } } }")),
        ("BAD_USER_INPUT", asking("{ groups(after: \"x\") { nodes { id } } }")),
        ("BAD_USER_INPUT", asking("{ group { id } }")),
        ("QUERY_TOO_COMPLEX", asking(&deep)),
        ("QUERY_TOO_COMPLEX", asking(&format!("{{{aliases} }}"))),
        (
            "BAD_REQUEST",
            process.request(Method::POST, "/graphql").header("content-type", "application/json").body("[]"),
        ),
        ("BAD_REQUEST", process.sending("?source=", "").bearer_auth(&token)),
        ("NOT_FOUND", get("/nowhere")),
        ("NOT_FOUND", process.sending("?group=nowhere", "").bearer_auth(&token)),
        ("METHOD_NOT_ALLOWED", get("/v1/interactions")),
        ("NOT_ACCEPTABLE", asking("{ viewer { capabilities } }").header(ACCEPT, "text/html")),
        ("UNSUPPORTED_MEDIA_TYPE", process.request(Method::POST, "/graphql").body("{}")),
    ];
    for (code, request) in asked {
        let [english, chinese] = [said(&request, "en").await, said(&request, "zh-CN, en;q=0.5").await];
        assert_eq!([english.0.as_str(), chinese.0.as_str()], [code, code]);
        assert!(english.1.is_ascii() && english.1.ends_with('.'), "{}", english.1);
        assert!(chinese.1.ends_with('。'), "{}", chinese.1);
    }
}

/// The code and the sentence of the one error that a request is answered with.
async fn said(request: &RequestBuilder, language: &str) -> (String, String) {
    let request = request.try_clone().expect("a body that can be sent again");
    let answer = Answer::of(request.header(ACCEPT_LANGUAGE, language)).await.json();
    let errors = answer["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{answer}");
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    (text(&errors[0]["extensions"]["code"]), text(&errors[0]["message"]))
}

async fn a_fault_is_logged_once_under_the_id_that_is_told(served: &mut Served) {
    let token = served.found("acme").await;
    served.group(&token, GROUP).await;
    let raw = served.raw().await;
    raw.run("UPDATE chat_group SET time_zone = 'Nowhere/At_All'", vec![]).await.expect("a row that is wrong");

    let process = &served.process;
    for (id, request) in [
        ("query-1", process.asking("{ groups { nodes { id name } } }")),
        (
            "change-1",
            process.asking(
                "mutation { recordInteractions(input: {group: \"garden\", interactions: [
            {id: \"m1\", kind: MESSAGE, ts: \"2026-01-05T08:00:00Z\", user: \"ann\"}]}) { accepted } }",
            ),
        ),
        ("rows-1", process.sending("?group=garden", message("m1", "ann", now(), "hello"))),
    ] {
        let answer = Answer::of(request.bearer_auth(&token).header("x-request-id", id)).await;
        assert_eq!(answer.header("x-request-id"), id);
        let body = answer.json();
        let error = &body["errors"][0];
        assert_eq!(
            (&error["extensions"]["code"], &error["extensions"]["requestId"]),
            (&"INTERNAL".into(), &id.into())
        );
        assert!(!answer.text().contains("zone"), "{body}");
        is_logged_once(process, id);
    }
}

fn is_logged_once(process: &Process, id: &str) {
    let log = process.log();
    let told: Vec<&str> = log.lines().filter(|line| line.contains(id) && line.contains("ERROR")).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].contains(FAULT), "{}", told[0]);
    let chains = log.lines().filter(|line| line.contains(id) && line.contains(FAULT)).count();
    assert_eq!(chains, 1, "{log}");
}

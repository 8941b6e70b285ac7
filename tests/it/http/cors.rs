//! Pages of other sites: who may read answers, and that nothing is done by a form.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::chat::message;
use crate::harness::{Answer, Served, now, served_on_both};

served_on_both!(
    without_the_setting_no_page_may_read,
    pages_of_the_origins_may_read,
    a_form_of_another_site_does_nothing,
);

const APP: &str = "https://app.example";
const PATHS: [&str; 2] = ["/graphql", "/v1/interactions"];
const ALLOW: &str = "access-control-allow-origin";

fn preflight(served: &Served, path: &str, origin: &str, headers: &str) -> RequestBuilder {
    let request = served.process.request(Method::OPTIONS, path).header("origin", origin);
    request.header("access-control-request-method", "POST").header("access-control-request-headers", headers)
}

fn names(list: &str) -> Vec<String> {
    let mut names: Vec<_> = list.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    names.sort_unstable();
    names
}

fn varies_by_origin(answer: &Answer) -> bool {
    let vary = answer.headers.get_all("vary").iter().map(|value| value.to_str().expect("ASCII"));
    vary.flat_map(names).any(|name| name == "origin")
}

async fn without_the_setting_no_page_may_read(served: &mut Served) {
    for path in PATHS {
        let answers = [
            Answer::of(preflight(served, path, APP, "content-type")).await,
            Answer::of(served.process.request(Method::POST, path).header("origin", APP)).await,
        ];
        for answer in answers {
            let told = answer.headers.keys().find(|name| name.as_str().starts_with("access-control"));
            assert_eq!(told, None, "{path}");
        }
        let answer = Answer::of(preflight(served, path, APP, "content-type")).await;
        assert_eq!(answer.status, 405, "{path}");
    }
}

async fn pages_of_the_origins_may_read(served: &mut Served) {
    served.restart_with(&["--cors-origins", "https://app.example, http://localhost:5173"]).await;
    let token = served.found("acme").await;
    served.group(&token, "garden").await;
    let wanted = "authorization,content-type,idempotency-key,last-event-id,accept-language,traceparent,content-encoding";
    for path in PATHS {
        for origin in [APP, "http://localhost:5173"] {
            let allowed = Answer::of(preflight(served, path, origin, wanted)).await;
            assert_eq!((allowed.status, allowed.header(ALLOW)), (200, origin), "{path}");
            assert_eq!(allowed.header("access-control-max-age"), "7200");
            assert_eq!(names(allowed.header("access-control-allow-methods")), ["get", "post"]);
            let may_send = names(allowed.header("access-control-allow-headers"));
            assert!(names(wanted).iter().all(|name| may_send.contains(name)), "{may_send:?}");
            assert!(varies_by_origin(&allowed), "{path}");
            assert_eq!(allowed.headers.get("access-control-allow-credentials"), None);
        }
        for other in
            ["https://app.example.evil.example", "http://app.example", "https://app.example:444", "null"]
        {
            let refused = Answer::of(preflight(served, path, other, "content-type")).await;
            assert_eq!((refused.status, refused.header(ALLOW)), (400, ""), "{path} {other}");
            assert_eq!(refused.code(), "BAD_REQUEST", "{path} {other}");
        }
        let refused = Answer::of(preflight(served, path, APP, "x-anything")).await;
        assert_eq!((refused.status, refused.header(ALLOW)), (400, ""), "{path}");
        assert_eq!(refused.code(), "BAD_REQUEST", "{path}");
    }

    let ask = |origin: &str| {
        Answer::of(
            served.process.asking("{ viewer { capabilities } }").bearer_auth(&token).header("origin", origin),
        )
    };
    let send = |origin: &str| {
        let rows = message("m1", "ann", now(), "hello");
        let request = served.process.sending("?group=garden", rows).header("origin", origin);
        Answer::of(request.bearer_auth(&token))
    };
    for answer in [ask(APP).await, send(APP).await] {
        assert_eq!((answer.status, answer.header(ALLOW)), (200, APP), "{}", answer.text());
        let may_read = names(answer.header("access-control-expose-headers"));
        for name in ["x-request-id", "ratelimit", "ratelimit-policy", "retry-after"] {
            assert!(may_read.contains(&name.to_owned()), "{name} in {may_read:?}");
        }
        assert!(varies_by_origin(&answer));
    }
    // It is answered, as it is to who sends no Origin at all; its page cannot read it.
    assert_eq!(ask("https://evil.example").await.header(ALLOW), "");
    let failed =
        served.process.asking("{ viewer { capabilities } }").bearer_auth("none").header("origin", APP);
    let failed = Answer::of(failed).await;
    assert_eq!((failed.status, failed.header(ALLOW)), (401, APP), "a page can read why it failed");
    assert_eq!(served.process.get("/livez").await.headers.get(ALLOW), None);
}

/// What a browser sends across sites without asking first.
async fn a_form_of_another_site_does_nothing(served: &mut Served) {
    served.restart_with(&["--cors-origins", APP]).await;
    let token = served.found("acme").await;
    let create = "mutation { createCommunity(input: {name: \"Plants\", timeZone: \"Asia/Shanghai\"}) {
        community { name } } }";
    let body = json!({ "query": create }).to_string();
    for content_type in [
        Some("text/plain"),
        Some("text/plain;charset=UTF-8"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        None,
    ] {
        for origin in [None, Some(APP), Some("https://evil.example"), Some("null")] {
            let request =
                served.process.request(Method::POST, "/graphql").bearer_auth(&token).body(body.clone());
            let request =
                content_type.into_iter().fold(request, |request, kind| request.header("content-type", kind));
            let request =
                origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
            let answer = Answer::of(request).await;
            let code = answer.code();
            assert_eq!(
                (answer.status, code.as_str()),
                (415, "UNSUPPORTED_MEDIA_TYPE"),
                "{content_type:?} {origin:?}"
            );
        }
    }
    let communities = served.process.data(&token, "{ communities { nodes { name } } }").await;
    assert_eq!(communities["communities"]["nodes"], json!([]));
}

//! What a stranger meets in the first minute: health, metrics, the page, and how the
//! server says no.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Answer, Backend, Served, redis, served_on_both};

served_on_both!(
    health_is_told,
    the_keys_of_tokens_are_public,
    requests_are_measured,
    the_page_needs_no_other_server,
    what_is_not_there_has_a_code,
    other_methods_are_told_which,
    each_answer_has_an_id,
);

async fn health_is_told(served: &mut Served) {
    let live = served.process.get("/livez").await;
    assert_eq!((live.status, live.text()), (200, "ok"));
    let ready = served.process.get("/readyz").await;
    let has_redis = served.backend == Backend::Postgres && redis().is_some();
    let redis = if has_redis { "ok" } else { "not configured" };
    assert_eq!(ready.json(), json!({ "status": "ready", "database": "ok", "redis": redis }));
    assert_eq!((ready.status, ready.header("content-type")), (200, "application/json"));
    for answer in [live, ready] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let head = Answer::of(served.process.request(Method::HEAD, "/readyz")).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

async fn the_keys_of_tokens_are_public(served: &mut Served) {
    let keys = served.process.get("/.well-known/jwks.json").await;
    assert_eq!((keys.status, keys.header("content-type")), (200, "application/jwk-set+json"));
    let keys = keys.json()["keys"].as_array().expect("keys").clone();
    assert_eq!(keys.len(), 1);
    let mut names: Vec<&str> = keys[0].as_object().expect("a key").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"], "nothing private is among them");
    served.printed(&["keys", "rotate"]).await;
    let rotated = served.another().await;
    let now = rotated.get("/.well-known/jwks.json").await.json()["keys"].as_array().expect("keys").clone();
    assert_eq!(now.len(), 2);
    assert!(now.contains(&keys[0]), "tokens of the old key stay good");
}

async fn requests_are_measured(served: &mut Served) {
    served.process.get("/livez").await;
    served.process.get("/a/path/that/somebody/made/up").await;
    let metrics = served.process.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = metrics.text();
    let counted = |route: &str, status: u16| {
        let labels = format!("method=\"GET\",route=\"{route}\",status=\"{status}\"");
        let line = format!("qun_http_request_duration_seconds_count{{{labels}}} 1");
        assert!(text.lines().any(|known| known == line), "{line} is missing in\n{text}");
    };
    counted("/livez", 200);
    counted("none", 404);
    assert!(!text.contains("somebody"), "paths make no labels");
}

async fn the_page_needs_no_other_server(served: &mut Served) {
    let browser = served.process.request(Method::GET, "/").header("accept", "text/html,*/*;q=0.8");
    let page = Answer::of(browser).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    for source in ["default-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|known| known == source), "{source} is missing in {policy}");
    }
    assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
    let text = page.text();
    assert!(text.contains("GraphiQL"), "{text}");
    for outside in ["http:", "https:", "=\"//"] {
        assert!(!text.contains(outside), "{outside} in\n{text}");
    }

    let named = text.split("src=\"").chain(text.split("href=\"")).filter_map(|rest| rest.split_once('"'));
    let paths: Vec<_> = named.map(|(path, _)| path).filter(|path| path.starts_with('/')).collect();
    assert!(paths.len() >= 2, "script and style in\n{text}");
    for path in paths {
        let asset = served.process.get(path).await;
        assert_eq!(asset.status, 200, "{path}");
        assert!(asset.body.len() > 1_000, "{path} has {} bytes", asset.body.len());
        let tag = asset.header("etag");
        let again = served.process.request(Method::GET, path).header("if-none-match", tag);
        assert_eq!(Answer::of(again).await.status, 304, "{path}");
    }
}

async fn what_is_not_there_has_a_code(served: &mut Served) {
    for path in ["/nowhere", "/v1/", "/graphql/", "/assets/graphiql/..%2findex.html", "/v1/interactions/1"] {
        let answer = served.process.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"), "{path}");
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8", "{path}");
    }
}

async fn other_methods_are_told_which(served: &mut Served) {
    for (method, path, allowed) in [
        (Method::DELETE, "/graphql", "GET, POST"),
        (Method::PUT, "/graphql", "GET, POST"),
        (Method::GET, "/v1/interactions", "POST"),
        (Method::PATCH, "/v1/interactions", "POST"),
        (Method::POST, "/livez", "GET, HEAD"),
        (Method::DELETE, "/readyz", "GET, HEAD"),
        (Method::POST, "/metrics", "GET, HEAD"),
        (Method::POST, "/", "GET, HEAD"),
        (Method::PUT, "/assets/graphiql/graphiql.js", "GET, HEAD"),
    ] {
        let answer = Answer::of(served.process.request(method.clone(), path)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, allowed), "{method} {path}");
        assert_eq!(answer.code(), "METHOD_NOT_ALLOWED", "{method} {path}");
    }
    let mutation = "mutation { logIn(input: {email: \"a@b.example\", password: \"x\"}) { accessToken } }";
    let by_get = served.process.request(Method::GET, &format!("/graphql?query={mutation}"));
    let answer = Answer::of(by_get).await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(answer.header("allow"), "POST");
}

async fn each_answer_has_an_id(served: &mut Served) {
    let longest = "x".repeat(64);
    for good in ["req:1/2~!", &longest] {
        for (path, status) in [("/livez", 200), ("/nowhere", 404)] {
            let asked = served.process.request(Method::GET, path).header("x-request-id", good);
            let answer = Answer::of(asked).await;
            assert_eq!((answer.status, answer.header("x-request-id")), (status, good));
        }
    }
    let mut made = Vec::new();
    for bad in [String::new(), "a b".to_owned(), "x".repeat(65), "\"quoted\" and\twide".to_owned()] {
        let asked = served.process.request(Method::GET, "/livez").header("x-request-id", &bad);
        made.push(Answer::of(asked).await.header("x-request-id").to_owned());
    }
    made.push(served.process.get("/livez").await.header("x-request-id").to_owned());
    for id in &made {
        assert!(Uuid::parse_str(id).is_ok(), "{id}");
    }
    let asked = made.len();
    made.sort();
    made.dedup();
    assert_eq!(made.len(), asked, "each has its own");

    let asked = served.process.request(Method::GET, "/nowhere").header("x-request-id", "find-me-again");
    Answer::of(asked).await;
    assert!(served.process.log().contains("find-me-again"), "the log knows it\n{}", served.process.log());
}

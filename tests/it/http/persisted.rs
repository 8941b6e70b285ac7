//! Documents that are named instead of sent: as Apollo's clients do it, and by a list.

use std::path::Path;

use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::harness::{Answer, Backend, Process, Served, redis, run, served_on_both};

served_on_both!(
    a_document_is_sent_once,
    servers_that_share_redis_share_documents,
    a_name_that_is_wrong_is_refused,
    a_mutation_is_not_done_by_get_whatever_names_it,
    a_list_is_all_that_is_run,
    a_list_that_does_not_hold_is_no_list,
);

const VIEWER: &str = "query Viewer { viewer { assignments { role } } }";

fn hex(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

fn extension(text: &str) -> Json {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hex(text) } })
}

fn post(process: &Process, body: &Json) -> RequestBuilder {
    process.request(Method::POST, "/graphql").json(body)
}

fn get(process: &Process, parameters: &[(&str, &str)]) -> RequestBuilder {
    let url = Url::parse_with_params("http://any/graphql", parameters).expect("an address");
    process.request(Method::GET, &format!("/graphql?{}", url.query().unwrap_or_default()))
}

fn role(answer: &Answer) -> Json {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["data"]["viewer"]["assignments"][0]["role"].clone()
}

async fn a_document_is_sent_once(served: &mut Served) {
    let token = served.found("acme").await;
    let viewer = format!("{VIEWER} # {}", served.url());
    let hash = json!({ "extensions": extension(&viewer) });
    let whole = json!({ "query": viewer, "extensions": extension(&viewer) });
    let hash_alone = || post(&served.process, &hash).bearer_auth(&token);

    let unknown = Answer::of(hash_alone()).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(unknown.json()["errors"][0]["message"], "PersistedQueryNotFound", "some clients read this");
    assert_eq!(unknown.header("cache-control"), "no-store");
    let newer = Answer::of(hash_alone().header("accept", "application/graphql-response+json")).await;
    assert_eq!((newer.status, newer.code().as_str()), (400, "PERSISTED_QUERY_NOT_FOUND"));

    assert_eq!(role(&Answer::of(post(&served.process, &whole).bearer_auth(&token)).await), "OWNER");
    assert_eq!(role(&Answer::of(hash_alone()).await), "OWNER");
    let extensions = extension(&viewer).to_string();
    let by_get = [("operationName", "Viewer"), ("extensions", extensions.as_str())];
    assert_eq!(role(&Answer::of(get(&served.process, &by_get).bearer_auth(&token)).await), "OWNER");
    let id = format!("sha256:{}", hex(&viewer));
    let by_id = get(&served.process, &[("documentId", &id)]);
    assert_eq!(role(&Answer::of(by_id.bearer_auth(&token)).await), "OWNER");
    let by_id = post(&served.process, &json!({ "documentId": id })).bearer_auth(&token);
    assert_eq!(role(&Answer::of(by_id).await), "OWNER");
}

async fn servers_that_share_redis_share_documents(served: &mut Served) {
    let token = served.found("acme").await;
    let another = served.another().await;
    let shares = served.backend == Backend::Postgres && redis().is_some();
    let (mine, open) =
        (format!("{VIEWER} # mine {}", served.url()), format!("{{ __typename }} # {}", served.url()));
    for text in [&mine, &open] {
        let whole = json!({ "query": text, "extensions": extension(text) });
        let request = post(&served.process, &whole);
        // Nobody answers for the second.
        let request = if *text == mine { request.bearer_auth(&token) } else { request };
        assert_eq!(Answer::of(request).await.status, 200);
    }
    let known = |process: &Process, text: &str| {
        Answer::of(post(process, &json!({ "extensions": extension(text) })).bearer_auth(&token))
    };
    for text in [&mine, &open] {
        assert!(known(&served.process, text).await.json()["data"].is_object(), "{text}");
    }
    // A Redis that is slow for a moment is passed over.
    let mut found = false;
    for _ in 0..3 {
        found |= known(&another, &mine).await.json()["data"].is_object();
    }
    assert_eq!(found, shares);
    assert_eq!(known(&another, &open).await.code(), "PERSISTED_QUERY_NOT_FOUND");
}

async fn a_name_that_is_wrong_is_refused(served: &mut Served) {
    let token = served.found("acme").await;
    let other = json!({ "query": "{ __typename }", "extensions": extension(VIEWER) });
    for (body, code) in [
        (other, "PERSISTED_QUERY_HASH_MISMATCH"),
        (json!({ "query": VIEWER, "documentId": "viewer" }), "PERSISTED_QUERY_HASH_MISMATCH"),
        (json!({ "documentId": "viewer" }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "documentId": "sha256:12" }), "BAD_REQUEST"),
        (
            json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": hex(VIEWER) } } }),
            "BAD_REQUEST",
        ),
        (json!({ "extensions": {} }), "BAD_REQUEST"),
    ] {
        assert_eq!(Answer::of(post(&served.process, &body).bearer_auth(&token)).await.code(), code, "{body}");
    }
    let hash = json!({ "extensions": extension(VIEWER) });
    let answer = Answer::of(post(&served.process, &hash).bearer_auth(&token)).await;
    assert_eq!(answer.code(), "PERSISTED_QUERY_NOT_FOUND", "what came under a wrong name was not kept");
}

async fn a_mutation_is_not_done_by_get_whatever_names_it(served: &mut Served) {
    let token = served.found("acme").await;
    let create = "mutation { createCommunity(input: {name: \"Plants\", timeZone: \"Asia/Shanghai\"}) {
        community { name } userErrors { code } } }";
    let (extensions, id) = (extension(create).to_string(), format!("sha256:{}", hex(create)));
    let by_get = async |parameters: &[(&str, &str)]| {
        let answer = Answer::of(get(&served.process, parameters).bearer_auth(&token)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{}", answer.text());
    };
    by_get(&[("query", create)]).await;
    by_get(&[("query", create), ("extensions", &extensions)]).await;
    let whole = json!({ "query": create, "extensions": extension(create) });
    let made = Answer::of(post(&served.process, &whole).bearer_auth(&token)).await;
    assert_eq!(made.json()["data"]["createCommunity"]["community"]["name"], "Plants");
    by_get(&[("extensions", &extensions)]).await;
    by_get(&[("documentId", &id)]).await;
    let communities = served.process.data(&token, "{ communities { nodes { name } } }").await;
    assert_eq!(communities["communities"]["nodes"], json!([{ "name": "Plants" }]));
}

/// A server that runs a list alone.
async fn trusting(served: &mut Served, list: &Json) {
    let file = served.file("documents.json", list.to_string().as_bytes());
    served.restart_with(&["--trusted-documents", text(&file)]).await;
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

async fn a_list_is_all_that_is_run(served: &mut Served) {
    let token = served.found("acme").await;
    let groups = "query Groups($first: Int!) { groups(first: $first) { nodes { name } } }";
    let list =
        json!({ "1b4f0e9851971998e732078544c96b36": VIEWER, (format!("sha256:{}", hex(groups))): groups });
    trusting(served, &list).await;
    let ask = async |body: Json| Answer::of(post(&served.process, &body).bearer_auth(&token)).await;

    let viewer_by = [
        json!({ "documentId": "1b4f0e9851971998e732078544c96b36" }),
        json!({ "documentId": format!("sha256:{}", hex(VIEWER)), "operationName": "Viewer" }),
        json!({ "extensions": extension(VIEWER) }),
    ];
    for body in viewer_by {
        assert_eq!(role(&ask(body).await), "OWNER");
    }
    let id = hex(groups);
    let by_get = get(&served.process, &[("documentId", id.as_str()), ("variables", "{\"first\":1}")]);
    let counted = Answer::of(by_get.bearer_auth(&token)).await;
    assert_eq!(counted.json()["data"], json!({ "groups": { "nodes": [] } }), "{}", counted.text());

    for (body, code) in [
        (json!({ "query": VIEWER }), "PERSISTED_QUERY_ID_REQUIRED"),
        (json!({ "query": VIEWER, "extensions": extension(VIEWER) }), "PERSISTED_QUERY_ID_REQUIRED"),
        (json!({ "extensions": extension("{ __typename }") }), "PERSISTED_QUERY_NOT_IN_LIST"),
        (json!({ "documentId": "viewer" }), "PERSISTED_QUERY_NOT_IN_LIST"),
    ] {
        let answer = ask(body.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (200, code), "{body}");
    }
    let chinese = post(&served.process, &json!({ "query": VIEWER })).header("accept-language", "zh-CN");
    let message = Answer::of(chinese.bearer_auth(&token)).await.json()["errors"][0]["message"].clone();
    assert_eq!(message, "此服务器只执行清单中的文档：请发送 documentId，不要发送 query。");
}

async fn a_list_that_does_not_hold_is_no_list(served: &mut Served) {
    let list = json!({ "good": VIEWER, "bad": "{ viewer { rank } }", "torn": "{ viewer" });
    let file = served.file("documents.json", list.to_string().as_bytes());
    let listens = ["serve", "--listen", "127.0.0.1:0", "--trusted-documents", text(&file)];
    let ran = run(served.url(), &listens).await;
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.err);
    assert!(lines[0].contains("documents.json: bad: Unknown field \"rank\""), "{}", ran.err);
    assert!(lines[1].contains("documents.json: torn: "), "{}", ran.err);
}

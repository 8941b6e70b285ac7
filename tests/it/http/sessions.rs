//! A front end stays logged in: it refreshes, goes on elsewhere, and logs out.

use reqwest::header::USER_AGENT;
use serde_json::{Value as Json, json};

use crate::harness::{Answer, PASSWORD, Process, Served, email, served_on_both};

served_on_both!(
    a_front_end_stays_logged_in,
    a_replayed_refresh_token_ends_the_session,
    whoever_logs_out_is_out_everywhere,
    one_account_in_two_organizations,
    tries_are_counted_over_all_servers,
);

async fn asked(process: &Process, token: Option<&str>, query: &str) -> Json {
    let mut asking = process.asking(query).header(USER_AGENT, "Front/1.0");
    if let Some(token) = token {
        asking = asking.bearer_auth(token);
    }
    let answer = Answer::of(asking).await;
    assert!(matches!(answer.status, 200 | 401), "{}", answer.text());
    answer.json()
}

async fn log_in(process: &Process, email: &str, organization: &str) -> Json {
    let query = format!(
        "mutation {{ logIn(input: {{email: {email:?}, password: {PASSWORD:?}, organization: {organization:?}}}) {{
           accessToken refreshToken userErrors {{ code }} }} }}"
    );
    asked(process, None, &query).await["data"]["logIn"].clone()
}

async fn refresh(process: &Process, token: &Json) -> Json {
    let query = format!(
        "mutation {{ refreshSession(input: {{refreshToken: {token}}}) {{
           accessToken expiresAt refreshToken userErrors {{ code field message }} }} }}"
    );
    asked(process, None, &query).await["data"]["refreshSession"].clone()
}

fn text(json: &Json) -> &str {
    json.as_str().expect("a text")
}

const SESSIONS: &str = "{ viewer { sessions { id isCurrent userAgent address organization { slug } } } }";

async fn a_front_end_stays_logged_in(served: &mut Served) {
    served.found("acme").await;
    let first = log_in(&served.process, &email("acme", "owner"), "acme").await;
    let next = refresh(&served.process, &first["refreshToken"]).await;
    assert_eq!(next["userErrors"], json!([]));
    let again = refresh(&served.process, &first["refreshToken"]).await;
    assert_eq!(again["refreshToken"], next["refreshToken"], "the answer that was lost");

    // Another server knows the session too, also after a restart.
    served.restart_with(&[]).await;
    let other = served.another().await;
    let third = refresh(&other, &next["refreshToken"]).await;
    let listed = asked(&other, third["accessToken"].as_str(), SESSIONS).await;
    let sessions = &listed["data"]["viewer"]["sessions"];
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{listed}");
    let expected = json!({
        "id": sessions[0]["id"], "isCurrent": true, "userAgent": "Front/1.0", "address": "127.0.0.1",
        "organization": { "slug": "acme" },
    });
    assert_eq!(sessions[0], expected);
}

async fn a_replayed_refresh_token_ends_the_session(served: &mut Served) {
    served.found("acme").await;
    let first = log_in(&served.process, &email("acme", "owner"), "acme").await;
    let mut last = first.clone();
    for _ in 0..2 {
        last = refresh(&served.process, &last["refreshToken"]).await;
    }
    // The copy is older than the last token but one: no answer can have been lost.
    let stolen = refresh(&served.process, &first["refreshToken"]).await;
    let ended = json!([{ "code": "SESSION_ENDED", "field": ["input", "refreshToken"],
                         "message": "The session is over. Log in again." }]);
    assert_eq!((&stolen["accessToken"], &stolen["userErrors"]), (&Json::Null, &ended));
    assert_eq!(refresh(&served.process, &last["refreshToken"]).await["userErrors"], ended);
    let answer = asked(&served.process, last["accessToken"].as_str(), SESSIONS).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn whoever_logs_out_is_out_everywhere(served: &mut Served) {
    let issued = served.found("acme").await;
    let mut logins = Vec::new();
    for _ in 0..3 {
        logins.push(log_in(&served.process, &email("acme", "owner"), "acme").await);
    }
    let token = logins[0]["accessToken"].as_str();
    let listed = asked(&served.process, token, SESSIONS).await;
    let other = listed["data"]["viewer"]["sessions"].as_array().expect("sessions");
    let other = other.iter().find(|session| session["isCurrent"] == false).expect("another").clone();
    let revoke = format!(
        "mutation {{ revokeSession(input: {{sessionId: {}}}) {{ revokedSessionId userErrors {{ code field }} }} }}",
        other["id"]
    );
    let revoked = asked(&served.process, token, &revoke).await;
    assert_eq!(revoked["data"]["revokeSession"]["revokedSessionId"], other["id"]);
    let gone = asked(&served.process, token, &revoke).await;
    let refused = json!([{ "code": "NOT_FOUND", "field": ["input", "sessionId"] }]);
    assert_eq!(gone["data"]["revokeSession"]["userErrors"], refused);

    let out = "mutation { logOut(input: {everywhere: true}) { endedSessions userErrors { code } } }";
    let answer = asked(&served.process, Some(&issued), out).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "a token without a log-in");
    let answer = asked(&served.process, token, out).await;
    assert_eq!(answer["data"]["logOut"], json!({ "endedSessions": 2, "userErrors": [] }));
    for login in &logins {
        assert_eq!(refresh(&served.process, &login["refreshToken"]).await["accessToken"], Json::Null);
    }
    let answer = asked(&served.process, token, SESSIONS).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn one_account_in_two_organizations(served: &mut Served) {
    served.found("acme").await;
    served.found("globex").await;
    served.found("umbrella").await;
    let owner = email("acme", "owner");
    let join = ["account", "add", "--org", "globex", "--email", &owner, "--role", "facilitator"];
    served.printed(&[&join[..], &["--password", "of no use, the account has one"]].concat()).await;

    let here = log_in(&served.process, &owner, "acme").await;
    let token = Some(text(&here["accessToken"]));
    let seats =
        asked(&served.process, token, "{ viewer { organizations { roles organization { slug } } } }").await;
    let expected = json!([
        { "roles": ["OWNER"], "organization": { "slug": "acme" } },
        { "roles": ["FACILITATOR"], "organization": { "slug": "globex" } },
    ]);
    assert_eq!(seats["data"]["viewer"]["organizations"], expected);
    let switch = |to: &str| {
        format!(
            "mutation {{ switchOrganization(input: {{organization: {to:?}}}) {{
               accessToken refreshToken organization {{ slug }} userErrors {{ code field }} }} }}"
        )
    };
    let there = asked(&served.process, token, &switch("globex")).await["data"]["switchOrganization"].clone();
    assert_eq!(there["organization"]["slug"], "globex");
    let viewer =
        served.process.data(text(&there["accessToken"]), "{ viewer { organization { slug } } }").await;
    assert_eq!(viewer["viewer"]["organization"]["slug"], "globex");
    for foreign in ["umbrella", "nowhere", "NO SLUG"] {
        let answer = asked(&served.process, token, &switch(foreign)).await;
        let refused = json!([{ "code": "NOT_FOUND", "field": ["input", "organization"] }]);
        assert_eq!(answer["data"]["switchOrganization"]["userErrors"], refused, "{foreign}");
    }
}

async fn tries_are_counted_over_all_servers(served: &mut Served) {
    let other = served.another().await;
    // A mailbox of this test alone: Redis is shared with the other tests.
    let nobody = format!("nobody-{}@acme.example", crate::harness::now().millis());
    let mut refused = Vec::new();
    for n in 0..14 {
        let process = if n % 2 == 0 { &served.process } else { &other };
        refused.push(text(&log_in(process, &nobody, "acme").await["userErrors"][0]["code"]).to_owned());
    }
    let tried = refused.iter().filter(|code| *code == "BAD_CREDENTIALS").count();
    // Without Redis each server counts for itself. A slow machine may see a try come back.
    let shared = served.backend == crate::harness::Backend::Postgres && crate::harness::redis().is_some();
    let expected = if shared { 10..=11 } else { 14..=14 };
    assert!(expected.contains(&tried), "{refused:?}");
}

//! A front end's way in: log in by a mutation, then ask with the token.

use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value as Json, json};

use crate::harness::{Answer, PASSWORD, Served, email, served_on_both};

served_on_both!(
    a_log_in_opens_its_own_organization,
    a_refusal_speaks_the_language_that_is_asked_for,
    an_account_of_two_organizations_chooses,
);

const VIEWER: &str =
    "{ viewer { assignments { role } capabilities account { email } organization { slug } } }";

fn log_in(email: &str, password: &str, organization: Option<&str>) -> String {
    let organization = organization.map_or(String::new(), |slug| format!(", organization: {slug:?}"));
    format!(
        "mutation {{ logIn(input: {{email: {email:?}, password: {password:?}{organization}}}) {{
           accessToken expiresAt organization {{ slug }} organizations {{ slug }} retryAfterSeconds
           userErrors {{ code field message }}
         }} }}"
    )
}

/// What the mutation gives to somebody without a token.
async fn logged_in(served: &Served, mutation: &str, language: &str) -> Json {
    let asked = served.process.asking(mutation).header(ACCEPT_LANGUAGE, language);
    let answer = Answer::of(asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json().get("errors"), None);
    answer.json()["data"]["logIn"].clone()
}

async fn a_log_in_opens_its_own_organization(served: &mut Served) {
    served.found("acme").await;
    served.found("globex").await;
    served.join("acme", "reader", "facilitator").await;

    let payload = logged_in(served, &log_in(&email("acme", "reader"), PASSWORD, None), "").await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["organization"]["slug"], json!("acme"));
    let token = payload["accessToken"].as_str().expect("a token");
    let viewer = served.process.data(token, VIEWER).await;
    let expected = json!({ "viewer": {
        "assignments": [{ "role": "FACILITATOR" }],
        "capabilities": ["READ", "WORK_ON_TASKS"],
        "account": { "email": "reader@acme.example" },
        "organization": { "slug": "acme" },
    } });
    assert_eq!(viewer, expected);

    let stranger = logged_in(served, &log_in(&email("globex", "owner"), PASSWORD, Some("acme")), "").await;
    assert_eq!(stranger["accessToken"], Json::Null);
    assert_eq!(stranger["userErrors"][0]["code"], "BAD_CREDENTIALS");
}

async fn a_refusal_speaks_the_language_that_is_asked_for(served: &mut Served) {
    served.found("acme").await;
    let english = "The email, the password or the organization is wrong.";
    let chinese = "邮箱、密码或组织有误。";
    for (language, message) in [
        ("zh-CN", chinese),
        ("fr, zh-CN;q=0.9, en;q=0.8", chinese),
        ("en-GB, zh-CN;q=0.5", english),
        ("", english),
    ] {
        let wrong = log_in(&email("acme", "owner"), "not the password", None);
        let payload = logged_in(served, &wrong, language).await;
        let refused = json!([{ "code": "BAD_CREDENTIALS", "field": ["input"], "message": message }]);
        assert_eq!(payload["userErrors"], refused, "{language}");
        assert_eq!(payload["accessToken"], Json::Null);
    }
    let nobody = logged_in(served, &log_in("nobody@acme.example", PASSWORD, None), "en").await;
    assert_eq!(nobody["userErrors"][0]["message"], english, "who has no account hears the same");
}

async fn an_account_of_two_organizations_chooses(served: &mut Served) {
    served.found("acme").await;
    served.found("globex").await;
    let owner = email("acme", "owner");
    let join = ["account", "add", "--org", "globex", "--email", &owner, "--role", "facilitator"];
    served.printed(&[&join[..], &["--password", "of no use, the account has one"]].concat()).await;

    let unsure = logged_in(served, &log_in(&owner, PASSWORD, None), "").await;
    assert_eq!(unsure["userErrors"][0]["code"], "CHOOSE_ORGANIZATION");
    let mut choices: Vec<_> = unsure["organizations"].as_array().expect("choices").clone();
    choices.sort_by_key(ToString::to_string);
    assert_eq!(choices, [json!({ "slug": "acme" }), json!({ "slug": "globex" })]);

    let sure = logged_in(served, &log_in(&owner, PASSWORD, Some("globex")), "").await;
    let viewer = served.process.data(sure["accessToken"].as_str().expect("a token"), VIEWER).await;
    assert_eq!(viewer["viewer"]["organization"]["slug"], "globex");
    let assignments = &viewer["viewer"]["assignments"];
    assert_eq!(assignments[0]["role"], "FACILITATOR", "the role of there, not of acme");
}

//! Letters over HTTP: a stranger signs up, and who forgot the password chooses another.

use std::fs;
use std::path::Path;

use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value as Json, json};

use crate::harness::{Answer, Served, email, now, served_on_both, until};

served_on_both!(a_stranger_signs_up, a_password_is_reset_and_changed, without_mail_it_is_said);

/// A server that puts its letters into a directory.
pub(super) async fn with_mail(served: &mut Served) -> String {
    let home = served.file("mail", b"");
    fs::remove_file(&home).expect("a file");
    fs::create_dir(&home).expect("a directory");
    let home = home.display().to_string();
    let route = format!("file:{home}");
    let front = "https://chat.example";
    served.restart_with(&["--mail-url", &route, "--sign-up", "true", "--front-url", front]).await;
    home
}

/// The token of the letter that comes next.
pub(super) async fn next_token(home: &str) -> String {
    let read = async || {
        let file = fs::read_dir(Path::new(home)).expect("a directory").next()?.expect("a file").path();
        let text = fs::read_to_string(&file).ok()?.replace("=\r\n", "").replace("=3D", "=");
        let token = text.split_once("#token=")?.1.split_whitespace().next()?.to_owned();
        fs::remove_file(file).expect("a file");
        Some(token)
    };
    until(|| format!("no letter in {home}"), read).await
}

async fn done(served: &Served, token: Option<&str>, field: &str, mutation: &str) -> Json {
    let mut asking = served.process.asking(mutation).header(ACCEPT_LANGUAGE, "en");
    if let Some(token) = token {
        asking = asking.bearer_auth(token);
    }
    let answer = Answer::of(asking).await;
    assert_eq!(answer.json().get("errors"), None, "{}", answer.text());
    answer.json()["data"][field].clone()
}

async fn a_stranger_signs_up(served: &mut Served) {
    let home = with_mail(served).await;
    served.found("acme").await;
    // A mailbox of this test alone: what Redis counts is shared with the other tests.
    let ann = format!("ann-{}@example.org", now().millis());
    let request = format!(
        "mutation {{ requestSignUp(input: {{email: {ann:?}}}) {{ isRequested userErrors {{ code }} }} }}"
    );
    let asked = done(served, None, "requestSignUp", &request).await;
    assert_eq!(asked, json!({ "isRequested": true, "userErrors": [] }));
    let token = next_token(&home).await;
    let complete = |slug: &str| {
        format!(
            "mutation {{ completeSignUp(input: {{token: {token:?}, password: \"correct horse 电池\",
               displayName: \"Ann\", organization: {{name: \"Anns\", slug: {slug:?}, timeZone: \"Asia/Shanghai\"}}}}) {{
               accessToken refreshToken account {{ email }} organization {{ slug }} userErrors {{ code field }} }} }}"
        )
    };
    let taken = done(served, None, "completeSignUp", &complete("acme")).await;
    let field = json!(["input", "organization", "slug"]);
    assert_eq!(taken["userErrors"], json!([{ "code": "NAME_TAKEN", "field": field }]));
    let signed_up = done(served, None, "completeSignUp", &complete("anns")).await;
    assert_eq!(
        (&signed_up["account"]["email"], &signed_up["organization"]["slug"], &signed_up["userErrors"]),
        (&json!(ann), &json!("anns"), &json!([]))
    );
    let token = signed_up["accessToken"].as_str().expect("a token");
    let viewer =
        served.process.data(token, "{ viewer { assignments { role } } organization { name } }").await;
    assert_eq!(
        viewer,
        json!({ "viewer": { "assignments": [{ "role": "OWNER" }] }, "organization": { "name": "Anns" } })
    );
    let again = done(served, None, "completeSignUp", &complete("more")).await;
    assert_eq!(again["userErrors"][0]["code"], "TOKEN_INVALID");
}

async fn a_password_is_reset_and_changed(served: &mut Served) {
    let home = with_mail(served).await;
    let slug = format!("acme-{}", now().millis());
    served.found(&slug).await;
    let owner = email(&slug, "owner");
    let request = |email: &str| {
        format!(
            "mutation {{ requestPasswordReset(input: {{email: {email:?}}}) {{ isRequested userErrors {{ code }} }} }}"
        )
    };
    let nobody = done(served, None, "requestPasswordReset", &request(&email(&slug, "nobody"))).await;
    let somebody = done(served, None, "requestPasswordReset", &request(&owner)).await;
    assert_eq!((&nobody, &somebody), (&json!({ "isRequested": true, "userErrors": [] }), &nobody));
    let token = next_token(&home).await;
    let reset = format!(
        "mutation {{ resetPassword(input: {{token: {token:?}, password: \"another horse 电池\"}}) {{
           isReset userErrors {{ code }} }} }}"
    );
    let payload = done(served, None, "resetPassword", &reset).await;
    assert_eq!(payload, json!({ "isReset": true, "userErrors": [] }));
    let log_in = format!(
        "mutation {{ logIn(input: {{email: {owner:?}, password: \"another horse 电池\"}}) {{ accessToken }} }}"
    );
    let token = done(served, None, "logIn", &log_in).await["accessToken"].clone();
    let change = |present: &str, new: &str| {
        format!(
            "mutation {{ changePassword(input: {{currentPassword: {present:?}, newPassword: {new:?}}}) {{
               isChanged userErrors {{ code field message }} }} }}"
        )
    };
    let token = token.as_str();
    let wrong = change("no horse at all", "third horse 电池");
    let wrong = done(served, token, "changePassword", &wrong).await;
    let refused = json!([{ "code": "WRONG_PASSWORD", "field": ["input", "currentPassword"],
                           "message": "The present password is wrong." }]);
    assert_eq!(wrong, json!({ "isChanged": false, "userErrors": refused }));
    let weak = done(served, token, "changePassword", &change("another horse 电池", "short")).await;
    assert_eq!(weak["userErrors"][0]["code"], "WEAK_PASSWORD");
    let changed = change("another horse 电池", "third horse 电池");
    assert_eq!(done(served, token, "changePassword", &changed).await["isChanged"], true);
}

async fn without_mail_it_is_said(served: &mut Served) {
    for (mutation, code) in
        [("requestSignUp", "SIGN_UP_CLOSED"), ("requestPasswordReset", "MAIL_NOT_AVAILABLE")]
    {
        let query = format!(
            "mutation {{ {mutation}(input: {{email: \"ann@example.org\"}}) {{ isRequested userErrors {{ code }} }} }}"
        );
        let told = done(served, None, mutation, &query).await;
        assert_eq!(told, json!({ "isRequested": false, "userErrors": [{ "code": code }] }));
    }
}

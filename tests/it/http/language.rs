//! In which language an account is answered: as its client asks, or else as it wants.

use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::json;

use crate::harness::{Answer, PASSWORD, Served, email, served_on_both};

served_on_both!(an_account_is_answered_in_its_language);

const ENGLISH: &str = "There is no such thing in your organization.";
const CHINESE: &str = "您的组织中没有这一项。";

async fn an_account_is_answered_in_its_language(served: &mut Served) {
    served.found("acme").await;
    let owner = email("acme", "owner");
    let log_in = format!(
        "mutation {{ logIn(input: {{email: {owner:?}, password: {PASSWORD:?}}}) {{ accessToken account {{ locale }} }} }}"
    );
    let answer = Answer::of(served.process.asking(&log_in)).await.json();
    assert_eq!(answer["data"]["logIn"]["account"]["locale"], json!(null));
    let token = answer["data"]["logIn"]["accessToken"].as_str().expect("a token").to_owned();
    let told = async |language: Option<&str>| {
        let nowhere =
            "mutation { switchOrganization(input: {organization: \"nowhere\"}) { userErrors { message } } }";
        let mut asking = served.process.asking(nowhere).bearer_auth(&token);
        if let Some(language) = language {
            asking = asking.header(ACCEPT_LANGUAGE, language);
        }
        let answer = Answer::of(asking).await;
        let errors = &answer.json()["data"]["switchOrganization"]["userErrors"];
        errors[0]["message"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
    };
    let update = async |input: &str| {
        let update = format!(
            "mutation {{ updateAccount(input: {{{input}}}) {{
               account {{ displayName locale }} userErrors {{ code field }} }} }}"
        );
        served.process.data(&token, &update).await["updateAccount"].clone()
    };
    assert_eq!(told(None).await, ENGLISH);
    let updated = update("locale: ZH_CN, displayName: \" 小王 \"").await;
    let account = json!({ "displayName": "小王", "locale": "ZH_CN" });
    assert_eq!(updated, json!({ "account": account, "userErrors": [] }));
    for (asked_for, answered) in [
        (None, CHINESE),
        (Some(""), CHINESE),
        (Some("*"), CHINESE),
        (Some("fr, *;q=0.5"), CHINESE),
        (Some("en-GB, zh;q=0.5"), ENGLISH),
    ] {
        assert_eq!(told(asked_for).await, answered, "{asked_for:?}");
    }
    let refused = update("displayName: \" \", locale: null").await;
    let error = json!([{ "code": "INVALID_NAME", "field": ["input", "displayName"] }]);
    assert_eq!(refused, json!({ "account": null, "userErrors": error }));
    assert_eq!(told(None).await, CHINESE, "a refusal changes nothing");
    assert_eq!(update("").await["account"]["locale"], "ZH_CN", "what is left out stays");
    let updated = update("locale: null").await;
    assert_eq!(updated["account"], json!({ "displayName": "小王", "locale": null }));
    assert_eq!(told(None).await, ENGLISH);

    let rows = served.process.sending("?group=nowhere", "{\"id\": 1}\n").bearer_auth(&token);
    assert_eq!(Answer::of(rows).await.status, 404);
    let viewer = served.process.data(&token, "{ viewer { account { displayName locale } } }").await;
    assert_eq!(viewer["viewer"]["account"], updated["account"]);
}

use serde_json::{Value, json};
use totp_rs::Totp;

use super::stage::{PASSWORD, Stage};

const OWNER: &str = "owner@garden.example";

/// The code of `app` at the time of the stage.
fn shown(stage: &Stage, app: &Totp) -> String {
    app.generate(u64::try_from(stage.app.clock.now().millis() / 1_000).expect("a time")).to_string()
}

async fn done(stage: &Stage, field: &str, input: Value) -> Value {
    let of = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let wanted = match field {
        "beginSecondFactor" => "enrollment { secret otpauthUrl } retryAfterSeconds",
        "confirmSecondFactor" => {
            "secondFactor { activeSince recoveryCodesLeft } recoveryCodes retryAfterSeconds"
        }
        "endSecondFactor" => "isEnded retryAfterSeconds",
        "renewRecoveryCodes" => "recoveryCodes retryAfterSeconds",
        "requireSecondFactor" => "endedSessions organization { requiresSecondFactor }",
        field => panic!("{field}"),
    };
    let query = format!(
        "mutation($input: {of}!) {{ {field}(input: $input) {{ {wanted} userErrors {{ code field }} }} }}"
    );
    stage.ask(&query, json!({ "input": input })).await[field].take()
}

fn errors(code: &str, field: &[&str]) -> Value {
    json!([{ "code": code, "field": field }])
}

#[tokio::test]
async fn each_refusal_has_its_code_and_its_place() {
    let stage = Stage::new().await;
    let password = |password: &str| json!({ "currentPassword": password });
    let both = |code: &str| json!({ "currentPassword": PASSWORD, "code": code });
    let none = done(&stage, "endSecondFactor", both("123456")).await;
    assert_eq!(none["userErrors"], errors("SECOND_FACTOR_NOT_ACTIVE", &["input"]));
    let none = done(&stage, "renewRecoveryCodes", both("123456")).await;
    assert_eq!(none["userErrors"], errors("SECOND_FACTOR_NOT_ACTIVE", &["input"]));
    let none = done(&stage, "confirmSecondFactor", json!({ "code": "123456" })).await;
    assert_eq!(none["userErrors"], errors("SECOND_FACTOR_NOT_BEGUN", &["input"]));
    let none = done(&stage, "requireSecondFactor", json!({ "required": true })).await;
    assert_eq!(none["userErrors"], errors("SECOND_FACTOR_MISSING", &["input", "required"]));
    let wrong = done(&stage, "beginSecondFactor", password("no horse")).await;
    assert_eq!(wrong["userErrors"], errors("WRONG_PASSWORD", &["input", "currentPassword"]));

    let begun = done(&stage, "beginSecondFactor", password(PASSWORD)).await;
    let url = begun["enrollment"]["otpauthUrl"].as_str().expect("an address");
    assert!(url.starts_with("otpauth://totp/qun:owner%40garden.example?secret="), "{url}");
    let app = Totp::from_url(url).expect("a picture");
    let wrong = done(&stage, "confirmSecondFactor", json!({ "code": "12345" })).await;
    assert_eq!(wrong["userErrors"], errors("BAD_SECOND_FACTOR", &["input", "code"]));
    let confirmed = done(&stage, "confirmSecondFactor", json!({ "code": shown(&stage, &app) })).await;
    let factor = json!({ "activeSince": "2026-03-02T04:00:00.000Z", "recoveryCodesLeft": 10 });
    assert_eq!((&confirmed["secondFactor"], &confirmed["userErrors"]), (&factor, &json!([])));
    let again = done(&stage, "beginSecondFactor", password(PASSWORD)).await;
    assert_eq!(again["userErrors"], errors("SECOND_FACTOR_ACTIVE", &["input"]));

    let required = done(&stage, "requireSecondFactor", json!({ "required": true })).await;
    assert_eq!(required["organization"], json!({ "requiresSecondFactor": true }));
    let recovery = confirmed["recoveryCodes"][0].as_str().expect("a code");
    let renewed = done(&stage, "renewRecoveryCodes", both(recovery)).await;
    assert_eq!(renewed["recoveryCodes"].as_array().map(Vec::len), Some(10), "{renewed}");
    let mut last = json!(null);
    for _ in 0..6 {
        last = done(&stage, "endSecondFactor", both(recovery)).await;
    }
    assert_eq!(last["userErrors"], errors("THROTTLED", &["input", "code"]));
    assert_eq!((&last["retryAfterSeconds"], &last["isEnded"]), (&json!(180), &json!(false)));
}

#[tokio::test]
async fn what_a_log_in_is_asked_for() {
    let stage = Stage::new().await;
    let begun = done(&stage, "beginSecondFactor", json!({ "currentPassword": PASSWORD })).await;
    let url = begun["enrollment"]["otpauthUrl"].as_str().expect("an address");
    let app = Totp::from_url(url).expect("a picture");
    done(&stage, "confirmSecondFactor", json!({ "code": shown(&stage, &app) })).await;
    done(&stage, "requireSecondFactor", json!({ "required": true })).await;
    stage.stranger().await;
    let query = "mutation($input: LogInInput!) { logIn(input: $input) { accessToken recoveryCodes
        enrollment { otpauthUrl } userErrors { code field } } }";
    let log_in = async |email: &str, more: Value| {
        let mut input = json!({ "email": email, "password": PASSWORD });
        let (Value::Object(fields), Value::Object(more)) = (&mut input, more) else { panic!("objects") };
        fields.extend(more);
        let mut answer = stage.answer(None, query, json!({ "input": input })).await;
        answer["data"]["logIn"].take()
    };
    let asked = log_in(OWNER, json!({})).await;
    assert_eq!(asked["userErrors"], errors("SECOND_FACTOR_REQUIRED", &["input", "code"]));
    assert_eq!(asked["enrollment"], Value::Null);
    let wrong = log_in(OWNER, json!({ "code": shown(&stage, &app) })).await;
    assert_eq!(wrong["userErrors"], errors("BAD_SECOND_FACTOR", &["input", "code"]));
    let elsewhere = log_in("owner@elsewhere.example", json!({})).await;
    assert_eq!(elsewhere["userErrors"], json!([]), "what one requires the others do not");

    stage.app.access.end_second_factor_of(OWNER).await.expect("an end");
    let missing = log_in(OWNER, json!({})).await;
    assert_eq!(missing["userErrors"], errors("SECOND_FACTOR_MISSING", &["input", "enrollmentCode"]));
    let app = Totp::from_url(missing["enrollment"]["otpauthUrl"].as_str().expect("an address")).expect("it");
    let wrong = log_in(OWNER, json!({ "enrollmentCode": "12345" })).await;
    assert_eq!(wrong["userErrors"], errors("BAD_SECOND_FACTOR", &["input", "enrollmentCode"]));
    let entered = log_in(OWNER, json!({ "enrollmentCode": shown(&stage, &app) })).await;
    assert!(entered["accessToken"].is_string(), "{entered}");
    assert_eq!(entered["recoveryCodes"].as_array().map(Vec::len), Some(10));
}

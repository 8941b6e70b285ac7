//! Another provider, none, and a second factor.

use serde_json::{Value as Json, json};
use totp_rs::Totp;

use super::{LOGGED_IN, Stage, code_of, text};
use crate::harness::provider::{Provider, SECRET, Signed};
use crate::harness::{PASSWORD, Process, Served, email, now, served_on_both};

served_on_both!(
    who_changes_the_provider_ends_its_sessions,
    a_second_factor_is_asked_for,
    an_organization_that_requires_one_lets_nobody_in_without,
);

async fn is_open(stage: &Stage, process: &Process, token: &Json) -> bool {
    let answer = stage.asked(process, token.as_str(), "{ viewer { account { email } } }").await;
    answer.get("errors").is_none()
}

async fn who_changes_the_provider_ends_its_sessions(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let remove = async || {
        let wanted = "endedSessions userErrors { code }";
        stage.done(process, Some(&stage.owner), "removeIdentityProvider", "", wanted).await
    };
    let arguments = format!("email: {:?}, password: {PASSWORD:?}", email(&stage.slug, "owner"));
    let by_password = stage.done(process, None, "logIn", &arguments, LOGGED_IN).await;
    let came = stage.log_in_as(process, "owner").await;
    let set = stage.set_provider(process, &stage.provider.issuer(), SECRET).await;
    assert_eq!(set["endedSessions"], 0, "the same, with its secret");
    assert!(is_open(&stage, process, &came["accessToken"]).await);

    let begun = stage.begin(process, "").await;
    let (state, code) =
        stage.provider.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    let other = Provider::start().await;
    let set = stage.set_provider(process, &other.issuer(), SECRET).await;
    assert_eq!(set["endedSessions"], 1);
    assert!(!is_open(&stage, process, &came["accessToken"]).await);
    let late = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(code_of(&late), "LOG_IN_OVER", "under way to the one before");
    let begun = stage.begin(process, "").await;
    let (state, code) = other.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    let came = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(came["userErrors"], json!([]), "{came}");

    assert_eq!(remove().await, json!({ "endedSessions": 1, "userErrors": [] }));
    assert!(!is_open(&stage, process, &came["accessToken"]).await);
    assert!(is_open(&stage, process, &by_password["accessToken"]).await, "a password is a password");
    assert_eq!(remove().await, json!({ "endedSessions": 0, "userErrors": [] }), "done again");
    assert_eq!(code_of(&stage.begin(process, "").await), "NO_PROVIDER");
    // Whom it knew, it knows when it is set again.
    stage.set_provider(process, &stage.provider.issuer(), SECRET).await;
    let came = stage.log_in(process, json!({ "sub": "owner" }), Signed::Well).await;
    assert_eq!(came["account"]["email"], email(&stage.slug, "owner"), "{came}");
    let why = "SELECT DISTINCT ended_because FROM session WHERE ended_at IS NOT NULL";
    assert_eq!(served.raw().await.texts(why, vec![]).await, ["PROVIDER_CHANGED"]);
}

/// What an authenticator app shows `steps` after the present.
fn shown(app: &Totp, steps: i64) -> String {
    app.generate(u64::try_from(now().millis() / 1_000 + 30 * steps).expect("a time")).to_string()
}

/// The owner sets a second factor up, by password.
async fn set_up(stage: &Stage, process: &Process) -> (Totp, String) {
    let arguments = format!("email: {:?}, password: {PASSWORD:?}", email(&stage.slug, "owner"));
    let session = stage.done(process, None, "logIn", &arguments, LOGGED_IN).await;
    let token = text(&session["accessToken"]).to_owned();
    let password = format!("currentPassword: {PASSWORD:?}");
    let wanted = "enrollment { otpauthUrl }";
    let begun = stage.done(process, Some(&token), "beginSecondFactor", &password, wanted).await;
    let app = Totp::from_url(text(&begun["enrollment"]["otpauthUrl"])).expect("a picture");
    let code = format!("code: {:?}", shown(&app, -1));
    let confirmed =
        stage.done(process, Some(&token), "confirmSecondFactor", &code, "userErrors { code }").await;
    assert_eq!(confirmed["userErrors"], json!([]), "{confirmed}");
    (app, token)
}

async fn a_second_factor_is_asked_for(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let (app, _) = set_up(&stage, process).await;
    let begun = stage.begin(process, "").await;
    let (state, code) =
        stage.provider.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    let came = stage.complete(process, &state, &code, &begun["secret"], "").await;
    let expected = json!([{ "code": "SECOND_FACTOR_REQUIRED", "field": ["input", "secondFactor"] }]);
    assert_eq!((&came["accessToken"], &came["userErrors"]), (&Json::Null, &expected));
    let near: Vec<String> = (-5..60).map(|steps| shown(&app, steps)).collect();
    let wrong = (0..100).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).expect("a wrong code");
    let with = |code: &str| format!("secondFactor: {code:?}");
    let came = stage.complete(process, &state, &code, &begun["secret"], &with(&wrong)).await;
    assert_eq!(code_of(&came), "BAD_SECOND_FACTOR");
    let stolen = stage.complete(process, &state, &code, &json!("x"), &with(&shown(&app, 0))).await;
    assert_eq!(code_of(&stolen), "LOG_IN_OVER");
    // The code of the provider was given in before: it is not asked again, even where it is away.
    stage.provider.describe(json!({ "issuer": "https://elsewhere.example" }));
    let came = stage.complete(process, &state, &code, &begun["secret"], &with(&shown(&app, 0))).await;
    assert_eq!(came["userErrors"], json!([]), "{came}");
    let again = stage.complete(process, &state, &code, &begun["secret"], &with(&shown(&app, 1))).await;
    assert_eq!(code_of(&again), "LOG_IN_OVER");
    let proven = "SELECT COUNT(*) FROM session WHERE provider_id IS NOT NULL AND second_factor";
    assert_eq!(served.raw().await.count(proven, vec![]).await, 1);
}

async fn an_organization_that_requires_one_lets_nobody_in_without(served: &mut Served) {
    let stage = Stage::set(served).await;
    served.join(&stage.slug, "ann", "facilitator").await;
    let process = &served.process;
    let ann = stage.log_in_as(process, "ann").await;
    assert!(is_open(&stage, process, &ann["accessToken"]).await);
    let (_, token) = set_up(&stage, process).await;
    let required = stage.done(
        process,
        Some(&token),
        "requireSecondFactor",
        "required: true",
        "endedSessions userErrors { code }",
    );
    assert_eq!(required.await, json!({ "endedSessions": 1, "userErrors": [] }));
    assert!(!is_open(&stage, process, &ann["accessToken"]).await);
    assert_eq!(code_of(&stage.log_in_as(process, "ann").await), "SECOND_FACTOR_MISSING");
}

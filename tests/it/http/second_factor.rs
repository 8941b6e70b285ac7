//! A second factor over HTTP, on one server and on two.

use futures_util::future::join_all;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value as Json, json};
use totp_rs::Totp;

use super::letters::{next_token, with_mail};
use crate::harness::{Answer, Backend, PASSWORD, Process, Served, email, now, redis, served_on_both};

served_on_both!(
    a_front_end_sets_one_up_and_asks_for_it,
    one_code_lets_one_in_on_two_servers,
    guesses_are_counted_over_all_servers,
    an_organization_requires_one,
    the_operator_lets_in_who_lost_it,
    a_mailbox_is_no_way_around_it,
);

const LOGGED_IN: &str = "accessToken refreshToken recoveryCodes retryAfterSeconds
    enrollment { secret otpauthUrl } userErrors { code field message }";

/// What a mutation gives; `arguments` is its input.
async fn done(process: &Process, token: Option<&str>, field: &str, arguments: &str, wanted: &str) -> Json {
    let mutation = format!("mutation {{ {field}(input: {{{arguments}}}) {{ {wanted} }} }}");
    let mut asking = process.asking(&mutation).header(ACCEPT_LANGUAGE, "en");
    if let Some(token) = token {
        asking = asking.bearer_auth(token);
    }
    let answer = Answer::of(asking).await;
    assert_eq!(answer.json().get("errors"), None, "{}", answer.text());
    answer.json()["data"][field].clone()
}

async fn log_in(process: &Process, email: &str, password: &str, more: &str) -> Json {
    let arguments = format!("email: {email:?}, password: {password:?}, {more}");
    done(process, None, "logIn", &arguments, LOGGED_IN).await
}

fn by_code(code: &str) -> String {
    format!("code: {code:?}")
}

fn text(json: &Json) -> &str {
    json.as_str().expect("a text")
}

fn code_of(payload: &Json) -> &str {
    text(&payload["userErrors"][0]["code"])
}

/// An authenticator app that has read the picture.
fn app(enrollment: &Json) -> Totp {
    Totp::from_url(text(&enrollment["otpauthUrl"])).expect("a picture")
}

/// What it shows `steps` after the present.
fn shown(app: &Totp, steps: i64) -> String {
    app.generate(u64::try_from(now().millis() / 1_000 + 30 * steps).expect("a time")).to_string()
}

/// A code that is good at no time around the present.
fn wrong(app: &Totp) -> String {
    let near: Vec<String> = (-5..60).map(|steps| shown(app, steps)).collect();
    let is_far = |code: &String| !near.contains(code);
    (0..100).map(|n| format!("{n:06}")).find(is_far).expect("a wrong code")
}

/// An organization of this test alone, whose owner has set up a second factor: the app, the
/// recovery codes and a token of the session. Redis is shared with the other tests.
async fn set_up(served: &Served) -> (String, Totp, Vec<String>, String) {
    let slug = format!("acme-{}", now().millis());
    served.found(&slug).await;
    let owner = email(&slug, "owner");
    let session = log_in(&served.process, &owner, PASSWORD, "").await;
    let token = text(&session["accessToken"]).to_owned();
    let password = format!("currentPassword: {PASSWORD:?}");
    let wanted = "enrollment { secret otpauthUrl } userErrors { code }";
    let begun = done(&served.process, Some(&token), "beginSecondFactor", &password, wanted).await;
    let app = app(&begun["enrollment"]);
    assert_eq!(app.secret().to_base32(), text(&begun["enrollment"]["secret"]));
    let code = by_code(&shown(&app, 0));
    let wanted = "recoveryCodes secondFactor { recoveryCodesLeft } userErrors { code }";
    let confirmed = done(&served.process, Some(&token), "confirmSecondFactor", &code, wanted).await;
    assert_eq!(confirmed["secondFactor"], json!({ "recoveryCodesLeft": 10 }), "{confirmed}");
    let codes: Vec<String> = serde_json::from_value(confirmed["recoveryCodes"].clone()).expect("codes");
    (slug, app, codes, token)
}

async fn a_front_end_sets_one_up_and_asks_for_it(served: &mut Served) {
    let (slug, app, codes, token) = set_up(served).await;
    let owner = email(&slug, "owner");
    let asked = log_in(&served.process, &owner, PASSWORD, "").await;
    let refused = json!([{ "code": "SECOND_FACTOR_REQUIRED", "field": ["input", "code"],
        "message": "Give a code of your authenticator app, or a recovery code." }]);
    assert_eq!((&asked["accessToken"], &asked["userErrors"]), (&Json::Null, &refused));
    let nobody = log_in(&served.process, &owner, "no horse at all", &by_code(&codes[0])).await;
    assert_eq!(code_of(&nobody), "BAD_CREDENTIALS", "without the password nothing is told");
    let guessed = log_in(&served.process, &owner, PASSWORD, &by_code(&wrong(&app))).await;
    let refused = json!([{ "code": "BAD_SECOND_FACTOR", "field": ["input", "code"],
        "message": "The code is wrong, or was used. Take the next one." }]);
    assert_eq!(guessed["userErrors"], refused);

    let code = by_code(&shown(&app, 1));
    let entered = log_in(&served.process, &owner, PASSWORD, &code).await;
    assert_eq!((&entered["userErrors"], &entered["recoveryCodes"]), (&json!([]), &Json::Null), "{entered}");
    let other = served.another().await;
    assert_eq!(code_of(&log_in(&other, &owner, PASSWORD, &code).await), "BAD_SECOND_FACTOR", "a replay");
    let entered = log_in(&other, &owner, PASSWORD, &by_code(&codes[0])).await;
    let viewer = "{ viewer { secondFactor { activeSince recoveryCodesLeft } } }";
    let viewer = other.data(text(&entered["accessToken"]), viewer).await;
    assert_eq!(viewer["viewer"]["secondFactor"]["recoveryCodesLeft"], 9);

    let arguments = format!("currentPassword: {PASSWORD:?}, {}", by_code(&codes[0]));
    let wanted = "isEnded userErrors { code field }";
    let used = done(&served.process, Some(&token), "endSecondFactor", &arguments, wanted).await;
    let refused = json!([{ "code": "BAD_SECOND_FACTOR", "field": ["input", "code"] }]);
    assert_eq!(used, json!({ "isEnded": false, "userErrors": refused }));
    let arguments = format!("currentPassword: {PASSWORD:?}, {}", by_code(&codes[1]));
    let ended = done(&served.process, Some(&token), "endSecondFactor", &arguments, wanted).await;
    assert_eq!(ended, json!({ "isEnded": true, "userErrors": [] }));
    let entered = log_in(&served.process, &owner, PASSWORD, "").await;
    assert_eq!(entered["userErrors"], json!([]));
}

async fn one_code_lets_one_in_on_two_servers(served: &mut Served) {
    let (slug, app, codes, _) = set_up(served).await;
    let (owner, other) = (email(&slug, "owner"), served.another().await);
    for code in [by_code(&shown(&app, 1)), by_code(&codes[0])] {
        let servers = [&served.process, &other, &served.process, &other];
        let outcomes = join_all(servers.map(|server| log_in(server, &owner, PASSWORD, &code))).await;
        let (entered, refused): (Vec<_>, Vec<_>) =
            outcomes.iter().partition(|payload| payload["accessToken"].is_string());
        assert_eq!(entered.len(), 1, "{outcomes:?}");
        // With the code before, more tries may have been made than there are.
        let is_refused = |payload: &&Json| matches!(code_of(payload), "BAD_SECOND_FACTOR" | "THROTTLED");
        assert!(refused.iter().all(is_refused), "{outcomes:?}");
    }
}

async fn guesses_are_counted_over_all_servers(served: &mut Served) {
    let (slug, app, codes, _) = set_up(served).await;
    let (owner, other) = (email(&slug, "owner"), served.another().await);
    let guess = by_code(&wrong(&app));
    let mut told = Vec::new();
    for n in 0..8 {
        let process = if n % 2 == 0 { &served.process } else { &other };
        told.push(text(&log_in(process, &owner, PASSWORD, &guess).await["userErrors"][0]["code"]).to_owned());
    }
    let tried = told.iter().filter(|code| *code == "BAD_SECOND_FACTOR").count();
    // Without Redis each server counts for itself, and has been asked four times.
    let shared = served.backend == Backend::Postgres && redis().is_some();
    assert_eq!(tried, if shared { 5 } else { 8 }, "{told:?}");
    if shared {
        let right = log_in(&served.process, &owner, PASSWORD, &by_code(&codes[0])).await;
        assert_eq!(code_of(&right), "THROTTLED", "nor is the right one looked at");
        assert!((1..=180).contains(&right["retryAfterSeconds"].as_u64().expect("seconds")), "{right}");
    }
}

async fn an_organization_requires_one(served: &mut Served) {
    let (slug, _, _, token) = set_up(served).await;
    served.join(&slug, "ann", "administrator").await;
    let ann = email(&slug, "ann");
    let before = log_in(&served.process, &ann, PASSWORD, "").await;
    let wanted = "endedSessions organization { requiresSecondFactor } userErrors { code field }";
    let settled = done(&served.process, Some(&token), "requireSecondFactor", "required: true", wanted).await;
    let organization = json!({ "requiresSecondFactor": true });
    assert_eq!(settled, json!({ "endedSessions": 1, "organization": organization, "userErrors": [] }));
    let out = served.process.asking("{ viewer { role } }").bearer_auth(text(&before["accessToken"]));
    assert_eq!(Answer::of(out).await.status, 401, "at once in the server that did it");

    let shown_one = log_in(&served.process, &ann, PASSWORD, "").await;
    assert_eq!(code_of(&shown_one), "SECOND_FACTOR_MISSING");
    let app = app(&shown_one["enrollment"]);
    let by = |code: &str| format!("enrollmentCode: {code:?}");
    let guessed = log_in(&served.process, &ann, PASSWORD, &by(&wrong(&app))).await;
    let refused = json!(["input", "enrollmentCode"]);
    assert_eq!(
        (code_of(&guessed), &guessed["userErrors"][0]["field"], &guessed["accessToken"]),
        ("BAD_SECOND_FACTOR", &refused, &Json::Null)
    );
    let other = served.another().await;
    let entered = log_in(&other, &ann, PASSWORD, &by(&shown(&app, 0))).await;
    assert_eq!(entered["recoveryCodes"].as_array().map(Vec::len), Some(10), "{entered}");
    let viewer = "{ viewer { organization { slug requiresSecondFactor } } }";
    let viewer = served.process.data(text(&entered["accessToken"]), viewer).await;
    assert_eq!(viewer["viewer"]["organization"], json!({ "slug": slug, "requiresSecondFactor": true }));
    assert_eq!(code_of(&log_in(&other, &ann, PASSWORD, "").await), "SECOND_FACTOR_REQUIRED");
}

async fn the_operator_lets_in_who_lost_it(served: &mut Served) {
    let (slug, ..) = set_up(served).await;
    let owner = email(&slug, "owner");
    let end = ["account", "end-second-factor", "--email"];
    let printed = served.printed(&[&end[..], &[&owner]].concat()).await;
    assert_eq!(printed, format!("{owner} has no second factor any more; 1 sessions ended"));
    assert_eq!(log_in(&served.process, &owner, PASSWORD, "").await["userErrors"], json!([]));
    for (email, why) in [
        (owner.as_str(), format!("{owner} has no second factor\n")),
        ("nobody@acme.example", "there is no account nobody@acme.example\n".to_owned()),
    ] {
        let ran = served.run(&[&end[..], &[email]].concat()).await;
        assert_eq!((ran.code, ran.err), (Some(1), why));
    }
}

async fn a_mailbox_is_no_way_around_it(served: &mut Served) {
    let home = with_mail(served).await;
    let (slug, _, codes, token) = set_up(served).await;
    let owner = email(&slug, "owner");
    let address = format!("email: {owner:?}");
    let wanted = "isRequested userErrors { code }";
    let requested = done(&served.process, None, "requestPasswordReset", &address, wanted).await;
    assert_eq!(requested["isRequested"], true, "{requested}");
    let letter = next_token(&home).await;
    let new = "another horse 电池";
    let arguments = format!("token: {letter:?}, password: {new:?}");
    let reset = done(&served.process, None, "resetPassword", &arguments, "isReset userErrors { code }").await;
    assert_eq!(reset, json!({ "isReset": true, "userErrors": [] }));
    let over = served.process.asking("{ viewer { role } }").bearer_auth(&token);
    assert_eq!(Answer::of(over).await.status, 401, "the sessions are over");
    let half = log_in(&served.process, &owner, new, "").await;
    assert_eq!((code_of(&half), &half["accessToken"]), ("SECOND_FACTOR_REQUIRED", &Json::Null));

    done(&served.process, None, "requestSignUp", &address, wanted).await;
    let letter = next_token(&home).await;
    let sign_up = async |code: &str| {
        let organization = format!("{{name: \"More\", slug: \"{slug}-more\", timeZone: \"UTC\"}}");
        let arguments = format!(
            "token: {letter:?}, password: {new:?}, displayName: \"Ann\", organization: {organization}, {code}"
        );
        let wanted = "accessToken userErrors { code field }";
        done(&served.process, None, "completeSignUp", &arguments, wanted).await
    };
    let half = sign_up("").await;
    let refused = json!([{ "code": "SECOND_FACTOR_REQUIRED", "field": ["input", "code"] }]);
    assert_eq!(half, json!({ "accessToken": null, "userErrors": refused }));
    assert_eq!(code_of(&sign_up(&by_code("AAAA-AAAA-AAAA-AAAA")).await), "BAD_SECOND_FACTOR");
    assert!(sign_up(&by_code(&codes[0])).await["accessToken"].is_string(), "with both it is the owner");
    let used = log_in(&served.process, &owner, new, &by_code(&codes[0])).await;
    assert_eq!(code_of(&used), "BAD_SECOND_FACTOR");
}

//! What is not believed, and what is stolen.

use serde_json::{Value as Json, json};

use super::{Stage, code_of, text};
use crate::harness::provider::{SECRET, Signed};
use crate::harness::{Served, email, now, served_on_both};

served_on_both!(
    a_token_that_is_not_right_lets_nobody_in,
    an_address_says_nothing_before_it_is_verified,
    what_is_stolen_opens_nothing,
    tries_from_one_address_are_counted,
);

async fn a_token_that_is_not_right_lets_nobody_in(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let said = |claims: Json| {
        let mut said = stage.says("owner");
        for (name, value) in claims.as_object().expect("claims") {
            said[name] = value.clone();
        }
        said
    };
    let at = |seconds: i64| now().millis() / 1_000 + seconds;
    for (claims, signed) in [
        (json!({}), Signed::ByAnother),
        (json!({}), Signed::Not),
        (json!({}), Signed::WithPublicKey),
        (json!({}), Signed::WithClientSecret),
        (json!({ "nonce": "another" }), Signed::Well),
        (json!({ "nonce": null }), Signed::Well),
        (json!({ "iss": "https://id.example.org" }), Signed::Well),
        (json!({ "aud": "another client" }), Signed::Well),
        (json!({ "aud": ["qun", "another client"] }), Signed::Well),
        (json!({ "aud": ["qun", "another client"], "azp": "another client" }), Signed::Well),
        (json!({ "azp": "another client" }), Signed::Well),
        (json!({ "exp": at(-90) }), Signed::Well),
        (json!({ "iat": at(-900) }), Signed::Well),
        (json!({ "iat": at(900) }), Signed::Well),
        (json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }), Signed::Well),
        (json!({ "sub": "x".repeat(256) }), Signed::Well),
    ] {
        let came = stage.log_in(process, said(claims.clone()), signed).await;
        let expected = json!([{ "code": "PROVIDER_INVALID", "field": ["input"] }]);
        assert_eq!(
            (&came["accessToken"], &came["userErrors"]),
            (&Json::Null, &expected),
            "{claims} {signed:?}"
        );
    }
    // A clock that is a little wrong, and a token that is for others too but was given to us.
    for claims in [
        json!({ "exp": at(-30) }),
        json!({ "iat": at(30) }),
        json!({ "aud": ["qun", "another client"], "azp": "qun" }),
    ] {
        let came = stage.log_in(process, said(claims.clone()), Signed::Well).await;
        assert_eq!(came["userErrors"], json!([]), "{claims}");
    }
    let set = stage.set_provider(process, &stage.provider.issuer(), "another secret").await;
    assert_eq!(set["userErrors"], json!([]));
    assert_eq!(code_of(&stage.log_in_as(process, "owner").await), "PROVIDER_INVALID", "who asks is unknown");
}

async fn an_address_says_nothing_before_it_is_verified(served: &mut Served) {
    let stage = Stage::set(served).await;
    let other = Stage::beside(served).await;
    let process = &served.process;
    let owner = email(&stage.slug, "owner");
    for claims in [
        json!({}),
        json!({ "email": owner }),
        json!({ "email": owner, "email_verified": false }),
        json!({ "email": owner, "email_verified": "false" }),
        json!({ "email": format!("owner <{owner}>"), "email_verified": true }),
        // Of an account elsewhere, and of none.
        json!({ "email": email(&other.slug, "owner"), "email_verified": true }),
        json!({ "email": email(&stage.slug, "zoe"), "email_verified": true }),
    ] {
        let came = stage.log_in(process, claims.clone(), Signed::Well).await;
        assert_eq!(code_of(&came), "NOBODY_HERE", "{claims}");
    }
    let claims = json!({ "email": owner.to_uppercase(), "email_verified": "true" });
    let came = stage.log_in(process, claims, Signed::Well).await;
    assert_eq!(came["account"]["email"], owner, "{came}");
}

async fn what_is_stolen_opens_nothing(served: &mut Served) {
    let stage = Stage::set(served).await;
    let other = Stage::beside(served).await;
    let process = &served.process;
    let begun = stage.begin(process, "").await;
    let (state, code) =
        stage.provider.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    // The address alone, out of a history or a log; with a secret of one's own; with a state of one's own.
    let own = other.begin(process, "").await;
    let (theirs, _) =
        other.provider.visited(text(&own["authorizationUrl"]), other.says("owner"), Signed::Well);
    for (state, secret) in [(&state, &json!("x")), (&state, &own["secret"]), (&theirs, &begun["secret"])] {
        let came = stage.complete(process, state, &code, secret, "").await;
        assert_eq!(code_of(&came), "LOG_IN_OVER");
    }
    // A code of somebody else, in a log-in of one's own: it was given for another challenge.
    let mine = stage.begin(process, "").await;
    let (state_of_mine, _) =
        stage.provider.visited(text(&mine["authorizationUrl"]), stage.says("zoe"), Signed::Well);
    let (_, stolen) =
        stage.provider.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    let came = stage.complete(process, &state_of_mine, &stolen, &mine["secret"], "").await;
    assert_eq!(code_of(&came), "LOG_IN_OVER", "PKCE");

    // None of that has harmed who began.
    let came = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(came["userErrors"], json!([]), "{came}");
    let again = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(code_of(&again), "LOG_IN_OVER", "it is good once");
    let begun = stage.begin(process, "").await;
    let (state, _) =
        stage.provider.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    let came = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(code_of(&came), "LOG_IN_OVER", "a code is good once");

    // What took longer than ten minutes is over.
    let begun = stage.begin(process, "").await;
    let (state, code) =
        stage.provider.visited(text(&begun["authorizationUrl"]), stage.says("owner"), Signed::Well);
    let raw = served.raw().await;
    let late = "UPDATE provider_log_in SET begun_at = begun_at - 600000, expires_at = expires_at - 600000";
    raw.run(late, vec![]).await.expect("late rows");
    let came = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(code_of(&came), "LOG_IN_OVER");
    let kept = raw.texts("SELECT nonce || verifier FROM provider_log_in", vec![]).await.concat();
    assert!(!kept.contains(text(&begun["secret"])) && !kept.contains(SECRET));
}

async fn tries_from_one_address_are_counted(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let nothing = "state: \"x\", code: \"x\", secret: \"x\"";
    let mut tried = 0;
    let refused = loop {
        let came = stage.done(process, None, "completeOidcLogIn", nothing, super::LOGGED_IN).await;
        if code_of(&came) == "THROTTLED" {
            break came;
        }
        tried += 1;
    };
    // A slow machine may see a try come back.
    assert!((100..=110).contains(&tried), "{tried}");
    assert!(
        refused["retryAfterSeconds"].as_u64().is_some_and(|seconds| (1..=9).contains(&seconds)),
        "{refused}"
    );
    let begun = stage.begin(process, "").await;
    assert_eq!(code_of(&begun), "THROTTLED");
}

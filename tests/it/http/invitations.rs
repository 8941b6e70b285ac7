//! Coming in by an invitation, over HTTP: by a letter, by a link, with an account and without.

use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value as Json, json};

use super::letters::{next_token, with_mail};
use crate::harness::{Answer, PASSWORD, Served, email, now, served_on_both};

served_on_both!(
    a_letter_makes_a_member_of_a_stranger,
    a_letter_to_an_account_asks_for_its_password,
    a_link_is_claimed_by_who_has_no_account,
    without_mail_there_are_links,
);

/// What a field gives; `arguments` is what stands in its parentheses.
async fn done(
    served: &Served,
    token: Option<&str>,
    kind: &str,
    field: &str,
    arguments: &str,
    wanted: &str,
) -> Json {
    let document = format!("{kind} {{ {field}({arguments}) {{ {wanted} }} }}");
    let mut asking = served.process.asking(&document).header(ACCEPT_LANGUAGE, "en");
    if let Some(token) = token {
        asking = asking.bearer_auth(token);
    }
    let answer = Answer::of(asking).await;
    assert_eq!(answer.json().get("errors"), None, "{}", answer.text());
    answer.json()["data"][field].clone()
}

async fn invite(served: &Served, token: &str, more: &str) -> Json {
    let arguments = format!("input: {{role: FACILITATOR, rank: INTERN, {more}}}");
    let wanted = "invitation { id email state } token retryAfterSeconds userErrors { code field message }";
    done(served, Some(token), "mutation", "inviteMember", &arguments, wanted).await
}

async fn accept(served: &Served, token: &str, more: &str) -> Json {
    let arguments = format!("input: {{token: {token:?}, {more}}}");
    let wanted = "accessToken refreshToken account { email displayName } organization { slug }
                  userErrors { code field }";
    done(served, None, "mutation", "acceptInvitation", &arguments, wanted).await
}

async fn preview(served: &Served, token: &str) -> Json {
    let wanted = "organization { slug } role rank email hasAccount";
    done(served, None, "query", "invitation", &format!("token: {token:?}"), wanted).await
}

fn refused(code: &str, field: &str) -> Json {
    json!([{ "code": code, "field": ["input", field] }])
}

/// An organization of this test alone, and its owner's token. Redis is shared with other tests.
async fn founded(served: &Served) -> (String, String) {
    let slug = format!("acme-{}", now().millis());
    let token = served.found(&slug).await;
    (slug, token)
}

async fn a_letter_makes_a_member_of_a_stranger(served: &mut Served) {
    let home = with_mail(served).await;
    let (slug, owner) = founded(served).await;
    let zoe = email(&slug, "zoe");
    let invited = invite(served, &owner, &format!("email: {zoe:?}")).await;
    assert_eq!(invited["invitation"]["email"], json!(zoe), "{invited}");
    assert_eq!((&invited["token"], &invited["userErrors"]), (&Json::Null, &json!([])));
    let token = next_token(&home).await;
    let seen = preview(served, &token).await;
    let expected = json!({ "organization": { "slug": slug }, "role": "FACILITATOR", "rank": "INTERN",
                           "email": zoe, "hasAccount": false });
    assert_eq!(seen, expected);

    let weak = accept(served, &token, "password: \"short\"").await;
    assert_eq!(weak["userErrors"], refused("WEAK_PASSWORD", "password"));
    let joined = accept(served, &token, &format!("password: {PASSWORD:?}, displayName: \"Zoe\"")).await;
    assert_eq!(joined["userErrors"], json!([]), "{joined}");
    assert_eq!(joined["account"], json!({ "email": zoe, "displayName": "Zoe" }));
    let access = joined["accessToken"].as_str().expect("a token");
    let viewer = served.process.data(access, "{ viewer { assignments { role rank } } }").await;
    let expected = json!([{ "role": "FACILITATOR", "rank": "INTERN" }]);
    assert_eq!(viewer["viewer"]["assignments"], expected);

    assert_eq!(preview(served, &token).await, Json::Null);
    let again = accept(served, &token, &format!("password: {PASSWORD:?}")).await;
    assert_eq!(again["userErrors"], refused("TOKEN_INVALID", "token"));
    let member = invite(served, &owner, &format!("email: {zoe:?}")).await;
    assert_eq!(member["userErrors"][0]["code"], "ALREADY_MEMBER");
}

async fn a_letter_to_an_account_asks_for_its_password(served: &mut Served) {
    let home = with_mail(served).await;
    let (slug, owner) = founded(served).await;
    let (other, _) = founded(served).await;
    let address = email(&other, "owner");
    let id = invite(served, &owner, &format!("email: {address:?}")).await["invitation"]["id"].clone();
    let first = next_token(&home).await;
    assert_eq!(preview(served, &first).await["hasAccount"], true);
    let taken = accept(served, &first, "password: \"another horse 电池\"").await;
    assert_eq!(taken["userErrors"], refused("WRONG_PASSWORD", "password"), "a letter opens no account");

    let wanted = "invitation { state } token userErrors { code }";
    let arguments = format!("input: {{invitation: {id}, days: 31}}");
    let long = done(served, Some(&owner), "mutation", "renewInvitation", &arguments, wanted).await;
    assert_eq!(long["userErrors"], json!([{ "code": "EXPIRY_OUT_OF_RANGE" }]));
    let arguments = format!("input: {{invitation: {id}}}");
    let renewed = done(served, Some(&owner), "mutation", "renewInvitation", &arguments, wanted).await;
    let expected = json!({ "invitation": { "state": "OPEN" }, "token": null, "userErrors": [] });
    assert_eq!(renewed, expected);
    let second = next_token(&home).await;
    assert_eq!(preview(served, &first).await, Json::Null, "one letter is good at a time");
    let joined = accept(served, &second, &format!("password: {PASSWORD:?}")).await;
    assert_eq!(joined["organization"], json!({ "slug": slug }), "{joined}");
}

async fn a_link_is_claimed_by_who_has_no_account(served: &mut Served) {
    let home = with_mail(served).await;
    let (slug, owner) = founded(served).await;
    let invited = invite(served, &owner, "idempotencyKey: \"one link\"").await;
    let link = invited["token"].as_str().expect("a token").to_owned();
    let again = invite(served, &owner, "idempotencyKey: \"one link\"").await;
    assert_eq!((&again["invitation"]["id"], &again["token"]), (&invited["invitation"]["id"], &Json::Null));

    let zoe = email(&slug, "zoe");
    let password = format!("email: {zoe:?}, password: {PASSWORD:?}");
    let unknown = accept(served, &link, &password).await;
    assert_eq!(
        unknown["userErrors"],
        refused("WRONG_PASSWORD", "password"),
        "whether there is one is not told"
    );
    let nameless = accept(served, &link, &format!("password: {PASSWORD:?}")).await;
    assert_eq!(nameless["userErrors"], refused("INVALID_EMAIL", "email"));

    let wanted = "isRequested userErrors { code }";
    let arguments = format!("input: {{token: {link:?}, email: {zoe:?}}}");
    let claimed = done(served, None, "mutation", "claimInvitation", &arguments, wanted).await;
    assert_eq!(claimed, json!({ "isRequested": true, "userErrors": [] }));
    let letter = next_token(&home).await;
    assert_eq!(preview(served, &link).await, Json::Null, "the letter is in the place of the link");
    let joined = accept(served, &letter, &format!("password: {PASSWORD:?}")).await;
    assert_eq!(joined["account"], json!({ "email": zoe, "displayName": zoe }), "{joined}");
}

async fn without_mail_there_are_links(served: &mut Served) {
    let (slug, owner) = founded(served).await;
    let letter = invite(served, &owner, "email: \"zoe@example.org\"").await;
    let refusal = &letter["userErrors"][0];
    assert_eq!(
        (&refusal["code"], &refusal["field"]),
        (&json!("MAIL_NOT_AVAILABLE"), &json!(["input", "email"]))
    );
    let link = invite(served, &owner, "days: 1").await["token"].as_str().expect("a token").to_owned();
    let (other, _) = founded(served).await;
    let nobody =
        Answer::of(served.process.asking(&format!(
            "mutation {{ acceptInvitation(input: {{token: {link:?}}}) {{ accessToken }} }}"
        )))
        .await;
    assert_eq!(nobody.json()["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let arguments = format!("email: {:?}, password: {PASSWORD:?}", email(&other, "owner"));
    let joined = accept(served, &link, &arguments).await;
    assert_eq!(joined["organization"], json!({ "slug": slug }), "{joined}");
}

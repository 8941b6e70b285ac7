//! Who was invited comes in by the provider, where it has verified the address that the letter went to.

use serde_json::{Value as Json, json};

use super::super::letters::{next_token, with_mail};
use super::{Stage, anywhere, code_of, text};
use crate::harness::provider::Signed;
use crate::harness::{PASSWORD, Served, email, served_on_both};

served_on_both!(a_stranger_joins_by_a_letter, an_account_elsewhere_proves_itself_first);

impl Stage {
    /// The secret of an invitation: by a letter to an address, or by a link.
    async fn invited(&self, served: &Served, home: &str, address: Option<&str>) -> String {
        let to = address.map(|address| format!(", email: {address:?}")).unwrap_or_default();
        let arguments = format!("role: FACILITATOR, rank: INTERN{to}");
        let wanted = "token userErrors { code }";
        let invited = self.done(&served.process, Some(&self.owner), "inviteMember", &arguments, wanted).await;
        assert_eq!(invited["userErrors"], json!([]), "{invited}");
        match address {
            Some(_) => next_token(home).await,
            None => text(&invited["token"]).to_owned(),
        }
    }

    /// There and back with an invitation.
    async fn log_in_with(&self, served: &Served, invitation: &str, claims: Json) -> Json {
        let begun = self.begin(&served.process, &format!("invitation: {invitation:?}")).await;
        assert_eq!(begun["userErrors"], json!([]), "{begun}");
        let (state, code) = self.provider.visited(text(&begun["authorizationUrl"]), claims, Signed::Well);
        self.complete(&served.process, &state, &code, &begun["secret"], "").await
    }
}

async fn a_stranger_joins_by_a_letter(served: &mut Served) {
    let home = with_mail(served).await;
    anywhere(served).await;
    let stage = Stage::beside(served).await;
    let other = Stage::beside(served).await;
    let zoe = email(&stage.slug, "zoe");
    let letter = stage.invited(served, &home, Some(&zoe)).await;
    let mut claims = stage.says("zoe");
    claims["name"] = json!("Zoe");

    let wrong = stage.begin(&served.process, "invitation: \"qin_x\"").await;
    assert_eq!(wrong["userErrors"], json!([{ "code": "TOKEN_INVALID", "field": ["input", "invitation"] }]));
    let elsewhere = other.begin(&served.process, &format!("invitation: {letter:?}")).await;
    assert_eq!(code_of(&elsewhere), "TOKEN_INVALID");
    let unverified = json!({ "sub": "zoe", "email": zoe });
    assert_eq!(code_of(&stage.log_in_with(served, &letter, unverified).await), "NOBODY_HERE");
    let another = json!({ "sub": "bob", "email": email(&stage.slug, "bob"), "email_verified": true });
    assert_eq!(code_of(&stage.log_in_with(served, &letter, another).await), "NOBODY_HERE");
    let link = stage.invited(served, &home, None).await;
    assert_eq!(
        code_of(&stage.log_in_with(served, &link, claims.clone()).await),
        "NOBODY_HERE",
        "a link proves nothing"
    );

    let joined = stage.log_in_with(served, &letter, claims).await;
    assert_eq!(joined["account"], json!({ "email": zoe, "displayName": "Zoe" }), "{joined}");
    let viewer =
        served.process.data(text(&joined["accessToken"]), "{ viewer { assignments { role rank } } }").await;
    assert_eq!(viewer["viewer"]["assignments"], json!([{ "role": "FACILITATOR", "rank": "INTERN" }]));
    let again = stage.log_in(&served.process, json!({ "sub": "zoe" }), Signed::Well).await;
    assert_eq!(again["account"]["email"], zoe);
    let used = stage.begin(&served.process, &format!("invitation: {letter:?}")).await;
    assert_eq!(code_of(&used), "TOKEN_INVALID");
}

async fn an_account_elsewhere_proves_itself_first(served: &mut Served) {
    let home = with_mail(served).await;
    anywhere(served).await;
    let stage = Stage::beside(served).await;
    let other = Stage::beside(served).await;
    let owner = email(&other.slug, "owner");
    let letter = stage.invited(served, &home, Some(&owner)).await;
    let claims = json!({ "sub": "their owner", "email": owner, "email_verified": true });
    let came = stage.log_in_with(served, &letter, claims.clone()).await;
    assert_eq!(code_of(&came), "PASSWORD_FIRST");
    let accept = format!("token: {letter:?}, password: {PASSWORD:?}");
    let accepted =
        stage.done(&served.process, None, "acceptInvitation", &accept, "userErrors { code }").await;
    assert_eq!(accepted["userErrors"], json!([]), "{accepted}");
    let came = stage.log_in(&served.process, claims, Signed::Well).await;
    assert_eq!(came["account"]["email"], owner, "{came}");
}

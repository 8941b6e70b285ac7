//! What a session may that a provider began: all that its account may in this one organization, and
//! nothing beyond it.

use serde_json::{Value as Json, json};

use super::{Stage, text};
use crate::harness::{PASSWORD, Process, Served, email, served_on_both};

served_on_both!(what_concerns_the_account_is_forbidden, it_goes_on_and_ends_by_itself);

async fn refreshed(stage: &Stage, process: &Process, token: &Json) -> Json {
    let arguments = format!("refreshToken: {token}");
    stage
        .done(process, None, "refreshSession", &arguments, "accessToken refreshToken userErrors { code }")
        .await
}

async fn what_concerns_the_account_is_forbidden(served: &mut Served) {
    let stage = Stage::set(served).await;
    let other = Stage::beside(served).await;
    let owner = email(&stage.slug, "owner");
    let join = ["account", "add", "--org", &other.slug, "--email", &owner, "--role", "facilitator"];
    served.printed(&[&join[..], &["--password", "of no use, the account has one"]].concat()).await;
    let process = &served.process;
    let arguments = format!("email: {owner:?}, password: {PASSWORD:?}, organization: {:?}", stage.slug);
    let by_password = stage.done(process, None, "logIn", &arguments, super::LOGGED_IN).await;
    let sessions = "{ viewer { sessions { id isCurrent } } }";
    let session =
        process.data(text(&by_password["accessToken"]), sessions).await["viewer"]["sessions"][0]["id"]
            .clone();
    let invited = "role: FACILITATOR, rank: INTERN";
    let invited =
        other.done(process, Some(&other.owner), "inviteMember", invited, "token userErrors { code }").await;

    let came = stage.log_in_as(process, "owner").await;
    let next = refreshed(&stage, process, &came["refreshToken"]).await;
    let password = format!("currentPassword: {PASSWORD:?}");
    let beyond = [
        ("changePassword", format!("{password}, newPassword: \"another horse 电池\"")),
        ("beginSecondFactor", password.clone()),
        ("confirmSecondFactor", "code: \"123456\"".to_owned()),
        ("endSecondFactor", format!("{password}, code: \"123456\"")),
        ("renewRecoveryCodes", format!("{password}, code: \"123456\"")),
        ("updateAccount", "displayName: \"Somebody\"".to_owned()),
        ("updateAccount", String::new()),
        ("switchOrganization", format!("organization: {:?}", other.slug)),
        ("logOut", "everywhere: true".to_owned()),
        ("revokeSession", format!("sessionId: {session}")),
        ("acceptInvitation", format!("token: {}", invited["token"])),
    ];
    let reads = ["sessions { id }", "organizations { roles }", "secondFactor { activeSince }"];
    for token in [&came["accessToken"], &next["accessToken"]] {
        let mutations = beyond.iter().map(|(field, arguments)| {
            format!("mutation {{ {field}(input: {{{arguments}}}) {{ userErrors {{ code }} }} }}")
        });
        let queries = reads.iter().map(|field| format!("{{ viewer {{ {field} }} }}"));
        for document in mutations.chain(queries) {
            let answer = stage.asked(process, token.as_str(), &document).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{document}: {answer}");
        }
        let stays = process.data(text(token), "{ viewer { account { email } organization { slug } } }").await;
        assert_eq!(
            stays["viewer"],
            json!({ "account": { "email": owner }, "organization": { "slug": stage.slug } })
        );
    }
    let both = process.data(text(&by_password["accessToken"]), sessions).await;
    assert_eq!(both["viewer"]["sessions"].as_array().map(Vec::len), Some(2), "both go on");
}

async fn it_goes_on_and_ends_by_itself(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let came = stage.log_in_as(process, "owner").await;
    let next = refreshed(&stage, process, &came["refreshToken"]).await;
    let out = stage.done(process, next["accessToken"].as_str(), "logOut", "", "endedSessions").await;
    assert_eq!(out, json!({ "endedSessions": 1 }));
    let over = refreshed(&stage, process, &next["refreshToken"]).await;
    assert_eq!(over["userErrors"], json!([{ "code": "SESSION_ENDED" }]));
}

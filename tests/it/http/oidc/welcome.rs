use serde_json::{Value as Json, json};

use super::{FRONT, LOGGED_IN, Stage, anywhere, code_of, text};
use crate::harness::provider::{CLIENT, SECRET, Signed};
use crate::harness::{Served, email, served_on_both};

served_on_both!(
    a_member_comes_in_by_the_provider,
    the_subject_decides_and_not_the_address,
    a_provider_is_asked_for_what_its_token_leaves_out,
    a_provider_has_another_key,
    addresses_that_are_not_public_are_not_asked,
    what_a_provider_says_of_itself_is_looked_at,
);

async fn a_member_comes_in_by_the_provider(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let begun = stage.begin(process, "").await;
    let url: reqwest::Url = text(&begun["authorizationUrl"]).parse().expect("an address");
    assert_eq!(url.origin().ascii_serialization(), stage.provider.issuer());
    let back = url.query_pairs().find(|(name, _)| name == "redirect_uri").expect("a way back");
    assert_eq!(back.1, format!("{FRONT}/log-in/oidc"));

    let (state, code) = stage.provider.visited(url.as_str(), stage.says("owner"), Signed::Well);
    let came = stage.complete(process, &state, &code, &begun["secret"], "").await;
    assert_eq!(came["userErrors"], json!([]), "{came}");
    assert_eq!(came["account"]["email"], email(&stage.slug, "owner"));
    assert_eq!(came["organization"]["slug"], stage.slug);
    let token = text(&came["accessToken"]);
    let viewer = process.data(token, "{ viewer { organization { slug } assignments { role } } }").await;
    let expected = json!({ "organization": { "slug": stage.slug }, "assignments": [{ "role": "OWNER" }] });
    assert_eq!(viewer["viewer"], expected);

    // It is the provider's secret alone that nobody is told; the log tells who was let in by whom.
    let wanted = "{ organization { identityProvider { issuer clientId redirectUri }
                    auditLog(first: 4) { nodes { verb detail } } } }";
    let told = process.data(token, wanted).await["organization"].clone();
    let provider = json!({ "issuer": stage.provider.issuer(), "clientId": CLIENT, "redirectUri": back.1 });
    assert_eq!(told["identityProvider"], provider);
    let verbs: Vec<&str> =
        told["auditLog"]["nodes"].as_array().expect("rows").iter().map(|row| text(&row["verb"])).collect();
    let expected = ["access.log_in", "access.link_identity", "access.set_identity_provider"];
    assert_eq!(verbs[..3], expected);
    assert_eq!(told["auditLog"]["nodes"][0]["detail"]["by"], "PROVIDER");
    assert!(!told.to_string().contains(SECRET) && !process.log().contains(SECRET));

    let other = served.another().await;
    let again = stage.log_in_as(&other, "owner").await;
    assert_eq!(again["userErrors"], json!([]), "known by now, on all servers: {again}");
}

async fn the_subject_decides_and_not_the_address(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    served.join(&stage.slug, "ann", "facilitator").await;
    let first = stage.log_in_as(process, "ann").await;
    assert_eq!(first["account"]["email"], email(&stage.slug, "ann"), "{first}");
    // Her address is another one by now: none, not verified, or that of somebody else.
    for claims in [
        json!({ "sub": "ann" }),
        json!({ "sub": "ann", "email": email(&stage.slug, "owner"), "email_verified": true }),
    ] {
        let came = stage.log_in(process, claims.clone(), Signed::Well).await;
        assert_eq!(came["account"]["email"], email(&stage.slug, "ann"), "{claims}");
    }
    // Somebody else got her address, and is not Ann.
    let mut claims = stage.says("ann");
    claims["sub"] = json!("another Ann");
    assert_eq!(code_of(&stage.log_in(process, claims, Signed::Well).await), "NOBODY_HERE");
    // Who was suspended is not let in; nor is who has left.
    let account =
        process.data(&stage.owner, "{ organization { team { nodes { account { id email } } } } }").await;
    let team = account["organization"]["team"]["nodes"].as_array().expect("members").clone();
    let ann =
        team.iter().find(|member| member["account"]["email"] == email(&stage.slug, "ann")).expect("Ann");
    let arguments = format!("account: {}, reason: \"away\"", ann["account"]["id"]);
    stage.done(process, Some(&stage.owner), "suspendMember", &arguments, "userErrors { code }").await;
    let viewer =
        stage.asked(process, first["accessToken"].as_str(), "{ viewer { account { email } } }").await;
    assert_eq!(viewer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(code_of(&stage.log_in_as(process, "ann").await), "NOBODY_HERE");
}

async fn a_provider_is_asked_for_what_its_token_leaves_out(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    let claims = json!({ "sub": "owner" });
    let mut told = stage.says("owner");
    told["sub"] = json!("somebody else");
    stage.provider.tell(told);
    assert_eq!(code_of(&stage.log_in(process, claims.clone(), Signed::Well).await), "NOBODY_HERE");
    stage.provider.tell(stage.says("owner"));
    let came = stage.log_in(process, claims, Signed::Well).await;
    assert_eq!(came["account"]["email"], email(&stage.slug, "owner"), "{came}");
}

async fn a_provider_has_another_key(served: &mut Served) {
    let stage = Stage::set(served).await;
    let process = &served.process;
    stage.log_in_as(process, "owner").await;
    let read = stage.provider.read();
    stage.log_in_as(process, "owner").await;
    assert_eq!(stage.provider.read(), read, "its keys are remembered");
    stage.provider.rotate();
    let came = stage.log_in_as(process, "owner").await;
    assert_eq!((&came["userErrors"], stage.provider.read()), (&json!([]), read + 1), "{came}");
}

async fn addresses_that_are_not_public_are_not_asked(served: &mut Served) {
    let stage = Stage::without(served).await;
    let process = &served.process;
    for issuer in [
        stage.provider.issuer().as_str(),
        "https://127.0.0.1",
        "https://[::1]:8443",
        "https://localhost/realms/a",
        "https://169.254.169.254",
        "https://10.0.0.1",
    ] {
        let refused = stage.set_provider(process, issuer, SECRET).await;
        let expected = json!([{ "code": "PROVIDER_NOT_PUBLIC", "field": ["input", "issuer"] }]);
        assert_eq!(
            (&refused["identityProvider"], &refused["userErrors"]),
            (&Json::Null, &expected),
            "{issuer}"
        );
    }
    for (issuer, secret, code) in [
        ("id.example.org", SECRET, "INVALID_ISSUER"),
        ("https://id.example.org?a=b", SECRET, "INVALID_ISSUER"),
        ("https://id.example.org", "", "INVALID_CLIENT"),
    ] {
        assert_eq!(code_of(&stage.set_provider(process, issuer, secret).await), code, "{issuer}");
    }
    assert_eq!(code_of(&stage.begin(process, "").await), "NO_PROVIDER");
    let nowhere = "organization: \"nowhere\"";
    let begun = stage.done(process, None, "beginOidcLogIn", nowhere, "userErrors { code }").await;
    assert_eq!(code_of(&begun), "NO_PROVIDER", "as one that is there and has none");
    let nothing = "state: \"x\", code: \"x\", secret: \"x\"";
    let came = stage.done(process, None, "completeOidcLogIn", nothing, LOGGED_IN).await;
    assert_eq!(code_of(&came), "LOG_IN_OVER");
}

async fn what_a_provider_says_of_itself_is_looked_at(served: &mut Served) {
    anywhere(served).await;
    let stage = Stage::without(served).await;
    let process = &served.process;
    for metadata in [
        json!({ "issuer": "https://id.example.org" }),
        json!({ "jwks_uri": "nowhere" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "token_endpoint": null }),
    ] {
        stage.provider.describe(metadata.clone());
        let refused = stage.set_provider(process, &stage.provider.issuer(), SECRET).await;
        assert_eq!(code_of(&refused), "PROVIDER_INVALID", "{metadata}");
    }
    stage.provider.describe(json!({ "jwks_uri": "http://127.0.0.1:1/" }));
    let refused = stage.set_provider(process, &stage.provider.issuer(), SECRET).await;
    assert_eq!(code_of(&refused), "PROVIDER_UNREACHABLE");
    // One that worked when it was set, and went away since.
    stage.provider.describe(json!({}));
    assert_eq!(stage.set_provider(process, &stage.provider.issuer(), SECRET).await["userErrors"], json!([]));
    stage.provider.describe(json!({ "issuer": "https://id.example.org" }));
    assert_eq!(code_of(&stage.begin(process, "").await), "PROVIDER_INVALID");
}

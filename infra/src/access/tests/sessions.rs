use qun_domain::access::{Client, GRACE, LONGEST};
use qun_domain::id::SessionId;

use super::*;
use crate::access::log_in::Proof;
use crate::access::{AuthProblem, LogInProblem, LoggedIn, RefreshProblem, SessionProblem};
use crate::audit::{AuditPage, audit_page};
use crate::db::OrgRead;

on_both!(
    a_refresh_token_gives_the_next,
    an_answer_that_was_lost_is_given_again,
    a_copied_token_ends_the_session,
    who_knows_only_the_ids_ends_nothing,
    a_session_lasts_as_long_as_it_is_refreshed,
    log_out_ends_one_or_all,
    only_ones_own_sessions_are_listed_and_ended,
    one_goes_on_to_another_organization,
    a_token_of_the_operator_knows_no_sessions,
    at_once_one_token_gives_one_next,
    what_ended_meanwhile_begins_nothing,
);

async fn entered(stage: &Stage, email: &str) -> LoggedIn {
    let caller = Caller {
        client: Client::new(Some("192.0.2.7".to_owned()), Some("curl/8")),
        request_id: Some("r-1".to_owned()),
    };
    stage.access.log_in(email, PASSWORD, Some(&slug("demo")), &caller).await.expect("a log-in")
}

async fn scope(stage: &Stage, token: &str) -> OrgScope {
    stage.access.authenticate(token).await.expect("a scope")
}

async fn refreshed(stage: &Stage, token: &str) -> Option<String> {
    match stage.access.refresh(token, &Caller::default()).await {
        Ok(refreshed) => {
            scope(stage, &refreshed.access_token).await;
            Some(refreshed.refresh_token)
        }
        Err(RefreshProblem::SessionEnded) => None,
        Err(RefreshProblem::Fault(fault)) => panic!("{}", fault.chain()),
    }
}

async fn demo_stage(db: Db) -> Stage {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    stage
}

/// The verbs and details of the audit log, newest first.
async fn told(stage: &Stage) -> Vec<String> {
    let read = OrgRead::open(&stage.db, &stage.operator("demo").await).expect("a door");
    let page = audit_page(&read, &AuditPage::newest(100)).await.expect("a page");
    page.into_iter().map(|entry| format!("{} {}", entry.verb, entry.detail.unwrap_or_default())).collect()
}

async fn a_refresh_token_gives_the_next(db: Db) {
    let stage = demo_stage(db).await;
    let login = entered(&stage, "owner@example.org").await;
    assert!(login.refresh_token.starts_with("qrt_"), "{}", login.refresh_token);
    let mut tokens = vec![login.refresh_token];
    for _ in 0..3 {
        stage.advance(60_000);
        let next = refreshed(&stage, tokens.last().expect("a token")).await.expect("the next");
        assert!(!tokens.contains(&next));
        tokens.push(next);
    }
    for nothing in ["", "qrt_", "x", &login.access_token] {
        assert_eq!(refreshed(&stage, nothing).await, None);
    }
}

async fn an_answer_that_was_lost_is_given_again(db: Db) {
    let stage = demo_stage(db).await;
    let first = entered(&stage, "owner@example.org").await.refresh_token;
    let next = refreshed(&stage, &first).await.expect("the next");
    stage.advance(GRACE - 1);
    assert_eq!(refreshed(&stage, &first).await.as_ref(), Some(&next));
    assert!(refreshed(&stage, &next).await.is_some(), "nothing was lost by asking again");
}

async fn a_copied_token_ends_the_session(db: Db) {
    let stage = demo_stage(db).await;
    let login = entered(&stage, "owner@example.org").await;
    let other = entered(&stage, "owner@example.org").await;
    let next = refreshed(&stage, &login.refresh_token).await.expect("the next");
    stage.advance(GRACE);
    assert_eq!(refreshed(&stage, &login.refresh_token).await, None);
    assert_eq!(refreshed(&stage, &next).await, None, "whoever has it");
    let problem = stage.access.authenticate(&login.access_token).await.expect_err("over");
    assert!(matches!(problem, AuthProblem::NotAMember), "{problem:?}");
    assert!(refreshed(&stage, &other.refresh_token).await.is_some(), "another session goes on");
    assert_eq!(told(&stage).await[0], r#"access.end_session {"because":"REUSED"}"#);
}

async fn who_knows_only_the_ids_ends_nothing(db: Db) {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let stage = demo_stage(db).await;
    let token = entered(&stage, "owner@example.org").await.refresh_token;
    let bytes = URL_SAFE_NO_PAD.decode(token.trim_start_matches("qrt_")).expect("bytes");
    for place in [0, 16, 32] {
        let mut forged = bytes.clone();
        forged[place] ^= 1;
        assert_eq!(refreshed(&stage, &format!("qrt_{}", URL_SAFE_NO_PAD.encode(forged))).await, None);
    }
    assert!(refreshed(&stage, &token).await.is_some());
}

async fn a_session_lasts_as_long_as_it_is_refreshed(db: Db) {
    let stage = demo_stage(db).await;
    let idle = i64::try_from(AccessSettings::default().session_life.as_millis()).expect("a number");
    let mut token = entered(&stage, "owner@example.org").await.refresh_token;
    let mut age = 0;
    while age + idle - 1 < LONGEST {
        stage.advance(idle - 1);
        age += idle - 1;
        token = refreshed(&stage, &token).await.expect("in time");
    }
    stage.advance(LONGEST - age);
    assert_eq!(refreshed(&stage, &token).await, None, "a year is over");
    let token = entered(&stage, "owner@example.org").await.refresh_token;
    stage.advance(idle);
    assert_eq!(refreshed(&stage, &token).await, None, "too late");
}

async fn log_out_ends_one_or_all(db: Db) {
    let stage = demo_stage(db).await;
    let mut logins = Vec::new();
    for _ in 0..3 {
        logins.push(entered(&stage, "owner@example.org").await);
    }
    let scopes = futures_util::future::join_all(logins.iter().map(|l| scope(&stage, &l.access_token))).await;
    assert_eq!(stage.access.log_out(&scopes[0], false).await.expect("an end"), 1);
    assert_eq!(refreshed(&stage, &logins[0].refresh_token).await, None);
    stage.access.authenticate(&logins[0].access_token).await.expect_err("at once");
    assert_eq!(stage.access.log_out(&scopes[0], false).await.expect("nothing"), 0, "it is over already");
    assert_eq!(stage.access.log_out(&scopes[1], true).await.expect("an end"), 2);
    for login in &logins {
        assert_eq!(refreshed(&stage, &login.refresh_token).await, None);
        stage.access.authenticate(&login.access_token).await.expect_err("everywhere");
    }
    let ends = told(&stage).await;
    assert_eq!(ends.iter().filter(|told| told.starts_with("access.end_session")).count(), 3);
}

async fn only_ones_own_sessions_are_listed_and_ended(db: Db) {
    let stage = demo_stage(db).await;
    stage.account("demo", "ann@example.org", ADMIN).await;
    let owner = entered(&stage, "owner@example.org").await;
    let ann = entered(&stage, "ann@example.org").await;
    let (owns, anns) = (scope(&stage, &owner.access_token).await, scope(&stage, &ann.access_token).await);

    let listed = stage.access.own_sessions(&anns).await.expect("a list");
    assert_eq!(listed.iter().map(|entry| entry.id).collect::<Vec<_>>(), [ann.session]);
    assert_eq!(listed[0].organization.slug, "demo");
    let client = Client { address: Some("192.0.2.7".to_owned()), user_agent: Some("curl/8".to_owned()) };
    assert_eq!(listed[0].client, client);

    for id in [owner.session, SessionId(uuid::Uuid::from_u128(7))] {
        let problem = stage.access.revoke_session(&anns, id).await.expect_err("not hers");
        assert!(matches!(problem, SessionProblem::NotFound), "{problem:?}");
    }
    assert!(refreshed(&stage, &owner.refresh_token).await.is_some());
    let second = entered(&stage, "owner@example.org").await;
    stage.access.revoke_session(&owns, second.session).await.expect("an end");
    assert_eq!(refreshed(&stage, &second.refresh_token).await, None);
    assert_eq!(stage.access.own_sessions(&owns).await.expect("a list").len(), 1);
}

async fn one_goes_on_to_another_organization(db: Db) {
    let stage = demo_stage(db).await;
    let other = stage.organization("other").await;
    create_organization(
        &stage.db,
        &stage.clock,
        &stage.ids,
        NewOrganization { owner_email: "bob@example.org".to_owned(), ..demo("bobs") },
    )
    .await
    .expect("an organization");
    let login = entered(&stage, "owner@example.org").await;
    let here = scope(&stage, &login.access_token).await;
    let seats = stage.access.own_seats(&here).await.expect("seats");
    assert_eq!(seats.iter().map(|(org, _)| org.slug.as_str()).collect::<Vec<_>>(), ["demo", "other"]);

    let caller = Caller::default();
    let there = stage.access.switch_organization(&here, &slug("other"), &caller).await.expect("a log-in");
    assert_eq!(scope(&stage, &there.access_token).await.org(), other.id);
    assert!(refreshed(&stage, &login.refresh_token).await.is_some(), "the first goes on");
    assert_eq!(stage.access.own_sessions(&here).await.expect("a list").len(), 2);
    for foreign in ["bobs", "nowhere", "demo"] {
        let problem = stage.access.switch_organization(&here, &slug(foreign), &caller).await;
        assert!(matches!(problem, Err(SessionProblem::NotFound)), "{foreign}");
    }
}

async fn a_token_of_the_operator_knows_no_sessions(db: Db) {
    let stage = demo_stage(db).await;
    stage.organization("other").await;
    let login = entered(&stage, "owner@example.org").await;
    let life = std::time::Duration::from_mins(15);
    let token = stage.access.token_for("owner@example.org", &slug("demo"), life).await.expect("a token");
    let issued = scope(&stage, &token.access_token).await;
    assert!(matches!(stage.access.own_sessions(&issued).await, Err(SessionProblem::NoSession)));
    assert!(matches!(stage.access.own_seats(&issued).await, Err(SessionProblem::NoSession)));
    assert!(matches!(stage.access.log_out(&issued, true).await, Err(SessionProblem::NoSession)));
    let revoked = stage.access.revoke_session(&issued, login.session).await;
    assert!(matches!(revoked, Err(SessionProblem::NoSession)));
    let switched = stage.access.switch_organization(&issued, &slug("other"), &Caller::default()).await;
    assert!(matches!(switched, Err(SessionProblem::NoSession)));
}

async fn at_once_one_token_gives_one_next(db: Db) {
    let stage = demo_stage(db).await;
    let first = entered(&stage, "owner@example.org").await.refresh_token;
    let at_once = futures_util::future::join_all((0..8).map(|_| refreshed(&stage, &first))).await;
    assert!(at_once[0].is_some());
    assert!(at_once.iter().all(|next| *next == at_once[0]), "all are given the same");
}

/// A password that is changed, and a session that ends, while a session begins by them.
async fn what_ended_meanwhile_begins_nothing(db: Db) {
    let stage = demo_stage(db).await;
    let other = stage.organization("other").await;
    let caller = Caller::default();
    let begun = entered(&stage, "owner@example.org").await;
    let stale = Proof::Password("the hash of a password that was".to_owned());
    let problem = stage.access.stands(begun.clone(), stale, None, None).await.expect_err("changed");
    assert!(matches!(problem, LogInProblem::BadCredentials), "{problem:?}");
    assert_eq!(refreshed(&stage, &begun.refresh_token).await, None);

    let first = entered(&stage, "owner@example.org").await;
    let here = scope(&stage, &first.access_token).await;
    let further = entered(&stage, "owner@example.org").await;
    stage.access.log_out(&here, false).await.expect("an end");
    let proof = Proof::Session(here.org(), first.session);
    stage.access.stands(further.clone(), proof, None, None).await.expect_err("ended");
    assert_eq!(refreshed(&stage, &further.refresh_token).await, None);
    // The scope of the ended session is still at hand, as in a server that has not heard of it.
    let switched = stage.access.switch_organization(&here, &slug("other"), &caller).await;
    assert!(matches!(switched, Err(SessionProblem::NotFound)), "{other:?}");
}

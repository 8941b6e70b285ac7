use std::time::Duration;

use qun_domain::access::{Capability, IssueToken, IssueTokenRefusal};
use qun_domain::command::Failure;

use super::*;
use crate::access::{AddAccountRefusal as Refusal, AuthProblem, TokenProblem};
use crate::db::SystemTx;

on_both!(
    a_token_opens_its_organization_in_the_role_of_today,
    an_account_is_added_once,
    only_who_administers_may_add,
    the_operator_issues_tokens,
    a_token_ends,
);

async fn in_sql(stage: &Stage, sql: &str) {
    let door = SystemTx::begin(&stage.db).await.expect("a door");
    assert_eq!(door.run(sql, Vec::new()).await.expect("a change"), 1, "{sql}");
    door.commit().await.expect("a commit");
}

async fn a_token_opens_its_organization_in_the_role_of_today(db: Db) {
    let stage = Stage::new(db).await;
    let org = stage.organization("demo").await;
    let ann = stage.account("demo", "ann@example.org", ADMIN).await;
    let token = stage
        .access
        .log_in("ann@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect("a log-in")
        .access_token;

    let scope = stage.access.authenticate(&token).await.expect("a scope");
    assert_eq!((scope.org(), scope.actor().account_id()), (org.id, Some(ann.id)));
    assert_eq!(positions(scope.actor()), [ADMIN]);

    in_sql(
        &stage,
        "UPDATE role_assignment SET role = 'ANALYST', rank = 'INTERN' WHERE role = 'ADMINISTRATOR'",
    )
    .await;
    stage.advance(10_000);
    let scope = stage.access.authenticate(&token).await.expect("a scope");
    assert_eq!(positions(scope.actor()), [READER]);

    let of_ann = "(SELECT id FROM account WHERE email = 'ann@example.org')";
    in_sql(&stage, &format!("UPDATE org_account SET left_at = 1 WHERE account_id = {of_ann}")).await;
    in_sql(&stage, &format!("UPDATE role_assignment SET ended_at = 1 WHERE account_id = {of_ann}")).await;
    in_sql(
        &stage,
        &format!("UPDATE session SET ended_at = 1, ended_because = 'REVOKED' WHERE account_id = {of_ann}"),
    )
    .await;
    assert!(stage.access.authenticate(&token).await.is_ok(), "the standing is remembered for a moment");
    stage.advance(10_000);
    let problem = stage.access.authenticate(&token).await.expect_err("no scope");
    assert!(matches!(problem, AuthProblem::NotAMember), "{problem:?}");

    stage.account("demo", "ann@example.org", OWNER).await;
    let problem = stage.access.authenticate(&token).await.expect_err("the session ended with the membership");
    assert!(matches!(problem, AuthProblem::NotAMember), "{problem:?}");
    let login = stage.access.log_in("ann@example.org", PASSWORD, None, &Caller::default()).await;
    let token = login.expect("a log-in").access_token;
    let scope = stage.access.authenticate(&token).await.expect("a scope at once");
    assert_eq!(positions(scope.actor()), [OWNER]);
}

async fn an_account_is_added_once(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let ann = stage.account("demo", " Ann@example.org", ADMIN).await;
    assert_eq!(ann.email, "ann@example.org");
    let scope = stage.operator("demo").await;
    let again = stage.access.add_account(&scope, account("ann@example.org", OWNER)).await;
    assert!(matches!(again, Err(Failure::Refused(Refusal::AlreadyMember))), "{again:?}");

    let bad = NewAccount { password: "x".repeat(201), ..account("bob@example.org", ADMIN) };
    let refused = stage.access.add_account(&scope, bad).await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::WeakPassword))), "{refused:?}");
    let refused = stage.access.add_account(&scope, account("bob@", ADMIN)).await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::BadEmail))), "{refused:?}");
    let bad = NewAccount { name: "\n".to_owned(), ..account("bob@example.org", ADMIN) };
    let refused = stage.access.add_account(&scope, bad).await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::BadName))), "{refused:?}");

    stage.organization("other").await;
    let there = stage.account("other", "ann@example.org", READER).await;
    assert_eq!(there, ann, "an account joins another organization as it is");
}

async fn only_who_administers_may_add(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    for (email, position) in [("admin@example.org", ADMIN), ("reader@example.org", READER)] {
        stage.account("demo", email, position).await;
        let token = stage
            .access
            .log_in(email, PASSWORD, None, &Caller::default())
            .await
            .expect("a log-in")
            .access_token;
        let scope = stage.access.authenticate(&token).await.expect("a scope");
        let outcome = stage.access.add_account(&scope, account("bob@example.org", OWNER)).await;
        assert!(matches!(outcome, Err(Failure::Forbidden(Capability::ManageOrganization))), "{outcome:?}");
    }
}

async fn the_operator_issues_tokens(db: Db) {
    let stage = Stage::new(db).await;
    let org = stage.organization("demo").await;
    stage.organization("other").await;
    stage.account("demo", "ann@example.org", ADMIN).await;
    let day = Duration::from_hours(24);

    let issued = stage.access.token_for("ann@example.org", &slug("demo"), day).await.expect("a token");
    assert_eq!(issued.expires_at, at_start().plus_millis(Timestamp::DAY));
    assert_eq!(stage.access.authenticate(&issued.access_token).await.expect("a scope").org(), org.id);

    let refused = async |email: &str, short: &str, life: Duration| match stage
        .access
        .token_for(email, &slug(short), life)
        .await
    {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("no refusal: {other:?}"),
    };
    let ann = "ann@example.org";
    assert_eq!(refused(ann, "none", day).await, IssueTokenRefusal::NoSuchOrganization);
    assert_eq!(refused(ann, "other", day).await, IssueTokenRefusal::NotAMember);
    assert_eq!(refused("bob@example.org", "demo", day).await, IssueTokenRefusal::NoSuchAccount);
    let too_long = Duration::from_secs(IssueToken::MAX_LIFE_SECONDS + 1);
    assert_eq!(refused(ann, "demo", too_long).await, IssueTokenRefusal::BadLife);
    assert_eq!(refused(ann, "demo", Duration::ZERO).await, IssueTokenRefusal::BadLife);
}

async fn a_token_ends(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let login =
        stage.access.log_in("owner@example.org", PASSWORD, None, &Caller::default()).await.expect("a log-in");
    assert_eq!(login.expires_at, at_start().plus_millis(15 * 60 * 1_000));
    stage.clock.set(login.expires_at.plus_millis(-1));
    assert!(stage.access.authenticate(&login.access_token).await.is_ok());
    stage.clock.set(login.expires_at);
    assert!(matches!(stage.access.authenticate(&login.access_token).await, Err(AuthProblem::Expired)));
    assert!(matches!(stage.access.verify(&login.access_token).await, Err(TokenProblem::Expired)));
}

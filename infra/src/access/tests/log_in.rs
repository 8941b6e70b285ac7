use super::*;
use crate::access::LogInProblem;

on_both!(
    an_address_is_read_in_any_case,
    nothing_tells_what_was_wrong,
    one_of_several_organizations_is_named,
    the_eleventh_failure_is_throttled,
    at_once_no_more_than_ten_are_tried,
);

async fn problem(stage: &Stage, email: &str, password: &str, org: Option<&str>) -> LogInProblem {
    let org = org.map(slug);
    stage.access.log_in(email, password, org.as_ref(), &Caller::default()).await.expect_err("no log-in")
}

async fn an_address_is_read_in_any_case(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let login =
        stage.access.log_in(" OWNER@example.ORG", PASSWORD, Some(&slug("demo")), &Caller::default()).await;
    assert_eq!(login.expect("a log-in").account.email, "owner@example.org");
}

async fn nothing_tells_what_was_wrong(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    stage.account("demo", "ann@example.org", ADMIN).await;
    stage.organization("other").await;
    for (email, password, org) in [
        ("ann@example.org", "wrong horse 电池", None),
        ("ann@example.org", "", None),
        ("nobody@example.org", PASSWORD, None),
        ("no address", PASSWORD, None),
        ("ann@example.org", PASSWORD, Some("other")),
        ("ann@example.org", PASSWORD, Some("unknown")),
    ] {
        let problem = problem(&stage, email, password, org).await;
        assert!(matches!(problem, LogInProblem::BadCredentials), "{email} {org:?}: {problem:?}");
    }
}

async fn one_of_several_organizations_is_named(db: Db) {
    let stage = Stage::new(db).await;
    let (a, b) = (stage.organization("a1").await, stage.organization("b1").await);
    let problem = problem(&stage, "owner@example.org", PASSWORD, None).await;
    let LogInProblem::ChooseOrganization(choice) = problem else { panic!("no choice: {problem:?}") };
    assert_eq!(choice, [a, b.clone()]);
    let login =
        stage.access.log_in("owner@example.org", PASSWORD, Some(&slug("b1")), &Caller::default()).await;
    let login = login.expect("a log-in");
    assert_eq!(login.organization, b);
    assert_eq!(stage.access.authenticate(&login.access_token).await.expect("a scope").org(), b.id);
}

async fn the_eleventh_failure_is_throttled(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    stage.account("demo", "ann@example.org", ADMIN).await;
    for _ in 0..9 {
        problem(&stage, "ann@example.org", "wrong horse", None).await;
    }
    stage
        .access
        .log_in("ann@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect("the tenth is right");
    for _ in 0..10 {
        let problem = problem(&stage, "Ann@example.org", "wrong horse", None).await;
        assert!(matches!(problem, LogInProblem::BadCredentials), "{problem:?}");
    }
    let throttled = problem(&stage, "ann@example.org", PASSWORD, None).await;
    assert!(matches!(throttled, LogInProblem::Throttled { retry_after_seconds: 90 }), "{throttled:?}");
    stage
        .access
        .log_in("owner@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect("others are not held up");

    stage.advance(90 * 1_000);
    stage
        .access
        .log_in("ann@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect("a try has come back");
}

async fn at_once_no_more_than_ten_are_tried(db: Db) {
    let stage = Stage::new(db).await;
    let caller = Caller::default();
    let at_once = (0..25).map(|_| stage.access.log_in("owner@example.org", "wrong horse", None, &caller));
    let outcomes = futures_util::future::join_all(at_once).await;
    let tried =
        outcomes.iter().filter(|outcome| matches!(outcome, Err(LogInProblem::BadCredentials))).count();
    assert_eq!(tried, 10);
}

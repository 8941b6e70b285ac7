use super::super::store::on_both;
use super::*;

on_both!(
    codes_are_guessed_slowly,
    a_right_password_gives_no_tries_back,
    who_is_right_in_the_end_has_all_tries
);

const OWNER: &str = "owner@example.org";

async fn demo(db: Db) -> (Stage, SetUp) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let set_up = stage.set_up(OWNER).await;
    (stage, set_up)
}

fn wait(outcome: Result<LoggedIn, LogInProblem>) -> u64 {
    match outcome {
        Err(LogInProblem::Throttled { retry_after_seconds }) => retry_after_seconds,
        outcome => panic!("{outcome:?}"),
    }
}

async fn codes_are_guessed_slowly(db: Db) {
    let (stage, SetUp { app, recovery_codes, scope, .. }) = demo(db).await;
    for _ in 0..5 {
        assert!(is_bad(&stage.tried(OWNER, None, Some(WRONG)).await));
    }
    for right in [&app.shows(&stage, 1), &recovery_codes[0]] {
        assert_eq!(wait(stage.tried(OWNER, None, Some(right)).await), 180);
    }
    // Nor is there another door to guess at.
    let ended =
        stage.access.end_second_factor(&scope, PASSWORD, &app.shows(&stage, 1), &Caller::default()).await;
    assert!(matches!(ended, Err(SecondFactorProblem::Throttled { retry_after_seconds: 180 })), "{ended:?}");
    let confirmed = stage.access.confirm_second_factor(&scope, &app.shows(&stage, 1)).await;
    assert!(matches!(confirmed, Err(SecondFactorProblem::Throttled { .. })), "{confirmed:?}");
    stage.advance(180 * 1_000);
    assert!(is_bad(&stage.tried(OWNER, None, Some(WRONG)).await), "one has come back");
    assert_eq!(wait(stage.tried(OWNER, None, Some(WRONG)).await), 180);
}

async fn a_right_password_gives_no_tries_back(db: Db) {
    let (stage, SetUp { scope, .. }) = demo(db).await;
    for _ in 0..10 {
        let missing = stage.tried(OWNER, None, None).await;
        assert!(matches!(missing, Err(LogInProblem::SecondFactorRequired)), "{missing:?}");
    }
    assert_eq!(wait(stage.tried(OWNER, None, None).await), 90);

    stage.advance(900 * 1_000);
    for _ in 0..5 {
        assert!(is_bad(&stage.tried(OWNER, None, Some(WRONG)).await));
    }
    // Who has a session and the password has tries at the password again, and none at codes.
    let caller = Caller::default();
    stage.access.change_password(&scope, PASSWORD, PASSWORD, &caller).await.expect("a new password");
    assert_eq!(wait(stage.tried(OWNER, None, Some(WRONG)).await), 180);
}

async fn who_is_right_in_the_end_has_all_tries(db: Db) {
    let (stage, SetUp { recovery_codes, .. }) = demo(db).await;
    for code in &recovery_codes[..3] {
        for _ in 0..4 {
            assert!(is_bad(&stage.tried(OWNER, None, Some(WRONG)).await));
        }
        stage.entered(OWNER, Some(code)).await;
    }
}

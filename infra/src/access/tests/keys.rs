use super::*;
use crate::access::{AuthProblem, TokenProblem};
use crate::db::SystemTx;

on_both!(
    processes_share_one_key,
    first_keys_made_at_once_agree,
    a_retired_key_verifies_until_its_last_token_has_ended,
    an_unknown_key_is_asked_for_once_a_minute,
    a_key_that_is_taken_away_is_forgotten,
);

async fn kids(access: &Access) -> Vec<String> {
    let jwks = access.jwks().await;
    let keys = jwks["keys"].as_array().expect("keys");
    keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}

async fn token(stage: &Stage, access: &Access) -> String {
    stage.clock.set(stage.clock.now().plus_millis(1));
    access
        .log_in("owner@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect("a log-in")
        .access_token
}

async fn processes_share_one_key(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let other = stage.other_process(2).await;
    assert_eq!(stage.access.jwks().await, other.jwks().await);
    let jwks = other.jwks().await;
    let key = &jwks["keys"][0];
    assert_eq!((key["kty"].as_str(), key["crv"].as_str()), (Some("OKP"), Some("Ed25519")));
    assert_eq!((key["alg"].as_str(), key["use"].as_str()), (Some("EdDSA"), Some("sig")));
    assert_eq!(key["kid"].as_str().map(str::len), Some(16));
    assert!(key.get("d").is_none(), "the private half is not published");
    assert!(other.authenticate(&token(&stage, &stage.access).await).await.is_ok());
}

async fn first_keys_made_at_once_agree(db: Db) {
    let clock = Clock::fixed(at_start());
    let open = |seed| {
        let (db, clock) = (db.clone(), clock.clone());
        async move {
            let ids = Ids::seeded(clock.clone(), seed);
            Access::open(&db, &clock, &ids, AccessSettings::default()).await.expect("access")
        }
    };
    let (a, b, c) = tokio::join!(open(1), open(2), open(3));
    clock.set(clock.now().plus_millis(5 * 60_000));
    assert_eq!(kids(&a).await, kids(&b).await);
    assert_eq!(kids(&b).await, kids(&c).await);
    let ids = Ids::seeded(clock.clone(), 9);
    create_organization(&db, &clock, &ids, demo("demo")).await.expect("an organization");
    let issued = a
        .log_in("owner@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect("a log-in")
        .access_token;
    for access in [b, c] {
        assert!(access.authenticate(&issued).await.is_ok());
    }
}

async fn a_retired_key_verifies_until_its_last_token_has_ended(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let life = std::time::Duration::from_hours(90 * 24);
    let issued = stage.access.token_for("owner@example.org", &slug("demo"), life).await.expect("a token");
    stage.access.rotate_signing_key().await.expect("a new key");
    let both = kids(&stage.access).await;
    assert_eq!(both.len(), 2);
    assert!(stage.access.authenticate(&issued.access_token).await.is_ok());
    assert_eq!(kids(&stage.other_process(2).await).await, both, "who starts later reads the retired one too");

    stage.clock.set(issued.expires_at.plus_millis(-1));
    assert!(stage.access.authenticate(&issued.access_token).await.is_ok());
    stage.clock.set(issued.expires_at.plus_millis(10 * 60_000));
    assert_eq!(kids(&stage.access).await, both[..1]);
    let problem = stage.access.authenticate(&issued.access_token).await.expect_err("no scope");
    assert!(matches!(problem, AuthProblem::Invalid), "{problem:?}");
}

async fn an_unknown_key_is_asked_for_once_a_minute(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let other = stage.other_process(2).await;
    other.rotate_signing_key().await.expect("a new key");
    let second = token(&stage, &other).await;
    assert!(stage.access.authenticate(&second).await.is_ok(), "the first unknown key is looked for at once");

    other.rotate_signing_key().await.expect("a new key");
    let third = token(&stage, &other).await;
    let before = stage.db.statements();
    for _ in 0..100 {
        assert!(matches!(stage.access.verify(&third).await, Err(TokenProblem::Invalid)));
    }
    assert_eq!(stage.db.statements(), before, "strangers cannot make the database work");
    stage.advance(60_000);
    assert!(stage.access.authenticate(&third).await.is_ok());
    assert!(stage.access.authenticate(&second).await.is_ok());
}

async fn a_key_that_is_taken_away_is_forgotten(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let issued = token(&stage, &stage.access).await;
    let other = stage.other_process(2).await;
    other.rotate_signing_key().await.expect("a new key");
    let door = SystemTx::begin(&stage.db).await.expect("a door");
    door.run("DELETE FROM signing_key WHERE retired_at IS NOT NULL", Vec::new()).await.expect("no key");
    door.commit().await.expect("a commit");
    stage.advance(5 * 60_000);
    assert!(matches!(stage.access.authenticate(&issued).await, Err(AuthProblem::Invalid)));
}

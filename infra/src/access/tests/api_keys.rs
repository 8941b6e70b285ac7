use qun_domain::access::{
    ApiKey, Capability, CreateApiKey, KeyScope, KeyScopes, NewApiKey, RevokeApiKey, RotateApiKey,
};
use qun_domain::id::ApiKeyId;

use super::*;
use crate::access::{AuthProblem, FreshKey, api_key};
use crate::db::{OrgRead, Writer};

on_both!(
    a_key_opens_its_organization_with_its_scopes,
    a_key_that_was_called_back_opens_nothing,
    a_replaced_key_goes_on_for_a_while,
    a_key_ends_when_it_said,
    no_letter_of_a_key_may_change,
    the_use_of_a_key_is_noted,
);

async fn made(stage: &Stage, scope: &OrgScope, scopes: &[KeyScope]) -> FreshKey {
    let fresh = stage.access.fresh_key(scope);
    let key = NewApiKey {
        id: fresh.id,
        name: "a bot".parse().expect("a name"),
        scopes: KeyScopes::new(scopes.iter().copied()).expect("scopes"),
        secret_hash: fresh.secret_hash,
        expires_at: stage.clock.now().plus_millis(ApiKey::LIFE),
        replaces: None,
    };
    assert_eq!(writer(stage).execute(scope, CreateApiKey(key)).await.expect("a key"), fresh.id);
    fresh
}

fn writer(stage: &Stage) -> Writer {
    Writer::new(stage.db.clone(), stage.clock.clone(), stage.ids.clone())
}

async fn founded(db: Db) -> (Stage, OrgScope) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let scope = stage.operator("demo").await;
    (stage, scope)
}

async fn kept(stage: &Stage, scope: &OrgScope, id: ApiKeyId) -> ApiKey {
    let read = OrgRead::open(&stage.db, scope).expect("a door");
    api_key(&read, id).await.expect("an answer").expect("a key")
}

async fn a_key_opens_its_organization_with_its_scopes(db: Db) {
    let (stage, owner) = founded(db).await;
    let fresh = made(&stage, &owner, &[KeyScope::RecordActivity]).await;
    assert!(fresh.secret.starts_with("qak_"), "{}", fresh.secret);
    let scope = stage.access.authenticate(&fresh.secret).await.expect("a scope");
    assert_eq!((scope.org(), scope.session()), (owner.org(), None));
    assert_eq!(scope.actor().to_string(), format!("api-key:{}", fresh.id));
    let held: Vec<_> = Capability::ALL.iter().filter(|one| scope.actor().may(**one)).collect();
    assert_eq!(held, [&Capability::RecordActivity]);
    assert!(OrgRead::open(&stage.db, &scope).is_none(), "it may not read");
}

async fn a_key_that_was_called_back_opens_nothing(db: Db) {
    let (stage, owner) = founded(db).await;
    let fresh = made(&stage, &owner, &[KeyScope::Read]).await;
    let other = stage.other_process(7).await;
    for access in [&stage.access, &other] {
        access.authenticate(&fresh.secret).await.expect("a scope");
    }
    for _ in 0..2 {
        writer(&stage).execute(&owner, RevokeApiKey { id: fresh.id }).await.expect("called back");
    }
    stage.access.forget_keys();
    let problem = stage.access.authenticate(&fresh.secret).await.expect_err("at once");
    assert!(matches!(problem, AuthProblem::Invalid), "{problem:?}");
    stage.advance(10_000);
    other.authenticate(&fresh.secret).await.expect_err("elsewhere in ten seconds");
    assert_eq!(kept(&stage, &owner, fresh.id).await.revoked_at, Some(at_start()));
}

async fn a_replaced_key_goes_on_for_a_while(db: Db) {
    let (stage, owner) = founded(db).await;
    let old = made(&stage, &owner, &[KeyScope::Read]).await;
    let hour = Timestamp::DAY / 24;
    stage.advance(hour);
    let new = stage.access.fresh_key(&owner);
    let rotate =
        RotateApiKey { id: old.id, new_id: new.id, secret_hash: new.secret_hash, overlap: 24 * hour };
    writer(&stage).execute(&owner, rotate.clone()).await.expect("another key");
    let successor = kept(&stage, &owner, new.id).await;
    let life = (successor.expires_at.millis() - successor.created_at.millis(), successor.replaces);
    assert_eq!(life, (ApiKey::LIFE, Some(old.id)));
    for secret in [&old.secret, &new.secret] {
        stage.access.authenticate(secret).await.expect("a scope");
    }
    stage.advance(24 * hour);
    let problem = stage.access.authenticate(&old.secret).await.expect_err("over");
    assert!(matches!(problem, AuthProblem::Expired), "{problem:?}");
    stage.access.authenticate(&new.secret).await.expect("a scope");
    let again = RotateApiKey { new_id: stage.ids.make(), ..rotate };
    writer(&stage).execute(&owner, again).await.expect_err("it is over");
    let long = RotateApiKey {
        id: new.id,
        new_id: stage.ids.make(),
        secret_hash: [0; 32],
        overlap: ApiKey::LONGEST_OVERLAP + 1,
    };
    writer(&stage).execute(&owner, long).await.expect_err("too long");
}

async fn a_key_ends_when_it_said(db: Db) {
    let (stage, owner) = founded(db).await;
    let fresh = made(&stage, &owner, &[KeyScope::Read]).await;
    stage.advance(ApiKey::LIFE - 1);
    stage.access.authenticate(&fresh.secret).await.expect("a scope");
    stage.advance(1);
    let problem = stage.access.authenticate(&fresh.secret).await.expect_err("over, though remembered");
    assert!(matches!(problem, AuthProblem::Expired), "{problem:?}");
    for life in [0, -1, ApiKey::LONGEST + 1] {
        let key = stage.access.fresh_key(&owner);
        let key = NewApiKey {
            id: key.id,
            name: "a bot".parse().expect("a name"),
            scopes: KeyScopes::new([KeyScope::Read]).expect("a scope"),
            secret_hash: key.secret_hash,
            expires_at: stage.clock.now().plus_millis(life),
            replaces: None,
        };
        writer(&stage).execute(&owner, CreateApiKey(key)).await.expect_err("out of range");
    }
}

async fn no_letter_of_a_key_may_change(db: Db) {
    let (stage, owner) = founded(db).await;
    let secret = made(&stage, &owner, &[KeyScope::Read]).await.secret;
    for place in (4..secret.len()).step_by(7) {
        let mut forged = secret.clone();
        let letter = if &secret[place..=place] == "A" { "B" } else { "A" };
        forged.replace_range(place..=place, letter);
        let problem = stage.access.authenticate(&forged).await.expect_err("forged");
        assert!(matches!(problem, AuthProblem::Invalid), "{forged}: {problem:?}");
    }
    for broken in ["qak_", "qak_群", &secret[..secret.len() - 1], &format!("{secret}A")] {
        stage.access.authenticate(broken).await.expect_err("no key");
    }
}

async fn the_use_of_a_key_is_noted(db: Db) {
    let (stage, owner) = founded(db).await;
    let fresh = made(&stage, &owner, &[KeyScope::Read]).await;
    assert_eq!(kept(&stage, &owner, fresh.id).await.last_used_at, None);
    stage.access.authenticate(&fresh.secret).await.expect("a scope");
    // It is noted beside the request.
    for _ in 0..500 {
        if kept(&stage, &owner, fresh.id).await.last_used_at == Some(at_start()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody noted it");
}

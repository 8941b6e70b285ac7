//! What belongs to another tenant is not found, whichever verb asks.

use qun_domain::access::{RevokeApiKey, RevokeApiKeyRefusal, RotateApiKey, RotateApiKeyRefusal};
use qun_domain::activity::{Batch, RecordInteractions, RecordRefusal, Submitted, UnknownGroups};
use qun_domain::groups::{
    CreateGroup, CreateGroupRefusal, MoveGroup, MoveGroupRefusal, NewGroup, Platform, RenameCommunity,
    RenameCommunityRefusal, Scope,
};
use qun_domain::id::PersonId;
use qun_domain::policy::{EffectivePolicy, OrgPolicy, PolicyPatch, PublishPolicy, PublishPolicyRefusal};
use qun_domain::tiering::{
    EvaluateWeek, EvaluateWeekRefusal, PinTier, PinTierRefusal, Tier, UnpinTier, UnpinTierRefusal,
};
use qun_infra::access::api_key;
use qun_infra::activity::group_days;
use qun_infra::groups::{
    communities, communities_by_id, group_named, groups, groups_by_id, groups_of_community,
};
use qun_infra::policy::{version, versions};
use qun_infra::tiering::{
    RunProblem, all_evaluations, dry_run, each_score, evaluate_weeks, evaluations_by_id, latest_evaluations,
    scores,
};

use super::tenants::{Tenant, two};
use crate::harness::{SHANGHAI, TestQun, at, day, message, on_both};

on_both!(
    keys_are_not_found,
    groups_are_not_found,
    communities_are_not_found,
    policies_are_not_found,
    tiers_are_not_found,
    reads_find_nothing,
    rows_go_nowhere
);

/// The scopes of another tenant.
fn scopes(of: &Tenant) -> [Scope; 2] {
    [Scope::Group(of.group.id), Scope::Community(of.community.id)]
}

async fn keys_are_not_found(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let rotate = RotateApiKey { id: theirs.key, new_id: qun.ids.make(), secret_hash: [0; 32], overlap: 0 };
    assert_eq!(qun.refused(&ours.scope, rotate).await, RotateApiKeyRefusal::NoSuchKey);
    let revoke = RevokeApiKey { id: theirs.key };
    assert_eq!(qun.refused(&ours.scope, revoke).await, RevokeApiKeyRefusal::NoSuchKey);
    assert_eq!(api_key(&qun.read(&ours.scope), theirs.key).await.expect("an answer"), None);
}

async fn groups_are_not_found(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let moved = MoveGroup { group: theirs.group.id, community: None };
    assert_eq!(qun.refused(&ours.scope, moved).await, MoveGroupRefusal::NoSuchGroup);
    let moved = MoveGroup { group: ours.group.id, community: Some(theirs.community.id) };
    assert_eq!(qun.refused(&ours.scope, moved).await, MoveGroupRefusal::NoSuchCommunity);
    let group = NewGroup {
        name: "tulips".parse().expect("a name"),
        community: Some(theirs.community.id),
        platform: Platform::Other,
        kind: None,
        zone: SHANGHAI,
    };
    assert_eq!(qun.refused(&ours.scope, CreateGroup(group)).await, CreateGroupRefusal::NoSuchCommunity);
}

async fn communities_are_not_found(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let renamed = RenameCommunity { community: theirs.community.id, name: "roses".parse().expect("a name") };
    assert_eq!(qun.refused(&ours.scope, renamed).await, RenameCommunityRefusal::NoSuchCommunity);
}

async fn policies_are_not_found(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    for scope in scopes(&theirs) {
        let patch = PolicyPatch::parse(r#"{"tiering": {"newDays": 3}}"#).expect("a patch");
        let publish = PublishPolicy { scope, patch, note: None };
        assert_eq!(qun.refused(&ours.scope, publish).await, PublishPolicyRefusal::NoSuchScope);
    }
}

async fn tiers_are_not_found(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let pin = |scope, person: PersonId| PinTier {
        id: qun.ids.make(),
        scope,
        person,
        tier: Tier::Core,
        reason: "because".to_owned(),
        expires_at: None,
    };
    for scope in scopes(&theirs) {
        let evaluate = EvaluateWeek { scope, week: "2026-W27".parse().expect("a week") };
        assert_eq!(qun.refused(&ours.scope, evaluate).await, EvaluateWeekRefusal::NoSuchScope);
        let run = evaluate_weeks(&qun.writer, &ours.scope, scope, None, None, |_| ()).await;
        assert!(matches!(run, Err(RunProblem::NoSuchScope)), "{run:?}");
        assert_eq!(qun.refused(&ours.scope, pin(scope, ours.person)).await, PinTierRefusal::NoSuchScope);
    }
    for scope in scopes(&ours) {
        assert_eq!(qun.refused(&ours.scope, pin(scope, theirs.person)).await, PinTierRefusal::NotAMember);
    }
    assert_eq!(qun.refused(&ours.scope, UnpinTier { pin: theirs.pin }).await, UnpinTierRefusal::NoSuchPin);
    qun.done(&theirs.scope, UnpinTier { pin: theirs.pin }).await;
}

async fn rows_go_nowhere(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    qun.group(&theirs.scope, "tulips", None).await;
    let batch = Batch {
        rows: [Submitted { position: 1, row: message("m9", "ann", at("2026-06-29 09:00")) }].into(),
        group: Some("tulips".parse().expect("a name")),
        source: None,
        unknown_groups: UnknownGroups::Refuse,
    };
    assert_eq!(qun.refused(&ours.scope, RecordInteractions(batch)).await, RecordRefusal::NoSuchGroup);
    assert!(group_named(&qun.read(&ours.scope), "tulips").await.expect("an answer").is_none());
}

async fn reads_find_nothing(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let read = qun.read(&ours.scope);
    let org = ours.scope.org();
    assert!(groups_by_id(&read, &[theirs.group.id]).await.expect("an answer").is_empty());
    assert!(communities_by_id(&read, &[theirs.community.id]).await.expect("an answer").is_empty());
    assert!(groups_of_community(&read, theirs.community.id).await.expect("an answer").is_empty());
    assert_eq!(groups(&read, None, None, 10).await.expect("an answer"), std::slice::from_ref(&ours.group));
    assert_eq!(communities(&read, None, 10).await.expect("an answer"), std::slice::from_ref(&ours.community));
    let days = group_days(&read, theirs.group.id, day("2026-01-01"), day("2026-12-31"));
    assert!(days.await.expect("an answer").is_empty());

    assert!(evaluations_by_id(&read, &[theirs.evaluation]).await.expect("an answer").is_empty());
    let found = scores(&read, &[theirs.evaluation], &[theirs.person]).await.expect("an answer");
    assert!(found.is_empty());
    each_score(&read, theirs.evaluation, |user, _| panic!("a score of {user}")).await.expect("an answer");
    let policy = EffectivePolicy { policy: OrgPolicy::default(), origin: std::collections::BTreeMap::new() };
    for scope in scopes(&theirs) {
        assert!(versions(&read, org, scope, None, 10).await.expect("an answer").is_empty());
        assert!(version(&read, org, scope, 1).await.expect("an answer").is_none());
        assert!(all_evaluations(&read, scope).await.expect("an answer").is_empty());
        assert!(dry_run(&read, scope, &policy, 4, qun.clock.now()).await.expect("an answer").is_none());
    }
    let scopes = [theirs.group.id.0, theirs.community.id.0];
    assert!(latest_evaluations(&read, &scopes).await.expect("an answer").is_empty());
}

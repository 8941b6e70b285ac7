//! What holds where, who said so, and what may not be published (Z1).

use qun_domain::groups::{MoveGroup, Scope};
use qun_domain::id::CommunityId;
use qun_domain::policy::{PolicyPatch, PolicyScope, PublishPolicy, PublishPolicyRefusal};
use qun_infra::db::OrgScope;
use qun_infra::policy::{Effective, effective, effective_of_groups, version, versions};

use crate::harness::{Org, TestQun, on_both};

on_both!(
    the_nearest_scope_that_speaks_holds,
    a_moved_group_follows_its_new_community,
    versions_are_kept,
    what_would_break_a_scope_below_is_refused,
    saying_the_same_again_is_refused,
    groups_are_answered_at_once,
);

const NEW_DAYS: &str = "tiering.newDays";

/// A patch of the days during which a member is new.
fn new_days(days: u32) -> String {
    format!(r#"{{"tiering": {{"newDays": {days}}}}}"#)
}

async fn holding(qun: &TestQun, scope: &OrgScope, of: Scope, community: Option<CommunityId>) -> Effective {
    effective(&qun.read(scope), scope.org(), of, community).await.expect("a policy")
}

fn said(effective: &Effective) -> (u32, Option<PolicyScope>) {
    (effective.policy.policy.tiering.new_days, effective.policy.origin_of(NEW_DAYS))
}

async fn the_nearest_scope_that_speaks_holds(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let community = qun.community(&owner, "garden").await.id;
    let group = Scope::Group(qun.group(&owner, "roses", Some(community)).await.id);
    let here = async || said(&holding(qun, &owner, group, Some(community)).await);
    assert_eq!(here().await, (14, Some(PolicyScope::Platform)));
    for (scope, days, by) in [
        (Scope::Organization, 10, PolicyScope::Organization),
        (Scope::Community(community), 20, PolicyScope::Community),
        (group, 30, PolicyScope::Group),
    ] {
        qun.publish(&owner, scope, &new_days(days)).await;
        assert_eq!(here().await, (days, Some(by)));
    }
    qun.publish(&owner, Scope::Organization, r#"{"tiering": {"newDays": 11, "demoteAfter": 3}}"#).await;
    let all = holding(qun, &owner, group, Some(community)).await;
    assert_eq!(said(&all), (30, Some(PolicyScope::Group)), "key by key");
    assert_eq!(all.policy.policy.tiering.demote_after, 3);
    assert_eq!(all.policy.origin_of("tiering.demoteAfter"), Some(PolicyScope::Organization));
    let versions: Vec<_> = all.versions.into_iter().collect();
    assert_eq!(versions, [("COMMUNITY", 1), ("GROUP", 1), ("ORGANIZATION", 2)]);
    let above = holding(qun, &owner, Scope::Organization, None).await;
    assert_eq!(said(&above), (11, Some(PolicyScope::Organization)), "what is said below stays below");
}

async fn a_moved_group_follows_its_new_community(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let community = qun.community(&owner, "garden").await.id;
    let group = qun.group(&owner, "roses", None).await;
    qun.publish(&owner, Scope::Community(community), &new_days(20)).await;
    let read = qun.read(&owner);
    let of = async |group| {
        let all = effective_of_groups(&read, owner.org(), &[group]).await.expect("policies");
        all.into_values().map(|effective| said(&effective)).collect::<Vec<_>>()
    };
    assert_eq!(of(group.clone()).await, [(14, Some(PolicyScope::Platform))]);
    let moved = qun.done(&owner, MoveGroup { group: group.id, community: Some(community) }).await;
    assert_eq!(of(moved).await, [(20, Some(PolicyScope::Community))]);
}

async fn versions_are_kept(qun: &TestQun) {
    let Org { owner, admin, .. } = qun.with_org().await;
    for (scope, days, expected) in [(&owner, 10, 1), (&admin, 20, 2), (&owner, 30, 3)] {
        assert_eq!(qun.publish(scope, Scope::Organization, &new_days(days)).await, expected);
    }
    let read = qun.read(&owner);
    let all = versions(&read, owner.org(), Scope::Organization, None, 10).await.expect("versions");
    let told: Vec<_> = all.iter().map(|row| (row.version, row.published_by.clone())).collect();
    let by = |scope: &OrgScope| scope.actor().to_string();
    assert_eq!(told, [(3, by(&owner)), (2, by(&admin)), (1, by(&owner))]);
    let page = versions(&read, owner.org(), Scope::Organization, Some(3), 1).await.expect("versions");
    assert_eq!(page.iter().map(|row| row.version).collect::<Vec<_>>(), [2]);
    let second =
        version(&read, owner.org(), Scope::Organization, 2).await.expect("an answer").expect("a version");
    assert_eq!(second.patch.as_value(), PolicyPatch::parse(&new_days(20)).expect("a patch").as_value());
    assert!(version(&read, owner.org(), Scope::Organization, 4).await.expect("an answer").is_none());
}

async fn publish(qun: &TestQun, scope: &OrgScope, of: Scope, patch: &str) -> PublishPolicyRefusal {
    let patch = PolicyPatch::parse(patch).expect("a patch");
    qun.refused(scope, PublishPolicy { scope: of, patch, note: None }).await
}

/// Weights add to 100 in the organization and in a community that changes two of them;
/// a change above that is sound there may not be sound below.
async fn what_would_break_a_scope_below_is_refused(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let community = Scope::Community(qun.community(&owner, "garden").await.id);
    let group = Scope::Group(qun.group(&owner, "roses", None).await.id);
    let unsound = |refusal| match refusal {
        PublishPolicyRefusal::Unsound { scope, problems } => (
            scope,
            problems.iter().map(|problem| (problem.path.clone(), problem.code().code())).collect::<Vec<_>>(),
        ),
        other => panic!("{other:?}"),
    };
    let not_100 = vec![("tiering.weights".to_owned(), "WEIGHTS_NOT_100")];
    let refused = publish(qun, &owner, group, r#"{"tiering": {"weights": {"events": 30}}}"#).await;
    assert_eq!(unsound(refused), (group, not_100.clone()));

    qun.publish(&owner, community, r#"{"tiering": {"weights": {"events": 30, "invites": 5}}}"#).await;
    let above = r#"{"tiering": {"weights": {"quality": 20, "invites": 20}}}"#;
    let refused = publish(qun, &owner, Scope::Organization, above).await;
    assert_eq!(unsound(refused), (community, not_100));
    let fitting = r#"{"tiering": {"weights": {"quality": 20, "frequency": 35}}}"#;
    assert_eq!(qun.publish(&owner, Scope::Organization, fitting).await, 1, "refusals take no number");
}

async fn saying_the_same_again_is_refused(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.publish(&owner, Scope::Organization, &new_days(10)).await;
    let refused = publish(qun, &owner, Scope::Organization, &new_days(10)).await;
    assert_eq!(refused, PublishPolicyRefusal::NothingChanges);
    let refused = publish(qun, &owner, Scope::Organization, "{}").await;
    assert_eq!(refused, PublishPolicyRefusal::NothingChanges);
}

async fn groups_are_answered_at_once(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let mut groups = Vec::new();
    for n in 0..20 {
        groups.push(qun.group(&owner, &format!("roses {n}"), None).await);
    }
    qun.publish(&owner, Scope::Group(groups[7].id), &new_days(7)).await;
    let read = qun.read(&owner);
    let mut statements = Vec::new();
    for many in [1, 20] {
        let before = qun.db.statements();
        let all = effective_of_groups(&read, owner.org(), &groups[..many]).await.expect("policies");
        statements.push(qun.db.statements() - before);
        assert_eq!(all.len(), many);
    }
    assert_eq!(statements[0], statements[1], "one group or twenty");
}

//! What an account may do, at once after it changed.

use qun_domain::access::{Capability, Position, Power, Rank, Role};
use qun_domain::command::Failure;
use qun_domain::groups::{MoveGroup, RenameCommunity, Scope};

use crate::harness::{TestQun, on_both};

on_both!(a_community_is_held_with_its_groups, who_moves_a_group_needs_both_ends);

const SENIOR: Rank = Rank::Senior;

async fn a_community_is_held_with_its_groups(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let garden = qun.group(&org.admin, "Garden", None).await;
    let of_plants = Position::ranked(Role::Administrator, SENIOR, Scope::Community(plants.id));
    qun.add_account("acme", "lead", of_plants).await;
    let may = async || {
        let lead = qun.scope("acme", "lead").await;
        lead.actor().power(Capability::ManageGroups, Scope::Group(garden.id))
    };
    assert_eq!(may().await, Power::None);
    qun.done(&org.admin, MoveGroup { group: garden.id, community: Some(plants.id) }).await;
    assert_eq!(may().await, Power::May, "at once");
    qun.done(&org.admin, MoveGroup { group: garden.id, community: None }).await;
    assert_eq!(may().await, Power::None, "at once");
}

async fn who_moves_a_group_needs_both_ends(qun: &TestQun) {
    let org = qun.with_org().await;
    let (ours, theirs) = (qun.community(&org.admin, "Ours").await, qun.community(&org.admin, "Theirs").await);
    let garden = qun.group(&org.admin, "Garden", Some(ours.id)).await;
    qun.add_account("acme", "lead", Position::ranked(Role::Administrator, SENIOR, Scope::Community(ours.id)))
        .await;
    let lead = qun.scope("acme", "lead").await;
    let name = "Ours, renamed".parse().expect("a name");
    qun.done(&lead, RenameCommunity { community: ours.id, name }).await;
    for to in [Some(theirs.id), Some(qun.ids.make())] {
        let moved = qun.writer.execute(&lead, MoveGroup { group: garden.id, community: to }).await;
        let found = to == Some(theirs.id);
        assert!(matches!(moved, Err(Failure::Forbidden(Capability::ManageGroups))) == found, "{moved:?}");
    }
    qun.done(&lead, MoveGroup { group: garden.id, community: None }).await;
}

//! A group goes into a community, and out of it.

use futures_util::future::join;
use qun_domain::access::Capability;
use qun_domain::command::Failure;
use qun_domain::groups::{MoveGroup, MoveGroupRefusal};
use qun_domain::id::GroupId;

use crate::harness::{TestQun, on_both};

on_both!(
    a_group_moves,
    moved_again_nothing_changes,
    of_two_at_once_the_second_tells_where_the_first_put_it,
    what_is_not_there_is_not_found,
    what_is_foreign_is_not_found,
    who_may_only_read_moves_nothing,
);

async fn a_group_moves(qun: &TestQun) {
    let org = qun.with_org().await;
    let community = qun.community(&org.admin, "Plants").await;
    let group = qun.group(&org.admin, "Garden", None).await;
    let moved = qun.done(&org.admin, MoveGroup { group: group.id, community: Some(community.id) }).await;
    assert_eq!(moved.community, Some(community.id));
    let moved = qun.done(&org.admin, MoveGroup { group: group.id, community: None }).await;
    assert_eq!(moved, group);
}

async fn moved_again_nothing_changes(qun: &TestQun) {
    let org = qun.with_org().await;
    let community = qun.community(&org.admin, "Plants").await;
    let group = qun.group(&org.admin, "Garden", Some(community.id)).await;
    let told = "SELECT COUNT(*) FROM outbox WHERE name = 'groups.group_changed'";
    let before = qun.system().await.count(told, vec![]).await;
    let moved = qun.done(&org.admin, MoveGroup { group: group.id, community: Some(community.id) }).await;
    assert_eq!(moved, group);
    assert_eq!(qun.system().await.count(told, vec![]).await, before);
}

async fn of_two_at_once_the_second_tells_where_the_first_put_it(qun: &TestQun) {
    let org = qun.with_org().await;
    let (plants, stones) =
        (qun.community(&org.admin, "Plants").await, qun.community(&org.admin, "Stones").await);
    let group = qun.group(&org.admin, "Garden", None).await.id;
    for _ in 0..8 {
        qun.done(&org.admin, MoveGroup { group, community: None }).await;
        let to = |community| MoveGroup { group, community: Some(community) };
        let (one, other) = join(
            qun.writer.execute(&org.admin, to(plants.id)),
            qun.writer.execute(&org.owner, to(stones.id)),
        )
        .await;
        assert!(one.is_ok() && other.is_ok());
    }
    // Each move begins where the one before it ended.
    let sql =
        "SELECT detail FROM audit_log WHERE verb = 'groups.move_group' AND target IS NOT NULL ORDER BY id";
    let moves = qun.system().await.texts(sql, vec![]).await;
    let moves: Vec<serde_json::Value> =
        moves.iter().map(|detail| serde_json::from_str(detail).expect("JSON")).collect();
    let befores: Vec<_> = moves.iter().map(|detail| &detail["community"]["before"]).collect();
    let left_open = befores.iter().filter(|before| before.is_null()).count();
    assert_eq!(left_open, 8, "of each pair one found the group in no community: {befores:?}");
}

async fn what_is_not_there_is_not_found(qun: &TestQun) {
    let org = qun.with_org().await;
    let nobody: GroupId = qun.ids.make();
    let refusal = qun.refused(&org.admin, MoveGroup { group: nobody, community: None }).await;
    assert_eq!(refusal, MoveGroupRefusal::NoSuchGroup);
    let group = qun.group(&org.admin, "Garden", None).await;
    let refusal =
        qun.refused(&org.admin, MoveGroup { group: group.id, community: Some(qun.ids.make()) }).await;
    assert_eq!(refusal, MoveGroupRefusal::NoSuchCommunity);
}

async fn what_is_foreign_is_not_found(qun: &TestQun) {
    let org = qun.with_org().await;
    let theirs = qun.community(&org.stranger, "Theirs").await;
    let group = qun.group(&org.admin, "Garden", None).await;
    let refusal = qun.refused(&org.admin, MoveGroup { group: group.id, community: Some(theirs.id) }).await;
    assert_eq!(refusal, MoveGroupRefusal::NoSuchCommunity);
    let refusal = qun.refused(&org.stranger, MoveGroup { group: group.id, community: None }).await;
    assert_eq!(refusal, MoveGroupRefusal::NoSuchGroup);
}

async fn who_may_only_read_moves_nothing(qun: &TestQun) {
    let org = qun.with_org().await;
    let group = qun.group(&org.admin, "Garden", None).await;
    let moved = qun.writer.execute(&org.reader, MoveGroup { group: group.id, community: None }).await;
    assert!(matches!(moved, Err(Failure::Forbidden(Capability::ManageGroups))));
}

//! Events get their positions in the order in which they were committed, whoever relays them.

use futures_util::future::join_all;
use qun_domain::groups::MoveGroup;
use qun_domain::id::OrgId;
use qun_domain::streams::Position;
use qun_infra::db::OrgScope;
use qun_infra::streams::relay;
use sea_orm::sea_query::Value;

use crate::harness::{Backend, Raw, TestQun, message, on_both};

on_both!(
    positions_have_no_gaps_and_follow_commits,
    each_organization_has_positions_of_its_own,
    relays_at_once_tell_each_event_once,
    a_relay_that_dies_leaves_nothing_half_told,
    more_than_a_page_waits,
);

async fn told(qun: &TestQun) -> Vec<(OrgId, Position)> {
    relay(&qun.db, qun.clock.now()).await.unwrap_or_else(|fault| panic!("{}", fault.chain()))
}

/// The told events of an organization in their order: position, name.
async fn positions(raw: &Raw, scope: &OrgScope) -> Vec<(i64, String)> {
    let sql =
        "SELECT position, name FROM outbox WHERE org_id = $1 AND position IS NOT NULL ORDER BY position";
    let rows = raw.rows(sql, vec![scope.org().0.into()]).await;
    let read = |row: &sea_orm::QueryResult| {
        (row.try_get_by_index(0).expect("a position"), row.try_get_by_index(1).expect("a name"))
    };
    rows.iter().map(read).collect()
}

/// Positions from 1 on, without a gap.
fn dense(told: &[(i64, String)]) -> bool {
    (1..).zip(told).all(|(place, (position, _))| place == *position)
}

async fn positions_have_no_gaps_and_follow_commits(qun: &TestQun) {
    let org = qun.with_org().await;
    assert_eq!(told(qun).await, [], "nothing has happened");
    let community = qun.community(&org.admin, "Plants").await;
    let group = qun.group(&org.admin, "Garden", None).await;
    assert_eq!(told(qun).await, [(org.admin.org(), Position(2))]);
    for to in [Some(community.id), None] {
        qun.done(&org.admin, MoveGroup { group: group.id, community: to }).await;
    }
    assert_eq!(told(qun).await, [(org.admin.org(), Position(4))]);
    assert_eq!(told(qun).await, [], "told once");
    let found = positions(&qun.system().await, &org.admin).await;
    assert!(dense(&found), "{found:?}");
    assert_eq!(found[0].1, "groups.community_created");
    assert_eq!(found[1].1, "groups.group_changed");
}

async fn each_organization_has_positions_of_its_own(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.community(&org.admin, "Plants").await;
    qun.community(&org.stranger, "Stones").await;
    qun.community(&org.stranger, "Metals").await;
    let mut heads = told(qun).await;
    let mut expected = [(org.admin.org(), Position(1)), (org.stranger.org(), Position(2))];
    heads.sort_unstable();
    expected.sort_unstable();
    assert_eq!(heads, expected);
}

/// Writers and relays side by side: no event is left out, none has two positions, and those of
/// one group are in the order of its history.
async fn relays_at_once_tell_each_event_once(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let group = qun.group(&org.admin, "Garden", None).await;
    let writes = join_all((0..8).map(async |turn| {
        let community = (turn % 2 == 0).then_some(plants.id);
        qun.done(&org.admin, MoveGroup { group: group.id, community }).await;
        qun.recorded(&org.admin, "Garden", vec![message(format!("m{turn}"), "ann", qun.clock.now())]).await;
    }));
    let relays = join_all((0..4).map(async |_| {
        for _ in 0..5 {
            told(qun).await;
            tokio::task::yield_now().await;
        }
    }));
    futures_util::join!(writes, relays);
    told(qun).await;
    let raw = qun.system().await;
    let found = positions(&raw, &org.admin).await;
    assert!(dense(&found), "{found:?}");
    assert_eq!(raw.count("SELECT COUNT(*) FROM outbox WHERE delivered_at IS NULL", vec![]).await, 0);

    // What was told last of the group's community is how it is.
    let sql = "SELECT payload FROM outbox WHERE name = 'groups.group_changed' ORDER BY position DESC LIMIT 1";
    let last = raw.texts(sql, vec![]).await.remove(0);
    let sql = "SELECT COUNT(*) FROM chat_group WHERE community_id IS NOT NULL";
    let is_moved = raw.count(sql, vec![]).await == 1;
    assert_eq!(last.contains(&plants.id.to_string()), is_moved, "{last}");
}

/// As if the process were killed between giving positions and committing them: the transaction
/// is gone, and another relay does it again.
async fn a_relay_that_dies_leaves_nothing_half_told(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.community(&org.admin, "Plants").await;
    told(qun).await;
    qun.community(&org.admin, "Stones").await;
    for steps in 0..12 {
        let mut relay = Box::pin(relay(&qun.db, qun.clock.now()));
        for _ in 0..steps {
            if futures_util::poll!(&mut relay).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(relay);
        let raw = qun.system().await;
        let sql = "SELECT COUNT(*) FROM outbox WHERE (position IS NULL) <> (delivered_at IS NULL)";
        assert_eq!(raw.count(sql, vec![]).await, 0, "after {steps} steps");
        let sql = "SELECT h.position - (SELECT COUNT(*) FROM outbox o WHERE o.org_id = h.org_id AND o.position IS NOT NULL)
                   FROM outbox_head h";
        assert_eq!(raw.count(sql, vec![]).await, 0, "after {steps} steps");
    }
    told(qun).await;
    let found = positions(&qun.system().await, &org.admin).await;
    assert!(found.len() == 2 && dense(&found), "{found:?}");
}

async fn more_than_a_page_waits(qun: &TestQun) {
    let org = qun.with_org().await;
    let raw = qun.system().await;
    for n in 0..2_300_i64 {
        let id: uuid::Uuid = qun.ids.make();
        let values: Vec<Value> = vec![org.admin.org().0.into(), id.into(), n.into()];
        let sql = "INSERT INTO outbox (org_id, id, at, name, aggregate, payload) VALUES ($1, $2, $3, 'test', 'a', '{}')";
        raw.run(sql, values).await.expect("an event");
    }
    assert_eq!(told(qun).await, [(org.admin.org(), Position(2_300))]);
    let sql = "SELECT COUNT(*) FROM outbox WHERE position = at + 1";
    assert_eq!(raw.count(sql, vec![]).await, 2_300, "in the order in which they were written");
}

/// A transaction that writes its event early and commits it late: whoever has read everything
/// before the commit reads on and finds it. Here time, id and the number of writing are all
/// smaller than those of what was told before.
#[tokio::test]
async fn an_event_that_is_committed_late_is_not_passed_over() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let late = qun.system().await;
    late.script("BEGIN").await;
    let id: uuid::Uuid = qun.ids.make();
    let values: Vec<Value> = vec![org.admin.org().0.into(), id.into(), 0_i64.into()];
    let sql = "INSERT INTO outbox (org_id, id, at, name, aggregate, payload) VALUES ($1, $2, $3, 'late', 'a', '{}')";
    late.run(sql, values).await.expect("an event");

    qun.community(&org.admin, "Plants").await;
    assert_eq!(told(&qun).await, [(org.admin.org(), Position(1))]);
    qun.community(&org.admin, "Stones").await;
    assert_eq!(told(&qun).await, [(org.admin.org(), Position(2))]);
    late.script("COMMIT").await;
    assert_eq!(told(&qun).await, [(org.admin.org(), Position(3))]);
    let found = positions(&qun.system().await, &org.admin).await;
    assert!(dense(&found), "{found:?}");
    assert_eq!(found[2].1, "late");
    qun.close().await;
}

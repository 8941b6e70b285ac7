//! Every committed row gets its place in the chain of its organization once, whoever writes and
//! whoever seals (Z7).

use futures_util::future::join_all;
use qun_domain::audit::Head;
use qun_domain::groups::MoveGroup;
use qun_infra::audit::{AuditPage, OVERDUE, audit_head, audit_page, seal, verify};
use qun_infra::db::OrgScope;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Value;

use crate::harness::{Backend, Raw, TestQun, message, on_both};

on_both!(
    each_row_is_sealed_once,
    each_organization_has_a_chain_of_its_own,
    writers_and_sealers_at_once_make_one_chain,
    one_who_dies_while_sealing_leaves_nothing_half_sealed,
    more_than_a_page_waits,
    an_outsider_comes_to_the_same_hashes,
);

pub(super) async fn sealed(qun: &TestQun) -> u64 {
    seal(&qun.db, qun.clock.now()).await.unwrap_or_else(|fault| panic!("{}", fault.chain()))
}

/// The head of a chain that is whole.
pub(super) async fn whole(qun: &TestQun, scope: &OrgScope) -> Head {
    let found = verify(&qun.read(scope), &[], qun.clock.now()).await.expect("an answer");
    assert_eq!(found.flaw, None);
    found.head
}

async fn rows_of(raw: &Raw, scope: &OrgScope) -> i64 {
    raw.count("SELECT COUNT(*) FROM audit_log WHERE org_id = $1", vec![scope.org().0.into()]).await
}

async fn each_row_is_sealed_once(qun: &TestQun) {
    let org = qun.with_org().await;
    let read = qun.read(&org.owner);
    assert_eq!(audit_head(&read).await.expect("an answer"), None);
    assert_eq!(whole(qun, &org.owner).await, Head::NONE);
    let rows = rows_of(&qun.system().await, &org.owner).await;
    assert!(sealed(qun).await > 0);
    assert_eq!(sealed(qun).await, 0, "done again, it does nothing");
    let head = whole(qun, &org.owner).await;
    assert_eq!(head.sequence, rows);
    assert_eq!(audit_head(&read).await.expect("an answer"), Some((head, qun.clock.now())));

    qun.advance_to(qun.clock.now().plus_millis(1));
    qun.community(&org.admin, "Plants").await;
    let page = audit_page(&read, &AuditPage::newest(2)).await.expect("a page");
    assert_eq!(page[0].seal, None, "it waits");
    assert!(page[1].seal.is_some());
    let waiting = verify(&read, &[head], qun.clock.now()).await.expect("an answer");
    assert_eq!((waiting.head, waiting.waiting, waiting.flaw), (head, 1, None));
    assert_eq!(sealed(qun).await, 1);
    let page = audit_page(&read, &AuditPage::newest(1)).await.expect("a page");
    let seal = page[0].seal.expect("a seal");
    assert_eq!((seal.sequence, seal.sealed_at), (rows + 1, qun.clock.now()));
    assert_eq!(whole(qun, &org.owner).await, Head { sequence: rows + 1, hash: seal.hash });
}

async fn each_organization_has_a_chain_of_its_own(qun: &TestQun) {
    let org = qun.with_org().await;
    sealed(qun).await;
    let (ours, theirs) = (whole(qun, &org.owner).await, whole(qun, &org.stranger).await);
    assert!(ours.hash != theirs.hash && theirs.sequence > 0);
    qun.community(&org.stranger, "Stones").await;
    sealed(qun).await;
    assert_eq!(whole(qun, &org.owner).await, ours);
    assert_eq!(whole(qun, &org.stranger).await.sequence, theirs.sequence + 1);
}

async fn writers_and_sealers_at_once_make_one_chain(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let group = qun.group(&org.admin, "Garden", None).await;
    let writes = join_all((0..10).map(async |turn| {
        let community = (turn % 2 == 0).then_some(plants.id);
        qun.done(&org.admin, MoveGroup { group: group.id, community }).await;
        qun.recorded(&org.admin, "Garden", vec![message(format!("m{turn}"), "ann", qun.clock.now())]).await;
    }));
    let seals = join_all((0..4).map(async |_| {
        for _ in 0..6 {
            sealed(qun).await;
            tokio::task::yield_now().await;
        }
    }));
    futures_util::join!(writes, seals);
    sealed(qun).await;
    let raw = qun.system().await;
    assert_eq!(whole(qun, &org.owner).await.sequence, rows_of(&raw, &org.owner).await);
    assert_eq!(raw.count("SELECT COUNT(*) FROM audit_unsealed", vec![]).await, 0);
}

/// As if the process were killed at every line: the transaction is gone, and another seals.
async fn one_who_dies_while_sealing_leaves_nothing_half_sealed(qun: &TestQun) {
    let org = qun.with_org().await;
    let raw = qun.system().await;
    for steps in 0..14 {
        qun.community(&org.admin, &format!("Plants {steps}")).await;
        let mut sealing = Box::pin(seal(&qun.db, qun.clock.now()));
        for _ in 0..steps {
            if futures_util::poll!(&mut sealing).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(sealing);
        whole(qun, &org.owner).await;
        let both = "SELECT COUNT(*) FROM audit_log a
                    LEFT JOIN audit_seal s ON s.org_id = a.org_id AND s.audit_id = a.id
                    LEFT JOIN audit_unsealed u ON u.org_id = a.org_id AND u.audit_id = a.id
                    WHERE (s.audit_id IS NULL) = (u.audit_id IS NULL)";
        assert_eq!(raw.count(both, vec![]).await, 0, "after {steps} steps");
    }
    sealed(qun).await;
    assert_eq!(whole(qun, &org.owner).await.sequence, rows_of(&raw, &org.owner).await);
}

/// Adds a row as a mutation would.
async fn add_row(qun: &TestQun, raw: &Raw, scope: &OrgScope) {
    let id: Uuid = qun.ids.make();
    let values: Vec<Value> = vec![scope.org().0.into(), id.into(), qun.clock.now().millis().into()];
    let sql = "INSERT INTO audit_log (org_id, id, at, actor, verb, capability)
               VALUES ($1, $2, $3, 'job', 'access.forget_sessions', 'ENFORCE_RETENTION')";
    raw.run(sql, values.clone()).await.expect("a row");
    let sql = "INSERT INTO audit_unsealed (org_id, audit_id) VALUES ($1, $2)";
    raw.run(sql, values[..2].to_vec()).await.expect("a row that waits");
}

async fn more_than_a_page_waits(qun: &TestQun) {
    let org = qun.with_org().await;
    let raw = qun.system().await;
    raw.script("BEGIN").await;
    for _ in 0..2_300 {
        add_row(qun, &raw, &org.owner).await;
    }
    raw.script("COMMIT").await;
    assert!(sealed(qun).await >= 2_300);
    assert_eq!(whole(qun, &org.owner).await.sequence, rows_of(&raw, &org.owner).await);
}

/// A transaction that writes its row early and commits it late: the chain has gone on meanwhile, and
/// the row gets a later place instead of none.
#[tokio::test]
async fn a_row_that_is_committed_late_is_not_passed_over() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let late = qun.system().await;
    late.script("BEGIN").await;
    add_row(&qun, &late, &org.owner).await;
    qun.community(&org.admin, "Plants").await;
    sealed(&qun).await;
    let before = whole(&qun, &org.owner).await;
    late.script("COMMIT").await;
    assert_eq!(sealed(&qun).await, 1);
    assert_eq!(whole(&qun, &org.owner).await.sequence, before.sequence + 1);
    qun.advance_to(qun.clock.now().plus_millis(2 * OVERDUE));
    whole(&qun, &org.owner).await;
    qun.close().await;
}

/// Who has the answers of the API and docs/audit.md, and nothing of Qun.
async fn an_outsider_comes_to_the_same_hashes(qun: &TestQun) {
    use serde_json::json;
    use sha2::{Digest, Sha256};
    let hash = |parts: serde_json::Value| {
        Sha256::digest(parts.to_string()).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    };
    let org = qun.with_org().await;
    qun.community(&org.admin, "玫瑰 \"x\"\n").await;
    sealed(qun).await;
    let page = audit_page(&qun.read(&org.owner), &AuditPage::newest(100)).await.expect("a page");
    let mut rows: Vec<_> = page.into_iter().map(|row| (row.seal.expect("a seal"), row)).collect();
    rows.sort_by_key(|(seal, _)| seal.sequence);
    let (id, mut previous) = (org.owner.org().to_string(), "0".repeat(64));
    for (sequence, (seal, row)) in (1..).zip(rows) {
        let entry = hash(json!([
            "qun.audit.entry.1",
            id,
            row.id.to_string(),
            row.at.millis(),
            row.actor,
            row.verb,
            row.capability,
            row.target,
            row.detail_text,
            row.request_id,
        ]));
        assert_eq!(seal.entry_hash.to_string(), entry);
        previous = hash(json!(["qun.audit.seal.1", id, sequence, previous, entry, seal.sealed_at.millis()]));
        assert_eq!(seal.hash.to_string(), previous);
    }
}

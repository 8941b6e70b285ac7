//! What somebody with the database in his hands may do to the audit log, and how it is found out
//! (Z7). The rows that are touched are of log-ins by the operator, of which the books hold nothing.

use qun_domain::audit::{Entry, Flaw, Head, Link, Mark};
use qun_domain::id::AuditId;
use qun_infra::audit::{AuditPage, OVERDUE, audit_page, verify};
use qun_infra::db::OrgScope;

use super::chain::{sealed, whole};
use crate::harness::{Backend, Raw, TestQun, on_both};

on_both!(
    a_changed_row,
    a_removed_row,
    exchanged_rows,
    exchanged_seals,
    a_removed_seal,
    a_forged_seal,
    an_end_that_was_cut_off,
    a_chain_that_was_made_anew,
    a_row_that_was_kept_from_its_seal,
    a_row_that_was_removed_before_its_seal,
);

/// Ten sealed rows, of which four tokens are the last.
async fn ten(qun: &TestQun) -> (OrgScope, Head) {
    let owner = qun.with_org().await.owner;
    for _ in 0..4 {
        qun.advance_to(qun.clock.now().plus_millis(1));
        qun.scope("acme", "reader").await;
    }
    sealed(qun).await;
    let head = whole(qun, &owner).await;
    assert_eq!(head.sequence, 10);
    (owner, head)
}

/// Somebody before whom neither rights nor keys hold.
async fn attacker(qun: &TestQun) -> Raw {
    let raw = qun.unlocked().await;
    raw.script(match qun.backend {
        Backend::Sqlite => "PRAGMA foreign_keys = OFF",
        Backend::Postgres => "SET session_replication_role = replica",
    })
    .await;
    raw
}

async fn does(raw: &Raw, scope: &OrgScope, sql: &str) {
    assert!(raw.run(sql, vec![scope.org().0.into()]).await.expect(sql) > 0, "{sql}");
}

async fn flaw(qun: &TestQun, scope: &OrgScope, noted: &[Head]) -> Option<Flaw> {
    verify(&qun.read(scope), noted, qun.clock.now()).await.expect("an answer").flaw
}

/// The row of a seal.
async fn row(qun: &TestQun, scope: &OrgScope, sequence: i64) -> AuditId {
    let page = audit_page(&qun.read(scope), &AuditPage::newest(100)).await.expect("a page");
    let is_it = |row: &&qun_infra::audit::AuditRow| row.seal.is_some_and(|seal| seal.sequence == sequence);
    page.iter().find(is_it).expect("a row").id
}

const EIGHTH: &str =
    "WHERE org_id = $1 AND id = (SELECT audit_id FROM audit_seal WHERE org_id = $1 AND sequence = 8)";

async fn a_changed_row(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    let row = row(qun, &owner, 8).await;
    let raw = attacker(qun).await;
    for change in
        ["actor = 'job'", "at = at + 1", "detail = NULL", "request_id = 'x'", "capability = 'READ '"]
    {
        let kept = change.split(' ').next().unwrap_or_default();
        raw.script(&format!(
            "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT id, {kept} AS was FROM audit_log"
        ))
        .await;
        does(&raw, &owner, &format!("UPDATE audit_log SET {change} {EIGHTH}")).await;
        assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::ChangedRow { sequence: 8, row }), "{change}");
        let back = format!(
            "UPDATE audit_log SET {kept} = (SELECT was FROM kept WHERE kept.id = audit_log.id) {EIGHTH}"
        );
        does(&raw, &owner, &back).await;
        assert_eq!(flaw(qun, &owner, &[]).await, None, "{change}");
    }
    raw.script("DROP TABLE kept").await;
}

async fn a_removed_row(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    let row = row(qun, &owner, 8).await;
    does(&attacker(qun).await, &owner, &format!("DELETE FROM audit_log {EIGHTH}")).await;
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::MissingRow { sequence: 8, row }));
}

/// Each row says what the other one said.
async fn exchanged_rows(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    let row = row(qun, &owner, 8).await;
    let raw = attacker(qun).await;
    for (sequence, by) in [(8, 1), (9, -1)] {
        let sql = format!(
            "UPDATE audit_log SET at = at + {by} WHERE org_id = $1 AND id =
               (SELECT audit_id FROM audit_seal WHERE org_id = $1 AND sequence = {sequence})"
        );
        does(&raw, &owner, &sql).await;
    }
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::ChangedRow { sequence: 8, row }));
}

async fn exchanged_seals(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    let raw = attacker(qun).await;
    for (from, to) in [(8, 99), (9, 8), (99, 9)] {
        let sql = format!("UPDATE audit_seal SET sequence = {to} WHERE org_id = $1 AND sequence = {from}");
        does(&raw, &owner, &sql).await;
    }
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::ForgedSeal { sequence: 8 }));
}

async fn a_removed_seal(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    does(&attacker(qun).await, &owner, "DELETE FROM audit_seal WHERE org_id = $1 AND sequence = 8").await;
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::MissingSeal { sequence: 8 }));
}

/// A row is changed, and its seal made to fit it: the next seal tells of it.
async fn a_forged_seal(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    let page = audit_page(&qun.read(&owner), &AuditPage::newest(100)).await.expect("a page");
    let of = |n: i64| page.iter().find(|row| row.seal.is_some_and(|seal| seal.sequence == n)).expect("a row");
    let (before, row) = (of(7).seal.expect("a seal"), of(8));
    let entry = Entry {
        org: owner.org(),
        id: row.id,
        at: row.at.millis(),
        actor: "job",
        verb: &row.verb,
        capability: &row.capability,
        target: row.target.as_deref(),
        detail: row.detail_text.as_deref(),
        request_id: None,
    }
    .hash();
    let sealed_at = row.seal.expect("a seal").sealed_at.millis();
    let link = Link { org: owner.org(), sequence: 8, previous: before.hash, entry, sealed_at };
    let raw = attacker(qun).await;
    does(&raw, &owner, &format!("UPDATE audit_log SET actor = 'job' {EIGHTH}")).await;
    let sql = "UPDATE audit_seal SET entry_hash = $2 WHERE org_id = $1 AND sequence = 8";
    raw.run(sql, vec![owner.org().0.into(), entry.0.to_vec().into()]).await.expect("a hash");
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::ForgedSeal { sequence: 8 }));
    let sql = "UPDATE audit_seal SET hash = $2 WHERE org_id = $1 AND sequence = 8";
    raw.run(sql, vec![owner.org().0.into(), link.hash().0.to_vec().into()]).await.expect("a hash");
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::ForgedSeal { sequence: 9 }));
}

async fn an_end_that_was_cut_off(qun: &TestQun) {
    let (owner, noted) = ten(qun).await;
    let raw = attacker(qun).await;
    let rows = "DELETE FROM audit_log WHERE org_id = $1 AND id IN
                  (SELECT audit_id FROM audit_seal WHERE org_id = $1 AND sequence > 8)";
    does(&raw, &owner, rows).await;
    does(&raw, &owner, "DELETE FROM audit_seal WHERE org_id = $1 AND sequence > 8").await;
    let cut = |mark| Some(Flaw::CutOff { last: 8, head: 10, mark });
    assert_eq!(flaw(qun, &owner, &[]).await, cut(Mark::Kept));
    // Who thinks of that too is found out by whoever noted the head elsewhere, and by nobody else.
    let kept = "UPDATE audit_head SET sequence = 8, hash =
                  (SELECT hash FROM audit_seal WHERE org_id = $1 AND sequence = 8) WHERE org_id = $1";
    does(&raw, &owner, kept).await;
    assert_eq!(flaw(qun, &owner, &[]).await, None);
    assert_eq!(flaw(qun, &owner, &[noted]).await, cut(Mark::Noted));
}

/// All seals are made again over a changed row, by the rule.
async fn a_chain_that_was_made_anew(qun: &TestQun) {
    let (owner, noted) = ten(qun).await;
    let raw = attacker(qun).await;
    does(&raw, &owner, &format!("UPDATE audit_log SET actor = 'job' {EIGHTH}")).await;
    for sql in [
        "INSERT INTO audit_unsealed (org_id, audit_id) SELECT org_id, audit_id FROM audit_seal WHERE org_id = $1",
        "DELETE FROM audit_seal WHERE org_id = $1",
        "DELETE FROM audit_head WHERE org_id = $1",
    ] {
        does(&raw, &owner, sql).await;
    }
    assert_eq!(sealed(qun).await, 10);
    assert_eq!(flaw(qun, &owner, &[]).await, None);
    let found = Some(Flaw::MadeAnew { sequence: 10, mark: Mark::Noted });
    assert_eq!(flaw(qun, &owner, &[noted]).await, found);
}

async fn a_row_that_was_kept_from_its_seal(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    qun.scope("acme", "reader").await;
    let oldest = qun.clock.now();
    does(&attacker(qun).await, &owner, "DELETE FROM audit_unsealed WHERE org_id = $1").await;
    assert_eq!(sealed(qun).await, 0);
    assert_eq!(flaw(qun, &owner, &[]).await, None, "it may still come");
    qun.advance_to(oldest.plus_millis(OVERDUE + 1));
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::Unsealed { rows: 1, oldest }));
}

async fn a_row_that_was_removed_before_its_seal(qun: &TestQun) {
    let (owner, _) = ten(qun).await;
    qun.scope("acme", "reader").await;
    let sql = "DELETE FROM audit_log WHERE org_id = $1 AND id IN (SELECT audit_id FROM audit_unsealed)";
    does(&attacker(qun).await, &owner, sql).await;
    assert_eq!(sealed(qun).await, 0);
    assert_eq!(flaw(qun, &owner, &[]).await, Some(Flaw::Vanished { rows: 1 }));
}

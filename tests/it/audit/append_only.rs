//! What was written stays: the database itself refuses, whoever serves (Z7).

use qun_infra::audit::seal;

use crate::harness::{TestQun, on_both};

on_both!(no_row_and_no_seal_is_changed_or_removed);

async fn no_row_and_no_seal_is_changed_or_removed(qun: &TestQun) {
    qun.with_org().await;
    assert!(seal(&qun.db, qun.clock.now()).await.expect("seals") > 0);
    let raw = qun.system().await;
    for table in ["audit_log", "audit_seal"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        let before = raw.count(&count, vec![]).await;
        for sql in [format!("UPDATE {table} SET org_id = org_id"), format!("DELETE FROM {table}")] {
            let error = raw.run(&sql, vec![]).await.expect_err(&sql).to_string();
            let is_refused = error.contains("append-only") || error.contains("permission denied");
            assert!(is_refused, "{sql}: {error}");
        }
        assert_eq!(raw.count(&count, vec![]).await, before);
    }
}

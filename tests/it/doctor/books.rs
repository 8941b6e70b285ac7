//! Keys and jobs.

use qun_infra::doctor::Level;
use sea_orm::prelude::Uuid;

use super::{examined, has_problem, one};
use crate::harness::{TestQun, on_both};

on_both!(without_a_key_nobody_logs_in, two_keys_are_one_too_many, dead_and_overdue_jobs_are_told);

async fn without_a_key_nobody_logs_in(qun: &TestQun) {
    let system = qun.system().await;
    system.run("UPDATE signing_key SET retired_at = 1", vec![]).await.expect("retired");
    assert!(has_problem(&examined(qun).await, "signing keys", "no key signs"));
    system.run("DELETE FROM signing_key", vec![]).await.expect("no key");
    let found = examined(qun).await;
    assert_eq!(one(&found, "signing keys").level, Level::Ok, "an installation that nobody used yet");
    qun.with_org().await;
    assert!(has_problem(&examined(qun).await, "signing keys", "no key signs"));
}

async fn two_keys_are_one_too_many(qun: &TestQun) {
    qun.access.rotate_signing_key().await.expect("a new key");
    let found = examined(qun).await;
    assert!(one(&found, "signing keys").message.contains("1 retired"), "{found:?}");
    let system = qun.system().await;
    system.run("UPDATE signing_key SET retired_at = NULL", vec![]).await.expect("active");
    assert_eq!(one(&examined(qun).await, "signing keys").level, Level::Warning);
}

async fn dead_and_overdue_jobs_are_told(qun: &TestQun) {
    let org = qun.with_org().await.organization.id.0;
    let add = |period: &'static str, state: &'static str| job(qun, org, period, state);
    add("1", "DONE").await;
    assert_eq!(one(&examined(qun).await, "jobs").level, Level::Ok);
    add("2", "DEAD").await;
    let found = examined(qun).await;
    assert!(one(&found, "jobs").message.starts_with("1 job failed"), "{found:?}");
    add("3", "WAITING").await;
    add("4", "RUNNING").await;
    let told: Vec<_> = examined(qun).await.into_iter().filter(|finding| finding.check == "jobs").collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].message.starts_with("1 due and 1 abandoned"), "{told:?}");
    assert!(told.iter().all(|finding| finding.level == Level::Warning));
}

async fn job(qun: &TestQun, org: Uuid, period: &str, state: &str) {
    let sql =
        "INSERT INTO job (org_id, schedule, period, state, due_at, attempts, token, lease_until, created_at)
               VALUES ($1, 'test', $2, $3, 0, 1, 1, 0, 0)";
    let values = vec![org.into(), period.into(), state.into()];
    qun.system().await.run(sql, values).await.expect("a job");
}

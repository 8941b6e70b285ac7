//! Events are kept for two days after they were told, and those that were not told for ever.

use qun_domain::streams::{ForgetEvents, ForgetEventsRefusal, Position};
use qun_infra::jobs::Jobs;
use qun_infra::streams::{FollowProblem, Streams, relay};

use crate::harness::{TestQun, on_both};

on_both!(told_events_are_forgotten_after_two_days);

async fn count(qun: &TestQun, rows: &str) -> i64 {
    qun.system().await.count(&format!("SELECT COUNT(*) FROM {rows}"), vec![]).await
}

async fn told_events_are_forgotten_after_two_days(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.community(&org.admin, "Plants").await;
    qun.community(&org.stranger, "Plants").await;
    relay(&qun.db, qun.clock.now()).await.expect("told events");
    qun.advance_to(qun.clock.now().plus_millis(1));
    qun.community(&org.admin, "Stones").await;
    relay(&qun.db, qun.clock.now()).await.expect("told events");
    qun.community(&org.admin, "Metals").await;

    qun.advance_to(qun.clock.now().plus_millis(ForgetEvents::KEPT));
    let ran =
        Jobs::new(qun.writer.clone()).run_due().await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
    assert_eq!(ran.failed, 0);
    assert_eq!(count(qun, "outbox").await, 2, "one was told a millisecond too late, one not at all");
    let left = qun.refused(&qun.operator("acme").await, ForgetEvents).await;
    assert_eq!(left, ForgetEventsRefusal::NothingLeft);

    // Positions go on, and who would miss what is forgotten is told so.
    assert_eq!(relay(&qun.db, qun.clock.now()).await.expect("told events"), [(org.admin.org(), Position(3))]);
    let streams = Streams::new(qun.db.clone(), qun.clock.clone());
    let problem = streams.follow(qun.read(&org.reader), Some(Position(0))).await.err();
    assert!(matches!(problem, Some(FollowProblem::Expired)), "{problem:?}");
}

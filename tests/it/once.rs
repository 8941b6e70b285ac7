//! A mutation that is asked for again under its key is done once.

use futures_util::future::join_all;
use qun_domain::access::{ForgetRequestKeys, ForgetRequestKeysRefusal};
use qun_domain::activity::{Batch, RecordInteractions, Recorded, Submitted, UnknownGroups};
use qun_domain::command::Failure;
use qun_domain::groups::{Community, CreateCommunity, CreateCommunityRefusal};
use qun_infra::db::{KeyReused, OrgScope, RequestKey};
use qun_infra::jobs::Jobs;

use crate::harness::{SHANGHAI, TestQun, at, message, on_both};

on_both!(
    asked_again_it_gives_the_first_answer,
    another_body_is_refused,
    of_many_at_once_one_is_done,
    a_refusal_keeps_the_key_free,
    keys_belong_to_their_actor_and_verb,
    keys_are_kept_for_seven_days,
);

fn key(text: &str, body: u8) -> RequestKey {
    RequestKey::new(text, [body; 32]).expect("a key")
}

fn create(name: &str) -> CreateCommunity {
    CreateCommunity { name: name.parse().expect("a name"), zone: SHANGHAI }
}

async fn made(qun: &TestQun, scope: &OrgScope, key: &RequestKey, name: &str) -> Community {
    let once = qun.writer.execute_once(scope, key, create(name)).await;
    once.expect("a key for this").expect("a community")
}

async fn count(qun: &TestQun, rows: &str) -> i64 {
    qun.system().await.count(&format!("SELECT COUNT(*) FROM {rows}"), vec![]).await
}

async fn asked_again_it_gives_the_first_answer(qun: &TestQun) {
    let org = qun.with_org().await;
    let first = made(qun, &org.admin, &key("k", 1), "Plants").await;
    assert_eq!(made(qun, &org.admin, &key("k", 1), "Plants").await, first);
    assert_eq!(count(qun, "community").await, 1);
    assert_eq!(count(qun, "audit_log WHERE verb = 'groups.create_community'").await, 1);

    // An answer that is more than an id: rows that were accepted are not duplicates now.
    qun.group(&org.admin, "garden", None).await;
    let rows = [
        message("m1".to_owned(), "u", at("2026-07-01 08:00")),
        message("m1".to_owned(), "v", at("2026-07-01 09:00")),
    ];
    let batch = Batch {
        rows: (0..).zip(rows).map(|(position, row)| Submitted { position, row }).collect(),
        group: Some("garden".parse().expect("a name")),
        source: None,
        unknown_groups: UnknownGroups::Refuse,
    };
    let told = |recorded: Recorded| {
        (
            recorded.accepted,
            recorded.duplicates,
            recorded.rejected.into_iter().map(|row| (row.position, row.error)).collect::<Vec<_>>(),
        )
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        let once =
            qun.writer.execute_once(&org.admin, &key("rows", 1), RecordInteractions(batch.clone())).await;
        answers.push(told(once.expect("a key for this").expect("recorded rows")));
    }
    assert_eq!((answers[0].0, answers[0].1, answers[0].2.len()), (1, 0, 1));
    assert_eq!(answers[0], answers[1]);
}

async fn another_body_is_refused(qun: &TestQun) {
    let org = qun.with_org().await;
    made(qun, &org.admin, &key("k", 1), "Plants").await;
    let reused = qun.writer.execute_once(&org.admin, &key("k", 2), create("Animals")).await;
    assert_eq!(reused.map(|_| ()), Err(KeyReused));
    assert_eq!(count(qun, "community").await, 1);
}

async fn of_many_at_once_one_is_done(qun: &TestQun) {
    let org = qun.with_org().await;
    let key = key("k", 1);
    let all = join_all((0..12).map(|_| made(qun, &org.admin, &key, "Plants"))).await;
    assert!(all.iter().all(|community| *community == all[0]), "{all:?}");
    assert_eq!(count(qun, "community").await, 1);
    assert_eq!(count(qun, "outbox WHERE name = 'groups.community_created'").await, 1);
}

async fn a_refusal_keeps_the_key_free(qun: &TestQun) {
    let org = qun.with_org().await;
    qun.community(&org.admin, "Plants").await;
    let refused = qun.writer.execute_once(&org.admin, &key("k", 1), create("Plants")).await;
    assert!(matches!(refused, Ok(Err(Failure::Refused(CreateCommunityRefusal::NameTaken)))));
    assert_eq!(count(qun, "request_key").await, 0);
    // Asked with another body: the key was never used.
    made(qun, &org.admin, &key("k", 2), "Animals").await;
    // Too low a role takes no key either.
    let forbidden = qun.writer.execute_once(&org.reader, &key("r", 1), create("Stones")).await;
    assert!(matches!(forbidden, Ok(Err(Failure::Forbidden(_)))));
    assert_eq!(count(qun, "request_key").await, 1);
}

async fn keys_belong_to_their_actor_and_verb(qun: &TestQun) {
    let org = qun.with_org().await;
    let key = key("k", 1);
    made(qun, &org.admin, &key, "by the admin").await;
    made(qun, &org.owner, &key, "by the owner").await;
    made(qun, &org.stranger, &key, "by a stranger").await;
    made(qun, &org.admin, &key.part("a"), "in a part").await;
    assert_eq!(count(qun, "community").await, 4);
}

async fn keys_are_kept_for_seven_days(qun: &TestQun) {
    let org = qun.with_org().await;
    made(qun, &org.admin, &key("old", 1), "Plants").await;
    qun.advance_to(qun.clock.now().plus_millis(1));
    made(qun, &org.admin, &key("young", 1), "Animals").await;

    qun.advance_to(qun.clock.now().plus_millis(ForgetRequestKeys::KEPT));
    let ran =
        Jobs::new(qun.writer.clone()).run_due().await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
    assert_eq!(ran.failed, 0);
    let left = qun.refused(&qun.operator("acme").await, ForgetRequestKeys).await;
    assert_eq!(left, ForgetRequestKeysRefusal::NothingLeft);
    assert_eq!(made(qun, &org.admin, &key("young", 1), "Animals").await.name, "Animals");
    assert_eq!(count(qun, "request_key").await, 1);
}

//! A task that nobody does goes further: to its backup, and rank by rank.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::id::AccountId;
use qun_domain::scope::Scope;
use qun_domain::tasks::{CreateTask, NewTask, ReassignTask, StepKind, Task};
use qun_domain::time::Timestamp;
use qun_infra::db::OrgScope;
use qun_infra::jobs::Jobs;
use qun_infra::tasks::tasks_by_id;

use super::{HOUR, MINUTE, done, history, new, steps, told};
use crate::harness::{Org, READER, TestQun, on_both, who};

on_both!(
    an_overdue_task_goes_to_its_backup_and_then_up,
    without_a_backup_it_goes_up_at_once,
    it_goes_up_where_it_is_to_be_done,
    who_left_is_passed_over,
    the_policy_of_the_place_says_how_long,
    a_job_that_comes_late_goes_one_level_and_waits,
    what_is_given_anew_waits_anew,
    what_is_done_goes_nowhere,
    more_tasks_than_a_page_go_further,
);

/// Runs what is due `after` a task was due.
async fn work(qun: &TestQun, task: &Task, after: i64) {
    qun.advance_to(task.due_at.plus_millis(after));
    run(qun).await;
}

async fn run(qun: &TestQun) {
    let ran =
        Jobs::new(qun.writer.clone()).run_due().await.unwrap_or_else(|fault| panic!("{}", fault.chain()));
    assert_eq!(ran.failed, 0);
}

async fn now(qun: &TestQun, scope: &OrgScope, task: &Task) -> Task {
    tasks_by_id(&qun.read(scope), &[task.id]).await.expect("an answer").remove(0)
}

async fn with(qun: &TestQun, scope: &OrgScope, task: &Task) -> (AccountId, u32) {
    let task = now(qun, scope, task).await;
    (task.assignee, task.level)
}

async fn an_overdue_task_goes_to_its_backup_and_then_up(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let clerk = qun.joined("acme", "clerk", READER).await;
    let given = NewTask { backup: Some(who(&reader)), ..new(qun, &clerk) };
    let task = qun.done(&owner, CreateTask(given)).await;
    work(qun, &task, 4 * HOUR - MINUTE).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&clerk), 0), "not before four hours");

    let mut expected = vec![(StepKind::Created, who(&clerk))];
    for (hours, to) in [(4, &reader), (8, &admin), (12, &owner)] {
        work(qun, &task, hours * HOUR).await;
        expected.push((StepKind::Escalated, who(to)));
        assert_eq!(with(qun, &owner, &task).await, (who(to), u32::try_from(hours / 4).expect("a level")));
        run(qun).await;
        work(qun, &task, (hours + 3) * HOUR).await;
        assert_eq!(steps(qun, &owner, task.id).await, expected, "run again, it does nothing");
    }
    work(qun, &task, 16 * HOUR).await;
    expected.push((StepKind::NobodyAbove, who(&owner)));
    let last = now(qun, &owner, &task).await;
    assert_eq!((last.assignee, last.level, last.escalates_at), (who(&owner), 3, None));
    assert_eq!(told(qun).await, 5, "an event a step");
    work(qun, &task, 1_000 * HOUR).await;
    assert_eq!(steps(qun, &owner, task.id).await, expected);

    let raw = qun.system().await;
    let audited = "SELECT COUNT(*) FROM audit_log WHERE verb = 'tasks.escalate' AND actor = 'job'";
    assert_eq!(raw.count(audited, vec![]).await, 4);
    assert_eq!(history(qun, &owner, task.id).await[1].actor, "job");
    qun.done(&owner, done(task.id)).await;
}

async fn without_a_backup_it_goes_up_at_once(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let task = qun.done(&owner, CreateTask(new(qun, &reader))).await;
    work(qun, &task, 4 * HOUR).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&admin), 1));
}

/// Of a group it goes first to those of the group, then to those of its community, then to those
/// of the organization.
async fn it_goes_up_where_it_is_to_be_done(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let community = qun.community(&owner, "Plants").await.id;
    let group = qun.group(&owner, "Garden", Some(community)).await.id;
    let elsewhere = qun.group(&owner, "Desert", None).await.id;
    let at = |rank, scope| Position::ranked(Role::Administrator, rank, scope);
    qun.joined("acme", "nomad", at(Rank::Junior, Scope::Group(elsewhere))).await;
    let near = qun.joined("acme", "near", at(Rank::Senior, Scope::Group(group))).await;
    qun.joined("acme", "junior", at(Rank::Junior, Scope::Community(community))).await;
    let far = qun.joined("acme", "far", at(Rank::OwnerCandidate, Scope::Community(community))).await;
    let task =
        qun.done(&owner, CreateTask(NewTask { place: Scope::Group(group), ..new(qun, &reader) })).await;
    for (hours, to) in [(4, &near), (8, &far), (12, &owner)] {
        work(qun, &task, hours * HOUR).await;
        assert_eq!(with(qun, &owner, &task).await.0, who(to), "after {hours} hours");
    }
    let told = history(qun, &admin, task.id).await;
    assert_eq!(told.len(), 4, "the admin has the rank of who had it already");
}

async fn who_left_is_passed_over(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let clerk = qun.joined("acme", "clerk", READER).await;
    let given = NewTask { backup: Some(who(&reader)), ..new(qun, &clerk) };
    let task = qun.done(&owner, CreateTask(given)).await;
    let leave = "UPDATE org_account SET suspended_at = 1 WHERE account_id IN ($1, $2)";
    let gone = vec![who(&reader).0.into(), who(&admin).0.into()];
    qun.system().await.run(leave, gone).await.expect("two suspended accounts");
    work(qun, &task, 4 * HOUR).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&owner), 1));
}

async fn the_policy_of_the_place_says_how_long(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let community = qun.community(&owner, "Plants").await;
    let group = qun.group(&owner, "Garden", Some(community.id)).await;
    qun.publish(&owner, Scope::Community(community.id), r#"{"tasks": {"escalateAfterHours": 1}}"#).await;
    let here =
        qun.done(&owner, CreateTask(NewTask { place: Scope::Group(group.id), ..new(qun, &reader) })).await;
    let there = qun.done(&owner, CreateTask(new(qun, &reader))).await;
    work(qun, &here, HOUR).await;
    assert_eq!(with(qun, &owner, &here).await, (who(&admin), 1));
    assert_eq!(with(qun, &owner, &there).await, (who(&reader), 0));
}

async fn a_job_that_comes_late_goes_one_level_and_waits(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let task = qun.done(&owner, CreateTask(new(qun, &reader))).await;
    work(qun, &task, 100 * HOUR).await;
    let next = now(qun, &owner, &task).await;
    assert_eq!((next.assignee, next.level), (who(&admin), 1), "whoever is next gets his time");
    assert_eq!(next.escalates_at, Some(qun.clock.now().plus_millis(4 * HOUR)));
}

async fn what_is_given_anew_waits_anew(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let task = qun.done(&owner, CreateTask(new(qun, &reader))).await;
    work(qun, &task, 4 * HOUR).await;
    let to = ReassignTask { task: task.id, assignee: who(&reader), backup: None, due_at: None, note: None };
    qun.done(&owner, to).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&reader), 0));
    work(qun, &task, 8 * HOUR - MINUTE).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&reader), 0));
    work(qun, &task, 8 * HOUR).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&admin), 1));
}

async fn what_is_done_goes_nowhere(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let task = qun.done(&owner, CreateTask(NewTask { needs_verification: true, ..new(qun, &reader) })).await;
    qun.done(&reader, done(task.id)).await;
    work(qun, &task, 1_000 * HOUR).await;
    assert_eq!(with(qun, &owner, &task).await, (who(&reader), 0));
}

async fn more_tasks_than_a_page_go_further(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let mut last = None;
    for _ in 0..230 {
        last = Some(qun.done(&owner, CreateTask(new(qun, &reader))).await);
    }
    work(qun, &last.expect("a task"), 4 * HOUR + Timestamp::SECOND).await;
    let raw = qun.system().await;
    let sql = "SELECT COUNT(*) FROM task WHERE assignee_id = $1 AND level = 1";
    assert_eq!(raw.count(sql, vec![who(&admin).0.into()]).await, 230);
}

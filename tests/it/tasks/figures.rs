//! Lists of tasks, and how they were completed.

use std::collections::BTreeSet;

use qun_domain::id::TaskId;
use qun_domain::scope::Scope;
use qun_domain::tasks::{
    CancelTask, CreateTask, NewTask, SendBackTask, SubmitTask, TaskKind, TaskState, VerifyTask,
};
use qun_domain::time::Timestamp;
use qun_infra::db::OrgScope;
use qun_infra::tasks::{Figured, FiguresOf, TaskFigures, TaskPage, task_figures, tasks_page};

use super::{HOUR, done, new};
use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    pages_are_in_order_and_whole,
    a_list_is_narrowed,
    figures_are_those_of_the_tasks,
    nothing_has_no_figures
);

fn page() -> TaskPage {
    TaskPage {
        assignee: None,
        place: None,
        states: vec![TaskState::Open],
        kind: None,
        overdue: None,
        after: None,
        limit: 100,
    }
}

async fn listed(qun: &TestQun, scope: &OrgScope, page: TaskPage) -> Vec<TaskId> {
    let found = tasks_page(&qun.read(scope), &[page]).await.expect("a page").remove(0);
    found.into_iter().map(|task| task.id).collect()
}

async fn pages_are_in_order_and_whole(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let mut all = Vec::new();
    // Of three due times, and every third is done.
    for number in 0..20 {
        let due_at = qun.clock.now().plus_millis((1 + number % 3) * HOUR);
        let task = qun.done(&owner, CreateTask(NewTask { due_at, ..new(qun, &reader) })).await;
        if number % 4 == 0 {
            qun.done(&reader, done(task.id)).await;
        }
        all.push((due_at, task.id));
    }
    all.sort_unstable();
    let states = vec![TaskState::Open, TaskState::Done];
    let mut seen: Vec<(Timestamp, TaskId)> = Vec::new();
    loop {
        let next = TaskPage { states: states.clone(), after: seen.last().copied(), limit: 3, ..page() };
        let found = tasks_page(&qun.read(&owner), &[next]).await.expect("a page").remove(0);
        if found.is_empty() {
            break;
        }
        assert!(found.len() <= 3);
        seen.extend(found.iter().map(|task| (task.due_at, task.id)));
    }
    assert_eq!(seen, all);
}

async fn a_list_is_narrowed(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let community = qun.community(&owner, "Plants").await.id;
    let group = qun.group(&owner, "Garden", Some(community)).await.id;
    let give = async |new: NewTask| qun.done(&owner, CreateTask(new)).await.id;
    let soon = qun.clock.now().plus_millis(HOUR);
    let plain = give(NewTask { due_at: soon, ..new(qun, &reader) }).await;
    let grouped = give(NewTask { place: Scope::Group(group), ..new(qun, &reader) }).await;
    let common = give(NewTask { place: Scope::Community(community), ..new(qun, &admin) }).await;
    let trained = give(NewTask { kind: TaskKind::Training, ..new(qun, &admin) }).await;
    let over = give(new(qun, &admin)).await;
    qun.done(&admin, done(over)).await;
    let now = soon.plus_millis(1);
    qun.advance_to(now);
    let list = async |page, expected: &[TaskId]| {
        let found: BTreeSet<TaskId> = listed(qun, &reader, page).await.into_iter().collect();
        assert_eq!(found, expected.iter().copied().collect());
    };
    list(page(), &[plain, grouped, common, trained]).await;
    list(TaskPage { assignee: Some(who(&reader)), ..page() }, &[plain, grouped]).await;
    list(TaskPage { place: Some(Scope::Group(group)), ..page() }, &[grouped]).await;
    list(TaskPage { place: Some(Scope::Community(community)), ..page() }, &[common]).await;
    list(TaskPage { place: Some(Scope::Organization), ..page() }, &[plain, trained]).await;
    list(TaskPage { kind: Some(TaskKind::Training), ..page() }, &[trained]).await;
    list(TaskPage { states: vec![TaskState::Done], ..page() }, &[over]).await;
    list(TaskPage { states: vec![], ..page() }, &[]).await;
    let all = || TaskPage { states: TaskState::ALL.to_vec(), ..page() };
    list(TaskPage { overdue: Some((true, now)), ..all() }, &[plain]).await;
    list(TaskPage { overdue: Some((false, now)), ..all() }, &[grouped, common, trained, over]).await;
    let none = TaskPage { overdue: Some((true, now)), states: vec![TaskState::Done], ..page() };
    list(none, &[]).await;
}

async fn figures(
    qun: &TestQun,
    scope: &OrgScope,
    of: FiguresOf,
    since: Timestamp,
) -> Vec<(sea_orm::prelude::Uuid, TaskFigures)> {
    let now = qun.clock.now();
    let figured = Figured { of, since, until: now.plus_millis(1), now, after: None, limit: 10 };
    task_figures(&qun.read(scope), figured).await.expect("figures")
}

/// Six tasks of one account and one of another, in a group and out of it, each with another end.
async fn figures_are_those_of_the_tasks(qun: &TestQun) {
    let Org { owner, admin, reader, stranger, .. } = qun.with_org().await;
    let group = qun.group(&owner, "Garden", None).await.id;
    let start = qun.clock.now();
    let checked = || NewTask { needs_verification: true, place: Scope::Group(group), ..new(qun, &reader) };
    let give = async |new: NewTask| qun.done(&owner, CreateTask(new)).await.id;
    let (verified, returned, plain, late) = (
        give(checked()).await,
        give(checked()).await,
        give(new(qun, &reader)).await,
        give(new(qun, &reader)).await,
    );
    let (dropped, forgotten, other) =
        (give(new(qun, &reader)).await, give(new(qun, &reader)).await, give(new(qun, &admin)).await);
    qun.done(&stranger, CreateTask(new(qun, &stranger))).await;
    let reason = || "because".parse().expect("a reason");

    qun.advance_to(start.plus_millis(2 * HOUR));
    qun.done(&reader, done(verified)).await;
    qun.done(&admin, VerifyTask { task: verified, note: None }).await;
    qun.done(&reader, done(returned)).await;
    qun.done(&admin, SendBackTask { task: returned, reason: reason(), due_at: None }).await;
    qun.advance_to(start.plus_millis(4 * HOUR));
    qun.done(&reader, done(returned)).await;
    qun.done(&owner, CancelTask { task: dropped, reason: reason() }).await;
    qun.advance_to(start.plus_millis(6 * HOUR));
    qun.done(&reader, done(plain)).await;
    qun.done(&admin, done(other)).await;
    qun.advance_to(start.plus_millis(30 * HOUR));
    qun.done(&reader, SubmitTask { task: late, proof: qun_domain::tasks::Proof::NOTHING }).await;

    let of_reader = TaskFigures {
        created: 6,
        cancelled: 1,
        done: 4,
        on_time: 3,
        to_verify: 2,
        verified: 1,
        submitted: 4,
        sent_back: 1,
        overdue: 1,
        // 2, 4, 6 and 30 hours.
        median: Some(5.0 * 3_600_000.0),
    };
    let mut found = figures(qun, &owner, FiguresOf::Assignees, start).await;
    found.sort_unstable_by_key(|(id, _)| *id != who(&reader).0);
    assert_eq!(found[0], (who(&reader).0, of_reader));
    assert_eq!((found[1].0, found[1].1.created, found[1].1.median), (who(&admin).0, 1, Some(21_600_000.0)));
    assert_eq!(found.len(), 2);

    let total = figures(qun, &owner, FiguresOf::Organization, start).await;
    assert_eq!(total.len(), 1);
    assert_eq!((total[0].1.created, total[0].1.done, total[0].1.on_time), (7, 5, 4));
    assert_eq!(total[0].1.median, Some(21_600_000.0), "2, 4, 6, 6 and 30 hours");
    let grouped = figures(qun, &owner, FiguresOf::Groups, start).await;
    assert_eq!((grouped.len(), grouped[0].0, grouped[0].1.created), (1, group.0, 2));
    assert_eq!((grouped[0].1.to_verify, grouped[0].1.verified), (2, 1));
    assert!(figures(qun, &owner, FiguresOf::Organization, start.plus_millis(1)).await.is_empty());
    assert_eq!(forgotten, listed(qun, &owner, page()).await[0]);
}

async fn nothing_has_no_figures(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let start = qun.clock.now();
    assert!(figures(qun, &owner, FiguresOf::Organization, start).await.is_empty());
    qun.done(&owner, CreateTask(new(qun, &reader))).await;
    let found = figures(qun, &owner, FiguresOf::Organization, start).await;
    let only = TaskFigures { created: 1, ..TaskFigures::default() };
    assert_eq!(found.iter().map(|(_, figures)| *figures).collect::<Vec<_>>(), [only]);
}

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::TaskId;
use crate::scope::Scope;
use crate::tasks::{ProofKind, TaskKind};

const HOUR: i64 = 3_600_000;
const PATIENCE: i64 = 4 * HOUR;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_millis(1_000_000_000_000 + hour * HOUR).expect("a time")
}

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn task(needs_verification: bool) -> Task {
    Task {
        id: TaskId(Uuid::from_u128(9)),
        place: Scope::Organization,
        kind: TaskKind::General,
        title: "Water the roses".to_owned(),
        body: None,
        copy_text: None,
        subject: None,
        given_to: account(1),
        assignee: account(1),
        backup: Some(account(2)),
        due_at: at(10),
        proof: ProofKind::None,
        needs_verification,
        state: TaskState::Open,
        level: 0,
        escalates_at: Some(at(14)),
        created_by: "operator".to_owned(),
        created_at: at(0),
        done_at: None,
        done_by: None,
        given: None,
        sent_back: 0,
        ended_at: None,
        steps: 1,
    }
}

const ACTS: [Act; 5] = [Act::Submit, Act::Verify, Act::SendBack, Act::Give, Act::Cancel];

#[test]
fn the_table_of_states() {
    let word = |outcome: Result<TaskState, NotNow>| match outcome {
        Ok(state) => state.code(),
        Err(NotNow::NotOpen) => "not open",
        Err(NotNow::NothingToVerify) => "nothing to verify",
        Err(NotNow::Over) => "over",
    };
    let rows = |needs: bool| -> Vec<[&str; 5]> {
        TaskState::ALL.iter().map(|state| ACTS.map(|act| word(after(*state, needs, act)))).collect()
    };
    let over = ["not open", "nothing to verify", "nothing to verify", "not open", "over"];
    //                submit   verify               send back            give    cancel
    let open = ["DONE", "nothing to verify", "nothing to verify", "OPEN", "CANCELLED"];
    assert_eq!(rows(false), [open, over, over, over]);
    let waiting = ["not open", "VERIFIED", "OPEN", "not open", "CANCELLED"];
    assert_eq!(rows(true), [open, waiting, over, over]);
}

#[test]
fn a_task_goes_further_so_long_after_it_is_due() {
    for (due, now, expected) in [(10, 0, 14), (10, 10, 14), (10, 12, 16)] {
        assert_eq!(escalates_at(at(due), PATIENCE, at(now)), at(expected), "due {due}, given {now}");
    }
    let open = task(false);
    assert!(!open.is_to_escalate(at(13)) && open.is_to_escalate(at(14)));
    assert!(!open.is_overdue(at(10)) && open.is_overdue(at(11)));
}

#[test]
fn it_goes_to_the_backup_then_up_until_nobody_is_left() {
    let backup = task(false).escalated(Some(account(2)), PATIENCE, at(15)).expect("an open task");
    assert_eq!((backup.assignee, backup.backup, backup.level), (account(2), None, 1));
    assert_eq!((backup.escalates_at, backup.given_to), (Some(at(19)), account(1)));
    let above = backup.escalated(Some(account(3)), PATIENCE, at(19)).expect("an open task");
    assert_eq!((above.assignee, above.level, above.escalates_at), (account(3), 2, Some(at(23))));
    let top = above.escalated(None, PATIENCE, at(23)).expect("an open task");
    assert_eq!((top.assignee, top.level, top.escalates_at), (account(3), 2, None));
    assert!(!top.is_to_escalate(at(1_000)));
    let again = top.given(account(1), None, at(30), PATIENCE, at(24)).expect("an open task");
    assert_eq!((again.assignee, again.level, again.escalates_at), (account(1), 0, Some(at(34))));
}

#[test]
fn what_is_sent_back_is_open_and_its_proof_is_gone() {
    let done = task(true).submitted(Some(account(1)), Proof::NOTHING, at(9)).expect("an open task");
    assert_eq!((done.done_at, done.done_by, done.ended_at), (Some(at(9)), Some(account(1)), None));
    assert_eq!(done.escalates_at, None);
    let back = done.clone().returned(at(10), PATIENCE, at(12)).expect("a done task");
    assert_eq!(
        (back.state, back.done_at, back.done_by, back.given.clone()),
        (TaskState::Open, None, None, None)
    );
    assert_eq!((back.sent_back, back.escalates_at), (1, Some(at(16))));
    assert_eq!(done.verified(at(12)).map(|task| task.ended_at), Ok(Some(at(12))));
    let end = task(false).submitted(None, Proof::NOTHING, at(9)).expect("an open task");
    assert_eq!((end.done_by, end.ended_at), (None, Some(at(9))));
}

#[derive(Clone, Debug)]
enum Does {
    Submit(u8),
    Verify,
    Return,
    Give(u8),
    Escalate(Option<u8>),
    Cancel,
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        any::<u8>().prop_map(Does::Submit),
        Just(Does::Verify),
        Just(Does::Return),
        any::<u8>().prop_map(Does::Give),
        any::<Option<u8>>().prop_map(Does::Escalate),
        Just(Does::Cancel),
    ]
}

fn done(task: Task, does: &Does, now: Timestamp) -> Result<Task, NotNow> {
    let account = |number: u8| account(number.into());
    match does {
        Does::Submit(by) => task.submitted(Some(account(*by)), Proof::NOTHING, now),
        Does::Verify => task.verified(now),
        Does::Return => task.returned(now, PATIENCE, now),
        Does::Give(to) => task.given(account(*to), None, now, PATIENCE, now),
        Does::Escalate(to) => task.escalated(to.map(account), PATIENCE, now),
        Does::Cancel => task.cancelled(now),
    }
}

proptest! {
    /// Whatever is done in whatever order: what is over stays over, and the columns agree.
    #[test]
    fn the_parts_of_a_task_agree(needs in any::<bool>(), acts in prop::collection::vec(does(), 0..30)) {
        let mut task = task(needs);
        for (hour, does) in (1..).zip(&acts) {
            let before = task.clone();
            match done(task, does, at(hour)) {
                Ok(after) => {
                    prop_assert_eq!(before.ended_at, None);
                    prop_assert!(after.sent_back >= before.sent_back);
                    task = after;
                }
                Err(_) => task = before,
            }
            prop_assert_eq!(task.ended_at.is_some(), is_over(task.state, needs));
            prop_assert!(task.escalates_at.is_none() || task.state == TaskState::Open);
            let is_done = matches!(task.state, TaskState::Done | TaskState::Verified);
            prop_assert!(!is_done || task.done_at.is_some());
            prop_assert!(task.state != TaskState::Open || task.done_at.is_none());
            prop_assert_eq!(task.done_at.is_some(), task.given.is_some());
            prop_assert!(task.state != TaskState::Verified || needs);
            prop_assert_eq!(task.given_to, account(1));
        }
    }
}

//! Tasks of other contexts: opened and closed in the transactions of their use cases, and by
//! their reconcilers as often as they run. What these tell the audit log is theirs.

use super::rules::escalates_at;
use super::{
    NewTask, Note, Proof, StepKind, Subject, Task, TaskChanged, TaskState, TaskStep, TasksPort, next_in_line,
};
use crate::fault::Fault;
use crate::id::AccountId;
use crate::scope::Scope;
use crate::time::Timestamp;

/// What came of opening a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A new one.
    New(Task),
    /// There was one of this kind and subject, given to the same account, that is not over:
    /// whoever it is with by now.
    There(Task),
}

impl Opened {
    /// The task.
    pub fn into_task(self) -> Task {
        match self {
            Self::New(task) | Self::There(task) => task,
        }
    }
}

/// Gives a task, if the same one is not there already. The accounts belong to the organization;
/// `due_at` may lie in the past.
///
/// # Errors
/// A fault when the database fails, or the organization has no such place.
pub async fn open_task<Tx: TasksPort>(tx: &mut Tx, new: NewTask) -> Result<Opened, Fault> {
    if let Some(subject) = &new.subject
        && let Some(task) = tx.task_about(new.kind, subject, new.assignee).await?
    {
        return Ok(Opened::There(task));
    }
    let patience = patience(tx, new.place).await?;
    let at = escalates_at(new.due_at, patience, tx.now());
    let task = tx.add_task(new, at).await?;
    tx.emit(&TaskChanged::new(&task, StepKind::Created, task.assignee))?;
    Ok(Opened::New(task))
}

/// How long tasks of a place wait before they go further, in milliseconds.
pub(super) async fn patience<Tx: TasksPort>(tx: &mut Tx, place: Scope) -> Result<i64, Fault> {
    let policy = tx.tasks_policy(place).await?;
    Ok(policy.ok_or_else(|| Fault::new(format!("the place of a task is gone: {place}")))?.patience())
}

/// Closes all open tasks about a subject, because what they were for has happened or does not
/// matter any more. That of `done_by` is done: Qun has seen the deed, whatever proof was asked
/// for. The others are cancelled; what waits to be verified goes on waiting. How many were closed.
///
/// # Errors
/// A fault when the database fails.
pub async fn close_tasks_of<Tx: TasksPort>(
    tx: &mut Tx,
    subject: &Subject,
    done_by: Option<AccountId>,
    note: Option<&Note>,
) -> Result<u32, Fault> {
    let now = tx.now();
    let mut closed = 0;
    for task in tx.tasks_about(subject).await? {
        if task.state != TaskState::Open {
            continue;
        }
        let is_done = done_by == Some(task.assignee);
        let (task, kind) = if is_done { fulfilled(task, now) } else { cancelled(task, now) }?;
        kept(tx, task.assignee, task, TaskStep::of(kind).because(note)).await?;
        closed += 1;
    }
    Ok(closed)
}

/// Gives the open tasks of somebody who leaves, or is suspended, to whom they would go next: to
/// their backup, else up (M21). A task for which there is nobody stays where it is. How many were
/// given on. To be called once the account may not work on tasks any more.
///
/// # Errors
/// A fault when the database fails.
pub async fn pass_on_tasks_of<Tx: TasksPort>(
    tx: &mut Tx,
    leaver: AccountId,
    note: Option<&Note>,
) -> Result<u32, Fault> {
    let now = tx.now();
    let mut passed = 0;
    for task in tx.tasks_with(leaver).await? {
        let Some(to) = next_for(tx, &task).await? else { continue };
        let patience = patience(tx, task.place).await?;
        let due_at = task.due_at;
        let given = task.given(to, None, due_at, patience, now);
        let given = given.map_err(|_| Fault::new("an open task cannot be given on"))?;
        kept(tx, leaver, given, TaskStep::of(StepKind::Reassigned).because(note)).await?;
        passed += 1;
    }
    Ok(passed)
}

/// To whom a task goes next: to its backup, else to whoever is next in line.
pub(super) async fn next_for<Tx: TasksPort>(tx: &mut Tx, task: &Task) -> Result<Option<AccountId>, Fault> {
    if let Some(backup) = task.backup
        && tx.may_be_given(backup).await?
    {
        return Ok(Some(backup));
    }
    Ok(next_in_line(&tx.line(task.place).await?, task.assignee))
}

fn fulfilled(task: Task, now: Timestamp) -> Result<(Task, StepKind), Fault> {
    let by = task.assignee;
    let done = task.submitted(Some(by), Proof::NOTHING, now);
    done.map(|task| (task, StepKind::Fulfilled)).map_err(|_| Fault::new("an open task cannot be done"))
}

fn cancelled(task: Task, now: Timestamp) -> Result<(Task, StepKind), Fault> {
    let cancelled = task.cancelled(now);
    cancelled
        .map(|task| (task, StepKind::Cancelled))
        .map_err(|_| Fault::new("an open task cannot be cancelled"))
}

/// Writes a task that is held, and tells of it.
pub(super) async fn kept<Tx: TasksPort>(
    tx: &mut Tx,
    before: AccountId,
    task: Task,
    step: TaskStep,
) -> Result<Task, Fault> {
    let kind = step.kind;
    let task = tx.keep_task(task, step).await?;
    tx.emit(&TaskChanged::new(&task, kind, before))?;
    Ok(task)
}

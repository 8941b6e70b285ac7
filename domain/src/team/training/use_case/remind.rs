use serde_json::json;

use super::super::super::MembersPort;
use super::super::{Course, Training, TrainingPort, training, training_subject};
use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::{AccountId, CourseId};
use crate::scope::Scope;
use crate::tasks::{NewTask, Opened, ProofKind, TaskKind, TasksPort, close_tasks_of, open_task};
use crate::time::Timestamp;

/// Opens a task about a training that is late or soon will be, once for each due date, and closes it
/// when it is not any more: the member has done it, has left, or the course has ended.
#[derive(Clone, Copy, Debug)]
pub struct RemindOfTraining {
    /// Whose training.
    pub account: AccountId,
    /// In which course.
    pub course: CourseId,
}

/// What was done about a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminded {
    /// Its member was reminded.
    Opened,
    /// It is neither late nor soon will be.
    Closed,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemindOfTrainingRefusal {
    /// There is no such course.
    NoSuchCourse,
    /// There is nothing to do, or it was done.
    NothingToDo,
}

/// How long somebody has who is late already, in milliseconds: 7 days.
const TIME: i64 = 7 * Timestamp::DAY;

impl<Tx: TrainingPort + MembersPort + TasksPort> Command<Tx> for RemindOfTraining {
    const NAME: &'static str = "team.remind_of_training";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Reminded;
    type Refusal = RemindOfTrainingRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Reminded, RemindOfTrainingRefusal> {
        let Self { account, course } = self;
        let course = tx.course(course).await?.or_refuse(RemindOfTrainingRefusal::NoSuchCourse)?;
        // Held, so that a completion comes before or after.
        tx.member(account).await?;
        let policy = tx.training_policy().await?;
        let duty = tx.duty(&course, account).await?;
        let (now, lasts) = (tx.now(), course.kind.lasts(&policy));
        // What has to be done every few days is not reminded of as soon as it is done.
        let ahead = lasts.map_or(policy.ahead(), |lasts| policy.ahead().min(lasts / 2));
        match duty.map(|duty| training(duty, lasts, &policy, now)) {
            Some(Training { due_at: Some(due_at), .. }) if due_at <= now.plus_millis(ahead) => {
                open(tx, &course, account, due_at).await
            }
            _ => close(tx, course.id, account).await,
        }
    }
}

async fn open<Tx: TrainingPort + TasksPort>(
    tx: &mut Tx,
    course: &Course,
    account: AccountId,
    due_at: Timestamp,
) -> Outcome<Reminded, RemindOfTrainingRefusal> {
    if !tx.may_be_given(account).await? || !tx.note_reminder(course.id, account, due_at).await? {
        return Err(Failure::Refused(RemindOfTrainingRefusal::NothingToDo));
    }
    let subject = subject(course.id, account)?;
    let now = tx.now();
    let new = NewTask {
        place: Scope::Organization,
        kind: TaskKind::Training,
        title: course.title.parse().map_err(|error| Fault::from_error("the title of a course", error))?,
        body: None,
        copy_text: None,
        subject: Some(subject),
        assignee: account,
        backup: None,
        due_at: if due_at > now { due_at } else { now.plus_millis(TIME) },
        proof: ProofKind::None,
        needs_verification: false,
    };
    let opened = open_task(tx, new).await?;
    let is_new = matches!(opened, Opened::New(_));
    let task = opened.into_task();
    tx.audit(
        format!("account:{account}"),
        json!({ "course": course.id, "dueAt": due_at, "task": task.id, "opened": u32::from(is_new),
                "steps": u32::from(is_new) }),
    );
    Ok(Reminded::Opened)
}

/// Cancels the task: who does the training fulfils it by that.
async fn close<Tx: TrainingPort + TasksPort>(
    tx: &mut Tx,
    course: CourseId,
    account: AccountId,
) -> Outcome<Reminded, RemindOfTrainingRefusal> {
    if tx.settle_reminders(course, account).await? == 0 {
        return Err(Failure::Refused(RemindOfTrainingRefusal::NothingToDo));
    }
    let closed = close_tasks_of(tx, &subject(course, account)?, None, None).await?;
    tx.audit(
        format!("account:{account}"),
        json!({ "course": course, "settled": true, "opened": 0, "steps": closed }),
    );
    Ok(Reminded::Closed)
}

fn subject(course: CourseId, account: AccountId) -> Result<crate::tasks::Subject, Fault> {
    training_subject(course, account).map_err(|error| Fault::from_error("the subject of a training", error))
}

use async_graphql::{Context, ID, Object};
use qun_domain::id::AccountId;
use qun_domain::scope::Scope;
use qun_domain::tasks::{
    CancelTask, CancelTaskRefusal, CreateTask, CreateTaskRefusal, NewTask, ReassignTask, ReassignTaskRefusal,
    SendBackTask, SendBackTaskRefusal, VerifyTask, VerifyTaskRefusal,
};

use super::input::{CancelTaskInput, CreateTaskInput, ReassignTaskInput, SendBackTaskInput, VerifyTaskInput};
use super::payload::{
    CancelTaskPayload, CreateTaskPayload, ReassignTaskPayload, SendBackTaskPayload, Told, VerifyTaskPayload,
    at, note, optional, reason,
};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// What whoever gives tasks says of them.
#[derive(Default)]
pub(in crate::graphql) struct TasksMutation;

#[Object]
impl TasksMutation {
    /// Gives somebody a task. Needs the capability `MANAGE_TASKS`.
    async fn create_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task.")] input: CreateTaskInput,
    ) -> Result<CreateTaskPayload, Problem> {
        let asked = Asked::to_run::<CreateTask>(ctx, input.idempotency_key.as_deref())?;
        let new = match read(&asked, &input) {
            Ok(new) => new,
            Err(error) => return Ok(Told::refused(error).into()),
        };
        let outcome = asked.execute(CreateTask(new)).await?;
        let tell = |refusal| match refusal {
            CreateTaskRefusal::NoSuchPlace => (Code::NotFound, "place"),
            CreateTaskRefusal::NoSuchAssignee => (Code::NotFound, "assignee"),
            CreateTaskRefusal::NoSuchBackup => (Code::NotFound, "backup"),
            CreateTaskRefusal::BackupIsAssignee => (Code::BackupIsAssignee, "backup"),
            CreateTaskRefusal::DueOutOfRange => (Code::DueOutOfRange, "dueAt"),
            CreateTaskRefusal::AlreadyOpen => (Code::TaskAlreadyOpen, "subject"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }

    /// Finds a task done that somebody else has submitted. Needs the capability `MANAGE_TASKS`.
    async fn verify_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task.")] input: VerifyTaskInput,
    ) -> Result<VerifyTaskPayload, Problem> {
        let asked = Asked::to_run::<VerifyTask>(ctx, input.idempotency_key.as_deref())?;
        let Some(task) = NodeId::task(&input.task) else {
            return Ok(Told::refused(at(&asked, Code::NotFound, "task")).into());
        };
        let note = match note(&asked, input.note.as_deref()) {
            Ok(note) => note,
            Err(error) => return Ok(Told::refused(error).into()),
        };
        let outcome = asked.execute(VerifyTask { task, note }).await?;
        let tell = |refusal| match refusal {
            VerifyTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            VerifyTaskRefusal::NeedsPerson => (Code::NeedsPerson, "task"),
            VerifyTaskRefusal::OwnWork => (Code::OwnWork, "task"),
            VerifyTaskRefusal::NothingToVerify => (Code::NothingToVerify, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }

    /// Finds a task not done that was submitted: it is open again. Needs the capability
    /// `MANAGE_TASKS`.
    async fn send_back_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task, and what is missing.")] input: SendBackTaskInput,
    ) -> Result<SendBackTaskPayload, Problem> {
        let asked = Asked::to_run::<SendBackTask>(ctx, input.idempotency_key.as_deref())?;
        let Some(task) = NodeId::task(&input.task) else {
            return Ok(Told::refused(at(&asked, Code::NotFound, "task")).into());
        };
        let reason = match reason(&asked, &input.reason) {
            Ok(reason) => reason,
            Err(error) => return Ok(Told::refused(error).into()),
        };
        let due_at = input.due_at.map(|at| at.0);
        let outcome = asked.execute(SendBackTask { task, reason, due_at }).await?;
        let tell = |refusal| match refusal {
            SendBackTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            SendBackTaskRefusal::DueOutOfRange => (Code::DueOutOfRange, "dueAt"),
            SendBackTaskRefusal::NothingToVerify => (Code::NothingToVerify, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }

    /// Gives a task that is open to somebody else, or until another time. Needs the capability
    /// `MANAGE_TASKS`.
    async fn reassign_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task, and who is to do it.")] input: ReassignTaskInput,
    ) -> Result<ReassignTaskPayload, Problem> {
        let asked = Asked::to_run::<ReassignTask>(ctx, input.idempotency_key.as_deref())?;
        let command = match reassigned(&asked, &input) {
            Ok(command) => command,
            Err(error) => return Ok(Told::refused(error).into()),
        };
        let outcome = asked.execute(command).await?;
        let tell = |refusal| match refusal {
            ReassignTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            ReassignTaskRefusal::NoSuchAssignee => (Code::NotFound, "assignee"),
            ReassignTaskRefusal::NoSuchBackup => (Code::NotFound, "backup"),
            ReassignTaskRefusal::BackupIsAssignee => (Code::BackupIsAssignee, "backup"),
            ReassignTaskRefusal::DueOutOfRange => (Code::DueOutOfRange, "dueAt"),
            ReassignTaskRefusal::NotOpen => (Code::TaskNotOpen, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }

    /// Says that a task is not to be done any more. Needs the capability `MANAGE_TASKS`.
    async fn cancel_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task, and why.")] input: CancelTaskInput,
    ) -> Result<CancelTaskPayload, Problem> {
        let asked = Asked::to_run::<CancelTask>(ctx, input.idempotency_key.as_deref())?;
        let Some(task) = NodeId::task(&input.task) else {
            return Ok(Told::refused(at(&asked, Code::NotFound, "task")).into());
        };
        let reason = match reason(&asked, &input.reason) {
            Ok(reason) => reason,
            Err(error) => return Ok(Told::refused(error).into()),
        };
        let outcome = asked.execute(CancelTask { task, reason }).await?;
        let tell = |refusal| match refusal {
            CancelTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            CancelTaskRefusal::Over => (Code::TaskOver, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }
}

/// The task that an input describes, or what is wrong with it.
fn read(asked: &Asked, input: &CreateTaskInput) -> Result<NewTask, UserError> {
    let wrong = |code, field| move |_| at(asked, code, field);
    let place = match &input.place {
        None => Scope::Organization,
        Some(id) => NodeId::scope(asked, id).ok_or_else(|| at(asked, Code::NotFound, "place"))?,
    };
    Ok(NewTask {
        place,
        kind: input.kind.into(),
        title: input.title.parse().map_err(wrong(Code::InvalidName, "title"))?,
        body: optional(input.body.as_deref()).map_err(wrong(Code::InvalidText, "body"))?,
        copy_text: optional(input.copy_text.as_deref()).map_err(wrong(Code::InvalidText, "copyText"))?,
        subject: match input.subject.as_deref() {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| at(asked, Code::InvalidSubject, "subject"))?),
        },
        assignee: account(asked, &input.assignee, "assignee")?,
        backup: input.backup.as_ref().map(|id| account(asked, id, "backup")).transpose()?,
        due_at: input.due_at.0,
        proof: input.proof.into(),
        needs_verification: input.needs_verification,
    })
}

fn reassigned(asked: &Asked, input: &ReassignTaskInput) -> Result<ReassignTask, UserError> {
    Ok(ReassignTask {
        task: NodeId::task(&input.task).ok_or_else(|| at(asked, Code::NotFound, "task"))?,
        assignee: account(asked, &input.assignee, "assignee")?,
        backup: input.backup.as_ref().map(|id| account(asked, id, "backup")).transpose()?,
        due_at: input.due_at.map(|at| at.0),
        note: note(asked, input.note.as_deref())?,
    })
}

fn account(asked: &Asked, id: &ID, field: &str) -> Result<AccountId, UserError> {
    NodeId::account(id).ok_or_else(|| at(asked, Code::NotFound, field))
}

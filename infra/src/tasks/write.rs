use qun_domain::access::{AccountsPort, Capability, Power};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, TaskId};
use qun_domain::policy::TasksPolicy;
use qun_domain::scope::Scope;
use qun_domain::tasks::{
    InLine, NewTask, Proof, StepKind, Subject, Task, TaskKind, TaskState, TaskStep, TasksPort,
};
use qun_domain::time::Timestamp;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::entity::task;
use super::line::line;
use super::map::{number, task_model, task_row};
use crate::db::{OrgTx, TenantSql, one_row};
use crate::groups::{communities_by_id, groups_by_id};
use crate::policy::effective;

/// Whoever wants to change the row waits; who points at it does not. `SQLite` has one writer.
const HELD: LockType = LockType::NoKeyUpdate;

impl TasksPort for OrgTx {
    async fn tasks_policy(&mut self, place: Scope) -> Result<Option<TasksPolicy>, Fault> {
        // Neither is held: a group is, for as long as an import writes to it.
        let community = match place {
            Scope::Organization => None,
            Scope::Community(id) if communities_by_id(&**self, &[id]).await?.is_empty() => return Ok(None),
            Scope::Community(id) => Some(id),
            Scope::Group(id) => match groups_by_id(&**self, &[id]).await?.pop() {
                Some(group) => group.community,
                None => return Ok(None),
            },
        };
        let effective = effective(&**self, self.scope().org(), place, community).await?;
        Ok(Some(effective.policy.policy.tasks))
    }

    async fn may_be_given(&mut self, account: AccountId) -> Result<bool, Fault> {
        let standing = self.standing_of(account).await?;
        Ok(standing.is_some_and(|standing| standing.best_power(Capability::WorkOnTasks) == Power::May))
    }

    async fn line(&mut self, place: Scope) -> Result<Vec<InLine>, Fault> {
        line(&**self, self.scope().org(), place, self.now()).await
    }

    async fn task(&mut self, id: TaskId) -> Result<Option<Task>, Fault> {
        let held = |q: Select<task::Entity>| q.filter(task::Column::Id.eq(id.0)).lock(HELD);
        self.one(held).await?.map(task_model).transpose()
    }

    async fn task_about(
        &mut self,
        kind: TaskKind,
        subject: &Subject,
        given_to: AccountId,
    ) -> Result<Option<Task>, Fault> {
        let about = |q: Select<task::Entity>| {
            q.filter(task::Column::Kind.eq(kind.code()))
                .filter(task::Column::Subject.eq(subject.as_str()))
                .filter(task::Column::GivenTo.eq(given_to.0))
                .filter(task::Column::EndedAt.is_null())
        };
        self.one(about).await?.map(task_model).transpose()
    }

    async fn tasks_about(&mut self, subject: &Subject) -> Result<Vec<Task>, Fault> {
        let about = |q: Select<task::Entity>| {
            q.filter(task::Column::Subject.eq(subject.as_str()))
                .filter(task::Column::EndedAt.is_null())
                .order_by_asc(task::Column::Id)
                .lock(HELD)
        };
        self.all(about).await?.into_iter().map(task_model).collect()
    }

    async fn tasks_with(&mut self, account: AccountId) -> Result<Vec<Task>, Fault> {
        let with = |q: Select<task::Entity>| {
            q.filter(task::Column::AssigneeId.eq(account.0))
                .filter(task::Column::State.eq(TaskState::Open.code()))
                .order_by_asc(task::Column::Id)
                .lock(HELD)
        };
        self.all(with).await?.into_iter().map(task_model).collect()
    }

    async fn add_task(&mut self, new: NewTask, escalates_at: Timestamp) -> Result<Task, Fault> {
        let task = Task {
            id: self.new_id(),
            place: new.place,
            kind: new.kind,
            title: new.title.to_string(),
            body: new.body.map(|body| body.to_string()),
            copy_text: new.copy_text.map(|text| text.to_string()),
            subject: new.subject,
            given_to: new.assignee,
            assignee: new.assignee,
            backup: new.backup,
            due_at: new.due_at,
            proof: new.proof,
            needs_verification: new.needs_verification,
            state: TaskState::Open,
            level: 0,
            escalates_at: Some(escalates_at),
            created_by: self.scope().actor().to_string(),
            created_at: self.now(),
            done_at: None,
            done_by: None,
            given: None,
            sent_back: 0,
            ended_at: None,
            steps: 1,
        };
        self.insert::<task::Entity>(task_row(&task)?).await?;
        add_step(self, &task, TaskStep::of(StepKind::Created)).await?;
        Ok(task)
    }

    async fn keep_task(&mut self, task: Task, step: TaskStep) -> Result<Task, Fault> {
        let task = Task { steps: task.steps.saturating_add(1), ..task };
        let changed = self
            .run(
                "UPDATE task SET assignee_id = $3, backup_id = $4, due_at = $5, state = $6, level = $7,
                     escalates_at = $8, done_at = $9, done_by = $10, given_kind = $11, given_text = $12,
                     sent_back = $13, ended_at = $14, steps = $15
                 WHERE org_id = $1 AND id = $2",
                vec![
                    task.id.0.into(),
                    task.assignee.0.into(),
                    task.backup.map(|id| id.0).into(),
                    task.due_at.millis().into(),
                    task.state.code().into(),
                    number(task.level)?.into(),
                    task.escalates_at.map(Timestamp::millis).into(),
                    task.done_at.map(Timestamp::millis).into(),
                    task.done_by.map(|id| id.0).into(),
                    task.given.as_ref().map(|proof| proof.kind().code()).into(),
                    task.given.as_ref().and_then(Proof::text).into(),
                    number(task.sent_back)?.into(),
                    task.ended_at.map(Timestamp::millis).into(),
                    number(task.steps)?.into(),
                ],
            )
            .await?;
        one_row(changed, format_args!("changing task {}", task.id))?;
        add_step(self, &task, step).await?;
        Ok(task)
    }
}

/// The step that made the task what it is.
async fn add_step(tx: &OrgTx, task: &Task, step: TaskStep) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO task_step (org_id, task_id, number, at, actor, kind, note, proof_kind, proof_text,
                                assignee_id, due_at, level)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        vec![
            task.id.0.into(),
            number(task.steps)?.into(),
            tx.now().millis().into(),
            tx.scope().actor().to_string().into(),
            step.kind.code().into(),
            step.note.into(),
            step.proof.as_ref().map(|proof| proof.kind().code()).into(),
            step.proof.as_ref().and_then(Proof::text).into(),
            task.assignee.0.into(),
            task.due_at.millis().into(),
            number(task.level)?.into(),
        ],
    )
    .await?;
    Ok(())
}

use async_graphql::{Context, Object};
use qun_domain::tasks::{
    ConfirmTask, ConfirmTaskRefusal, HandOverTask, HandOverTaskRefusal, Proof, ProofKind, SubmitTask,
    SubmitTaskRefusal,
};

use super::input::{ConfirmTaskInput, HandOverTaskInput, SubmitTaskInput};
use super::payload::{ConfirmTaskPayload, HandOverTaskPayload, SubmitTaskPayload, Told, at, note};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::user_error::UserErrorCode as Code;

/// What whoever does a task says of it.
#[derive(Default)]
pub(in crate::graphql) struct OwnTasksMutation;

#[Object]
impl OwnTasksMutation {
    /// Says that a task of one's own is done, with the proof that it asks for. Needs the
    /// capability `WORK_ON_TASKS`.
    async fn submit_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task and its proof.")] input: SubmitTaskInput,
    ) -> Result<SubmitTaskPayload, Problem> {
        let asked = Asked::to_run::<SubmitTask>(ctx, input.idempotency_key.as_deref())?;
        let Some(task) = NodeId::task(&input.task) else {
            return Ok(Told::refused(at(&asked, Code::NotFound, "task")).into());
        };
        let (proof, field) = match (input.text.as_deref(), input.screenshot_sha256.as_deref()) {
            (None, None) => (Ok(Proof::NOTHING), "task"),
            (Some(text), None) => (Proof::new(ProofKind::Text, Some(text)), "text"),
            (None, Some(hash)) => (Proof::new(ProofKind::Screenshot, Some(hash)), "screenshotSha256"),
            (Some(_), Some(_)) => {
                return Ok(Told::refused(at(&asked, Code::InvalidProof, "screenshotSha256")).into());
            }
        };
        let Ok(proof) = proof else { return Ok(Told::refused(at(&asked, Code::InvalidProof, field)).into()) };
        let outcome = asked.execute(SubmitTask { task, proof }).await?;
        let tell = |refusal| match refusal {
            SubmitTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            SubmitTaskRefusal::NotYours => (Code::TaskNotYours, "task"),
            SubmitTaskRefusal::WrongProof => (Code::WrongProof, field),
            SubmitTaskRefusal::NotOpen => (Code::TaskNotOpen, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }

    /// Says, as a machine, that what a task was for is done. Needs a key of the scope
    /// `MANAGE_TASKS`.
    async fn confirm_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task, and what the machine has seen.")] input: ConfirmTaskInput,
    ) -> Result<ConfirmTaskPayload, Problem> {
        let asked = Asked::to_run::<ConfirmTask>(ctx, input.idempotency_key.as_deref())?;
        let Some(task) = NodeId::task(&input.task) else {
            return Ok(Told::refused(at(&asked, Code::NotFound, "task")).into());
        };
        let Ok(reference) = Proof::new(ProofKind::Confirmation, Some(&input.reference)) else {
            return Ok(Told::refused(at(&asked, Code::InvalidProof, "reference")).into());
        };
        let outcome = asked.execute(ConfirmTask { task, reference }).await?;
        let tell = |refusal| match refusal {
            ConfirmTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            ConfirmTaskRefusal::NotAMachine => (Code::NotAMachine, "task"),
            ConfirmTaskRefusal::WrongProof => (Code::WrongProof, "reference"),
            ConfirmTaskRefusal::NotOpen => (Code::TaskNotOpen, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }

    /// Gives a task of one's own to its backup. Needs the capability `WORK_ON_TASKS`.
    async fn hand_over_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task.")] input: HandOverTaskInput,
    ) -> Result<HandOverTaskPayload, Problem> {
        let asked = Asked::to_run::<HandOverTask>(ctx, input.idempotency_key.as_deref())?;
        let Some(task) = NodeId::task(&input.task) else {
            return Ok(Told::refused(at(&asked, Code::NotFound, "task")).into());
        };
        let note = match note(&asked, input.note.as_deref()) {
            Ok(note) => note,
            Err(error) => return Ok(Told::refused(error).into()),
        };
        let outcome = asked.execute(HandOverTask { task, note }).await?;
        let tell = |refusal| match refusal {
            HandOverTaskRefusal::NoSuchTask => (Code::NotFound, "task"),
            HandOverTaskRefusal::NotYours => (Code::TaskNotYours, "task"),
            HandOverTaskRefusal::NotOpen => (Code::TaskNotOpen, "task"),
            HandOverTaskRefusal::NoBackup => (Code::NoBackup, "task"),
        };
        Told::of(&asked, outcome, tell).await.map(Into::into)
    }
}

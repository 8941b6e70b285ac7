use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::id::TaskId;
use crate::tasks::open::kept;
use crate::tasks::{NotNow, Proof, ProofKind, StepKind, Task, TaskStep, TasksPort};

/// Says that one's own task is done, with the proof that it asks for.
#[derive(Clone, Debug)]
pub struct SubmitTask {
    /// The task.
    pub task: TaskId,
    /// The proof.
    pub proof: Proof,
}

/// Why a task was not submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmitTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// It is with somebody else.
    NotYours,
    /// It asks for another proof; what a machine has to confirm, no person can.
    WrongProof,
    /// It is not open.
    NotOpen,
}

impl<Tx: TasksPort> Command<Tx> for SubmitTask {
    const NAME: &'static str = "tasks.submit";
    const CAPABILITY: Capability = Capability::WorkOnTasks;
    type Out = Task;
    type Refusal = SubmitTaskRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Task, SubmitTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(SubmitTaskRefusal::NoSuchTask)?;
        let by = tx.acting().filter(|account| *account == task.assignee);
        let by = by.or_refuse(SubmitTaskRefusal::NotYours)?;
        if self.proof.kind() != task.proof || task.proof == ProofKind::Confirmation {
            return Err(Failure::Refused(SubmitTaskRefusal::WrongProof));
        }
        if task.done_by == Some(by) && task.given.as_ref() == Some(&self.proof) {
            return Ok(task);
        }

        let now = tx.now();
        let done = task.submitted(Some(by), self.proof.clone(), now).map_err(told)?;
        let step = TaskStep::of(StepKind::Submitted).proven_by(&self.proof);
        let done = kept(tx, by, done, step).await?;
        tx.audit(
            format!("task:{}", done.id),
            json!({ "state": done.state.code(), "proof": done.proof.code() }),
        );
        Ok(done)
    }
}

fn told(_: NotNow) -> Failure<SubmitTaskRefusal> {
    Failure::Refused(SubmitTaskRefusal::NotOpen)
}

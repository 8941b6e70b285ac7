use serde_json::json;

use crate::access::Capability;
use crate::command::{Command, Failure, OrRefuse, Outcome, Place};
use crate::id::TaskId;
use crate::tasks::open::kept;
use crate::tasks::{NotNow, Proof, ProofKind, StepKind, Task, TaskStep, TasksPort};

/// Says, as a machine, that what a task was for is done (Z9: confirmation of an API).
#[derive(Clone, Debug)]
pub struct ConfirmTask {
    /// The task.
    pub task: TaskId,
    /// What the machine calls what it has seen: a proof of the kind CONFIRMATION.
    pub reference: Proof,
}

/// Why a task was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmTaskRefusal {
    /// There is no such task.
    NoSuchTask,
    /// A person cannot stand for a machine.
    NotAMachine,
    /// It asks for another proof.
    WrongProof,
    /// It is not open.
    NotOpen,
}

impl<Tx: TasksPort> Command<Tx> for ConfirmTask {
    const NAME: &'static str = "tasks.confirm";
    const CAPABILITY: Capability = Capability::ManageTasks;
    type Out = Task;
    type Refusal = ConfirmTaskRefusal;

    fn place(&self) -> Place {
        Place::Sought
    }

    async fn run(self, tx: &mut Tx) -> Outcome<Task, ConfirmTaskRefusal> {
        let task = tx.task(self.task).await?.or_refuse(ConfirmTaskRefusal::NoSuchTask)?;
        tx.admit(Capability::ManageTasks, task.place)?;
        if tx.acting().is_some() {
            return Err(Failure::Refused(ConfirmTaskRefusal::NotAMachine));
        }
        if task.proof != ProofKind::Confirmation || self.reference.kind() != ProofKind::Confirmation {
            return Err(Failure::Refused(ConfirmTaskRefusal::WrongProof));
        }
        if task.given.as_ref() == Some(&self.reference) {
            return Ok(task);
        }

        let (with, now) = (task.assignee, tx.now());
        let done = task.submitted(None, self.reference.clone(), now).map_err(told)?;
        let step = TaskStep::of(StepKind::Submitted).proven_by(&self.reference);
        let done = kept(tx, with, done, step).await?;
        tx.audit(
            format!("task:{}", done.id),
            json!({ "state": done.state.code(), "reference": self.reference.text() }),
        );
        Ok(done)
    }
}

fn told(_: NotNow) -> Failure<ConfirmTaskRefusal> {
    Failure::Refused(ConfirmTaskRefusal::NotOpen)
}

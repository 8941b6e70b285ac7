mod cancel_task;
mod confirm_task;
mod create_task;
mod escalate_task;
mod hand_over_task;
mod reassign_task;
mod send_back_task;
mod submit_task;
mod verify_task;

pub use cancel_task::{CancelTask, CancelTaskRefusal};
pub use confirm_task::{ConfirmTask, ConfirmTaskRefusal};
pub use create_task::{CreateTask, CreateTaskRefusal};
pub use escalate_task::{EscalateTask, EscalateTaskRefusal};
pub use hand_over_task::{HandOverTask, HandOverTaskRefusal};
pub use reassign_task::{ReassignTask, ReassignTaskRefusal};
pub use send_back_task::{SendBackTask, SendBackTaskRefusal};
pub use submit_task::{SubmitTask, SubmitTaskRefusal};
pub use verify_task::{VerifyTask, VerifyTaskRefusal};

use crate::time::Timestamp;

/// How far ahead a task may be due, in milliseconds: a year.
const FARTHEST: i64 = 366 * Timestamp::DAY;

/// Whether a person may say that a task is due then.
fn may_be_due(due_at: Timestamp, now: Timestamp) -> bool {
    due_at > now && due_at <= now.plus_millis(FARTHEST)
}

//! Human tasks (Z9): who does what until when, with which proof, who verifies it, and whom it
//! goes to when nobody does.

mod event;
mod line;
mod model;
mod open;
mod port;
mod proof;
mod rules;
mod use_case;

pub use event::TaskChanged;
pub use line::{InLine, nearest_owner, next_in_line};
pub use model::*;
pub use open::{Opened, close_tasks_of, open_task, pass_on_tasks_of};
pub use port::{TaskStep, TasksPort};
pub use proof::{BadProof, ImageHash, Proof, ProofKind, ProofText, Reference};
pub use rules::{Act, NotNow, after, is_over};
pub use use_case::*;

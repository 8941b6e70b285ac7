//! Human tasks: who does what until when, and what came of it.

mod codes;
mod figures;
mod input;
mod manage;
mod object;
mod payload;
mod step;
mod subscription;
mod work;

pub(super) use codes::{TaskKind, TaskState};
pub(super) use figures::TaskReport;
pub(super) use manage::TasksMutation;
pub(super) use object::{TaskConnection, TaskObject, TasksAsked, tasks_of};
pub(super) use subscription::TasksSubscription;
pub(super) use work::OwnTasksMutation;

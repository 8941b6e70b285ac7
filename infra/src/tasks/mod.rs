//! Human tasks, their history and the figures of their completion.

mod entity;
mod figures;
mod line;
mod map;
mod pages;
mod write;

pub use figures::{Figured, FiguresOf, TaskFigures, task_figures};
pub use pages::{StepPage, TaskPage, TaskStepRow, step_pages, tasks_by_id, tasks_page, tasks_to_escalate};

//! How the work in a group is divided among staff: what is said of it, and what Qun measured (M7 to
//! M9).

mod figures;
mod model;
mod port;
#[cfg(test)]
mod tests;
mod use_case;

pub use figures::{DividedGroup, Division, DivisionFigure, WorkOfMonth, divisions};
pub use model::{DivisionMode, DivisionModeSet};
pub use port::DivisionPort;
pub use use_case::{SetDivisionMode, SetDivisionModeRefusal};

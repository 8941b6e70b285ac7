//! What staff did: cases, ratings, contributions to events, complaints (M13 to M15, M20).

mod error;
mod model;
mod port;
mod record;

pub use error::{FactCode, FactError};
pub use model::*;
pub use port::StaffFactsPort;
pub use record::{RecordStaffFacts, RecordStaffFactsRefusal, RecordedFacts, RejectedFact, SubmittedFact};

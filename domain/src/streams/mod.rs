//! Events as others hear them: in one order for each organization.

mod forget_events;
mod model;
mod port;

pub use forget_events::{ForgetEvents, ForgetEventsRefusal};
pub use model::{Position, RESUMABLE};
pub use port::EventsPort;

//! Subscriptions: what happened in an organization, each event told with objects that are read
//! when it is told, for whoever may still read them.

mod caller;
mod event_id;
mod follow;
mod fresh;
mod live;

pub use caller::Caller;
pub(super) use event_id::EventId;
pub(super) use follow::follow;
pub(super) use fresh::Freshness;
pub use live::Live;

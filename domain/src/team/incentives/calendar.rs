use std::future::Future;

use chrono::NaiveDate;

use crate::fault::Fault;
use crate::team::MembersPort;

/// The days of the organization.
pub trait CalendarPort: MembersPort {
    /// Which day it is in the zone of the organization.
    fn today(&mut self) -> impl Future<Output = Result<NaiveDate, Fault>> + Send;
}

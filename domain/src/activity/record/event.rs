use serde::Serialize;

use crate::event::DomainEvent;
use crate::id::GroupId;

/// Rows of a group were recorded.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRecorded {
    /// The group.
    pub group: GroupId,
    /// How many rows went in.
    pub accepted: u64,
}

impl DomainEvent for ActivityRecorded {
    fn name(&self) -> &'static str {
        "activity.recorded"
    }

    fn aggregate(&self) -> String {
        format!("group:{}", self.group)
    }
}

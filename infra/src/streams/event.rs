use qun_domain::activity::MembershipsChanged;
use qun_domain::fault::Fault;
use qun_domain::streams::Position;
use qun_domain::tasks::TaskChanged;
use qun_domain::tiering::EvaluatedWeek;
use qun_domain::time::Timestamp;
use serde::de::DeserializeOwned;

/// An event that may be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place among those of its organization.
    pub position: Position,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A week was evaluated.
    Evaluated(EvaluatedWeek),
    /// Memberships in a group are others.
    Memberships(MembershipsChanged),
    /// A task made a step.
    Task(TaskChanged),
}

/// The names of the events that may be followed, as a list in SQL.
pub(super) const FOLLOWED: &str =
    "('tiering.evaluation_finished', 'activity.memberships_changed', 'tasks.task_changed')";

impl What {
    /// Reads a row of the outbox; one that does not parse is a fault.
    pub(super) fn read(name: &str, payload: &str, position: Position) -> Result<Self, Fault> {
        match name {
            "tiering.evaluation_finished" => parsed(payload, position).map(Self::Evaluated),
            "activity.memberships_changed" => parsed(payload, position).map(Self::Memberships),
            "tasks.task_changed" => parsed(payload, position).map(Self::Task),
            _ => Err(Fault::new(format!("outbox.name of event {} is unknown: {name}", position.0))),
        }
    }
}

fn parsed<T: DeserializeOwned>(payload: &str, position: Position) -> Result<T, Fault> {
    serde_json::from_str(payload)
        .map_err(|error| Fault::from_error(format!("outbox.payload of event {}", position.0), error))
}

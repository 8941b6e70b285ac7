//! The state machine of a task (Z9): facts in, the task as it is afterwards out.

use super::{Proof, Task, TaskState};
use crate::id::AccountId;
use crate::time::Timestamp;

/// What may be done to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To say that it is done.
    Submit,
    /// To find it done.
    Verify,
    /// To find it not done.
    SendBack,
    /// To give it to somebody else, or until another time.
    Give,
    /// To say that it is not to be done.
    Cancel,
}

/// Why something cannot be done to a task as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// It is not open.
    NotOpen,
    /// It does not wait for somebody to verify it.
    NothingToVerify,
    /// It is over.
    Over,
}

/// The state after an act.
///
/// # Errors
/// Why the act cannot be done in this state.
pub const fn after(state: TaskState, needs_verification: bool, act: Act) -> Result<TaskState, NotNow> {
    let is_waiting = matches!(state, TaskState::Done) && needs_verification;
    let is_open = matches!(state, TaskState::Open);
    match act {
        Act::Submit if is_open => Ok(TaskState::Done),
        Act::Give if is_open => Ok(TaskState::Open),
        Act::Verify if is_waiting => Ok(TaskState::Verified),
        Act::SendBack if is_waiting => Ok(TaskState::Open),
        Act::Cancel if is_open || is_waiting => Ok(TaskState::Cancelled),
        Act::Submit | Act::Give => Err(NotNow::NotOpen),
        Act::Verify | Act::SendBack => Err(NotNow::NothingToVerify),
        Act::Cancel => Err(NotNow::Over),
    }
}

/// Whether nothing is to be done any more about a task in this state.
pub const fn is_over(state: TaskState, needs_verification: bool) -> bool {
    after(state, needs_verification, Act::Cancel).is_err()
}

/// When a task that somebody is given goes further, if it is still open: so long after it is due,
/// and so long after it was given if that was later. `patience` in milliseconds.
pub(super) fn escalates_at(due_at: Timestamp, patience: i64, now: Timestamp) -> Timestamp {
    due_at.max(now).plus_millis(patience)
}

impl Task {
    /// Whether it is time that it goes further.
    pub fn is_to_escalate(&self, now: Timestamp) -> bool {
        self.escalates_at.is_some_and(|at| at <= now)
    }

    /// Whether it is open, and later than it was to be done.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == TaskState::Open && self.due_at < now
    }

    /// The same, done by an account or, without one, by word of a machine.
    ///
    /// # Errors
    /// When it is not open.
    pub fn submitted(self, by: Option<AccountId>, proof: Proof, now: Timestamp) -> Result<Self, NotNow> {
        let done = self.after(Act::Submit, now)?;
        Ok(Self { done_at: Some(now), done_by: by, given: Some(proof), ..done })
    }

    /// The same, found done.
    ///
    /// # Errors
    /// When it does not wait for that.
    pub fn verified(self, now: Timestamp) -> Result<Self, NotNow> {
        self.after(Act::Verify, now)
    }

    /// The same, to be done again by its assignee; `patience` in milliseconds.
    ///
    /// # Errors
    /// When it does not wait to be verified.
    pub fn returned(self, due_at: Timestamp, patience: i64, now: Timestamp) -> Result<Self, NotNow> {
        let open = self.after(Act::SendBack, now)?;
        Ok(Self {
            due_at,
            level: 0,
            escalates_at: Some(escalates_at(due_at, patience, now)),
            done_at: None,
            done_by: None,
            given: None,
            sent_back: open.sent_back.saturating_add(1),
            ..open
        })
    }

    /// The same, to be done by these until then; `patience` in milliseconds.
    ///
    /// # Errors
    /// When it is not open.
    pub fn given(
        self,
        assignee: AccountId,
        backup: Option<AccountId>,
        due_at: Timestamp,
        patience: i64,
        now: Timestamp,
    ) -> Result<Self, NotNow> {
        let open = self.after(Act::Give, now)?;
        let escalates_at = Some(escalates_at(due_at, patience, now));
        Ok(Self { assignee, backup, due_at, level: 0, escalates_at, ..open })
    }

    /// The same, a level further: with `to`, or for good with whom it is when nobody is left.
    /// `patience` in milliseconds.
    ///
    /// # Errors
    /// When it is not open.
    pub fn escalated(self, to: Option<AccountId>, patience: i64, now: Timestamp) -> Result<Self, NotNow> {
        let open = self.after(Act::Give, now)?;
        Ok(match to {
            None => Self { escalates_at: None, backup: None, ..open },
            Some(assignee) => Self {
                assignee,
                backup: None,
                level: open.level.saturating_add(1),
                escalates_at: Some(now.plus_millis(patience)),
                ..open
            },
        })
    }

    /// The same, not to be done any more.
    ///
    /// # Errors
    /// When it is over.
    pub fn cancelled(self, now: Timestamp) -> Result<Self, NotNow> {
        self.after(Act::Cancel, now)
    }

    fn after(self, act: Act, now: Timestamp) -> Result<Self, NotNow> {
        let state = after(self.state, self.needs_verification, act)?;
        Ok(Self {
            state,
            escalates_at: self.escalates_at.filter(|_| state == TaskState::Open),
            ended_at: is_over(state, self.needs_verification).then_some(now),
            ..self
        })
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

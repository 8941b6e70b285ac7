//! Acts above one's rank: proposed by one, decided on by another (M18).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::Capability;
use crate::codes::coded;
use crate::event::DomainEvent;
use crate::id::{AccountId, ProposalId};
use crate::scope::Scope;
use crate::time::Timestamp;

coded! {
    /// How far a proposal has come.
    pub enum ProposalState {
        /// Nobody has decided.
        Open = "OPEN",
        /// It was approved, and done.
        Approved = "APPROVED",
        /// It was rejected.
        Rejected = "REJECTED",
        /// Whoever proposed it took it back.
        Withdrawn = "WITHDRAWN",
    }
}

/// An act that somebody proposed who may not do it himself, or the system, which decides nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The act: the verb of its command.
    pub verb: String,
    /// The command itself, to be run when it is approved.
    pub command: Value,
    /// What the act asks for.
    pub capability: Capability,
    /// Where.
    pub scope: Scope,
    /// What it would have been done to at the time of the proposal: `kind:id`; none where the
    /// act makes something new, whose id is made when it is done.
    pub target: Option<String>,
    /// What would have changed at the time of the proposal, as the audit log would tell it.
    pub preview: Option<Value>,
    /// Why it was proposed, as figures; none but where the system proposes.
    pub evidence: Option<Value>,
    /// Who proposed it; none for the system.
    pub proposed_by: Option<AccountId>,
    /// When.
    pub proposed_at: Timestamp,
    /// How far it has come.
    pub state: ProposalState,
    /// Who decided, as the audit log names actors.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why, in the words of who decided.
    pub reason: Option<String>,
}

/// An act that the system proposes.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The verb of its command.
    pub verb: &'static str,
    /// The command itself.
    pub command: Value,
    /// What the act asks for.
    pub capability: Capability,
    /// Where.
    pub scope: Scope,
    /// What it would be done to: `kind:id`.
    pub target: String,
    /// The figures that speak for it.
    pub evidence: Value,
    /// What it is about: one proposal is open about it at a time.
    pub subject: String,
}

/// Why somebody decides something: 1 to [`Reason::MAX_CHARS`] characters, not blank, white space
/// around them removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

impl Reason {
    /// The longest reason, in characters.
    pub const MAX_CHARS: usize = 500;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Reason {
    type Error = BadReason;

    fn try_from(text: String) -> Result<Self, BadReason> {
        text.parse()
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

/// A text that can be no reason.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a reason has 1 to 500 characters")]
pub struct BadReason;

impl std::str::FromStr for Reason {
    type Err = BadReason;

    fn from_str(text: &str) -> Result<Self, BadReason> {
        let text = text.trim();
        let is_good = (1..=Self::MAX_CHARS).contains(&text.chars().count());
        is_good.then(|| Self(text.to_owned())).ok_or(BadReason)
    }
}

/// What others may hear of proposals: that one was made, or decided on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProposalChanged {
    /// The proposal.
    pub proposal: ProposalId,
    /// The act.
    pub verb: String,
    /// How far it has come.
    pub state: ProposalState,
    /// Who proposed it; none for the system.
    pub proposed_by: Option<AccountId>,
}

impl From<&Proposal> for ProposalChanged {
    fn from(proposal: &Proposal) -> Self {
        Self {
            proposal: proposal.id,
            verb: proposal.verb.clone(),
            state: proposal.state,
            proposed_by: proposal.proposed_by,
        }
    }
}

impl DomainEvent for ProposalChanged {
    fn name(&self) -> &'static str {
        "access.proposal_changed"
    }

    fn aggregate(&self) -> String {
        format!("proposal:{}", self.proposal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_trimmed_and_bounded() {
        assert_eq!(
            " 太早 ".parse::<Reason>().map(|reason| reason.as_str().to_owned()),
            Ok("太早".to_owned())
        );
        for bad in ["", "  \n", &"x".repeat(Reason::MAX_CHARS + 1)] {
            assert_eq!(bad.parse::<Reason>(), Err(BadReason));
        }
    }
}

use serde_json::json;

use crate::access::{
    Capability, Power, Proposal, ProposalChanged, ProposalState, ProposalsPort, Reason, Standing,
};
use crate::command::{Command, Failure, OrRefuse, Outcome};
use crate::fault::Fault;
use crate::id::ProposalId;

/// Approves an act that somebody else proposed: it is done now, under the permissions and facts
/// of now.
#[derive(Clone, Debug)]
pub struct ApproveProposal {
    /// The proposal.
    pub proposal: ProposalId,
    /// Why, if there is something to say.
    pub reason: Option<Reason>,
}

/// Rejects an act that somebody else proposed.
#[derive(Clone, Debug)]
pub struct RejectProposal {
    /// The proposal.
    pub proposal: ProposalId,
    /// Why.
    pub reason: Reason,
}

/// Takes back an act that one proposed oneself.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawProposal {
    /// The proposal.
    pub proposal: ProposalId,
}

/// Why a proposal stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecideProposalRefusal {
    /// There is no such proposal.
    NoSuchProposal,
    /// It is not open any more.
    AlreadyDecided,
    /// Whoever proposed it decides on it: four eyes are asked for (M18).
    OwnProposal,
    /// Somebody else proposed it: only who did takes it back.
    NotYours,
    /// Whoever proposed it may not even propose it any more.
    ProposerMayNot,
    /// The act itself is refused by now, for the reason of this name.
    NotPossible(String),
}

impl<Tx: ProposalsPort> Command<Tx> for ApproveProposal {
    const NAME: &'static str = "access.approve_proposal";
    const CAPABILITY: Capability = Capability::Read;
    type Out = ProposalId;
    type Refusal = DecideProposalRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ProposalId, DecideProposalRefusal> {
        let proposal = of_another(tx, self.proposal).await?;
        if let Some(proposer) = proposal.proposed_by {
            let standing = tx.standing_of(proposer).await?;
            let power = |standing: Standing| standing.power(proposal.capability, proposal.scope);
            if standing.map_or(Power::None, power) == Power::None {
                return Err(Failure::Refused(DecideProposalRefusal::ProposerMayNot));
            }
        }
        let closed = tx.settle_tasks(proposal.id).await?;
        tx.carry_out(&proposal, closed).await.map_err(|failure| match failure {
            Failure::Refused(name) => Failure::Refused(DecideProposalRefusal::NotPossible(name)),
            Failure::Forbidden(capability) => Failure::Forbidden(capability),
            Failure::Proposed(id) => Failure::Proposed(id),
            Failure::Fault(fault) => Failure::Fault(fault),
        })?;
        let reason = self.reason.as_ref().map(Reason::as_str);
        let proposal = tx.decide(proposal, ProposalState::Approved, reason).await?;
        tx.emit(&ProposalChanged::from(&proposal))?;
        Ok(proposal.id)
    }
}

impl<Tx: ProposalsPort> Command<Tx> for RejectProposal {
    const NAME: &'static str = "access.reject_proposal";
    const CAPABILITY: Capability = Capability::Read;
    type Out = ProposalId;
    type Refusal = DecideProposalRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ProposalId, DecideProposalRefusal> {
        let proposal = of_another(tx, self.proposal).await?;
        let proposal = tx.decide(proposal, ProposalState::Rejected, Some(self.reason.as_str())).await?;
        let closed = tx.settle_tasks(proposal.id).await?;
        told(tx, &proposal, closed)?;
        Ok(proposal.id)
    }
}

impl<Tx: ProposalsPort> Command<Tx> for WithdrawProposal {
    const NAME: &'static str = "access.withdraw_proposal";
    const CAPABILITY: Capability = Capability::Read;
    type Out = ProposalId;
    type Refusal = DecideProposalRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<ProposalId, DecideProposalRefusal> {
        let proposal = found(tx, self.proposal).await?;
        if proposal.proposed_by.is_none() || tx.acting() != proposal.proposed_by {
            return Err(Failure::Refused(DecideProposalRefusal::NotYours));
        }
        open(&proposal)?;
        let proposal = tx.decide(proposal, ProposalState::Withdrawn, None).await?;
        let closed = tx.settle_tasks(proposal.id).await?;
        told(tx, &proposal, closed)?;
        Ok(proposal.id)
    }
}

async fn found(tx: &mut impl ProposalsPort, id: ProposalId) -> Outcome<Proposal, DecideProposalRefusal> {
    tx.proposal(id).await?.or_refuse(DecideProposalRefusal::NoSuchProposal)
}

/// An open proposal of somebody else, for who may do it himself.
async fn of_another(tx: &mut impl ProposalsPort, id: ProposalId) -> Outcome<Proposal, DecideProposalRefusal> {
    let proposal = found(tx, id).await?;
    if proposal.proposed_by.is_some() && tx.acting() == proposal.proposed_by {
        return Err(Failure::Refused(DecideProposalRefusal::OwnProposal));
    }
    tx.admit(proposal.capability, proposal.scope)?;
    open(&proposal)?;
    Ok(proposal)
}

fn open(proposal: &Proposal) -> Outcome<(), DecideProposalRefusal> {
    match proposal.state {
        ProposalState::Open => Ok(()),
        ProposalState::Approved | ProposalState::Rejected | ProposalState::Withdrawn => {
            Err(Failure::Refused(DecideProposalRefusal::AlreadyDecided))
        }
    }
}

fn told(tx: &mut impl ProposalsPort, proposal: &Proposal, closed: u32) -> Result<(), Fault> {
    let detail = json!({
        "verb": proposal.verb, "state": proposal.state, "reason": proposal.reason, "tasksClosed": closed,
    });
    tx.audit(format!("proposal:{}", proposal.id), detail);
    tx.emit(&ProposalChanged::from(proposal))
}

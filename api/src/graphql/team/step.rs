use std::sync::Arc;

use async_graphql::{Enum, ID, Object};
use qun_domain::access::Reason;
use qun_domain::team::StepKind as DomainKind;
use qun_infra::team::Step;

use crate::graphql::access::Rank;
use crate::graphql::node::NodeId;
use crate::graphql::page::connection;
use crate::graphql::scalars::DateTime;

/// What happened to a member on the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainKind")]
enum LadderStepKind {
    /// It was given an assignment.
    Assigned,
    /// It rose in rank.
    Promoted,
    /// It fell in rank.
    Demoted,
    /// An assignment ended.
    Ended,
    /// An owner delegated to it.
    Delegated,
    /// A delegation was taken back.
    DelegationEnded,
    /// It was suspended.
    Suspended,
    /// It was reinstated.
    Reinstated,
    /// It left.
    Left,
}

connection!(
    LadderStepConnection,
    LadderStepEdge,
    LadderStepObject,
    "A page of the history of a member.",
    "A step of a member and its place in the list."
);

/// Something that happened to a member on the ladder.
#[derive(Clone)]
pub(super) struct LadderStepObject(pub(super) Arc<Step>);

/// Something that happened to a member on the ladder.
#[Object(name = "LadderStep")]
impl LadderStepObject {
    /// What.
    async fn kind(&self) -> LadderStepKind {
        self.0.step.kind.into()
    }

    /// The global id of the assignment; null for what happened to the member as a whole.
    async fn assignment_id(&self) -> Option<ID> {
        self.0.step.assignment.map(|id| NodeId::RoleAssignment(id).id())
    }

    /// The rank before; null where there was none.
    async fn from(&self) -> Option<Rank> {
        self.0.step.from.map(Into::into)
    }

    /// The rank after; null where there is none.
    async fn to(&self) -> Option<Rank> {
        self.0.step.to.map(Into::into)
    }

    /// Why; null where nothing was said.
    async fn reason(&self) -> Option<&str> {
        self.0.step.reason.as_ref().map(Reason::as_str)
    }

    /// Who did it, as the audit log names actors.
    async fn done_by(&self) -> &str {
        &self.0.done_by
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

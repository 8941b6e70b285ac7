//! The shape of every mutation.

use std::future::Future;

use serde::Serialize;
use serde_json::Value;

use crate::access::Capability;
use crate::fault::Fault;
use crate::id::ProposalId;
use crate::scope::Scope;

/// The steps of one mutation, generic over the ports that it needs.
///
/// A command is a plain value. `run` looks up, refuses, decides, writes and
/// tells, and nothing else: the transaction around it belongs to the writer.
pub trait Command<Tx>: Clone + Send {
    /// The verb, `context.verb`: names spans, audit rows and idempotency keys.
    const NAME: &'static str;
    /// The capability that the actor must hold, written into the audit row.
    const CAPABILITY: Capability;
    /// What a success gives.
    type Out: Send;
    /// The outcomes that a user can cause.
    type Refusal: Send;

    /// Where the capability is asked for.
    fn place(&self) -> Place {
        Place::At(Scope::Organization)
    }

    /// The command as it is kept for who may approve it; none for what is never proposed. A
    /// command that gives one is listed among the deeds of `infra`, which read it back.
    fn to_propose(&self) -> Option<Value> {
        None
    }

    /// Runs the steps inside `tx`.
    fn run(self, tx: &mut Tx) -> impl Future<Output = Outcome<Self::Out, Self::Refusal>> + Send;
}

/// Where a command asks for its capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// There.
    At(Scope),
    /// Where its steps find what it is about: they ask, by `AuditPort::admit`, once they have.
    Sought,
}

/// What [`Command::to_propose`] gives, for a command that can be written out; one that cannot be
/// is not proposed.
pub fn kept(command: &impl Serialize) -> Option<Value> {
    serde_json::to_value(command).ok()
}

/// The actor may not do this where it was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAdmitted(pub Capability);

impl<R> From<NotAdmitted> for Failure<R> {
    fn from(NotAdmitted(capability): NotAdmitted) -> Self {
        Self::Forbidden(capability)
    }
}

/// What a use case ends with.
pub type Outcome<T, R> = Result<T, Failure<R>>;

/// Why a use case did not succeed.
#[derive(Debug)]
pub enum Failure<R> {
    /// An outcome that the caller caused: data in the answer.
    Refused(R),
    /// The actor lacks the capability.
    Forbidden(Capability),
    /// The actor may only propose this, and now has: nothing else was done.
    Proposed(ProposalId),
    /// Something beneath the use case broke.
    Fault(Fault),
}

impl<R> From<Fault> for Failure<R> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Turns absence into a refusal: `tx.group(id).await?.or_refuse(NoSuchGroup)?`.
pub trait OrRefuse<T> {
    /// The value, or the refusal.
    fn or_refuse<R>(self, refusal: R) -> Outcome<T, R>;
}

impl<T> OrRefuse<T> for Option<T> {
    fn or_refuse<R>(self, refusal: R) -> Outcome<T, R> {
        self.ok_or(Failure::Refused(refusal))
    }
}

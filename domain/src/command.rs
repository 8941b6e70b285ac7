//! The shape of every mutation.

use std::future::Future;

use crate::access::Capability;
use crate::fault::Fault;

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

    /// Runs the steps inside `tx`.
    fn run(self, tx: &mut Tx) -> impl Future<Output = Outcome<Self::Out, Self::Refusal>> + Send;
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

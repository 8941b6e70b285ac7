//! The audit log and the head of its chain.

mod log;
mod object;

pub(super) use log::{AuditAsked, audit_head, audit_log};
pub(super) use object::{AuditConnection, AuditHead};

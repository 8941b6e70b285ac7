//! What Qun's rules are, and the order of the steps of every use case.
//!
//! Nothing in this crate knows a database, a runtime, a clock, a source of
//! randomness or GraphQL. Facts come in through narrow ports (`port.rs` of each
//! context), decisions go out as values.
#![warn(missing_docs)]

pub mod access;
pub mod activity;
pub mod audit;
pub mod codes;
pub mod command;
pub mod event;
pub mod fault;
pub mod groups;
pub mod id;
pub mod jobs;
pub mod locale;
pub mod money;
pub mod month;
pub mod policy;
pub mod quarter;
pub mod scope;
pub mod streams;
pub mod tasks;
pub mod team;
pub mod tenancy;
pub mod text;
pub mod tiering;
pub mod time;

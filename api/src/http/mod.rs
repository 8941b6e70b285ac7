//! HTTP: what a request has to look like, and what an answer looks like. What is
//! asked and done is behind `crate::graphql` and [`ingest`].

mod accept;
mod auth;
mod body;
mod client;
mod cors;
mod graphql;
mod health;
pub mod ingest;
mod interactions;
mod jwks;
mod language;
pub mod lines;
mod media;
mod metrics;
mod page;
mod problem;
mod rate_limit;
mod request_id;
mod server;
mod stopped;
mod streams;
mod trace;

#[cfg(feature = "fuzzing")]
pub(crate) use graphql::fuzzing;
pub use health::RedisProbe;
pub use request_id::RequestId;
pub use server::{Server, serve};

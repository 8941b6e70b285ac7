//! Who may ask, and in what shape: GraphQL, HTTP, the command line, settings.
//!
//! Rules are in `qun-domain`, SQL is in `qun-infra`; this crate translates.

pub mod app;
pub mod cli;
pub mod demo;
mod errors;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod graphql;
pub mod http;
pub mod import;
pub mod settings;
pub mod telemetry;

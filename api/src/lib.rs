//! Who may ask, and in what shape: GraphQL, HTTP, the command line, settings.
//!
//! Rules are in `qun-domain`, SQL is in `qun-infra`; this crate translates.

// The roots of the schema are merged of many objects, each of which nests a level deeper.
#![recursion_limit = "256"]

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

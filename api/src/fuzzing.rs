//! Doors for the fuzz targets in `fuzz/`: what reads text from outside, with what has to hold.

pub use crate::graphql::fuzzing::{cursor, global_id};
pub use crate::http::fuzzing::{request_by_get, request_by_post};

//! What the benches and the load test are measured on.

pub mod stage;

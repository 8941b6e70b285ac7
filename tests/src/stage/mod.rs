//! The binary, the database, the data and the client of a measurement.

pub mod crowd;
pub mod http;
pub mod postgres;
pub mod qun;

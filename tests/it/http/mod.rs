//! The binary itself: processes, and requests over HTTP.

mod bodies;
mod interrupted;
mod process;
mod tokens;
mod way_through;

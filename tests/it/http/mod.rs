//! What the real binary does over real HTTP, as a process of its own that may be killed.

mod api_keys;
mod at_once;
mod body;
mod budget;
mod chat;
mod cors;
mod doors;
mod errors;
mod first_minute;
mod forged;
mod heavy;
mod killed;
mod killed_import;
mod letters;
mod log_in;
mod metrics;
mod persisted;
mod row_budget;
mod rows;
mod sessions;
mod slow;
mod stopping;
mod streams;
mod tokens;
mod traces;

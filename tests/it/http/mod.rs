//! What the real binary does over real HTTP, as a process of its own that may be killed.

mod at_once;
mod body;
mod budget;
mod chat;
mod doors;
mod first_minute;
mod forged;
mod heavy;
mod killed;
mod killed_import;
mod log_in;
mod rows;
mod slow;
mod stopping;
mod streams;
mod tokens;

//! Black-box tests, each on SQLite and on Postgres, in folders named as the contexts.

mod harness;

mod activity;
mod audit;
mod groups;
mod http;
mod migrations;
mod once;
mod policy;
mod streams;
mod tiering;
mod walls;

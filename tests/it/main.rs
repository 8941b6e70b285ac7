//! Black-box tests, each on SQLite and on Postgres, in folders named as the contexts.

mod harness;

mod access;
mod activity;
mod audit;
mod doctor;
mod groups;
mod http;
mod lost;
mod migrations;
mod moving;
mod once;
mod policy;
mod streams;
mod tasks;
mod team;
mod tiering;
mod walls;

//! How facts are kept and carried: tables, SQL, Redis, keys, the job runner.
//!
//! One folder a context, with the same name as in `qun-domain`; `db` holds the
//! walls between tenants and the one place where a transaction is committed.

pub mod access;
pub mod activity;
pub mod audit;
pub mod budget;
pub mod clock;
pub mod db;
pub mod deeds;
pub mod doctor;
pub mod documents;
pub mod groups;
mod hex;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod outgoing;
pub mod people;
pub mod policy;
pub mod redis;
pub mod streams;
pub mod supervise;
pub mod tasks;
pub mod team;
pub mod tenancy;
pub mod tiering;

//! The schema and its history. Forward-only, one file a change.
//!
//! Statements are written once, in SQL, with a few placeholders for what the
//! two back ends call differently (see [`ddl`]). Every table with an `org_id`
//! gets its row-level security from [`ddl::Ddl::tenant_tables`].

mod ddl;
mod m0001_foundation;
mod m0002_activity;
mod m0003_tiering;
mod m0004_request_keys;
mod m0005_ranked_scores;
mod m0006_statistics;
mod m0007_sessions;
mod m0008_streams;
mod m0009_mailed_tokens;
mod m0010_api_keys;
mod m0011_role_assignments;
mod m0013_second_factor;
mod m0014_tasks;
mod m0016_ladder;
mod m0017_audit_chain;
mod m0018_staff_facts_and_training;
mod m0020_invitations;
mod m0021_leave;
mod m0022_division;
mod m0023_incentives;
mod m0024_identity_providers;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_activity::Migration),
            Box::new(m0003_tiering::Migration),
            Box::new(m0004_request_keys::Migration),
            Box::new(m0005_ranked_scores::Migration),
            Box::new(m0006_statistics::Migration),
            Box::new(m0007_sessions::Migration),
            Box::new(m0008_streams::Migration),
            Box::new(m0009_mailed_tokens::Migration),
            Box::new(m0010_api_keys::Migration),
            Box::new(m0011_role_assignments::Migration),
            Box::new(m0013_second_factor::Migration),
            Box::new(m0014_tasks::Migration),
            Box::new(m0016_ladder::Migration),
            Box::new(m0017_audit_chain::Migration),
            Box::new(m0018_staff_facts_and_training::Migration),
            Box::new(m0020_invitations::Migration),
            Box::new(m0021_leave::Migration),
            Box::new(m0022_division::Migration),
            Box::new(m0023_incentives::Migration),
            Box::new(m0024_identity_providers::Migration),
        ]
    }
}

//! Log-ins that last.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["session"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE session (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    family_hash {bytes} NOT NULL,
    token_hash {bytes} NOT NULL,
    previous_hash {bytes},
    chain_key {bytes} NOT NULL,
    created_at {time} NOT NULL,
    refreshed_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    ended_at {time},
    ended_because text CHECK (ended_because IN ('LOGGED_OUT', 'REVOKED', 'REUSED', 'PASSWORD_CHANGED')),
    address text,
    user_agent text,
    PRIMARY KEY (org_id, id),
    -- Who is no member any more has no session either.
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id) ON DELETE CASCADE,
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
) {strict};
CREATE INDEX session_by_account ON session (account_id, created_at);
CREATE INDEX session_by_end ON session (org_id, expires_at);
";

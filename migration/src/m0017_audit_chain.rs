//! Seals that chain the audit log, and the indexes of its filters.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        // The rows of all tenants wait for their seals, which row-level security would hide from who migrates.
        ddl.on_postgres("ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY").await?;
        ddl.run(TABLES).await?;
        ddl.on_postgres("ALTER TABLE audit_log FORCE ROW LEVEL SECURITY").await?;
        ddl.tenant_tables(&["audit_seal", "audit_unsealed", "audit_head"]).await?;
        ddl.immutable(&["audit_log", "audit_seal"]).await
    }
}

// A row is noted in `audit_unsealed` by the statement that adds it, and leaves it with its seal:
// so a row that was committed late is not passed over. `audit_head` is what two that seal at once
// wait at.
const TABLES: &str = r"
CREATE INDEX audit_log_by_time ON audit_log (org_id, at, id);
CREATE INDEX audit_log_by_actor ON audit_log (org_id, actor, at, id);
CREATE INDEX audit_log_by_verb ON audit_log (org_id, verb, at, id);
CREATE INDEX audit_log_by_capability ON audit_log (org_id, capability, at, id);
CREATE INDEX audit_log_by_target ON audit_log (org_id, target, at, id);
CREATE INDEX audit_log_by_request ON audit_log (org_id, request_id, at, id) WHERE request_id IS NOT NULL;

CREATE TABLE audit_seal (
    org_id {uuid} NOT NULL,
    audit_id {uuid} NOT NULL,
    sequence {long} NOT NULL CHECK (sequence > 0),
    entry_hash {bytes} NOT NULL CHECK (length(entry_hash) = 32),
    hash {bytes} NOT NULL CHECK (length(hash) = 32),
    sealed_at {time} NOT NULL,
    PRIMARY KEY (org_id, audit_id),
    UNIQUE (org_id, sequence),
    FOREIGN KEY (org_id, audit_id) REFERENCES audit_log (org_id, id)
) {strict};

CREATE TABLE audit_unsealed (
    org_id {uuid} NOT NULL,
    audit_id {uuid} NOT NULL,
    PRIMARY KEY (org_id, audit_id),
    FOREIGN KEY (org_id, audit_id) REFERENCES audit_log (org_id, id)
) {strict};

CREATE TABLE audit_head (
    org_id {uuid} NOT NULL PRIMARY KEY REFERENCES organization (org_id),
    sequence {long} NOT NULL CHECK (sequence >= 0),
    hash {bytes} NOT NULL CHECK (length(hash) = 32),
    sealed_at {time} NOT NULL
) {strict};

INSERT INTO audit_unsealed (org_id, audit_id) SELECT org_id, id FROM audit_log;
";

//! The order in which events are told, and how far it has come.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.on_postgres(ORDER).await?;
        ddl.tenant_tables(&["outbox_head"]).await
    }
}

// `written` orders the events of one aggregate, whose writers hold its row until they commit.
// On SQLite it stays empty: one writer at a time writes rows in order of rowid.
const TABLES: &str = r"
ALTER TABLE outbox ADD COLUMN position {long};
ALTER TABLE outbox ADD COLUMN written {long};
CREATE UNIQUE INDEX outbox_by_position ON outbox (org_id, position);
CREATE INDEX outbox_delivered ON outbox (org_id, delivered_at) WHERE delivered_at IS NOT NULL;

CREATE TABLE outbox_head (
    org_id {uuid} NOT NULL PRIMARY KEY REFERENCES organization (org_id),
    position {long} NOT NULL,
    forgotten {long} NOT NULL,
    CHECK (forgotten <= position)
) {strict};
";

// Rows that are there get their number in the order in which they lie, which is that of writing.
const ORDER: &str = r"
CREATE SEQUENCE outbox_written OWNED BY outbox.written;
GRANT USAGE ON SEQUENCE outbox_written TO qun_app, qun_system;
ALTER TABLE outbox ALTER COLUMN written TYPE bigint USING nextval('outbox_written');
ALTER TABLE outbox ALTER COLUMN written SET DEFAULT nextval('outbox_written')
";

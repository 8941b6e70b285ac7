//! Keys under which mutations are done once.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["request_key"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE request_key (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    actor text NOT NULL,
    verb text NOT NULL,
    key text NOT NULL,
    body_hash {bytes} NOT NULL,
    outcome {json},
    at {time} NOT NULL,
    PRIMARY KEY (org_id, actor, verb, key)
) {strict};
CREATE INDEX request_key_by_time ON request_key (org_id, at);
";

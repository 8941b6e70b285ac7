//! Keys by which machines come in.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["api_key"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE api_key (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    name text NOT NULL,
    secret_hash {bytes} NOT NULL,
    scopes text NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    last_used_at {time},
    revoked_at {time},
    replaces {uuid},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, replaces) REFERENCES api_key (org_id, id)
) {strict};
";

//! How the work in groups is divided among staff, from when on.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["division_of_group"]).await?;
        ddl.append_only(&["division_of_group"]).await
    }
}

// A row holds until the next number of its group; without a mode, nothing is said from then on.
const TABLES: &str = r"
CREATE TABLE division_of_group (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    number {count} NOT NULL CHECK (number > 0),
    mode text,
    set_by text NOT NULL,
    set_at {time} NOT NULL,
    PRIMARY KEY (org_id, group_id, number),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id)
) {strict};
";

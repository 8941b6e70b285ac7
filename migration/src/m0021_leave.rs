//! Days on which members are away.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["leave_of_member"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE leave_of_member (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    first_day {date} NOT NULL,
    last_day {date} NOT NULL,
    note text,
    recorded_by text NOT NULL,
    recorded_at {time} NOT NULL,
    cancelled_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id),
    CHECK (first_day <= last_day)
) {strict};
CREATE INDEX leave_of_member_days ON leave_of_member (org_id, account_id, last_day) WHERE cancelled_at IS NULL;
";

//! The history of members on the ladder.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["ladder_step"]).await?;
        ddl.append_only(&["ladder_step"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE ladder_step (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    assignment_id {uuid},
    kind text NOT NULL CHECK (kind IN ('ASSIGNED', 'PROMOTED', 'DEMOTED', 'ENDED', 'DELEGATED',
                                       'DELEGATION_ENDED', 'SUSPENDED', 'REINSTATED', 'LEFT')),
    from_rank text,
    to_rank text,
    reason text,
    done_by text NOT NULL,
    at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, assignment_id) REFERENCES role_assignment (org_id, id)
) {strict};
CREATE INDEX ladder_step_of ON ladder_step (org_id, account_id, id);
";

//! Invitations into the team, with the letters that take them along.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["invitation"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE invitation (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    email text,
    locale text NOT NULL,
    role text NOT NULL,
    rank text,
    community_id {uuid},
    group_id {uuid},
    share {count} NOT NULL CHECK (share BETWEEN 0 AND 10000),
    invited_by {uuid},
    invited_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    secret_hash {bytes},
    letter_at {time},
    letter_tries {count} NOT NULL,
    accepted_by {uuid},
    accepted_at {time},
    revoked_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    FOREIGN KEY (org_id, invited_by) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, accepted_by) REFERENCES org_account (org_id, account_id),
    CHECK (email IS NOT NULL OR secret_hash IS NOT NULL),
    CHECK ((role = 'OWNER') = (rank IS NULL)),
    CHECK (group_id IS NULL OR community_id IS NULL),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CHECK (accepted_at IS NULL OR revoked_at IS NULL)
) {strict};
CREATE UNIQUE INDEX invitation_to ON invitation (org_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitation_letter ON invitation (letter_at) WHERE letter_at IS NOT NULL;
";

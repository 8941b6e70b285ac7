//! Assignments (role × rank × scope) in the place of one role a member, and acts that wait for
//! somebody of a higher rank.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        // The members of all tenants become assignments, which row-level security would hide from who migrates.
        ddl.on_postgres("ALTER TABLE org_account NO FORCE ROW LEVEL SECURITY;").await?;
        ddl.run(TABLES).await?;
        ddl.on_postgres("ALTER TABLE org_account FORCE ROW LEVEL SECURITY;").await?;
        ddl.tenant_tables(&["role_assignment", "proposal"]).await
    }
}

// A member had one role, so the account's id serves as that of the assignment which it becomes.
const TABLES: &str = r"
ALTER TABLE org_account ADD COLUMN suspended_at {time};
ALTER TABLE org_account ADD COLUMN left_at {time};

CREATE TABLE role_assignment (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMINISTRATOR', 'CONTENT_EDITOR', 'CUSTOMER_SERVICE',
                                       'FACILITATOR', 'ANALYST', 'CROSS_PLATFORM_LEAD')),
    rank text CHECK (rank IN ('INTERN', 'JUNIOR', 'SENIOR', 'OWNER_CANDIDATE')),
    scope_id {uuid} NOT NULL,
    community_id {uuid},
    group_id {uuid},
    share {count} NOT NULL CHECK (share BETWEEN 0 AND 10000),
    began_at {time} NOT NULL,
    ranked_at {time} NOT NULL,
    acts_until {time},
    ended_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    CHECK ((role = 'OWNER') = (rank IS NULL)),
    CHECK (scope_id = COALESCE(group_id, community_id, org_id)),
    CHECK (group_id IS NULL OR community_id IS NULL)
) {strict};
CREATE UNIQUE INDEX role_assignment_held ON role_assignment (org_id, account_id, role, scope_id) WHERE ended_at IS NULL;
CREATE INDEX role_assignment_at ON role_assignment (org_id, scope_id) WHERE ended_at IS NULL;

INSERT INTO role_assignment (org_id, id, account_id, role, rank, scope_id, share, began_at, ranked_at)
SELECT org_id, account_id, account_id,
       CASE role WHEN 'OWNER' THEN 'OWNER' WHEN 'ADMIN' THEN 'ADMINISTRATOR' ELSE 'ANALYST' END,
       CASE role WHEN 'OWNER' THEN NULL WHEN 'ADMIN' THEN 'OWNER_CANDIDATE' ELSE 'INTERN' END,
       org_id, 10000, created_at, created_at
FROM org_account;
ALTER TABLE org_account DROP COLUMN role;

CREATE TABLE proposal (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    verb text NOT NULL,
    command {json} NOT NULL,
    capability text NOT NULL,
    community_id {uuid},
    group_id {uuid},
    target text,
    preview {json},
    evidence {json},
    subject text,
    proposed_by {uuid},
    proposed_at {time} NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    decided_by text,
    decided_at {time},
    reason text,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, proposed_by) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    CHECK ((state = 'OPEN') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK (group_id IS NULL OR community_id IS NULL)
) {strict};
CREATE INDEX proposal_open ON proposal (org_id, id) WHERE state = 'OPEN';
CREATE UNIQUE INDEX proposal_of ON proposal (org_id, subject) WHERE state = 'OPEN';

ALTER TABLE request_key ADD COLUMN proposal_id {uuid};
";

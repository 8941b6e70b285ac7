//! Human tasks and their history.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["task", "task_step"]).await?;
        ddl.append_only(&["task_step"]).await
    }
}

// Codes of `kind` are not listed: contexts add theirs. A list of tasks is read state by state, each
// in order of (due_at, id).
const TABLES: &str = r"
CREATE TABLE task (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    community_id {uuid},
    group_id {uuid},
    kind text NOT NULL,
    title text NOT NULL,
    body text,
    copy_text text,
    subject text,
    given_to {uuid} NOT NULL,
    assignee_id {uuid} NOT NULL,
    backup_id {uuid},
    due_at {time} NOT NULL,
    proof text NOT NULL CHECK (proof IN ('NONE', 'TEXT', 'SCREENSHOT', 'CONFIRMATION')),
    needs_verification {bool} NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'DONE', 'VERIFIED', 'CANCELLED')),
    level {count} NOT NULL CHECK (level >= 0),
    escalates_at {time} CHECK (escalates_at IS NULL OR state = 'OPEN'),
    created_by text NOT NULL,
    created_at {time} NOT NULL,
    done_at {time},
    done_by {uuid},
    given_kind text CHECK (given_kind IN ('NONE', 'TEXT', 'SCREENSHOT', 'CONFIRMATION')),
    given_text text,
    sent_back {count} NOT NULL CHECK (sent_back >= 0),
    ended_at {time},
    steps {count} NOT NULL CHECK (steps > 0),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    FOREIGN KEY (org_id, given_to) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, assignee_id) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, backup_id) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, done_by) REFERENCES org_account (org_id, account_id),
    CHECK (group_id IS NULL OR community_id IS NULL),
    CHECK (assignee_id <> backup_id),
    CHECK ((done_at IS NULL) = (given_kind IS NULL)),
    CHECK (done_at IS NOT NULL OR done_by IS NULL),
    CHECK (done_at IS NOT NULL OR state NOT IN ('DONE', 'VERIFIED')),
    CHECK (done_at IS NULL OR state <> 'OPEN'),
    CHECK ((ended_at IS NULL) = (state = 'OPEN' OR (state = 'DONE' AND needs_verification)))
) {strict};
CREATE UNIQUE INDEX task_about ON task (org_id, kind, subject, given_to)
    WHERE subject IS NOT NULL AND ended_at IS NULL;
CREATE INDEX task_by_subject ON task (org_id, subject) WHERE subject IS NOT NULL;
CREATE INDEX task_by_state ON task (org_id, state, due_at, id);
CREATE INDEX task_by_assignee ON task (org_id, assignee_id, state, due_at, id);
CREATE INDEX task_by_group ON task (org_id, group_id, state, due_at, id) WHERE group_id IS NOT NULL;
CREATE INDEX task_by_community ON task (org_id, community_id, state, due_at, id) WHERE community_id IS NOT NULL;
CREATE INDEX task_by_creation ON task (org_id, created_at);
CREATE INDEX task_to_escalate ON task (org_id, escalates_at) WHERE escalates_at IS NOT NULL;

CREATE TABLE task_step (
    org_id {uuid} NOT NULL,
    task_id {uuid} NOT NULL,
    number {count} NOT NULL CHECK (number > 0),
    at {time} NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    note text,
    proof_kind text,
    proof_text text,
    assignee_id {uuid} NOT NULL,
    due_at {time} NOT NULL,
    level {count} NOT NULL,
    PRIMARY KEY (org_id, task_id, number),
    FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id),
    FOREIGN KEY (org_id, assignee_id) REFERENCES org_account (org_id, account_id)
) {strict};
";

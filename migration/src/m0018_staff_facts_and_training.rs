//! What staff did, and what it is trained for.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(FACTS).await?;
        ddl.run(TRAINING).await?;
        ddl.tenant_tables(&[
            "staff_fact",
            "course",
            "course_version",
            "training_completion",
            "training_reminder",
        ])
        .await?;
        ddl.append_only(&["course_version", "training_completion"]).await
    }
}

const FACTS: &str = r"
CREATE TABLE staff_fact (
    org_id {uuid} NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    external_key text NOT NULL,
    account_id {uuid} NOT NULL,
    community_id {uuid},
    group_id {uuid},
    at {time} NOT NULL,
    opened_at {time},
    reopened_at {time},
    stars {count} CHECK (stars BETWEEN 1 AND 5),
    about text,
    role text,
    seriousness text,
    state text,
    recorded_by text NOT NULL,
    recorded_at {time} NOT NULL,
    PRIMARY KEY (org_id, kind, source, external_key),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id)
) {strict};
CREATE INDEX staff_fact_of ON staff_fact (org_id, account_id, at);
CREATE INDEX staff_fact_seen ON staff_fact (org_id, kind, at);
";

const TRAINING: &str = r"
CREATE TABLE course (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    roles text NOT NULL,
    ranks text NOT NULL,
    withholds text NOT NULL,
    version {count} NOT NULL,
    first_published_at {time},
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (org_id, id)
) {strict};
CREATE TABLE course_version (
    org_id {uuid} NOT NULL,
    course_id {uuid} NOT NULL,
    number {count} NOT NULL,
    material text,
    link text,
    published_by text NOT NULL,
    published_at {time} NOT NULL,
    PRIMARY KEY (org_id, course_id, number),
    FOREIGN KEY (org_id, course_id) REFERENCES course (org_id, id)
) {strict};
CREATE TABLE training_completion (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    course_id {uuid} NOT NULL,
    version {count} NOT NULL,
    kind text NOT NULL,
    score {count} CHECK (score BETWEEN 0 AND 100),
    examined_by {uuid},
    at {time} NOT NULL,
    recorded_by text NOT NULL,
    recorded_at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, examined_by) REFERENCES org_account (org_id, account_id),
    FOREIGN KEY (org_id, course_id, version) REFERENCES course_version (org_id, course_id, number)
) {strict};
CREATE INDEX training_completion_of ON training_completion (org_id, account_id, course_id, at);
CREATE TABLE training_reminder (
    org_id {uuid} NOT NULL,
    course_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    due_at {time} NOT NULL,
    reminded_at {time} NOT NULL,
    settled_at {time},
    PRIMARY KEY (org_id, course_id, account_id, due_at),
    FOREIGN KEY (org_id, course_id) REFERENCES course (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id)
) {strict};
CREATE INDEX training_reminder_open ON training_reminder (org_id, course_id, account_id) WHERE settled_at IS NULL;
";

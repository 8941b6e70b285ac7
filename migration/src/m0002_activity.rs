//! Interactions and their daily roll-ups.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["interaction", "event_version", "member_day", "group_day"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE interaction (
    org_id {uuid} NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    group_id {uuid} NOT NULL,
    person_id {uuid},
    kind text NOT NULL,
    at {time} NOT NULL,
    day {date} NOT NULL,
    content {bytes} NOT NULL,
    text text,
    length {count},
    target text,
    item text,
    points {count},
    role text,
    other_id {uuid},
    undone {bool} NOT NULL,
    unresolved {bool} NOT NULL,
    detail {json},
    PRIMARY KEY (org_id, source, source_id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id),
    FOREIGN KEY (org_id, other_id) REFERENCES person (org_id, id)
) {strict};
CREATE INDEX interaction_by_person_day ON interaction (org_id, group_id, person_id, day);
CREATE INDEX interaction_facts ON interaction (org_id, group_id, kind, at) WHERE kind <> 'message';
CREATE INDEX interaction_targets ON interaction (org_id, source, target) WHERE target IS NOT NULL;
CREATE INDEX interaction_unresolved ON interaction (org_id, source, target) WHERE unresolved;

CREATE TABLE event_version (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    at {time} NOT NULL,
    starts_at {time} NOT NULL,
    ends_at {time} NOT NULL,
    title text,
    cancelled {bool} NOT NULL,
    content {bytes} NOT NULL,
    latest {bool} NOT NULL,
    PRIMARY KEY (org_id, source, event_id, at),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id)
) {strict};
CREATE INDEX event_version_ending ON event_version (org_id, group_id, ends_at) WHERE latest;

CREATE TABLE member_day (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    day {date} NOT NULL,
    person_id {uuid} NOT NULL,
    messages {count} NOT NULL CHECK (messages >= 0),
    counted {count} NOT NULL CHECK (counted >= 0),
    counted_under {count} NOT NULL,
    presence {count} NOT NULL CHECK (presence >= 0),
    signs {count} NOT NULL CHECK (signs >= 0),
    last_counted_at {time},
    last_message_at {time},
    PRIMARY KEY (org_id, group_id, day, person_id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
) {strict};

CREATE TABLE group_day (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    day {date} NOT NULL,
    messages {count} NOT NULL CHECK (messages >= 0),
    speakers {count} NOT NULL CHECK (speakers >= 0),
    presence {count} NOT NULL CHECK (presence >= 0),
    PRIMARY KEY (org_id, group_id, day),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id)
) {strict};
";

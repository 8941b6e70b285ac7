//! Organizations, accounts, policy, people, groups, jobs, audit, outbox.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&[
            "organization",
            "org_account",
            "audit_log",
            "outbox",
            "policy_version",
            "community",
            "chat_group",
            "person",
            "person_identity",
            "membership",
            "job",
        ])
        .await?;
        ddl.system_tables(&["account", "signing_key"]).await?;
        ddl.append_only(&["audit_log", "policy_version"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE organization (
    org_id {uuid} NOT NULL PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    time_zone text NOT NULL,
    created_at {time} NOT NULL
) {strict};

CREATE TABLE account (
    id {uuid} NOT NULL PRIMARY KEY,
    email text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    display_name text NOT NULL,
    created_at {time} NOT NULL
) {strict};

CREATE TABLE signing_key (
    kid text NOT NULL PRIMARY KEY,
    private_key {bytes} NOT NULL,
    public_key {bytes} NOT NULL,
    created_at {time} NOT NULL,
    retired_at {time}
) {strict};

CREATE TABLE org_account (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'READ_ONLY')),
    created_at {time} NOT NULL,
    PRIMARY KEY (org_id, account_id)
) {strict};
CREATE INDEX org_account_by_account ON org_account (account_id);

CREATE TABLE audit_log (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    at {time} NOT NULL,
    actor text NOT NULL,
    verb text NOT NULL,
    capability text NOT NULL,
    target text,
    detail {json},
    request_id text,
    PRIMARY KEY (org_id, id)
) {strict};

CREATE TABLE outbox (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    at {time} NOT NULL,
    name text NOT NULL,
    aggregate text NOT NULL,
    payload {json} NOT NULL,
    delivered_at {time},
    PRIMARY KEY (org_id, id)
) {strict};
CREATE INDEX outbox_waiting ON outbox (org_id, at) WHERE delivered_at IS NULL;

CREATE TABLE community (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
) {strict};

CREATE TABLE chat_group (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    community_id {uuid},
    name text NOT NULL,
    platform text NOT NULL
        CHECK (platform IN ('WECHAT', 'WECOM', 'TELEGRAM', 'DISCORD', 'QQ', 'WHATSAPP', 'OTHER')),
    kind text,
    time_zone text NOT NULL,
    first_presence_at {time},
    text_kept_from {date},
    created_at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
) {strict};
CREATE INDEX chat_group_by_community ON chat_group (org_id, community_id);

CREATE TABLE person (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    display_name text,
    named_at {time},
    created_at {time} NOT NULL,
    PRIMARY KEY (org_id, id)
) {strict};

CREATE TABLE person_identity (
    org_id {uuid} NOT NULL,
    platform text NOT NULL,
    external_id text NOT NULL,
    person_id {uuid} NOT NULL,
    PRIMARY KEY (org_id, platform, external_id),
    FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
) {strict};
CREATE INDEX person_identity_by_person ON person_identity (org_id, person_id);

CREATE TABLE membership (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    joined_at {time} NOT NULL,
    ended_at {time},
    ended_by text CHECK (ended_by IN ('LEFT', 'REMOVED')),
    began_at {time} NOT NULL,
    join_observed {bool} NOT NULL,
    began_observed {bool} NOT NULL,
    invited_by {uuid},
    sequence {count} NOT NULL,
    PRIMARY KEY (org_id, group_id, person_id, sequence),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id),
    FOREIGN KEY (org_id, invited_by) REFERENCES person (org_id, id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) {strict};
CREATE INDEX membership_running ON membership (org_id, group_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX membership_by_person ON membership (org_id, person_id);

CREATE TABLE policy_version (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    scope_id {uuid} NOT NULL,
    community_id {uuid},
    group_id {uuid},
    version {count} NOT NULL CHECK (version > 0),
    patch {json} NOT NULL,
    note text,
    published_by text NOT NULL,
    published_at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, scope_id, version),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    CHECK (scope_id = COALESCE(group_id, community_id, org_id)),
    CHECK (group_id IS NULL OR community_id IS NULL)
) {strict};

CREATE TABLE job (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    schedule text NOT NULL,
    period text NOT NULL,
    state text NOT NULL CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'DEAD')),
    due_at {time} NOT NULL,
    attempts {count} NOT NULL,
    token {count} NOT NULL,
    lease_until {time},
    last_error text,
    created_at {time} NOT NULL,
    finished_at {time},
    PRIMARY KEY (org_id, schedule, period)
) {strict};
CREATE INDEX job_open ON job (due_at) WHERE state IN ('WAITING', 'RUNNING');
";

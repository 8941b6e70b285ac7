//! Log-in by an identity provider (OpenID Connect), one of each organization's own.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["identity_provider", "identity", "provider_log_in"]).await?;
        ddl.on_sqlite(SESSION_ANEW).await?;
        ddl.on_postgres(SESSION_ALTERED).await
    }
}

// `client_secret` cannot be a hash: it is sent to the provider. `id` is another one for another
// issuer or client: sessions and log-ins that are under way name it. An `identity` is there for
// ever, whatever address the provider gives its holder later.
const TABLES: &str = r"
CREATE TABLE identity_provider (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    client_secret text NOT NULL,
    changed_at {time} NOT NULL,
    PRIMARY KEY (org_id, id)
) {strict};
CREATE UNIQUE INDEX identity_provider_of ON identity_provider (org_id);
CREATE TABLE identity (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id {uuid} NOT NULL,
    linked_at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id)
) {strict};
CREATE UNIQUE INDEX identity_of_subject ON identity (org_id, issuer, subject);
CREATE UNIQUE INDEX identity_of_account ON identity (org_id, issuer, account_id);
CREATE TABLE provider_log_in (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    provider_id {uuid} NOT NULL,
    state_hash {bytes} NOT NULL,
    secret_hash {bytes} NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    invitation_id {uuid},
    invitation_hash {bytes},
    begun_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    exchanged_at {time},
    subject text,
    email text,
    PRIMARY KEY (org_id, id),
    -- Whoever is under way to a provider that is not there any more begins anew.
    FOREIGN KEY (org_id, provider_id) REFERENCES identity_provider (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, invitation_id) REFERENCES invitation (org_id, id),
    CHECK ((invitation_id IS NULL) = (invitation_hash IS NULL)),
    CHECK (subject IS NULL OR exchanged_at IS NOT NULL)
) {strict};
CREATE INDEX provider_log_in_by_end ON provider_log_in (org_id, expires_at);
";

// SQLite changes no CHECK of a table that is there, and nothing points at this one. Why a session
// ended has none any more: a further reason would want the table anew again.
const SESSION_ANEW: &str = r"
CREATE TABLE session_anew (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    family_hash {bytes} NOT NULL,
    token_hash {bytes} NOT NULL,
    previous_hash {bytes},
    chain_key {bytes} NOT NULL,
    created_at {time} NOT NULL,
    refreshed_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    ended_at {time},
    ended_because text,
    address text,
    user_agent text,
    second_factor {bool} NOT NULL DEFAULT false,
    provider_id {uuid},
    PRIMARY KEY (org_id, id),
    -- Who is no member any more has no session either.
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id) ON DELETE CASCADE,
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
) {strict};
INSERT INTO session_anew (org_id, id, account_id, family_hash, token_hash, previous_hash, chain_key, created_at,
                          refreshed_at, expires_at, ended_at, ended_because, address, user_agent, second_factor)
    SELECT org_id, id, account_id, family_hash, token_hash, previous_hash, chain_key, created_at,
           refreshed_at, expires_at, ended_at, ended_because, address, user_agent, second_factor FROM session;
DROP TABLE session;
ALTER TABLE session_anew RENAME TO session;
CREATE INDEX session_by_account ON session (account_id, created_at);
CREATE INDEX session_by_end ON session (org_id, expires_at);
";

const SESSION_ALTERED: &str = r"
ALTER TABLE session ADD COLUMN provider_id uuid;
ALTER TABLE session DROP CONSTRAINT session_ended_because_check
";

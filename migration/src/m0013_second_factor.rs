//! A second factor beside the password, and the language of an account.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.system_tables(&["second_factor", "recovery_code"]).await?;
        ddl.on_sqlite(SESSION_ANEW).await?;
        ddl.on_postgres(SESSION_ALTERED).await?;
        ddl.on_postgres(LOCALE).await
    }
}

// `secret` cannot be a hash: each code is computed from it. `last_step` is the time step of the
// code that was taken last, so that none is taken twice.
const TABLES: &str = r"
CREATE TABLE second_factor (
    account_id {uuid} NOT NULL PRIMARY KEY REFERENCES account (id),
    secret {bytes} NOT NULL,
    begun_at {time} NOT NULL,
    active_since {time},
    last_step {long},
    CHECK ((active_since IS NULL) = (last_step IS NULL))
) {strict};
CREATE TABLE recovery_code (
    account_id {uuid} NOT NULL REFERENCES second_factor (account_id) ON DELETE CASCADE,
    code_hash {bytes} NOT NULL,
    PRIMARY KEY (account_id, code_hash)
) {strict};
ALTER TABLE account ADD COLUMN locale text CHECK (locale IN ('zh-CN', 'en'));
ALTER TABLE organization ADD COLUMN requires_second_factor {bool} NOT NULL DEFAULT false;
";

// SQLite changes no CHECK of a table that is there, and nothing points at this one.
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
    ended_because text CHECK (ended_because IN (
        'LOGGED_OUT', 'REVOKED', 'REUSED', 'PASSWORD_CHANGED', 'SECOND_FACTOR_CHANGED', 'SECOND_FACTOR_REQUIRED')),
    address text,
    user_agent text,
    second_factor {bool} NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, id),
    -- Who is no member any more has no session either.
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id) ON DELETE CASCADE,
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
) {strict};
INSERT INTO session_anew (org_id, id, account_id, family_hash, token_hash, previous_hash, chain_key, created_at,
                          refreshed_at, expires_at, ended_at, ended_because, address, user_agent)
    SELECT org_id, id, account_id, family_hash, token_hash, previous_hash, chain_key, created_at,
           refreshed_at, expires_at, ended_at, ended_because, address, user_agent FROM session;
DROP TABLE session;
ALTER TABLE session_anew RENAME TO session;
CREATE INDEX session_by_account ON session (account_id, created_at);
CREATE INDEX session_by_end ON session (org_id, expires_at);
";

const SESSION_ALTERED: &str = r"
ALTER TABLE session ADD COLUMN second_factor boolean NOT NULL DEFAULT false;
ALTER TABLE session DROP CONSTRAINT session_ended_because_check;
ALTER TABLE session ADD CONSTRAINT session_ended_because_check CHECK (ended_because IN (
    'LOGGED_OUT', 'REVOKED', 'REUSED', 'PASSWORD_CHANGED', 'SECOND_FACTOR_CHANGED', 'SECOND_FACTOR_REQUIRED'))
";

// Authentication asks for it together with the role, as a role that may not read accounts; this
// gives it one column of one of them.
const LOCALE: &str = r"
CREATE FUNCTION qun_account_locale(account uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path FROM CURRENT
    AS 'SELECT locale FROM account WHERE id = $1';
REVOKE ALL ON FUNCTION qun_account_locale(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qun_account_locale(uuid) TO qun_app
";

//! Letters with a token in them: the queue of those to be sent, and what the tokens are good for.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.system_tables(&["mailed_token"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE mailed_token (
    id {uuid} NOT NULL PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('SIGN_UP', 'RESET_PASSWORD')),
    email text NOT NULL,
    locale text NOT NULL,
    requested_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    token_hash {bytes} UNIQUE,
    tries {count} NOT NULL,
    next_try_at {time} NOT NULL,
    sent_at {time},
    used_at {time}
) {strict};
CREATE INDEX mailed_token_waiting ON mailed_token (next_try_at) WHERE sent_at IS NULL;
CREATE INDEX mailed_token_by_end ON mailed_token (expires_at);
";

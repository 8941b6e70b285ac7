//! The order of scorecards, in words that Postgres looks up under row-level security.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Ddl::new(manager).run(INDEX).await
    }
}

// Both columns fall, so that a place in the order is one comparison of both, which the index
// answers; equal scores are no stretch to be walked. COALESCE counts as a function that may leak what it sees, so that a condition on it is
// checked row by row, after the policy of the table; CASE does not.
const INDEX: &str = r"
DROP INDEX tier_score_ranked;
CREATE INDEX tier_score_ranked ON tier_score
    (org_id, evaluation_id, (CASE WHEN score IS NULL THEN -1 ELSE score END) DESC, person_id DESC);
";

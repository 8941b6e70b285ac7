//! Statistics after many rows came at once.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Ddl::new(manager).on_postgres(FUNCTION).await
    }
}

// Only the owner of a table may gather its statistics, and no role that serves owns one.
const FUNCTION: &str = r"
CREATE FUNCTION qun_gather_statistics() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path FROM CURRENT
    AS 'ANALYZE interaction, member_day, group_day, membership, person, person_identity, event_version, tier_score, tier_evaluation';
REVOKE ALL ON FUNCTION qun_gather_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qun_gather_statistics() TO qun_system
";

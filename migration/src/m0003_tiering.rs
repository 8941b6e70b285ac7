//! Weekly tiering: evaluations, scorecards, pins.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(TABLES).await?;
        ddl.tenant_tables(&["tier_evaluation", "tier_score", "tier_pin"]).await
    }
}

const TABLES: &str = r"
CREATE TABLE tier_evaluation (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    scope_id {uuid} NOT NULL,
    community_id {uuid},
    group_id {uuid},
    week text NOT NULL,
    revision {count} NOT NULL CHECK (revision > 0),
    latest {bool} NOT NULL,
    as_of {time} NOT NULL,
    policy_versions {json} NOT NULL,
    policy {json} NOT NULL,
    applicability {json} NOT NULL,
    dimensions_changed {json},
    leaves_observed {bool} NOT NULL,
    members {count} NOT NULL,
    distribution {json} NOT NULL,
    movements {json} NOT NULL,
    evaluated_at {time} NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, scope_id, week, revision),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    CHECK (scope_id = COALESCE(group_id, community_id)),
    CHECK (group_id IS NULL OR community_id IS NULL)
) {strict};
CREATE UNIQUE INDEX tier_evaluation_latest ON tier_evaluation (org_id, scope_id, week) WHERE latest;

CREATE TABLE tier_score (
    org_id {uuid} NOT NULL,
    evaluation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    tier text NOT NULL CHECK (tier IN ('CORE', 'ACTIVE', 'ORDINARY', 'SILENT', 'NEW')),
    week_tier text NOT NULL CHECK (week_tier IN ('CORE', 'ACTIVE', 'ORDINARY', 'SILENT', 'NEW')),
    previous_tier text CHECK (previous_tier IN ('CORE', 'ACTIVE', 'ORDINARY', 'SILENT', 'NEW')),
    score {double},
    band text CHECK (band IN ('CORE', 'ACTIVE', 'ORDINARY', 'WATCH')),
    fading {bool} NOT NULL,
    silent {bool} NOT NULL,
    fell_to_watch {bool} NOT NULL,
    pinned {bool} NOT NULL,
    age_days {count} NOT NULL,
    counted_in_week {count} NOT NULL,
    strikes {count} NOT NULL,
    lower_than_core {count} NOT NULL,
    lower_than_active {count} NOT NULL,
    raw_frequency {double},
    raw_quality {double},
    raw_events {double},
    raw_invites {double},
    raw_violations {double},
    normalized_frequency {double},
    normalized_quality {double},
    normalized_events {double},
    normalized_invites {double},
    normalized_violations {double},
    weight_frequency {double},
    weight_quality {double},
    weight_events {double},
    weight_invites {double},
    weight_violations {double},
    reasons text NOT NULL,
    PRIMARY KEY (org_id, evaluation_id, person_id),
    FOREIGN KEY (org_id, evaluation_id) REFERENCES tier_evaluation (org_id, id),
    FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
) {strict};

CREATE INDEX tier_score_ranked ON tier_score (org_id, evaluation_id, (COALESCE(score, -1)) DESC, person_id);

CREATE TABLE tier_pin (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    scope_id {uuid} NOT NULL,
    community_id {uuid},
    group_id {uuid},
    person_id {uuid} NOT NULL,
    tier text NOT NULL CHECK (tier IN ('CORE', 'ACTIVE', 'ORDINARY')),
    reason text NOT NULL,
    pinned_by text NOT NULL,
    pinned_at {time} NOT NULL,
    expires_at {time},
    lifted_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES chat_group (org_id, id),
    FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id),
    CHECK (scope_id = COALESCE(group_id, community_id)),
    CHECK (group_id IS NULL OR community_id IS NULL)
) {strict};
CREATE INDEX tier_pin_by_scope ON tier_pin (org_id, scope_id, person_id);
";

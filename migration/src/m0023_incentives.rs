//! What members are given beside their work: badges, bonuses and places in training.

use sea_orm_migration::prelude::*;

use crate::ddl::Ddl;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.run(BADGES).await?;
        ddl.run(BONUSES).await?;
        ddl.run(PLACES).await?;
        ddl.tenant_tables(&["badge", "badge_award", "bonus", "training_offer", "training_place"]).await
    }
}

const BADGES: &str = r"
CREATE TABLE badge (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    icon text NOT NULL,
    created_by text NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (org_id, id)
) {strict};
CREATE UNIQUE INDEX badge_name ON badge (org_id, name) WHERE archived_at IS NULL;
CREATE TABLE badge_award (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    badge_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    reason text NOT NULL,
    awarded_by text NOT NULL,
    awarded_at {time} NOT NULL,
    revoke_reason text,
    revoked_by text,
    revoked_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, badge_id) REFERENCES badge (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id)
) {strict};
CREATE UNIQUE INDEX badge_award_once ON badge_award (org_id, account_id, badge_id, reason) WHERE revoked_at IS NULL;
CREATE INDEX badge_award_of ON badge_award (org_id, account_id, id);
";

const BONUSES: &str = r"
CREATE TABLE bonus (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    month {date} NOT NULL,
    key text NOT NULL,
    minor_units {long} NOT NULL CHECK (minor_units > 0),
    currency text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    granted_by text NOT NULL,
    granted_at {time} NOT NULL,
    paid_on {date},
    reference text,
    paid_by text,
    paid_at {time},
    cancel_reason text,
    cancelled_by text,
    cancelled_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id)
) {strict};
CREATE UNIQUE INDEX bonus_once ON bonus (org_id, account_id, month, key) WHERE cancelled_at IS NULL;
CREATE INDEX bonus_of ON bonus (org_id, account_id, id);
CREATE INDEX bonus_month ON bonus (org_id, month, id);
";

const PLACES: &str = r"
CREATE TABLE training_offer (
    org_id {uuid} NOT NULL REFERENCES organization (org_id),
    id {uuid} NOT NULL,
    title text NOT NULL,
    places {count} NOT NULL CHECK (places > 0),
    first_day {date} NOT NULL,
    last_day {date} NOT NULL,
    note text,
    closes_on {date} NOT NULL,
    created_by text NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (org_id, id),
    CHECK (first_day <= last_day)
) {strict};
CREATE TABLE training_place (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    offer_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    allocated_by text NOT NULL,
    allocated_at {time} NOT NULL,
    release_reason text,
    released_by text,
    released_at {time},
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, offer_id) REFERENCES training_offer (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES org_account (org_id, account_id)
) {strict};
CREATE UNIQUE INDEX training_place_once ON training_place (org_id, offer_id, account_id) WHERE released_at IS NULL;
CREATE INDEX training_place_of ON training_place (org_id, account_id, id);
";

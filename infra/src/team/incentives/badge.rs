//! Rows of badges and of whom they were awarded to.

use qun_domain::access::Reason;
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, AwardId, BadgeId};
use qun_domain::team::{Award, AwardBadge, Badge, BadgesPort, CreateBadge};
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;

use super::withdrawal::withdrawal;
use crate::db::{OrgTx, TenantSql, Union, column, one_row, timestamp, timestamp_or_none};

const BADGE: &str = "id, name, description, icon, created_at, archived_at";

const AWARD: &str =
    "id, badge_id, account_id, reason, awarded_by, awarded_at, revoke_reason, revoked_by, revoked_at";

fn badge(row: &QueryResult) -> Result<Badge, Fault> {
    Ok(Badge {
        id: BadgeId(column(row, 0)?),
        name: column(row, 1)?,
        description: column(row, 2)?,
        icon: column(row, 3)?,
        created_at: timestamp(row, 4)?,
        archived_at: timestamp_or_none(row, 5)?,
    })
}

fn award(row: &QueryResult) -> Result<Award, Fault> {
    Ok(Award {
        id: AwardId(column(row, 0)?),
        badge: BadgeId(column(row, 1)?),
        account: AccountId(column(row, 2)?),
        reason: column(row, 3)?,
        awarded_by: column(row, 4)?,
        awarded_at: timestamp(row, 5)?,
        revoked: withdrawal(row, 6)?,
    })
}

/// A page of badges, oldest first: those that go on, or all.
///
/// # Errors
/// A fault when the database fails.
pub async fn badges_page(
    sql: &impl TenantSql,
    with_archived: bool,
    after: Option<BadgeId>,
    limit: u32,
) -> Result<Vec<Badge>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let later = after.map_or("", |id| {
        params.push(id.0.into());
        "AND id > $3"
    });
    let running = if with_archived { "" } else { "AND archived_at IS NULL" };
    let text = format!("SELECT {BADGE} FROM badge WHERE org_id = $1 {running} {later} ORDER BY id LIMIT $2");
    sql.rows(&text, params).await?.iter().map(badge).collect()
}

/// Badges by id, in no order.
///
/// # Errors
/// A fault when the database fails.
pub async fn badges_by_id(sql: &impl TenantSql, ids: &[BadgeId]) -> Result<Vec<Badge>, Fault> {
    let dialect = sql.dialect();
    let set = dialect.is_one_of_ids(2);
    let text = format!("SELECT {BADGE} FROM badge WHERE org_id = $1 AND id {set}");
    sql.rows(&text, vec![dialect.ids(ids.iter().map(|id| id.0))]).await?.iter().map(badge).collect()
}

/// An award.
///
/// # Errors
/// A fault when the database fails.
pub async fn award_by_id(sql: &impl TenantSql, id: AwardId) -> Result<Option<Award>, Fault> {
    let text = format!("SELECT {AWARD} FROM badge_award WHERE org_id = $1 AND id = $2");
    sql.rows(&text, vec![id.0.into()]).await?.first().map(award).transpose()
}

/// A page of the badges of a member, the last awarded first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AwardPage {
    /// Whose.
    pub account: AccountId,
    /// Whether those that were taken back are among them.
    pub with_revoked: bool,
    /// Those awarded before this one.
    pub after: Option<AwardId>,
    /// At most so many.
    pub limit: u32,
}

/// The awards of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn award_pages(sql: &impl TenantSql, pages: &[AwardPage]) -> Result<Vec<Vec<Award>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let account = union.bind(page.account.0);
        let older = |id: AwardId| format!(" AND id < {}", union.bind(id.0));
        let older = page.after.map(older).unwrap_or_default();
        let held = if page.with_revoked { "" } else { " AND revoked_at IS NULL" };
        let limit = union.bind(i64::from(page.limit));
        union.select(
            AWARD,
            &format!(
                "FROM badge_award WHERE org_id = $1 AND account_id = {account}{held}{older} ORDER BY id DESC LIMIT {limit}"
            ),
        );
    }
    union.pages_by(sql, 9, award, |award| std::cmp::Reverse(award.id)).await
}

impl BadgesPort for OrgTx {
    async fn badge(&mut self, id: BadgeId) -> Result<Option<Badge>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {BADGE} FROM badge WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(badge).transpose()
    }

    async fn badge_named(&mut self, name: &str) -> Result<Option<Badge>, Fault> {
        let text =
            format!("SELECT {BADGE} FROM badge WHERE org_id = $1 AND name = $2 AND archived_at IS NULL");
        self.rows(&text, vec![name.into()]).await?.first().map(badge).transpose()
    }

    async fn add_badge(&mut self, new: &CreateBadge) -> Result<Badge, Fault> {
        let badge = Badge {
            id: self.new_id(),
            name: new.name.to_string(),
            description: new.description.to_string(),
            icon: new.icon.to_string(),
            created_at: self.now(),
            archived_at: None,
        };
        self.run(
            "INSERT INTO badge (org_id, id, name, description, icon, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                badge.id.0.into(),
                badge.name.as_str().into(),
                badge.description.as_str().into(),
                badge.icon.as_str().into(),
                self.scope().actor().to_string().into(),
                badge.created_at.millis().into(),
            ],
        )
        .await?;
        Ok(badge)
    }

    async fn archive_badge(&mut self, badge: Badge) -> Result<Badge, Fault> {
        let now = self.now();
        let sql = "UPDATE badge SET archived_at = $3 WHERE org_id = $1 AND id = $2";
        one_row(self.run(sql, vec![badge.id.0.into(), now.millis().into()]).await?, "archiving a badge")?;
        Ok(Badge { archived_at: Some(now), ..badge })
    }

    async fn award(&mut self, id: AwardId) -> Result<Option<Award>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {AWARD} FROM badge_award WHERE org_id = $1 AND id = $2{lock}");
        self.rows(&text, vec![id.0.into()]).await?.first().map(award).transpose()
    }

    async fn award_for(
        &mut self,
        badge: BadgeId,
        account: AccountId,
        reason: &Reason,
    ) -> Result<Option<Award>, Fault> {
        let text = format!(
            "SELECT {AWARD} FROM badge_award
             WHERE org_id = $1 AND account_id = $2 AND badge_id = $3 AND reason = $4 AND revoked_at IS NULL"
        );
        let params: Vec<Value> = vec![account.0.into(), badge.0.into(), reason.as_str().into()];
        self.rows(&text, params).await?.first().map(award).transpose()
    }

    async fn add_award(&mut self, new: &AwardBadge) -> Result<Award, Fault> {
        let award = Award {
            id: self.new_id(),
            badge: new.badge,
            account: new.account,
            reason: new.reason.as_str().to_owned(),
            awarded_by: self.scope().actor().to_string(),
            awarded_at: self.now(),
            revoked: None,
        };
        self.run(
            "INSERT INTO badge_award (org_id, id, badge_id, account_id, reason, awarded_by, awarded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                award.id.0.into(),
                award.badge.0.into(),
                award.account.0.into(),
                award.reason.as_str().into(),
                award.awarded_by.as_str().into(),
                award.awarded_at.millis().into(),
            ],
        )
        .await?;
        Ok(award)
    }

    async fn revoke_award(&mut self, award: Award, reason: &Reason) -> Result<Award, Fault> {
        let revoked = self.withdrawal(reason);
        let sql = "UPDATE badge_award SET revoke_reason = $3, revoked_by = $4, revoked_at = $5
                   WHERE org_id = $1 AND id = $2";
        let params = vec![
            award.id.0.into(),
            revoked.reason.as_str().into(),
            revoked.by.as_str().into(),
            revoked.at.millis().into(),
        ];
        one_row(self.run(sql, params).await?, "taking a badge back")?;
        Ok(Award { revoked: Some(revoked), ..award })
    }
}

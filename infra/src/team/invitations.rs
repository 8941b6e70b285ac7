//! Rows of invitations.

use qun_domain::access::{AuditPort, Email, Position, Rank, Role, SecretHash};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, GroupId, InvitationId};
use qun_domain::locale::Locale;
use qun_domain::scope::Scope;
use qun_domain::team::{Delivery, Invitation, InvitationState, InvitationsPort, Share};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use uuid::Uuid;

use crate::db::{OrgTx, TenantSql, column, one_row, timestamp, timestamp_or_none};

/// What [`invitation_model`] reads, of `invitation i`.
pub(crate) const INVITATION: &str = "i.id, i.email, i.role, i.rank, i.community_id, i.group_id, i.share, i.invited_by, \
                                     i.invited_at, i.expires_at, i.accepted_by, i.accepted_at, i.revoked_at, \
                                     i.secret_hash";

/// A row of [`INVITATION`].
pub(crate) fn invitation_model(row: &QueryResult) -> Result<Invitation, Fault> {
    let id = InvitationId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("invitation.{name} of {id} cannot be read"));
    let email: Option<String> = column(row, 1)?;
    let email: Option<Email> = email.map(|text| text.parse().map_err(|_| bad("email"))).transpose()?;
    let role: Role = column::<String>(row, 2)?.parse().map_err(|_| bad("role"))?;
    let rank: Option<String> = column(row, 3)?;
    let rank: Option<Rank> = rank.map(|code| code.parse().map_err(|_| bad("rank"))).transpose()?;
    let (community, group): (Option<Uuid>, Option<Uuid>) = (column(row, 4)?, column(row, 5)?);
    let scope = Scope::of_columns(community.map(CommunityId), group.map(GroupId));
    let share = u16::try_from(column::<i32>(row, 6)?).ok().and_then(|share| Share::try_from(share).ok());
    let secret_hash: Option<Vec<u8>> = column(row, 13)?;
    let accepted_by = column::<Option<Uuid>>(row, 10)?.map(AccountId);
    Ok(Invitation {
        id,
        email,
        position: Position { role, rank, scope },
        share: share.ok_or_else(|| bad("share"))?,
        invited_by: column::<Option<Uuid>>(row, 7)?.map(AccountId),
        invited_at: timestamp(row, 8)?,
        expires_at: timestamp(row, 9)?,
        accepted: accepted_by.zip(timestamp_or_none(row, 11)?),
        revoked_at: timestamp_or_none(row, 12)?,
        secret_hash: secret_hash.map(|hash| hash.try_into().map_err(|_| bad("secret_hash"))).transpose()?,
    })
}

/// A page of invitations to one scope, newest first.
#[derive(Clone, Copy, Debug)]
pub struct InvitationPage {
    /// Those to positions at this scope.
    pub scope: Scope,
    /// Those that are in this state alone.
    pub state: Option<InvitationState>,
    /// Those older than this one.
    pub after: Option<InvitationId>,
    /// At most so many.
    pub limit: u32,
}

/// The invitations of a page, as they are at `now`.
///
/// # Errors
/// A fault when the database fails.
pub async fn invitations_page(
    sql: &impl TenantSql,
    page: InvitationPage,
    now: Timestamp,
) -> Result<Vec<Invitation>, Fault> {
    let (community, group) = page.scope.columns();
    let mut params: Vec<Value> = vec![i64::from(page.limit).into()];
    let mut bind = |value: Value| {
        params.push(value);
        format!("${}", params.len() + 1)
    };
    let mut conditions = match (community, group) {
        (Some(id), _) => format!(" AND i.community_id = {}", bind(id.0.into())),
        (None, Some(id)) => format!(" AND i.group_id = {}", bind(id.0.into())),
        (None, None) => " AND i.community_id IS NULL AND i.group_id IS NULL".to_owned(),
    };
    let pending = "i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at";
    conditions += &match page.state {
        None => String::new(),
        Some(InvitationState::Accepted) => " AND i.accepted_at IS NOT NULL".to_owned(),
        Some(InvitationState::Revoked) => " AND i.revoked_at IS NOT NULL".to_owned(),
        Some(InvitationState::Open) => format!(" AND {pending} > {}", bind(now.millis().into())),
        Some(InvitationState::Expired) => format!(" AND {pending} <= {}", bind(now.millis().into())),
    };
    if let Some(id) = page.after {
        conditions += &format!(" AND i.id < {}", bind(id.0.into()));
    }
    let text = format!(
        "SELECT {INVITATION} FROM invitation i WHERE i.org_id = $1{conditions} ORDER BY i.id DESC LIMIT $2"
    );
    sql.rows(&text, params).await?.iter().map(invitation_model).collect()
}

/// An invitation by its id.
///
/// # Errors
/// A fault when the database fails.
pub async fn invitation_by_id(sql: &impl TenantSql, id: InvitationId) -> Result<Option<Invitation>, Fault> {
    find(sql, "i.id = $2", id.0.into(), "").await
}

async fn find(
    sql: &impl TenantSql,
    condition: &str,
    value: Value,
    lock: &str,
) -> Result<Option<Invitation>, Fault> {
    let text = format!("SELECT {INVITATION} FROM invitation i WHERE i.org_id = $1 AND {condition}{lock}");
    sql.rows(&text, vec![value]).await?.first().map(invitation_model).transpose()
}

/// What is neither accepted nor called back.
const PENDING: &str = "i.accepted_at IS NULL AND i.revoked_at IS NULL";

impl InvitationsPort for OrgTx {
    async fn invitation(&mut self, id: InvitationId) -> Result<Option<Invitation>, Fault> {
        find(&**self, "i.id = $2", id.0.into(), self.dialect().for_update()).await
    }

    async fn invitation_to(&mut self, email: &Email) -> Result<Option<Invitation>, Fault> {
        let condition = format!("i.email = $2 AND {PENDING}");
        find(&**self, &condition, email.as_str().into(), self.dialect().for_update()).await
    }

    async fn open_invitations(&mut self) -> Result<u64, Fault> {
        let text = format!(
            "SELECT COUNT(*) FROM invitation i WHERE i.org_id = $1 AND {PENDING} AND i.expires_at > $2"
        );
        let rows = self.rows(&text, vec![self.now().millis().into()]).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| column(row, 0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn add_invitation(
        &mut self,
        delivery: &Delivery,
        position: Position,
        share: Share,
        expires_at: Timestamp,
    ) -> Result<InvitationId, Fault> {
        let now = self.now().millis();
        let (id, email, locale, secret_hash): (InvitationId, _, _, _) = match delivery {
            Delivery::Letter { email, locale } => (self.new_id(), Some(email.as_str()), *locale, None),
            Delivery::Link { id, secret_hash } => (*id, None, Locale::default(), Some(secret_hash.to_vec())),
        };
        let (community, group) = position.scope.columns();
        let invited_by = self.acting();
        self.run(
            "INSERT INTO invitation (org_id, id, email, locale, role, rank, community_id, group_id, share, invited_by,
                                     invited_at, expires_at, secret_hash, letter_at, letter_tries)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)",
            vec![
                id.0.into(),
                email.into(),
                locale.code().into(),
                position.role.code().into(),
                position.rank.map(Rank::code).into(),
                community.map(|id| id.0).into(),
                group.map(|id| id.0).into(),
                i32::from(share.basis_points()).into(),
                invited_by.map(|id| id.0).into(),
                now.into(),
                expires_at.millis().into(),
                secret_hash.into(),
                email.map(|_| now).into(),
            ],
        )
        .await?;
        Ok(id)
    }

    async fn renew_invitation(
        &mut self,
        invitation: &Invitation,
        secret_hash: Option<SecretHash>,
        expires_at: Timestamp,
    ) -> Result<(), Fault> {
        let invited_by = self.acting();
        let letter_at = invitation.email.as_ref().map(|_| self.now().millis());
        let text =
            "UPDATE invitation SET secret_hash = $3, expires_at = $4, letter_at = $5, letter_tries = 0,
                                          invited_by = $6
                    WHERE org_id = $1 AND id = $2";
        let params = vec![
            invitation.id.0.into(),
            secret_hash.map(|hash| hash.to_vec()).into(),
            expires_at.millis().into(),
            letter_at.into(),
            invited_by.map(|id| id.0).into(),
        ];
        self.one_invitation(text, params).await
    }

    async fn address_invitation(
        &mut self,
        id: InvitationId,
        email: &Email,
        locale: Locale,
    ) -> Result<(), Fault> {
        let text = "UPDATE invitation SET email = $3, locale = $4, letter_at = $5, letter_tries = 0
                    WHERE org_id = $1 AND id = $2";
        let now = self.now().millis();
        let params = vec![id.0.into(), email.as_str().into(), locale.code().into(), now.into()];
        self.one_invitation(text, params).await
    }

    async fn revoke_invitation(&mut self, id: InvitationId) -> Result<(), Fault> {
        let text = "UPDATE invitation SET revoked_at = $3, letter_at = NULL WHERE org_id = $1 AND id = $2";
        self.one_invitation(text, vec![id.0.into(), self.now().millis().into()]).await
    }

    async fn accept_invitation(&mut self, id: InvitationId, account: AccountId) -> Result<(), Fault> {
        let now = self.now().millis();
        self.run(
            "INSERT INTO org_account (org_id, account_id, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (org_id, account_id) DO UPDATE SET left_at = NULL, suspended_at = NULL",
            vec![account.0.into(), now.into()],
        )
        .await?;
        let text = "UPDATE invitation SET accepted_by = $3, accepted_at = $4, letter_at = NULL
                    WHERE org_id = $1 AND id = $2";
        self.one_invitation(text, vec![id.0.into(), account.0.into(), now.into()]).await
    }
}

impl OrgTx {
    async fn one_invitation(&self, text: &str, params: Vec<Value>) -> Result<(), Fault> {
        one_row(self.run(text, params).await?, "changing an invitation")?;
        Ok(())
    }
}

//! Rows of members, their assignments and their history.

use std::collections::{BTreeMap, HashMap};

use qun_domain::access::{Actor, Level, Position, Rank, Standing};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, AssignmentId, LadderStepId};
use qun_domain::scope::Scope;
use qun_domain::team::{Held, LadderStep, Member, MemberState, MembersPort, Share, StepKind};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use uuid::Uuid;

use crate::access::assignments;
use crate::db::{OrgTx, TenantSql, Union, column, one_row, timestamp, timestamp_or_none};

/// A member as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// The account.
    pub account: AccountId,
    /// Whether it may do anything.
    pub state: MemberState,
    /// When it joined.
    pub joined_at: Timestamp,
}

const STATE: &str = "CASE WHEN m.left_at IS NOT NULL THEN 'LEFT'
                          WHEN m.suspended_at IS NOT NULL THEN 'SUSPENDED' ELSE 'ACTIVE' END";

/// A page of the members of an organization, in the order in which their accounts were made.
///
/// # Errors
/// A fault when the database fails.
pub async fn members_page(
    sql: &impl TenantSql,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<MemberRow>, Fault> {
    let mut params: Vec<Value> = vec![i64::from(limit).into()];
    let later = after.map_or("", |id| {
        params.push(id.0.into());
        "AND m.account_id > $3"
    });
    let text = format!(
        "SELECT m.account_id, {STATE}, m.created_at FROM org_account m
         WHERE m.org_id = $1 {later} ORDER BY m.account_id LIMIT $2"
    );
    sql.rows(&text, params).await?.iter().map(member_row).collect()
}

/// Members by their accounts, in no order.
///
/// # Errors
/// A fault when the database fails.
pub async fn member_rows(sql: &impl TenantSql, ids: &[AccountId]) -> Result<Vec<MemberRow>, Fault> {
    let dialect = sql.dialect();
    let set = dialect.is_one_of_ids(2);
    let text = format!(
        "SELECT m.account_id, {STATE}, m.created_at FROM org_account m
         WHERE m.org_id = $1 AND m.account_id {set}"
    );
    let rows = sql.rows(&text, vec![dialect.ids(ids.iter().map(|id| id.0))]).await?;
    rows.iter().map(member_row).collect()
}

fn member_row(row: &QueryResult) -> Result<MemberRow, Fault> {
    let account = AccountId(column(row, 0)?);
    Ok(MemberRow { account, state: state(row, 1, account)?, joined_at: timestamp(row, 2)? })
}

fn state(row: &QueryResult, index: usize, account: AccountId) -> Result<MemberState, Fault> {
    let code: String = column(row, index)?;
    code.parse().map_err(|error| Fault::from_error(format!("the state of {account}"), error))
}

/// What [`held`] reads of `role_assignment p`, behind [`assignments::COLUMNS`].
pub(super) const HELD: &str = "p.account_id, p.began_at, p.ranked_at, p.share";

/// The assignments of accounts that have not ended, in the order in which they began.
///
/// # Errors
/// A fault when the database fails.
pub async fn assignments_of(
    read: &impl TenantSql,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<HashMap<AccountId, Vec<Held>>, Fault> {
    let dialect = read.dialect();
    let set = dialect.is_one_of_ids(2);
    let text = format!(
        "SELECT {}, {HELD} FROM role_assignment p
         WHERE p.org_id = $1 AND p.account_id {set} AND p.ended_at IS NULL ORDER BY p.began_at, p.id",
        assignments::COLUMNS
    );
    let mut found: HashMap<AccountId, Vec<Held>> = HashMap::new();
    for row in read.rows(&text, vec![dialect.ids(accounts.iter().map(|id| id.0))]).await? {
        let held = held(&row, now)?;
        found.entry(held.account).or_default().push(held);
    }
    Ok(found)
}

/// A row of [`HELD`] behind the columns of assignments.
pub(super) fn held(row: &QueryResult, now: Timestamp) -> Result<Held, Fault> {
    let assignment = assignments::assignment(row, now)?;
    let share = u16::try_from(column::<i32>(row, 9)?).ok().and_then(|share| Share::try_from(share).ok());
    let share =
        share.ok_or_else(|| Fault::new(format!("role_assignment.share of {} is none", assignment.id)))?;
    Ok(Held {
        assignment,
        account: AccountId(column(row, 6)?),
        began_at: timestamp(row, 7)?,
        ranked_at: timestamp(row, 8)?,
        share,
        acts_until: timestamp_or_none(row, 5)?,
    })
}

/// A page of the history of a member, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LadderPage {
    /// Whose.
    pub account: AccountId,
    /// Those older than this one.
    pub after: Option<LadderStepId>,
    /// At most so many.
    pub limit: u32,
}

/// A step in the history of a member.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: LadderStepId,
    /// What happened.
    pub step: LadderStep,
    /// Who did it, as the audit log names actors.
    pub done_by: String,
    /// When.
    pub at: Timestamp,
}

/// The steps of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn ladder_pages(sql: &impl TenantSql, pages: &[LadderPage]) -> Result<Vec<Vec<Step>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let account = union.bind(page.account.0);
        let older = |id: LadderStepId| format!(" AND id < {}", union.bind(id.0));
        let older = page.after.map(older).unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        union.select(
            "id, account_id, assignment_id, kind, from_rank, to_rank, reason, done_by, at",
            &format!(
                "FROM ladder_step WHERE org_id = $1 AND account_id = {account}{older} ORDER BY id DESC LIMIT {limit}"
            ),
        );
    }
    union.pages(sql, 9, step).await
}

fn step(row: &QueryResult) -> Result<Step, Fault> {
    let id = LadderStepId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("ladder_step.{name} of {id} cannot be read"));
    let rank = |index, name| -> Result<Option<Rank>, Fault> {
        column::<Option<String>>(row, index)?.map(|code| code.parse().map_err(|_| bad(name))).transpose()
    };
    let reason: Option<String> = column(row, 6)?;
    let step = LadderStep {
        account: AccountId(column(row, 1)?),
        assignment: column::<Option<Uuid>>(row, 2)?.map(AssignmentId),
        kind: column::<String>(row, 3)?.parse::<StepKind>().map_err(|_| bad("kind"))?,
        from: rank(4, "from_rank")?,
        to: rank(5, "to_rank")?,
        reason: reason.map(|text| text.parse().map_err(|_| bad("reason"))).transpose()?,
    };
    Ok(Step { id, step, done_by: column(row, 7)?, at: timestamp(row, 8)? })
}

impl MembersPort for OrgTx {
    fn level(&self, at: Scope) -> Option<Level> {
        match self.scope().actor() {
            Actor::Account { standing, .. } => standing.level(at),
            Actor::ApiKey { .. } | Actor::Job => None,
            Actor::Operator => Some(Level::Owner),
        }
    }

    async fn member(&mut self, account: AccountId) -> Result<Option<Member>, Fault> {
        let lock = self.dialect().for_update();
        let text =
            format!("SELECT {STATE} FROM org_account m WHERE m.org_id = $1 AND m.account_id = $2{lock}");
        let rows = self.rows(&text, vec![account.0.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let state = state(row, 0, account)?;
        let text = format!(
            "SELECT {} FROM role_assignment p WHERE p.org_id = $1 AND p.account_id = $2 AND p.ended_at IS NULL",
            assignments::COLUMNS
        );
        let now = self.now();
        let rows = self.rows(&text, vec![account.0.into()]).await?;
        let held = rows.iter().map(|row| assignments::assignment(row, now)).collect::<Result<_, _>>()?;
        Ok(Some(Member { account, state, standing: Standing::new(held, BTreeMap::new()) }))
    }

    async fn held(&mut self, id: AssignmentId) -> Result<Option<Held>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!(
            "SELECT {}, {HELD} FROM role_assignment p
             WHERE p.org_id = $1 AND p.id = $2 AND p.ended_at IS NULL{lock}",
            assignments::COLUMNS
        );
        let now = self.now();
        self.rows(&text, vec![id.0.into()]).await?.first().map(|row| held(row, now)).transpose()
    }

    async fn has_scope(&mut self, scope: Scope) -> Result<bool, Fault> {
        let (table, id) = match scope {
            Scope::Organization => return Ok(true),
            Scope::Community(id) => ("community", id.0),
            Scope::Group(id) => ("chat_group", id.0),
        };
        let text = format!("SELECT 1 FROM {table} WHERE org_id = $1 AND id = $2");
        Ok(!self.rows(&text, vec![id.into()]).await?.is_empty())
    }

    async fn has_other_owner(&mut self, account: AccountId) -> Result<bool, Fault> {
        // All of them are held, so that two owners who take leave of each other come one by one.
        let lock = self.dialect().for_update();
        let text = format!(
            "SELECT m.account_id FROM org_account m
             JOIN role_assignment p ON p.org_id = m.org_id AND p.account_id = m.account_id
             WHERE m.org_id = $1 AND p.role = 'OWNER' AND p.scope_id = $1 AND p.ended_at IS NULL
               AND m.suspended_at IS NULL AND m.left_at IS NULL
             ORDER BY m.account_id{lock}"
        );
        for row in self.rows(&text, vec![]).await? {
            if column::<Uuid>(&row, 0)? != account.0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn assign(
        &mut self,
        account: AccountId,
        position: Position,
        share: Share,
    ) -> Result<AssignmentId, Fault> {
        let id: AssignmentId = self.new_id();
        let (sql, params) = assignments::insert(id, account, position, share.basis_points(), self.now());
        self.run(sql, params).await?;
        self.changes_power();
        Ok(id)
    }

    async fn set_rank(&mut self, held: &Held, rank: Rank) -> Result<(), Fault> {
        let sql = "UPDATE role_assignment SET rank = $3, ranked_at = $4 WHERE org_id = $1 AND id = $2";
        let params = vec![held.assignment.id.0.into(), rank.code().into(), self.now().millis().into()];
        self.change_one(sql, params).await
    }

    async fn set_acting(&mut self, held: &Held, until: Option<Timestamp>) -> Result<(), Fault> {
        let sql = "UPDATE role_assignment SET acts_until = $3 WHERE org_id = $1 AND id = $2";
        let params = vec![held.assignment.id.0.into(), until.map(Timestamp::millis).into()];
        self.change_one(sql, params).await
    }

    async fn end_assignments(&mut self, account: AccountId, one: Option<AssignmentId>) -> Result<(), Fault> {
        let mut params: Vec<Value> = vec![account.0.into(), self.now().millis().into()];
        let only = one.map_or("", |id| {
            params.push(id.0.into());
            "AND id = $4"
        });
        let sql = format!(
            "UPDATE role_assignment SET ended_at = $3
             WHERE org_id = $1 AND account_id = $2 AND ended_at IS NULL {only}"
        );
        self.run(&sql, params).await?;
        self.changes_power();
        Ok(())
    }

    async fn set_state(&mut self, account: AccountId, state: MemberState) -> Result<(), Fault> {
        let now = self.now().millis();
        let column = match state {
            MemberState::Active => "suspended_at = NULL",
            MemberState::Suspended => "suspended_at = $3",
            MemberState::Left => "left_at = $3, suspended_at = NULL",
        };
        let sql = format!("UPDATE org_account SET {column} WHERE org_id = $1 AND account_id = $2");
        let mut params: Vec<Value> = vec![account.0.into()];
        params.extend((state != MemberState::Active).then(|| Value::from(now)));
        self.change_one(&sql, params).await?;
        if state == MemberState::Left {
            let sql = "UPDATE session SET ended_at = $3, ended_because = 'REVOKED'
                       WHERE org_id = $1 AND account_id = $2 AND ended_at IS NULL";
            self.run(sql, vec![account.0.into(), now.into()]).await?;
        }
        Ok(())
    }

    async fn note_step(&mut self, step: &LadderStep) -> Result<(), Fault> {
        let (sql, params) = assignments::insert_step(self.new_id(), step, self.scope().actor(), self.now());
        self.run(sql, params).await?;
        Ok(())
    }
}

impl OrgTx {
    /// Changes one row of which somebody's power depends.
    async fn change_one(&mut self, sql: &str, params: Vec<Value>) -> Result<(), Fault> {
        let changed = self.run(sql, params).await?;
        one_row(changed, "changing a member")?;
        self.changes_power();
        Ok(())
    }
}

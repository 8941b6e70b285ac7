//! Rows of what staff did.

use std::collections::{HashMap, HashSet};

use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, CommunityId, GroupId};
use qun_domain::scope::Scope;
use qun_domain::team::{Deed, FactKey, FactKind, StaffFact, StaffFactsPort, Stars};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::db::{Column, OrgTx, TenantSql, column, timestamp, timestamp_or_none};
use crate::groups::{communities_by_id, groups_by_id};

const COLUMNS: &str = "f.kind, f.source, f.external_key, f.account_id, f.community_id, f.group_id, f.at,
    f.opened_at, f.reopened_at, f.stars, f.about, f.role, f.seriousness, f.state";

/// A correction takes the place of what is there.
const CORRECT: &str = "ON CONFLICT (org_id, kind, source, external_key) DO UPDATE SET
    account_id = excluded.account_id, community_id = excluded.community_id, group_id = excluded.group_id,
    at = excluded.at, opened_at = excluded.opened_at, reopened_at = excluded.reopened_at,
    stars = excluded.stars, about = excluded.about, role = excluded.role,
    seriousness = excluded.seriousness, state = excluded.state, recorded_by = excluded.recorded_by,
    recorded_at = excluded.recorded_at";

impl StaffFactsPort for OrgTx {
    async fn known_members(&mut self, accounts: &HashSet<AccountId>) -> Result<HashSet<AccountId>, Fault> {
        let dialect = self.dialect();
        let text = format!(
            "SELECT account_id FROM org_account WHERE org_id = $1 AND account_id {}",
            dialect.is_one_of_ids(2)
        );
        let rows = self.rows(&text, vec![dialect.ids(accounts.iter().map(|id| id.0))]).await?;
        rows.iter().map(|row| Ok(AccountId(column(row, 0)?))).collect()
    }

    async fn known_scopes(&mut self, scopes: &HashSet<Scope>) -> Result<HashSet<Scope>, Fault> {
        let groups: Vec<GroupId> = scopes.iter().filter_map(|scope| scope.columns().1).collect();
        let communities: Vec<CommunityId> = scopes.iter().filter_map(|scope| scope.columns().0).collect();
        let mut known = HashSet::from([Scope::Organization]);
        let found = groups_by_id(&**self, &groups).await?;
        known.extend(found.into_iter().map(|group| Scope::Group(group.id)));
        let found = communities_by_id(&**self, &communities).await?;
        known.extend(found.into_iter().map(|community| Scope::Community(community.id)));
        Ok(known)
    }

    async fn stored_facts(&mut self, keys: &[FactKey]) -> Result<HashMap<FactKey, StaffFact>, Fault> {
        let dialect = self.dialect();
        let (kinds, sources, names) =
            (dialect.is_one_of_texts(2), dialect.is_one_of_texts(3), dialect.is_one_of_texts(4));
        let text = format!(
            "SELECT {COLUMNS} FROM staff_fact f
             WHERE f.org_id = $1 AND f.kind {kinds} AND f.source {sources} AND f.external_key {names}
             ORDER BY f.kind, f.source, f.external_key{}",
            dialect.for_update()
        );
        let distinct = |text: fn(&FactKey) -> &str| {
            let texts: HashSet<&str> = keys.iter().map(text).collect();
            dialect.texts(texts)
        };
        let params = vec![
            distinct(|key| key.kind.code()),
            distinct(|key| key.source.as_str()),
            distinct(|key| key.key.as_str()),
        ];
        let mut found = HashMap::new();
        for row in self.rows(&text, params).await? {
            let fact = fact(&row)?;
            found.insert(fact.identity(), fact);
        }
        Ok(found)
    }

    async fn write_facts(&mut self, new: &[StaffFact], corrected: &[StaffFact]) -> Result<(), Fault> {
        let written = self.insert_many("staff_fact", self.columns(new), "").await?;
        let replaced = self.insert_many("staff_fact", self.columns(corrected), CORRECT).await?;
        let expected = (new.len() as u64, corrected.len() as u64);
        if (written, replaced) != expected {
            return Err(Fault::new(format!(
                "staff facts: ({written}, {replaced}) rows instead of {expected:?}"
            )));
        }
        Ok(())
    }
}

impl OrgTx {
    fn columns(&self, facts: &[StaffFact]) -> Vec<(&'static str, Column)> {
        let ids =
            |id: fn(Scope) -> Option<Uuid>| Column::OptId(facts.iter().map(|fact| id(fact.scope)).collect());
        let texts = |text: fn(&Deed) -> Option<&str>| {
            Column::OptText(facts.iter().map(|fact| text(&fact.deed).map(str::to_owned)).collect())
        };
        let times = |time: fn(&Deed) -> Option<Timestamp>| {
            Column::OptTime(facts.iter().map(|fact| time(&fact.deed).map(Timestamp::millis)).collect())
        };
        let stars = |deed: &Deed| match deed {
            Deed::Rating { stars, .. } => Some(i32::from(*stars)),
            _ => None,
        };
        vec![
            ("kind", Column::Text(facts.iter().map(|fact| fact.deed.kind().code().to_owned()).collect())),
            ("source", Column::Text(facts.iter().map(|fact| fact.source.clone()).collect())),
            ("external_key", Column::Text(facts.iter().map(|fact| fact.key.clone()).collect())),
            ("account_id", Column::Id(facts.iter().map(|fact| fact.member.0).collect())),
            ("community_id", ids(|scope| scope.columns().0.map(|id| id.0))),
            ("group_id", ids(|scope| scope.columns().1.map(|id| id.0))),
            ("at", Column::Time(facts.iter().map(|fact| fact.at.millis()).collect())),
            ("opened_at", times(opened_at)),
            ("reopened_at", times(reopened_at)),
            ("stars", Column::OptInt(facts.iter().map(|fact| stars(&fact.deed)).collect())),
            ("about", texts(about)),
            ("role", texts(role)),
            ("seriousness", texts(seriousness)),
            ("state", texts(state)),
            ("recorded_by", Column::SameText(self.scope().actor().to_string())),
            ("recorded_at", Column::Time(vec![self.now().millis(); facts.len()])),
        ]
    }
}

fn opened_at(deed: &Deed) -> Option<Timestamp> {
    match deed {
        Deed::CaseHandled { opened_at, .. } => Some(*opened_at),
        _ => None,
    }
}

fn reopened_at(deed: &Deed) -> Option<Timestamp> {
    match deed {
        Deed::CaseHandled { reopened_at, .. } => *reopened_at,
        _ => None,
    }
}

fn about(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::Rating { about, .. } => about.as_deref(),
        _ => None,
    }
}

fn role(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::EventContribution { role } => Some(role.code()),
        _ => None,
    }
}

fn seriousness(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::Complaint { seriousness, .. } => Some(seriousness.code()),
        _ => None,
    }
}

fn state(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::Complaint { state, .. } => Some(state.code()),
        _ => None,
    }
}

/// A row of [`COLUMNS`].
fn fact(row: &QueryResult) -> Result<StaffFact, Fault> {
    let (source, key): (String, String) = (column(row, 1)?, column(row, 2)?);
    let bad = |name: &str| Fault::new(format!("staff_fact.{name} of {source} {key} cannot be read"));
    let word = |index, name| -> Result<String, Fault> {
        column::<Option<String>>(row, index)?.ok_or_else(|| bad(name))
    };
    let deed = match word(0, "kind")?.parse::<FactKind>().map_err(|_| bad("kind"))? {
        FactKind::CaseHandled => {
            Deed::CaseHandled { opened_at: timestamp(row, 7)?, reopened_at: timestamp_or_none(row, 8)? }
        }
        FactKind::Rating => {
            let stars: Option<i32> = column(row, 9)?;
            let stars = stars.and_then(|stars| Stars::try_from(stars).ok()).ok_or_else(|| bad("stars"))?;
            Deed::Rating { stars, about: column(row, 10)? }
        }
        FactKind::EventContribution => {
            Deed::EventContribution { role: word(11, "role")?.parse().map_err(|_| bad("role"))? }
        }
        FactKind::Complaint => Deed::Complaint {
            seriousness: word(12, "seriousness")?.parse().map_err(|_| bad("seriousness"))?,
            state: word(13, "state")?.parse().map_err(|_| bad("state"))?,
        },
    };
    let community = column::<Option<Uuid>>(row, 4)?.map(CommunityId);
    let group = column::<Option<Uuid>>(row, 5)?.map(GroupId);
    let (member, at) = (AccountId(column(row, 3)?), timestamp(row, 6)?);
    Ok(StaffFact { member, scope: Scope::of_columns(community, group), at, deed, source, key })
}

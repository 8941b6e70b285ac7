//! Who belongs to a week, and since when.

use std::collections::HashMap;

use qun_domain::activity::{Spell, joined_at, running_at};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::{GroupId, PersonId};
use qun_domain::tiering::EvaluatedScope;
use qun_domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use super::window::AsOf;
use crate::activity::spell;
use crate::db::{TenantSql, column, timestamp};

/// A member of the scope at asOf.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) person: PersonId,
    /// When the membership in the scope began.
    pub(super) began_at: Timestamp,
}

/// The memberships that run at asOf.
#[derive(Default)]
pub(super) struct Roster {
    /// Everybody in the scope, in order of person.
    pub(super) members: Vec<Member>,
    /// In each group, by index: who is in it, and since when.
    pub(super) in_group: Vec<HashMap<PersonId, Timestamp>>,
}

pub(super) async fn roster(
    sql: &impl TenantSql,
    scope: &EvaluatedScope,
    as_of: AsOf,
) -> Result<Roster, Fault> {
    match scope.scope {
        Scope::Group(group) => of_group(sql, group, as_of.at).await,
        _ => of_community(sql, scope, as_of).await,
    }
}

async fn of_group(sql: &impl TenantSql, group: GroupId, at: Timestamp) -> Result<Roster, Fault> {
    let mut roster = Roster::default();
    let mut running = HashMap::new();
    sql.each(
        "SELECT person_id, began_at FROM membership
         WHERE org_id = $1 AND group_id = $2 AND joined_at < $3 AND (ended_at IS NULL OR ended_at >= $3)",
        vec![group.0.into(), at.millis().into()],
        |row| {
            let person: Uuid = column(row, 0)?;
            let member = Member { person: person.into(), began_at: timestamp(row, 1)? };
            running.insert(member.person, member.began_at);
            roster.members.push(member);
            Ok(())
        },
    )
    .await?;
    roster.members.sort_unstable_by_key(|member| member.person);
    roster.in_group.push(running);
    Ok(roster)
}

/// The memberships in the groups, joined per person (TIERING.md, section 8).
async fn of_community(sql: &impl TenantSql, scope: &EvaluatedScope, as_of: AsOf) -> Result<Roster, Fault> {
    let mut spells: HashMap<PersonId, Vec<Vec<Spell>>> = HashMap::new();
    for (index, group) in scope.groups.iter().enumerate() {
        sql.each(
            "SELECT person_id, joined_at, ended_at, ended_by, began_at, join_observed, began_observed, invited_by
             FROM membership WHERE org_id = $1 AND group_id = $2 AND joined_at < $3
             ORDER BY person_id, sequence",
            vec![group.id.0.into(), as_of.at.millis().into()],
            |row| {
                let person: Uuid = column(row, 0)?;
                let groups = spells.entry(person.into()).or_insert_with(|| vec![Vec::new(); scope.groups.len()]);
                groups[index].push(spell(row, 1)?);
                Ok(())
            },
        )
        .await?;
    }
    let mut roster = Roster { members: Vec::new(), in_group: vec![HashMap::new(); scope.groups.len()] };
    for (person, groups) in spells {
        let slices: Vec<&[Spell]> = groups.iter().map(Vec::as_slice).collect();
        let Some(joined) = joined_at(&slices, as_of.zone, as_of.at) else { continue };
        roster.members.push(Member { person, began_at: joined.began_at });
        for (index, spells) in slices.into_iter().enumerate() {
            if let Some(spell) = running_at(spells, as_of.at) {
                roster.in_group[index].insert(person, spell.began_at);
            }
        }
    }
    roster.members.sort_unstable_by_key(|member| member.person);
    Ok(roster)
}

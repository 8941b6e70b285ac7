//! Reads of who is, and was, in groups and communities.

use std::collections::{HashMap, HashSet};

use qun_domain::activity::{MemberRole, Spell};
use qun_domain::fault::Fault;
use qun_domain::groups::{Group, Scope};
use qun_domain::id::{GroupId, PersonId};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Value;

use super::pages::group_row;
use crate::activity::spell;
use crate::db::{TenantSql, Union, column, timestamp};
use crate::people::{Person, person};

/// A person in a group or community.
pub type MemberOf = (Scope, PersonId);

/// A page of the persons who are in a scope now, in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemberPage {
    /// The group, or all groups of the community or organization.
    pub scope: Scope,
    /// Those whose id comes after this one.
    pub after: Option<PersonId>,
    /// At most so many.
    pub limit: u32,
}

/// One unbroken stay of a person in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// The stay.
    pub spell: Spell,
}

/// The persons of each page, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn member_pages(sql: &impl TenantSql, pages: &[MemberPage]) -> Result<Vec<Vec<Person>>, Fault> {
    let mut union = Union::new();
    for page in pages {
        let groups = groups_of(&mut union, page.scope);
        let after =
            page.after.map(|id| format!(" AND m.person_id > {}", union.bind(id.0))).unwrap_or_default();
        let limit = union.bind(i64::from(page.limit));
        let distinct = if matches!(page.scope, Scope::Group(_)) { "" } else { "DISTINCT " };
        union.select(
            "r.person_id, p.display_name",
            &format!(
                "FROM (SELECT {distinct}m.person_id FROM membership m
                       WHERE m.org_id = $1 AND m.group_id {groups} AND m.ended_at IS NULL{after}
                       ORDER BY m.person_id LIMIT {limit}) AS r
                 JOIN person p ON p.org_id = $1 AND p.id = r.person_id ORDER BY r.person_id"
            ),
        );
    }
    union.pages_by(sql, 2, |row| person(row, 0), |person| person.id).await
}

/// How many persons are in each scope now, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn member_counts(sql: &impl TenantSql, scopes: &[Scope]) -> Result<HashMap<Scope, u64>, Fault> {
    let mut union = Union::new();
    for scope in scopes {
        let groups = groups_of(&mut union, *scope);
        union.select(
            "COUNT(DISTINCT m.person_id) AS members",
            &format!("FROM membership m WHERE m.org_id = $1 AND m.group_id {groups} AND m.ended_at IS NULL"),
        );
    }
    let mut counts = HashMap::with_capacity(scopes.len());
    for (place, row) in union.rows(sql, 1).await? {
        let count: i64 = column(&row, 0)?;
        if let Some(scope) = scopes.get(place) {
            counts.insert(*scope, u64::try_from(count).unwrap_or_default());
        }
    }
    Ok(counts)
}

/// How many groups there are in each scope of whose members something was ever recorded, and of how
/// many nothing was, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn recorded_groups(
    sql: &impl TenantSql,
    scopes: &[Scope],
) -> Result<HashMap<Scope, (u64, u64)>, Fault> {
    let mut union = Union::new();
    for scope in scopes {
        let groups = groups_of(&mut union, *scope);
        union.select(
            "COUNT(CASE WHEN c.is_recorded THEN 1 END) AS recorded, COUNT(*) AS groups",
            &format!(
                "FROM (SELECT EXISTS (SELECT 1 FROM membership m WHERE m.org_id = $1 AND m.group_id = c.id)
                              AS is_recorded
                       FROM chat_group c WHERE c.org_id = $1 AND c.id {groups}) AS c"
            ),
        );
    }
    let mut found = HashMap::with_capacity(scopes.len());
    for (place, row) in union.rows(sql, 2).await? {
        let count = |index| Ok::<_, Fault>(u64::try_from(column::<i64>(&row, index)?).unwrap_or_default());
        let (recorded, all) = (count(0)?, count(1)?);
        if let Some(scope) = scopes.get(place) {
            found.insert(*scope, (recorded, all.saturating_sub(recorded)));
        }
    }
    Ok(found)
}

fn groups_of(union: &mut Union, scope: Scope) -> String {
    match scope {
        Scope::Group(id) => format!("= {}", union.bind(id.0)),
        Scope::Community(id) => {
            let id = union.bind(id.0);
            format!("IN (SELECT g.id FROM chat_group g WHERE g.org_id = $1 AND g.community_id = {id})")
        }
        Scope::Organization => "IN (SELECT g.id FROM chat_group g WHERE g.org_id = $1)".to_owned(),
    }
}

/// Every stay of each of these persons in the scope, in order of time, with one statement.
/// Who was never there is left out.
///
/// # Errors
/// A fault when the database fails.
pub async fn memberships(
    sql: &impl TenantSql,
    members: &[MemberOf],
) -> Result<HashMap<MemberOf, Vec<Membership>>, Fault> {
    let (filter, params) = among(sql, members, "m");
    let rows = sql
        .rows(
            &format!(
                "SELECT m.group_id, g.community_id, m.person_id, m.joined_at, m.ended_at, m.ended_by, m.began_at,
                        m.join_observed, m.began_observed, m.invited_by
                 FROM membership m JOIN chat_group g ON g.org_id = $1 AND g.id = m.group_id
                 WHERE m.org_id = $1 AND {filter} ORDER BY m.joined_at, m.group_id, m.sequence"
            ),
            params,
        )
        .await?;
    let asked: HashSet<MemberOf> = members.iter().copied().collect();
    let mut found: HashMap<MemberOf, Vec<Membership>> = HashMap::new();
    for row in &rows {
        let place = Place::read(row)?;
        let membership = Membership { group: place.group, spell: spell(row, 3)? };
        for member in place.members().filter(|member| asked.contains(member)) {
            found.entry(member).or_default().push(membership);
        }
    }
    Ok(found)
}

/// A role, and the place of the row that says so among the others.
type Said = ((Timestamp, String, String), MemberRole);

/// What each of these persons is in the scope, with one statement: by the latest role row
/// of a group; in a community, staff, bot or facilitator if the person is that in any of
/// its groups (TIERING.md, sections 3 and 8). Who has no role row is left out.
///
/// # Errors
/// A fault when the database fails.
pub async fn roles(
    sql: &impl TenantSql,
    members: &[MemberOf],
) -> Result<HashMap<MemberOf, MemberRole>, Fault> {
    let (filter, params) = among(sql, members, "i");
    let rows = sql
        .rows(
            &format!(
                "SELECT i.group_id, g.community_id, i.person_id, i.role, i.at, i.source_id, i.source
                 FROM interaction i JOIN chat_group g ON g.org_id = $1 AND g.id = i.group_id
                 WHERE i.org_id = $1 AND i.kind = 'role' AND i.kind <> 'message' AND {filter}"
            ),
            params,
        )
        .await?;
    let mut latest: HashMap<Place, Said> = HashMap::new();
    for row in &rows {
        let code: Option<String> = column(row, 3)?;
        let role = code.unwrap_or_default();
        let role = role.parse().map_err(|_| Fault::new(format!("interaction.role is unknown: {role}")))?;
        let said: Said = ((timestamp(row, 4)?, column(row, 5)?, column(row, 6)?), role);
        let known = latest.entry(Place::read(row)?).or_insert_with(|| said.clone());
        if said.0 > known.0 {
            *known = said;
        }
    }
    let mut found: HashMap<MemberOf, MemberRole> = HashMap::new();
    for (place, (_, role)) in latest {
        for member in place.members() {
            let known = found.entry(member).or_insert(role);
            *known = weightier(*known, role);
        }
    }
    Ok(found)
}

fn weightier(one: MemberRole, other: MemberRole) -> MemberRole {
    const ORDER: [MemberRole; 4] =
        [MemberRole::Staff, MemberRole::Bot, MemberRole::Facilitator, MemberRole::Member];
    ORDER.into_iter().find(|role| *role == one || *role == other).unwrap_or(one)
}

/// The groups that each of these persons is in now, in order of name, with one statement.
///
/// # Errors
/// A fault when the database fails.
pub async fn groups_of_persons(
    sql: &impl TenantSql,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, Vec<Group>>, Fault> {
    let dialect = sql.dialect();
    let rows = sql
        .rows(
            &format!(
                "SELECT g.org_id, g.id, g.community_id, g.name, g.platform, g.kind, g.time_zone, g.first_presence_at,
                        g.text_kept_from, g.created_at, m.person_id
                 FROM membership m JOIN chat_group g ON g.org_id = $1 AND g.id = m.group_id
                 WHERE m.org_id = $1 AND m.ended_at IS NULL AND m.person_id {} ORDER BY g.name",
                dialect.is_one_of_ids(2)
            ),
            vec![dialect.ids(persons.iter().copied())],
        )
        .await?;
    let mut found: HashMap<PersonId, Vec<Group>> = HashMap::new();
    for row in &rows {
        let id: Uuid = column(row, 10)?;
        found.entry(id.into()).or_default().push(group_row(row)?);
    }
    Ok(found)
}

/// The person in the group of a row, whose first columns are group, community and person.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    group: GroupId,
    community: Option<Uuid>,
    person: PersonId,
}

impl Place {
    fn read(row: &QueryResult) -> Result<Self, Fault> {
        let (group, person): (Uuid, Uuid) = (column(row, 0)?, column(row, 2)?);
        Ok(Self { group: group.into(), community: column(row, 1)?, person: person.into() })
    }

    /// Whom the row is about: the member of the group, and of its community.
    fn members(self) -> impl Iterator<Item = MemberOf> {
        let community = self.community.map(|id| (Scope::Community(id.into()), self.person));
        std::iter::once((Scope::Group(self.group), self.person)).chain(community)
    }
}

/// The condition that leaves the rows of these members, and what it binds.
fn among(sql: &impl TenantSql, members: &[MemberOf], rows: &str) -> (String, Vec<Value>) {
    let dialect = sql.dialect();
    let persons: HashSet<PersonId> = members.iter().map(|(_, person)| *person).collect();
    let (mut groups, mut communities) = (HashSet::new(), HashSet::new());
    for (scope, _) in members {
        match scope {
            Scope::Group(id) => groups.insert(id.0),
            Scope::Community(id) => communities.insert(id.0),
            Scope::Organization => false,
        };
    }
    let mut params = vec![dialect.ids(persons)];
    let mut bind = |column: &str, ids: HashSet<Uuid>| {
        params.push(dialect.ids(ids));
        format!("{column} {}", dialect.is_one_of_ids(params.len() + 1))
    };
    let mut places = Vec::new();
    if !groups.is_empty() || communities.is_empty() {
        places.push(bind(&format!("{rows}.group_id"), groups));
    }
    if !communities.is_empty() {
        places.push(bind("g.community_id", communities));
    }
    (format!("{rows}.person_id {} AND ({})", dialect.is_one_of_ids(2), places.join(" OR ")), params)
}

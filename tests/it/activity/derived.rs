//! What is derived from the rows of a group, in a form that can be compared.

use chrono::NaiveDate;
use sea_orm::{QueryResult, TryGetable};

use crate::harness::Raw;

/// All that a group's rows come to. Days on which nothing is left are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Derived {
    pub(super) member_days: Vec<MemberDay>,
    pub(super) group_days: Vec<GroupDay>,
    pub(super) memberships: Vec<Membership>,
    pub(super) first_presence: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MemberDay {
    pub(super) day: NaiveDate,
    pub(super) user: String,
    pub(super) messages: i32,
    pub(super) counted: i32,
    pub(super) presence: i32,
    pub(super) signs: i32,
    pub(super) last_counted_at: Option<i64>,
    pub(super) last_message_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupDay {
    pub(super) day: NaiveDate,
    pub(super) messages: i32,
    pub(super) speakers: i32,
    pub(super) presence: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Membership {
    pub(super) user: String,
    pub(super) joined_at: i64,
    pub(super) ended: Option<(i64, String)>,
    pub(super) began_at: i64,
    pub(super) join_observed: bool,
    pub(super) began_observed: bool,
    pub(super) invited_by: Option<String>,
}

/// The rows themselves after what they refer to was settled; events by their versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    interactions: Vec<(String, bool, Option<String>)>,
    events: Vec<(String, i64, i64, bool, bool)>,
}

fn get<T: TryGetable>(row: &QueryResult, index: usize) -> T {
    row.try_get_by_index(index).expect("a column")
}

/// The user behind a column with the id of a person.
fn user(person: &str) -> String {
    format!(
        "(SELECT i.external_id FROM person_identity i WHERE i.org_id = t.org_id AND i.person_id = t.{person})"
    )
}

const OF_GROUP: &str = "t JOIN chat_group g ON g.org_id = t.org_id AND g.id = t.group_id WHERE g.name = $1";

pub(super) async fn derived(raw: &Raw, group: &str) -> Derived {
    Derived {
        member_days: member_days(raw, group).await,
        group_days: group_days(raw, group).await,
        memberships: memberships(raw, group).await,
        first_presence: get(
            &raw.rows("SELECT first_presence_at FROM chat_group WHERE name = $1", vec![group.into()]).await
                [0],
            0,
        ),
    }
}

async fn member_days(raw: &Raw, group: &str) -> Vec<MemberDay> {
    let sql = format!(
        "SELECT t.day, {}, t.messages, t.counted, t.presence, t.signs, t.last_counted_at, t.last_message_at
         FROM member_day {OF_GROUP} AND t.messages + t.presence + t.signs > 0",
        user("person_id")
    );
    let rows = raw.rows(&sql, vec![group.into()]).await;
    let mut days: Vec<_> = rows
        .iter()
        .map(|row| MemberDay {
            day: get(row, 0),
            user: get(row, 1),
            messages: get(row, 2),
            counted: get(row, 3),
            presence: get(row, 4),
            signs: get(row, 5),
            last_counted_at: get(row, 6),
            last_message_at: get(row, 7),
        })
        .collect();
    days.sort();
    days
}

async fn group_days(raw: &Raw, group: &str) -> Vec<GroupDay> {
    let sql = format!(
        "SELECT t.day, t.messages, t.speakers, t.presence
         FROM group_day {OF_GROUP} AND t.messages + t.speakers + t.presence > 0"
    );
    let rows = raw.rows(&sql, vec![group.into()]).await;
    let mut days: Vec<_> = rows
        .iter()
        .map(|row| GroupDay {
            day: get(row, 0),
            messages: get(row, 1),
            speakers: get(row, 2),
            presence: get(row, 3),
        })
        .collect();
    days.sort();
    days
}

async fn memberships(raw: &Raw, group: &str) -> Vec<Membership> {
    let sql = format!(
        "SELECT {}, t.joined_at, t.ended_at, t.ended_by, t.began_at, t.join_observed, t.began_observed, {}
         FROM membership {OF_GROUP} ORDER BY t.person_id, t.sequence",
        user("person_id"),
        user("invited_by")
    );
    let rows = raw.rows(&sql, vec![group.into()]).await;
    let mut spells: Vec<_> = rows
        .iter()
        .map(|row| Membership {
            user: get(row, 0),
            joined_at: get(row, 1),
            ended: get::<Option<i64>>(row, 2).zip(get::<Option<String>>(row, 3)),
            began_at: get(row, 4),
            join_observed: get(row, 5),
            began_observed: get(row, 6),
            invited_by: get(row, 7),
        })
        .collect();
    spells.sort();
    spells
}

/// A reaction to what is no message of the group counts nowhere, whatever is undone.
pub(super) async fn settled(raw: &Raw, group: &str) -> Settled {
    let sql = format!(
        "SELECT t.source_id, t.undone AND NOT (t.kind = 'reaction' AND t.other_id IS NULL), {}
         FROM interaction {OF_GROUP} AND t.kind <> 'event'",
        user("other_id")
    );
    let rows = raw.rows(&sql, vec![group.into()]).await;
    let mut interactions: Vec<_> = rows.iter().map(|row| (get(row, 0), get(row, 1), get(row, 2))).collect();
    interactions.sort();
    let sql =
        format!("SELECT t.event_id, t.at, t.starts_at, t.cancelled, t.latest FROM event_version {OF_GROUP}");
    let rows = raw.rows(&sql, vec![group.into()]).await;
    let mut events: Vec<_> =
        rows.iter().map(|row| (get(row, 0), get(row, 1), get(row, 2), get(row, 3), get(row, 4))).collect();
    events.sort();
    Settled { interactions, events }
}

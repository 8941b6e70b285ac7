//! Keys of roll-ups, on their way into statements and out of rows.

use chrono::NaiveDate;
use qun_domain::activity::{DayKey, MemberKey};
use qun_domain::fault::Fault;
use qun_domain::id::GroupId;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Value;

use crate::db::{Dialect, KeyPart, column};

/// A local day of a group.
pub(super) type GroupDay = (GroupId, NaiveDate);

/// A derived table of days of members, and what it binds from `$2` on.
pub(super) fn day_keys(dialect: Dialect, keys: &[DayKey]) -> (String, Vec<Value>) {
    let parts = [
        ("group_id", KeyPart::Ids(keys.iter().map(|key| key.group.0).collect())),
        ("day", KeyPart::Days(keys.iter().map(|key| key.day).collect())),
        ("person_id", KeyPart::Ids(keys.iter().map(|key| key.person.0).collect())),
    ];
    dialect.key_set(2, parts)
}

/// The key in the first three columns: group, day, person.
pub(super) fn day_key(row: &QueryResult) -> Result<DayKey, Fault> {
    let (group, person): (Uuid, Uuid) = (column(row, 0)?, column(row, 2)?);
    Ok(DayKey { group: group.into(), day: column(row, 1)?, person: person.into() })
}

/// A derived table of members, and what it binds from `$2` on.
pub(super) fn member_keys(dialect: Dialect, keys: &[MemberKey]) -> (String, Vec<Value>) {
    let parts = [
        ("group_id", KeyPart::Ids(keys.iter().map(|key| key.group.0).collect())),
        ("person_id", KeyPart::Ids(keys.iter().map(|key| key.person.0).collect())),
    ];
    dialect.key_set(2, parts)
}

/// The key in the first two columns: group, person.
pub(super) fn member_key(row: &QueryResult) -> Result<MemberKey, Fault> {
    let (group, person): (Uuid, Uuid) = (column(row, 0)?, column(row, 1)?);
    Ok(MemberKey { group: group.into(), person: person.into() })
}

/// A derived table of days of groups, and what it binds from `$2` on.
pub(super) fn group_day_keys<'a>(
    dialect: Dialect,
    keys: impl Iterator<Item = &'a GroupDay> + Clone,
) -> (String, Vec<Value>) {
    let parts = [
        ("group_id", KeyPart::Ids(keys.clone().map(|(group, _)| group.0).collect())),
        ("day", KeyPart::Days(keys.map(|(_, day)| *day).collect())),
    ];
    dialect.key_set(2, parts)
}

//! The raw rows and what they refer to.

use std::collections::{BTreeMap, HashMap};

use qun_domain::activity::{
    Kind, NewEventVersion, NewInteraction, RowsPort, SourceKey, StoredReference, StoredTarget,
};
use qun_domain::fault::Fault;
use qun_domain::id::{GroupId, PersonId};
use qun_domain::time::Timestamp;
use sea_orm::QueryResult;
use sea_orm::prelude::Uuid;

use super::map::{content, kind, stored_count};
use crate::db::{Column, OrgTx, TenantSql, column, timestamp};

impl RowsPort for OrgTx {
    async fn stored(&mut self, keys: &[&SourceKey]) -> Result<HashMap<SourceKey, (Kind, [u8; 16])>, Fault> {
        let mut stored = HashMap::new();
        for (source, ids) in by_source(keys.iter().copied()) {
            let rows = in_source(self, "kind, content", "", source, &ids).await?;
            for row in &rows {
                stored.insert(key(source, row)?, (kind(row, 1)?, content(row, 2)?));
            }
        }
        Ok(stored)
    }

    async fn event_versions(
        &mut self,
        keys: &[&SourceKey],
    ) -> Result<HashMap<SourceKey, Vec<(Timestamp, [u8; 16])>>, Fault> {
        let dialect = self.dialect();
        let mut versions: HashMap<SourceKey, Vec<_>> = HashMap::new();
        for (source, ids) in by_source(keys.iter().copied()) {
            let sql = format!(
                "SELECT event_id, at, content FROM event_version
                 WHERE org_id = $1 AND source = $2 AND event_id {}",
                dialect.is_one_of_texts(3)
            );
            for row in &self.rows(&sql, vec![source.into(), dialect.texts(&ids)]).await? {
                versions.entry(key(source, row)?).or_default().push((timestamp(row, 1)?, content(row, 2)?));
            }
        }
        Ok(versions)
    }

    async fn targets(&mut self, keys: &[SourceKey]) -> Result<Vec<StoredTarget>, Fault> {
        let mut targets = Vec::new();
        for (source, ids) in by_source(keys) {
            for row in &in_source(self, TARGET, "", source, &ids).await? {
                targets.push(target(key(source, row)?, row)?);
            }
        }
        Ok(targets)
    }

    async fn item_rows(&mut self, items: &[(GroupId, String)]) -> Result<Vec<StoredTarget>, Fault> {
        let dialect = self.dialect();
        let mut by_group: BTreeMap<GroupId, Vec<&str>> = BTreeMap::new();
        for (group, item) in items {
            by_group.entry(*group).or_default().push(item);
        }
        let mut rows = Vec::new();
        for (group, items) in by_group {
            let sql = format!(
                "SELECT source_id, {TARGET}, source FROM interaction
                 WHERE org_id = $1 AND group_id = $2 AND kind <> 'message'
                   AND kind IN ('contribution_accepted', 'contribution_withdrawn')
                   AND item {}",
                dialect.is_one_of_texts(3)
            );
            for row in &self.rows(&sql, vec![group.0.into(), dialect.texts(items)]).await? {
                let source: String = column(row, 8)?;
                rows.push(target(key(&source, row)?, row)?);
            }
        }
        Ok(rows)
    }

    async fn waiting_for(&mut self, keys: &[&SourceKey]) -> Result<Vec<StoredReference>, Fault> {
        let dialect = self.dialect();
        let mut waiting = Vec::new();
        for (source, ids) in by_source(keys.iter().copied()) {
            let sql = format!(
                "SELECT source_id, kind, group_id, target FROM interaction
                 WHERE org_id = $1 AND source = $2 AND unresolved AND target {}",
                dialect.is_one_of_texts(3)
            );
            for row in &self.rows(&sql, vec![source.into(), dialect.texts(&ids)]).await? {
                let group: Uuid = column(row, 2)?;
                waiting.push(StoredReference {
                    key: key(source, row)?,
                    kind: kind(row, 1)?,
                    group: group.into(),
                    target: column(row, 3)?,
                });
            }
        }
        Ok(waiting)
    }

    async fn append(&mut self, rows: Vec<NewInteraction>, events: Vec<NewEventVersion>) -> Result<(), Fault> {
        self.insert_many("interaction", interaction_columns(rows), "").await?;
        append_events(self, events).await
    }

    async fn undo(&mut self, rows: &[SourceKey]) -> Result<(), Fault> {
        let dialect = self.dialect();
        for (source, ids) in by_source(rows) {
            for (what, more) in [("source_id", ""), ("target", " AND kind = 'reaction'")] {
                let sql = format!(
                    "UPDATE interaction SET undone = TRUE
                     WHERE org_id = $1 AND source = $2 AND {what} {}{more}",
                    dialect.is_one_of_texts(3)
                );
                self.run(&sql, vec![source.into(), dialect.texts(&ids)]).await?;
            }
        }
        Ok(())
    }

    async fn resolve(&mut self, references: &[(SourceKey, Option<PersonId>, bool)]) -> Result<(), Fault> {
        for (key, author, undone) in references {
            self.run(
                "UPDATE interaction SET unresolved = FALSE, other_id = COALESCE($4, other_id), undone = undone OR $5
                 WHERE org_id = $1 AND source = $2 AND source_id = $3",
                vec![
                    key.source.as_str().into(),
                    key.id.as_str().into(),
                    author.map(|person| person.0).into(),
                    (*undone).into(),
                ],
            )
            .await?;
        }
        Ok(())
    }
}

/// The columns of a target, after the row's id.
const TARGET: &str = "kind, group_id, person_id, at, day, item, undone";

fn target(key: SourceKey, row: &QueryResult) -> Result<StoredTarget, Fault> {
    let group: Uuid = column(row, 2)?;
    let person: Option<Uuid> = column(row, 3)?;
    Ok(StoredTarget {
        key,
        kind: kind(row, 1)?,
        group: group.into(),
        person: person.map(Into::into),
        at: timestamp(row, 4)?,
        day: column(row, 5)?,
        item: column(row, 6)?,
        undone: column(row, 7)?,
    })
}

fn by_source<'a>(keys: impl IntoIterator<Item = &'a SourceKey>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in keys {
        sources.entry(&key.source).or_default().push(&key.id);
    }
    sources
}

fn key(source: &str, row: &QueryResult) -> Result<SourceKey, Fault> {
    Ok(SourceKey { source: source.to_owned(), id: column(row, 0)? })
}

async fn in_source(
    tx: &OrgTx,
    columns: &str,
    more: &str,
    source: &str,
    ids: &[&str],
) -> Result<Vec<QueryResult>, Fault> {
    let dialect = tx.dialect();
    let sql = format!(
        "SELECT source_id, {columns} FROM interaction
         WHERE org_id = $1 AND source = $2 AND source_id {}{more}",
        dialect.is_one_of_texts(3)
    );
    tx.rows(&sql, vec![source.into(), dialect.texts(ids)]).await
}

fn interaction_columns(rows: Vec<NewInteraction>) -> Vec<(&'static str, Column)> {
    fn all<T>(rows: &[NewInteraction], read: impl Fn(&NewInteraction) -> T) -> Vec<T> {
        rows.iter().map(read).collect()
    }
    vec![
        ("source", Column::Text(all(&rows, |row| row.key.source.clone()))),
        ("source_id", Column::Text(all(&rows, |row| row.key.id.clone()))),
        ("group_id", Column::Id(all(&rows, |row| row.group.0))),
        ("person_id", Column::OptId(all(&rows, |row| row.person.map(Into::into)))),
        ("kind", Column::Text(all(&rows, |row| row.kind.code().to_owned()))),
        ("at", Column::Time(all(&rows, |row| row.at.millis()))),
        ("day", Column::Date(all(&rows, |row| row.day))),
        ("content", Column::Bytes(all(&rows, |row| row.content.to_vec()))),
        ("text", Column::OptText(all(&rows, |row| row.text.clone()))),
        ("length", Column::OptInt(all(&rows, |row| row.length.map(stored_count)))),
        ("target", Column::OptText(all(&rows, |row| row.target.clone()))),
        ("item", Column::OptText(all(&rows, |row| row.item.clone()))),
        ("points", Column::OptInt(all(&rows, |row| row.points.map(i32::from)))),
        ("role", Column::OptText(all(&rows, |row| row.role.map(str::to_owned)))),
        ("other_id", Column::OptId(all(&rows, |row| row.other.map(Into::into)))),
        ("undone", Column::Bool(all(&rows, |row| row.undone))),
        ("unresolved", Column::Bool(all(&rows, |row| row.unresolved))),
        ("detail", Column::OptText(rows.into_iter().map(|row| row.detail).collect())),
    ]
}

/// Adds versions and points `latest` at the one with the latest time.
async fn append_events(tx: &OrgTx, events: Vec<NewEventVersion>) -> Result<(), Fault> {
    for event in events {
        let key = [event.key.source.as_str().into(), event.key.id.as_str().into()];
        let [source, id] = key.clone();
        tx.insert_many(
            "event_version",
            vec![
                ("group_id", Column::Id(vec![event.group.0])),
                ("source", Column::Text(vec![event.key.source.clone()])),
                ("event_id", Column::Text(vec![event.key.id.clone()])),
                ("at", Column::Time(vec![event.at.millis()])),
                ("starts_at", Column::Time(vec![event.starts_at.millis()])),
                ("ends_at", Column::Time(vec![event.ends_at.millis()])),
                ("title", Column::OptText(vec![event.title])),
                ("cancelled", Column::Bool(vec![event.cancelled])),
                ("content", Column::Bytes(vec![event.content.to_vec()])),
                ("latest", Column::Bool(vec![false])),
            ],
            "",
        )
        .await?;
        tx.run(
            "UPDATE event_version SET latest = (at = (SELECT MAX(v.at) FROM event_version v
                 WHERE v.org_id = $1 AND v.source = $2 AND v.event_id = $3))
             WHERE org_id = $1 AND source = $2 AND event_id = $3",
            vec![source, id],
        )
        .await?;
    }
    Ok(())
}

//! Who is behind the rows of a batch.

use std::collections::{BTreeMap, HashMap};

use qun_domain::activity::{GroupOfRows, PersonName, RosterPort};
use qun_domain::fault::Fault;
use qun_domain::groups::{GroupsPort, Name, NewGroup, Platform};
use qun_domain::id::PersonId;
use qun_domain::time::{days_before, start_of_day};
use sea_orm::prelude::Uuid;

use crate::db::{Column, Dialect, OrgTx, TenantSql, column, timestamp_or_none};
use crate::groups::{groups_by_id, groups_named};
use crate::policy::effective_of_groups;

impl RosterPort for OrgTx {
    async fn hold_groups(&mut self, names: &[Name]) -> Result<Vec<GroupOfRows>, Fault> {
        let groups = groups_named(&**self, names).await?;
        hold(self, groups.iter().map(|group| group.id.0).collect()).await?;
        // Settings are read after the lock: another writer may have changed them before it let go.
        let ids: Vec<_> = groups.iter().map(|group| group.id).collect();
        let groups = groups_by_id(&**self, &ids).await?;
        let policies = effective_of_groups(&**self, self.scope().org(), &groups).await?;
        let now = self.now();
        Ok(groups
            .into_iter()
            .filter_map(|group| {
                let policy = &policies.get(&group.id)?.policy.policy;
                let today = now.local_date(group.zone);
                let kept_from = days_before(today, policy.retention.message_text_days);
                Some(GroupOfRows {
                    id: group.id,
                    name: group.name,
                    platform: group.platform,
                    zone: group.zone,
                    counting: policy.tiering.counting,
                    text_kept_from: start_of_day(kept_from, group.zone),
                })
            })
            .collect())
    }

    async fn found_group(&mut self, group: NewGroup) -> Result<(), Fault> {
        self.add_group(group).await.map(|_| ())
    }

    async fn persons(
        &mut self,
        platform: Platform,
        users: Vec<String>,
    ) -> Result<HashMap<String, PersonId>, Fault> {
        let mut known = known_persons(self, platform, &users).await?;
        let unknown: Vec<String> = users.into_iter().filter(|user| !known.contains_key(user)).collect();
        if unknown.is_empty() {
            return Ok(known);
        }
        let ids: Vec<Uuid> = unknown.iter().map(|_| self.new_id::<PersonId>().0).collect();
        let now = self.now().millis();
        self.insert_many(
            "person",
            vec![("id", Column::Id(ids.clone())), ("created_at", Column::Time(vec![now; ids.len()]))],
            "",
        )
        .await?;
        // A unique violation here means that another transaction met the same users
        // first; it is retryable, and the next try finds them.
        self.insert_many(
            "person_identity",
            vec![
                ("platform", Column::SameText(platform.code().to_owned())),
                ("external_id", Column::Text(unknown.clone())),
                ("person_id", Column::Id(ids.clone())),
            ],
            "",
        )
        .await?;
        known.extend(unknown.into_iter().zip(ids.into_iter().map(PersonId::from)));
        Ok(known)
    }

    async fn name_persons(&mut self, names: HashMap<PersonId, PersonName>) -> Result<(), Fault> {
        if names.is_empty() {
            return Ok(());
        }
        let dialect = self.dialect();
        let rows = self
            .rows(
                &format!(
                    "SELECT id, display_name, named_at FROM person WHERE org_id = $1 AND id {}",
                    dialect.is_one_of_ids(2)
                ),
                vec![dialect.ids(names.keys().copied())],
            )
            .await?;
        let mut latest: BTreeMap<PersonId, PersonName> = names.into_iter().collect();
        for row in &rows {
            let id: PersonId = column::<Uuid>(row, 0)?.into();
            let known = timestamp_or_none(row, 2)?.zip(column::<Option<String>>(row, 1)?);
            let known = known.map(|(at, name)| PersonName { at, name });
            if known.as_ref() >= latest.get(&id) {
                latest.remove(&id);
            }
        }
        let (ids, names): (Vec<Uuid>, Vec<PersonName>) =
            latest.into_iter().map(|(person, name)| (person.0, name)).unzip();
        // The persons are there: this inserts none of them.
        self.insert_many(
            "person",
            vec![
                ("named_at", Column::Time(names.iter().map(|name| name.at.millis()).collect())),
                ("created_at", Column::Time(vec![self.now().millis(); ids.len()])),
                ("id", Column::Id(ids)),
                ("display_name", Column::Text(names.into_iter().map(|name| name.name).collect())),
            ],
            "ON CONFLICT (org_id, id) DO UPDATE
               SET display_name = excluded.display_name, named_at = excluded.named_at",
        )
        .await?;
        Ok(())
    }
}

/// Locks group rows in order of id, so that two batches cannot wait for each other.
pub(super) async fn hold(tx: &OrgTx, mut ids: Vec<Uuid>) -> Result<(), Fault> {
    if tx.dialect() == Dialect::Sqlite || ids.is_empty() {
        return Ok(());
    }
    ids.sort_unstable();
    let dialect = tx.dialect();
    let sql = format!(
        "SELECT id FROM chat_group WHERE org_id = $1 AND id {} ORDER BY id{}",
        dialect.is_one_of_ids(2),
        dialect.for_update()
    );
    tx.rows(&sql, vec![dialect.ids(ids)]).await.map(|_| ())
}

async fn known_persons(
    tx: &OrgTx,
    platform: Platform,
    users: &[String],
) -> Result<HashMap<String, PersonId>, Fault> {
    let dialect = tx.dialect();
    let rows = tx
        .rows(
            &format!(
                "SELECT external_id, person_id FROM person_identity
                 WHERE org_id = $1 AND platform = $2 AND external_id {}",
                dialect.is_one_of_texts(3)
            ),
            vec![platform.code().into(), dialect.texts(users)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let person: Uuid = column(row, 1)?;
            Ok((column(row, 0)?, person.into()))
        })
        .collect()
}

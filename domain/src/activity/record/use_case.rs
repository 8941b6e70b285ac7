use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::super::{Kind, RowCode, RowError};
use super::event::ActivityRecorded;
use super::model::{
    Batch, GroupOfRows, NewEventVersion, NewInteraction, PersonName, RecordRefusal, Recorded, Rejected,
    SourceKey, UnknownGroups,
};
use super::port::ActivityPort;
use super::references::Stored;
use super::sift::{Identified, Sifted, sift};
use super::{days, event_of, interaction_of, spells};
use crate::access::Capability;
use crate::command::{Command, Failure, Outcome};
use crate::fault::Fault;
use crate::groups::{Name, NewGroup, Platform};
use crate::id::{GroupId, PersonId};

/// Records interactions: the one way in, whichever door they came by (D18).
///
/// Rows are de-duplicated by (organization, source, id); what is derived from
/// them — days, memberships, what was undone — is brought up to date in the same
/// transaction, whatever the order in which they arrive.
#[derive(Clone, Debug)]
pub struct RecordInteractions(pub Batch);

impl<Tx: ActivityPort> Command<Tx> for RecordInteractions {
    const NAME: &'static str = "activity.record";
    const CAPABILITY: Capability = Capability::RecordActivity;
    type Out = Recorded;
    type Refusal = RecordRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<Recorded, RecordRefusal> {
        let mut recorded = Recorded::default();
        let groups = self.groups(tx).await?;
        let rows = self.identify(&groups, &mut recorded);
        let sifted = self.new_rows(tx, rows, &mut recorded).await?;
        let persons = persons(tx, &groups, &sifted).await?;
        let (mut rows, events) = written(&groups, &sifted, &persons);

        let effects = Stored::load(tx, &rows).await?.settle(&mut rows);
        tx.append(rows.clone(), events).await?;
        let undone: Vec<SourceKey> = effects.undone.iter().map(|row| row.key.clone()).collect();
        tx.undo(&undone).await?;
        tx.resolve(&effects.resolved).await?;

        days::settle(tx, &groups, &rows, &effects.undone).await?;
        spells::settle(tx, &groups, &rows).await?;
        tx.name_persons(names(&groups, &sifted, &persons)).await?;
        tx.note_presence(first_presence(&rows)).await?;
        tell(tx, &rows, &recorded)?;
        Ok(recorded)
    }
}

impl RecordInteractions {
    /// The groups that the rows name, created where they may be.
    async fn groups(&self, tx: &mut impl ActivityPort) -> Outcome<Vec<GroupOfRows>, RecordRefusal> {
        let mut names: BTreeSet<Name> = self.0.group.iter().cloned().collect();
        if self.0.group.is_none() {
            names.extend(self.0.rows.iter().filter_map(|row| row.row.group.as_deref()?.parse().ok()));
        }
        let names: Vec<Name> = names.into_iter().collect();
        let mut groups = tx.hold_groups(&names).await?;
        let is_known = |name: &Name| groups.iter().any(|group| group.name == name.as_str());
        let unknown: Vec<Name> = names.iter().filter(|name| !is_known(name)).cloned().collect();
        if unknown.is_empty() {
            return Ok(groups);
        }
        match &self.0.unknown_groups {
            UnknownGroups::Create { community, platform, zone } => {
                for name in unknown {
                    tx.found_group(NewGroup {
                        name,
                        community: *community,
                        platform: *platform,
                        kind: None,
                        zone: *zone,
                    })
                    .await?;
                }
                groups = tx.hold_groups(&names).await?;
                Ok(groups)
            }
            UnknownGroups::Refuse if self.0.group.is_some() => {
                Err(Failure::Refused(RecordRefusal::NoSuchGroup))
            }
            UnknownGroups::Refuse => Ok(groups),
        }
    }

    /// Gives each row its identity; rows without a group are refused.
    fn identify(&self, groups: &[GroupOfRows], recorded: &mut Recorded) -> Vec<Identified<'_>> {
        let by_name: HashMap<&str, usize> =
            groups.iter().enumerate().map(|(index, group)| (group.name.as_str(), index)).collect();
        let mut rows = Vec::with_capacity(self.0.rows.len());
        for submitted in self.0.rows.iter() {
            let row = &submitted.row;
            let named = self.0.group.as_ref().map(Name::as_str).or(row.group.as_deref().map(str::trim));
            let Some(group) = named.and_then(|name| by_name.get(name)).copied() else {
                let code = if named.is_some() { RowCode::UnknownGroup } else { RowCode::NoGroup };
                let error = RowError::of_row(code, Some("group"), &row.id);
                recorded.rejected.push(Rejected { position: submitted.position, error });
                continue;
            };
            let source = self.0.source.as_deref().or(row.source.as_deref());
            let source = source.unwrap_or(groups[group].platform.code());
            rows.push(Identified {
                position: submitted.position,
                key: SourceKey { source: source.to_owned(), id: row.id.clone() },
                kind: row.kind(),
                at: row.ts,
                content: row.content_hash(source, &groups[group].name),
                row,
                group,
            });
        }
        rows
    }

    async fn new_rows<'a>(
        &self,
        tx: &mut impl ActivityPort,
        rows: Vec<Identified<'a>>,
        recorded: &mut Recorded,
    ) -> Result<Sifted<'a>, Fault> {
        let keys: Vec<&SourceKey> = rows.iter().map(|row| &row.key).collect();
        let stored = tx.stored(&keys).await?;
        let events: Vec<&SourceKey> =
            rows.iter().filter(|row| row.kind == Kind::Event).map(|row| &row.key).collect();
        let versions = tx.event_versions(&events).await?;
        Ok(sift(rows, &stored, &versions, recorded))
    }
}

type Persons = HashMap<(Platform, String), PersonId>;

async fn persons(
    tx: &mut impl ActivityPort,
    groups: &[GroupOfRows],
    sifted: &Sifted<'_>,
) -> Result<Persons, Fault> {
    let mut users: BTreeMap<Platform, BTreeSet<&str>> = BTreeMap::new();
    for row in &sifted.fresh {
        let platform = users.entry(groups[row.group].platform).or_default();
        platform.extend(row.row.user.as_deref());
        platform.extend(row.row.what.invited_by());
    }
    let mut persons = Persons::new();
    for (platform, users) in users {
        let users = users.into_iter().map(str::to_owned).collect();
        let known = tx.persons(platform, users).await?;
        persons.extend(known.into_iter().map(|(user, person)| ((platform, user), person)));
    }
    Ok(persons)
}

/// The rows as they are written. A further version of an event opens no identity.
fn written(
    groups: &[GroupOfRows],
    sifted: &Sifted<'_>,
    persons: &Persons,
) -> (Vec<NewInteraction>, Vec<NewEventVersion>) {
    let person = |platform: Platform, user: &str| persons.get(&(platform, user.to_owned())).copied();
    let mut rows = Vec::with_capacity(sifted.fresh.len());
    let mut events = Vec::new();
    for (row, opens) in sifted.fresh.iter().zip(&sifted.opens) {
        let group = &groups[row.group];
        events.extend(event_of(row, group));
        if *opens {
            rows.push(interaction_of(row, group, |user| person(group.platform, user)));
        }
    }
    (rows, events)
}

fn names(groups: &[GroupOfRows], sifted: &Sifted<'_>, persons: &Persons) -> HashMap<PersonId, PersonName> {
    let mut names: HashMap<PersonId, PersonName> = HashMap::new();
    for row in &sifted.fresh {
        let (Some(user), Some(name)) = (&row.row.user, &row.row.name) else { continue };
        let Some(person) = persons.get(&(groups[row.group].platform, user.clone())) else { continue };
        let seen = PersonName { at: row.at, name: name.clone() };
        let latest = names.entry(*person).or_insert_with(|| seen.clone());
        if seen > *latest {
            *latest = seen;
        }
    }
    names
}

fn first_presence(rows: &[NewInteraction]) -> HashMap<GroupId, crate::time::Timestamp> {
    let mut first = HashMap::new();
    for row in rows.iter().filter(|row| row.kind.is_presence()) {
        let at = first.entry(row.group).or_insert(row.at);
        *at = row.at.min(*at);
    }
    first
}

fn tell(tx: &mut impl ActivityPort, rows: &[NewInteraction], recorded: &Recorded) -> Result<(), Fault> {
    let mut accepted: BTreeMap<GroupId, u64> = BTreeMap::new();
    for row in rows {
        *accepted.entry(row.group).or_default() += 1;
    }
    tx.audit(
        "activity".to_owned(),
        json!({
            "accepted": recorded.accepted,
            "duplicates": recorded.duplicates,
            "rejected": recorded.rejected.len(),
            "groups": accepted,
        }),
    );
    for (group, accepted) in accepted {
        tx.emit(&ActivityRecorded { group, accepted })?;
    }
    Ok(())
}

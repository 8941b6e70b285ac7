//! Facts about staff as other systems write them: members by their addresses, groups and
//! communities by their names.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use qun_domain::access::Email;
use qun_domain::command::Outcome;
use qun_domain::fault::Fault;
use qun_domain::groups::Name;
use qun_domain::id::AccountId;
use qun_domain::scope::Scope;
use qun_domain::team::{
    ComplaintState, ContributionRole, FactCode, FactError, FactKind, GivenFact, RecordStaffFacts,
    RecordStaffFactsRefusal, RecordedFacts, RejectedFact, Seriousness, SubmittedFact,
};
use qun_domain::time::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::access::members_by_email;
use crate::db::{OrgRead, OrgScope, Writer};
use crate::groups::{communities_named, groups_named};

/// Facts that are committed at once.
pub const BATCH: usize = 500;

/// A line of a file: a fact.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactLine {
    /// What kind of fact.
    pub kind: FactKind,
    /// Where it comes from.
    pub source: String,
    /// What it is called there.
    pub key: String,
    /// The address of the member.
    pub member: String,
    /// The name of the group where it was done.
    pub group: Option<String>,
    /// The name of the community where it was done, if it is no group.
    pub community: Option<String>,
    /// When: RFC 3339 with an offset.
    #[serde(deserialize_with = "time")]
    pub at: Timestamp,
    /// When the case was opened.
    #[serde(default, deserialize_with = "time_or_none")]
    pub opened_at: Option<Timestamp>,
    /// When the case was opened again.
    #[serde(default, deserialize_with = "time_or_none")]
    pub reopened_at: Option<Timestamp>,
    /// The rating.
    pub stars: Option<i32>,
    /// What was rated.
    pub about: Option<String>,
    /// What the member was in the event.
    pub role: Option<ContributionRole>,
    /// How much the complaint weighs.
    pub seriousness: Option<Seriousness>,
    /// What became of the complaint.
    pub state: Option<ComplaintState>,
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    chrono::DateTime::parse_from_rfc3339(&text).map(Into::into).map_err(serde::de::Error::custom)
}

fn time_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    let read = |text: String| chrono::DateTime::parse_from_rfc3339(&text).map(Into::into);
    text.map(read).transpose().map_err(serde::de::Error::custom)
}

/// Records a batch of lines, at most [`BATCH`]: looks up whom and what they name, with a statement
/// for each kind of name.
///
/// # Errors
/// As the command; a fault when the database fails.
pub async fn record_lines(
    writer: &Writer,
    scope: &OrgScope,
    read: &OrgRead,
    lines: Vec<(u64, Result<FactLine, FactError>)>,
) -> Outcome<RecordedFacts, RecordStaffFactsRefusal> {
    let named = Named::look_up(read, lines.iter().filter_map(|(_, line)| line.as_ref().ok())).await?;
    let (mut rows, mut rejected) = (Vec::with_capacity(lines.len()), Vec::new());
    for (position, line) in lines {
        match line.and_then(|line| named.given(line)?.checked()) {
            Ok(fact) => rows.push(SubmittedFact { position, fact }),
            Err(error) => rejected.push(RejectedFact { position, error }),
        }
    }
    let rows: Arc<[SubmittedFact]> = rows.into();
    let mut done = RecordedFacts::default();
    if !rows.is_empty() {
        done = writer.execute(scope, RecordStaffFacts { rows }).await?;
    }
    done.rejected.extend(rejected);
    done.rejected.sort_by_key(|rejected| rejected.position);
    Ok(done)
}

/// What the lines of a batch name.
struct Named {
    members: HashMap<String, AccountId>,
    groups: HashMap<String, Scope>,
    communities: HashMap<String, Scope>,
}

impl Named {
    async fn look_up(read: &OrgRead, lines: impl Iterator<Item = &FactLine>) -> Result<Self, Fault> {
        let (mut addresses, mut groups, mut communities) = (HashSet::new(), BTreeSet::new(), BTreeSet::new());
        for line in lines {
            addresses.extend(address(&line.member));
            groups.extend(name(line.group.as_ref()));
            communities.extend(name(line.community.as_ref()));
        }
        let members = members_by_email(read, &addresses.into_iter().collect::<Vec<_>>()).await?;
        let groups = groups_named(read, &groups.into_iter().collect::<Vec<Name>>()).await?;
        let communities = communities_named(read, &communities.into_iter().collect::<Vec<Name>>()).await?;
        Ok(Self {
            members: members.into_iter().map(|account| (account.email, account.id)).collect(),
            groups: groups.into_iter().map(|group| (group.name, Scope::Group(group.id))).collect(),
            communities: communities
                .into_iter()
                .map(|community| (community.name, Scope::Community(community.id)))
                .collect(),
        })
    }

    fn given(&self, line: FactLine) -> Result<GivenFact, FactError> {
        let member = address(&line.member).and_then(|address| self.members.get(&address).copied());
        let unknown = |key| FactError::of(FactCode::UnknownScope, key);
        let scope = match (&line.group, &line.community) {
            (None, None) => Scope::Organization,
            (Some(_), Some(_)) => return Err(FactError::of(FactCode::NotOfKind, "community")),
            (Some(name), None) => *self.groups.get(name).ok_or(unknown("group"))?,
            (None, Some(name)) => *self.communities.get(name).ok_or(unknown("community"))?,
        };
        Ok(GivenFact {
            kind: line.kind,
            source: line.source,
            key: line.key,
            member: member.ok_or(FactError::of(FactCode::UnknownMember, "member"))?,
            scope,
            at: line.at,
            opened_at: line.opened_at,
            reopened_at: line.reopened_at,
            stars: line.stars,
            about: line.about,
            role: line.role,
            seriousness: line.seriousness,
            state: line.state,
        })
    }
}

fn name(text: Option<&String>) -> Option<Name> {
    text?.parse().ok()
}

/// The address as accounts have it.
fn address(text: &str) -> Option<String> {
    text.parse::<Email>().ok().map(|email| email.as_str().to_owned())
}

//! How many work at a place, and for how many members.

use async_graphql::{Enum, SimpleObject};
use qun_domain::scope::Scope;
use qun_domain::team::{
    Staffing as Found, StaffingGap as DomainGap, StaffingWarning as DomainWarning, whole,
};

use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;

/// Why a figure about staff has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainGap")]
pub(super) enum StaffingGap {
    /// Nothing of it was recorded: nobody ever joined or spoke there, or nobody records such facts.
    NotRecorded,
    /// There are no members.
    NoMembers,
    /// There are no such groups.
    NoGroups,
    /// Nobody is assigned there.
    NoStaff,
    /// No working day of the month has ended.
    NoDays,
    /// There are too few to say anything: fewer than the policy's `staff.minRatings`.
    Insufficient,
    /// Qun does not measure it yet.
    NotMeasured,
}

/// What a lead should look at. It forbids nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainWarning")]
enum StaffingWarning {
    /// Fewer are present than the members ask for.
    Understaffed,
    /// The shares of somebody who works here add up to more than a whole working time.
    Overcommitted,
}

/// How many work at a place today, and how many its members ask for. An FTE is a whole working time:
/// a share of 10,000 basis points. See docs/team.md.
#[derive(SimpleObject)]
pub(in crate::graphql) struct Staffing {
    /// Distinct persons who are in its groups now, each once; null where `gap` says why.
    unique_members: Option<u64>,
    /// Groups of whose members nothing was ever recorded: they are not counted.
    unrecorded_groups: u64,
    /// The FTE that the members ask for, one for each begun `staff.staffing.membersPerFte` of the
    /// policy; null where `gap` says why.
    needed_fte: Option<u64>,
    /// The FTE that are assigned at the place and below it, without those who are away.
    present_fte: f64,
    /// The FTE that are assigned there of who is on leave today, or suspended.
    away_fte: f64,
    /// For a group in a community: the FTE that are present at the community, and serve all of its
    /// groups together. Else null.
    community_fte: Option<f64>,
    /// The FTE that are present at the organization, and serve everybody. Null for the organization,
    /// where they are among those present.
    organization_fte: Option<f64>,
    /// What is present, for a group with what is at its community, for each FTE that is needed: 1 is
    /// enough. Null where `gap` says why.
    ratio: Option<f64>,
    /// Why something is null.
    gap: Option<StaffingGap>,
    /// How many work here whose shares add up to more than a whole working time.
    overcommitted_members: u64,
    /// What a lead should look at.
    warnings: Vec<StaffingWarning>,
}

impl Staffing {
    /// That of a place which there is: for who manages the team there, if only by proposals.
    pub(in crate::graphql) async fn of(asked: &Asked, place: Scope) -> Result<Option<Self>, Problem> {
        asked.manages_team(place)?;
        let found = asked.loaders.staffing.load(&asked.read, (place, asked.now)).await?;
        Ok(found.map(Self::from))
    }
}

impl From<Found> for Staffing {
    fn from(found: Found) -> Self {
        let ratio = found.ratio();
        Self {
            unique_members: found.members.ok(),
            unrecorded_groups: found.unrecorded,
            needed_fte: found.needed.ok(),
            present_fte: whole(found.present),
            away_fte: whole(found.away),
            community_fte: found.community.map(whole),
            organization_fte: found.organization.map(whole),
            ratio: ratio.ok(),
            gap: ratio.err().map(Into::into),
            overcommitted_members: found.overcommitted,
            warnings: found.warnings().into_iter().map(Into::into).collect(),
        }
    }
}

use crate::codes::coded;
use crate::id::{AccountId, CommunityId};
use crate::scope::Scope;
use crate::team::Share;

coded! {
    /// Why a figure about staff has no value.
    pub enum StaffingGap {
        /// Nothing of it was recorded: nobody ever joined or spoke there, or nobody records such
        /// facts.
        NotRecorded = "NOT_RECORDED",
        /// There are no members.
        NoMembers = "NO_MEMBERS",
        /// There are no such groups.
        NoGroups = "NO_GROUPS",
        /// Nobody is assigned there.
        NoStaff = "NO_STAFF",
        /// No working day of the month has ended.
        NoDays = "NO_DAYS",
        /// There are too few to say anything (M14).
        Insufficient = "INSUFFICIENT",
        /// Qun does not measure it yet.
        NotMeasured = "NOT_MEASURED",
    }
}

coded! {
    /// What a lead should look at. It forbids nothing.
    pub enum StaffingWarning {
        /// Fewer are present than the members ask for (M6).
        Understaffed = "UNDERSTAFFED",
        /// The shares of somebody who works here add up to more than a whole working time.
        Overcommitted = "OVERCOMMITTED",
    }
}

/// An assignment, as staffing looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub scope: Scope,
    /// The community of the group, where that is a group in one.
    pub community: Option<CommunityId>,
    /// How much of a working time it takes.
    pub share: Share,
    /// What all assignments of its holder take, in basis points.
    pub total: u32,
    /// Whether its holder is on leave today, or suspended.
    pub is_away: bool,
}

/// How many are members of a place now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadCount {
    /// Distinct persons in its groups.
    pub members: u64,
    /// Its groups of whose members something was ever recorded.
    pub recorded: u64,
    /// Its groups of whose members nothing was: their members are not among `members`.
    pub unrecorded: u64,
}

/// How many work at a place, and how many its members ask for. Working times are in basis points:
/// 10,000 is a whole one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staffing {
    /// Distinct persons in its groups.
    pub members: Result<u64, StaffingGap>,
    /// Groups of whose members nothing is known: where there are any, more may be needed.
    pub unrecorded: u64,
    /// Whole working times that the members ask for.
    pub needed: Result<u64, StaffingGap>,
    /// What is assigned at the place and below it, by who is there.
    pub present: u64,
    /// The same by who is away.
    pub away: u64,
    /// What serves a group together with its siblings: who is there at its community. None for
    /// other places.
    pub community: Option<u64>,
    /// What serves everybody: who is there at the organization. None for the organization itself,
    /// where that is among those present.
    pub organization: Option<u64>,
    /// How many of those who work here have shares that add up to more than a whole working time.
    pub overcommitted: u64,
}

impl Staffing {
    /// A whole working time.
    pub const FULL: u64 = 10_000;

    /// What counts against the need: who is there at the place and, for a group, at its community.
    pub fn serving(&self) -> u64 {
        self.present.saturating_add(self.community.unwrap_or_default())
    }

    /// What is there for each whole working time that is needed: 1 is enough.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn ratio(&self) -> Result<f64, StaffingGap> {
        match self.needed? {
            0 => Err(StaffingGap::NoMembers),
            needed => Ok(whole(self.serving()) / count(needed)),
        }
    }

    /// What a lead should look at.
    pub fn warnings(&self) -> Vec<StaffingWarning> {
        let is_short = self.needed.is_ok_and(|needed| self.serving() < needed.saturating_mul(Self::FULL));
        let mut warnings = Vec::new();
        warnings.extend(is_short.then_some(StaffingWarning::Understaffed));
        warnings.extend((self.overcommitted > 0).then_some(StaffingWarning::Overcommitted));
        warnings
    }
}

/// Basis points as whole working times.
pub fn whole(basis_points: u64) -> f64 {
    count(basis_points) / count(Staffing::FULL)
}

/// Exact below 2³², which no organization comes near.
pub(in crate::team) fn count(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

//! What an account is in an organization: assignments, each a role with a rank at a scope (M2–M5,
//! M16–M19).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::power::{Capability, Power, rule};
use crate::codes::coded;
use crate::id::{AssignmentId, CommunityId, CourseId, GroupId};
use crate::scope::Scope;

coded! {
    /// What somebody works on: the one axis of an assignment (M2–M5).
    pub enum Role {
        /// Decides (M2); has no rank.
        Owner = "OWNER",
        /// Runs the groups from day to day (M3).
        Administrator = "ADMINISTRATOR",
        /// Makes what is worth reading (M4).
        ContentEditor = "CONTENT_EDITOR",
        /// Answers members (M5).
        CustomerService = "CUSTOMER_SERVICE",
        /// Keeps a conversation going, known as such to members.
        Facilitator = "FACILITATOR",
        /// Reads figures and tends to the tiers.
        Analyst = "ANALYST",
        /// Joins the groups of several platforms.
        CrossPlatformLead = "CROSS_PLATFORM_LEAD",
    }
}

coded! {
    /// How far somebody has come: the other axis of an assignment (M16–M19). Later ones are higher.
    pub enum Rank {
        /// Prepares and proposes (M16).
        Intern = "INTERN",
        /// Does the basic operation (M17).
        Junior = "JUNIOR",
        /// Plans and decides alone (M18).
        Senior = "SENIOR",
        /// Stands in for an owner when told to (M19).
        OwnerCandidate = "OWNER_CANDIDATE",
    }
}

impl Rank {
    /// The rank above; none above the highest.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Intern => Some(Self::Junior),
            Self::Junior => Some(Self::Senior),
            Self::Senior => Some(Self::OwnerCandidate),
            Self::OwnerCandidate => None,
        }
    }
}

/// How much weight an assignment has where capabilities are asked for. Later ones have more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// As a rank.
    Ranked(Rank),
    /// An owner candidate to whom an owner has delegated.
    ActingOwner,
    /// An owner.
    Owner,
}

impl Level {
    /// The word for tables: that of the rank, `ACTING_OWNER`, `OWNER`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ranked(rank) => rank.code(),
            Self::ActingOwner => "ACTING_OWNER",
            Self::Owner => "OWNER",
        }
    }
}

/// What an assignment is: everything but whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// What its holder works on.
    pub role: Role,
    /// How far its holder has come; none for owners, and for owners alone.
    pub rank: Option<Rank>,
    /// Where it holds.
    pub scope: Scope,
}

impl Position {
    /// An owner of a scope.
    pub const fn owner(scope: Scope) -> Self {
        Self { role: Role::Owner, rank: None, scope }
    }

    /// An assignment of a rank.
    pub const fn ranked(role: Role, rank: Rank, scope: Scope) -> Self {
        Self { role, rank: Some(rank), scope }
    }

    /// Whether role and rank go together: owners have no rank, all others have one.
    pub fn is_sound(self) -> bool {
        (self.role == Role::Owner) == self.rank.is_none()
    }
}

/// An assignment that is held now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// What it is.
    pub position: Position,
    /// Whether an owner has delegated to its holder, now.
    pub is_acting: bool,
}

impl Assignment {
    /// Its weight.
    pub fn level(&self) -> Level {
        match self.position.rank {
            None => Level::Owner,
            Some(_) if self.is_acting => Level::ActingOwner,
            Some(rank) => Level::Ranked(rank),
        }
    }

    fn power(&self, capability: Capability, at: Scope) -> Power {
        let (rule, level) = (rule(capability), self.level());
        if level < Level::ActingOwner && !rule.roles.contains(&self.position.role) {
            return Power::None;
        }
        if level >= rule.needs(at) {
            Power::May
        } else if rule.proposed_from.is_some_and(|rank| level >= Level::Ranked(rank)) {
            Power::Proposes
        } else {
            Power::None
        }
    }
}

/// A capability that somebody does without until a course is done (K14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// Which.
    pub capability: Capability,
    /// Until this is done.
    pub course: CourseId,
}

/// All that an account is in an organization: its assignments, and which groups are in their
/// communities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    assignments: Vec<Assignment>,
    communities: BTreeMap<GroupId, CommunityId>,
    withheld: Vec<Withheld>,
}

impl Standing {
    /// The standing of who holds these assignments. `communities` tells the community of every group
    /// that is in a community of one of the assignments.
    pub fn new(assignments: Vec<Assignment>, communities: BTreeMap<GroupId, CommunityId>) -> Self {
        Self { assignments, communities, withheld: Vec::new() }
    }

    /// The standing of who may do no more than ask what it may.
    pub fn asking() -> Self {
        let position = Position::ranked(Role::Analyst, Rank::Intern, Scope::Organization);
        let assignment = Assignment { id: AssignmentId(uuid::Uuid::nil()), position, is_acting: false };
        Self::new(vec![assignment], BTreeMap::new())
    }

    /// The same without capabilities that its holder has yet to be trained for (K14). Who owns the
    /// organization keeps what it takes to run the training.
    #[must_use]
    pub fn without(mut self, withheld: Vec<Withheld>) -> Self {
        self.withheld = withheld;
        self
    }

    /// The course that has to be done before its holder has a capability; none where a course would
    /// not change what it has.
    pub fn withheld(&self, capability: Capability) -> Option<CourseId> {
        let course = self.withheld_by(capability)?;
        let anywhere = |assignment: &Assignment| Some(assignment.position.scope);
        let beneath = |assignment: &Assignment| narrowest(assignment.position.scope);
        let held = self.most_held(capability, anywhere).max(self.most_held(capability, beneath));
        (held > withheld(capability)).then_some(course)
    }

    fn withheld_by(&self, capability: Capability) -> Option<CourseId> {
        let kept = capability.is_kept_by_owners() && self.owns_organization();
        let found = self.withheld.iter().find(|withheld| withheld.capability == capability);
        found.filter(|_| !kept).map(|withheld| withheld.course)
    }

    /// The assignments.
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// Whether its holder owns the whole organization.
    pub fn owns_organization(&self) -> bool {
        self.assignments.iter().any(|assignment| assignment.position == Position::owner(Scope::Organization))
    }

    /// What a capability is worth at a scope: the most that any assignment there makes of it.
    pub fn power(&self, capability: Capability, at: Scope) -> Power {
        let is_everywhere = rule(capability).is_everywhere;
        self.most(capability, |assignment| {
            if is_everywhere || self.covers(assignment.position.scope, at) { Some(at) } else { None }
        })
    }

    /// The most that a capability is worth at any scope of an assignment.
    pub fn best_power(&self, capability: Capability) -> Power {
        self.most(capability, |assignment| Some(assignment.position.scope))
            .max(self.most(capability, |assignment| narrowest(assignment.position.scope)))
    }

    /// The weight of its holder at a scope: that of the weightiest assignment there.
    pub fn level(&self, at: Scope) -> Option<Level> {
        self.assignments
            .iter()
            .filter(|assignment| self.covers(assignment.position.scope, at))
            .map(Assignment::level)
            .max()
    }

    fn most(&self, capability: Capability, at: impl Fn(&Assignment) -> Option<Scope>) -> Power {
        let power = self.most_held(capability, at);
        // Who is yet to be trained prepares, and somebody who is decides.
        if self.withheld_by(capability).is_some() { power.min(withheld(capability)) } else { power }
    }

    /// What it would be if nothing was withheld.
    fn most_held(&self, capability: Capability, at: impl Fn(&Assignment) -> Option<Scope>) -> Power {
        let powers = self
            .assignments
            .iter()
            .filter_map(|assignment| Some(assignment.power(capability, at(assignment)?)));
        powers.max().unwrap_or(Power::None)
    }

    fn covers(&self, assignment: Scope, at: Scope) -> bool {
        match (assignment, at) {
            (Scope::Organization, _) => true,
            (Scope::Community(community), Scope::Group(group)) => {
                self.communities.get(&group) == Some(&community)
            }
            (assignment, at) => assignment == at,
        }
    }
}

/// A group that an assignment of this scope could be asked about: what an assignment may do somewhere beneath
/// it.
fn narrowest(scope: Scope) -> Option<Scope> {
    match scope {
        Scope::Group(_) => None,
        Scope::Organization | Scope::Community(_) => Some(Scope::Group(GroupId(uuid::Uuid::nil()))),
    }
}

fn withheld(capability: Capability) -> Power {
    if rule(capability).proposed_from.is_some() { Power::Proposes } else { Power::None }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn group(id: u128) -> GroupId {
        GroupId(Uuid::from_u128(id))
    }

    fn community(id: u128) -> CommunityId {
        CommunityId(Uuid::from_u128(id))
    }

    fn assignment(position: Position) -> Assignment {
        Assignment { id: AssignmentId(Uuid::from_u128(9)), position, is_acting: false }
    }

    fn standing(assignments: &[Position]) -> Standing {
        let communities = [(group(1), community(1)), (group(2), community(2))].into();
        Standing::new(assignments.iter().copied().map(assignment).collect(), communities)
    }

    const ADMIN: Role = Role::Administrator;

    #[test]
    fn a_post_reaches_what_is_beneath_its_scope_and_nothing_else() {
        let scopes = [
            Scope::Organization,
            Scope::Community(community(1)),
            Scope::Community(community(2)),
            Scope::Group(group(1)),
            Scope::Group(group(2)),
            Scope::Group(group(3)),
        ];
        for (assignment, reached) in [
            (Scope::Organization, [true; 6]),
            (Scope::Community(community(1)), [false, true, false, true, false, false]),
            (Scope::Group(group(2)), [false, false, false, false, true, false]),
            (Scope::Group(group(3)), [false, false, false, false, false, true]),
        ] {
            let standing = standing(&[Position::ranked(ADMIN, Rank::Senior, assignment)]);
            let may = scopes.map(|at| standing.power(Capability::ManageGroups, at) == Power::May);
            assert_eq!(may, reached, "{assignment}");
        }
    }

    #[test]
    fn posts_add_up_to_the_most_of_each_and_not_of_all() {
        let at = Scope::Group(group(1));
        let both = standing(&[
            Position::ranked(Role::CustomerService, Rank::Senior, at),
            Position::ranked(ADMIN, Rank::Intern, at),
        ]);
        assert_eq!(both.power(Capability::WarnMembers, at), Power::May, "as customer service");
        assert_eq!(both.power(Capability::ManageGroups, at), Power::Proposes, "as an intern");
        assert_eq!(both.power(Capability::RemoveMembers, at), Power::None, "a rank counts in its own role");
    }

    #[test]
    fn who_acts_as_owner_does_all_but_administer_the_organization() {
        let candidate = Position::ranked(ADMIN, Rank::OwnerCandidate, Scope::Organization);
        let acting = Assignment { is_acting: true, ..assignment(candidate) };
        let of = |assignment| Standing::new(vec![assignment], BTreeMap::new());
        let at = Scope::Organization;
        assert_eq!(of(acting).power(Capability::ManageTeam, at), Power::May);
        assert_eq!(of(acting).power(Capability::ManageOrganization, at), Power::None);
        assert_eq!(of(assignment(candidate)).power(Capability::ManageTeam, at), Power::Proposes);
        assert_eq!(of(assignment(Position::owner(at))).power(Capability::ManageOrganization, at), Power::May);
        assert!(of(assignment(Position::owner(at))).owns_organization());
        let of_group = of(assignment(Position::owner(Scope::Group(group(1)))));
        assert!(!of_group.owns_organization());
        assert_eq!(of_group.power(Capability::ManageTeam, Scope::Group(group(1))), Power::May);
        assert_eq!(of_group.power(Capability::ManageTeam, at), Power::None);
    }

    #[test]
    fn reading_takes_a_post_anywhere() {
        let intern = standing(&[Position::ranked(Role::Facilitator, Rank::Intern, Scope::Group(group(1)))]);
        assert_eq!(intern.power(Capability::Read, Scope::Organization), Power::May);
        assert_eq!(standing(&[]).power(Capability::Read, Scope::Organization), Power::None);
    }

    #[test]
    fn who_is_not_trained_proposes() {
        let at = Scope::Group(group(1));
        let senior = standing(&[Position::ranked(ADMIN, Rank::Senior, at)])
            .without(vec![untrained(Capability::RestrictMembers), untrained(Capability::RecordActivity)]);
        assert_eq!(senior.power(Capability::RestrictMembers, at), Power::Proposes);
        assert_eq!(senior.best_power(Capability::RestrictMembers), Power::Proposes);
        assert_eq!(senior.power(Capability::RecordActivity, at), Power::None, "cannot be proposed");
        assert_eq!(senior.power(Capability::WarnMembers, at), Power::May);
    }

    fn untrained(capability: Capability) -> Withheld {
        Withheld { capability, course: CourseId(Uuid::from_u128(7)) }
    }

    #[test]
    fn no_owner_is_locked_out_by_a_course() {
        let all: Vec<Withheld> = Capability::ALL.iter().copied().map(untrained).collect();
        let owner = standing(&[Position::owner(Scope::Organization)]).without(all.clone());
        let of_group = standing(&[Position::owner(Scope::Group(group(1)))]).without(all);
        for capability in [Capability::ManageTraining, Capability::ManageTeam, Capability::WorkOnTasks] {
            assert_eq!(owner.power(capability, Scope::Organization), Power::May, "{capability:?}");
        }
        assert_eq!(owner.withheld(Capability::ManageGroups), Some(CourseId(Uuid::from_u128(7))));
        assert_eq!(owner.power(Capability::ManageGroups, Scope::Organization), Power::Proposes);
        assert_eq!(of_group.power(Capability::ManageTeam, Scope::Group(group(1))), Power::Proposes);
    }

    #[test]
    fn the_best_that_one_may_anywhere() {
        let at_group = standing(&[Position::ranked(ADMIN, Rank::Senior, Scope::Group(group(1)))]);
        assert_eq!(at_group.best_power(Capability::PublishPolicy), Power::May);
        let of_all = standing(&[Position::ranked(ADMIN, Rank::Senior, Scope::Organization)]);
        assert_eq!(of_all.power(Capability::PublishPolicy, Scope::Organization), Power::Proposes);
        assert_eq!(of_all.best_power(Capability::PublishPolicy), Power::May, "for a group of it");
    }
}

//! The one table: which role and rank may do what, at which scope (M2–M5, M16–M19, Z7).

use super::{Level, Rank, Role};
use crate::codes::coded;
use crate::scope::Scope;

coded! {
    /// What a use case may ask of its actor. Use cases are guarded by capabilities, never by
    /// the names of roles.
    pub enum Capability {
        /// Read everything of the organization except its audit log.
        Read = "READ",
        /// Create and change communities and groups.
        ManageGroups = "MANAGE_GROUPS",
        /// Record interactions.
        RecordActivity = "RECORD_ACTIVITY",
        /// Publish a policy version.
        PublishPolicy = "PUBLISH_POLICY",
        /// Evaluate tiers, pin a tier, lift a pin.
        EvaluateTiers = "EVALUATE_TIERS",
        /// Answer members (M17).
        AnswerMembers = "ANSWER_MEMBERS",
        /// Publish what is scheduled (M17).
        PublishScheduled = "PUBLISH_SCHEDULED",
        /// Warn a member: steps 1 and 2 of the penalty ladder (M17).
        WarnMembers = "WARN_MEMBERS",
        /// Plan and publish events (M18).
        PlanEvents = "PLAN_EVENTS",
        /// Restrict a member: step 3 of the penalty ladder (M18).
        RestrictMembers = "RESTRICT_MEMBERS",
        /// Approve adverts (M18).
        ApproveAdverts = "APPROVE_ADVERTS",
        /// Remove a member: step 4 of the penalty ladder (M19).
        RemoveMembers = "REMOVE_MEMBERS",
        /// Submit one's own tasks, and hand them to their backup (Z9).
        WorkOnTasks = "WORK_ON_TASKS",
        /// Give, verify, send back and cancel tasks (Z9).
        ManageTasks = "MANAGE_TASKS",
        /// Invite to the team, give and end assignments, suspend, delegate (M20, M21).
        ManageTeam = "MANAGE_TEAM",
        /// Forget what the retention policy no longer keeps.
        EnforceRetention = "ENFORCE_RETENTION",
        /// Administer the organization itself.
        ManageOrganization = "MANAGE_ORGANIZATION",
        /// Record what staff did (M13–M15).
        RecordStaffFacts = "RECORD_STAFF_FACTS",
        /// Run courses, examine, and see who is trained (M10–M12, K14).
        ManageTraining = "MANAGE_TRAINING",
    }
}

impl Capability {
    /// Whether scheduled jobs hold it.
    pub const fn is_for_jobs(self) -> bool {
        matches!(self, Self::Read | Self::EvaluateTiers | Self::ManageTasks | Self::EnforceRetention)
    }

    /// Whether a course may withhold it (K14): all but what it takes to go through a course.
    pub const fn can_be_withheld(self) -> bool {
        !matches!(self, Self::Read | Self::WorkOnTasks)
    }

    /// Whether who owns the organization keeps it whatever course he has not done, so that nobody
    /// is locked out: what it takes to end a course, or to name who may.
    pub const fn is_kept_by_owners(self) -> bool {
        !self.can_be_withheld()
            || matches!(self, Self::ManageTraining | Self::ManageTeam | Self::ManageOrganization)
    }
}

coded! {
    /// What a capability is worth to somebody. Later ones are worth more.
    pub enum Power {
        /// Nothing.
        None = "NONE",
        /// The act becomes a proposal, on which somebody else decides.
        Proposes = "PROPOSES",
        /// The act is done.
        May = "MAY",
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What is asked.
    pub capability: Capability,
    /// The roles whose work it is. An owner, and who acts as one, needs none of them.
    pub roles: &'static [Role],
    /// The least weight that does it for the whole organization.
    pub organization: Level,
    /// The least weight that does it for a community.
    pub community: Level,
    /// The least weight that does it for a group.
    pub group: Level,
    /// The least rank that may propose it; none where it cannot be proposed.
    pub proposed_from: Option<Rank>,
    /// Whether an assignment at any scope serves: what is asked is bounded otherwise.
    pub is_everywhere: bool,
}

impl Rule {
    /// The least weight that does it at a scope.
    pub const fn needs(&self, at: Scope) -> Level {
        match at {
            Scope::Organization => self.organization,
            Scope::Community(_) => self.community,
            Scope::Group(_) => self.group,
        }
    }
}

/// The table, in the order of the capabilities.
pub fn rules() -> impl Iterator<Item = Rule> {
    Capability::ALL.iter().map(|capability| rule(*capability))
}

const INTERN: Level = Level::Ranked(Rank::Intern);
const JUNIOR: Level = Level::Ranked(Rank::Junior);
const SENIOR: Level = Level::Ranked(Rank::Senior);
const CANDIDATE: Level = Level::Ranked(Rank::OwnerCandidate);

/// The row of a capability.
pub(super) const fn rule(capability: Capability) -> Rule {
    use Role::{
        Administrator as Admin, Analyst, ContentEditor as Editor, CrossPlatformLead as Lead,
        CustomerService as Service, Facilitator,
    };
    let all = Role::ALL;
    match capability {
        Capability::Read | Capability::WorkOnTasks => everywhere(capability, all, INTERN),
        Capability::ManageGroups => row(capability, &[Admin, Lead], SENIOR, Some(Rank::Intern)),
        Capability::RecordActivity => row(capability, &[Admin, Analyst, Lead], JUNIOR, None),
        Capability::PublishPolicy => {
            Rule { organization: CANDIDATE, ..row(capability, &[Admin], SENIOR, Some(Rank::Junior)) }
        }
        Capability::EvaluateTiers => row(capability, &[Admin, Analyst], SENIOR, Some(Rank::Intern)),
        Capability::AnswerMembers => {
            row(capability, &[Admin, Service, Facilitator], JUNIOR, Some(Rank::Intern))
        }
        Capability::PublishScheduled => {
            row(capability, &[Admin, Editor, Facilitator, Lead], JUNIOR, Some(Rank::Intern))
        }
        Capability::WarnMembers => row(capability, &[Admin, Service], JUNIOR, Some(Rank::Intern)),
        Capability::PlanEvents => row(capability, &[Admin, Editor, Lead], SENIOR, Some(Rank::Intern)),
        Capability::RestrictMembers => row(capability, &[Admin], SENIOR, Some(Rank::Junior)),
        Capability::ApproveAdverts => row(capability, &[Admin, Editor], SENIOR, Some(Rank::Junior)),
        Capability::RemoveMembers => row(capability, &[Admin], CANDIDATE, Some(Rank::Junior)),
        Capability::ManageTasks => row(capability, all, SENIOR, None),
        Capability::ManageTeam => row(capability, &[Admin], Level::ActingOwner, Some(Rank::Senior)),
        Capability::EnforceRetention => row(capability, &[Admin], CANDIDATE, None),
        Capability::ManageOrganization => row(capability, &[], Level::Owner, None),
        Capability::RecordStaffFacts => row(capability, &[Admin, Analyst], SENIOR, None),
        Capability::ManageTraining => row(capability, &[Admin], SENIOR, None),
    }
}

const fn row(
    capability: Capability,
    roles: &'static [Role],
    needs: Level,
    proposed_from: Option<Rank>,
) -> Rule {
    let (organization, community, group) = (needs, needs, needs);
    Rule { capability, roles, organization, community, group, proposed_from, is_everywhere: false }
}

const fn everywhere(capability: Capability, roles: &'static [Role], needs: Level) -> Rule {
    Rule { is_everywhere: true, ..row(capability, roles, needs, None) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::super::{Assignment, Position, Standing};
    use super::*;
    use crate::id::{AssignmentId, CommunityId, GroupId};

    /// Every role at every rank at every scope: what it may (`+`), proposes (`~`), may not (`-`),
    /// at the organization, a community and a group.
    #[test]
    fn the_whole_table() {
        let group = Scope::Group(GroupId(Uuid::from_u128(1)));
        let community = Scope::Community(CommunityId(Uuid::from_u128(1)));
        let scopes = [Scope::Organization, community, group];
        let mut table = String::new();
        for role in Role::ALL {
            let ranks: Vec<Option<Rank>> = match role {
                Role::Owner => vec![None],
                _ => Rank::ALL.iter().copied().map(Some).collect(),
            };
            for rank in ranks {
                let name = rank.map_or("", Rank::code);
                table.push_str(format!("{} {name}", role.code()).trim_end());
                table.push('\n');
                for capability in Capability::ALL {
                    let cells = scopes.map(|scope| {
                        let position = Position { role: *role, rank, scope };
                        let assignment =
                            Assignment { id: AssignmentId(Uuid::nil()), position, is_acting: false };
                        match Standing::new(vec![assignment], BTreeMap::new()).power(*capability, scope) {
                            Power::May => '+',
                            Power::Proposes => '~',
                            Power::None => '-',
                        }
                    });
                    let cells: String = cells.iter().collect();
                    if cells != "---" {
                        table.push_str(&format!("  {cells} {}\n", capability.code()));
                    }
                }
            }
        }
        insta::with_settings!({ omit_expression => true, description =>
            "What each assignment may (+), proposes (~), may not (-) at an organization, a community, a group." }, {
            insta::assert_snapshot!("the_whole_table", table);
        });
    }

    #[test]
    fn a_higher_rank_may_no_less() {
        for capability in Capability::ALL {
            for role in Role::ALL.iter().filter(|role| **role != Role::Owner) {
                for scope in [Scope::Organization, Scope::Group(GroupId(Uuid::nil()))] {
                    let power = |rank: &Rank| {
                        let position = Position::ranked(*role, *rank, scope);
                        let assignment =
                            Assignment { id: AssignmentId(Uuid::nil()), position, is_acting: false };
                        Standing::new(vec![assignment], BTreeMap::new()).power(*capability, scope)
                    };
                    let powers: Vec<Power> = Rank::ALL.iter().map(power).collect();
                    assert!(powers.is_sorted(), "{capability:?} of {role:?}: {powers:?}");
                }
            }
        }
    }
}

//! The team: who holds which assignment, what became of whom, what staff did, and its training; whether
//! there is enough of it, how its work is divided, and who stands ready.

mod bench;
mod course;
mod division;
mod fact;
mod incentives;
mod input;
mod invitation;
mod invite;
mod joining;
mod kpi;
mod leave;
mod manages;
mod member;
mod mutation;
mod promotion;
mod staffing;
mod step;
mod training;

pub(super) use bench::{BenchConnection, GroupBench, bench};
pub(super) use course::{
    CourseConnection, CourseObject, OverdueTrainingConnection, courses, training_overdue,
};
pub(super) use division::{DivisionMode, DivisionModeFigures, DivisionMutation};
pub(super) use fact::StaffFactsMutation;
pub(super) use incentives::{
    BadgeConnection, BadgeMutation, BadgeObject, BonusMutation, BonusState, IncentiveGapConnection,
    OfferObject, OrganizationBonusConnection, PlaceMutation, TrainingOfferConnection, badges,
    bonuses_of_organization, incentive_gaps_of, training_offers,
};
pub(super) use invitation::{InvitationConnection, InvitationQuery, InvitationState, invitations};
pub(super) use invite::InvitationMutation;
pub(super) use joining::JoiningMutation;
pub(super) use leave::LeaveMutation;
pub(super) use member::{TeamConnection, TeamMemberObject, team};
pub(super) use mutation::MembersMutation;
pub(super) use promotion::PromotionOutlook;
pub(super) use staffing::Staffing;
pub(super) use training::TrainingMutation;

//! The team: who holds which assignment, what became of whom, what staff did, and its training.

mod course;
mod fact;
mod incentives;
mod input;
mod invitation;
mod invite;
mod joining;
mod kpi;
mod leave;
mod member;
mod mutation;
mod promotion;
mod step;
mod training;

pub(super) use course::{
    CourseConnection, CourseObject, OverdueTrainingConnection, courses, training_overdue,
};
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
pub(super) use training::TrainingMutation;

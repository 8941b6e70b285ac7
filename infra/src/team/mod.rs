//! Members of the team, what they did, and what they are trained for.

mod bench;
mod division;
mod facts;
mod import;
mod incentives;
mod invitations;
mod kpi;
mod leave;
mod members;
mod promotion;
mod staffing;
mod training;
mod training_map;
mod training_read;

pub use bench::{BenchPage, bench_count, bench_page, benches_of};
pub use division::{division_modes, divisions_of};
pub use import::{BATCH, FactLine, record_lines};
pub use incentives::{
    AwardPage, BonusFilter, BonusPage, GivenTo, PlacePage, PlacesOf, SuggestionOf, award_by_id, award_pages,
    badges_by_id, badges_page, bonus_by_id, bonus_pages, bonus_totals, bonuses_page, incentive_gaps,
    incentives_policy, offers_by_id, offers_page, place_by_id, place_pages, places_taken, suggestions_of,
};
pub(crate) use invitations::{INVITATION, invitation_model};
pub use invitations::{InvitationPage, invitation_by_id, invitations_page};
pub use kpi::{KpisOf, kpis_of, levels, seen, tallies};
pub use leave::{LeavePage, away, leave_pages};
pub use members::{LadderPage, MemberRow, Step, assignments_of, ladder_pages, member_rows, members_page};
pub use promotion::{evidence_of, promotable};
pub use staffing::staffing_of;
pub(crate) use training_map::SUPERSEDED;
pub(crate) use training_read::training_policy;
pub use training_read::{
    CourseVersionPage, CourseVersionRow, Pupil, TrainingRow, course_version_pages, courses_by_id,
    courses_page, late_trainings, reminded, trainings_of, trainings_to_remind_of,
};

//! What a course withholds, until it is done (K14).

use qun_domain::access::{Capability, Position, Power, Rank, Role};
use qun_domain::groups::Scope;
use qun_domain::team::{
    ArchiveCourse, Audience, ConfirmTraining, Course, CourseKind, CreateCourse, NewCourse,
    PublishCourseVersion,
};
use qun_domain::time::Timestamp;
use qun_infra::db::OrgScope;

use super::training::{course, published, version};
use crate::harness::{Org, TestQun, on_both};

on_both!(
    it_is_gone_at_once_and_back_at_once,
    what_expires_is_withheld_again,
    only_the_audience_does_without,
    no_owner_is_locked_out,
    a_withheld_act_is_proposed,
);

const EDITOR: Position = Position::ranked(Role::ContentEditor, Rank::Senior, Scope::Organization);

fn withholding(capability: Capability) -> NewCourse {
    NewCourse { withholds: vec![capability], ..course(CourseKind::Product, None) }
}

/// What an account may, as its next request would see it.
async fn power(qun: &TestQun, name: &str, capability: Capability) -> Power {
    qun.scope("acme", name).await.actor().power(capability, Scope::Organization)
}

async fn confirmed(qun: &TestQun, by: &OrgScope, course: &Course) {
    qun.done(by, ConfirmTraining { course: course.id, version: course.version }).await;
}

async fn it_is_gone_at_once_and_back_at_once(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let editor = qun.joined("acme", "editor", EDITOR).await;
    let may = async || power(qun, "editor", Capability::PlanEvents).await;
    let made = qun.done(&owner, CreateCourse(withholding(Capability::PlanEvents))).await;
    assert_eq!(may().await, Power::May, "without a version there is nothing to do");
    let made = qun.done(&owner, version(&made)).await;
    assert_eq!(may().await, Power::Proposes);
    let scope = qun.scope("acme", "editor").await;
    assert_eq!(scope.actor().withheld(Capability::PlanEvents), Some(made.id));
    assert_eq!(scope.actor().withheld(Capability::ManageOrganization), None, "no course gives that");
    confirmed(qun, &editor, &made).await;
    assert_eq!(may().await, Power::May);
    let other = published(qun, &owner, withholding(Capability::PlanEvents)).await;
    assert_eq!(may().await, Power::Proposes, "each of them");
    qun.done(&owner, ArchiveCourse { course: other.id }).await;
    assert_eq!(may().await, Power::May);
}

async fn what_expires_is_withheld_again(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let editor = qun.joined("acme", "editor", EDITOR).await;
    let may = async || power(qun, "editor", Capability::PlanEvents).await;
    let made = published(qun, &owner, withholding(Capability::PlanEvents)).await;
    confirmed(qun, &editor, &made).await;
    qun.advance_to(qun.clock.now().plus_millis(31 * Timestamp::DAY - 1));
    assert_eq!(may().await, Power::May);
    qun.advance_to(qun.clock.now().plus_millis(10_001));
    assert_eq!(may().await, Power::Proposes, "a month has passed, and it is remembered for ten seconds");
    confirmed(qun, &editor, &made).await;
    let made = qun.done(&owner, PublishCourseVersion { after: 1, ..version(&made) }).await;
    assert_eq!(may().await, Power::May, "a new version has days of grace");
    qun.advance_to(qun.clock.now().plus_millis(30 * Timestamp::DAY + 10_001));
    assert_eq!(may().await, Power::Proposes);
    confirmed(qun, &editor, &made).await;
    assert_eq!(may().await, Power::May);
}

async fn only_the_audience_does_without(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.joined("acme", "editor", EDITOR).await;
    let audience = Audience { roles: vec![Role::Administrator], ranks: vec![Rank::OwnerCandidate] };
    published(qun, &owner, NewCourse { audience, ..withholding(Capability::PlanEvents) }).await;
    assert_eq!(power(qun, "editor", Capability::PlanEvents).await, Power::May);
    assert_eq!(power(qun, "admin", Capability::PlanEvents).await, Power::Proposes);
    assert_eq!(power(qun, "owner", Capability::PlanEvents).await, Power::May);
}

async fn no_owner_is_locked_out(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let all = Capability::ALL.iter().copied().filter(|capability| capability.can_be_withheld()).collect();
    let made = published(qun, &owner, NewCourse { withholds: all, ..course(CourseKind::Tool, None) }).await;
    for kept in [Capability::ManageTraining, Capability::ManageTeam, Capability::ManageOrganization] {
        assert_eq!(power(qun, "owner", kept).await, Power::May, "{kept:?}");
    }
    assert_eq!(power(qun, "owner", Capability::RecordActivity).await, Power::None);
    assert_eq!(power(qun, "admin", Capability::ManageTraining).await, Power::None);
    let owner = qun.scope("acme", "owner").await;
    qun.done(&owner, ArchiveCourse { course: made.id }).await;
    assert_eq!(power(qun, "owner", Capability::RecordActivity).await, Power::May);
}

async fn a_withheld_act_is_proposed(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    published(qun, &owner, withholding(Capability::ManageGroups)).await;
    let admin = qun.scope("acme", "admin").await;
    let new = qun_domain::groups::CreateCommunity {
        name: "Plants".parse().expect("a name"),
        zone: crate::harness::SHANGHAI,
    };
    let outcome = qun.writer.execute(&admin, new).await;
    assert!(matches!(outcome, Err(qun_domain::command::Failure::Proposed(_))), "{outcome:?}");
}

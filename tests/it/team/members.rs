//! Members: what they are given, what is taken from them, and who may decide it.

use std::time::Duration;

use chrono_tz::Tz;
use futures_util::future::join;
use qun_domain::access::{Capability, Position, Power, Rank, Role};
use qun_domain::command::Failure;
use qun_domain::groups::Scope;
use qun_domain::id::{AccountId, AssignmentId};
use qun_domain::team::{
    AssignRole, AssignRoleRefusal, ChangeRank, ChangeRankRefusal, DaySpan, DelegateOwnership,
    DelegateOwnershipRefusal, EndAssignment, EndAssignmentRefusal, MemberState, MemberStateRefusal,
    ReinstateMember, RemoveMember, Share, StepKind, SuspendMember,
};
use qun_domain::time::Timestamp;
use qun_infra::access::AuthProblem;
use qun_infra::db::OrgScope;
use qun_infra::redis::Redis;
use qun_infra::team::{LadderPage, assignments_of, away, ladder_pages, member_rows};

use crate::harness::{TestQun, email, on_both, redis, short, until};

on_both!(
    a_member_is_given_a_role_and_rises,
    nobody_decides_about_himself,
    who_acts_as_owner_makes_no_owner,
    a_delegation_ends,
    the_last_owner_stays,
    two_owners_cannot_take_leave_of_each_other_at_once,
    who_is_suspended_may_nothing_at_once,
    who_leaves_is_out_and_may_come_back,
    a_suspension_ends_with_the_membership,
    what_is_foreign_is_not_found,
    other_processes_know_at_once,
);

fn reason() -> qun_domain::access::Reason {
    "because".parse().expect("a reason")
}

fn admin(rank: Rank, scope: Scope) -> Position {
    Position::ranked(Role::Administrator, rank, scope)
}

async fn join_as(qun: &TestQun, name: &str, position: Position) -> OrgScope {
    qun.add_account("acme", name, position).await;
    qun.scope("acme", name).await
}

fn account(scope: &OrgScope) -> AccountId {
    scope.actor().account_id().expect("an account")
}

async fn assignments(qun: &TestQun, owner: &OrgScope, of: AccountId) -> Vec<(AssignmentId, Position)> {
    let found = assignments_of(&qun.read(owner), &[of], qun.clock.now()).await.expect("an answer");
    found.get(&of).into_iter().flatten().map(|held| (held.assignment.id, held.position())).collect()
}

async fn history(qun: &TestQun, owner: &OrgScope, account: AccountId) -> Vec<StepKind> {
    let page = LadderPage { account, after: None, limit: 100 };
    let found = ladder_pages(&qun.read(owner), &[page]).await.expect("an answer");
    found[0].iter().rev().map(|step| step.step.kind).collect()
}

async fn a_member_is_given_a_role_and_rises(qun: &TestQun) {
    let org = qun.with_org().await;
    let garden = qun.group(&org.admin, "Garden", None).await;
    let reader = account(&org.reader);
    let position = admin(Rank::Intern, Scope::Group(garden.id));
    let share = Share::try_from(5_000).expect("a share");
    qun.done(&org.owner, AssignRole { account: reader, position, share }).await;
    let again = AssignRole { account: reader, position: admin(Rank::Senior, position.scope), share };
    assert_eq!(qun.refused(&org.owner, again).await, AssignRoleRefusal::AlreadyAssigned);
    let held = assignments(qun, &org.owner, reader).await;
    let (id, _) = held.into_iter().find(|(_, held)| *held == position).expect("the assignment");
    let power =
        async || qun.scope("acme", "reader").await.actor().power(Capability::ManageGroups, position.scope);
    assert_eq!(power().await, Power::Proposes);
    // Steps of one millisecond have no order.
    for rank in [Rank::Senior, Rank::Junior] {
        qun.clock.set(qun.clock.now().plus_millis(1));
        qun.done(&org.owner, ChangeRank { assignment: id, rank, reason: reason() }).await;
        assert_eq!(power().await == Power::May, rank == Rank::Senior, "at once");
        let same = ChangeRank { assignment: id, rank, reason: reason() };
        assert_eq!(qun.refused(&org.owner, same).await, ChangeRankRefusal::NothingChanges);
    }
    qun.clock.set(qun.clock.now().plus_millis(1));
    qun.done(&org.owner, EndAssignment { assignment: id, reason: reason() }).await;
    assert_eq!(power().await, Power::None);
    let gone = EndAssignment { assignment: id, reason: reason() };
    assert_eq!(qun.refused(&org.owner, gone).await, EndAssignmentRefusal::NoSuchAssignment);
    assert_eq!(
        history(qun, &org.owner, reader).await,
        [StepKind::Assigned, StepKind::Assigned, StepKind::Promoted, StepKind::Demoted, StepKind::Ended]
    );
}

async fn nobody_decides_about_himself(qun: &TestQun) {
    let org = qun.with_org().await;
    let own = account(&org.owner);
    let more =
        AssignRole { account: own, position: admin(Rank::Senior, Scope::Organization), share: Share::FULL };
    assert_eq!(qun.refused(&org.owner, more).await, AssignRoleRefusal::OwnCase);
    let candidate = join_as(qun, "candidate", admin(Rank::OwnerCandidate, Scope::Organization)).await;
    let (id, _) = assignments(qun, &org.owner, account(&candidate)).await[0];
    let until = Some(qun.clock.now().plus_millis(60_000));
    qun.done(&org.owner, DelegateOwnership { assignment: id, until }).await;
    let acting = qun.scope("acme", "candidate").await;
    let rise = ChangeRank { assignment: id, rank: Rank::Senior, reason: reason() };
    assert_eq!(qun.refused(&acting, rise).await, ChangeRankRefusal::OwnCase);
    let suspend = SuspendMember { account: account(&candidate), reason: reason() };
    assert_eq!(qun.refused(&acting, suspend).await, MemberStateRefusal::OwnCase);
}

async fn who_acts_as_owner_makes_no_owner(qun: &TestQun) {
    let org = qun.with_org().await;
    let (id, _) = assignments(qun, &org.owner, account(&org.admin)).await[0];
    let until = Some(qun.clock.now().plus_millis(60_000));
    qun.done(&org.owner, DelegateOwnership { assignment: id, until }).await;
    let acting = qun.scope("acme", "admin").await;
    assert_eq!(acting.actor().power(Capability::ManageTeam, Scope::Organization), Power::May);
    let reader = account(&org.reader);
    let owner =
        AssignRole { account: reader, position: Position::owner(Scope::Organization), share: Share::FULL };
    assert_eq!(qun.refused(&acting, owner).await, AssignRoleRefusal::AboveYou);
    let remove = RemoveMember { account: account(&org.owner), reason: reason() };
    assert_eq!(qun.refused(&acting, remove).await, MemberStateRefusal::AboveYou);
    let (own, _) = assignments(qun, &org.owner, account(&org.owner)).await[0];
    let end = EndAssignment { assignment: own, reason: reason() };
    assert_eq!(qun.refused(&acting, end).await, EndAssignmentRefusal::AboveYou);
    let on = DelegateOwnership { assignment: id, until };
    assert_eq!(qun.refused(&acting, on).await, DelegateOwnershipRefusal::AboveYou);
    qun.done(&acting, SuspendMember { account: reader, reason: reason() }).await;
}

async fn a_delegation_ends(qun: &TestQun) {
    let org = qun.with_org().await;
    let (id, _) = assignments(qun, &org.owner, account(&org.admin)).await[0];
    let (reader, _) = assignments(qun, &org.owner, account(&org.reader)).await[0];
    let at = |millis| Some(qun.clock.now().plus_millis(millis));
    let now = qun.clock.now();
    for until in [Some(now), at(90 * 24 * 60 * 60 * 1000 + 1)] {
        let bad = DelegateOwnership { assignment: id, until };
        assert_eq!(qun.refused(&org.owner, bad).await, DelegateOwnershipRefusal::BadTime);
    }
    let intern = DelegateOwnership { assignment: reader, until: at(60_000) };
    assert_eq!(qun.refused(&org.owner, intern).await, DelegateOwnershipRefusal::NotACandidate);
    let power =
        async || qun.scope("acme", "admin").await.actor().power(Capability::ManageTeam, Scope::Organization);
    qun.done(&org.owner, DelegateOwnership { assignment: id, until: at(60_000) }).await;
    assert_eq!(power().await, Power::May);
    qun.clock.set(now.plus_millis(60_000));
    assert_eq!(power().await, Power::Proposes, "it was until now");
    qun.done(&org.owner, DelegateOwnership { assignment: id, until: at(60_000) }).await;
    qun.done(&org.owner, DelegateOwnership { assignment: id, until: None }).await;
    assert_eq!(power().await, Power::Proposes);
}

async fn the_last_owner_stays(qun: &TestQun) {
    let org = qun.with_org().await;
    let own = account(&org.owner);
    let (id, _) = assignments(qun, &org.owner, own).await[0];
    let end = EndAssignment { assignment: id, reason: reason() };
    assert_eq!(qun.refused(&org.owner, end.clone()).await, EndAssignmentRefusal::LastOwner);
    let operator = qun.operator("acme").await;
    for refused in [
        qun.refused(&operator, RemoveMember { account: own, reason: reason() }).await,
        qun.refused(&operator, SuspendMember { account: own, reason: reason() }).await,
    ] {
        assert_eq!(refused, MemberStateRefusal::LastOwner);
    }
    // An owner of a group, or one who is suspended, is no other owner.
    let garden = qun.group(&org.admin, "Garden", None).await;
    join_as(qun, "other", Position::owner(Scope::Group(garden.id))).await;
    let second = join_as(qun, "second", Position::owner(Scope::Organization)).await;
    qun.done(&org.owner, SuspendMember { account: account(&second), reason: reason() }).await;
    assert_eq!(qun.refused(&org.owner, end.clone()).await, EndAssignmentRefusal::LastOwner);
    qun.done(&org.owner, ReinstateMember { account: account(&second), reason: reason() }).await;
    qun.done(&org.owner, end).await;
}

async fn two_owners_cannot_take_leave_of_each_other_at_once(qun: &TestQun) {
    let org = qun.with_org().await;
    let second = join_as(qun, "second", Position::owner(Scope::Organization)).await;
    let remove = |of: &OrgScope| RemoveMember { account: account(of), reason: reason() };
    let (one, other) = join(
        qun.writer.execute(&org.owner, remove(&second)),
        qun.writer.execute(&second, remove(&org.owner)),
    )
    .await;
    let is_last = |outcome: &Result<AccountId, Failure<MemberStateRefusal>>| {
        matches!(outcome, Err(Failure::Refused(MemberStateRefusal::LastOwner)))
    };
    assert!(one.is_ok() && is_last(&other) || other.is_ok() && is_last(&one), "{one:?} {other:?}");
}

async fn who_is_suspended_may_nothing_at_once(qun: &TestQun) {
    let org = qun.with_org().await;
    let token = qun.log_in("acme", "reader").await.access_token;
    qun.access.authenticate(&token).await.expect("a scope");
    let reader = account(&org.reader);
    qun.done(&org.owner, SuspendMember { account: reader, reason: reason() }).await;
    let refused = qun.access.authenticate(&token).await;
    assert!(matches!(refused, Err(AuthProblem::NotAMember)), "{refused:?}");
    let again = SuspendMember { account: reader, reason: reason() };
    assert_eq!(qun.refused(&org.owner, again).await, MemberStateRefusal::NothingChanges);
    qun.clock.set(qun.clock.now().plus_millis(1));
    qun.done(&org.owner, ReinstateMember { account: reader, reason: reason() }).await;
    qun.access.authenticate(&token).await.expect("the session went on");
    let steps = [StepKind::Assigned, StepKind::Suspended, StepKind::Reinstated];
    assert_eq!(history(qun, &org.owner, reader).await, steps);
}

/// So who comes back is not away.
async fn a_suspension_ends_with_the_membership(qun: &TestQun) {
    let org = qun.with_org().await;
    let reader = account(&org.reader);
    let day = |days| qun.clock.now().plus_millis(days * Timestamp::DAY);
    let date = |at: Timestamp| at.local_date(Tz::UTC);
    let first = date(day(0));
    qun.done(&org.owner, SuspendMember { account: reader, reason: reason() }).await;
    qun.advance_to(day(2));
    qun.done(&org.owner, RemoveMember { account: reader, reason: reason() }).await;
    let last = date(day(-1));
    qun.advance_to(day(5));
    let found = away(&qun.read(&org.owner), &[reader], (first, date(day(1))), Tz::UTC).await;
    assert_eq!(found.expect("an answer")[&reader], [DaySpan { first, last }]);
}

async fn who_leaves_is_out_and_may_come_back(qun: &TestQun) {
    let org = qun.with_org().await;
    let token = qun.log_in("acme", "reader").await.access_token;
    let reader = account(&org.reader);
    qun.done(&org.owner, RemoveMember { account: reader, reason: reason() }).await;
    let refused = qun.access.authenticate(&token).await;
    assert!(matches!(refused, Err(AuthProblem::NotAMember)), "{refused:?}");
    let rows = member_rows(&qun.read(&org.owner), &[reader]).await.expect("an answer");
    assert_eq!((rows[0].state, assignments(qun, &org.owner, reader).await), (MemberState::Left, vec![]));
    let position = admin(Rank::Intern, Scope::Organization);
    let back = AssignRole { account: reader, position, share: Share::FULL };
    assert_eq!(qun.refused(&org.owner, back).await, AssignRoleRefusal::NoSuchMember);
    let again = RemoveMember { account: reader, reason: reason() };
    assert_eq!(qun.refused(&org.owner, again).await, MemberStateRefusal::NoSuchMember);
    let refused = qun.access.authenticate(&token).await;
    assert!(matches!(refused, Err(AuthProblem::NotAMember)), "an old session opens nothing");
}

async fn what_is_foreign_is_not_found(qun: &TestQun) {
    let org = qun.with_org().await;
    let reader = account(&org.reader);
    let (id, _) = assignments(qun, &org.owner, reader).await[0];
    let stranger = &org.stranger;
    let position = admin(Rank::Intern, Scope::Organization);
    let assign = AssignRole { account: reader, position, share: Share::FULL };
    assert_eq!(qun.refused(stranger, assign).await, AssignRoleRefusal::NoSuchMember);
    let rank = ChangeRank { assignment: id, rank: Rank::Senior, reason: reason() };
    assert_eq!(qun.refused(stranger, rank).await, ChangeRankRefusal::NoSuchAssignment);
    let end = EndAssignment { assignment: id, reason: reason() };
    assert_eq!(qun.refused(stranger, end).await, EndAssignmentRefusal::NoSuchAssignment);
    let remove = RemoveMember { account: reader, reason: reason() };
    assert_eq!(qun.refused(stranger, remove).await, MemberStateRefusal::NoSuchMember);
    let garden = qun.group(stranger, "Garden", None).await;
    let theirs = admin(Rank::Intern, Scope::Group(garden.id));
    let assign = AssignRole { account: reader, position: theirs, share: Share::FULL };
    assert_eq!(qun.refused(&org.owner, assign).await, AssignRoleRefusal::NoSuchScope);
}

/// Two processes over one database and one Redis; the clock stands still, so that nothing is
/// forgotten for its age.
async fn other_processes_know_at_once(qun: &TestQun) {
    let Some(url) = redis() else { return println!("skipped: no Redis is given") };
    let redis = Redis::connect(&url).await.expect("Redis");
    let org = qun.with_org().await;
    let other = qun.other_process().await.sharing(redis.clone());
    let _ = qun.access.clone().sharing(redis);
    let life = Duration::from_mins(15);
    let token = qun.access.token_for(&email("acme", "reader"), &short("acme"), life).await.expect("a token");
    let reader = account(&org.reader);
    let mut is_suspended = false;
    // Who does not listen yet is not told; then it is changed again.
    let told = async || {
        let (account, reason) = (reader, reason());
        if is_suspended {
            qun.done(&org.owner, ReinstateMember { account, reason }).await;
        } else {
            qun.done(&org.owner, SuspendMember { account, reason }).await;
        }
        let before = other.authenticate(&token.access_token).await.is_ok();
        is_suspended = !is_suspended;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let knows = other.authenticate(&token.access_token).await.is_err() == is_suspended;
        // It knew the state before, and was told of the one after.
        (knows && before == is_suspended).then_some(())
    };
    until(|| "another process that is told".to_owned(), told).await;
}

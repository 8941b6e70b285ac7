//! Invitations: who invites, who comes in, and who does not.

use futures_util::future::join;
use qun_domain::access::{ApproveProposal, Capability, Position, Power, Rank, Role};
use qun_domain::command::Failure;
use qun_domain::id::InvitationId;
use qun_domain::locale::Locale;
use qun_domain::scope::Scope;
use qun_domain::team::{
    ClaimInvitation, ClaimInvitationRefusal, Delivery, GoodFor, InvitationState, InviteMember,
    InviteMemberRefusal, RemoveMember, RenewInvitation, RenewInvitationRefusal, RevokeInvitation,
    RevokeInvitationRefusal, Share, StepKind, SuspendMember,
};
use qun_domain::time::Timestamp;
use qun_infra::access::{AcceptProblem, Acceptor, Caller, FreshInvitation, Joined};
use qun_infra::db::OrgScope;
use qun_infra::team::{InvitationPage, LadderPage, invitation_by_id, invitations_page, ladder_pages};

use crate::harness::{Org, PASSWORD, TestQun, email, on_both, short, who};

on_both!(
    a_link_lets_one_in_once,
    of_two_who_take_a_link_at_once_one_comes_in,
    a_session_accepts_and_goes_on,
    of_two_who_claim_for_one_address_at_once_one_does,
    what_is_called_back_or_over_opens_nothing,
    a_renewed_link_has_another_secret,
    somebody_has_to_stand_for_it,
    a_letter_is_for_its_address,
    a_member_stays_and_who_left_comes_back,
    nobody_invites_above_himself,
    a_senior_proposes_an_invitation,
    a_second_factor_is_still_asked_for,
    what_is_foreign_is_not_found,
);

fn facilitator(scope: Scope) -> Position {
    Position::ranked(Role::Facilitator, Rank::Junior, scope)
}

fn by_link(fresh: &FreshInvitation, position: Position) -> InviteMember {
    let delivery = Delivery::Link { id: fresh.id, secret_hash: fresh.secret_hash };
    InviteMember { delivery, position, share: Share::FULL, good_for: GoodFor::DEFAULT }
}

fn by_letter(to: &str, position: Position) -> InviteMember {
    let delivery = Delivery::Letter { email: to.parse().expect("an address"), locale: Locale::En };
    InviteMember { delivery, position, share: Share::FULL, good_for: GoodFor::DEFAULT }
}

async fn link(qun: &TestQun, by: &OrgScope, position: Position) -> FreshInvitation {
    let fresh = qun.access.fresh_invitation(by, None);
    let sent = qun.done(by, by_link(&fresh, position)).await;
    assert_eq!((sent.id, sent.secret_hash), (fresh.id, Some(fresh.secret_hash)));
    fresh
}

async fn accept(qun: &TestQun, secret: &str, address: &str) -> Result<Joined, AcceptProblem> {
    let by = Acceptor::Password { email: Some(address), password: PASSWORD, name: None, code: None };
    qun.access.accept_invitation(secret, by, &Caller::default()).await
}

async fn state(qun: &TestQun, by: &OrgScope, id: InvitationId) -> InvitationState {
    let found = invitation_by_id(&qun.read(by), id).await.expect("an answer").expect("an invitation");
    found.state(qun.clock.now())
}

macro_rules! assert_problem {
    ($outcome:expr, $problem:pat) => {
        let outcome = $outcome;
        assert!(matches!(outcome, Err($problem)), "{outcome:?}");
    };
}

async fn a_link_lets_one_in_once(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let garden = qun.group(&owner, "Garden", None).await;
    let stranger = email("globex", "owner");
    let fresh = link(qun, &owner, facilitator(Scope::Group(garden.id))).await;
    let seen = qun.access.invited(&fresh.secret).await.expect("an answer").expect("an invitation");
    assert_eq!((seen.organization.slug.as_str(), seen.has_account), ("acme", None));

    assert_problem!(accept(qun, &fresh.secret, "nobody@example.org").await, AcceptProblem::WrongPassword);
    let joined = accept(qun, &fresh.secret, &stranger).await.expect("a member");
    assert_eq!(joined.organization.slug, "acme");
    let token = joined.session.expect("a session").access_token;
    let scope = qun.access.authenticate(&token).await.expect("a scope");
    assert_eq!(scope.actor().power(Capability::Read, Scope::Organization), Power::May);
    let page = LadderPage { account: who(&scope), after: None, limit: 10 };
    let history = ladder_pages(&qun.read(&owner), &[page]).await.expect("an answer");
    assert_eq!(history[0].iter().map(|step| step.step.kind).collect::<Vec<_>>(), [StepKind::Assigned]);

    assert_problem!(accept(qun, &fresh.secret, &stranger).await, AcceptProblem::BadSecret);
    assert_problem!(accept(qun, &fresh.secret, &email("acme", "reader")).await, AcceptProblem::BadSecret);
    assert_eq!(state(qun, &owner, fresh.id).await, InvitationState::Accepted);
    let revoke = qun.refused(&owner, RevokeInvitation { invitation: fresh.id }).await;
    assert_eq!(revoke, RevokeInvitationRefusal::Settled);
}

async fn of_two_who_take_a_link_at_once_one_comes_in(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    qun.add_account("globex", "admin", facilitator(Scope::Organization)).await;
    let fresh = link(qun, &owner, facilitator(Scope::Organization)).await;
    let (one, other) = (email("globex", "owner"), email("globex", "admin"));
    let (one, other) = join(accept(qun, &fresh.secret, &one), accept(qun, &fresh.secret, &other)).await;
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_problem!(one.and(other), AcceptProblem::BadSecret);
}

async fn of_two_who_claim_for_one_address_at_once_one_does(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let position = facilitator(Scope::Organization);
    let (one, other) = (link(qun, &owner, position).await, link(qun, &owner, position).await);
    let operator = qun.operator("acme").await;
    let claim = async |fresh: &FreshInvitation| {
        let email = "zoe@example.org".parse().expect("an address");
        let (invitation, secret_hash) = (fresh.id, fresh.secret_hash);
        let claim = ClaimInvitation { invitation, secret_hash, email, locale: Locale::En };
        qun.writer.execute(&operator, claim).await
    };
    let (first, second) = join(claim(&one), claim(&other)).await;
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let refused = matches!(first.and(second), Err(Failure::Refused(ClaimInvitationRefusal::AlreadyInvited)));
    assert!(refused, "a refusal, not a fault");
    let again = claim(&one).await;
    assert!(matches!(again, Err(Failure::Refused(_))), "{again:?}");

    // What nobody accepted in time makes way.
    qun.advance_to(qun.clock.now().plus_millis(7 * Timestamp::DAY));
    let late = link(qun, &qun.scope("acme", "owner").await, position).await;
    claim(&late).await.expect("a claim");
}

async fn a_session_accepts_and_goes_on(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let fresh = link(qun, &owner, facilitator(Scope::Organization)).await;
    let caller = Caller::default();
    let token = qun.log_in("globex", "owner").await.access_token;
    let scope = qun.access.authenticate(&token).await.expect("a scope");
    // A token of the operator has logged nobody in.
    let outcome = qun.access.accept_invitation(&fresh.secret, Acceptor::LoggedIn(&reader), &caller).await;
    assert_problem!(outcome, AcceptProblem::NoSession);
    let joined = qun.access.accept_invitation(&fresh.secret, Acceptor::LoggedIn(&scope), &caller).await;
    let session = joined.expect("a member").session.expect("a session");
    assert_eq!(session.organization.slug, "acme");
    qun.access.authenticate(&token).await.expect("the session goes on");
}

async fn what_is_called_back_or_over_opens_nothing(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let stranger = email("globex", "owner");
    let revoked = link(qun, &owner, facilitator(Scope::Organization)).await;
    qun.done(&owner, RevokeInvitation { invitation: revoked.id }).await;
    assert_problem!(accept(qun, &revoked.secret, &stranger).await, AcceptProblem::BadSecret);
    let late = link(qun, &owner, facilitator(Scope::Organization)).await;
    qun.advance_to(qun.clock.now().plus_millis(7 * Timestamp::DAY));
    let owner = qun.scope("acme", "owner").await;
    assert_problem!(accept(qun, &late.secret, &stranger).await, AcceptProblem::BadSecret);
    assert_eq!(state(qun, &owner, late.id).await, InvitationState::Expired);
    let states: Vec<_> = [InvitationState::Open, InvitationState::Revoked, InvitationState::Expired].into();
    let mut found = Vec::new();
    for state in states {
        let page = InvitationPage { scope: Scope::Organization, state: Some(state), after: None, limit: 10 };
        let now = qun.clock.now();
        let page = invitations_page(&qun.read(&owner), page, now).await.expect("an answer");
        found.push(page.iter().map(|invitation| invitation.id).collect::<Vec<_>>());
    }
    assert_eq!(found, [vec![], vec![revoked.id], vec![late.id]]);
}

async fn a_renewed_link_has_another_secret(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let stranger = email("globex", "owner");
    let before = link(qun, &owner, facilitator(Scope::Organization)).await;
    let after = qun.access.fresh_invitation(&owner, Some(before.id));
    let renew =
        RenewInvitation { invitation: before.id, secret_hash: after.secret_hash, good_for: GoodFor::LONGEST };
    qun.done(&owner, renew).await;
    assert_problem!(accept(qun, &before.secret, &stranger).await, AcceptProblem::BadSecret);
    qun.advance_to(qun.clock.now().plus_millis(29 * Timestamp::DAY));
    accept(qun, &after.secret, &stranger).await.expect("a member");
}

async fn somebody_has_to_stand_for_it(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let second = qun.joined("acme", "second", Position::owner(Scope::Organization)).await;
    let fresh = link(qun, &second, Position::owner(Scope::Organization)).await;
    let reason: qun_domain::access::Reason = "because".parse().expect("a reason");
    qun.done(&owner, SuspendMember { account: who(&second), reason }).await;
    let stranger = email("globex", "owner");
    assert_problem!(accept(qun, &fresh.secret, &stranger).await, AcceptProblem::NobodyStandsForIt);
    // Who sends it again stands for it.
    let after = qun.access.fresh_invitation(&owner, Some(fresh.id));
    let (invitation, secret_hash) = (fresh.id, after.secret_hash);
    qun.done(&owner, RenewInvitation { invitation, secret_hash, good_for: GoodFor::DEFAULT }).await;
    accept(qun, &after.secret, &stranger).await.expect("an owner");
}

async fn a_letter_is_for_its_address(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let (one, other) = (email("globex", "owner"), email("globex", "other"));
    qun.add_account("globex", "other", facilitator(Scope::Organization)).await;
    let id = qun.done(&owner, by_letter(&one, facilitator(Scope::Organization))).await.id;
    let again = by_letter(&one.to_uppercase(), facilitator(Scope::Organization));
    assert_eq!(qun.refused(&owner, again).await, InviteMemberRefusal::AlreadyInvited);
    // What only the letter would have.
    let fresh = qun.access.fresh_invitation(&owner, Some(id));
    let sql = "UPDATE invitation SET secret_hash = $1";
    qun.system().await.run(sql, vec![fresh.secret_hash.to_vec().into()]).await.expect("a secret");
    assert_problem!(accept(qun, &fresh.secret, &other).await, AcceptProblem::OtherAddress);
    let token = qun.log_in("globex", "other").await.access_token;
    let scope = qun.access.authenticate(&token).await.expect("a scope");
    let outcome =
        qun.access.accept_invitation(&fresh.secret, Acceptor::LoggedIn(&scope), &Caller::default()).await;
    assert_problem!(outcome, AcceptProblem::OtherAddress);
    accept(qun, &fresh.secret, &one).await.expect("a member");
}

async fn a_member_stays_and_who_left_comes_back(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let fresh = link(qun, &owner, facilitator(Scope::Organization)).await;
    let address = email("acme", "reader");
    assert_problem!(accept(qun, &fresh.secret, &address).await, AcceptProblem::AlreadyMember);
    let reason: qun_domain::access::Reason = "because".parse().expect("a reason");
    qun.done(&owner, SuspendMember { account: who(&reader), reason: reason.clone() }).await;
    assert_problem!(accept(qun, &fresh.secret, &address).await, AcceptProblem::AlreadyMember);
    qun.done(&owner, RemoveMember { account: who(&reader), reason }).await;
    let joined = accept(qun, &fresh.secret, &address).await.expect("a member");
    assert_eq!(joined.account.id, who(&reader));
    let scope = qun.scope("acme", "reader").await;
    let roles: Vec<Role> = match scope.actor() {
        qun_domain::access::Actor::Account { standing, .. } => {
            standing.assignments().iter().map(|held| held.position.role).collect()
        }
        other => panic!("{other}"),
    };
    assert_eq!(roles, [Role::Facilitator], "nothing of before comes back");
}

async fn nobody_invites_above_himself(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let garden = qun.group(&owner, "Garden", None).await;
    let local = qun.joined("acme", "local", Position::owner(Scope::Group(garden.id))).await;
    let fresh = qun.access.fresh_invitation(&local, None);
    let outside = qun.writer.execute(&local, by_link(&fresh, facilitator(Scope::Organization))).await;
    assert!(matches!(outside, Err(Failure::Forbidden(Capability::ManageTeam))), "{outside:?}");
    qun.done(&local, by_link(&fresh, Position::owner(Scope::Group(garden.id)))).await;
    for scope in [&reader, &admin] {
        let fresh = qun.access.fresh_invitation(scope, None);
        let outcome = qun.writer.execute(scope, by_link(&fresh, facilitator(Scope::Organization))).await;
        assert!(matches!(outcome, Err(Failure::Forbidden(Capability::ManageTeam))), "{outcome:?}");
    }
    let bad = Position { rank: None, ..facilitator(Scope::Organization) };
    let fresh = qun.access.fresh_invitation(&owner, None);
    assert_eq!(qun.refused(&owner, by_link(&fresh, bad)).await, InviteMemberRefusal::RankUnfit);
    let nowhere = facilitator(Scope::Group(qun.ids.make()));
    assert_eq!(qun.refused(&owner, by_link(&fresh, nowhere)).await, InviteMemberRefusal::NoSuchScope);
}

async fn a_senior_proposes_an_invitation(qun: &TestQun) {
    let Org { owner, admin, .. } = qun.with_org().await;
    let command = by_letter("zoe@example.org", facilitator(Scope::Organization));
    let proposal = match qun.writer.execute(&admin, command).await {
        Err(Failure::Proposed(proposal)) => proposal,
        other => panic!("{other:?}"),
    };
    let open = InvitationPage { scope: Scope::Organization, state: None, after: None, limit: 10 };
    let found = async || invitations_page(&qun.read(&owner), open, qun.clock.now()).await.expect("an answer");
    assert!(found().await.is_empty(), "a rehearsal is undone");
    qun.done(&owner, ApproveProposal { proposal, reason: None }).await;
    let found = found().await;
    assert_eq!(found[0].invited_by, Some(who(&owner)), "who approves stands for it");
    let waiting = "SELECT COUNT(*) FROM invitation WHERE letter_at IS NOT NULL";
    assert_eq!(qun.system().await.count(waiting, vec![]).await, 1);
}

async fn a_second_factor_is_still_asked_for(qun: &TestQun) {
    let Org { owner, .. } = qun.with_org().await;
    let sql = "UPDATE organization SET requires_second_factor = $1 WHERE slug = 'acme'";
    qun.system().await.run(sql, vec![true.into()]).await.expect("a setting");
    let fresh = link(qun, &owner, facilitator(Scope::Organization)).await;
    let joined = accept(qun, &fresh.secret, &email("globex", "owner")).await.expect("a member");
    assert!(joined.session.is_none(), "{joined:?}");
    let caller = Caller::default();
    let entered = qun.access.log_in(&email("globex", "owner"), PASSWORD, Some(&short("acme")), &caller).await;
    assert!(matches!(entered, Err(qun_infra::access::LogInProblem::SecondFactorMissing(_))), "{entered:?}");
}

async fn what_is_foreign_is_not_found(qun: &TestQun) {
    let Org { owner, stranger, .. } = qun.with_org().await;
    let fresh = link(qun, &owner, facilitator(Scope::Organization)).await;
    assert_eq!(invitation_by_id(&qun.read(&stranger), fresh.id).await.expect("an answer"), None);
    let (invitation, secret_hash) = (fresh.id, fresh.secret_hash);
    let renew = RenewInvitation { invitation, secret_hash, good_for: GoodFor::DEFAULT };
    assert_eq!(qun.refused(&stranger, renew).await, RenewInvitationRefusal::NoSuchInvitation);
    let revoke = RevokeInvitation { invitation };
    assert_eq!(qun.refused(&stranger, revoke).await, RevokeInvitationRefusal::NoSuchInvitation);
    // A secret of another tenant's making names another tenant's invitation.
    let forged = qun.access.fresh_invitation(&stranger, Some(fresh.id));
    assert_problem!(accept(qun, &forged.secret, &email("globex", "owner")).await, AcceptProblem::BadSecret);
}

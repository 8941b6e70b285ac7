//! Acts above one's rank become proposals.

use futures_util::future::join;
use qun_domain::access::{
    ApproveProposal, Capability, DecideProposalRefusal as Refusal, KeyScope, Position, Proposal,
    ProposalState, Rank, RejectProposal, Role, WithdrawProposal,
};
use qun_domain::command::{Command, Failure};
use qun_domain::groups::{CreateCommunity, CreateCommunityRefusal, Group, MoveGroup, Scope};
use qun_domain::id::{PersonId, PinId, ProposalId};
use qun_domain::policy::{PolicyPatch, PublishPolicy};
use qun_domain::tiering::{PinTier, Tier, UnpinTier};
use qun_infra::access::proposals_by_id;
use qun_infra::audit::{AuditPage, audit_page};
use qun_infra::db::{OrgScope, OrgTx, RequestKey};
use serde_json::json;

use crate::harness::{Org, SHANGHAI, TestQun, at, message, on_both};

on_both!(
    a_proposal_is_done_once_it_is_approved,
    what_would_be_refused_is_refused_at_once,
    nobody_decides_on_his_own,
    who_may_not_do_it_may_not_approve_it,
    it_is_done_under_the_facts_of_the_approval,
    who_lost_the_right_to_propose_is_not_obliged,
    what_is_rejected_or_withdrawn_is_not_done,
    two_decide_at_once,
    a_key_gives_the_first_proposal_again,
    a_proposal_is_nobodys_beyond_its_tenant,
    what_is_sought_is_proposed_where_it_is_found,
    machines_propose_nothing,
);

async fn member(qun: &TestQun, name: &str, rank: Rank, scope: Scope) -> OrgScope {
    qun.add_account("acme", name, Position::ranked(Role::Administrator, rank, scope)).await;
    qun.scope("acme", name).await
}

async fn intern(qun: &TestQun) -> OrgScope {
    member(qun, "intern", Rank::Intern, Scope::Organization).await
}

fn community(name: &str) -> CreateCommunity {
    CreateCommunity { name: name.parse().expect("a name"), zone: SHANGHAI }
}

fn approve(proposal: ProposalId) -> ApproveProposal {
    ApproveProposal { proposal, reason: None }
}

fn reject(proposal: ProposalId) -> RejectProposal {
    RejectProposal { proposal, reason: "not now".parse().expect("a reason") }
}

async fn propose<C: Command<OrgTx>>(qun: &TestQun, scope: &OrgScope, command: C) -> ProposalId
where
    C::Refusal: std::fmt::Debug,
{
    match qun.writer.execute(scope, command).await {
        Err(Failure::Proposed(id)) => id,
        Ok(_) => panic!("done"),
        Err(other) => panic!("{other:?}"),
    }
}

async fn kept(qun: &TestQun, org: &Org, id: ProposalId) -> Proposal {
    proposals_by_id(&qun.read(&org.owner), &[id]).await.expect("an answer").pop().expect("a proposal")
}

async fn communities(qun: &TestQun) -> i64 {
    qun.system().await.count("SELECT COUNT(*) FROM community", vec![]).await
}

async fn a_proposal_is_done_once_it_is_approved(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    // Entries of one millisecond have no order.
    qun.clock.set(qun.clock.now().plus_millis(1));
    let id = propose(qun, &intern, community("Plants")).await;
    assert_eq!(communities(qun).await, 0, "nothing was done");
    let open = kept(qun, &org, id).await;
    assert_eq!(
        (open.verb.as_str(), open.state, open.target),
        ("groups.create_community", ProposalState::Open, None)
    );
    assert_eq!((open.capability, open.scope), (Capability::ManageGroups, Scope::Organization));
    assert_eq!(open.preview, Some(json!({ "name": "Plants" })));
    assert_eq!(open.proposed_by, intern.actor().account_id());

    qun.clock.set(qun.clock.now().plus_millis(1));
    qun.done(&org.admin, approve(id)).await;
    assert_eq!(communities(qun).await, 1);
    let decided = kept(qun, &org, id).await;
    assert_eq!(
        (decided.state, decided.decided_by),
        (ProposalState::Approved, Some(org.admin.actor().to_string()))
    );
    let told = &audit_page(&qun.read(&org.owner), &AuditPage::newest(2)).await.expect("the log")[..];
    assert_eq!(
        (told[0].verb.as_str(), &told[0].actor),
        ("groups.create_community", &org.admin.actor().to_string())
    );
    let detail = told[0].detail.as_ref().expect("a detail");
    assert_eq!(detail["proposedBy"], json!(intern.actor().to_string()));
    assert_eq!((&detail["proposal"], &detail["name"]), (&json!(id), &json!("Plants")));
    assert_eq!((told[1].verb.as_str(), &told[1].actor), ("access.propose", &intern.actor().to_string()));
    assert_eq!(qun.refused(&org.owner, approve(id)).await, Refusal::AlreadyDecided);
}

async fn what_would_be_refused_is_refused_at_once(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    qun.community(&org.admin, "Plants").await;
    assert_eq!(qun.refused(&intern, community("Plants")).await, CreateCommunityRefusal::NameTaken);
    let raw = qun.system().await;
    assert_eq!(raw.count("SELECT COUNT(*) FROM proposal", vec![]).await, 0);
}

async fn nobody_decides_on_his_own(qun: &TestQun) {
    let org = qun.with_org().await;
    let senior = member(qun, "senior", Rank::Senior, Scope::Organization).await;
    let patch = PolicyPatch::parse(r#"{"tiering": {"newDays": 5}}"#).expect("a patch");
    let publish = PublishPolicy { scope: Scope::Organization, patch, note: None };
    let id = propose(qun, &senior, publish).await;
    assert_eq!(qun.refused(&senior, approve(id)).await, Refusal::OwnProposal);
    assert_eq!(qun.refused(&senior, reject(id)).await, Refusal::OwnProposal);
    assert_eq!(qun.refused(&org.owner, WithdrawProposal { proposal: id }).await, Refusal::NotYours);
    // Who has risen meanwhile, still not.
    let raw = qun.system().await;
    let rise = "UPDATE role_assignment SET rank = 'OWNER_CANDIDATE' WHERE rank = 'SENIOR'";
    raw.run(rise, vec![]).await.expect("a promotion");
    qun.clock.set(qun.clock.now().plus_millis(10_000));
    let risen = qun.scope("acme", "senior").await;
    assert_eq!(qun.refused(&risen, approve(id)).await, Refusal::OwnProposal);
    qun.done(&org.admin, approve(id)).await;
}

async fn who_may_not_do_it_may_not_approve_it(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let junior = member(qun, "junior", Rank::Junior, Scope::Organization).await;
    let garden = qun.group(&org.admin, "Garden", None).await;
    let elsewhere = member(qun, "elsewhere", Rank::Senior, Scope::Group(garden.id)).await;
    let id = propose(qun, &intern, community("Plants")).await;
    for scope in [&org.reader, &junior, &elsewhere] {
        for decided in
            [qun.writer.execute(scope, approve(id)).await, qun.writer.execute(scope, reject(id)).await]
        {
            assert!(matches!(decided, Err(Failure::Forbidden(Capability::ManageGroups))), "{decided:?}");
        }
    }
    assert_eq!((kept(qun, &org, id).await.state, communities(qun).await), (ProposalState::Open, 0));
}

async fn it_is_done_under_the_facts_of_the_approval(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let id = propose(qun, &intern, community("Plants")).await;
    qun.community(&org.admin, "Plants").await;
    let refusal = qun.refused(&org.admin, approve(id)).await;
    assert_eq!(refusal, Refusal::NotPossible("NAME_TAKEN".to_owned()));
    assert_eq!((kept(qun, &org, id).await.state, communities(qun).await), (ProposalState::Open, 1));
}

async fn who_lost_the_right_to_propose_is_not_obliged(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let id = propose(qun, &intern, community("Plants")).await;
    let end = "UPDATE role_assignment SET ended_at = 1 WHERE rank = 'INTERN' AND role = 'ADMINISTRATOR'";
    qun.system().await.run(end, vec![]).await.expect("an end");
    assert_eq!(qun.refused(&org.admin, approve(id)).await, Refusal::ProposerMayNot);
    qun.done(&org.admin, reject(id)).await;
}

async fn what_is_rejected_or_withdrawn_is_not_done(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let (one, other) =
        (propose(qun, &intern, community("One")).await, propose(qun, &intern, community("Other")).await);
    qun.done(&org.admin, reject(one)).await;
    qun.done(&intern, WithdrawProposal { proposal: other }).await;
    let states = [kept(qun, &org, one).await, kept(qun, &org, other).await];
    assert_eq!(
        states.each_ref().map(|proposal| proposal.state),
        [ProposalState::Rejected, ProposalState::Withdrawn]
    );
    assert_eq!(states[0].reason.as_deref(), Some("not now"));
    for id in [one, other] {
        assert_eq!(qun.refused(&org.admin, approve(id)).await, Refusal::AlreadyDecided);
    }
    assert_eq!(communities(qun).await, 0);
}

async fn two_decide_at_once(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let id = propose(qun, &intern, community("Plants")).await;
    let approving = qun.writer.execute(&org.admin, approve(id));
    let rejecting = qun.writer.execute(&org.owner, reject(id));
    let (approved, rejected) = join(approving, rejecting).await;
    let late = |outcome: &Result<ProposalId, Failure<Refusal>>| {
        matches!(outcome, Err(Failure::Refused(Refusal::AlreadyDecided)))
    };
    assert!(approved.is_ok() && late(&rejected) || rejected.is_ok() && late(&approved));
    assert_eq!(communities(qun).await, i64::from(approved.is_ok()));
}

async fn a_key_gives_the_first_proposal_again(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let key = RequestKey::new("key", [0; 32]).expect("a key");
    let again = async || qun.writer.execute_once(&intern, &key, community("Plants")).await.expect("the same");
    let (first, second) = (again().await, again().await);
    let (Err(Failure::Proposed(first)), Err(Failure::Proposed(second))) = (first, second) else {
        panic!("not proposed")
    };
    assert_eq!(first, second);
    qun.done(&org.admin, approve(first)).await;
    assert!(matches!(again().await, Err(Failure::Proposed(id)) if id == first), "also when it is done");
    assert_eq!(communities(qun).await, 1);
}

async fn a_proposal_is_nobodys_beyond_its_tenant(qun: &TestQun) {
    let org = qun.with_org().await;
    let intern = intern(qun).await;
    let id = propose(qun, &intern, community("Plants")).await;
    assert_eq!(qun.refused(&org.stranger, approve(id)).await, Refusal::NoSuchProposal);
    assert_eq!(qun.refused(&org.stranger, reject(id)).await, Refusal::NoSuchProposal);
    assert_eq!(qun.refused(&org.stranger, WithdrawProposal { proposal: id }).await, Refusal::NoSuchProposal);
}

async fn what_is_sought_is_proposed_where_it_is_found(qun: &TestQun) {
    let org = qun.with_org().await;
    let (one, other) = (qun.group(&org.admin, "One", None).await, qun.group(&org.admin, "Other", None).await);
    let pin = pinned(qun, &org.admin, &one).await;
    let here = member(qun, "here", Rank::Intern, Scope::Group(one.id)).await;
    let there = member(qun, "there", Rank::Senior, Scope::Group(other.id)).await;
    let refused = qun.writer.execute(&there, UnpinTier { pin }).await;
    assert!(matches!(refused, Err(Failure::Forbidden(Capability::EvaluateTiers))), "{refused:?}");
    let id = propose(qun, &here, UnpinTier { pin }).await;
    assert_eq!(kept(qun, &org, id).await.scope, Scope::Group(one.id));
    let decided = qun.writer.execute(&there, approve(id)).await;
    assert!(matches!(decided, Err(Failure::Forbidden(Capability::EvaluateTiers))), "{decided:?}");
    qun.done(&org.admin, approve(id)).await;
}

async fn pinned(qun: &TestQun, scope: &OrgScope, group: &Group) -> PinId {
    qun.recorded(scope, &group.name, vec![message("m1", "ann", at("2026-06-30 09:00"))]).await;
    let rows = qun.system().await.rows("SELECT id FROM person", vec![]).await;
    let person = PersonId(rows[0].try_get_by_index(0).expect("a person"));
    let (id, of) = (qun.ids.make(), Scope::Group(group.id));
    let pin =
        PinTier { id, scope: of, person, tier: Tier::Core, reason: "because".to_owned(), expires_at: None };
    qun.done(scope, pin).await.id
}

async fn machines_propose_nothing(qun: &TestQun) {
    let org = qun.with_org().await;
    let garden = qun.group(&org.admin, "Garden", None).await;
    let key = qun.key(&org.owner, &[KeyScope::Read]).await;
    let moved = qun.writer.execute(&key, MoveGroup { group: garden.id, community: None }).await;
    assert!(matches!(moved, Err(Failure::Forbidden(Capability::ManageGroups))), "{moved:?}");
}

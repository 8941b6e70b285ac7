//! Badges: who makes them, who is awarded one, and what is kept of it.

use qun_domain::access::{ApproveProposal, Reason};
use qun_domain::command::Failure;
use qun_domain::id::{AccountId, BadgeId};
use qun_domain::team::{
    ArchiveBadge, ArchiveBadgeRefusal, Award, AwardBadge, AwardBadgeRefusal, CreateBadge, CreateBadgeRefusal,
    RemoveMember, RevokeBadge, RevokeBadgeRefusal,
};
use qun_infra::db::OrgScope;
use qun_infra::team::{AwardPage, award_pages, badges_page};

use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    a_name_is_given_once,
    a_badge_is_awarded_once_for_a_reason,
    nobody_awards_himself,
    what_was_taken_back_is_kept,
    two_at_once_award_it_once,
    who_may_only_propose_proposes,
    pages_of_many_cost_one_statement,
);

fn reason(text: &str) -> Reason {
    text.parse().expect("a reason")
}

fn badge(name: &str, description: &str) -> CreateBadge {
    CreateBadge {
        name: name.parse().expect("a name"),
        description: description.parse().expect("a text"),
        icon: "star".parse().expect("a key"),
    }
}

fn award(badge: BadgeId, account: AccountId, why: &str) -> AwardBadge {
    AwardBadge { badge, account, reason: reason(why) }
}

async fn awards(qun: &TestQun, by: &OrgScope, of: AccountId, with_revoked: bool) -> Vec<Award> {
    let page = AwardPage { account: of, with_revoked, after: None, limit: 10 };
    award_pages(&qun.read(by), &[page]).await.expect("an answer").remove(0)
}

async fn a_name_is_given_once(qun: &TestQun) {
    let Org { owner, stranger, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    assert_eq!(qun.done(&owner, badge("Star", "For patience")).await, star, "the same once more");
    let refusal = qun.refused(&owner, badge("Star", "For speed")).await;
    assert_eq!(refusal, CreateBadgeRefusal::NameTaken);
    let theirs = qun.refused(&stranger, ArchiveBadge { badge: star }).await;
    assert_eq!(theirs, ArchiveBadgeRefusal::NoSuchBadge);
    qun.done(&owner, ArchiveBadge { badge: star }).await;
    qun.done(&owner, ArchiveBadge { badge: star }).await;
    // Listed after it: a later one.
    qun.clock.set(qun.clock.now().plus_millis(1));
    let other = qun.done(&owner, badge("Star", "For speed")).await;
    let read = qun.read(&owner);
    let ids = async |all| -> Vec<BadgeId> {
        let page = badges_page(&read, all, None, 10).await.expect("a page");
        page.into_iter().map(|badge| badge.id).collect()
    };
    assert_eq!((ids(false).await, ids(true).await), (vec![other], vec![star, other]));
}

async fn a_badge_is_awarded_once_for_a_reason(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    let first = qun.done(&owner, award(star, who(&reader), "July")).await;
    assert_eq!(qun.done(&owner, award(star, who(&reader), " July ")).await, first, "the same once more");
    assert_ne!(qun.done(&owner, award(star, who(&reader), "August")).await, first);
    let foreign = qun.refused(&owner, award(star, who(&stranger), "July")).await;
    assert_eq!(foreign, AwardBadgeRefusal::NoSuchMember);
    let theirs = qun.refused(&stranger, award(star, who(&reader), "July")).await;
    assert_eq!(theirs, AwardBadgeRefusal::NoSuchBadge);
    qun.done(&owner, ArchiveBadge { badge: star }).await;
    assert_eq!(qun.done(&owner, award(star, who(&reader), "July")).await, first, "it is there");
    let late = qun.refused(&owner, award(star, who(&reader), "September")).await;
    assert_eq!(late, AwardBadgeRefusal::Archived);
    assert_eq!(awards(qun, &owner, who(&reader), false).await.len(), 2, "who has it keeps it");
    assert!(awards(qun, &stranger, who(&reader), true).await.is_empty());
}

async fn nobody_awards_himself(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    let own = qun.refused(&owner, award(star, who(&owner), "July")).await;
    assert_eq!(own, AwardBadgeRefusal::OwnCase);
    let operator = qun.operator("acme").await;
    let id = qun.done(&operator, award(star, who(&owner), "July")).await;
    let own = qun.refused(&owner, RevokeBadge { award: id, reason: reason("too much honour") }).await;
    assert_eq!(own, RevokeBadgeRefusal::OwnCase);
    qun.done(&owner, RemoveMember { account: who(&reader), reason: reason("left") }).await;
    let gone = qun.refused(&owner, award(star, who(&reader), "July")).await;
    assert_eq!(gone, AwardBadgeRefusal::NoSuchMember);
}

async fn what_was_taken_back_is_kept(qun: &TestQun) {
    let Org { owner, reader, stranger, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    let id = qun.done(&owner, award(star, who(&reader), "July")).await;
    let revoke = |why| RevokeBadge { award: id, reason: reason(why) };
    assert_eq!(qun.refused(&stranger, revoke("envy")).await, RevokeBadgeRefusal::NoSuchAward);
    qun.done(&owner, revoke("a mistake")).await;
    qun.done(&owner, revoke("another mistake")).await;
    assert!(awards(qun, &owner, who(&reader), false).await.is_empty());
    let all = awards(qun, &owner, who(&reader), true).await;
    assert_eq!(all[0].revoked.as_ref().map(|revoked| revoked.reason.as_str()), Some("a mistake"));
    let again = qun.done(&owner, award(star, who(&reader), "July")).await;
    assert_ne!(again, id);
    assert_eq!(awards(qun, &owner, who(&reader), true).await.len(), 2);
}

async fn two_at_once_award_it_once(qun: &TestQun) {
    let Org { owner, reader, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    let one = async || qun.done(&owner, award(star, who(&reader), "July")).await;
    let (first, second) = tokio::join!(one(), one());
    assert_eq!(first, second);
    assert_eq!(awards(qun, &owner, who(&reader), true).await.len(), 1);
}

async fn who_may_only_propose_proposes(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    let outcome = qun.writer.execute(&admin, award(star, who(&reader), "July")).await;
    let Err(Failure::Proposed(proposal)) = outcome else { panic!("not proposed: {outcome:?}") };
    assert!(awards(qun, &owner, who(&reader), true).await.is_empty(), "not yet");
    qun.done(&owner, ApproveProposal { proposal, reason: None }).await;
    assert_eq!(awards(qun, &owner, who(&reader), true).await.len(), 1);
    let outcome = qun.writer.execute(&reader, award(star, who(&admin), "July")).await;
    assert!(matches!(outcome, Err(Failure::Forbidden(_))), "{outcome:?}");
}

async fn pages_of_many_cost_one_statement(qun: &TestQun) {
    let Org { owner, admin, reader, .. } = qun.with_org().await;
    let star = qun.done(&owner, badge("Star", "For patience")).await;
    for why in ["July", "August", "September"] {
        qun.clock.set(qun.clock.now().plus_millis(1));
        qun.done(&owner, award(star, who(&reader), why)).await;
    }
    qun.done(&owner, award(star, who(&admin), "July")).await;
    let page = |account, after, limit| AwardPage { account, with_revoked: false, after, limit };
    let read = qun.read(&owner);
    let before = qun.db.statements();
    let pages = [page(who(&reader), None, 2), page(who(&admin), None, 2), page(who(&owner), None, 2)];
    let found = award_pages(&read, &pages).await.expect("pages");
    assert_eq!(qun.db.statements() - before, 1);
    let why = |page: &[Award]| page.iter().map(|award| award.reason.clone()).collect::<Vec<_>>();
    assert_eq!(
        found.iter().map(|page| why(page)).collect::<Vec<_>>(),
        [vec!["September", "August"], vec!["July"], vec![]]
    );
    let rest = award_pages(&read, &[page(who(&reader), Some(found[0][1].id), 2)]).await.expect("a page");
    assert_eq!(why(&rest[0]), ["July"]);
}

//! Who stands ready for which group: the lists, the filter, the pages.

use qun_domain::access::{Position, Rank, Role};
use qun_domain::groups::{Group, Scope};
use qun_domain::id::CommunityId;
use qun_domain::team::{AssignRole, Bench, Held, RemoveMember, Share, SuspendMember};
use qun_infra::db::OrgScope;
use qun_infra::team::{BenchPage, bench_count, bench_page, benches_of};

use crate::harness::{Org, TestQun, on_both, who};

on_both!(
    who_stands_ready_is_found_at_every_level,
    the_filter_says_what_the_rule_says,
    pages_follow_each_other,
    many_cost_as_many_statements_as_one,
    what_is_foreign_has_no_bench_here,
);

fn ranked(rank: Rank, at: Scope) -> Position {
    Position::ranked(Role::Administrator, rank, at)
}

fn page(at_risk: Option<bool>, min_successors: u32) -> BenchPage {
    BenchPage { community: None, at_risk, min_successors, after: None, limit: 100 }
}

/// Groups `a` and `b` in a community and `c` in none: a candidate of the organization for all, one of
/// the community, one of `a` who owns `b`, one of `c` who is suspended; seniors of the community.
async fn with_bench(qun: &TestQun) -> (Org, CommunityId, [Group; 3]) {
    let org = qun.with_org().await;
    let community = qun.community(&org.owner, "Plants").await.id;
    let a = qun.group(&org.owner, "a", Some(community)).await;
    let b = qun.group(&org.owner, "b", Some(community)).await;
    let c = qun.group(&org.owner, "c", None).await;
    qun.joined("acme", "cody", ranked(Rank::OwnerCandidate, Scope::Community(community))).await;
    let both = qun.joined("acme", "both", ranked(Rank::OwnerCandidate, Scope::Group(a.id))).await;
    let owns = Position { role: Role::Owner, rank: None, scope: Scope::Group(b.id) };
    qun.done(&org.owner, AssignRole { account: who(&both), position: owns, share: Share::FULL }).await;
    let again = ranked(Rank::OwnerCandidate, Scope::Group(b.id));
    qun.done(&org.owner, AssignRole { account: who(&both), position: again, share: Share::FULL }).await;
    let absent = qun.joined("acme", "absent", ranked(Rank::OwnerCandidate, Scope::Group(c.id))).await;
    let reason = "because".parse().expect("a reason");
    qun.done(&org.owner, SuspendMember { account: who(&absent), reason }).await;
    qun.joined("acme", "sen", ranked(Rank::Senior, Scope::Community(community))).await;
    (org, community, [a, b, c])
}

async fn benches(qun: &TestQun, by: &OrgScope, groups: &[Group]) -> Vec<Bench> {
    let found = benches_of(&qun.read(by), by.org(), groups, qun.clock.now()).await.expect("an answer");
    groups.iter().map(|group| found[&group.id].clone()).collect()
}

async fn names(qun: &TestQun, by: &OrgScope, held: &[Held]) -> Vec<String> {
    let ids: Vec<_> = held.iter().map(|held| held.account).collect();
    let known = qun_infra::access::members_by_id(&qun.read(by), &ids).await.expect("an answer");
    let name = |id| known.iter().find(|known| known.id == id).expect("a member").display_name.clone();
    ids.into_iter().map(name).collect()
}

async fn who_stands_ready_is_found_at_every_level(qun: &TestQun) {
    let (org, _, groups) = with_bench(qun).await;
    let [a, b, c] = benches(qun, &org.owner, &groups).await.try_into().expect("three");
    let names = async |held: &[Held]| names(qun, &org.owner, held).await;
    assert_eq!(names(&a.owners).await, ["Owner"]);
    assert_eq!(names(&a.successors).await, ["both", "cody", "admin"], "the nearest first");
    assert_eq!(names(&a.next_in_line).await, ["sen"]);
    assert_eq!(names(&b.owners).await, ["both"], "the nearest owner");
    assert_eq!(names(&b.successors).await, ["cody", "admin"], "who owns it is no successor");
    assert_eq!(names(&c.successors).await, ["admin"], "who is suspended stands not ready");
    assert!(c.next_in_line.is_empty());
    assert!(c.is_at_risk(2) && !c.is_at_risk(1));
}

async fn the_filter_says_what_the_rule_says(qun: &TestQun) {
    let (org, community, groups) = with_bench(qun).await;
    let read = qun.read(&org.owner);
    let check = async || {
        let all = benches(qun, &org.owner, &groups).await;
        for min in 0..5 {
            for at_risk in [Some(true), Some(false), None] {
                let by_rule: Vec<_> = groups
                    .iter()
                    .zip(&all)
                    .filter(|(_, bench)| at_risk.is_none_or(|at_risk| bench.is_at_risk(min) == at_risk))
                    .map(|(group, _)| group.name.clone())
                    .collect();
                let page = page(at_risk, min);
                let found = bench_page(&read, &page).await.expect("a page");
                let found: Vec<_> = found.into_iter().map(|group| group.name).collect();
                assert_eq!(found, by_rule, "{at_risk:?} {min}");
                assert_eq!(bench_count(&read, &page).await.expect("a count"), found.len() as u64);
            }
        }
    };
    check().await;
    let within = BenchPage { community: Some(community), ..page(Some(true), 3) };
    let found = bench_page(&read, &within).await.expect("a page");
    assert_eq!(found.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["b"]);
    let reason = "because".parse().expect("a reason");
    qun.done(&org.owner, RemoveMember { account: who(&org.admin), reason }).await;
    check().await;
}

async fn pages_follow_each_other(qun: &TestQun) {
    let (org, ..) = with_bench(qun).await;
    let read = qun.read(&org.owner);
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = BenchPage { after, limit: 1, ..page(Some(true), 3) };
        let Some(group) = bench_page(&read, &page).await.expect("a page").pop() else { break };
        after = Some(group.name.clone());
        seen.push(group.name);
    }
    assert_eq!(seen, ["b", "c"]);
}

async fn many_cost_as_many_statements_as_one(qun: &TestQun) {
    let (org, _, groups) = with_bench(qun).await;
    let count = async |groups: &[Group]| {
        let before = qun.db.statements();
        benches(qun, &org.owner, groups).await;
        qun.db.statements() - before
    };
    assert_eq!(count(&groups[..1]).await, count(&groups).await);
}

async fn what_is_foreign_has_no_bench_here(qun: &TestQun) {
    let (org, community, groups) = with_bench(qun).await;
    let within = BenchPage { community: Some(community), ..page(None, 1) };
    let read = qun.read(&org.stranger);
    assert!(bench_page(&read, &within).await.expect("a page").is_empty());
    assert_eq!(bench_count(&read, &within).await.expect("a count"), 0);
    for bench in benches(qun, &org.stranger, &groups).await {
        assert!(bench.successors.is_empty() && bench.next_in_line.is_empty());
        assert!(bench.owners.iter().all(|held| held.account == who(&org.stranger)), "his own organization's");
    }
}

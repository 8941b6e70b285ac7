//! What belongs to another tenant is not found by any read, those that no field of the API stands
//! for included. What can be asked over GraphQL is in `matrix`.

use qun_domain::groups::Scope;
use qun_domain::month::Month;
use qun_domain::policy::{EffectivePolicy, OrgPolicy};
use qun_domain::tasks::TaskState;
use qun_domain::team::{Gap, Period};
use qun_infra::access::{api_key, members_by_id, proposals_by_id};
use qun_infra::activity::group_days;
use qun_infra::groups::{communities, communities_by_id, groups, groups_by_id, groups_of_community};
use qun_infra::policy::{version, versions};
use qun_infra::tasks::{StepPage, TaskPage, step_pages, tasks_by_id, tasks_page};
use qun_infra::team::{
    AwardPage, BenchPage, BonusPage, CourseVersionPage, KpisOf, LeavePage, PlacePage, PlacesOf, SuggestionOf,
    award_by_id, award_pages, badges_by_id, bench_count, bench_page, benches_of, bonus_by_id, bonus_pages,
    course_version_pages, courses_by_id, division_modes, divisions_of, invitation_by_id, kpis_of,
    leave_pages, levels, offers_by_id, place_by_id, place_pages, places_taken, staffing_of, suggestions_of,
    tallies, trainings_of,
};
use qun_infra::tiering::{
    all_evaluations, dry_run, each_score, evaluations_by_id, latest_evaluations, latest_revisions, scores,
};

use super::tenants::{Tenant, two};
use crate::harness::{SHANGHAI, TestQun, at, day, on_both, who};

on_both!(reads_find_nothing);

/// The scopes of another tenant.
fn scopes(of: &Tenant) -> [Scope; 2] {
    [Scope::Group(of.group.id), Scope::Community(of.community.id)]
}

async fn reads_find_nothing(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let read = qun.read(&ours.scope);
    assert_eq!(api_key(&read, theirs.key).await.expect("an answer"), None);
    assert_eq!(proposals_by_id(&read, &[theirs.proposal]).await.expect("an answer"), []);
    let leaves = [LeavePage { account: who(&theirs.scope), after: None, limit: 10 }];
    assert_eq!(leave_pages(&read, &leaves).await.expect("an answer"), [vec![]]);
    assert_eq!(invitation_by_id(&read, theirs.invitation).await.expect("an answer"), None);
    assert!(tasks_by_id(&read, &[theirs.task]).await.expect("an answer").is_empty());
    let steps = [StepPage { task: theirs.task, after: None, limit: 10 }];
    assert_eq!(step_pages(&read, &steps).await.expect("an answer"), [vec![]]);
    staff_is_not_found(qun, &ours, &theirs).await;
    incentives_are_not_found(qun, &ours, &theirs).await;
    let page = TaskPage {
        assignee: Some(who(&theirs.scope)),
        place: None,
        states: TaskState::ALL.to_vec(),
        kind: None,
        overdue: None,
        after: None,
        limit: 10,
    };
    assert!(tasks_page(&read, &[page]).await.expect("an answer")[0].is_empty());
    assert!(members_by_id(&read, &[who(&theirs.scope)]).await.expect("an answer").is_empty());
    let org = ours.scope.org();
    assert!(groups_by_id(&read, &[theirs.group.id]).await.expect("an answer").is_empty());
    assert!(communities_by_id(&read, &[theirs.community.id]).await.expect("an answer").is_empty());
    assert!(groups_of_community(&read, theirs.community.id).await.expect("an answer").is_empty());
    assert_eq!(groups(&read, None, None, 10).await.expect("an answer"), std::slice::from_ref(&ours.group));
    assert_eq!(communities(&read, None, 10).await.expect("an answer"), std::slice::from_ref(&ours.community));
    let days = group_days(&read, theirs.group.id, day("2026-01-01"), day("2026-12-31"));
    assert!(days.await.expect("an answer").is_empty());

    assert!(evaluations_by_id(&read, &[theirs.evaluation]).await.expect("an answer").is_empty());
    assert!(latest_revisions(&read, &[theirs.evaluation]).await.expect("an answer").is_empty());
    let found = scores(&read, &[theirs.evaluation], &[theirs.person]).await.expect("an answer");
    assert!(found.is_empty());
    each_score(&read, theirs.evaluation, |user, _| panic!("a score of {user}")).await.expect("an answer");
    let policy = EffectivePolicy { policy: OrgPolicy::default(), origin: std::collections::BTreeMap::new() };
    for scope in scopes(&theirs) {
        assert!(versions(&read, org, scope, None, 10).await.expect("an answer").is_empty());
        assert!(version(&read, org, scope, 1).await.expect("an answer").is_none());
        assert!(all_evaluations(&read, scope).await.expect("an answer").is_empty());
        assert!(dry_run(&read, scope, &policy, 4, qun.clock.now()).await.expect("an answer").is_none());
    }
    let scopes = [theirs.group.id.0, theirs.community.id.0];
    assert!(latest_evaluations(&read, &scopes).await.expect("an answer").is_empty());
}

/// Their staff, as our door sees it: nothing was done, and nothing is required.
async fn staff_is_not_found(qun: &TestQun, ours: &Tenant, theirs: &Tenant) {
    let read = qun.read(&ours.scope);
    assert!(courses_by_id(&read, &[theirs.course]).await.expect("an answer").is_empty());
    let versions = [CourseVersionPage { course: theirs.course, before: None, limit: 10 }];
    assert_eq!(course_version_pages(&read, &versions).await.expect("an answer"), [vec![]]);
    let account = who(&theirs.scope);
    assert!(trainings_of(&read, &[account], qun.clock.now()).await.expect("an answer").is_empty());
    assert!(levels(&read, &[account], qun.clock.now()).await.expect("an answer").is_empty());
    let month: Month = "2026-06".parse().expect("a month");
    let period = Period::of_month(month, SHANGHAI, at("2026-07-15 10:00"));
    for scope in scopes(theirs) {
        let accounts = [account, theirs.intern];
        let found = tallies(&read, &accounts, period, SHANGHAI, scope).await.expect("an answer");
        assert!(found.is_empty(), "{found:?}");
    }
    let asked = KpisOf { account: theirs.intern, month, scope: Scope::Organization, now: qun.clock.now() };
    let found = kpis_of(&read, &[asked]).await.expect("an answer")[&asked];
    assert_eq!((found.cases_per_day.n, found.satisfaction.value), (0, Err(Gap::Insufficient)));
    let (org, now) = (ours.scope.org(), qun.clock.now());
    assert!(staffing_of(&read, org, &scopes(theirs), now).await.expect("an answer").is_empty());
    assert!(division_modes(&read, &[theirs.group.id]).await.expect("an answer").is_empty());
    let divided = divisions_of(&read, org, "2026-07".parse().expect("a month"), now).await;
    assert_eq!(divided.expect("an answer").map(|division| division.groups), [0, 0, 1], "ours alone");
    let community = Some(theirs.community.id);
    let page = BenchPage { community, at_risk: None, min_successors: 1, after: None, limit: 10 };
    assert!(bench_page(&read, &page).await.expect("an answer").is_empty());
    assert_eq!(bench_count(&read, &page).await.expect("an answer"), 0);
    let bench = benches_of(&read, org, std::slice::from_ref(&theirs.group), now).await.expect("an answer");
    assert!(bench[&theirs.group.id].owners.iter().all(|held| held.account == who(&ours.scope)));
}

/// What their staff was given, as our door sees it.
async fn incentives_are_not_found(qun: &TestQun, ours: &Tenant, theirs: &Tenant) {
    let (read, account) = (qun.read(&ours.scope), theirs.intern);
    assert!(badges_by_id(&read, &[theirs.given.badge]).await.expect("an answer").is_empty());
    assert_eq!(award_by_id(&read, theirs.given.award).await.expect("an answer"), None);
    let page = AwardPage { account, with_revoked: true, after: None, limit: 10 };
    assert_eq!(award_pages(&read, &[page]).await.expect("an answer"), [vec![]]);
    assert_eq!(bonus_by_id(&read, theirs.given.bonus).await.expect("an answer"), None);
    let page = BonusPage { account, after: None, limit: 10 };
    assert_eq!(bonus_pages(&read, &[page]).await.expect("an answer"), [vec![]]);
    assert!(offers_by_id(&read, &[theirs.given.offer]).await.expect("an answer").is_empty());
    assert_eq!(place_by_id(&read, theirs.given.place).await.expect("an answer"), None);
    let page = |of| PlacePage { of, after: None, limit: 10 };
    let pages = [page(PlacesOf::Member(account)), page(PlacesOf::Offer(theirs.given.offer))];
    assert_eq!(place_pages(&read, &pages).await.expect("an answer"), [vec![], vec![]]);
    assert!(places_taken(&read, &[theirs.given.offer]).await.expect("an answer").is_empty());
    let month = "2026-06".parse().expect("a month");
    let asked = SuggestionOf { account, month, now: qun.clock.now() };
    assert!(suggestions_of(&read, &[asked]).await.expect("an answer").is_empty());
}

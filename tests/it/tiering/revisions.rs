//! Weeks evaluated again, pins, dry runs (TIERING.md, sections 4, 7 and 8).

use std::collections::BTreeMap;

use qun_domain::activity::{Row, What};
use qun_domain::groups::Scope;
use qun_domain::policy::{PolicyPatch, PolicyScope, resolve};
use qun_domain::tiering::{PinTier, Scorecard, Tier, UnpinTier, WeekOutcome};
use qun_domain::time::{Timestamp, Week};
use qun_infra::db::OrgScope;
use qun_infra::tiering::{RunProblem, WeekRun, all_evaluations, dry_run, each_score, evaluate_weeks};
use sea_orm::prelude::Uuid;

use crate::harness::{SHANGHAI, TestQun, at, message, on_both, row};

on_both!(
    a_past_week_again_is_a_revision_of_it_and_all_later,
    a_voided_strike_gives_the_tier_back,
    a_pin_holds_until_it_is_lifted,
    a_pin_ends_by_itself,
    a_dry_run_is_what_would_be_and_stores_nothing,
    a_change_of_counting_recounts_the_days_that_are_read,
    a_week_without_data_is_no_week,
    a_week_that_has_not_ended_is_not_evaluated,
);

const GROUP: &str = "tea";
const FIRST: &str = "2026-W15";
const LAST: &str = "2026-W28";

/// A group in which ann writes like a core member and bob like an active one, from
/// [`FIRST`] to [`LAST`], the last week that has ended.
struct Scene<'a> {
    qun: &'a TestQun,
    scope: OrgScope,
    of: Scope,
}

fn week(text: &str) -> Week {
    text.parse().expect("a week")
}

/// Messages of a user on each day of a week, an hour apart.
fn writes(user: &str, of: Week, a_day: i64) -> Vec<Row> {
    let monday = qun_domain::time::start_of_day(of.monday(), SHANGHAI);
    let times = (0..7).flat_map(|day| (0..a_day).map(move |n| day * Timestamp::DAY + (9 + n) * 3_600_000));
    times.map(|millis| message(format!("{user} {of} {millis}"), user, monday.plus_millis(millis))).collect()
}

impl<'a> Scene<'a> {
    async fn new(qun: &'a TestQun, weeks: impl Fn(Week) -> bool) -> Self {
        let scope = qun.with_operator().await;
        let of = Scope::Group(qun.group(&scope, GROUP, None).await.id);
        let scene = Self { qun, scope, of };
        for week in week(FIRST).through(week(LAST)).filter(|week| weeks(*week)) {
            scene.talk(week).await;
        }
        scene
    }

    async fn talk(&self, of: Week) {
        let rows = [writes("ann", of, 3), writes("bob", of, 1)].concat();
        self.qun.recorded(&self.scope, GROUP, rows).await;
    }

    async fn evaluate(&self, from: Week, to: Week) -> Vec<WeekRun> {
        evaluate_weeks(&self.qun.writer, &self.scope, self.of, Some(from), Some(to), |_| ())
            .await
            .expect("evaluated weeks")
    }

    async fn evaluate_all(&self) -> Vec<WeekRun> {
        self.qun.evaluate(&self.scope, self.of).await
    }

    /// Another week passes, is talked through and evaluated.
    async fn next(&self, of: Week) {
        self.qun.advance_to(of.as_of(SHANGHAI).plus_millis(1));
        self.talk(of).await;
        self.evaluate(of, of).await;
    }

    /// The latest cards of a week by user.
    async fn cards(&self, of: Week) -> BTreeMap<String, Scorecard> {
        let read = self.qun.read(&self.scope);
        let evaluations = all_evaluations(&read, self.of).await.expect("evaluations");
        let mut cards = BTreeMap::new();
        for evaluation in evaluations.iter().filter(|evaluation| evaluation.week == of) {
            let take = |user: &str, row: &qun_infra::tiering::ScoreRow| {
                cards.insert(user.to_owned(), row.card.clone());
                Ok(())
            };
            each_score(&read, evaluation.id, take).await.expect("scores");
        }
        cards
    }

    async fn tiers(&self, of: Week, user: &str) -> (Tier, Tier) {
        let card = &self.cards(of).await[user];
        (card.tier, card.week_tier)
    }

    /// Week, revision and whether it is the latest, of everything stored.
    async fn revisions(&self) -> Vec<String> {
        let raw = self.qun.system().await;
        raw.lines("tier_evaluation", &["week", "revision", "latest"], "ORDER BY week, revision", vec![]).await
    }

    async fn stored(&self) -> (i64, i64) {
        let raw = self.qun.system().await;
        let evaluations = raw.count("SELECT COUNT(*) FROM tier_evaluation", vec![]).await;
        (evaluations, raw.count("SELECT COUNT(*) FROM tier_score", vec![]).await)
    }
}

async fn a_past_week_again_is_a_revision_of_it_and_all_later(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    scene.evaluate_all().await;
    let (again, before) = (week("2026-W25"), scene.revisions().await);
    let cards = scene.cards(week(LAST)).await;
    let ended: Vec<String> =
        scene.evaluate(again, again).await.iter().map(|run| run.week.to_string()).collect();
    assert_eq!(ended, ["2026-W25", "2026-W26", "2026-W27", "2026-W28"]);

    let after = scene.revisions().await;
    assert_eq!(after.len(), before.len() + 4);
    let earlier = before.len() - 4;
    assert_eq!(before[..earlier], after[..earlier], "weeks before it stay as they are");
    let latest = qun.system().await;
    let sql = "SELECT COUNT(*) FROM tier_evaluation WHERE latest AND revision = $1";
    assert_eq!(latest.count(sql, vec![2.into()]).await, 4);
    assert_eq!(latest.count(sql, vec![1.into()]).await, i64::try_from(earlier).expect("a count"));
    assert_eq!(scene.cards(week(LAST)).await, cards, "of the same rows come the same cards");
}

async fn a_voided_strike_gives_the_tier_back(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    let struck = at("2026-06-17 12:00");
    qun.recorded(&scene.scope, GROUP, vec![row("strike", "ann", struck, What::Violation { severity: None })])
        .await;
    scene.evaluate_all().await;
    let core = (Tier::Core, Tier::Core);
    assert_eq!(scene.tiers(week("2026-W24"), "ann").await, core);
    assert_eq!(scene.tiers(week("2026-W25"), "ann").await, (Tier::Core, Tier::Active), "held for a week");
    assert_eq!(scene.tiers(week("2026-W26"), "ann").await, (Tier::Active, Tier::Active));

    let voided = What::ViolationVoided { target: "strike".to_owned() };
    qun.recorded(&scene.scope, GROUP, vec![row("appeal", "staff", at("2026-07-14 12:00"), voided)]).await;
    assert_eq!(scene.tiers(week("2026-W26"), "ann").await.0, Tier::Active, "nothing changes by itself");
    scene.evaluate(week("2026-W25"), week("2026-W25")).await;
    for of in week("2026-W25").through(week(LAST)) {
        assert_eq!(scene.tiers(of, "ann").await, core, "{of}");
    }
}

impl Scene<'_> {
    async fn pin(&self, user: &str, tier: Tier, expires_at: Option<Timestamp>) -> PinTier {
        let raw = self.qun.system().await;
        let sql = "SELECT person_id FROM person_identity WHERE external_id = $1";
        let person: Uuid = raw.rows(sql, vec![user.into()]).await[0].try_get_by_index(0).expect("a person");
        let pin = PinTier {
            id: self.qun.ids.make(),
            scope: self.of,
            person: person.into(),
            tier,
            reason: "hosts the tea table".to_owned(),
            expires_at,
        };
        self.qun.done(&self.scope, pin.clone()).await;
        pin
    }
}

async fn a_pin_holds_until_it_is_lifted(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    scene.evaluate_all().await;
    let pin = scene.pin("bob", Tier::Core, None).await;
    for of in [week("2026-W29"), week("2026-W30")] {
        scene.next(of).await;
        let card = scene.cards(of).await["bob"].clone();
        assert_eq!((card.tier, card.week_tier, card.pinned), (Tier::Core, Tier::Active, true), "{of}");
        assert!(card.score.is_some(), "a pinned member is scored as ever");
    }
    qun.done(&scene.scope, UnpinTier { pin: pin.id }).await;
    assert_eq!(scene.tiers(week("2026-W30"), "bob").await.0, Tier::Core, "what was told stays");
    scene.next(week("2026-W31")).await;
    assert_eq!(scene.tiers(week("2026-W31"), "bob").await, (Tier::Active, Tier::Active), "at once");
    scene.evaluate(week("2026-W30"), week("2026-W30")).await;
    assert_eq!(scene.tiers(week("2026-W30"), "bob").await.0, Tier::Core, "the pin held when that week ended");
}

async fn a_pin_ends_by_itself(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    scene.evaluate_all().await;
    assert_eq!(scene.tiers(week(LAST), "ann").await.0, Tier::Core);
    scene.pin("ann", Tier::Ordinary, Some(week("2026-W29").as_of(SHANGHAI).plus_millis(1))).await;
    assert_eq!(scene.tiers(week(LAST), "ann").await.0, Tier::Core, "a pin acts from the next evaluation on");
    scene.evaluate(week(LAST), week(LAST)).await;
    assert_eq!(scene.tiers(week(LAST), "ann").await.0, Tier::Core, "and not on weeks that ended before it");
    scene.next(week("2026-W29")).await;
    assert_eq!(scene.tiers(week("2026-W29"), "ann").await, (Tier::Ordinary, Tier::Core));
    scene.next(week("2026-W30")).await;
    assert_eq!(scene.tiers(week("2026-W30"), "ann").await, (Tier::Core, Tier::Core));
}

/// The policy changes what is counted and where the bands begin.
const CHANGED: &str =
    r#"{"tiering": {"counting": {"dailyCap": 2}, "cutoffs": {"active": 65}, "demoteAfter": 1}}"#;

async fn a_dry_run_is_what_would_be_and_stores_nothing(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    scene.evaluate_all().await;
    let (stored, days) = (scene.stored().await, counted_days(qun).await);
    let patch = PolicyPatch::parse(CHANGED).expect("a patch");
    let policy = resolve(&[(PolicyScope::Organization, &patch)]).expect("a policy");
    let read = qun.read(&scene.scope);
    let dry =
        dry_run(&read, scene.of, &policy, 5, qun.clock.now()).await.expect("an answer").expect("a scope");
    assert_eq!((scene.stored().await, counted_days(qun).await), (stored, days));

    qun.publish(&scene.scope, Scope::Organization, CHANGED).await;
    let first = dry[0].week;
    assert_eq!((dry.len(), first), (5, week("2026-W24")));
    scene.evaluate(first, week(LAST)).await;
    let real = all_evaluations(&read, scene.of).await.expect("evaluations");
    let real: Vec<_> = real.into_iter().filter(|evaluation| evaluation.week >= first).collect();
    assert_eq!(real.len(), 5);
    for (dry, real) in dry.iter().zip(&real) {
        assert_eq!(dry.week, real.week);
        assert_eq!(dry.distribution.as_ref(), Some(&real.distribution), "{}", dry.week);
        assert_eq!(dry.movements, real.movements, "{}", dry.week);
        assert_eq!(dry.leaves_observed, real.leaves_observed);
    }
    assert!(dry.iter().any(|week| week.movements.down > 0), "the changed policy moves somebody");
}

/// How many days have how many counted messages, by user.
async fn counted_days(qun: &TestQun) -> Vec<String> {
    let raw = qun.system().await;
    let columns = ["counted", "counted_under", "COUNT(*)"];
    raw.lines(
        "member_day",
        &columns,
        "GROUP BY counted, counted_under ORDER BY counted, counted_under",
        vec![],
    )
    .await
}

async fn a_change_of_counting_recounts_the_days_that_are_read(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    scene.evaluate_all().await;
    assert_eq!(scene.cards(week(LAST)).await["ann"].counted_in_week, 21);
    qun.publish(&scene.scope, Scope::Organization, r#"{"tiering": {"counting": {"dailyCap": 1}}}"#).await;
    scene.evaluate(week(LAST), week(LAST)).await;
    let card = scene.cards(week(LAST)).await["ann"].clone();
    assert_eq!((card.counted_in_week, card.week_tier), (7, Tier::Active));

    let raw = qun.system().await;
    let sql = "SELECT COUNT(*) FROM member_day WHERE counted = $1";
    // Of the 28 days that were read each of both has one; 70 days of ann are as they were.
    assert_eq!(raw.count(sql, vec![3.into()]).await, 70);
    assert_eq!(raw.count(sql, vec![1.into()]).await, 28 + 98);
}

async fn a_week_without_data_is_no_week(qun: &TestQun) {
    let quiet = week("2026-W20");
    let scene = Scene::new(qun, |week| week != quiet).await;
    let click = row("c", "ann", at("2026-05-13 12:00"), What::Click { via: None });
    qun.recorded(&scene.scope, GROUP, vec![click]).await;
    let runs = scene.evaluate_all().await;
    let without: Vec<Week> =
        runs.iter().filter(|run| run.outcome == WeekOutcome::NoData).map(|run| run.week).collect();
    assert_eq!(without, [quiet]);
    assert!(scene.cards(quiet).await.is_empty());
    let after = scene.cards(quiet.next()).await["ann"].clone();
    assert_eq!(after.previous_tier, Some(Tier::Core), "the evaluation before is that of W19");
    assert_eq!((after.tier, after.week_tier), (Tier::Core, Tier::Active), "63 messages in four weeks");

    // A late row fills the week: it is evaluated the next time.
    qun.recorded(&scene.scope, GROUP, writes("bob", quiet, 1)).await;
    scene.evaluate(quiet, quiet).await;
    assert_eq!(scene.cards(quiet).await.len(), 2);
}

async fn a_week_that_has_not_ended_is_not_evaluated(qun: &TestQun) {
    let scene = Scene::new(qun, |_| true).await;
    let ahead = week(LAST).next();
    let run = evaluate_weeks(&qun.writer, &scene.scope, scene.of, Some(ahead), None, |_| ()).await;
    assert!(matches!(run, Err(RunProblem::NotEnded(week)) if week == ahead), "{run:?}");
    assert_eq!(scene.stored().await, (0, 0));
}

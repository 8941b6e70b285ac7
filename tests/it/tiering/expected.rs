//! The population and the chat logs under every policy, row by row (TIERING.md, section 10).

use std::fs;

use qun_domain::groups::{Platform, Scope};
use qun_domain::policy::{PolicyPatch, PublishPolicy};
use qun_infra::db::OrgScope;
use qun_infra::groups::group_named;

use super::compare::compare;
use crate::harness::{Backend, Import, SHANGHAI, TestQun, at, shared_data};

/// One file of expected rows, and where they come from.
struct Case {
    rows: &'static str,
    from: &'static str,
    /// The group that is evaluated; the community where it is not given.
    group: Option<&'static str>,
    policy: Option<&'static str>,
    platform: Platform,
    /// When the log is over and its last week has ended.
    now: &'static str,
}

const POPULATION: Case = Case {
    rows: "",
    from: "tiering/population.ndjson.gz",
    group: Some("garden"),
    policy: None,
    platform: Platform::Other,
    now: "2026-07-15 10:00",
};
const TW: Case = Case { from: "chat/tw.ndjson.gz", group: Some("tw"), now: "2017-01-03 10:00", ..POPULATION };
const DD: Case = Case { from: "chat/dd.ndjson.gz", group: Some("dd"), now: "2016-01-05 10:00", ..POPULATION };

/// A test for each file, on SQLite, and on Postgres where it says so.
macro_rules! expected {
    ($($test:ident $(and $postgres:ident)? = $case:expr;)+) => {
        mod sqlite {
            use super::*;
            $(#[tokio::test]
            async fn $test() {
                check(Backend::Sqlite, $case).await;
            })+
        }
        mod postgres {
            use super::*;
            $($(#[tokio::test]
            async fn $test() {
                let $postgres = Backend::Postgres;
                check($postgres, $case).await;
            })?)+
        }
    };
}

expected! {
    garden_default and postgres = Case { rows: "population.garden.default", ..POPULATION };
    bench_default and postgres = Case { rows: "population.bench.default", group: Some("bench"), ..POPULATION };
    community_default and postgres = Case { rows: "population.community.default", group: None, ..POPULATION };
    garden_percentile and postgres =
        Case { rows: "population.garden.percentile", policy: Some("percentile"), ..POPULATION };
    bench_percentile and postgres =
        Case { rows: "population.bench.percentile", group: Some("bench"), policy: Some("percentile"), ..POPULATION };
    garden_minmax = Case { rows: "population.garden.minmax", policy: Some("minmax"), ..POPULATION };
    bench_minmax =
        Case { rows: "population.bench.minmax", group: Some("bench"), policy: Some("minmax"), ..POPULATION };
    garden_quota = Case { rows: "population.garden.quota", policy: Some("quota"), ..POPULATION };
    garden_behavior = Case { rows: "population.garden.behavior", policy: Some("behavior"), ..POPULATION };
    garden_custom = Case { rows: "population.garden.custom", policy: Some("custom"), ..POPULATION };
    garden_limits = Case { rows: "population.garden.limits", policy: Some("limits"), ..POPULATION };
    garden_on_wechat =
        Case { rows: "population.garden.wechat.default", platform: Platform::Wechat, ..POPULATION };
    tw_default and postgres = Case { rows: "tw.default", ..TW };
    tw_percentile = Case { rows: "tw.percentile", policy: Some("percentile"), ..TW };
    dd_default = Case { rows: "dd.default", ..DD };
}

async fn check(backend: Backend, case: Case) {
    let Some(log) = shared_data(case.from) else { return };
    let Some(qun) = TestQun::at(backend, at(case.now)).await else { return };
    let scope = qun.with_operator().await;
    let community = qun.community(&scope, "everybody").await.id;
    let import = Import { group: None, community: Some(community), platform: case.platform, zone: SHANGHAI };
    let totals = qun.import(&scope, &log, import).await;
    assert_eq!(totals.rejected, totals.conflicts, "{:?}", totals.errors);
    if let Some(policy) = case.policy {
        publish(&qun, &scope, policy).await;
    }
    let of = match case.group {
        Some(name) => {
            Scope::Group(group_named(&qun.read(&scope), name).await.expect("an answer").expect("a group").id)
        }
        None => Scope::Community(community),
    };
    qun.evaluate(&scope, of).await;
    let rows = shared_data(&format!("tiering/{}.ndjson.gz", case.rows)).expect("the folder of the log");
    compare(&qun, &scope, of, &rows).await;
    qun.close().await;
}

async fn publish(qun: &TestQun, scope: &OrgScope, policy: &str) {
    let file = shared_data(&format!("tiering/policy.{policy}.json")).expect("the folder of the log");
    let patch = PolicyPatch::parse(&fs::read_to_string(file).expect("a policy")).expect("a patch");
    qun.done(scope, PublishPolicy { scope: Scope::Organization, patch, note: None }).await;
}

/// The README says how many rows of the population are duplicates and conflicts.
#[tokio::test]
async fn the_population_goes_in_as_its_page_says() {
    let Some(log) = shared_data(POPULATION.from) else { return };
    let Some(qun) = TestQun::new(Backend::Sqlite).await else { return };
    let scope = qun.with_operator().await;
    let import = Import { group: None, community: None, platform: Platform::Other, zone: SHANGHAI };
    let totals = qun.import(&scope, &log, import).await;
    assert_eq!((totals.duplicates, totals.rejected, totals.conflicts), (3, 4, 4), "{:?}", totals.errors);
    let again = qun.import(&scope, &log, import).await;
    assert_eq!((again.accepted, again.conflicts), (0, 4));
    assert_eq!(again.duplicates, totals.accepted + totals.duplicates);
    qun.close().await;
}

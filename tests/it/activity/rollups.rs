//! Whatever the order and repetition of rows, what is derived from them is what they
//! come to (D19; issue 3, "roll-ups equal to recomputation").

use std::cell::Cell;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use proptest::{prop_assert, prop_assert_eq};
use qun_domain::activity::{Batch, Recompute, RecordInteractions, Recorded, Row, Submitted, UnknownGroups};
use qun_domain::groups::Group;
use qun_infra::db::OrgScope;

use super::derived::{derived, settled};
use super::generated::{GROUPS, History, history};
use super::model;
use crate::harness::{Backend, Raw, TestQun};

/// The longest history, in rows.
const MOST: usize = 40;

#[test]
fn sqlite() {
    any_order_comes_to_the_same(Backend::Sqlite, 30);
}

#[test]
fn postgres() {
    any_order_comes_to_the_same(Backend::Postgres, 6);
}

/// The same histories on every run: a failure stays until it is mended.
fn any_order_comes_to_the_same(backend: Backend, cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let Some(qun) = runtime.block_on(TestQun::new(backend)) else { return };
    let scope = runtime.block_on(qun.with_operator());
    let raw = runtime.block_on(qun.system());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let case = Cell::new(0);
    let outcome = runner.run(&history(MOST), |history| {
        case.set(case.get() + 1);
        let check = Check { qun: &qun, scope: &scope, raw: &raw, case: case.get() };
        runtime.block_on(check.run(&history))
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    runtime.block_on(qun.close());
}

/// One history, recorded in groups and under sources of its own.
struct Check<'a> {
    qun: &'a TestQun,
    scope: &'a OrgScope,
    raw: &'a Raw,
    case: u32,
}

impl Check<'_> {
    async fn run(&self, history: &History) -> Result<(), TestCaseError> {
        let straight = self.groups("straight").await;
        let mixed = self.groups("mixed").await;
        let recorded = self.record(&straight, "straight", &history.in_order).await;
        let told = recorded.accepted + recorded.duplicates;
        prop_assert_eq!((told, recorded.rejected.len()), (history.in_order.len() as u64, 0));
        let mut accepted = 0;
        for batch in &history.mixed {
            let recorded = self.record(&mixed, "mixed", batch).await;
            prop_assert!(recorded.rejected.is_empty(), "{:?}", recorded.rejected);
            accepted += recorded.accepted;
        }
        prop_assert_eq!(accepted, recorded.accepted, "repetitions are duplicates");

        for (n, (straight, mixed)) in straight.iter().zip(&mixed).enumerate() {
            let rows = history.in_order.iter().filter(|(group, _)| *group == n).map(|(_, row)| row);
            let expected = model::expected(&rows.collect::<Vec<_>>());
            prop_assert_eq!(&derived(self.raw, &straight.name).await, &expected, "in order");
            prop_assert_eq!(&derived(self.raw, &mixed.name).await, &expected, "in any order");
            let (left, right) =
                (settled(self.raw, &straight.name).await, settled(self.raw, &mixed.name).await);
            prop_assert_eq!(left, right, "what rows refer to");
            for group in [straight, mixed] {
                let again = self.qun.done(self.scope, Recompute { group: group.id }).await;
                prop_assert_eq!((again.mended_days, again.mended_memberships), (0, 0), "{:?}", again);
            }
        }

        let again = self.record(&straight, "straight", &history.in_order).await;
        prop_assert_eq!((again.accepted, again.duplicates), (0, history.in_order.len() as u64));
        Ok(())
    }

    async fn groups(&self, side: &str) -> Vec<Group> {
        let mut groups = Vec::new();
        for n in 0..GROUPS {
            groups.push(self.qun.group(self.scope, &format!("{side} {} {n}", self.case), None).await);
        }
        groups
    }

    async fn record(&self, groups: &[Group], side: &str, rows: &[(usize, Row)]) -> Recorded {
        let rows = (1..).zip(rows).map(|(position, (group, row))| {
            let row = Row { group: Some(groups[*group].name.clone()), ..row.clone() };
            Submitted { position, row }
        });
        let batch = Batch {
            rows: rows.collect(),
            group: None,
            source: Some(format!("{side} {}", self.case)),
            unknown_groups: UnknownGroups::Refuse,
        };
        self.qun.done(self.scope, RecordInteractions(batch)).await
    }
}

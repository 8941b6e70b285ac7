//! `qun doctor`: sound installations, and each thing that may be wrong with one.

mod books;
mod command;
mod file;
mod schema;
mod walls;

use qun_infra::clock::Clock;
use qun_infra::doctor::{Finding, Level, examine_database};

use crate::harness::{TestQun, on_both};

on_both!(a_sound_installation_has_no_problem, a_clock_that_differs_is_told);

async fn a_sound_installation_has_no_problem(qun: &TestQun) {
    qun.with_org().await;
    let found = examined(qun).await;
    let problems: Vec<_> = found.iter().filter(|finding| finding.level == Level::Problem).collect();
    assert_eq!(problems, Vec::<&Finding>::new());
    for check in ["database", "migrations", "signing keys", "jobs", "outbox"] {
        assert_eq!(one(&found, check).level, Level::Ok, "{check}");
    }
}

/// The tests' clock stands still, in another month than the server's.
async fn a_clock_that_differs_is_told(qun: &TestQun) {
    let found = examine_database(qun.url(), &qun.clock).await;
    let clocks: Vec<_> = found.iter().filter(|finding| finding.check == "clock").collect();
    match qun.backend {
        // A file has no clock.
        crate::harness::Backend::Sqlite => assert_eq!(clocks, Vec::<&Finding>::new()),
        crate::harness::Backend::Postgres => assert_eq!(clocks[0].level, Level::Problem, "{clocks:?}"),
    }
}

/// What the doctor finds by the system's clock.
async fn examined(qun: &TestQun) -> Vec<Finding> {
    examine_database(qun.url(), &Clock::System).await
}

/// The one finding of a check.
fn one<'a>(found: &'a [Finding], check: &str) -> &'a Finding {
    let mut of = found.iter().filter(|finding| finding.check == check);
    let first = of.next().unwrap_or_else(|| panic!("no finding of {check}: {found:?}"));
    assert_eq!(of.next(), None, "two findings of {check}");
    first
}

/// Whether a problem of the check says this.
fn has_problem(found: &[Finding], check: &str, said: &str) -> bool {
    found.iter().any(|finding| {
        finding.level == Level::Problem && finding.check == check && finding.message.contains(said)
    })
}

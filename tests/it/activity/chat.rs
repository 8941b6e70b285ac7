//! The daily counts of the shared chat logs, to the last digit.

use chrono::NaiveDate;
use chrono_tz::Tz;
use qun_domain::groups::Platform;
use qun_infra::activity::group_days;
use qun_infra::groups::group_named;
use serde_json::Value as Json;

use crate::harness::{Backend, Import, TestQun, day, shared_data};

macro_rules! daily_counts {
    ($($test:ident = $backend:ident, $log:literal, $zone:ident;)+) => {$(
        #[tokio::test]
        async fn $test() {
            check(Backend::$backend, $log, Tz::$zone).await;
        }
    )+};
}

daily_counts! {
    sqlite_tw_utc = Sqlite, "tw", UTC;
    sqlite_tw_shanghai = Sqlite, "tw", Asia__Shanghai;
    sqlite_dd_utc = Sqlite, "dd", UTC;
    sqlite_dd_shanghai = Sqlite, "dd", Asia__Shanghai;
    postgres_tw_shanghai = Postgres, "tw", Asia__Shanghai;
}

async fn check(backend: Backend, log: &str, zone: Tz) {
    let Some(file) = shared_data(&format!("chat/{log}.ndjson.gz")) else { return };
    let Some(qun) = TestQun::new(backend).await else { return };
    let scope = qun.with_operator().await;
    let import = Import { group: None, community: None, platform: Platform::Other, zone };
    let totals = qun.import(&scope, &file, import).await;

    let expected = expected(log, zone);
    let number = |of: &Json, key: &str| of[key].as_u64().expect("a number");
    assert_eq!(totals.accepted, number(&expected, "messages"), "{:?}", totals.errors);
    let persons = qun.system().await.count("SELECT COUNT(*) FROM person", vec![]).await;
    assert_eq!(u64::try_from(persons).expect("a count"), number(&expected, "speakers"));

    let read = qun.read(&scope);
    let group = group_named(&read, log).await.expect("an answer").expect("a group");
    let ours: Vec<(NaiveDate, u64, u64)> = group_days(&read, group.id, day("2000-01-01"), day("2030-01-01"))
        .await
        .expect("days")
        .iter()
        .map(|of| (of.day, of.messages.into(), of.speakers.into()))
        .collect();
    let daily = expected["daily"].as_object().expect("days").iter();
    let mut expected: Vec<_> =
        daily.map(|(date, of)| (day(date), number(of, "messages"), number(of, "speakers"))).collect();
    expected.sort_unstable();
    assert_eq!(ours, expected);
    qun.close().await;
}

fn expected(log: &str, zone: Tz) -> Json {
    let file = shared_data("chat/expected.json").expect("the folder of the log");
    let all: Json = serde_json::from_str(&std::fs::read_to_string(file).expect("a file")).expect("JSON");
    all[log][zone.name()].clone()
}

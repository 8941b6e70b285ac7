//! Row-level security that somebody took away, on a Postgres of the test's own.

use qun_infra::doctor::{Level, examine_database};

use super::{examined, has_problem, one};
use crate::harness::{Backend, TestQun};

const CHECK: &str = "row-level security";

#[tokio::test]
async fn each_hole_in_the_wall_is_found() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    assert_eq!(one(&examined(&qun).await, CHECK).level, Level::Ok);
    let login = qun.login().await;
    for (hole, mend, said) in [
        (
            "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE person ENABLE ROW LEVEL SECURITY",
            "person is not under row-level security",
        ),
        (
            "ALTER TABLE membership NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE membership FORCE ROW LEVEL SECURITY",
            "membership is not under row-level security",
        ),
        (
            "CREATE POLICY everybody ON outbox TO qun_app USING (true)",
            "DROP POLICY everybody ON outbox",
            "the policies of outbox are not those of Qun",
        ),
        (
            "GRANT SELECT ON account TO qun_app",
            "REVOKE SELECT ON account FROM qun_app",
            "qun_app may use account",
        ),
    ] {
        login.script(hole).await;
        let found = examined(&qun).await;
        assert!(has_problem(&found, CHECK, said), "{hole}: {found:?}");
        login.script(mend).await;
    }
    assert_eq!(one(&examined(&qun).await, CHECK).level, Level::Ok);
    qun.close().await;
}

#[tokio::test]
async fn a_role_that_owns_a_table_is_found() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let login = qun.login().await;
    login.script("ALTER TABLE person OWNER TO qun_app").await;
    let found = examined(&qun).await;
    assert!(has_problem(&found, "roles", "qun_app owns tables"), "{found:?}");
    assert!(has_problem(&found, CHECK, "person belongs to qun_app"), "{found:?}");
    login.script("ALTER TABLE person OWNER TO qun_owner").await;
    qun.close().await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_told_without_the_password() {
    let url = "postgres://ann:secret-word@127.0.0.1:1/qun";
    let found = examine_database(url, &qun_infra::clock::Clock::System).await;
    assert!(has_problem(&found, "database", "does not answer"), "{found:?}");
    assert!(!format!("{found:?}").contains("secret-word"), "{found:?}");
}

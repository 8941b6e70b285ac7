//! Wall 3 holds nobody back who can bypass it: no such role serves.

use qun_infra::db::{Db, OpenError};

use crate::harness::{Backend, TestQun};

#[tokio::test]
async fn the_roles_can_bypass_nothing() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let raw = qun.app().await;
    for role in ["qun_app", "qun_system"] {
        let powers = raw
            .count(
                "SELECT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
                         OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
                         OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))::int::bigint
                 FROM pg_roles r WHERE rolname = $1",
                vec![role.into()],
            )
            .await;
        assert_eq!(powers, 0, "{role} is, or may become, more than itself");
    }
    let current = raw.texts("SELECT current_user::text", vec![]).await;
    assert_eq!(current, ["qun_app"], "the tests of this wall run under the role that serves");
    qun.close().await;
}

/// The other two ways, superuser and BYPASSRLS, belong to the whole server and would be
/// felt by the tests beside this one.
#[tokio::test]
async fn a_role_that_owns_the_tables_does_not_serve() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    qun.login().await.script("ALTER TABLE organization OWNER TO qun_app").await;
    match Db::open_migrated(qun.url(), 2).await {
        Err(OpenError::RoleCanBypass { role, why }) => {
            assert_eq!((role.as_str(), why), ("qun_app", "it owns the tables"));
        }
        other => panic!("{other:?}"),
    }
    qun.login().await.script("ALTER TABLE organization OWNER TO qun_owner").await;
    Db::open_migrated(qun.url(), 2).await.expect("an open database");
    qun.close().await;
}

#[tokio::test]
async fn what_is_appended_stays() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let org = qun.with_org().await;
    let app = qun.app().await;
    for table in ["audit_log", "audit_seal", "policy_version"] {
        for statement in [format!("UPDATE {table} SET org_id = org_id"), format!("DELETE FROM {table}")] {
            app.script("BEGIN").await;
            app.script(&format!("SET LOCAL qun.org_id = '{}'", org.organization.id)).await;
            let error = app.run(&statement, vec![]).await.expect_err(&statement);
            app.script("ROLLBACK").await;
            assert!(error.to_string().contains("permission denied"), "{statement}: {error}");
        }
    }
    qun.close().await;
}

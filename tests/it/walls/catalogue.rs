//! Wall 2 and wall 3, read off the catalogue, so that no new table forgets them.

use std::collections::BTreeSet;

use crate::harness::{Backend, TestQun, on_both};

on_both!(keys_of_tenant_tables_begin_with_the_tenant);

/// The one unique key of a tenant table that has to hold over all tenants.
const GLOBAL: (&str, &str) = ("organization", "slug");

async fn keys_of_tenant_tables_begin_with_the_tenant(qun: &TestQun) {
    let raw = qun.system().await;
    let tenants: BTreeSet<String> = raw.tenant_tables().await.into_iter().collect();
    assert!(tenants.len() > 15, "{tenants:?}");

    let keys = raw.unique_keys().await;
    for table in &tenants {
        assert!(keys.iter().any(|key| key.is_primary && key.table == *table), "{table} has no primary key");
    }
    for key in keys.iter().filter(|key| tenants.contains(&key.table)) {
        let is_global = (key.table.as_str(), key.columns.join(", ").as_str()) == GLOBAL;
        assert!(is_global || key.columns[0] == "org_id", "{key:?}");
    }
    for key in raw.foreign_keys().await {
        if tenants.contains(&key.table) && tenants.contains(&key.parent) {
            let begins = (key.columns[0].as_str(), key.targets[0].as_str());
            assert_eq!(begins, ("org_id", "org_id"), "{key:?}");
        }
    }
}

#[tokio::test]
async fn every_tenant_table_has_row_security() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let raw = qun.system().await;
    let sql = "SELECT c.relrowsecurity AND c.relforcerowsecurity,
                      (SELECT COALESCE(string_agg(concat_ws(' ', p.policyname, p.permissive, p.roles, p.cmd, p.qual,
                                                            p.with_check), '; ' ORDER BY p.policyname), '')
                       FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname)
               FROM pg_class c WHERE c.oid = $1::regclass";
    let own = "(org_id = (NULLIF(current_setting('qun.org_id'::text, true), ''::text))::uuid)";
    let policies = format!(
        "system_door PERMISSIVE {{qun_system}} ALL true true; tenant PERMISSIVE {{qun_app}} ALL {own} {own}"
    );
    for table in raw.tenant_tables().await {
        let row = &raw.rows(sql, vec![table.as_str().into()]).await[0];
        let is_forced: bool = row.try_get_by_index(0).expect("a truth");
        let found: String = row.try_get_by_index(1).expect("policies");
        assert!(is_forced, "{table}: row-level security is not enabled and forced");
        assert_eq!(found, policies, "{table}");
    }
    qun.close().await;
}

#[tokio::test]
async fn tables_without_a_tenant_are_not_for_the_application() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let raw = qun.system().await;
    let tenants = raw.tenant_tables().await;
    for table in raw.tables().await.iter().filter(|table| !tenants.contains(table)) {
        for right in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
            let sql = "SELECT CASE WHEN has_table_privilege('qun_app', $1, $2) THEN 1 ELSE 0 END::bigint";
            let may = raw.count(sql, vec![table.as_str().into(), right.into()]).await;
            assert_eq!(may, 0, "qun_app may {right} {table}");
        }
    }
    qun.close().await;
}

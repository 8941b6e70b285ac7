//! Wall 2: a row of one tenant cannot point at a row of another, on either back end.

use sea_orm::SqlErr;
use sea_orm::prelude::Uuid;

use super::tenants::two;
use crate::harness::{Raw, TestQun, on_both};

on_both!(no_key_reaches_across_tenants, a_membership_takes_no_foreign_person);

/// A foreign key `(org_id, column) → table (org_id, …)`.
struct Reference {
    child: String,
    column: String,
    parent: String,
    target: String,
}

/// Every foreign key is tried: a row of ours is pointed at a row of theirs.
async fn no_key_reaches_across_tenants(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let raw = qun.unlocked().await;
    let references = references(&raw).await;
    assert!(references.len() > 20, "only {} foreign keys were found", references.len());
    for Reference { child, column, parent, target } in references {
        let foreign = format!("SELECT {target} FROM {parent} WHERE org_id = $1 LIMIT 1");
        let foreign: Uuid =
            raw.rows(&foreign, vec![theirs.id().into()]).await[0].try_get_by_index(0).expect("an id");
        // Where the scope is kept beside its group or community, both are pointed elsewhere.
        let is_of_scope = !matches!(column.as_str(), "person_id" | "account_id");
        let is_scoped = is_of_scope && raw.columns(&child).await.contains(&"scope_id".to_owned());
        let scope = if is_scoped && parent != "tier_evaluation" { ", scope_id = $1" } else { "" };
        let place = raw.place();
        let sql = format!(
            "UPDATE {child} SET {column} = $1{scope} WHERE {place} =
               (SELECT {place} FROM {child} WHERE org_id = $2 AND {column} IS NOT NULL LIMIT 1)"
        );
        let outcome = raw.run(&sql, vec![foreign.into(), ours.id().into()]).await;
        let is_refused = outcome
            .as_ref()
            .is_err_and(|error| matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))));
        assert!(is_refused, "{child}.{column} → {parent}.{target}: {outcome:?}");
    }
}

async fn a_membership_takes_no_foreign_person(qun: &TestQun) {
    let (ours, theirs) = two(qun).await;
    let raw = qun.system().await;
    let sql = "INSERT INTO membership (org_id, group_id, person_id, joined_at, began_at, join_observed,
                                       began_observed, sequence)
               VALUES ($1, $2, $3, 0, 0, $4, $4, 7)";
    let membership =
        |person: Uuid| vec![ours.id().into(), ours.group.id.0.into(), person.into(), true.into()];
    let error = raw.run(sql, membership(theirs.person.0)).await.expect_err("a foreign person");
    assert!(matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{error}");
    assert_eq!(raw.run(sql, membership(ours.person.0)).await.expect("a person of ours"), 1);
}

async fn references(raw: &Raw) -> Vec<Reference> {
    let keys = raw.foreign_keys().await;
    let of_tenants = keys.into_iter().filter(|key| key.columns.len() == 2 && key.columns[0] == "org_id");
    of_tenants
        .map(|key| Reference {
            child: key.table,
            column: key.columns[1].clone(),
            parent: key.parent,
            target: key.targets[1].clone(),
        })
        .collect()
}

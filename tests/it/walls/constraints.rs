//! What a client is told when a key of the database is violated. Every key of the catalogue stands
//! here; a new one fails the test until somebody has said it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use sea_orm::SqlErr;
use sea_orm::prelude::Uuid;

use self::Told::{Code, CommandLine, Defect, Found, Retried};
use super::tenants::two;
use crate::harness::{Raw, TestQun, UniqueKey, on_both};

on_both!(every_key_says_what_a_client_is_told, a_violated_unique_key_is_known_as_one);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// This code, of a user error or of a row. The command looks before it writes; who loses a race is run again, and
    /// then sees what was in its way.
    Code(&'static str),
    /// Nothing of it: who loses a race is run again and goes by what the other has written.
    Retried,
    /// Nothing of it: `ON CONFLICT` takes the row that is there.
    Found,
    /// A refusal of the command line; no client can come here.
    CommandLine,
    /// `INTERNAL`: ids of ours are fresh, and rows that others point at are looked up in the same
    /// transaction and never deleted. Only a defect violates it.
    Defect,
}

/// Unique keys. `!` is a primary key.
const UNIQUE: &[(&str, Told)] = &[
    ("account (email)", Found),
    ("account (id)!", Defect),
    ("api_key (org_id, id)!", Defect),
    ("audit_head (org_id)!", Found),
    ("audit_log (org_id, id)!", Defect),
    ("audit_seal (org_id, audit_id)!", Defect),
    ("audit_seal (org_id, sequence)", Defect),
    ("audit_unsealed (org_id, audit_id)!", Defect),
    ("badge (org_id, id)!", Defect),
    ("badge (org_id, name)", Code("NAME_TAKEN")),
    ("badge_award (org_id, account_id, badge_id, reason)", Retried),
    ("badge_award (org_id, id)!", Defect),
    ("bonus (org_id, account_id, month, key)", Code("BONUS_GRANTED_OTHERWISE")),
    ("bonus (org_id, id)!", Defect),
    ("chat_group (org_id, id)!", Defect),
    ("chat_group (org_id, name)", Code("NAME_TAKEN")),
    ("community (org_id, id)!", Defect),
    ("community (org_id, name)", Code("NAME_TAKEN")),
    ("course (org_id, id)!", Defect),
    ("course_version (org_id, course_id, number)!", Code("COURSE_OUTDATED")),
    ("division_of_group (org_id, group_id, number)!", Retried),
    ("event_version (org_id, source, event_id, at)!", Retried),
    ("group_day (org_id, group_id, day)!", Found),
    ("identity (org_id, id)!", Defect),
    ("identity (org_id, issuer, account_id)", Code("NOBODY_HERE")),
    ("identity (org_id, issuer, subject)", Code("NOBODY_HERE")),
    ("identity_provider (org_id)", Retried),
    ("identity_provider (org_id, id)!", Defect),
    ("interaction (org_id, source, source_id)!", Retried),
    ("invitation (org_id, email)", Code("ALREADY_INVITED")),
    ("invitation (org_id, id)!", Defect),
    ("job (org_id, schedule, period)!", Found),
    ("ladder_step (org_id, id)!", Defect),
    ("leave_of_member (org_id, id)!", Defect),
    ("mailed_token (id)!", Defect),
    ("mailed_token (token_hash)", Defect),
    ("member_day (org_id, group_id, day, person_id)!", Found),
    ("membership (org_id, group_id, person_id, sequence)!", Retried),
    ("org_account (org_id, account_id)!", CommandLine),
    ("organization (org_id)!", Defect),
    ("organization (slug)", Code("NAME_TAKEN")),
    ("outbox (org_id, id)!", Defect),
    ("outbox (org_id, position)", Retried),
    ("outbox_head (org_id)!", Found),
    ("person (org_id, id)!", Found),
    ("person_identity (org_id, platform, external_id)!", Retried),
    ("policy_version (org_id, id)!", Defect),
    ("policy_version (org_id, scope_id, version)", Retried),
    ("proposal (org_id, id)!", Defect),
    ("proposal (org_id, subject)", Found),
    ("provider_log_in (org_id, id)!", Defect),
    ("recovery_code (account_id, code_hash)!", Defect),
    ("request_key (org_id, actor, verb, key)!", Found),
    ("role_assignment (org_id, account_id, role, scope_id)", Code("ALREADY_ASSIGNED")),
    ("role_assignment (org_id, id)!", Defect),
    ("second_factor (account_id)!", Found),
    ("session (org_id, id)!", Defect),
    ("signing_key (kid)!", Defect),
    ("staff_fact (org_id, kind, source, external_key)!", Retried),
    ("task (org_id, id)!", Defect),
    ("task (org_id, kind, subject, given_to)", Code("TASK_ALREADY_OPEN")),
    ("task_step (org_id, task_id, number)!", Defect),
    ("tier_evaluation (org_id, id)!", Defect),
    ("tier_evaluation (org_id, scope_id, week)", Retried),
    ("tier_evaluation (org_id, scope_id, week, revision)", Retried),
    ("tier_pin (org_id, id)!", Defect),
    ("tier_score (org_id, evaluation_id, person_id)!", Defect),
    ("training_completion (org_id, id)!", Defect),
    ("training_offer (org_id, id)!", Defect),
    ("training_place (org_id, id)!", Defect),
    ("training_place (org_id, offer_id, account_id)", Retried),
    ("training_reminder (org_id, course_id, account_id, due_at)!", Found),
];

/// Foreign keys. What a client may name is looked up first, and is not found there.
const FOREIGN: &[(&str, Told)] = &[
    ("api_key (org_id) → organization", Defect),
    ("api_key (org_id, replaces) → api_key", Defect),
    ("audit_head (org_id) → organization", Defect),
    ("audit_log (org_id) → organization", Defect),
    ("audit_seal (org_id, audit_id) → audit_log", Defect),
    ("audit_unsealed (org_id, audit_id) → audit_log", Defect),
    ("badge (org_id) → organization", Defect),
    ("badge_award (org_id, account_id) → org_account", Code("NOT_FOUND")),
    ("badge_award (org_id, badge_id) → badge", Code("NOT_FOUND")),
    ("bonus (org_id, account_id) → org_account", Code("NOT_FOUND")),
    ("chat_group (org_id) → organization", Defect),
    ("chat_group (org_id, community_id) → community", Code("NOT_FOUND")),
    ("community (org_id) → organization", Defect),
    ("course (org_id) → organization", Defect),
    ("course_version (org_id, course_id) → course", Code("NOT_FOUND")),
    ("division_of_group (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("event_version (org_id, group_id) → chat_group", Code("UNKNOWN_GROUP")),
    ("group_day (org_id, group_id) → chat_group", Defect),
    ("identity (org_id, account_id) → org_account", Code("NOBODY_HERE")),
    ("identity_provider (org_id) → organization", Defect),
    ("interaction (org_id, group_id) → chat_group", Code("UNKNOWN_GROUP")),
    ("interaction (org_id, other_id) → person", Defect),
    ("interaction (org_id, person_id) → person", Defect),
    ("invitation (org_id, accepted_by) → org_account", Defect),
    ("invitation (org_id, community_id) → community", Code("NOT_FOUND")),
    ("invitation (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("invitation (org_id, invited_by) → org_account", Defect),
    ("job (org_id) → organization", Defect),
    ("ladder_step (org_id, account_id) → org_account", Defect),
    ("ladder_step (org_id, assignment_id) → role_assignment", Defect),
    ("leave_of_member (org_id, account_id) → org_account", Code("NOT_FOUND")),
    ("member_day (org_id, group_id) → chat_group", Defect),
    ("member_day (org_id, person_id) → person", Defect),
    ("membership (org_id, group_id) → chat_group", Defect),
    ("membership (org_id, invited_by) → person", Defect),
    ("membership (org_id, person_id) → person", Defect),
    ("org_account (account_id) → account", Defect),
    ("org_account (org_id) → organization", Defect),
    ("outbox (org_id) → organization", Defect),
    ("outbox_head (org_id) → organization", Defect),
    ("person (org_id) → organization", Defect),
    ("person_identity (org_id, person_id) → person", Defect),
    ("policy_version (org_id) → organization", Defect),
    ("policy_version (org_id, community_id) → community", Code("NOT_FOUND")),
    ("policy_version (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("proposal (org_id, community_id) → community", Defect),
    ("proposal (org_id, group_id) → chat_group", Defect),
    ("proposal (org_id, proposed_by) → org_account", Defect),
    ("provider_log_in (org_id, invitation_id) → invitation", Defect),
    ("provider_log_in (org_id, provider_id) → identity_provider", Code("NO_PROVIDER")),
    ("recovery_code (account_id) → second_factor", Defect),
    ("request_key (org_id) → organization", Defect),
    ("role_assignment (org_id, account_id) → org_account", Defect),
    ("role_assignment (org_id, community_id) → community", Code("NOT_FOUND")),
    ("role_assignment (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("second_factor (account_id) → account", Defect),
    ("session (org_id, account_id) → org_account", Defect),
    ("staff_fact (org_id, account_id) → org_account", Code("UNKNOWN_MEMBER")),
    ("staff_fact (org_id, community_id) → community", Code("UNKNOWN_SCOPE")),
    ("staff_fact (org_id, group_id) → chat_group", Code("UNKNOWN_SCOPE")),
    ("task (org_id) → organization", Defect),
    ("task (org_id, assignee_id) → org_account", Code("NOT_FOUND")),
    ("task (org_id, backup_id) → org_account", Code("NOT_FOUND")),
    ("task (org_id, community_id) → community", Code("NOT_FOUND")),
    ("task (org_id, done_by) → org_account", Defect),
    ("task (org_id, given_to) → org_account", Code("NOT_FOUND")),
    ("task (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("task_step (org_id, assignee_id) → org_account", Defect),
    ("task_step (org_id, task_id) → task", Defect),
    ("tier_evaluation (org_id, community_id) → community", Code("NOT_FOUND")),
    ("tier_evaluation (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("tier_pin (org_id, community_id) → community", Code("NOT_FOUND")),
    ("tier_pin (org_id, group_id) → chat_group", Code("NOT_FOUND")),
    ("tier_pin (org_id, person_id) → person", Code("NOT_A_MEMBER")),
    ("tier_score (org_id, evaluation_id) → tier_evaluation", Defect),
    ("tier_score (org_id, person_id) → person", Defect),
    ("training_completion (org_id, account_id) → org_account", Code("NOT_FOUND")),
    ("training_completion (org_id, course_id, version) → course_version", Code("NOT_FOUND")),
    ("training_completion (org_id, examined_by) → org_account", Defect),
    ("training_offer (org_id) → organization", Defect),
    ("training_place (org_id, account_id) → org_account", Code("NOT_FOUND")),
    ("training_place (org_id, offer_id) → training_offer", Code("NOT_FOUND")),
    ("training_reminder (org_id, account_id) → org_account", Defect),
    ("training_reminder (org_id, course_id) → course", Defect),
];

async fn every_key_says_what_a_client_is_told(qun: &TestQun) {
    let raw = qun.system().await;
    classified("UNIQUE", UNIQUE, unique_keys(&raw).await.iter().map(unique));
    let foreign = raw.foreign_keys().await;
    let foreign =
        foreign.iter().map(|key| format!("{} ({}) → {}", key.table, key.columns.join(", "), key.parent));
    classified("FOREIGN", FOREIGN, foreign);

    let schema = include_str!("../../../schema.graphql");
    for (key, told) in UNIQUE.iter().chain(FOREIGN) {
        if let Code(code) = told {
            assert!(schema.lines().any(|line| line.trim() == *code), "{key}: there is no code {code}");
        }
    }
}

/// Those of our own tables: the list of migrations is the library's.
async fn unique_keys(raw: &Raw) -> Vec<UniqueKey> {
    let keys = raw.unique_keys().await;
    keys.into_iter().filter(|key| key.table != "seaql_migrations").collect()
}

fn unique(key: &UniqueKey) -> String {
    format!("{} ({}){}", key.table, key.columns.join(", "), if key.is_primary { "!" } else { "" })
}

/// The table names each key that there is, and no other.
fn classified(name: &str, table: &[(&str, Told)], keys: impl Iterator<Item = String>) {
    let mut said: BTreeMap<&str, Told> = table.iter().copied().collect();
    let unsaid: Vec<String> = keys.filter(|key| said.remove(key.as_str()).is_none()).collect();
    assert!(
        unsaid.is_empty(),
        "say in {name} of tests/it/walls/constraints.rs what a client is told when these are violated: {unsaid:#?}"
    );
    assert!(said.is_empty(), "{name} of tests/it/walls/constraints.rs names keys that are gone: {said:#?}");
}

/// A copy of a row violates each of its unique keys, and is reported as what the writer runs again.
async fn a_violated_unique_key_is_known_as_one(qun: &TestQun) {
    two(qun).await;
    let raw = qun.system().await;
    let keys = unique_keys(&raw).await;
    for key in &keys {
        let primary = keys.iter().find(|other| other.table == key.table && other.is_primary).expect("a key");
        let fresh = if key.is_primary { None } else { primary.columns.last() };
        copy_is_refused(&raw, key, fresh).await;
    }
}

/// Copies a row of the table, with another id where one is named.
async fn copy_is_refused(raw: &Raw, key: &UniqueKey, fresh: Option<&String>) {
    let columns = raw.columns(&key.table).await;
    let taken: Vec<&str> =
        columns.iter().map(|column| if Some(column) == fresh { "$1" } else { column.as_str() }).collect();
    let table = &key.table;
    let (columns, taken) = (columns.join(", "), taken.join(", "));
    let sql = format!("INSERT INTO {table} ({columns}) SELECT {taken} FROM {table} LIMIT 1");
    let values = fresh.iter().map(|_| Uuid::nil().into()).collect();
    let outcome = raw.run(&sql, values).await;
    assert!(is_unique_violation(&outcome), "{}: {outcome:?}", unique(key));
}

fn is_unique_violation<T: Debug>(outcome: &Result<T, sea_orm::DbErr>) -> bool {
    outcome.as_ref().is_err_and(|error| matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
}

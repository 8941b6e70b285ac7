//! No mutation without an audit row: what the audit log says was done is what the
//! tables hold, in every organization and at the end of every test.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Raw;

/// A number for each organization and thing.
type Book = BTreeMap<(String, &'static str), i64>;

/// What is counted, and the rows that it stands for.
const THINGS: [(&str, &str); 26] = [
    ("organizations", "organization"),
    ("seats", "org_account"),
    ("assignments", "role_assignment"),
    ("proposals", "proposal"),
    ("invitations", "invitation"),
    ("leaves", "leave_of_member"),
    ("divisions of groups", "division_of_group"),
    ("badges", "badge"),
    ("awards", "badge_award"),
    ("bonuses", "bonus"),
    ("training offers", "training_offer"),
    ("training places", "training_place"),
    ("identity providers", "identity_provider"),
    ("identities", "identity"),
    ("communities", "community"),
    ("policy versions", "policy_version"),
    ("evaluations", "tier_evaluation"),
    ("pins", "tier_pin"),
    ("lifted pins", "tier_pin WHERE lifted_at IS NOT NULL"),
    ("tasks", "task"),
    ("steps of tasks", "task_step"),
    ("staff facts", "staff_fact"),
    ("courses", "course"),
    ("versions of courses", "course_version"),
    ("completions", "training_completion"),
    (
        "interactions",
        "(SELECT org_id FROM interaction WHERE kind <> 'event' UNION ALL SELECT org_id FROM event_version) r",
    ),
];

/// What neither adds rows to these things nor takes any.
const NOTHING: &[&str] = &[
    "access.activate_second_factor",
    "access.begin_second_factor",
    "access.change_password",
    "access.create_api_key",
    "access.end_second_factor",
    "access.end_session",
    "access.forget_request_keys",
    "access.forget_sessions",
    "access.issue_token",
    "access.log_in",
    "access.reject_proposal",
    "access.renew_recovery_codes",
    "access.require_second_factor",
    "access.revoke_api_key",
    "access.rotate_api_key",
    "access.update_account",
    "access.withdraw_proposal",
    "activity.forget_texts",
    "activity.recompute",
    "groups.create_group",
    "groups.move_group",
    "groups.rename_community",
    "streams.forget_events",
    "team.archive_badge",
    "team.archive_course",
    "team.archive_training_offer",
    "team.cancel_bonus",
    "team.cancel_leave",
    "team.change_rank",
    "team.claim_invitation",
    "team.delegate_ownership",
    "team.end_assignment",
    "team.record_bonus_payment",
    "team.reinstate_member",
    "team.release_place",
    "team.renew_invitation",
    "team.revoke_badge",
    "team.revoke_invitation",
    "tests.unlucky",
];

/// Panics where the tables hold more or less than the audit log tells.
pub(super) async fn balance(raw: &Raw) {
    let (told, groups) = told(raw).await;
    let mut held = Book::new();
    for (thing, rows) in THINGS {
        let sql = format!("SELECT {}, COUNT(*) FROM {rows} GROUP BY org_id", raw.id("org_id"));
        for row in raw.rows(&sql, vec![]).await {
            let org = row.try_get_by_index(0).expect("an organization");
            held.insert((org, thing), row.try_get_by_index(1).expect("a count"));
        }
    }
    assert_eq!(held, told, "the tables (left) hold what the audit log (right) tells");
    let founded = raw.texts(&format!("SELECT {} FROM chat_group", raw.id("id")), vec![]).await;
    let untold: Vec<_> = founded.iter().filter(|id| !groups.contains(*id)).collect();
    assert!(untold.is_empty(), "groups that no audit row tells of: {untold:?}");
}

async fn told(raw: &Raw) -> (Book, BTreeSet<String>) {
    let sql = format!("SELECT {}, verb, target, detail FROM audit_log", raw.id("org_id"));
    let mut book = Book::new();
    let mut groups = BTreeSet::new();
    for row in raw.rows(&sql, vec![]).await {
        let org: String = row.try_get_by_index(0).expect("an organization");
        let verb: String = row.try_get_by_index(1).expect("a verb");
        let target: Option<String> = row.try_get_by_index(2).expect("a target");
        let detail: Option<String> = row.try_get_by_index(3).expect("a detail");
        let detail: Json = detail.map_or(Json::Null, |text| serde_json::from_str(&text).expect("JSON"));
        let did = did(&verb, target.as_deref(), &detail);
        // Whoever decides on a proposal closes the tasks to decide on it.
        if detail["proposal"].is_string() || detail["state"].is_string() {
            let closed = detail["tasksClosed"].as_i64().unwrap_or_default();
            if closed != 0 {
                *book.entry((org.clone(), "steps of tasks")).or_default() += closed;
            }
        }
        for (thing, count) in did.iter().filter(|(_, count)| *count != 0) {
            *book.entry((org.clone(), thing)).or_default() += count;
        }
        groups.extend(target.and_then(|target| target.strip_prefix("group:").map(str::to_owned)));
        groups.extend(detail["groups"].as_object().into_iter().flat_map(|groups| groups.keys().cloned()));
    }
    // What was added and taken away again is not there.
    book.retain(|_, count| *count != 0);
    (book, groups)
}

/// How many rows of each thing a mutation adds, by what its audit row tells.
fn did(verb: &str, target: Option<&str>, detail: &Json) -> Vec<(&'static str, i64)> {
    let count = |key: &str| detail[key].as_i64().unwrap_or_default();
    match verb {
        "team.accept_invitation" if detail["isBack"] == true => vec![("assignments", 1)],
        "tenancy.create_organization" => vec![("organizations", 1), ("seats", 1), ("assignments", 1)],
        "access.add_account" | "team.accept_invitation" => vec![("seats", 1), ("assignments", 1)],
        "team.assign_role" => vec![("assignments", 1)],
        "team.invite_member" => vec![("invitations", 1)],
        "access.set_identity_provider" => vec![("identity providers", i64::from(detail["isNew"] == true))],
        "access.remove_identity_provider" => vec![("identity providers", -i64::from(target.is_some()))],
        "access.link_identity" => vec![("identities", i64::from(target.is_some()))],
        "access.propose" => vec![("proposals", 1)],
        "groups.create_community" => vec![("communities", 1)],
        "policy.publish" => vec![("policy versions", 1)],
        "tiering.evaluate" if detail["outcome"] == "NO_DATA" => vec![],
        "tiering.evaluate" => vec![("evaluations", 1)],
        "tiering.pin" => vec![("pins", 1)],
        "tiering.unpin" => vec![("lifted pins", 1)],
        "tasks.create" => vec![("tasks", 1), ("steps of tasks", 1)],
        "tasks.submit" | "tasks.confirm" | "tasks.verify" | "tasks.send_back" | "tasks.reassign"
        | "tasks.hand_over" | "tasks.cancel" | "tasks.escalate" => {
            // Done again, a verb changes nothing and names nothing.
            if target.is_some() { vec![("steps of tasks", 1)] } else { vec![] }
        }
        // What a use case of another context does to tasks; see tests/it/tasks/about.rs.
        "tests.tasks" | "team.remind_of_training" => {
            vec![("tasks", count("opened")), ("steps of tasks", count("steps"))]
        }
        "activity.record" => vec![("interactions", count("accepted"))],
        "team.record_staff_facts" => vec![("staff facts", count("recorded"))],
        "team.create_course" => vec![("courses", 1)],
        "team.publish_course_version" => vec![("versions of courses", 1)],
        "team.set_division_mode" if target.is_some() => vec![("divisions of groups", 1)],
        "team.confirm_training" | "team.record_completion" if target.is_some() => {
            vec![("completions", 1), ("steps of tasks", count("tasksClosed"))]
        }
        "team.allocate_place" if target.is_some() => vec![("training places", 1)],
        "team.confirm_training"
        | "team.record_completion"
        | "team.allocate_place"
        | "team.set_division_mode" => vec![],
        "team.record_leave" => vec![("leaves", i64::from(target.is_some()))],
        // Done again, or approved when it was there already, it adds nothing.
        "team.create_badge" | "team.award_badge" | "team.grant_bonus"
            if target.is_none_or(|target| target.starts_with("proposal:")) =>
        {
            vec![]
        }
        "team.create_badge" => vec![("badges", 1)],
        "team.award_badge" => vec![("awards", 1)],
        "team.grant_bonus" => vec![("bonuses", 1)],
        "team.create_training_offer" => vec![("training offers", 1)],
        "team.consider_promotion" => {
            vec![("proposals", 1), ("tasks", count("opened")), ("steps of tasks", count("opened"))]
        }
        "team.remove_member" | "team.suspend_member" => {
            vec![("steps of tasks", count("tasksPassedOn"))]
        }
        _ if NOTHING.contains(&verb) => vec![],
        _ => panic!("the books do not know what {verb} leaves behind"),
    }
}

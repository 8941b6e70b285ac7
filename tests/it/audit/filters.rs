//! The audit log, narrowed: what is found, in pages, and that an index finds it.

use qun_domain::access::Capability;
use qun_domain::command::Failure;
use qun_domain::groups::RenameCommunity;
use qun_infra::audit::{AuditPage, AuditRow, audit_page};
use qun_infra::db::OrgScope;

use crate::harness::{Backend, Org, TestQun, on_both};

on_both!(each_filter_narrows, pages_meet_without_gap, who_may_not_read_is_told_nothing);

async fn found(qun: &TestQun, scope: &OrgScope, page: AuditPage) -> Vec<AuditRow> {
    audit_page(&qun.read(scope), &page).await.expect("a page")
}

async fn verbs(qun: &TestQun, scope: &OrgScope, page: AuditPage) -> Vec<String> {
    found(qun, scope, page).await.into_iter().map(|row| row.verb).collect()
}

/// Moves the clock, so that what follows comes after what was.
fn later(qun: &TestQun) {
    qun.advance_to(qun.clock.now().plus_millis(1));
}

async fn each_filter_narrows(qun: &TestQun) {
    let Org { owner, admin, stranger, .. } = qun.with_org().await;
    later(qun);
    let plants = qun.community(&admin, "Plants").await;
    later(qun);
    let since = qun.clock.now();
    let rename = RenameCommunity { community: plants.id, name: "Roses".parse().expect("a name") };
    qun.done(&owner.clone().with_request_id("r-7"), rename).await;
    later(qun);
    let until = qun.clock.now();
    qun.group(&admin, "Garden", None).await;
    qun.community(&stranger, "Stones").await;

    let all = || AuditPage::newest(100);
    let (renamed, made) = ("groups.rename_community", "groups.create_community");
    let target = format!("community:{}", plants.id);
    let actor = Some(admin.actor().to_string());
    for (page, expected) in [
        (AuditPage { actor: actor.clone(), ..all() }, &["groups.create_group", made][..]),
        (AuditPage { actor, verb: Some(made.to_owned()), ..all() }, &[made]),
        (AuditPage { verb: Some(renamed.to_owned()), ..all() }, &[renamed]),
        (
            AuditPage { capability: Some(Capability::ManageGroups), ..all() },
            &["groups.create_group", renamed, made],
        ),
        (AuditPage { targets: vec![target.clone()], ..all() }, &[renamed, made]),
        (AuditPage { targets: vec!["organization".to_owned(), target], ..all() }, &[renamed, made]),
        (AuditPage { request_id: Some("r-7".to_owned()), ..all() }, &[renamed]),
        (AuditPage { since: Some(since), until: Some(until), ..all() }, &[renamed]),
        (AuditPage { since: Some(since), ..all() }, &["groups.create_group", renamed]),
        (AuditPage { since: Some(until), until: Some(since), ..all() }, &[]),
        (AuditPage { actor: Some("nobody".to_owned()), ..all() }, &[]),
    ] {
        assert_eq!(verbs(qun, &owner, page.clone()).await, expected, "{page:?}");
        let theirs = found(qun, &stranger, page.clone()).await;
        let ours = found(qun, &owner, all()).await;
        assert!(theirs.iter().all(|row| ours.iter().all(|other| other.id != row.id)), "{page:?}");
    }
}

async fn pages_meet_without_gap(qun: &TestQun) {
    let Org { owner, admin, .. } = qun.with_org().await;
    for name in ["a", "b", "c", "d", "e"] {
        // Two of one millisecond, and those are told apart by their ids.
        qun.community(&admin, name).await;
        qun.group(&admin, name, None).await;
        later(qun);
    }
    for narrowed in [
        AuditPage::default(),
        AuditPage { actor: Some(admin.actor().to_string()), ..AuditPage::default() },
        AuditPage { capability: Some(Capability::ManageGroups), ..AuditPage::default() },
    ] {
        let whole = found(qun, &owner, AuditPage { limit: 100, ..narrowed.clone() }).await;
        assert!(whole.is_sorted_by_key(|row| std::cmp::Reverse((row.at, row.id))) && whole.len() >= 10);
        let (mut paged, mut page) = (Vec::new(), AuditPage { limit: 3, ..narrowed });
        loop {
            let rows = found(qun, &owner, page.clone()).await;
            let Some(last) = rows.last() else { break };
            page.after = Some((last.at, last.id));
            paged.extend(rows);
        }
        assert_eq!(paged, whole);
    }
}

async fn who_may_not_read_is_told_nothing(qun: &TestQun) {
    let Org { admin, reader, .. } = qun.with_org().await;
    for scope in [&admin, &reader] {
        let page = audit_page(&qun.read(scope), &AuditPage::newest(1)).await;
        assert!(matches!(page, Err(Failure::Forbidden(Capability::ManageOrganization))), "{page:?}");
        let head = qun_infra::audit::audit_head(&qun.read(scope)).await;
        assert!(matches!(head, Err(Failure::Forbidden(Capability::ManageOrganization))), "{head:?}");
    }
}

/// Under row-level security, and with rows of other tenants beside: each filter is looked up in its
/// index, which gives the order too.
#[tokio::test]
async fn an_index_finds_what_is_asked_for() {
    let Some(qun) = TestQun::new(Backend::Postgres).await else { return };
    let Org { owner, stranger, .. } = qun.with_org().await;
    let raw = qun.login().await;
    for scope in [&owner, &stranger] {
        let sql = "INSERT INTO audit_log (org_id, id, at, actor, verb, capability, target, request_id)
                   SELECT $1, gen_random_uuid(), n, 'account:' || n % 50, 'access.log_in', 'READ',
                          'account:' || n % 20, 'r-' || n
                   FROM generate_series(1, 20000) AS n";
        raw.run(sql, vec![scope.org().0.into()]).await.expect("rows");
    }
    raw.script("ANALYZE audit_log").await;
    let app = qun.app().await;
    app.script(&format!("SET qun.org_id = '{}'", owner.org())).await;
    let after = "AND (at, id) < (15000, '00000000-0000-0000-0000-000000000000')";
    for (filter, index) in [
        ("", "audit_log_by_time"),
        ("AND at >= 100 AND at < 16000", "audit_log_by_time"),
        ("AND actor = 'account:7'", "audit_log_by_actor"),
        ("AND verb = 'groups.move_group'", "audit_log_by_verb"),
        ("AND capability = 'MANAGE_GROUPS'", "audit_log_by_capability"),
        ("AND target = 'account:7'", "audit_log_by_target"),
        ("AND request_id = 'r-77'", "audit_log_by_request"),
    ] {
        for after in ["", after] {
            let sql = format!(
                "EXPLAIN SELECT id, detail FROM audit_log WHERE org_id = '{}' {filter} {after}
                 ORDER BY at DESC, id DESC LIMIT 51",
                owner.org()
            );
            let plan = app.texts(&sql, vec![]).await.join("\n");
            assert!(plan.contains(index) && !plan.contains("Sort"), "{filter} {after}\n{plan}");
        }
    }
    qun.close().await;
}

use std::collections::BTreeMap;

use qun_domain::access::{Actor, Assignment, Capability, Standing};
use qun_domain::command::Failure;
use serde_json::json;

use super::*;
use crate::audit::{AuditPage, AuditRow, audit_page};
use crate::db::OrgRead;

on_both!(mutations_stand_in_the_log_newest_first, the_log_is_for_owners);

async fn mutations_stand_in_the_log_newest_first(db: Db) {
    let stage = Stage::new(db).await;
    let org = stage.organization("demo").await;
    stage.advance(1);
    let ann = stage.account("demo", "ann@example.org", ADMIN).await;
    stage.advance(1);
    let caller = Caller { request_id: Some("r-7".to_owned()), ..Caller::default() };
    stage.access.log_in("ann@example.org", PASSWORD, None, &caller).await.expect("a log-in");
    stage.advance(1);
    let life = std::time::Duration::from_mins(1);
    stage.access.token_for("ann@example.org", &slug("demo"), life).await.expect("a token");
    stage.organization("other").await;

    let read = OrgRead::open(&stage.db, &stage.operator("demo").await).expect("a door");
    let log = audit_page(&read, &AuditPage::newest(10)).await.expect("a page");
    let (ann, org) = (format!("account:{}", ann.id), format!("organization:{}", org.id));
    let told: Vec<_> =
        log.iter().map(|one| (one.verb.as_str(), one.actor.as_str(), one.target.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("access.issue_token", "operator", Some(ann.as_str())),
            ("access.log_in", ann.as_str(), Some(ann.as_str())),
            ("access.add_account", "operator", Some(ann.as_str())),
            ("tenancy.create_organization", "operator", Some(org.as_str())),
        ]
    );
    let times: Vec<i64> = log.iter().map(|one| one.at.millis() - at_start().millis()).collect();
    assert_eq!(times, [3, 2, 1, 0]);
    assert_eq!(log[1].request_id.as_deref(), Some("r-7"));
    assert_eq!((log[1].capability.as_str(), log[2].capability.as_str()), ("READ", "MANAGE_ORGANIZATION"));
    assert_eq!(log[0].detail, Some(json!({ "lifeSeconds": 60 })));
    let all = serde_json::to_string(&log.iter().map(|one| &one.detail).collect::<Vec<_>>()).expect("JSON");
    assert!(!all.contains("example.org") && !all.contains(PASSWORD), "{all}");

    let paged = pages(&read, 3).await;
    assert_eq!(paged, log);
}

async fn pages(read: &OrgRead, limit: u32) -> Vec<AuditRow> {
    let (mut all, mut asked) = (Vec::new(), AuditPage::newest(limit));
    loop {
        let page = audit_page(read, &asked).await.expect("a page");
        let Some(last) = page.last() else { return all };
        asked.after = Some((last.at, last.id));
        all.extend(page);
    }
}

async fn the_log_is_for_owners(db: Db) {
    let stage = Stage::new(db).await;
    let org = stage.organization("demo").await;
    let ann = stage.account("demo", "ann@example.org", ADMIN).await;
    for position in [OWNER, ADMIN, READER] {
        let assignment = Assignment { id: stage.ids.make(), position, is_acting: false };
        let actor = Actor::account(ann.id, Standing::new(vec![assignment], BTreeMap::new()));
        let read = OrgRead::open(&stage.db, &OrgScope::new(org.id, actor)).expect("a door");
        match audit_page(&read, &AuditPage::newest(1)).await {
            Ok(page) => assert_eq!((position, page.len()), (OWNER, 1)),
            Err(Failure::Forbidden(Capability::ManageOrganization)) => assert_ne!(position, OWNER),
            Err(other) => panic!("{other:?}"),
        }
    }
}

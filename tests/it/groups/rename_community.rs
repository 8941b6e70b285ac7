//! A community gets another name, and keeps everything else.

use futures_util::future::join;
use qun_domain::access::Capability;
use qun_domain::command::Failure;
use qun_domain::groups::{Community, RenameCommunity, RenameCommunityRefusal};
use qun_domain::id::CommunityId;
use qun_infra::groups::{communities, groups_by_id};

use crate::harness::{TestQun, on_both};

on_both!(
    a_community_is_renamed,
    renamed_again_nothing_changes,
    a_name_that_is_taken_is_refused,
    of_two_at_once_one_gets_the_name,
    an_unknown_community_is_not_found,
    a_foreign_community_is_not_found,
    who_may_only_read_renames_nothing,
);

fn rename(community: CommunityId, name: &str) -> RenameCommunity {
    RenameCommunity { community, name: name.parse().expect("a name") }
}

async fn count(qun: &TestQun, rows: &str) -> i64 {
    qun.system().await.count(&format!("SELECT COUNT(*) FROM {rows}"), vec![]).await
}

async fn a_community_is_renamed(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let animals = qun.community(&org.admin, "Animals").await;
    let group = qun.group(&org.admin, "Garden", Some(plants.id)).await;
    let renamed = qun.done(&org.admin, rename(plants.id, " Flowers ")).await;
    assert_eq!(renamed, Community { name: "Flowers".to_owned(), ..plants });
    let read = qun.read(&org.reader);
    let held = communities(&read, None, 10).await.expect("communities");
    assert_eq!(held, [animals, renamed], "no other is renamed, and the pages are in order of name");
    assert_eq!(groups_by_id(&read, &[group.id]).await.expect("groups"), [group]);
    let raw = qun.system().await;
    let told = raw.texts("SELECT detail FROM audit_log WHERE verb = 'groups.rename_community'", vec![]).await;
    let detail: serde_json::Value = serde_json::from_str(&told[0]).expect("JSON");
    assert_eq!(detail, serde_json::json!({ "name": { "before": "Plants", "after": "Flowers" } }));
    // The old name is free.
    qun.done(&org.admin, rename(held[0].id, "Plants")).await;
}

async fn renamed_again_nothing_changes(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let renamed = qun.done(&org.admin, rename(plants.id, "Flowers")).await;
    assert_eq!(qun.done(&org.admin, rename(plants.id, "Flowers")).await, renamed);
    assert_eq!(count(qun, "outbox WHERE name = 'groups.community_renamed'").await, 1);
}

async fn a_name_that_is_taken_is_refused(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    qun.community(&org.admin, "Animals").await;
    let refusal = qun.refused(&org.admin, rename(plants.id, "Animals")).await;
    assert_eq!(refusal, RenameCommunityRefusal::NameTaken);
    // A name is unique in its organization, and among communities.
    qun.community(&org.stranger, "Stones").await;
    qun.group(&org.admin, "Stones", None).await;
    assert_eq!(qun.done(&org.admin, rename(plants.id, "Stones")).await.name, "Stones");
}

async fn of_two_at_once_one_gets_the_name(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let animals = qun.community(&org.admin, "Animals").await;
    let (one, other) = join(
        qun.writer.execute(&org.admin, rename(plants.id, "Stones")),
        qun.writer.execute(&org.owner, rename(animals.id, "Stones")),
    )
    .await;
    let ((Ok(_), Err(lost)) | (Err(lost), Ok(_))) = (one, other) else { panic!("both got it, or neither") };
    assert!(matches!(lost, Failure::Refused(RenameCommunityRefusal::NameTaken)), "{lost:?}");
}

async fn an_unknown_community_is_not_found(qun: &TestQun) {
    let org = qun.with_org().await;
    let refusal = qun.refused(&org.admin, rename(qun.ids.make(), "Flowers")).await;
    assert_eq!(refusal, RenameCommunityRefusal::NoSuchCommunity);
}

async fn a_foreign_community_is_not_found(qun: &TestQun) {
    let org = qun.with_org().await;
    let theirs = qun.community(&org.stranger, "Theirs").await;
    for name in ["Flowers", "Theirs"] {
        let refusal = qun.refused(&org.admin, rename(theirs.id, name)).await;
        assert_eq!(refusal, RenameCommunityRefusal::NoSuchCommunity);
    }
    assert_eq!(qun.community(&org.stranger, "Theirs").await, theirs);
}

async fn who_may_only_read_renames_nothing(qun: &TestQun) {
    let org = qun.with_org().await;
    let plants = qun.community(&org.admin, "Plants").await;
    let failure = qun.writer.execute(&org.reader, rename(plants.id, "Flowers")).await;
    assert!(matches!(failure, Err(Failure::Forbidden(Capability::ManageGroups))), "{failure:?}");
}

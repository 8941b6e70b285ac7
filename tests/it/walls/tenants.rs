//! Two organizations with a row in every tenant table.

use qun_domain::activity::{Row, What};
use qun_domain::groups::{Community, Group, MoveGroup, Scope};
use qun_domain::id::{EvaluationId, PersonId, PinId};
use qun_domain::tiering::{PinTier, Tier};
use qun_infra::db::{OrgScope, RequestKey};
use qun_infra::streams::relay;
use qun_infra::tiering::{all_evaluations, each_score};
use sea_orm::prelude::Uuid;

use crate::harness::{Raw, TestQun, at, event, message, row};

/// What one of them has.
pub(super) struct Tenant {
    pub(super) scope: OrgScope,
    pub(super) community: Community,
    pub(super) group: Group,
    pub(super) person: PersonId,
    pub(super) evaluation: EvaluationId,
    pub(super) pin: PinId,
}

impl Tenant {
    pub(super) fn id(&self) -> Uuid {
        self.scope.org().0
    }
}

/// `acme` and `globex`, alike in everything but their ids.
pub(super) async fn two(qun: &TestQun) -> (Tenant, Tenant) {
    let org = qun.with_org().await;
    (tenant(qun, org.owner).await, tenant(qun, org.stranger).await)
}

async fn tenant(qun: &TestQun, scope: OrgScope) -> Tenant {
    let community = qun.community(&scope, "garden").await;
    let group = qun.group(&scope, "roses", Some(community.id)).await;
    qun.recorded(&scope, "roses", rows()).await;
    for of in [Scope::Organization, Scope::Community(community.id), Scope::Group(group.id)] {
        qun.publish(&scope, of, r#"{"tiering": {"newDays": 7}}"#).await;
    }
    let mut found = None;
    for of in [Scope::Community(community.id), Scope::Group(group.id)] {
        qun.evaluate(&scope, of).await;
        let read = qun.read(&scope);
        let evaluation = all_evaluations(&read, of).await.expect("evaluations")[0].id;
        let mut persons = Vec::new();
        each_score(&read, evaluation, |_, row| {
            persons.push(row.card.person);
            Ok(())
        })
        .await
        .expect("scores");
        let pin = PinTier {
            id: qun.ids.make(),
            scope: of,
            person: persons[0],
            tier: Tier::Core,
            reason: "because".to_owned(),
            expires_at: None,
        };
        let pin = qun.done(&scope, pin).await;
        found = Some((persons[0], evaluation, pin.id));
    }
    let (person, evaluation, pin) = found.expect("two scopes");
    keyed(qun, &scope, &group).await;
    relay(&qun.db, qun.clock.now()).await.expect("told events");
    add_job(&qun.system().await, scope.org().0).await;
    Tenant { scope, community, group, person, evaluation, pin }
}

/// A mutation under a key.
async fn keyed(qun: &TestQun, scope: &OrgScope, group: &Group) {
    let key = RequestKey::new("key", [0; 32]).expect("a key");
    let command = MoveGroup { group: group.id, community: group.community };
    let once = qun.writer.execute_once(scope, &key, command).await;
    assert!(matches!(once, Ok(Ok(_))), "a group that is where it was");
}

fn rows() -> Vec<Row> {
    let invited = What::Join { invited_by: Some("ann".to_owned()), via: None };
    vec![
        message("m1", "ann", at("2026-06-29 09:00")),
        row("j1", "bob", at("2026-06-29 09:01"), invited),
        row("r1", "bob", at("2026-06-29 09:02"), What::Reaction { target: "m1".to_owned(), emoji: None }),
        event("e1", at("2026-06-29 10:00"), at("2026-06-30 10:00"), false),
    ]
}

/// A job, as the scheduler would leave it.
async fn add_job(raw: &Raw, org: Uuid) {
    let sql = "INSERT INTO job (org_id, schedule, period, state, due_at, attempts, token, created_at)
               VALUES ($1, 'test', '2026-W27', 'DONE', 0, 1, 1, 0)";
    raw.run(sql, vec![org.into()]).await.expect("a job");
}

use qun_domain::command::Failure;
use qun_domain::id::OrgId;

use super::*;
use crate::access::{CreateOrganizationRefusal as Refusal, LogInProblem};
use crate::db::OrgRead;
use crate::tenancy::{organization, organization_by_slug, organizations};

on_both!(
    an_organization_is_created_with_its_owner,
    a_slug_is_taken_once,
    an_account_owns_two,
    bad_input_leaves_no_trace
);

async fn refusal(stage: &Stage, new: NewOrganization) -> Refusal {
    match create_organization(&stage.db, &stage.clock, &stage.ids, new).await {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("no refusal: {other:?}"),
    }
}

async fn an_organization_is_created_with_its_owner(db: Db) {
    let stage = Stage::new(db).await;
    let made = stage.organization("demo").await;
    assert_eq!(
        (made.slug.as_str(), made.name.as_str(), made.zone),
        ("demo", "城市花园", chrono_tz::Asia::Shanghai)
    );

    assert_eq!(organization_by_slug(&stage.db, &slug("demo")).await.expect("an answer"), Some(made.clone()));
    assert_eq!(organization_by_slug(&stage.db, &slug("other")).await.expect("an answer"), None);
    let read = OrgRead::open(&stage.db, &stage.operator("demo").await).expect("a door");
    assert_eq!(organization(&read).await.expect("an organization"), made);

    let owner =
        stage.access.log_in("owner@example.org", PASSWORD, None, &Caller::default()).await.expect("a log-in");
    assert_eq!(owner.account.display_name, "王芳");
    assert_eq!(owner.organization, made);
}

async fn a_slug_is_taken_once(db: Db) {
    let stage = Stage::new(db).await;
    let made = stage.organization("demo").await;
    assert_eq!(refusal(&stage, demo("demo")).await, Refusal::SlugTaken);
    assert_eq!(organizations(&stage.db).await.expect("organizations"), [made]);
}

async fn an_account_owns_two(db: Db) {
    let stage = Stage::new(db).await;
    let (b, a) = (stage.organization("b1").await, stage.organization("a1").await);
    assert_eq!(organizations(&stage.db).await.expect("organizations"), [a.clone(), b.clone()]);

    let mut third = demo("c1");
    third.owner_password = "another password".to_owned();
    create_organization(&stage.db, &stage.clock, &stage.ids, third).await.expect("an organization");
    let problem = stage
        .access
        .log_in("owner@example.org", "another password", None, &Caller::default())
        .await
        .expect_err("refused");
    assert!(matches!(problem, LogInProblem::BadCredentials), "{problem:?}");
    let problem = stage
        .access
        .log_in("owner@example.org", PASSWORD, None, &Caller::default())
        .await
        .expect_err("a choice");
    let LogInProblem::ChooseOrganization(choice) = problem else { panic!("no choice: {problem:?}") };
    assert_eq!(choice.iter().map(|one| one.slug.as_str()).collect::<Vec<_>>(), ["a1", "b1", "c1"]);
}

async fn bad_input_leaves_no_trace(db: Db) {
    let stage = Stage::new(db).await;
    let base = demo("demo");
    let blank = NewOrganization { name: " ".to_owned(), ..base.clone() };
    assert_eq!(refusal(&stage, blank).await, Refusal::BadName);
    let nameless = NewOrganization { owner_name: String::new(), ..base.clone() };
    assert_eq!(refusal(&stage, nameless).await, Refusal::BadOwnerName);
    let unreachable = NewOrganization { owner_email: "owner".to_owned(), ..base.clone() };
    assert_eq!(refusal(&stage, unreachable).await, Refusal::BadEmail);
    let open = NewOrganization { owner_password: "short".to_owned(), ..base };
    assert_eq!(refusal(&stage, open).await, Refusal::WeakPassword);

    assert_eq!(organizations(&stage.db).await.expect("organizations"), []);
    let nobody = crate::access::job_scope(OrgId(stage.ids.make()));
    let read = OrgRead::open(&stage.db, &nobody).expect("a door");
    assert!(organization(&read).await.is_err());
}

use qun_domain::access::{
    Capability, ENROLLMENT, RequireSecondFactor, RequireSecondFactorRefusal, SecondFactorRequired,
};
use qun_domain::command::{Failure, Outcome};

use super::super::store::on_both;
use super::*;
use crate::access::SessionProblem;
use crate::db::{OrgRead, Writer};
use crate::tenancy::requires_second_factor;

on_both!(
    who_has_none_cannot_require_one,
    sessions_without_one_end_here_alone,
    who_has_none_sets_it_up_at_log_in,
    each_log_in_without_a_code_shows_another_secret,
    no_way_leads_around_the_requirement,
    who_ends_his_own_is_out_where_it_is_required,
);

const OWNER: &str = "owner@example.org";
const ANN: &str = "ann@example.org";

/// `demo` and `other`, with the same owner, and ann in both.
async fn two(db: Db) -> Stage {
    let stage = Stage::new(db).await;
    for org in ["demo", "other"] {
        stage.organization(org).await;
        stage.account(org, ANN, ADMIN).await;
    }
    stage
}

async fn require(
    stage: &Stage,
    scope: &OrgScope,
    required: bool,
) -> Outcome<SecondFactorRequired, RequireSecondFactorRefusal> {
    let writer = Writer::new(stage.db.clone(), stage.clock.clone(), stage.ids.clone());
    let outcome = writer.execute(scope, RequireSecondFactor { required, session: scope.session() }).await;
    stage.access.forget_sessions();
    outcome
}

/// As `demo` does from now on.
async fn required(db: Db) -> (Stage, SetUp) {
    let stage = two(db).await;
    let owner = stage.set_up(OWNER).await;
    require(&stage, &owner.scope, true).await.expect("a rule");
    (stage, owner)
}

async fn is_required(stage: &Stage, org: &str) -> bool {
    let read = OrgRead::open(&stage.db, &stage.operator(org).await).expect("a door");
    requires_second_factor(&read).await.expect("an answer")
}

async fn enrolling(stage: &Stage, code: Option<&str>) -> Result<LoggedIn, LogInProblem> {
    let demo = slug("demo");
    let given = Credentials {
        email: ANN,
        password: PASSWORD,
        organization: Some(&demo),
        code: None,
        enrollment_code: code,
    };
    stage.access.log_in_with(given, &Caller::default()).await
}

async fn shown(stage: &Stage) -> App {
    match enrolling(stage, None).await {
        Err(LogInProblem::SecondFactorMissing(Some(enrollment))) => App::of(&enrollment),
        outcome => panic!("{outcome:?}"),
    }
}

async fn who_has_none_cannot_require_one(db: Db) {
    let stage = two(db).await;
    let (_, scope) = stage.entered(OWNER, None).await;
    stage.begun(&scope).await;
    let refused = require(&stage, &scope, true).await;
    assert!(
        matches!(refused, Err(Failure::Refused(RequireSecondFactorRefusal::NoSecondFactor))),
        "{refused:?}"
    );
    assert!(!is_required(&stage, "demo").await, "a refusal leaves no trace");
    let ann = stage.set_up(ANN).await;
    let forbidden = require(&stage, &ann.scope, true).await;
    assert!(matches!(forbidden, Err(Failure::Forbidden(Capability::ManageOrganization))), "{forbidden:?}");

    let owner = stage.set_up(OWNER).await;
    let life = std::time::Duration::from_mins(15);
    let token = stage.access.token_for(OWNER, &slug("demo"), life).await.expect("a token");
    let issued = stage.access.authenticate(&token.access_token).await.expect("a scope");
    let refused = require(&stage, &issued, true).await;
    assert!(matches!(refused, Err(Failure::Refused(_))), "no log-in has proven one: {refused:?}");
    for ended_sessions in [0, 0] {
        let settled = require(&stage, &owner.scope, true).await.expect("a rule");
        assert_eq!(settled, SecondFactorRequired { required: true, ended_sessions });
    }
    assert!(is_required(&stage, "demo").await && !is_required(&stage, "other").await);
    require(&stage, &issued, false).await.expect("no rule");
    assert!(!is_required(&stage, "demo").await);
}

async fn sessions_without_one_end_here_alone(db: Db) {
    let stage = two(db).await;
    let here = stage.tried(ANN, Some("demo"), None).await.expect("a log-in");
    let there = stage.tried(ANN, Some("other"), None).await.expect("a log-in");
    let owner = stage.set_up(OWNER).await;
    let settled = require(&stage, &owner.scope, true).await.expect("a rule");
    assert_eq!(settled.ended_sessions, 1);
    assert!(!stage.is_open(&here).await);
    assert!(stage.access.refresh(&here.refresh_token, &Caller::default()).await.is_err());
    assert!(stage.is_open(&there).await && stage.is_open(&owner.login).await);
    stage.tried(ANN, Some("other"), None).await.expect("what is required here is not required there");
}

async fn who_has_none_sets_it_up_at_log_in(db: Db) {
    let (stage, _) = required(db).await;
    let there = stage.tried(ANN, Some("other"), None).await.expect("a log-in");
    let app = shown(&stage).await;
    for bad in [WRONG, "", "ABCD-EFGH-IJKL-MNOP"] {
        let refused = enrolling(&stage, Some(bad)).await;
        assert!(matches!(refused, Err(LogInProblem::BadEnrollmentCode)), "{refused:?}");
    }
    stage.tried(ANN, Some("other"), None).await.expect("what is not confirmed has no effect");
    let code = app.shows(&stage, 0);
    let login = enrolling(&stage, Some(&code)).await.expect("a log-in");
    let recovery_codes = login.recovery_codes.clone().expect("recovery codes");
    assert_eq!(recovery_codes.len(), 10);
    assert!(stage.is_open(&login).await);
    assert!(!stage.is_open(&there).await, "sessions that proved nothing end");

    let again = enrolling(&stage, Some(&code)).await;
    assert!(matches!(again, Err(LogInProblem::SecondFactorRequired)), "{again:?}");
    assert!(is_bad(&stage.tried(ANN, Some("demo"), Some(&code)).await), "it was used");
    let (login, _) = stage.entered(ANN, Some(&app.shows(&stage, 1))).await;
    assert_eq!(login.recovery_codes, None, "they are shown once");
    stage.entered(ANN, Some(&recovery_codes[0])).await;
}

async fn each_log_in_without_a_code_shows_another_secret(db: Db) {
    let (stage, _) = required(db).await;
    // Somebody who knows the password has seen the first one.
    let (seen, last) = (shown(&stage).await, shown(&stage).await);
    let refused = enrolling(&stage, Some(&seen.shows(&stage, 0))).await;
    assert!(matches!(refused, Err(LogInProblem::BadEnrollmentCode)), "{refused:?}");
    stage.advance(ENROLLMENT);
    let late = enrolling(&stage, Some(&last.shows(&stage, 0))).await;
    assert!(matches!(late, Err(LogInProblem::SecondFactorMissing(Some(_)))), "{late:?}");
    let app = shown(&stage).await;
    enrolling(&stage, Some(&app.shows(&stage, 0))).await.expect("a log-in");
}

async fn no_way_leads_around_the_requirement(db: Db) {
    let (stage, owner) = required(db).await;
    let there = stage.tried(ANN, Some("other"), None).await.expect("a log-in");
    let scope = stage.access.authenticate(&there.access_token).await.expect("a scope");
    let switched = stage.access.switch_organization(&scope, &slug("demo"), &Caller::default()).await;
    assert!(matches!(switched, Err(SessionProblem::SecondFactorMissing)), "{switched:?}");
    // A code of the enrollment is none of a second factor.
    let app = shown(&stage).await;
    let code = app.shows(&stage, 0);
    let refused = stage.tried(ANN, Some("demo"), Some(&code)).await;
    assert!(matches!(refused, Err(LogInProblem::SecondFactorMissing(_))), "{refused:?}");
    // Set up in one organization, it is good in all.
    let app = stage.begun(&scope).await;
    stage.access.confirm_second_factor(&scope, &app.shows(&stage, 0)).await.expect("recovery codes");
    let switched = stage.access.switch_organization(&scope, &slug("demo"), &Caller::default()).await;
    assert!(stage.is_open(&switched.expect("a session")).await);
    let lifted = require(&stage, &owner.scope, false).await.expect("no rule");
    assert_eq!(lifted, SecondFactorRequired { required: false, ended_sessions: 0 });
}

async fn who_ends_his_own_is_out_where_it_is_required(db: Db) {
    let (stage, owner) = required(db).await;
    let caller = Caller::default();
    let there = stage.access.switch_organization(&owner.scope, &slug("other"), &caller).await;
    let there = there.expect("a session");
    let code = &owner.recovery_codes[0];
    stage.access.end_second_factor(&owner.scope, PASSWORD, code, &caller).await.expect("an end");
    assert!(!stage.is_open(&owner.login).await, "here it is required");
    assert!(stage.is_open(&there).await, "there it is not");
    let scope = stage.access.authenticate(&there.access_token).await.expect("a scope");
    let refused = require(&stage, &scope, true).await;
    assert!(matches!(refused, Err(Failure::Refused(_))), "the session has nothing proven any more");
    let switched = stage.access.switch_organization(&scope, &slug("demo"), &caller).await;
    assert!(matches!(switched, Err(SessionProblem::SecondFactorMissing)), "{switched:?}");
}

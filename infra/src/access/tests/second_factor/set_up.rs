use super::super::store::on_both;
use super::*;
use crate::access::{EndSecondFactorRefusal, SecondFactorState};
use crate::audit::{AuditPage, audit_page};
use crate::db::OrgRead;
use qun_domain::access::ENROLLMENT;
use qun_domain::command::Failure;

on_both!(
    what_was_not_confirmed_has_no_effect,
    the_secret_that_was_shown_last_counts,
    a_code_is_asked_for_after_the_right_password,
    sessions_that_proved_nothing_end,
    a_code_is_kept_for_who_has_to_choose,
    a_recovery_code_is_good_once,
    recovery_codes_are_renewed,
    it_ends_for_a_password_and_a_code,
    the_operator_lets_in_who_lost_it,
    only_who_logged_in_has_one,
    each_step_is_told,
);

const OWNER: &str = "owner@example.org";

async fn demo_stage(db: Db) -> Stage {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    stage
}

async fn state(stage: &Stage, scope: &OrgScope) -> Option<SecondFactorState> {
    stage.access.second_factor(scope).await.expect("an answer")
}

async fn what_was_not_confirmed_has_no_effect(db: Db) {
    let stage = demo_stage(db).await;
    let caller = Caller::default();
    let (_, scope) = stage.entered(OWNER, None).await;
    let wrong = stage.access.begin_second_factor(&scope, "wrong horse", &caller).await;
    assert!(matches!(wrong, Err(SecondFactorProblem::WrongPassword)), "{wrong:?}");
    let nothing = stage.access.confirm_second_factor(&scope, "123456").await;
    assert!(matches!(nothing, Err(SecondFactorProblem::NotBegun)), "{nothing:?}");

    let app = stage.begun(&scope).await;
    assert_eq!(state(&stage, &scope).await, None);
    stage.entered(OWNER, None).await;
    stage.entered(OWNER, Some(WRONG)).await;
    let ended = stage.access.end_second_factor(&scope, PASSWORD, &app.shows(&stage, 0), &caller).await;
    assert!(matches!(ended, Err(SecondFactorProblem::NotActive)), "{ended:?}");
    for bad in [WRONG, "", &app.shows(&stage, 2), "ABCD-EFGH-IJKL-MNOP"] {
        let bad = stage.access.confirm_second_factor(&scope, bad).await;
        assert!(matches!(bad, Err(SecondFactorProblem::BadCode)), "{bad:?}");
    }
    assert_eq!(state(&stage, &scope).await, None);

    stage.advance(ENROLLMENT);
    let late = stage.access.confirm_second_factor(&scope, &app.shows(&stage, 0)).await;
    assert!(matches!(late, Err(SecondFactorProblem::NotBegun)), "{late:?}");
    stage.entered(OWNER, None).await;
}

async fn the_secret_that_was_shown_last_counts(db: Db) {
    let stage = demo_stage(db).await;
    let (_, scope) = stage.entered(OWNER, None).await;
    let (first, last) = (stage.begun(&scope).await, stage.begun(&scope).await);
    let old = stage.access.confirm_second_factor(&scope, &first.shows(&stage, 0)).await;
    assert!(matches!(old, Err(SecondFactorProblem::BadCode)), "{old:?}");
    let codes = stage.access.confirm_second_factor(&scope, &last.shows(&stage, 0)).await;
    let codes = codes.expect("recovery codes");
    assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10, "{codes:?}");
    let expected = SecondFactorState { active_since: stage.clock.now(), recovery_codes_left: 10 };
    assert_eq!(state(&stage, &scope).await, Some(expected));

    let again = stage.access.confirm_second_factor(&scope, &last.shows(&stage, 1)).await;
    assert!(matches!(again, Err(SecondFactorProblem::Active)), "{again:?}");
    let begun = stage.access.begin_second_factor(&scope, PASSWORD, &Caller::default()).await;
    assert!(matches!(begun, Err(SecondFactorProblem::Active)), "{begun:?}");
    stage.entered(OWNER, Some(&last.shows(&stage, 1))).await;
}

async fn a_code_is_asked_for_after_the_right_password(db: Db) {
    let stage = demo_stage(db).await;
    let SetUp { app, .. } = stage.set_up(OWNER).await;
    let wrong = Credentials {
        email: OWNER,
        password: "wrong horse",
        code: Some(&app.shows(&stage, 1)),
        ..Credentials::default()
    };
    let problem = stage.access.log_in_with(wrong, &Caller::default()).await;
    assert!(matches!(problem, Err(LogInProblem::BadCredentials)), "{problem:?}");
    let missing = stage.tried(OWNER, None, None).await;
    assert!(matches!(missing, Err(LogInProblem::SecondFactorRequired)), "{missing:?}");
    let used = app.shows(&stage, 0);
    for bad in [WRONG, "", "12345", "no code at all", &app.shows(&stage, -1), &app.shows(&stage, 2), &used] {
        assert!(is_bad(&stage.tried(OWNER, None, Some(bad)).await), "{bad}");
        stage.advance(3 * 60 * 1_000);
    }

    let code = app.shows(&stage, 0);
    stage.entered(OWNER, Some(&code)).await;
    for _ in 0..2 {
        assert!(is_bad(&stage.tried(OWNER, None, Some(&code)).await), "it was used");
        stage.advance(29 * 1_000);
    }
    let next = app.shows(&stage, 1);
    stage.entered(OWNER, Some(&format!(" {} {}", &next[..3], &next[3..]))).await;
}

async fn sessions_that_proved_nothing_end(db: Db) {
    let stage = demo_stage(db).await;
    stage.organization("other").await;
    let (here, _) = stage.entered(OWNER, None).await;
    let there = stage.tried(OWNER, Some("other"), None).await.expect("a log-in");
    let SetUp { login, scope, .. } = stage.set_up(OWNER).await;
    assert!(!stage.is_open(&here).await && !stage.is_open(&there).await);
    assert!(stage.access.refresh(&there.refresh_token, &Caller::default()).await.is_err());
    assert!(stage.is_open(&login).await, "in this one it was proven");
    let further = stage.access.switch_organization(&scope, &slug("other"), &Caller::default()).await;
    assert!(stage.is_open(&further.expect("a session")).await, "and so in what comes of it");
}

async fn a_code_is_kept_for_who_has_to_choose(db: Db) {
    let stage = demo_stage(db).await;
    stage.organization("other").await;
    let SetUp { app, recovery_codes, .. } = stage.set_up(OWNER).await;
    let blind = stage.tried(OWNER, None, None).await;
    assert!(matches!(blind, Err(LogInProblem::SecondFactorRequired)), "{blind:?}");
    for code in [&app.shows(&stage, 1), &recovery_codes[0]] {
        let choice = stage.tried(OWNER, None, Some(code)).await;
        assert!(
            matches!(&choice, Err(LogInProblem::ChooseOrganization(two)) if two.len() == 2),
            "{choice:?}"
        );
        let elsewhere = stage.tried(OWNER, Some("nowhere"), Some(code)).await;
        assert!(matches!(elsewhere, Err(LogInProblem::BadCredentials)), "{elsewhere:?}");
        stage.tried(OWNER, Some("other"), Some(code)).await.expect("a log-in");
        assert!(is_bad(&stage.tried(OWNER, Some("other"), Some(code)).await));
    }
}

async fn a_recovery_code_is_good_once(db: Db) {
    let stage = demo_stage(db).await;
    let SetUp { app, recovery_codes, scope, .. } = stage.set_up(OWNER).await;
    stage.account("demo", "ann@example.org", ADMIN).await;
    let ann = stage.set_up("ann@example.org").await;
    assert!(is_bad(&stage.tried(OWNER, None, Some(&ann.recovery_codes[0])).await), "another's");
    stage.entered(OWNER, Some(&recovery_codes[0].to_lowercase().replace('-', " "))).await;
    assert!(is_bad(&stage.tried(OWNER, None, Some(&recovery_codes[0])).await));
    stage.entered(OWNER, Some(&recovery_codes[1])).await;
    assert_eq!(state(&stage, &scope).await.expect("a factor").recovery_codes_left, 8);
    stage.entered(OWNER, Some(&app.shows(&stage, 1))).await;
}

async fn recovery_codes_are_renewed(db: Db) {
    let stage = demo_stage(db).await;
    let caller = Caller::default();
    let SetUp { app, recovery_codes: old, scope, .. } = stage.set_up(OWNER).await;
    let renew =
        async |password, code: &str| stage.access.renew_recovery_codes(&scope, password, code, &caller).await;
    let wrong = renew("wrong horse", &app.shows(&stage, 1)).await;
    assert!(matches!(wrong, Err(SecondFactorProblem::WrongPassword)), "{wrong:?}");
    let wrong = renew(PASSWORD, WRONG).await;
    assert!(matches!(wrong, Err(SecondFactorProblem::BadCode)), "{wrong:?}");
    let new = renew(PASSWORD, &old[0]).await.expect("other codes");
    assert_eq!(new.len(), 10);
    for code in &old[..3] {
        assert!(is_bad(&stage.tried(OWNER, None, Some(code)).await));
    }
    stage.entered(OWNER, Some(&new[0])).await;
}

async fn it_ends_for_a_password_and_a_code(db: Db) {
    let stage = demo_stage(db).await;
    let caller = Caller::default();
    let SetUp { app, recovery_codes, login, scope } = stage.set_up(OWNER).await;
    let end =
        async |password, code: &str| stage.access.end_second_factor(&scope, password, code, &caller).await;
    let wrong = end("wrong horse", &app.shows(&stage, 1)).await;
    assert!(matches!(wrong, Err(SecondFactorProblem::WrongPassword)), "{wrong:?}");
    for used in [app.shows(&stage, 0), WRONG.to_owned()] {
        let wrong = end(PASSWORD, &used).await;
        assert!(matches!(wrong, Err(SecondFactorProblem::BadCode)), "{wrong:?}");
    }
    end(PASSWORD, &recovery_codes[3]).await.expect("an end");
    assert_eq!(state(&stage, &scope).await, None);
    assert!(stage.is_open(&login).await, "nobody requires one");
    stage.entered(OWNER, None).await;
    let again = end(PASSWORD, &recovery_codes[4]).await;
    assert!(matches!(again, Err(SecondFactorProblem::NotActive)), "{again:?}");

    let other = stage.set_up(OWNER).await;
    assert!(is_bad(&stage.tried(OWNER, None, Some(&app.shows(&stage, 1))).await), "of the app before");
    assert!(is_bad(&stage.tried(OWNER, None, Some(&recovery_codes[4])).await), "and of its codes");
    stage.entered(OWNER, Some(&other.app.shows(&stage, 1))).await;
}

async fn the_operator_lets_in_who_lost_it(db: Db) {
    let stage = demo_stage(db).await;
    let end = async |email| stage.access.end_second_factor_of(email).await;
    for nobody in ["nobody@example.org", "no address"] {
        let refused = end(nobody).await;
        assert!(matches!(refused, Err(Failure::Refused(EndSecondFactorRefusal::NoSuchAccount))), "{nobody}");
    }
    let (_, scope) = stage.entered(OWNER, None).await;
    stage.begun(&scope).await;
    let refused = end(OWNER).await;
    assert!(matches!(refused, Err(Failure::Refused(EndSecondFactorRefusal::NotActive))), "{refused:?}");
    let SetUp { login, .. } = stage.set_up(OWNER).await;
    let (account, ended) = end(" Owner@example.org").await.expect("an end");
    assert_eq!((account.email.as_str(), ended), (OWNER, 1));
    assert!(!stage.is_open(&login).await, "whoever has the device is out");
    stage.entered(OWNER, None).await;
    let read = OrgRead::open(&stage.db, &stage.operator("demo").await).expect("a door");
    let page = audit_page(&read, &AuditPage::newest(100)).await.expect("a page");
    let by_operator: Vec<_> =
        page.iter().filter(|entry| entry.actor == "operator").map(|entry| entry.verb.as_str()).collect();
    assert!(by_operator.contains(&"access.end_second_factor"), "{by_operator:?}");
    assert!(by_operator.contains(&"access.end_session"), "{by_operator:?}");
}

async fn only_who_logged_in_has_one(db: Db) {
    let stage = demo_stage(db).await;
    let caller = Caller::default();
    let life = std::time::Duration::from_mins(15);
    let token = stage.access.token_for(OWNER, &slug("demo"), life).await.expect("a token");
    let issued = stage.access.authenticate(&token.access_token).await.expect("a scope");
    let access = &stage.access;
    for problem in [
        access.second_factor(&issued).await.map(|_| ()),
        access.begin_second_factor(&issued, PASSWORD, &caller).await.map(|_| ()),
        access.confirm_second_factor(&issued, "123456").await.map(|_| ()),
        access.end_second_factor(&issued, PASSWORD, "123456", &caller).await,
        access.renew_recovery_codes(&issued, PASSWORD, "123456", &caller).await.map(|_| ()),
    ] {
        assert!(matches!(problem, Err(SecondFactorProblem::NoSession)), "{problem:?}");
    }
}

/// Both organizations of the account read of it.
async fn each_step_is_told(db: Db) {
    let stage = demo_stage(db).await;
    stage.organization("other").await;
    let SetUp { recovery_codes, scope, .. } = stage.set_up(OWNER).await;
    let caller = Caller::default();
    stage.entered(OWNER, Some(&recovery_codes[0])).await;
    let access = &stage.access;
    let codes = access.renew_recovery_codes(&scope, PASSWORD, &recovery_codes[1], &caller).await;
    access.end_second_factor(&scope, PASSWORD, &codes.expect("codes")[0], &caller).await.expect("an end");
    for org in ["demo", "other"] {
        let read = OrgRead::open(&stage.db, &stage.operator(org).await).expect("a door");
        let page = audit_page(&read, &AuditPage::newest(100)).await.expect("a page");
        let mut told: Vec<_> = page
            .iter()
            .filter(|entry| entry.verb.contains("second_factor") || entry.verb.contains("recovery"))
            .map(|entry| (entry.verb.as_str(), entry.target.as_deref() == Some(entry.actor.as_str())))
            .collect();
        told.sort_unstable();
        let expected = [
            ("access.activate_second_factor", true),
            ("access.begin_second_factor", true),
            ("access.end_second_factor", true),
            ("access.renew_recovery_codes", true),
        ];
        assert_eq!(told, expected, "{org}");
        if org == "demo" {
            let mut proofs: Vec<_> = page
                .iter()
                .filter(|entry| entry.verb == "access.log_in")
                .map(|entry| entry.detail.as_ref().expect("a detail")["secondFactor"].to_string())
                .collect();
            proofs.sort_unstable();
            assert_eq!(proofs, ["\"RECOVERY_CODE\"", "null"]);
        }
    }
}

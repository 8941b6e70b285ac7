use std::time::Duration;

use qun_domain::locale::Locale;

use super::*;
use crate::access::{AccountChange, LocaleChange, UpdateAccountProblem};
use crate::audit::{AuditPage, audit_page};
use crate::db::OrgRead;

on_both!(
    an_account_says_what_it_is_called,
    an_account_is_spoken_to_in_its_language,
    every_organization_reads_of_it_once,
);

const OWNER: &str = "owner@example.org";

async fn entered(stage: &Stage) -> (String, OrgScope) {
    let login = stage.access.log_in(OWNER, PASSWORD, Some(&slug("demo")), &Caller::default()).await;
    let token = login.expect("a log-in").access_token;
    let scope = stage.access.authenticate(&token).await.expect("a scope");
    (token, scope)
}

fn language(locale: LocaleChange) -> AccountChange {
    AccountChange { display_name: None, locale }
}

async fn an_account_says_what_it_is_called(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let (_, scope) = entered(&stage).await;
    let name = AccountChange {
        display_name: Some("小王".parse().expect("a name")),
        ..language(LocaleChange::Keep)
    };
    let changed = stage.access.update_account(&scope, name).await.expect("a change");
    assert_eq!((changed.display_name.as_str(), changed.locale), ("小王", None));
    let found = stage.access.account_of(&scope).await.expect("an answer");
    assert_eq!(found, Some(changed));

    let token = stage.access.token_for(OWNER, &slug("demo"), Duration::from_mins(15)).await.expect("a token");
    let issued = stage.access.authenticate(&token.access_token).await.expect("a scope");
    let refused = stage.access.update_account(&issued, AccountChange::default()).await;
    assert!(matches!(refused, Err(UpdateAccountProblem::NoSession)), "{refused:?}");
}

async fn an_account_is_spoken_to_in_its_language(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    let other = stage.other_process(2).await;
    let (token, scope) = entered(&stage).await;
    let life = Duration::from_mins(15);
    let issued = stage.access.token_for(OWNER, &slug("demo"), life).await.expect("a token").access_token;
    for (change, locale) in [
        (LocaleChange::Keep, None),
        (LocaleChange::Set(Locale::ZhCn), Some(Locale::ZhCn)),
        (LocaleChange::Set(Locale::En), Some(Locale::En)),
        (LocaleChange::Keep, Some(Locale::En)),
        (LocaleChange::Clear, None),
    ] {
        other.authenticate(&token).await.expect("a scope");
        stage.access.update_account(&scope, language(change)).await.expect("a change");
        for token in [&token, &issued] {
            let scope = stage.access.authenticate(token).await.expect("a scope");
            assert_eq!(scope.locale(), locale, "at once");
        }
        stage.advance(10_000);
        assert_eq!(other.authenticate(&token).await.expect("a scope").locale(), locale, "in ten seconds");
    }
}

async fn every_organization_reads_of_it_once(db: Db) {
    let stage = Stage::new(db).await;
    stage.organization("demo").await;
    stage.organization("other").await;
    let (_, scope) = entered(&stage).await;
    for change in [LocaleChange::Set(Locale::ZhCn), LocaleChange::Set(Locale::ZhCn), LocaleChange::Clear] {
        stage.access.update_account(&scope, language(change)).await.expect("a change");
        stage.advance(1);
    }
    for org in ["demo", "other"] {
        let read = OrgRead::open(&stage.db, &stage.operator(org).await).expect("a door");
        let page = audit_page(&read, &AuditPage::newest(100)).await.expect("a page");
        let told: Vec<_> = page
            .iter()
            .rev()
            .filter(|entry| entry.verb == "access.update_account")
            .map(|entry| entry.detail.as_ref().expect("a detail").to_string())
            .collect();
        assert_eq!(told, [r#"{"locale":"zh-CN"}"#, r#"{"locale":null}"#], "{org}");
    }
}

use uuid::Uuid;

use super::*;
use crate::id::PersonId;
use crate::policy::Normalization;
use crate::tiering::fixtures::{ALL, CHAT_ALONE, contribution};
use crate::tiering::{Contribution, MemberFacts, Previous, ScopeFacts, Tier, evaluate};

fn member() -> MemberFacts {
    MemberFacts {
        person: PersonId(Uuid::nil()),
        age_days: 207,
        contribution: Contribution { counted: 48, counted_in_week: 12, ..Contribution::default() },
        strikes: 0,
        sign_within_silent: true,
        sign_within_fading: true,
        previous: None,
        pinned: None,
    }
}

fn texts(policy: &TieringPolicy, member: MemberFacts, all: bool, locale: Locale) -> Vec<String> {
    let applicability = if all { ALL } else { CHAT_ALONE };
    let scope = ScopeFacts { observed_long_enough: true, applicability };
    let card = evaluate(policy, &scope, &[member]).remove(0);
    explain(policy, &card, locale).into_iter().map(|sentence| sentence.text).collect()
}

#[test]
fn a_member_reads_what_the_score_is_made_of() {
    let policy = TieringPolicy::default();
    assert_eq!(
        texts(&policy, member(), false, Locale::En),
        [
            "You wrote 12 counted messages a week on average of four weeks, worth 68.7 of 100; it carries 90 % of the score.",
            "You had no strikes in the last 180 days, worth 100.0 of 100; it carries 10 % of the score.",
            "Your score is 71.8 of 100, which lies in the active band.",
            "The score is at least 60 and not above 80.",
            "This is your first tier: active.",
            "Events do not count this month: fewer than 3 people had any in the 90 days before it.",
            "Invitations do not count this month: fewer than 3 people had any in the 90 days before it.",
            "Content and reactions do not count this month: fewer than 3 people had any in the 90 days before it.",
        ]
    );
    assert_eq!(
        texts(&policy, member(), false, Locale::ZhCn)[..3],
        [
            "按最近四周平均，您每周有 12 条计入的消息，折合 68.7 分（满分 100），占总分的 90%。",
            "最近 180 天您有 0 次违规，折合 100.0 分（满分 100），占总分的 10%。",
            "您的总分为 71.8 分（满分 100），位于活跃区间。",
        ]
    );
}

#[test]
fn every_dimension_has_its_numbers() {
    let done = Contribution {
        counted: 3,
        quality_hundredths: 110,
        attended: 1,
        open: 3,
        invited: 1,
        ..contribution(1)
    };
    let facts = MemberFacts { age_days: 21, strikes: 2, contribution: done, ..member() };
    let policy = TieringPolicy::default();
    assert_eq!(
        texts(&policy, facts, true, Locale::En)[..5],
        [
            "You wrote 1 counted message a week on average of three weeks, worth 43.1 of 100; it carries 30 % of the score.",
            "Your accepted content and the people who reacted to you in the last 28 days count 1.1 (50 points of content, or 10 people, count 1), worth 76.2 of 100; it carries 25 % of the score.",
            "You took part in 33.3 % of the events that were open to you in the last 28 days, worth 60.0 of 100; it carries 20 % of the score.",
            "1 person whom you invited joined in the last 90 days and stayed at least 7 days, worth 80.0 of 100; it carries 15 % of the score.",
            "You had 2 strikes in the last 180 days, worth 25.0 of 100; it carries 10 % of the score.",
        ]
    );
}

#[test]
fn every_reason_has_a_sentence_in_both_languages() {
    let policy = TieringPolicy { normalization: Normalization::Percentile, ..TieringPolicy::default() };
    let scope = ScopeFacts { observed_long_enough: true, applicability: CHAT_ALONE };
    let mut card = evaluate(&policy, &scope, &[member()]).remove(0);
    card.reasons = Reason::ALL.iter().copied().collect();
    card.previous_tier = Some(Tier::Core);
    for locale in Locale::ALL {
        let sentences = explain(&policy, &card, locale);
        let told = sentences.iter().filter(|sentence| matches!(sentence.about, About::Reason(_)));
        assert_eq!(told.count(), Reason::ALL.len());
        let end = if locale == Locale::En { '.' } else { '。' };
        assert!(sentences.iter().all(|sentence| sentence.text.ends_with(end)));
    }
}

#[test]
fn a_pin_is_told_as_a_decision() {
    let previous =
        Previous { tier: Tier::Core, pinned: true, lower_than_core: 3, lower_than_active: 0, watch: false };
    let facts = MemberFacts { pinned: Some(Tier::Core), previous: Some(previous), ..member() };
    let texts = texts(&TieringPolicy::default(), facts, false, Locale::En);
    let told = "The tier core is held by a decision of the group's operators; the week alone gives active.";
    assert!(texts.iter().any(|text| text == told), "{texts:?}");
}

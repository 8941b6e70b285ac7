use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::PersonId;
use crate::policy::Normalization;
use crate::tiering::fixtures::{ALL, CHAT_ALONE, contribution};
use crate::tiering::{Contribution, Previous};

fn scope() -> ScopeFacts {
    ScopeFacts { observed_long_enough: true, applicability: CHAT_ALONE }
}

fn member(counted: u32) -> MemberFacts {
    MemberFacts {
        person: PersonId(Uuid::from_u128(u128::from(counted))),
        age_days: 207,
        contribution: Contribution { counted, ..contribution(counted / 4) },
        strikes: 0,
        sign_within_silent: true,
        sign_within_fading: true,
        previous: None,
        pinned: None,
    }
}

fn previous(tier: Tier) -> Previous {
    Previous { tier, pinned: false, lower_than_core: 0, lower_than_active: 0, watch: false }
}

fn card(policy: &TieringPolicy, member: MemberFacts) -> Scorecard {
    evaluate(policy, &scope(), &[member]).remove(0)
}

#[test]
fn a_member_who_did_nothing_keeps_the_clean_record() {
    let card = card(&TieringPolicy::default(), MemberFacts { sign_within_fading: false, ..member(0) });
    assert_eq!((card.score, card.band, card.tier), (Some(10.0), Some(Band::Watch), Tier::Ordinary));
    assert!(card.watch && card.fading && !card.fell_to_watch);
    assert_eq!(
        card.reasons.to_text(),
        "BAND_WATCH FADING FIRST TOO_FEW_VALUES(events) TOO_FEW_VALUES(invites) TOO_FEW_VALUES(quality)"
    );
    assert_eq!(card.weights.map(|weights| (weights.frequency, weights.quality)), Some((Some(90.0), None)));
}

#[test]
fn frequency_is_by_the_days_of_membership() {
    let policy = TieringPolicy::default();
    for (age_days, raw) in [(14, 10.0), (20, 7.0), (27, 140.0 / 27.0), (28, 5.0), (400, 5.0)] {
        let card = card(&policy, MemberFacts { age_days, ..member(20) });
        assert_eq!(card.raw.and_then(|raw| raw.frequency), Some(raw), "{age_days}");
    }
}

#[test]
fn the_edges_of_new_and_silent() {
    let policy = TieringPolicy::default();
    let mute = MemberFacts { sign_within_silent: false, sign_within_fading: false, ..member(0) };
    for (age_days, tier) in [(13, Tier::New), (14, Tier::Ordinary), (89, Tier::Ordinary), (90, Tier::Silent)]
    {
        assert_eq!(card(&policy, MemberFacts { age_days, ..mute }).tier, tier, "{age_days}");
    }
    let unseen = ScopeFacts { observed_long_enough: false, ..scope() };
    assert_eq!(evaluate(&policy, &unseen, &[mute])[0].tier, Tier::Ordinary);
    let newcomer = card(&policy, MemberFacts { age_days: 13, ..mute });
    assert_eq!((newcomer.score, newcomer.reasons.to_text().as_str()), (None, "NEWCOMER"));
    assert!(newcomer.new && !newcomer.fading && !newcomer.watch && newcomer.raw.is_none());
}

#[test]
fn silence_is_set_at_once_and_carries_the_streaks() {
    let policy = TieringPolicy::default();
    let before = Previous { lower_than_core: 4, lower_than_active: 1, ..previous(Tier::Core) };
    let mute = MemberFacts { sign_within_silent: false, sign_within_fading: false, ..member(0) };
    let card = card(&policy, MemberFacts { previous: Some(before), ..mute });
    assert_eq!((card.tier, card.week_tier, card.score), (Tier::Silent, Tier::Silent, Some(10.0)));
    assert_eq!((card.lower_than_core, card.lower_than_active), (4, 1));
    assert!(card.silent && !card.fading && card.watch && !card.fell_to_watch);
    assert!(card.reasons.contains(Reason::Silent) && card.reasons.contains(Reason::BandWatch));
}

#[test]
fn a_pin_wins_and_leaves_nothing_behind() {
    let policy = TieringPolicy::default();
    let pinned =
        MemberFacts { pinned: Some(Tier::Core), previous: Some(previous(Tier::Ordinary)), ..member(4) };
    let held = card(&policy, pinned);
    assert_eq!((held.tier, held.week_tier, held.pinned), (Tier::Core, Tier::Ordinary, true));
    assert!(held.reasons.contains(Reason::Up));
    assert_eq!(held.lower_than_core, 1);
    let again = card(&policy, MemberFacts { previous: Some(held.as_previous()), ..pinned });
    assert!(again.reasons.contains(Reason::Same));
    let ended = card(&policy, MemberFacts { pinned: None, previous: Some(again.as_previous()), ..pinned });
    assert_eq!((ended.tier, ended.reasons.contains(Reason::Down)), (Tier::Ordinary, true));
    let newcomer = card(&policy, MemberFacts { age_days: 1, ..pinned });
    assert_eq!((newcomer.tier, newcomer.week_tier, newcomer.score), (Tier::Core, Tier::New, None));
    let mute = card(&policy, MemberFacts { sign_within_silent: false, ..pinned });
    assert_eq!((mute.tier, mute.week_tier, mute.silent), (Tier::Core, Tier::Silent, true));
}

#[test]
fn the_review_queue_takes_those_who_fell() {
    let policy = TieringPolicy::default();
    let fell = |previous| card(&policy, MemberFacts { previous, ..member(0) }).fell_to_watch;
    assert!(fell(Some(previous(Tier::Ordinary))));
    assert!(!fell(Some(Previous { watch: true, ..previous(Tier::Ordinary) })));
    assert!(!fell(Some(previous(Tier::New))));
    assert!(!fell(None));
}

#[test]
fn events_that_were_not_open_do_not_count_for_the_member() {
    let policy = TieringPolicy::default();
    let scope = ScopeFacts { applicability: ALL, ..scope() };
    let open =
        MemberFacts { contribution: Contribution { open: 2, attended: 1, ..contribution(3) }, ..member(3) };
    let cards = evaluate(&policy, &scope, &[member(3), open]);
    assert!(
        cards[0].reasons.contains(Reason::NoEventOpen) && !cards[1].reasons.contains(Reason::NoEventOpen)
    );
    let weights = |at: usize| cards[at].weights.expect("scored");
    assert_eq!(
        weights(1),
        Dimensions {
            frequency: Some(30.0),
            quality: Some(25.0),
            events: Some(20.0),
            invites: Some(15.0),
            violations: Some(10.0)
        }
    );
    assert_eq!((weights(0).events, weights(0).frequency), (None, Some(30.0 * 90.0 / 70.0)));
}

#[test]
fn a_ranking_needs_enough_members() {
    let policy = TieringPolicy { normalization: Normalization::Percentile, ..TieringPolicy::default() };
    let newcomer = MemberFacts { age_days: 3, ..member(100) };
    let mut members: Vec<MemberFacts> = (0..29).map(member).collect();
    members.push(newcomer);
    let few = evaluate(&policy, &scope(), &members);
    assert!(few[0].reasons.contains(Reason::FewMembersFrequency));
    assert_eq!(few[29].reasons.to_text(), "NEWCOMER");
    members.push(MemberFacts { sign_within_silent: false, ..member(0) });
    let enough = evaluate(&policy, &scope(), &members);
    assert!(!enough[1].reasons.contains(Reason::FewMembersFrequency));
    assert_eq!(enough[1].normalized.and_then(|values| values.frequency), Some(100.0 * 2.5 / 30.0));
    assert_eq!(enough[0].normalized, enough[30].normalized, "the silent are ranked too");
}

#[test]
fn quotas_leave_out_the_silent_and_keep_the_stabilization() {
    let policy = TieringPolicy { mode: Mode::Quota, ..TieringPolicy::default() };
    let mut members: Vec<MemberFacts> = (0..89).map(member).collect();
    members.extend((200..300).map(|counted| MemberFacts { sign_within_silent: false, ..member(counted) }));
    members[0].previous = Some(previous(Tier::Core));
    let cards = evaluate(&policy, &scope(), &members);
    let count = |tier| cards.iter().filter(|card| card.week_tier == tier).count();
    assert_eq!((count(Tier::Core), count(Tier::Active), count(Tier::Ordinary)), (6, 18, 65));
    assert_eq!((cards[0].week_tier, cards[0].tier), (Tier::Ordinary, Tier::Core));
    assert_eq!((cards[0].lower_than_core, cards[0].lower_than_active), (1, 1));
}

proptest! {
    #[test]
    fn equal_facts_give_equal_cards_whatever_the_order(
        counts in prop::collection::vec(0_u32..200, 1..80), ranked: bool,
    ) {
        let normalization = if ranked { Normalization::Percentile } else { Normalization::Minmax };
        let policy = TieringPolicy { normalization, ..TieringPolicy::default() };
        let mut members: Vec<MemberFacts> = counts.into_iter().map(member).collect();
        let forward = evaluate(&policy, &scope(), &members);
        members.reverse();
        let mut backward = evaluate(&policy, &scope(), &members);
        backward.reverse();
        prop_assert_eq!(forward, backward);
    }

    #[test]
    fn flags_exclude_each_other(age_days in 0_i64..200, silent: bool, fading: bool, counted in 0_u32..300) {
        let fading = silent && fading;
        let facts = MemberFacts { age_days, sign_within_silent: silent, sign_within_fading: fading, ..member(counted) };
        let card = card(&TieringPolicy::default(), facts);
        let flags = [card.new, card.silent, card.fading, card.is_alive()];
        prop_assert_eq!(flags.into_iter().filter(|flag| *flag).count(), 1);
        prop_assert_eq!(card.watch, card.band == Some(Band::Watch));
        prop_assert_eq!(card.score.is_none(), card.new);
    }
}

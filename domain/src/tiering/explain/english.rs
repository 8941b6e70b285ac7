use super::super::model::{Band, Dimension, Tier};
use super::super::reason::Reason;
use super::super::scorecard::Scorecard;
use super::numbers::{DimensionFacts, rounded, shown_text, weeks};
use crate::policy::TieringPolicy;

pub(super) fn dimension(facts: &DimensionFacts) -> String {
    let DimensionFacts { raw, worth, weight, days, retained_after, .. } = facts;
    let did = match facts.dimension {
        Dimension::Frequency => {
            format!("You wrote {} a week on average of {}", messages(&rounded(*raw, 2)), span(*days))
        }
        Dimension::Quality => format!(
            "Your accepted content and the people who reacted to you in the last {} count {} (50 points of content, or 10 people, count 1)",
            last(*days),
            rounded(*raw, 2)
        ),
        Dimension::Events => format!(
            "You took part in {} % of the events that were open to you in the last {}",
            rounded(raw * 100.0, 1),
            last(*days)
        ),
        Dimension::Invites => format!(
            "{} whom you invited joined in the last {} and stayed at least {}",
            people(&rounded(*raw, 0)),
            last(*days),
            day_count((*retained_after).into())
        ),
        Dimension::Violations => {
            format!("You had {} in the last {}", strikes(&rounded(*raw, 0)), last(*days))
        }
    };
    format!("{did}, worth {worth} of 100; it carries {weight} % of the score.")
}

pub(super) fn score(score: f64, band: Band) -> String {
    format!("Your score is {} of 100, which lies in the {} band.", shown_text(score), band_name(band))
}

pub(super) fn reason(policy: &TieringPolicy, card: &Scorecard, reason: Reason) -> String {
    let cutoffs = &policy.cutoffs;
    match reason {
        Reason::BandCore => format!("The score is above {}.", cutoffs.core),
        Reason::BandActive => {
            format!("The score is at least {} and not above {}.", cutoffs.active, cutoffs.core)
        }
        Reason::BandOrdinary => {
            format!("The score is at least {} and below {}.", cutoffs.ordinary, cutoffs.active)
        }
        Reason::BandWatch => {
            format!("The score is below {}; nothing follows from that alone.", cutoffs.ordinary)
        }
        Reason::FloorCore => format!(
            "Core asks for {} in the week; you wrote {}.",
            messages(&policy.floors.core.to_string()),
            card.counted_in_week
        ),
        Reason::FloorActive => format!(
            "Active asks for {} in the week or one attended event; you wrote {} and attended none.",
            messages(&policy.floors.active.to_string()),
            card.counted_in_week
        ),
        Reason::Newcomer => format!(
            "You have been a member for {}; members are scored from {} on.",
            day_count(card.age_days),
            day_count(policy.new_days.into())
        ),
        Reason::Fading => {
            format!("There was no sign of life from you in the last {}.", last(policy.fading_days.into()))
        }
        Reason::NoEventOpen => format!(
            "No event was open to you in the last {}; its part of the score is shared out among the rest.",
            last(policy.windows.events.into())
        ),
        Reason::OffQuality | Reason::OffEvents | Reason::OffInvites | Reason::OffViolations => {
            format!("{} do not count here.", subject(reason))
        }
        Reason::TooFewValuesQuality | Reason::TooFewValuesEvents | Reason::TooFewValuesInvites => format!(
            "{} do not count this month: fewer than 3 people had any in the 90 days before it.",
            subject(reason)
        ),
        Reason::FewMembersFrequency
        | Reason::FewMembersQuality
        | Reason::FewMembersEvents
        | Reason::FewMembersInvites => format!(
            "{} are measured by a fixed curve, because fewer than {} members can be compared.",
            subject(reason),
            policy.min_members
        ),
        Reason::Silent
        | Reason::First
        | Reason::Up
        | Reason::Same
        | Reason::HeldHysteresis
        | Reason::HeldFirstLowerWeek
        | Reason::Down => outcome(policy, card, reason),
    }
}

fn outcome(policy: &TieringPolicy, card: &Scorecard, reason: Reason) -> String {
    let (now, week) = (tier_name(card.tier), tier_name(card.week_tier));
    let before = card.previous_tier.map_or("none", tier_name);
    if card.pinned && reason != Reason::Silent {
        return format!(
            "The tier {now} is held by a decision of the group's operators; the week alone gives {week}."
        );
    }
    match reason {
        Reason::Silent => {
            format!("There was no sign of life from you in the last {}.", last(policy.silent_days.into()))
        }
        Reason::First => format!("This is your first tier: {now}."),
        Reason::Up => format!("You rose from {before} to {now}; a rise takes effect at once."),
        Reason::Down => format!("You went from {before} to {now}."),
        Reason::HeldHysteresis => format!(
            "The week alone gives {week}, but you keep {now}: the score is within the margin of {} below its limit.",
            policy.hysteresis
        ),
        Reason::HeldFirstLowerWeek => format!(
            "The week alone gives {week}, but you keep {now}: a tier is lost after {} lower evaluations in a row.",
            policy.demote_after
        ),
        _ => format!("The week gives {now}, as before."),
    }
}

const fn subject(reason: Reason) -> &'static str {
    match reason {
        Reason::OffQuality | Reason::TooFewValuesQuality | Reason::FewMembersQuality => {
            "Content and reactions"
        }
        Reason::OffEvents | Reason::TooFewValuesEvents | Reason::FewMembersEvents => "Events",
        Reason::OffInvites | Reason::TooFewValuesInvites | Reason::FewMembersInvites => "Invitations",
        Reason::OffViolations => "Strikes",
        _ => "Messages",
    }
}

const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Core => "core",
        Tier::Active => "active",
        Tier::Ordinary => "ordinary",
        Tier::Silent => "silent",
        Tier::New => "new",
    }
}

const fn band_name(band: Band) -> &'static str {
    match band {
        Band::Core => "core",
        Band::Active => "active",
        Band::Ordinary => "ordinary",
        Band::Watch => "watch",
    }
}

fn messages(count: &str) -> String {
    format!("{count} counted {}", if count == "1" { "message" } else { "messages" })
}

fn people(count: &str) -> String {
    format!("{count} {}", if count == "1" { "person" } else { "people" })
}

fn strikes(count: &str) -> String {
    match count {
        "0" => "no strikes".to_owned(),
        "1" => "1 strike".to_owned(),
        _ => format!("{count} strikes"),
    }
}

fn day_count(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// What "in the last" goes on with.
fn last(days: i64) -> String {
    if days == 1 { "day".to_owned() } else { day_count(days) }
}

/// "four weeks", as section 9 writes it, or a number of days.
fn span(days: i64) -> String {
    match weeks(days) {
        Some(1) => "one week".to_owned(),
        Some(2) => "two weeks".to_owned(),
        Some(3) => "three weeks".to_owned(),
        Some(4) => "four weeks".to_owned(),
        Some(weeks) => format!("{weeks} weeks"),
        None => day_count(days),
    }
}

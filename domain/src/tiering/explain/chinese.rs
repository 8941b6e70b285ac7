use super::super::model::{Band, Dimension, Tier};
use super::super::reason::Reason;
use super::super::scorecard::Scorecard;
use super::numbers::{DimensionFacts, rounded, shown_text, weeks};
use crate::policy::TieringPolicy;

pub(super) fn dimension(facts: &DimensionFacts) -> String {
    let DimensionFacts { raw, worth, weight, days, retained_after, .. } = facts;
    let did = match facts.dimension {
        Dimension::Frequency => {
            format!("按最近{}平均，您每周有 {} 条计入的消息", span(*days), rounded(*raw, 2))
        }
        Dimension::Quality => format!(
            "最近 {days} 天您被采纳的内容和回应您的人数合计 {}（50 分内容或 10 个人计 1）",
            rounded(*raw, 2)
        ),
        Dimension::Events => {
            format!("最近 {days} 天您参加了对您开放的活动的 {}%", rounded(raw * 100.0, 1))
        }
        Dimension::Invites => format!(
            "最近 {days} 天您邀请的成员中有 {} 人加入并留下至少 {retained_after} 天",
            rounded(*raw, 0)
        ),
        Dimension::Violations => format!("最近 {days} 天您有 {} 次违规", rounded(*raw, 0)),
    };
    format!("{did}，折合 {worth} 分（满分 100），占总分的 {weight}%。")
}

pub(super) fn score(score: f64, band: Band) -> String {
    format!("您的总分为 {} 分（满分 100），位于{}区间。", shown_text(score), band_name(band))
}

pub(super) fn reason(policy: &TieringPolicy, card: &Scorecard, reason: Reason) -> String {
    let cutoffs = &policy.cutoffs;
    match reason {
        Reason::BandCore => format!("总分高于 {}。", cutoffs.core),
        Reason::BandActive => format!("总分不低于 {} 且不高于 {}。", cutoffs.active, cutoffs.core),
        Reason::BandOrdinary => format!("总分不低于 {} 且低于 {}。", cutoffs.ordinary, cutoffs.active),
        Reason::BandWatch => format!("总分低于 {}；仅此一点不会带来任何后果。", cutoffs.ordinary),
        Reason::FloorCore => format!(
            "核心层要求本周至少有 {} 条计入的消息；您有 {} 条。",
            policy.floors.core, card.counted_in_week
        ),
        Reason::FloorActive => format!(
            "活跃层要求本周至少有 {} 条计入的消息或参加过一次活动；您有 {} 条，没有参加活动。",
            policy.floors.active, card.counted_in_week
        ),
        Reason::Newcomer => {
            format!("您加入了 {} 天；满 {} 天后才开始评分。", card.age_days, policy.new_days)
        }
        Reason::Fading => format!("最近 {} 天没有您的任何活动迹象。", policy.fading_days),
        Reason::NoEventOpen => {
            format!("最近 {} 天没有对您开放的活动；这部分权重由其他各项分担。", policy.windows.events)
        }
        Reason::OffQuality | Reason::OffEvents | Reason::OffInvites | Reason::OffViolations => {
            format!("{}在这里不计入。", subject(reason))
        }
        Reason::TooFewValuesQuality | Reason::TooFewValuesEvents | Reason::TooFewValuesInvites => {
            format!("{}本月不计入：此前 90 天内有记录的人不足 3 人。", subject(reason))
        }
        Reason::FewMembersFrequency
        | Reason::FewMembersQuality
        | Reason::FewMembersEvents
        | Reason::FewMembersInvites => {
            format!("{}按固定曲线折算，因为可比较的成员不足 {} 人。", subject(reason), policy.min_members)
        }
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
    let before = card.previous_tier.map_or("无", tier_name);
    if card.pinned && reason != Reason::Silent {
        return format!("{now}由群运营人员指定保持；仅看本周为{week}。");
    }
    match reason {
        Reason::Silent => format!("最近 {} 天没有您的任何活动迹象。", policy.silent_days),
        Reason::First => format!("这是您的第一个层级：{now}。"),
        Reason::Up => format!("您从{before}升至{now}；升级立即生效。"),
        Reason::Down => format!("您从{before}降至{now}。"),
        Reason::HeldHysteresis => {
            format!(
                "仅看本周为{week}，但您保持{now}：总分仍在其界线以下 {} 分的缓冲之内。",
                policy.hysteresis
            )
        }
        Reason::HeldFirstLowerWeek => {
            format!("仅看本周为{week}，但您保持{now}：连续 {} 次评估偏低才会降级。", policy.demote_after)
        }
        _ => format!("本周仍为{now}。"),
    }
}

const fn subject(reason: Reason) -> &'static str {
    match reason {
        Reason::OffQuality | Reason::TooFewValuesQuality | Reason::FewMembersQuality => "内容与回应",
        Reason::OffEvents | Reason::TooFewValuesEvents | Reason::FewMembersEvents => "活动参与",
        Reason::OffInvites | Reason::TooFewValuesInvites | Reason::FewMembersInvites => "邀请",
        Reason::OffViolations => "违规",
        _ => "发言频率",
    }
}

const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Core => "核心层",
        Tier::Active => "活跃层",
        Tier::Ordinary => "普通层",
        Tier::Silent => "沉默层",
        Tier::New => "新成员",
    }
}

const fn band_name(band: Band) -> &'static str {
    match band {
        Band::Core => "核心",
        Band::Active => "活跃",
        Band::Ordinary => "普通",
        Band::Watch => "观察",
    }
}

fn span(days: i64) -> String {
    match weeks(days) {
        Some(1) => "一周".to_owned(),
        Some(2) => "两周".to_owned(),
        Some(3) => "三周".to_owned(),
        Some(4) => "四周".to_owned(),
        Some(weeks) => format!(" {weeks} 周"),
        None => format!(" {days} 天"),
    }
}

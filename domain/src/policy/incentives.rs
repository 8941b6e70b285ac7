//! What staff is given beside its work (M22, M23, M25).

use serde::{Deserialize, Serialize};

use super::Switch;
use crate::access::{Level, Rank, Role};
use crate::locale::Locale;
use crate::money::Currency;

/// What staff is given beside its work (M22, M23, M25).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncentivesPolicy {
    /// What the holders of each rank are called (M22).
    pub titles: Titles,
    /// What bonuses are suggested by (M23).
    pub bonus: BonusPolicy,
    /// Whether it is looked at that everybody gets something of each kind (M25).
    pub combined: CombinedPolicy,
}

impl Default for IncentivesPolicy {
    fn default() -> Self {
        Self {
            titles: Titles {
                zh_cn: ByRank::new(
                    ["见习管家", "社群管家", "资深管家", "首席管家", "群主"].map(str::to_owned),
                ),
                en: ByRank::new(
                    ["Apprentice", "Steward", "Senior Steward", "Chief Steward", "Owner"].map(str::to_owned),
                ),
            },
            bonus: BonusPolicy {
                currency: Currency::CNY,
                base: ByRank::new([0; 5]),
                parts: KpiParts { cases: 4_000, satisfaction: 3_000, contributions: 3_000 },
            },
            combined: CombinedPolicy { check: Switch::Off, roles: vec![Role::Administrator] },
        }
    }
}

/// One value for each rank, and one for owners, who have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ByRank<T> {
    /// Of interns.
    pub intern: T,
    /// Of juniors.
    pub junior: T,
    /// Of seniors.
    pub senior: T,
    /// Of owner candidates, also while they act as owner.
    pub owner_candidate: T,
    /// Of owners.
    pub owner: T,
}

impl<T> ByRank<T> {
    fn new([intern, junior, senior, owner_candidate, owner]: [T; 5]) -> Self {
        Self { intern, junior, senior, owner_candidate, owner }
    }

    /// That of a rank; of owners where there is none.
    pub const fn of(&self, rank: Option<Rank>) -> &T {
        match rank {
            Some(Rank::Intern) => &self.intern,
            Some(Rank::Junior) => &self.junior,
            Some(Rank::Senior) => &self.senior,
            Some(Rank::OwnerCandidate) => &self.owner_candidate,
            None => &self.owner,
        }
    }

    /// That of a weight.
    pub const fn of_level(&self, level: Level) -> &T {
        match level {
            Level::Ranked(rank) => self.of(Some(rank)),
            Level::ActingOwner => &self.owner_candidate,
            Level::Owner => &self.owner,
        }
    }
}

/// What the holders of each rank are called, in each language, at most 60 characters; empty for no
/// title (M22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titles {
    /// In simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: ByRank<String>,
    /// In English.
    pub en: ByRank<String>,
}

impl Titles {
    /// The title of a rank, or of an owner; none where the policy gives none.
    pub fn of(&self, rank: Option<Rank>, locale: Locale) -> Option<&str> {
        let texts = match locale {
            Locale::ZhCn => &self.zh_cn,
            Locale::En => &self.en,
        };
        Some(texts.of(rank).as_str()).filter(|title| !title.is_empty())
    }
}

/// What bonuses are suggested by (M23): a part of the base for each figure that reaches its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BonusPolicy {
    /// The currency of all bases.
    pub currency: Currency,
    /// The base of each rank in minor units, 0 to 1,000,000,000; 0 for no suggestion.
    pub base: ByRank<u32>,
    /// What each figure is worth.
    pub parts: KpiParts,
}

/// What of the base each figure is worth that reaches its target, in basis points, 0 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KpiParts {
    /// Cases a working day (M13).
    pub cases: u32,
    /// The share of good ratings (M14).
    pub satisfaction: u32,
    /// Contributions to events a week (M15).
    pub contributions: u32,
}

/// Whether everybody is to get something of each kind in each quarter (M25).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CombinedPolicy {
    /// Whether that is looked at.
    pub check: Switch,
    /// Who is everybody: the holders of these roles.
    pub roles: Vec<Role>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_follows_the_rank_and_the_language() {
        let mut titles = IncentivesPolicy::default().titles;
        assert_eq!(titles.of(Some(Rank::Junior), Locale::En), Some("Steward"));
        assert_eq!(titles.of(None, Locale::ZhCn), Some("群主"));
        titles.en.junior.clear();
        assert_eq!(titles.of(Some(Rank::Junior), Locale::En), None);
        assert_eq!(titles.of(Some(Rank::Junior), Locale::ZhCn), Some("社群管家"));
    }
}

//! Whether somebody was given something of each kind (M25): pure, from what was counted.

use crate::codes::coded;

coded! {
    /// A kind of what members are given beside their work.
    pub enum IncentiveKind {
        /// Honour: a badge, or a rise in rank with its title (M22).
        Virtual = "VIRTUAL",
        /// Money: a bonus (M23).
        Material = "MATERIAL",
        /// Growth: a place in training (M24).
        Growth = "GROWTH",
    }
}

/// Of which kinds a member was given something in a quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// A badge that was not taken back, or a rise in rank.
    pub honour: bool,
    /// A bonus for a month of the quarter that was not cancelled.
    pub money: bool,
    /// A place in training that was not given up.
    pub growth: bool,
}

impl Given {
    /// The kinds of which it was given nothing.
    pub fn missing(self) -> Vec<IncentiveKind> {
        let all = [
            (self.honour, IncentiveKind::Virtual),
            (self.money, IncentiveKind::Material),
            (self.growth, IncentiveKind::Growth),
        ];
        all.into_iter().filter(|(is_given, _)| !is_given).map(|(_, kind)| kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_missing() {
        assert_eq!(Given::default().missing(), IncentiveKind::ALL);
        let some = Given { honour: true, money: false, growth: true };
        assert_eq!(some.missing(), [IncentiveKind::Material]);
        assert!(Given { money: true, ..some }.missing().is_empty());
    }
}

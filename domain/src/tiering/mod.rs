//! From what members did to their tiers (TIERING.md), as pure rules.
//!
//! Sections named in comments are those of that page. The counting of messages
//! and the windows are decided where rows are read; here begin the sums.

mod applicability;
mod distribution;
mod evaluate;
mod explain;
mod facts;
#[cfg(test)]
mod fixtures;
mod model;
mod movement;
mod normalize;
mod notice;
mod port;
mod reason;
mod score;
mod scorecard;
mod stabilize;
mod use_case;
mod week;

pub use applicability::{Applicability, Applies, Observed, applicability};
pub use distribution::{
    BandComparison, BandVerdict, Distribution, LEAVES_NOT_OBSERVED, Standing, TierCounts,
};
pub use evaluate::{Evaluation, evaluate};
pub use explain::{About, Sentence, explain};
pub use facts::{Contribution, MemberFacts, Previous, ScopeFacts, quality_hundredths};
pub use model::{Band, Dimension, Dimensions, Tier, UnknownCode, organization_tier};
pub use movement::{Movement, Movements};
pub use notice::{Calibration, Deviation, ShareSample, calibrate};
pub use port::{EvaluatedScope, PinnedTier, TieringPort, WeekFacts, WeekRecord};
pub use reason::{Reason, Reasons};
pub use score::{shown, shown_tenths};
pub use scorecard::Scorecard;
pub use use_case::*;

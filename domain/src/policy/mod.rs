//! The versioned policy document: what it holds, what a patch of it may say,
//! and what holds for a group after every scope has spoken (Z1).

mod counting;
mod diff;
mod division;
mod incentives;
mod ladder;
mod model;
mod number;
mod patch;
mod port;
mod problem;
mod publish;
mod resolve;
mod rules;
mod schema;
mod staff;

pub use counting::counting_key;
pub use diff::{Change, diff};
pub use division::{CostGrade, DivisionClaim, DivisionClaims, ProfessionalismGrade, ResponseGrade};
pub use incentives::{BonusPolicy, ByRank, CombinedPolicy, IncentivesPolicy, KpiParts, Titles};
pub use ladder::{KpiRoles, LadderPolicy, TimeInRank, UnknownKpis};
pub use model::{
    ApplicabilitySetting, AppliesSettings, Bands, Counting, Curve, Curves, Cutoffs, Floors, Mode,
    Normalization, OrgPolicy, RetentionPolicy, ShareBand, Switch, TasksPolicy, TieringPolicy, Weights,
    Windows,
};
pub use patch::PolicyPatch;
pub use port::{PolicyPort, ScopedPatch};
pub use problem::{Expected, PolicyProblem, Rule, RuleCode};
pub use publish::{PublishPolicy, PublishPolicyRefusal, Published, chain};
pub use resolve::{EffectivePolicy, PolicyScope, UnknownScope, resolve};
pub use staff::{BenchPolicy, StaffPolicy, StaffTargets, StaffingPolicy, TrainingPolicy, Workday};

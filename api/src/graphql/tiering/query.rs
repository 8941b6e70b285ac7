use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use qun_domain::groups::Scope;
use qun_domain::policy::{
    Bands, EffectivePolicy, PolicyPatch, PolicyProblem, PolicyScope as Layer, chain, resolve,
};
use qun_infra::policy::versions;
use qun_infra::tiering::{DryWeek, dry_run};

use super::counts::{MovementsObject, TierDistribution};
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::node::NodeId;
use crate::graphql::policy::unsound;
use crate::graphql::scalars::{Json, Week};
use crate::graphql::scope::ScopeObject;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// How many weeks a calculation may span.
const MAX_WEEKS: i32 = 26;

/// A policy that is not published, and where to try it.
#[derive(InputObject)]
struct WhatIfInput {
    /// The global id of the group or community.
    scope: ID,
    /// The keys to change, as in `Policy.document`, laid over the policy that holds there.
    changes: Json,
    /// How many of the last weeks that have ended, 1 to 26.
    #[graphql(default = 8)]
    weeks: i32,
}

/// A week as it would have come out.
#[derive(SimpleObject)]
struct WhatIfWeek {
    /// The week.
    week: Week,
    /// How many members would stand where; null for a week in which nobody was present.
    distribution: Option<TierDistribution>,
    /// How many would have moved since the week before; null for a week in which nobody was
    /// present.
    movements: Option<MovementsObject>,
}

/// What a changed policy would have made of the last weeks. Nothing of it is kept.
#[derive(Default, SimpleObject)]
struct WhatIf {
    /// The weeks, oldest first; empty when `userErrors` says why there are none.
    weeks: Vec<WhatIfWeek>,
    /// Why nothing was calculated; empty when it was.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct TieringQuery;

#[Object]
impl TieringQuery {
    /// What a changed policy would have made of the last weeks, starting from the
    /// evaluations before them. Nothing is stored.
    #[graphql(complexity = "1_000 + child_complexity")]
    async fn what_if(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes, and where to try them.")] input: WhatIfInput,
    ) -> Result<WhatIf, Problem> {
        let asked = Asked::of(ctx)?;
        let refused = |user_errors| Ok(WhatIf { user_errors, ..WhatIf::default() });
        let not_found = || vec![asked.refusal(Code::NotFound, &["input", "scope"])];
        let Some(weeks) = u32::try_from(input.weeks).ok().filter(|_| (1..=MAX_WEEKS).contains(&input.weeks))
        else {
            return refused(vec![asked.refusal(Code::WeeksOutOfRange, &["input", "weeks"])]);
        };
        let scope = match NodeId::scope(asked, &input.scope) {
            Some(Scope::Organization) => {
                return refused(vec![asked.refusal(Code::ScopeNotEvaluated, &["input", "scope"])]);
            }
            Some(scope) => scope,
            None => return refused(not_found()),
        };
        let Some(found) = ScopeObject::find(asked, scope).await? else { return refused(not_found()) };
        let patch = match PolicyPatch::from_value(&input.changes.0) {
            Ok(patch) => patch,
            Err(problems) => return refused(unsound(asked, &problems)),
        };
        let policy = match laid_over(asked, &found, &patch).await? {
            Ok(policy) => policy,
            Err(problems) => return refused(unsound(asked, &problems)),
        };
        let Some(runs) = dry_run(&asked.read, scope, &policy, weeks, asked.now).await? else {
            return refused(not_found());
        };
        let bands = &policy.policy.tiering.bands;
        Ok(WhatIf { weeks: runs.iter().map(|run| week(run, bands)).collect(), user_errors: Vec::new() })
    }
}

/// The policy that holds in the scope, with the changes as if the scope said them.
async fn laid_over(
    asked: &Asked,
    scope: &ScopeObject,
    changes: &PolicyPatch,
) -> Result<Result<EffectivePolicy, Vec<PolicyProblem>>, Problem> {
    let community = match scope {
        ScopeObject::Group(group) => group.0.community,
        ScopeObject::Community(community) => Some(community.0.id),
    };
    let mut layers: Vec<(Layer, PolicyPatch)> = Vec::new();
    for each in chain(scope.scope(), community) {
        let said = versions(&asked.read, asked.scope.org(), each, None, 1).await?.pop();
        let said = said.map(|version| version.patch).unwrap_or_default();
        let said = if each == scope.scope() { said.overlaid(changes) } else { said };
        layers.push((each.layer(), said));
    }
    let layers: Vec<(Layer, &PolicyPatch)> = layers.iter().map(|(layer, patch)| (*layer, patch)).collect();
    Ok(resolve(&layers))
}

fn week(run: &DryWeek, bands: &Bands) -> WhatIfWeek {
    let has_data = run.distribution.is_some();
    let distribution =
        run.distribution.as_ref().map(|counts| TierDistribution::new(counts, bands, run.leaves_observed));
    WhatIfWeek { week: Week(run.week), distribution, movements: has_data.then(|| run.movements.into()) }
}

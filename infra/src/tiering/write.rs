use std::collections::HashMap;

use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::id::{EvaluationId, PersonId, PinId};
use qun_domain::policy::EffectivePolicy;
use qun_domain::tiering::{EvaluatedScope, PinnedTier, Previous, Tier, TieringPort, WeekFacts, WeekRecord};
use qun_domain::time::{Timestamp, Week};
use serde_json::Value;

use super::gather::{Recounted, gather};
use super::scope::{evaluated_scope, group_ids};
use super::window::AsOf;
use super::{previous, record};
use crate::activity::recount;
use crate::db::{Column, OrgTx, TenantSql};
use crate::groups::{groups_of_community, scope_columns};
use crate::policy::{effective, effective_of_groups};

impl TieringPort for OrgTx {
    async fn evaluated_scope(&mut self, scope: Scope) -> Result<Option<EvaluatedScope>, Fault> {
        evaluated_scope(&**self, scope).await
    }

    async fn policy_of(&mut self, scope: &EvaluatedScope) -> Result<(EffectivePolicy, Value), Fault> {
        let found = effective(&**self, self.scope().org(), scope.scope, scope.community).await?;
        let versions = serde_json::to_value(&found.versions)
            .map_err(|error| Fault::from_error("writing policy versions", error))?;
        Ok((found.policy, versions))
    }

    async fn week_facts(
        &mut self,
        scope: &EvaluatedScope,
        week: Week,
        policy: &EffectivePolicy,
    ) -> Result<Option<WeekFacts>, Fault> {
        let days = policy.policy.tiering.windows.frequency.max(7);
        let window = AsOf::of(week, scope.zone).window(days);
        let policies = effective_of_groups(&**self, self.scope().org(), &scope.groups).await?;
        let mut recounted = Recounted::new();
        for group in &scope.groups {
            let Some(own) = policies.get(&group.id) else { continue };
            let counting = own.policy.policy.tiering.counting;
            recount(self, group.id, &counting, window.from_day, window.to_day).await?;
            if group.zone != scope.zone {
                recounted.insert(group.id, counting);
            }
        }
        let neighbors = match scope.community {
            Some(community) => groups_of_community(&**self, community).await?,
            None => group_ids(scope),
        };
        gather(&**self, scope, &neighbors, week, policy, &recounted).await
    }

    async fn previous(
        &mut self,
        scope: Scope,
        week: Week,
        members: &[(PersonId, Timestamp)],
    ) -> Result<HashMap<PersonId, Previous>, Fault> {
        let (scope_id, ..) = scope_columns(scope, self.scope().org().0);
        previous::previous(&**self, scope_id, week, members).await
    }

    async fn pins_at(&mut self, scope: Scope, at: Timestamp) -> Result<HashMap<PersonId, Tier>, Fault> {
        let (scope_id, ..) = scope_columns(scope, self.scope().org().0);
        super::read::pins_at(&**self, scope_id, at).await
    }

    async fn record(&mut self, record: WeekRecord<'_>) -> Result<(EvaluationId, u32), Fault> {
        record::record(self, record).await
    }

    async fn pin(&mut self, pin: &PinnedTier) -> Result<(), Fault> {
        let (scope_id, community, group) = scope_columns(pin.scope, self.scope().org().0);
        self.insert_many(
            "tier_pin",
            vec![
                ("id", Column::Id(vec![pin.id.0])),
                ("scope_id", Column::Id(vec![scope_id])),
                ("community_id", Column::OptId(vec![community])),
                ("group_id", Column::OptId(vec![group])),
                ("person_id", Column::Id(vec![pin.person.0])),
                ("tier", Column::Text(vec![pin.tier.code().to_owned()])),
                ("reason", Column::Text(vec![pin.reason.clone()])),
                ("pinned_by", Column::Text(vec![self.scope().actor().to_string()])),
                ("pinned_at", Column::Time(vec![self.now().millis()])),
                ("expires_at", Column::OptTime(vec![pin.expires_at.map(Timestamp::millis)])),
            ],
            "",
        )
        .await?;
        Ok(())
    }

    async fn pinned(&mut self, id: PinId) -> Result<Option<PinnedTier>, Fault> {
        super::read::pin_by_id(&**self, id).await
    }

    async fn lift(&mut self, pin: PinnedTier) -> Result<(), Fault> {
        let lifted = self
            .run(
                "UPDATE tier_pin SET lifted_at = $3 WHERE org_id = $1 AND id = $2 AND lifted_at IS NULL",
                vec![pin.id.0.into(), self.now().millis().into()],
            )
            .await?;
        if lifted == 1 {
            Ok(())
        } else {
            Err(Fault::new(format!("lifting pin {}: {lifted} rows, not one", pin.id)))
        }
    }

    async fn knows(&mut self, scope: &EvaluatedScope, person: PersonId) -> Result<bool, Fault> {
        let dialect = self.dialect();
        let sql = format!(
            "SELECT 1 FROM membership WHERE org_id = $1 AND person_id = $2 AND group_id {} LIMIT 1",
            dialect.is_one_of_ids(3)
        );
        let rows = self.rows(&sql, vec![person.0.into(), dialect.ids(group_ids(scope))]).await?;
        Ok(!rows.is_empty())
    }
}

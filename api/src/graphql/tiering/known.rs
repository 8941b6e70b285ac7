use std::sync::Arc;

use moka::sync::Cache;
use qun_domain::id::{EvaluationId, OrgId};

use super::Evaluation;

/// The policies of all remembered evaluations together, in bytes; what is read of one takes about
/// as much again.
const POLICIES: u64 = 8 * 1024 * 1024;

/// Evaluations that were read, with the policies that were read of them: they are written once
/// and never changed. Clones share them.
#[derive(Clone)]
pub(in crate::graphql) struct KnownEvaluations(Cache<(OrgId, EvaluationId), Arc<Evaluation>>);

impl KnownEvaluations {
    /// None yet.
    pub(in crate::graphql) fn new() -> Self {
        let weigh = |_: &_, evaluation: &Arc<Evaluation>| {
            u32::try_from(evaluation.row.policy.len()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(POLICIES).weigher(weigh).build())
    }

    pub(super) fn find(&self, org: OrgId, id: EvaluationId) -> Option<Arc<Evaluation>> {
        self.0.get(&(org, id))
    }

    pub(super) fn keep(&self, org: OrgId, evaluation: &Arc<Evaluation>) {
        self.0.insert((org, evaluation.row.id), Arc::clone(evaluation));
    }
}

//! What only the whole document can answer (TIERING.md, section 9).

use super::model::OrgPolicy;
use super::problem::{PolicyProblem, Rule};

impl OrgPolicy {
    /// The rules between values that this document breaks, sorted by path.
    pub(super) fn problems(&self) -> Vec<PolicyProblem> {
        [
            bands(self).map(|rule| ("tiering.bands", rule)),
            cutoffs(self).map(|rule| ("tiering.cutoffs", rule)),
            weights(self).map(|rule| ("tiering.weights", rule)),
            retained_after(self).map(|rule| ("tiering.windows.retainedAfter", rule)),
        ]
        .into_iter()
        .flatten()
        .map(|(path, rule)| PolicyProblem::new(path, rule))
        .collect()
    }
}

fn bands(policy: &OrgPolicy) -> Option<Rule> {
    let bands = &policy.tiering.bands;
    let all = [bands.core, bands.active, bands.ordinary, bands.silent];
    let minima: f64 = all.iter().map(|band| band.0).sum();
    let maxima: f64 = all.iter().map(|band| band.1).sum();
    (minima > 100.0 || maxima < 100.0).then_some(Rule::BandsImpossible { minima, maxima })
}

fn cutoffs(policy: &OrgPolicy) -> Option<Rule> {
    let cutoffs = &policy.tiering.cutoffs;
    let falling = cutoffs.core > cutoffs.active && cutoffs.active > cutoffs.ordinary;
    (!falling).then_some(Rule::CutoffsNotFalling)
}

fn weights(policy: &OrgPolicy) -> Option<Rule> {
    let weights = &policy.tiering.weights;
    let sum = weights.frequency + weights.quality + weights.events + weights.invites + weights.violations;
    (sum != 100).then_some(Rule::WeightsNot100 { sum })
}

fn retained_after(policy: &OrgPolicy) -> Option<Rule> {
    let windows = &policy.tiering.windows;
    (windows.retained_after >= windows.invites)
        .then_some(Rule::RetainedAfterTooLong { window: windows.invites })
}

//! What holds after every scope has spoken (Z1).

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

use super::diff::leaves;
use super::model::{ApplicabilitySetting, OrgPolicy};
use super::patch::{PolicyPatch, overlay};
use super::problem::{Expected, PolicyProblem, Rule};
use super::schema;

/// Who may say what a value is, the most general first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyScope {
    /// The default of the platform.
    Platform,
    /// The organization.
    Organization,
    /// The community.
    Community,
    /// The group.
    Group,
}

/// A text that is no scope code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a policy scope")]
pub struct UnknownScope;

impl PolicyScope {
    /// All of them, the most general first.
    pub const ALL: [Self; 4] = [Self::Platform, Self::Organization, Self::Community, Self::Group];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Platform => "PLATFORM",
            Self::Organization => "ORGANIZATION",
            Self::Community => "COMMUNITY",
            Self::Group => "GROUP",
        }
    }
}

impl FromStr for PolicyScope {
    type Err = UnknownScope;

    fn from_str(code: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.code() == code).ok_or(UnknownScope)
    }
}

/// The policy that holds, and who said each of its values.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectivePolicy {
    /// What holds.
    pub policy: OrgPolicy,
    /// Who said it, by the path of each leaf; a list is one leaf.
    pub origin: BTreeMap<String, PolicyScope>,
}

impl EffectivePolicy {
    /// Who said the value at `path`; `None` when no leaf has that path.
    pub fn origin_of(&self, path: &str) -> Option<PolicyScope> {
        self.origin.get(path).copied()
    }

    /// Whether invites apply: on `WeChat` and `WeCom` they are off unless a scope
    /// says otherwise in so many words (Q22; section 5).
    pub fn invites_setting(&self, platform_is_wechat: bool) -> ApplicabilitySetting {
        let unsaid = self.origin_of("tiering.applies.invites") == Some(PolicyScope::Platform);
        if platform_is_wechat && unsaid {
            ApplicabilitySetting::Off
        } else {
            self.policy.tiering.applies.invites
        }
    }
}

/// The platform's default with each patch over it, in the given order:
/// organization, community, group.
///
/// # Errors
/// The rules between values that the outcome breaks.
pub fn resolve(layers: &[(PolicyScope, &PolicyPatch)]) -> Result<EffectivePolicy, Vec<PolicyProblem>> {
    let mut document = OrgPolicy::default().to_value();
    let mut origin: BTreeMap<String, PolicyScope> =
        schema::paths().map(|path| (path.to_owned(), PolicyScope::Platform)).collect();
    for (scope, patch) in layers {
        overlay(&mut document, patch.as_value());
        origin.extend(leaves(patch.as_value()).into_keys().map(|path| (path, *scope)));
    }
    // A patch has been checked, so its outcome has the shape of the document.
    let policy: OrgPolicy = serde_json::from_value(document)
        .map_err(|_| vec![PolicyProblem::new("", Rule::WrongType { expected: Expected::Object })])?;
    let problems = policy.problems();
    if problems.is_empty() { Ok(EffectivePolicy { policy, origin }) } else { Err(problems) }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;

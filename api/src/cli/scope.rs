//! Which part of an organization a command is about.

use clap::Args;
use qun_domain::groups::Name;
use qun_domain::tenancy::Slug;

/// The organization.
#[derive(Args, Clone, Debug)]
pub(super) struct OrgArgs {
    /// The organization's short name
    #[arg(long, value_name = "SLUG")]
    pub org: Slug,
}

/// A community, a group, or, with neither, the whole organization.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
pub(super) struct ScopeArgs {
    /// A community of the organization
    #[arg(long, value_name = "NAME")]
    community: Option<Name>,
    /// A group of the organization
    #[arg(long, value_name = "NAME")]
    group: Option<Name>,
}

/// A community or a group; one of them has to be given.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct RequiredScopeArgs {
    /// A community of the organization
    #[arg(long, value_name = "NAME")]
    community: Option<Name>,
    /// A group of the organization
    #[arg(long, value_name = "NAME")]
    group: Option<Name>,
}

/// A scope by name, as on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NamedScope {
    /// The whole organization.
    Organization,
    /// One community.
    Community(Name),
    /// One group.
    Group(Name),
}

impl NamedScope {
    fn of(community: Option<Name>, group: Option<Name>) -> Self {
        match (community, group) {
            (_, Some(group)) => Self::Group(group),
            (Some(community), None) => Self::Community(community),
            (None, None) => Self::Organization,
        }
    }
}

impl From<ScopeArgs> for NamedScope {
    fn from(args: ScopeArgs) -> Self {
        Self::of(args.community, args.group)
    }
}

impl From<RequiredScopeArgs> for NamedScope {
    fn from(args: RequiredScopeArgs) -> Self {
        Self::of(args.community, args.group)
    }
}

//! Which part of an organization a command is about.

use clap::Args;
use qun_domain::groups::{Name, Scope};
use qun_domain::tenancy::{Organization, Slug};
use qun_infra::access::operator;
use qun_infra::db::{OrgRead, OrgScope};
use qun_infra::groups::{community_named, group_named};

use crate::app::{App, fault};

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

/// An organization that the operator works on.
pub(super) struct Opened {
    /// The organization.
    pub organization: Organization,
    /// The operator in it.
    pub scope: OrgScope,
    /// Its reading door.
    pub read: OrgRead,
}

impl Opened {
    /// Opens the organization of this slug; the complaint where there is none.
    pub(super) async fn open(app: &App, slug: &Slug) -> anyhow::Result<Result<Self, String>> {
        let Some((organization, scope)) = operator(&app.db, slug).await.map_err(fault)? else {
            return Ok(Err(format!("there is no organization {slug}")));
        };
        let Some(read) = OrgRead::open(&app.db, &scope) else {
            return Ok(Err("the operator may not read here".to_owned()));
        };
        Ok(Ok(Self { organization, scope, read }))
    }

    /// The scope of this name; the complaint where there is none.
    pub(super) async fn find(&self, named: &NamedScope) -> anyhow::Result<Result<Scope, String>> {
        Ok(match named {
            NamedScope::Organization => Ok(Scope::Organization),
            NamedScope::Community(name) => community_named(&self.read, name.as_str())
                .await
                .map_err(fault)?
                .map(|community| Scope::Community(community.id))
                .ok_or_else(|| format!("there is no community {}", name.as_str())),
            NamedScope::Group(name) => group_named(&self.read, name.as_str())
                .await
                .map_err(fault)?
                .map(|group| Scope::Group(group.id))
                .ok_or_else(|| format!("there is no group {}", name.as_str())),
        })
    }
}

/// Takes the value, or ends the command with the complaint.
macro_rules! or_refuse {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(why) => return Ok($crate::cli::refused(why)),
        }
    };
}
pub(super) use or_refuse;

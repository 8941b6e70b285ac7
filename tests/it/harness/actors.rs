//! Who acts in a test.

use std::time::Duration;

use qun_domain::access::{ApiKey, CreateApiKey, KeyScope, KeyScopes, NewApiKey, Position, Rank, Role};
use qun_domain::id::AccountId;
use qun_domain::scope::Scope;
use qun_domain::tenancy::{Organization, Slug};
use qun_infra::access::{Caller, LoggedIn, NewAccount, NewOrganization, create_organization, operator};
use qun_infra::db::OrgScope;

use super::{SHANGHAI, TestQun};

const PASSWORD: &str = "correct horse 电池";

/// Does everything but manage the team and the organization.
pub(crate) const ADMIN: Position =
    Position::ranked(Role::Administrator, Rank::OwnerCandidate, Scope::Organization);
/// Reads, and proposes nothing of what there is.
pub(crate) const READER: Position = Position::ranked(Role::Facilitator, Rank::Intern, Scope::Organization);

/// An organization with an owner, who does nearly everything, who reads, and somebody of another one.
pub(crate) struct Org {
    pub(crate) organization: Organization,
    pub(crate) owner: OrgScope,
    pub(crate) admin: OrgScope,
    pub(crate) reader: OrgScope,
    /// The owner of another organization.
    pub(crate) stranger: OrgScope,
}

impl TestQun {
    /// The organization `acme` of Shanghai, and a stranger from `globex`.
    pub(crate) async fn with_org(&self) -> Org {
        let organization = self.found("acme").await;
        self.found("globex").await;
        self.add_account("acme", "admin", ADMIN).await;
        self.add_account("acme", "reader", READER).await;
        Org {
            organization,
            owner: self.scope("acme", "owner").await,
            admin: self.scope("acme", "admin").await,
            reader: self.scope("acme", "reader").await,
            stranger: self.scope("globex", "owner").await,
        }
    }

    /// An organization that nobody but the operator has to do with.
    pub(crate) async fn with_operator(&self) -> OrgScope {
        self.found("acme").await;
        self.operator("acme").await
    }

    pub(crate) async fn operator(&self, slug: &str) -> OrgScope {
        operator(&self.db, &short(slug)).await.expect("an answer").expect("an organization").1
    }

    async fn found(&self, slug: &str) -> Organization {
        let new = NewOrganization {
            slug: short(slug),
            name: slug.to_owned(),
            zone: SHANGHAI,
            owner_email: email(slug, "owner"),
            owner_password: PASSWORD.to_owned(),
            owner_name: "Owner".to_owned(),
        };
        create_organization(&self.db, &self.clock, &self.ids, new).await.expect("an organization")
    }

    pub(crate) async fn add_account(&self, slug: &str, name: &str, position: Position) {
        let new = NewAccount {
            email: email(slug, name),
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            position,
        };
        let operator = self.operator(slug).await;
        self.access.add_account(&operator, new).await.expect("an account");
    }

    /// A further account of the organization with one assignment.
    pub(crate) async fn joined(&self, slug: &str, name: &str, position: Position) -> OrgScope {
        self.add_account(slug, name, position).await;
        self.scope(slug, name).await
    }

    /// What the token of an account opens: the one way to a scope with assignments.
    pub(crate) async fn scope(&self, slug: &str, name: &str) -> OrgScope {
        let life = Duration::from_mins(15);
        let token = self.access.token_for(&email(slug, name), &short(slug), life).await.expect("a token");
        self.access.authenticate(&token.access_token).await.expect("a scope")
    }
}

impl TestQun {
    /// What a new key of the organization opens.
    pub(crate) async fn key(&self, owner: &OrgScope, scopes: &[KeyScope]) -> OrgScope {
        let fresh = self.access.fresh_key(owner);
        let key = NewApiKey {
            id: fresh.id,
            name: "bot".parse().expect("a name"),
            scopes: KeyScopes::new(scopes.iter().copied()).expect("scopes"),
            secret_hash: fresh.secret_hash,
            expires_at: self.clock.now().plus_millis(ApiKey::LIFE),
            replaces: None,
        };
        self.done(owner, CreateApiKey(key)).await;
        self.access.authenticate(&fresh.secret).await.expect("a scope")
    }

    /// A session of an account, as its log-in leaves it.
    pub(crate) async fn log_in(&self, slug: &str, name: &str) -> LoggedIn {
        let (email, caller) = (email(slug, name), Caller::default());
        self.access.log_in(&email, PASSWORD, Some(&short(slug)), &caller).await.expect("a log-in")
    }
}

/// The account that acts.
pub(crate) fn who(scope: &OrgScope) -> AccountId {
    scope.actor().account_id().unwrap_or_else(|| panic!("{} is no account", scope.actor()))
}

pub(crate) fn short(slug: &str) -> Slug {
    slug.parse().expect("a slug")
}

fn email(slug: &str, name: &str) -> String {
    format!("{name}@{slug}.example")
}

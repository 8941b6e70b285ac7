use std::time::Duration;

use qun_domain::access::{Actor, Email, IssueToken, IssueTokenRefusal, Standing};
use qun_domain::command::{OrRefuse, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, OrgId};
use qun_domain::tenancy::{Organization, Slug};

use super::{Access, IssuedToken, accounts};
use crate::db::{Db, OrgScope};
use crate::tenancy::organization_by_slug;

/// The organization of this slug, open to the operator. Who can read the database's
/// URL is the operator: for the command line alone.
///
/// # Errors
/// A fault when the database fails.
pub async fn operator(db: &Db, slug: &Slug) -> Result<Option<(Organization, OrgScope)>, Fault> {
    let organization = organization_by_slug(db, slug).await?;
    Ok(organization.map(|organization| {
        let scope = OrgScope::new(organization.id, Actor::Operator);
        (organization, scope)
    }))
}

/// An organization, open to a scheduled job.
pub(crate) fn job_scope(org: OrgId) -> OrgScope {
    OrgScope::new(org, Actor::Job)
}

/// An organization, open to an account that may do no more there than ask what it may, in the
/// course of the request of this id.
pub(super) fn account_scope(org: OrgId, account: AccountId, request_id: Option<&str>) -> OrgScope {
    OrgScope::new(org, Actor::account(account, Standing::asking())).in_request(request_id)
}

impl Access {
    /// An access token in the name of an account, for the operator.
    ///
    /// # Errors
    /// See [`IssueTokenRefusal`].
    pub async fn token_for(
        &self,
        email: &str,
        slug: &Slug,
        life: Duration,
    ) -> Outcome<IssuedToken, IssueTokenRefusal> {
        let (organization, scope) =
            operator(&self.db, slug).await?.or_refuse(IssueTokenRefusal::NoSuchOrganization)?;
        let email: Email = email.parse().ok().or_refuse(IssueTokenRefusal::NoSuchAccount)?;
        let found = accounts::find(&self.db, &email).await?;
        let (account, _) = found.or_refuse(IssueTokenRefusal::NoSuchAccount)?;

        let command = IssueToken { account: account.id, life_seconds: life.as_secs() };
        self.writer.execute(&scope, command).await?;
        Ok(self.issue(account.id, organization.id, None, life).await?)
    }
}

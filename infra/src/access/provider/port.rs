use std::convert::Infallible;

use qun_domain::access::{
    Capability, Identity, IdentityProvider, Issuer, NewProvider, ProvidersPort, SessionEnd, Subject,
};
use qun_domain::command::{Failure, Outcome};
use qun_domain::fault::Fault;
use qun_domain::id::{AccountId, IdentityProviderId};
use sea_orm::QueryResult;

use crate::db::{OrgRead, OrgTx, TenantSql, column, timestamp};

/// What is read of a provider; its secret is not.
pub(super) const PROVIDER: &str = "id, issuer, client_id, changed_at";

/// Whose account a subject of an issuer is.
pub(super) const OF_SUBJECT: &str =
    "SELECT account_id FROM identity WHERE org_id = $1 AND issuer = $2 AND subject = $3";

/// Whether an issuer knows an account.
pub(super) const OF_ACCOUNT: &str =
    "SELECT 1 FROM identity WHERE org_id = $1 AND issuer = $2 AND account_id = $3";

/// The columns of [`PROVIDER`] as a provider.
pub(super) fn provider_model(row: &QueryResult) -> Result<IdentityProvider, Fault> {
    let id = IdentityProviderId(column(row, 0)?);
    let bad = |name: &str| Fault::new(format!("identity_provider.{name} of {id} cannot be read"));
    Ok(IdentityProvider {
        id,
        issuer: column::<String>(row, 1)?.parse().map_err(|_| bad("issuer"))?,
        client_id: column::<String>(row, 2)?.parse().map_err(|_| bad("client_id"))?,
        changed_at: timestamp(row, 3)?,
    })
}

/// The identity provider of the organization, for who manages it.
///
/// # Errors
/// A fault when the database fails.
pub async fn identity_provider(read: &OrgRead) -> Outcome<Option<IdentityProvider>, Infallible> {
    if !read.scope().actor().may(Capability::ManageOrganization) {
        return Err(Failure::Forbidden(Capability::ManageOrganization));
    }
    let text = format!("SELECT {PROVIDER} FROM identity_provider WHERE org_id = $1");
    Ok(read.rows(&text, Vec::new()).await?.first().map(provider_model).transpose()?)
}

impl ProvidersPort for OrgTx {
    async fn provider(&mut self) -> Result<Option<IdentityProvider>, Fault> {
        let lock = self.dialect().for_update();
        let text = format!("SELECT {PROVIDER} FROM identity_provider WHERE org_id = $1{lock}");
        self.rows(&text, Vec::new()).await?.first().map(provider_model).transpose()
    }

    async fn has_provider(&mut self, id: IdentityProviderId) -> Result<bool, Fault> {
        let lock = self.dialect().for_share("identity_provider");
        let text = format!("SELECT 1 FROM identity_provider WHERE org_id = $1 AND id = $2{lock}");
        Ok(!self.rows(&text, vec![id.0.into()]).await?.is_empty())
    }

    async fn add_provider(&mut self, provider: &NewProvider) -> Result<(), Fault> {
        self.run(
            "INSERT INTO identity_provider (org_id, id, issuer, client_id, client_secret, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            vec![
                provider.id.0.into(),
                provider.issuer.as_str().into(),
                provider.client_id.reveal().into(),
                provider.client_secret.reveal().into(),
                self.now().millis().into(),
            ],
        )
        .await?;
        Ok(())
    }

    async fn change_secret(&mut self, provider: &NewProvider) -> Result<(), Fault> {
        let sql = "UPDATE identity_provider SET client_secret = $2, changed_at = $3 WHERE org_id = $1";
        self.run(sql, vec![provider.client_secret.reveal().into(), self.now().millis().into()]).await?;
        Ok(())
    }

    async fn remove_provider(&mut self) -> Result<(), Fault> {
        self.run("DELETE FROM identity_provider WHERE org_id = $1", Vec::new()).await?;
        Ok(())
    }

    async fn end_sessions_of_provider(&mut self) -> Result<u64, Fault> {
        let why = SessionEnd::ProviderChanged.code();
        let sql = "UPDATE session SET ended_at = $2, ended_because = $3
                   WHERE org_id = $1 AND ended_at IS NULL AND expires_at > $2 AND provider_id IS NOT NULL";
        self.run(sql, vec![self.now().millis().into(), why.into()]).await
    }

    async fn identity(&mut self, issuer: &Issuer, subject: &Subject) -> Result<Option<AccountId>, Fault> {
        let rows = self.rows(OF_SUBJECT, vec![issuer.as_str().into(), subject.as_str().into()]).await?;
        rows.first().map(|row| Ok(AccountId(column(row, 0)?))).transpose()
    }

    async fn is_linked(&mut self, issuer: &Issuer, account: AccountId) -> Result<bool, Fault> {
        Ok(!self.rows(OF_ACCOUNT, vec![issuer.as_str().into(), account.0.into()]).await?.is_empty())
    }

    async fn link(&mut self, identity: &Identity) -> Result<(), Fault> {
        self.run(
            "INSERT INTO identity (org_id, id, issuer, subject, account_id, linked_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            vec![
                identity.id.0.into(),
                identity.issuer.as_str().into(),
                identity.subject.as_str().into(),
                identity.account.0.into(),
                self.now().millis().into(),
            ],
        )
        .await?;
        Ok(())
    }
}

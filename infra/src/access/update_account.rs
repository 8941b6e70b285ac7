//! What an account says of itself.

use qun_domain::access::Account;
use qun_domain::fault::Fault;
use qun_domain::locale::Locale;
use qun_domain::tenancy::Name;
use serde_json::{Map, json};

use super::everywhere::By;
use super::sessions::own;
use super::{Access, accounts};
use crate::db::{OrgScope, SystemTx};

/// What is to be so of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// What others call it; none leaves that as it is.
    pub display_name: Option<Name>,
    /// The language that it wants.
    pub locale: LocaleChange,
}

/// What becomes of the language of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LocaleChange {
    /// It stays.
    #[default]
    Keep,
    /// It is for the client to say.
    Clear,
    /// It is this one.
    Set(Locale),
}

/// Why an account stayed as it was.
#[derive(Debug)]
pub enum UpdateAccountProblem {
    /// Whoever acts did not log in.
    NoSession,
    /// Something beneath broke.
    Fault(Fault),
}

impl From<Fault> for UpdateAccountProblem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Access {
    /// Changes what the account that acts says of itself; what it is then. This process answers
    /// in its language at once, others within ten seconds.
    ///
    /// # Errors
    /// See [`UpdateAccountProblem`].
    pub async fn update_account(
        &self,
        scope: &OrgScope,
        change: AccountChange,
    ) -> Result<Account, UpdateAccountProblem> {
        let (id, _) = own(scope).ok_or(UpdateAccountProblem::NoSession)?;
        let door = SystemTx::begin(&self.db).await?;
        accounts::hold(&door, id).await?;
        let before = accounts::of_id(&door, id).await?.ok_or(UpdateAccountProblem::NoSession)?;
        let mut account = before.clone();
        if let Some(name) = change.display_name {
            name.as_str().clone_into(&mut account.display_name);
        }
        match change.locale {
            LocaleChange::Keep => {}
            LocaleChange::Clear => account.locale = None,
            LocaleChange::Set(locale) => account.locale = Some(locale),
        }
        let mut detail = Map::new();
        if account.display_name != before.display_name {
            detail.insert("displayName".to_owned(), json!(account.display_name));
        }
        if account.locale != before.locale {
            detail.insert("locale".to_owned(), json!(account.locale.map(Locale::code)));
        }
        if !detail.is_empty() {
            accounts::update(&door, &account).await?;
            let by = By::Itself(scope.request_id());
            self.note_everywhere(&door, id, by, "access.update_account", detail.into()).await?;
        }
        door.commit().await?;
        self.forget_sessions();
        Ok(account)
    }
}

use async_graphql::{Context, ID, InputObject, Object};
use qun_domain::fault::Fault;
use qun_domain::groups::Scope;
use qun_domain::policy::{PolicyPatch, PolicyProblem, PublishPolicy, PublishPolicyRefusal};
use qun_infra::policy::version;

use super::PolicyObject;
use super::version::PolicyVersionObject;
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled_or_proposed};
use crate::graphql::node::NodeId;
use crate::graphql::proposable::proposable;
use crate::graphql::scalars::Json;
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// The longest note, in characters.
const MAX_NOTE_CHARS: usize = 500;

/// What a scope is to say.
#[derive(InputObject)]
struct PublishPolicyInput {
    /// The global id of the group or community; the organization when left out.
    scope: Option<ID>,
    /// The keys to change, as in `Policy.document`; what is not named stays as it is. Lists
    /// are replaced whole, unknown keys refused.
    changes: Json,
    /// Why, for those who read the list of versions; at most 500 characters.
    note: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    idempotency_key: Option<String>,
}

proposable! {
    /// What came of publishing.
    PublishPolicyPayload {
        /// The new version; null when `userErrors` says why there is none.
        version: PolicyVersionObject,
        /// The policy that holds in the scope now; null when nothing was published.
        policy: PolicyObject,
    }
}

#[derive(Default)]
pub(in crate::graphql) struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Publishes a further version of what the organization, a community or a group says of
    /// the policy. Evaluations that were made stay as they are. Needs the capability
    /// `PUBLISH_POLICY`.
    async fn publish_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: PublishPolicyInput,
    ) -> Result<PublishPolicyPayload, Problem> {
        let asked = Asked::to_run::<PublishPolicy>(ctx, input.idempotency_key.as_deref())?;
        let refused =
            |user_errors| Ok(PublishPolicyPayload { user_errors, ..PublishPolicyPayload::default() });
        let no_scope = || vec![asked.refusal(Code::NotFound, &["input", "scope"])];
        let scope = match &input.scope {
            None => Scope::Organization,
            Some(id) => match NodeId::scope(&asked, id) {
                Some(scope) => scope,
                None => return refused(no_scope()),
            },
        };
        if input.note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE_CHARS) {
            return refused(vec![asked.refusal(Code::NoteTooLong, &["input", "note"])]);
        }
        let note =
            input.note.map(|note| note.replace('\0', "\u{FFFD}")).filter(|note| !note.trim().is_empty());
        let patch = match PolicyPatch::from_value(&input.changes.0) {
            Ok(patch) => patch,
            Err(problems) => return refused(unsound(&asked, &problems)),
        };
        let outcome = asked.execute(PublishPolicy { scope, patch, note }).await?;
        let tell = |refusal| match refusal {
            PublishPolicyRefusal::NoSuchScope => no_scope(),
            PublishPolicyRefusal::NothingChanges => {
                vec![asked.refusal(Code::NothingChanges, &["input", "changes"])]
            }
            PublishPolicyRefusal::Unsound { problems, .. } => unsound(&asked, &problems),
        };
        match settled_or_proposed(outcome, tell)? {
            Ok(published) => published_now(&asked, scope, published.version).await,
            Err(undone) => Ok(undone.into()),
        }
    }
}

pub(in crate::graphql) fn unsound(asked: &Asked, problems: &[PolicyProblem]) -> Vec<UserError> {
    problems
        .iter()
        .map(|problem| UserError::of_policy(problem, &["input", "changes"], asked.locale))
        .collect()
}

async fn published_now(asked: &Asked, scope: Scope, number: u32) -> Result<PublishPolicyPayload, Problem> {
    let row = version(&asked.read, asked.scope.org(), scope, number).await?;
    let row = row.ok_or_else(|| Fault::new(format!("version {number} of {scope} is gone")))?;
    let policy = match scope {
        Scope::Group(id) => PolicyObject::of_group(asked, id).await?,
        Scope::Organization | Scope::Community(_) => PolicyObject::of_scope(asked, scope).await?,
    };
    Ok(PublishPolicyPayload {
        version: Some(PolicyVersionObject(row)),
        policy: Some(policy),
        ..PublishPolicyPayload::default()
    })
}

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use qun_domain::activity::{
    Batch, MAX_ID_CHARS, RecordInteractions, RecordRefusal, Recorded, Rejected, Submitted, UnknownGroups,
};
use qun_domain::groups::Name;
use qun_infra::activity::{Purse, count_rows};

use super::input::{InteractionErrorCode, RecordInteractionsInput};
use crate::graphql::asked::Asked;
use crate::graphql::error::{Problem, settled};
use crate::graphql::user_error::{UserError, UserErrorCode as Code};

/// How many interactions one request takes; longer ones go to POST /v1/interactions.
const MAX_ROWS: usize = 1_000;

/// An interaction that was not taken. The others were.
#[derive(SimpleObject)]
struct InteractionError {
    /// Its place in `interactions`, from 0.
    index: u64,
    /// Its id; null when that is what is wrong.
    id: Option<String>,
    /// The rule that it broke.
    code: InteractionErrorCode,
    /// The key at fault; null when it is none alone.
    key: Option<String>,
    /// A sentence for people, in the language of the request.
    message: String,
}

/// What became of interactions.
#[derive(Default, SimpleObject)]
struct RecordInteractionsPayload {
    /// How many went in.
    accepted: u64,
    /// How many were there already, word for word.
    duplicates: u64,
    /// How many were not taken: the length of `errors`.
    rejected: u64,
    /// Those that were not taken, in order of `index`.
    errors: Vec<InteractionError>,
    /// Why none was taken; empty when each was looked at.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(in crate::graphql) struct ActivityMutation;

#[Object]
impl ActivityMutation {
    /// Records interactions. Bad ones never stop good ones; recording one again changes
    /// nothing. Groups have to exist. Needs the capability `RECORD_ACTIVITY`.
    async fn record_interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interactions.")] input: RecordInteractionsInput,
    ) -> Result<RecordInteractionsPayload, Problem> {
        let asked = Asked::to_run::<RecordInteractions>(ctx, input.idempotency_key.as_deref())?;
        let refused = |code, key| {
            let user_errors = vec![asked.refusal(code, &["input", key])];
            Ok(RecordInteractionsPayload { user_errors, ..RecordInteractionsPayload::default() })
        };
        if input.interactions.len() > MAX_ROWS {
            return refused(Code::TooManyRows, "interactions");
        }
        let group: Option<Name> = match input.group.as_deref().map(str::parse).transpose() {
            Ok(group) => group,
            Err(_) => return refused(Code::NotFound, "group"),
        };
        let is_source = |source: &String| (1..=MAX_ID_CHARS).contains(&source.chars().count());
        if input.source.as_ref().is_some_and(|source| !is_source(source)) {
            return refused(Code::InvalidSource, "source");
        }
        let (mut rows, mut errors) = (Vec::with_capacity(input.interactions.len()), Vec::new());
        for (position, interaction) in (0..).zip(input.interactions) {
            match interaction.row().and_then(|row| row.admitted(asked.now)) {
                Ok(row) => rows.push(Submitted { position, row }),
                Err(error) => errors.push(Rejected { position, error }),
            }
        }
        let source = input.source.map(|source| source.replace('\0', "\u{FFFD}"));
        let batch = Batch { rows: rows.into(), group, source, unknown_groups: UnknownGroups::Refuse };
        let purse = ctx.data_opt::<Purse>();
        if let Some(purse) = purse {
            purse.take(batch.rows.len() + errors.len()).await?;
        }
        let outcome = asked.execute(RecordInteractions(batch)).await?;
        let tell = |refusal| match refusal {
            RecordRefusal::NoSuchGroup => vec![asked.refusal(Code::NotFound, &["input", "group"])],
        };
        match settled(outcome, tell)? {
            Ok(recorded) => {
                count_rows(&recorded, errors.len() as u64);
                if let Some(purse) = purse {
                    purse.give_back(recorded.duplicates).await;
                }
                Ok(payload(&asked, recorded, errors))
            }
            Err(user_errors) => {
                Ok(RecordInteractionsPayload { user_errors, ..RecordInteractionsPayload::default() })
            }
        }
    }
}

fn payload(asked: &Asked, recorded: Recorded, mut errors: Vec<Rejected>) -> RecordInteractionsPayload {
    errors.extend(recorded.rejected);
    errors.sort_by_key(|rejected| rejected.position);
    let error = |rejected: Rejected| InteractionError {
        index: rejected.position,
        code: rejected.error.code.into(),
        message: rejected.error.message(asked.locale),
        key: rejected.error.key.map(Cow::into_owned),
        id: rejected.error.id,
    };
    RecordInteractionsPayload {
        accepted: recorded.accepted,
        duplicates: recorded.duplicates,
        rejected: errors.len() as u64,
        errors: errors.into_iter().map(error).collect(),
        user_errors: Vec::new(),
    }
}

use async_graphql::SimpleObject;
use qun_domain::id::GroupId;
use qun_infra::groups::GroupDays;

use crate::errors::Sentence;
use crate::graphql::asked::Asked;
use crate::graphql::error::Problem;
use crate::graphql::page;
use crate::graphql::scalars::Date;

/// How many days one list of days may span.
const MAX_DAYS: i64 = 400;

const BAD_SPAN: Problem = Problem::BadInput(Sentence::fixed(
    "from must not come after to, and they must span at most 400 days.",
    "from 不得晚于 to，且两者最多相距 400 天。",
));

/// What happened in a group on one of its local days.
#[derive(SimpleObject)]
#[graphql(name = "GroupDay")]
pub(in crate::graphql) struct GroupDayObject {
    /// The day in the group's zone.
    day: Date,
    /// Messages that are not deleted.
    messages: u32,
    /// Persons with at least one such message.
    speakers: u32,
    /// Messages, reactions and attendances, deleted ones too.
    presence: u32,
}

/// What a document costs that asks for these days.
pub(in crate::graphql) fn days_cost(from: Date, to: Date, child: usize) -> usize {
    let days = to.0.signed_duration_since(from.0).num_days().clamp(0, MAX_DAYS) + 1;
    page::times(i32::try_from(days).unwrap_or(i32::MAX), 400, child)
}

/// The days of a group on which anything happened.
pub(in crate::graphql) async fn days_between(
    asked: &Asked,
    group: GroupId,
    Date(from): Date,
    Date(to): Date,
) -> Result<Vec<GroupDayObject>, Problem> {
    let span = to.signed_duration_since(from).num_days() + 1;
    if !(1..=MAX_DAYS).contains(&span) {
        return Err(BAD_SPAN);
    }
    let days = asked.loaders.days.load(&asked.read, GroupDays { group, from, to }).await?.unwrap_or_default();
    let day = |day: &qun_infra::activity::GroupDay| GroupDayObject {
        day: Date(day.day),
        messages: day.messages,
        speakers: day.speakers,
        presence: day.presence,
    };
    Ok(days.iter().map(day).collect())
}

use async_graphql::{Enum, InputObject};
use qun_domain::activity::{
    DeletedBy, Kind, Medium as DomainMedium, MemberRole as DomainRole, Row, RowCode as DomainCode, RowError,
    What,
};

use crate::graphql::groups::MemberRole;
use crate::graphql::scalars::DateTime;

/// What an interaction tells. The keys that it needs are named; others are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub(super) enum InteractionKind {
    /// A message; `user` is the author. Takes `text`, `media`, `replyTo`.
    Message,
    /// A message no longer counts; `user` deleted. Needs `target`, takes `by`: `self` or
    /// `moderator`.
    MessageDeleted,
    /// A reaction of `user`. Needs `target`, takes `emoji`.
    Reaction,
    /// `user` joined. Takes `invitedBy`, `via`.
    Join,
    /// `user` left.
    Leave,
    /// `user` was removed. Takes `by`: the user who removed; `reason`.
    Remove,
    /// What `user` is in the group from then on. Needs `role`.
    Role,
    /// A community event, or a change of one; has no `user`. Needs `startsAt`, `endsAt`,
    /// takes `title`, `cancelled`.
    Event,
    /// `user` took part. Needs `event`.
    Attendance,
    /// A content item of `user` was accepted. Needs `item`, `points`.
    ContributionAccepted,
    /// The item no longer counts. Needs `item`.
    ContributionWithdrawn,
    /// A strike of `user`. Takes `severity`.
    Violation,
    /// A strike is void. Needs `target`.
    ViolationVoided,
    /// A tracked click of `user`. Takes `via`.
    Click,
}

/// What a message carries beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainMedium")]
pub(super) enum Medium {
    /// A picture.
    Image,
    /// A moving picture.
    Video,
    /// Music or a voice message.
    Audio,
    /// Any other file.
    File,
    /// A sticker.
    Sticker,
    /// A card: contact, place, mini-program, poll.
    Card,
    /// A link preview.
    Link,
}

/// The rule that an interaction broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DomainCode")]
pub(super) enum InteractionErrorCode {
    /// The line is not UTF-8; not over GraphQL.
    NotUtf8,
    /// The line is no JSON value; not over GraphQL.
    NotJson,
    /// The line is no JSON object; not over GraphQL.
    NotAnObject,
    /// A key that the kind needs is absent or null.
    Missing,
    /// A value is of another type; not over GraphQL.
    WrongType,
    /// A value that the kind needs is empty.
    Empty,
    /// An identifier has more than 200 characters.
    TooLong,
    /// The kind is none of the kinds; not over GraphQL.
    UnknownKind,
    /// A time is not RFC 3339 with an offset; not over GraphQL.
    BadTime,
    /// `ts` is more than 5 minutes in the future.
    InTheFuture,
    /// A number or a time is out of range.
    OutOfRange,
    /// A word is none of those that its key knows.
    UnknownValue,
    /// `endsAt` is before `startsAt`.
    EndsBeforeStarts,
    /// The line is longer than 1 MiB; not over GraphQL.
    LineTooLong,
    /// The id is taken by an interaction with other content, which stays.
    Conflict,
    /// Neither the interaction nor the request names a group.
    NoGroup,
    /// The organization has no such group.
    UnknownGroup,
}

/// Something that happened in a group: the row of the NDJSON format with the same keys.
/// An empty text that is not needed counts as absent.
#[derive(InputObject)]
pub(super) struct InteractionInput {
    /// The id at its source, 1 to 200 characters; for EVENT the event's. Recording the
    /// same id again changes nothing.
    id: String,
    /// What it tells.
    kind: InteractionKind,
    /// When it happened, at most 5 minutes ahead of the clock.
    ts: DateTime,
    /// The name of the group; the `group` of the request when left out.
    group: Option<String>,
    /// The user id on the group's platform, 1 to 200 characters. Every kind but EVENT needs
    /// it.
    user: Option<String>,
    /// What scopes `id`; the group's platform when left out.
    source: Option<String>,
    /// The display name of `user`; the latest wins.
    name: Option<String>,
    /// The text of a MESSAGE.
    text: Option<String>,
    /// What a MESSAGE carries.
    media: Option<Vec<Medium>>,
    /// The id of the message that a MESSAGE answers.
    reply_to: Option<String>,
    /// The id of the interaction that is deleted, reacted to or voided.
    target: Option<String>,
    /// Who deleted, `self` or `moderator`, or the user who removed.
    by: Option<String>,
    /// The emoji of a REACTION.
    emoji: Option<String>,
    /// The user who invited, of a JOIN.
    invited_by: Option<String>,
    /// The code of the link, of a JOIN or CLICK.
    via: Option<String>,
    /// Why somebody was removed, in the source's words.
    reason: Option<String>,
    /// What `user` is from then on, of a ROLE.
    role: Option<MemberRole>,
    /// When an EVENT begins.
    starts_at: Option<DateTime>,
    /// When an EVENT ends.
    ends_at: Option<DateTime>,
    /// The title of an EVENT.
    title: Option<String>,
    /// Whether an EVENT is called off.
    cancelled: Option<bool>,
    /// The id of the event that was attended.
    event: Option<String>,
    /// The id of the content item.
    item: Option<String>,
    /// The quality of an accepted item in hundredths: 50, 75 or 100.
    points: Option<i32>,
    /// How grave a VIOLATION is, in the source's words.
    severity: Option<String>,
}

type Broken = (DomainCode, &'static str);

fn must<T>(value: Option<T>, key: &'static str) -> Result<T, Broken> {
    value.ok_or((DomainCode::Missing, key))
}

impl InteractionInput {
    /// The row, or the first key at fault. Whether its values are sound, `Row::admitted`
    /// asks.
    pub(super) fn row(self) -> Result<Row, RowError> {
        let id = self.id.clone();
        self.built().map_err(|(code, key)| RowError::of_row(code, Some(key), &id))
    }

    fn built(mut self) -> Result<Row, Broken> {
        let kind = Kind::from(self.kind);
        let user = if kind.has_user() { Some(must(self.user.take(), "user")?) } else { None };
        let (source, group, name) = (self.source.take(), self.group.take(), self.name.take());
        let (id, ts) = (std::mem::take(&mut self.id), self.ts.0);
        Ok(Row { id, source, group, user, name, ts, what: self.what(kind)? })
    }

    fn what(self, kind: Kind) -> Result<What, Broken> {
        let target = |target| must(target, "target");
        Ok(match kind {
            Kind::Message => What::Message {
                text: self.text,
                media: self.media.unwrap_or_default().into_iter().map(DomainMedium::from).collect(),
                reply_to: self.reply_to,
            },
            Kind::MessageDeleted => {
                What::MessageDeleted { target: target(self.target)?, by: deleted_by(self.by.as_deref())? }
            }
            Kind::Reaction => What::Reaction { target: target(self.target)?, emoji: self.emoji },
            Kind::Join => What::Join { invited_by: self.invited_by, via: self.via },
            Kind::Leave => What::Leave,
            Kind::Remove => What::Remove { by: self.by, reason: self.reason },
            Kind::Role => What::Role { role: DomainRole::from(must(self.role, "role")?) },
            Kind::Event => What::Event {
                starts_at: must(self.starts_at, "startsAt")?.0,
                ends_at: must(self.ends_at, "endsAt")?.0,
                title: self.title,
                cancelled: self.cancelled.unwrap_or_default(),
            },
            Kind::Attendance => What::Attendance { event: must(self.event, "event")? },
            Kind::ContributionAccepted => What::ContributionAccepted {
                item: must(self.item, "item")?,
                points: u8::try_from(must(self.points, "points")?)
                    .map_err(|_| (DomainCode::OutOfRange, "points"))?,
            },
            Kind::ContributionWithdrawn => What::ContributionWithdrawn { item: must(self.item, "item")? },
            Kind::Violation => What::Violation { severity: self.severity },
            Kind::ViolationVoided => What::ViolationVoided { target: target(self.target)? },
            Kind::Click => What::Click { via: self.via },
        })
    }
}

fn deleted_by(by: Option<&str>) -> Result<Option<DeletedBy>, Broken> {
    match by {
        None => Ok(None),
        Some("") => Err((DomainCode::Empty, "by")),
        Some(word) => word.parse().map(Some).map_err(|_| (DomainCode::UnknownValue, "by")),
    }
}

/// Interactions to record.
#[derive(InputObject)]
pub(super) struct RecordInteractionsInput {
    /// The interactions, at most 1,000, in any order.
    pub(super) interactions: Vec<InteractionInput>,
    /// The name of the group of all of them, whatever they say.
    pub(super) group: Option<String>,
    /// The source of all of them, whatever they say.
    pub(super) source: Option<String>,
    /// A key of your choice, 1 to 200 characters: sent again with the same input within 7
    /// days, nothing is done and the answer is that of the first time. The header
    /// `Idempotency-Key` does the same for all mutations of a document.
    pub(super) idempotency_key: Option<String>,
}

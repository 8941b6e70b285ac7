use crate::codes::coded;
use crate::time::Timestamp;

coded! {
    /// What a row tells (NDJSON.md, the table of kinds).
    pub enum Kind {
        /// A message in the group.
        Message = "message",
        /// A message no longer counts.
        MessageDeleted = "message_deleted",
        /// Somebody reacted to a message.
        Reaction = "reaction",
        /// A membership begins.
        Join = "join",
        /// A membership ends by the member's will.
        Leave = "leave",
        /// A membership ends by removal.
        Remove = "remove",
        /// What a person is in the group from then on.
        Role = "role",
        /// A community event open to the group.
        Event = "event",
        /// Somebody took part in an event.
        Attendance = "attendance",
        /// A content item was accepted.
        ContributionAccepted = "contribution_accepted",
        /// A content item no longer counts.
        ContributionWithdrawn = "contribution_withdrawn",
        /// A strike.
        Violation = "violation",
        /// A strike is void.
        ViolationVoided = "violation_voided",
        /// A tracked click of an identified member.
        Click = "click",
    }
}

impl Kind {
    /// Message, reaction and attendance: what shows that its user was in the
    /// group, of anyone, deleted or not (TIERING.md, section 2).
    pub const fn is_presence(self) -> bool {
        matches!(self, Self::Message | Self::Reaction | Self::Attendance)
    }

    /// Presence, accepted contribution and click (TIERING.md, section 2).
    ///
    /// Whether a contribution was withdrawn later is not the kind's to say.
    pub const fn is_sign_of_life(self) -> bool {
        self.is_presence() || matches!(self, Self::ContributionAccepted | Self::Click)
    }

    /// Whether a membership can begin or end by a row of this kind.
    pub const fn moves_membership(self) -> bool {
        self.is_presence() || matches!(self, Self::Join | Self::Leave | Self::Remove)
    }

    /// Whether a row of this kind undoes an earlier one from the moment that it
    /// is known, whatever its `ts` (TIERING.md, section 2).
    pub const fn is_undoing(self) -> bool {
        matches!(self, Self::MessageDeleted | Self::ContributionWithdrawn | Self::ViolationVoided)
    }

    /// Whether the rows of this kind name a user: all but `event`.
    pub const fn has_user(self) -> bool {
        !matches!(self, Self::Event)
    }
}

coded! {
    /// What a message carries beside its text.
    pub enum Medium {
        /// A picture.
        Image = "image",
        /// A moving picture.
        Video = "video",
        /// Music or a voice message.
        Audio = "audio",
        /// Any other file.
        File = "file",
        /// A sticker.
        Sticker = "sticker",
        /// A card: contact, place, mini-program, poll.
        Card = "card",
        /// A link preview.
        Link = "link",
    }
}

coded! {
    /// What a person is in a group. Only members are evaluated (TIERING.md, section 3).
    pub enum MemberRole {
        /// An ordinary person; so is whoever has no role row.
        Member = "member",
        /// Staff of the organization.
        Staff = "staff",
        /// A bot.
        Bot = "bot",
        /// Somebody who is paid or asked to keep the talk going.
        Facilitator = "facilitator",
    }
}

coded! {
    /// Whose will a deletion was.
    pub enum DeletedBy {
        /// The author's.
        Author = "self",
        /// A moderator's.
        Moderator = "moderator",
    }
}

/// An interaction: one row of the interchange format (NDJSON.md).
///
/// All rows, typed or parsed, hold the rules after [`Row::admitted`]. Optional
/// texts are then never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's id at its source, 1 to 200 characters.
    pub id: String,
    /// What scopes `id`; the group's platform when absent.
    pub source: Option<String>,
    /// The group at its source, where the row names it.
    pub group: Option<String>,
    /// The person, 1 to 200 characters; absent in events, and only there.
    pub user: Option<String>,
    /// Display name of `user`; the latest wins.
    pub name: Option<String>,
    /// When it happened.
    pub ts: Timestamp,
    /// What happened.
    pub what: What,
}

impl Row {
    /// The kind of the row.
    pub const fn kind(&self) -> Kind {
        self.what.kind()
    }

    /// How many bytes those of its values have together that have no limit of their own:
    /// what a row may weigh in memory.
    pub fn text_bytes(&self) -> usize {
        let bytes = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let what = match &self.what {
            What::Message { text, media, .. } => bytes(text) + size_of_val(media.as_slice()),
            What::Reaction { emoji: text, .. }
            | What::Join { via: text, .. }
            | What::Remove { reason: text, .. }
            | What::Event { title: text, .. }
            | What::Violation { severity: text }
            | What::Click { via: text } => bytes(text),
            What::MessageDeleted { .. }
            | What::Leave
            | What::Role { .. }
            | What::Attendance { .. }
            | What::ContributionAccepted { .. }
            | What::ContributionWithdrawn { .. }
            | What::ViolationVoided { .. } => 0,
        };
        what + bytes(&self.name)
    }
}

/// What a row tells, with the keys of its kind.
///
/// `target` and `event` mean the row of the same source and group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A message; `user` is the author.
    Message {
        /// The text, where the source tells it.
        text: Option<String>,
        /// What it carries, in the source's order.
        media: Vec<Medium>,
        /// Id of the message that it answers.
        reply_to: Option<String>,
    },
    /// A deletion; `user` is who deleted.
    MessageDeleted {
        /// Id of the message.
        target: String,
        /// Whose will it was.
        by: Option<DeletedBy>,
    },
    /// A reaction; `user` is who reacted.
    Reaction {
        /// Id of the message.
        target: String,
        /// The emoji.
        emoji: Option<String>,
    },
    /// `user` joined.
    Join {
        /// The user who invited.
        invited_by: Option<String>,
        /// Code of the link.
        via: Option<String>,
    },
    /// `user` left.
    Leave,
    /// `user` was removed.
    Remove {
        /// The user who removed.
        by: Option<String>,
        /// Why, in the source's words.
        reason: Option<String>,
    },
    /// What `user` is in this group from `ts` on.
    Role {
        /// The role.
        role: MemberRole,
    },
    /// A community event; the row's id is the event's.
    Event {
        /// When it begins.
        starts_at: Timestamp,
        /// When it ends, not before it begins.
        ends_at: Timestamp,
        /// Its title.
        title: Option<String>,
        /// Whether it is called off.
        cancelled: bool,
    },
    /// `user` took part.
    Attendance {
        /// Id of the event.
        event: String,
    },
    /// An item of `user` was accepted.
    ContributionAccepted {
        /// Id of the item.
        item: String,
        /// Its quality in hundredths: 50, 75 or 100.
        points: u8,
    },
    /// `user` withdrew the item.
    ContributionWithdrawn {
        /// Id of the item.
        item: String,
    },
    /// `user` is struck.
    Violation {
        /// How grave, in the source's words.
        severity: Option<String>,
    },
    /// `user` voided a strike.
    ViolationVoided {
        /// The strike's row id.
        target: String,
    },
    /// `user` clicked a tracked link.
    Click {
        /// Code of the link.
        via: Option<String>,
    },
}

impl What {
    /// The kind that these keys belong to.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Message { .. } => Kind::Message,
            Self::MessageDeleted { .. } => Kind::MessageDeleted,
            Self::Reaction { .. } => Kind::Reaction,
            Self::Join { .. } => Kind::Join,
            Self::Leave => Kind::Leave,
            Self::Remove { .. } => Kind::Remove,
            Self::Role { .. } => Kind::Role,
            Self::Event { .. } => Kind::Event,
            Self::Attendance { .. } => Kind::Attendance,
            Self::ContributionAccepted { .. } => Kind::ContributionAccepted,
            Self::ContributionWithdrawn { .. } => Kind::ContributionWithdrawn,
            Self::Violation { .. } => Kind::Violation,
            Self::ViolationVoided { .. } => Kind::ViolationVoided,
            Self::Click { .. } => Kind::Click,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::activity::parse;
    use crate::time::Timestamp;

    #[test]
    fn whatever_has_no_limit_is_weighed() {
        let now = Timestamp::from_millis(1_800_000_000_000).expect("a time");
        let long = "x".repeat(10_000);
        for more in [
            format!(r#""kind": "message", "text": "{long}""#),
            format!(r#""kind": "message", "media": [{}"image"]"#, r#""image", "#.repeat(9_999)),
            format!(r#""kind": "message", "name": "{long}""#),
            format!(r#""kind": "reaction", "target": "m", "emoji": "{long}""#),
            format!(r#""kind": "join", "via": "{long}""#),
            format!(r#""kind": "remove", "reason": "{long}""#),
            format!(r#""kind": "violation", "severity": "{long}""#),
            format!(r#""kind": "click", "via": "{long}""#),
            format!(
                r#""kind": "event", "title": "{long}", "startsAt": "2026-01-05T08:00:00Z", "endsAt": "2026-01-05T09:00:00Z""#
            ),
        ] {
            let line = format!(r#"{{"id": "r", "user": "u", "ts": "2026-01-05T08:00:00Z", {more}}}"#);
            let row = parse(line.as_bytes(), now).expect("a row");
            assert_eq!(row.text_bytes(), long.len(), "{}", row.kind().code());
        }
    }
}

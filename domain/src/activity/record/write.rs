//! Rows as they are written.

use serde_json::{Map, Value};

use super::super::{What, length};
use super::model::{GroupOfRows, NewEventVersion, NewInteraction};
use super::sift::Identified;
use crate::id::PersonId;

/// The row as it is written; what it refers to is settled later.
pub(super) fn interaction_of(
    identified: &Identified<'_>,
    group: &GroupOfRows,
    person: impl Fn(&str) -> Option<PersonId>,
) -> NewInteraction {
    let row = identified.row;
    let what = &row.what;
    let (text, length) = match what {
        What::Message { text, media, .. } => {
            let kept = text.clone().filter(|_| row.ts >= group.text_kept_from);
            (kept, Some(length(text.as_deref(), media)))
        }
        _ => (None, None),
    };
    NewInteraction {
        key: identified.key.clone(),
        group: group.id,
        person: row.user.as_deref().and_then(&person),
        kind: identified.kind,
        at: row.ts,
        day: row.ts.local_date(group.zone),
        content: identified.content,
        text,
        length,
        target: what.target().map(str::to_owned),
        item: what.item().map(str::to_owned),
        points: match what {
            What::ContributionAccepted { points, .. } => Some(*points),
            _ => None,
        },
        role: match what {
            What::Role { role } => Some(role.code()),
            _ => None,
        },
        other: what.invited_by().and_then(person),
        undone: false,
        unresolved: false,
        detail: detail(what),
    }
}

/// The version of an event that the row tells.
pub(super) fn event_of(identified: &Identified<'_>, group: &GroupOfRows) -> Option<NewEventVersion> {
    let What::Event { starts_at, ends_at, title, cancelled } = &identified.row.what else { return None };
    Some(NewEventVersion {
        key: identified.key.clone(),
        group: group.id,
        at: identified.at,
        starts_at: *starts_at,
        ends_at: *ends_at,
        title: title.clone(),
        cancelled: *cancelled,
        content: identified.content,
    })
}

impl What {
    /// The user who invited.
    pub fn invited_by(&self) -> Option<&str> {
        match self {
            Self::Join { invited_by, .. } => invited_by.as_deref(),
            _ => None,
        }
    }

    /// The id of the row that this one refers to.
    pub fn target(&self) -> Option<&str> {
        match self {
            Self::MessageDeleted { target, .. }
            | Self::Reaction { target, .. }
            | Self::ViolationVoided { target } => Some(target),
            Self::Attendance { event } => Some(event),
            _ => None,
        }
    }

    /// The content item that this row is about.
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::ContributionAccepted { item, .. } | Self::ContributionWithdrawn { item } => Some(item),
            _ => None,
        }
    }
}

/// What no rule reads, as a JSON object; nothing when there is none.
fn detail(what: &What) -> Option<String> {
    let mut detail = Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            detail.insert(key.to_owned(), Value::from(value));
        }
    };
    match what {
        What::Message { reply_to, .. } => put("replyTo", reply_to.as_deref()),
        What::MessageDeleted { by, .. } => put("by", by.map(super::super::DeletedBy::code)),
        What::Reaction { emoji, .. } => put("emoji", emoji.as_deref()),
        What::Join { via, .. } | What::Click { via } => put("via", via.as_deref()),
        What::Remove { by, reason } => {
            put("by", by.as_deref());
            put("reason", reason.as_deref());
        }
        What::Violation { severity } => put("severity", severity.as_deref()),
        _ => {}
    }
    if let What::Message { media, .. } = what
        && !media.is_empty()
    {
        detail.insert("media".to_owned(), media.iter().map(|medium| medium.code()).collect());
    }
    (!detail.is_empty()).then(|| Value::Object(detail).to_string())
}

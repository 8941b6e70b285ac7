//! What one message of an export says.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde_json::Value;

use super::stream::text_of;
use crate::activity::formats::Skip;
use crate::activity::formats::local::instant;
use crate::activity::{Medium, Row, What};
use crate::time::Timestamp;

/// The rows that a message gives: itself and its reactions, or the passages
/// that a service message tells.
pub(super) fn rows(chat: &str, message: &Value, zone: Tz) -> Result<Vec<Row>, Skip> {
    let message = Message::new(chat, message, zone)?;
    match message.get("type").as_str() {
        Some("message") => message.written(),
        Some("service") => message.service(),
        _ => Err(Skip::Unknown),
    }
}

struct Message<'a> {
    chat: &'a str,
    json: &'a Value,
    id: String,
    ts: Timestamp,
    /// Milliseconds that the exporter's local time is ahead of UTC.
    ahead: i64,
}

impl<'a> Message<'a> {
    fn new(chat: &'a str, json: &'a Value, zone: Tz) -> Result<Self, Skip> {
        let id = text_of(&json["id"]);
        if id.is_empty() {
            return Err(Skip::Unknown);
        }
        let local = local_time(&json["date"]);
        let exact = text_of(&json["date_unixtime"]).parse::<i64>().ok();
        let exact = exact.and_then(|seconds| Timestamp::from_millis(seconds.checked_mul(Timestamp::SECOND)?));
        let ts = exact.or_else(|| instant(local?, zone)).ok_or(Skip::NoTime)?;
        let ahead = local.map_or(0, |local| local.and_utc().timestamp_millis().saturating_sub(ts.millis()));
        let id = scoped(chat, &id);
        Ok(Self { chat, json, id, ts, ahead })
    }

    fn get(&self, key: &str) -> &'a Value {
        &self.json[key]
    }

    /// A row of this message; `part` tells several apart.
    fn row(&self, part: Option<String>, user: Person, what: What) -> Row {
        let id = part.map_or_else(|| self.id.clone(), |part| format!("{}/{part}", self.id));
        let group = (!self.chat.is_empty()).then(|| self.chat.to_owned());
        Row { id, source: None, group, user: Some(user.id), name: user.name, ts: self.ts, what }
    }

    fn written(&self) -> Result<Vec<Row>, Skip> {
        let author = person(self.json, "from").ok_or(Skip::NoAuthor)?;
        let reply_to = text_of(self.get("reply_to_message_id"));
        // An answer to another chat names a message that is not of this group.
        let here = self.get("reply_to_peer_id").is_null() && !reply_to.is_empty();
        let what = What::Message {
            text: text(self.get("text")),
            media: self.medium().into_iter().collect(),
            reply_to: here.then(|| scoped(self.chat, &reply_to)),
        };
        let mut rows = vec![self.row(None, author, what)];
        for reaction in items(self.get("reactions")) {
            rows.extend(items(&reaction["recent"]).filter_map(|recent| self.reaction(reaction, recent)));
        }
        Ok(rows)
    }

    /// The export names the latest who reacted, with the exporter's local time.
    fn reaction(&self, reaction: &Value, recent: &Value) -> Option<Row> {
        let who = person(recent, "from")?;
        let emoji = ["emoji", "document_id", "type"].map(|key| text_of(&reaction[key]));
        let emoji = emoji.into_iter().find(|emoji| !emoji.is_empty())?;
        let local = local_time(&recent["date"])?.and_utc().timestamp_millis();
        let what = What::Reaction { target: self.id.clone(), emoji: Some(emoji.clone()) };
        let row = self.row(Some(format!("reaction/{}/{emoji}", who.id)), who, what);
        Some(Row { ts: Timestamp::from_millis(local.saturating_sub(self.ahead))?, ..row })
    }

    fn medium(&self) -> Option<Medium> {
        let has = |key: &str| !self.get(key).is_null();
        match self.get("media_type").as_str() {
            Some("sticker") => Some(Medium::Sticker),
            Some("voice_message" | "audio_file") => Some(Medium::Audio),
            Some("video_file" | "video_message" | "animation") => Some(Medium::Video),
            _ if has("photo") => Some(Medium::Image),
            _ if has("file") => {
                Some(match self.get("mime_type").as_str().and_then(|mime| mime.split('/').next()) {
                    Some("image") => Medium::Image,
                    Some("video") => Medium::Video,
                    Some("audio") => Medium::Audio,
                    _ => Medium::File,
                })
            }
            _ => [
                "contact_information",
                "location_information",
                "place_name",
                "poll",
                "game_title",
                "invoice_information",
            ]
            .into_iter()
            .any(has)
            .then_some(Medium::Card),
        }
    }

    fn service(&self) -> Result<Vec<Row>, Skip> {
        let actor = || person(self.json, "actor").ok_or(Skip::NoAuthor);
        match self.get("action").as_str() {
            // Who made a link is named without an id, which invites cannot be credited by.
            Some("join_group_by_link" | "join_group_by_request") => {
                Ok(vec![self.row(None, actor()?, What::Join { invited_by: None, via: None })])
            }
            Some("create_group" | "invite_members") => Ok(self.invited(&actor()?)),
            Some("remove_members") => Ok(self.removed(&actor()?)),
            _ => Err(Skip::Notice),
        }
    }

    fn invited(&self, actor: &Person) -> Vec<Row> {
        let rows = self.members().map(|(part, name)| {
            if actor.is_called(name) {
                return self.row(part, actor.clone(), What::Join { invited_by: None, via: None });
            }
            let invited_by = Some(actor.id.clone());
            self.row(part, Person::named(name), What::Join { invited_by, via: None })
        });
        rows.collect()
    }

    fn removed(&self, actor: &Person) -> Vec<Row> {
        let rows = self.members().map(|(part, name)| {
            if actor.is_called(name) {
                return self.row(part, actor.clone(), What::Leave);
            }
            self.row(part, Person::named(name), What::Remove { by: Some(actor.id.clone()), reason: None })
        });
        rows.collect()
    }

    /// The names in `members`, numbered unless there is one.
    fn members(&self) -> impl Iterator<Item = (Option<String>, &'a str)> {
        let several = items(self.get("members")).count() > 1;
        let numbered = items(self.get("members")).enumerate();
        numbered.filter_map(move |(n, name)| Some((several.then(|| n.to_string()), name.as_str()?)))
    }
}

#[derive(Clone)]
struct Person {
    id: String,
    name: Option<String>,
}

impl Person {
    fn named(name: &str) -> Self {
        Self { id: name.to_owned(), name: Some(name.to_owned()) }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }
}

/// The person whose name is at `key` and whose id at `key` + `_id`. Old exports
/// write a bare number for `user…`; where there is no id the name is it.
fn person(json: &Value, key: &str) -> Option<Person> {
    let name = json[key].as_str().filter(|name| !name.is_empty());
    let id = match &json[format!("{key}_id")] {
        Value::Number(number) => format!("user{number}"),
        Value::String(id) if !id.is_empty() => id.clone(),
        _ => name?.to_owned(),
    };
    Some(Person { id, name: name.map(str::to_owned) })
}

/// A message id is unique in its chat alone, a row id in the organization.
fn scoped(chat: &str, id: &str) -> String {
    if chat.is_empty() { id.to_owned() } else { format!("{chat}/{id}") }
}

/// A text is a string, or a list of strings and of objects with a `text`.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Array(parts) => parts
            .iter()
            .map(|part| part.as_str().or_else(|| part["text"].as_str()).unwrap_or_default())
            .collect(),
        _ => value.as_str()?.to_owned(),
    };
    Some(text).filter(|text| !text.is_empty())
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A local time without offset.
fn local_time(value: &Value) -> Option<NaiveDateTime> {
    value.as_str()?.parse().ok()
}

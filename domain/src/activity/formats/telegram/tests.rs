use super::*;
use crate::activity::formats::Skip;
use crate::activity::{Kind, Medium, RowCode, What};

const CHAT: &str = r#"{
 "name": "Allotment", "type": "private_supergroup", "id": 1500,
 "messages": [
  {"id": 1, "type": "service", "date": "2024-03-01T20:00:00", "date_unixtime": "1709294400", "actor": "Ann",
   "actor_id": "user1", "action": "create_group", "title": "Allotment", "members": ["Ann", "Bob Li"], "text": ""},
  {"id": 2, "type": "message", "date": "2024-03-01T20:01:00", "date_unixtime": "1709294460", "from": "Ann",
   "from_id": "user1", "text": ["See ", {"type": "link", "text": "https://example.org"}, " & water"],
   "text_entities": [{"type": "plain", "text": "See "}],
   "reactions": [{"type": "emoji", "count": 1, "emoji": "👍",
     "recent": [{"from": "Bob Li", "from_id": "user2", "date": "2024-03-01T20:02:30"}]},
     {"type": "custom_emoji", "count": 3, "document_id": "stickers/s.webp"}]},
  {"id": 3, "type": "message", "date": "2024-03-01T20:03:00", "date_unixtime": "1709294580", "from": null,
   "from_id": "user2", "reply_to_message_id": 2, "photo": "photos/p.jpg", "width": 9, "height": 9, "text": ""},
  {"id": 4, "type": "service", "date": "2024-03-02T08:00:00", "date_unixtime": "1709337600", "actor": "Cleo",
   "actor_id": "user3", "action": "join_group_by_link", "inviter": "Ann", "text": ""},
  {"id": 5, "type": "service", "date": "2024-03-03T08:00:00", "date_unixtime": "1709424000", "actor": "Ann",
   "actor_id": "user1", "action": "invite_members", "members": ["Dan"], "text": ""},
  {"id": 6, "type": "service", "date": "2024-03-03T09:00:00", "date_unixtime": "1709427600", "actor": "Cleo",
   "actor_id": "user3", "action": "remove_members", "members": ["Cleo"], "text": ""},
  {"id": 7, "type": "service", "date": "2024-03-03T09:00:00", "date_unixtime": "1709427600", "actor": "Ann",
   "actor_id": "user1", "action": "remove_members", "members": ["Dan"], "text": ""},
  {"id": 8, "type": "service", "date": "2024-03-03T09:00:00", "date_unixtime": "1709427600", "actor": "Ann",
   "actor_id": "user1", "action": "pin_message", "message_id": 2, "text": ""},
  {"id": 9, "type": "message", "date": "2024-03-03T09:00:00", "date_unixtime": "1709427600", "text": "who?"},
  {"id": 10, "type": "unsupported"},
  {"id": 11, "type": "message", "date": "2018-06-01T09:00:00", "from": "Old", "from_id": 77, "text": "from 2018",
   "media_type": "sticker", "file": "s.webp"},
  {"id": 12, "type": "message", "date_unixtime": "1909427600", "from": "Ann", "from_id": "user1", "text": "later"}
 ]}"#;

fn reading() -> Reading {
    Reading { zone: Tz::Asia__Shanghai, now: Timestamp::from_millis(1_767_571_200_000).expect("a time") }
}

type Told = Vec<(u64, Result<Row, RowError>)>;

fn all(text: &str) -> (Told, Result<Skipped, ExportError>) {
    let mut rows = Vec::new();
    let end = read(text.as_bytes(), reading(), |number, row| {
        rows.push((number, row));
        ControlFlow::Continue(())
    });
    (rows, end)
}

#[test]
fn a_chat_becomes_rows() {
    let (rows, skipped) = all(CHAT);
    let lines: Vec<String> = rows
        .iter()
        .filter_map(|(number, row)| row.as_ref().ok().map(|row| (number, row)))
        .map(|(number, row)| {
            let user = row.user.as_deref().unwrap_or_default();
            format!("{number} {} {} {user} {}", row.id, row.kind().code(), row.ts)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "1 1500/1/0 join user1 2024-03-01T12:00:00.000Z",
            "1 1500/1/1 join Bob Li 2024-03-01T12:00:00.000Z",
            "2 1500/2 message user1 2024-03-01T12:01:00.000Z",
            "2 1500/2/reaction/user2/👍 reaction user2 2024-03-01T12:02:30.000Z",
            "3 1500/3 message user2 2024-03-01T12:03:00.000Z",
            "4 1500/4 join user3 2024-03-02T00:00:00.000Z",
            "5 1500/5 join Dan 2024-03-03T00:00:00.000Z",
            "6 1500/6 leave user3 2024-03-03T01:00:00.000Z",
            "7 1500/7 remove Dan 2024-03-03T01:00:00.000Z",
            "11 1500/11 message user77 2018-06-01T01:00:00.000Z",
        ]
    );
    let skipped: Vec<_> = skipped.expect("a whole file").iter().collect();
    assert_eq!(skipped, [(Skip::Notice, 1), (Skip::NoAuthor, 1), (Skip::NoTime, 1)]);
    let late = RowError::of_row(RowCode::InTheFuture, Some("ts"), "1500/12");
    assert_eq!(rows.last(), Some(&(12, Err(late))));
}

#[test]
fn what_the_rows_say() {
    let (rows, _) = all(CHAT);
    let what = |id: &str| {
        let row = rows.iter().filter_map(|(_, row)| row.as_ref().ok()).find(|row| row.id == id);
        row.map(|row| (row.what.clone(), row.name.as_deref().unwrap_or_default(), row.group.as_deref()))
    };
    let chat = Some("1500");
    let text = Some("See https://example.org & water".to_owned());
    assert_eq!(what("1500/2"), Some((What::Message { text, media: vec![], reply_to: None }, "Ann", chat)));
    let photo = What::Message { text: None, media: vec![Medium::Image], reply_to: Some("1500/2".to_owned()) };
    assert_eq!(what("1500/3"), Some((photo, "", chat)));
    let invited = What::Join { invited_by: Some("user1".to_owned()), via: None };
    assert_eq!(what("1500/5"), Some((invited.clone(), "Dan", chat)));
    assert_eq!(what("1500/1/1"), Some((invited, "Bob Li", chat)));
    assert_eq!(what("1500/4"), Some((What::Join { invited_by: None, via: None }, "Cleo", chat)));
    assert_eq!(
        what("1500/7"),
        Some((What::Remove { by: Some("user1".to_owned()), reason: None }, "Dan", chat))
    );
}

#[test]
fn reading_stops_when_told() {
    let mut count = 0;
    let end = read(CHAT.as_bytes(), reading(), |_, row| {
        count += 1;
        if row.is_ok_and(|row| row.kind() == Kind::Message) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(end.is_ok());
    assert_eq!(count, 3);
}

#[test]
fn a_broken_file_keeps_what_came_before() {
    let cut = CHAT.find(r#"{"id": 4"#).expect("a message");
    let (rows, end) = all(&CHAT[..cut + 20]);
    assert_eq!(rows.len(), 5);
    assert!(matches!(end, Err(ExportError::Json { line: 14, .. })), "{end:?}");
    for text in ["", "{", "{}}"] {
        assert!(matches!(all(text).1, Err(ExportError::Json { .. })), "{text}");
    }
    for text in ["{}", "[]", r#"{"chats": {"list": []}}"#, r#"{"messages": 5}"#] {
        assert!(matches!(all(text).1, Err(ExportError::NoMessages)), "{text}");
    }
}

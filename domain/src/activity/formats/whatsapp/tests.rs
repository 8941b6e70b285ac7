use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::activity::formats::{ExportError, Skip, Skipped};
use crate::activity::{Kind, Medium, Row, RowError, What};
use crate::time::Timestamp;

const ANDROID: &str = "\
31/01/2024, 20:59 - Messages and calls are end-to-end encrypted. Only people in this chat can read them.
31/01/2024, 20:59 - Ann created group \"Allotment: plot 5\"
31/01/2024, 21:00 - Ann added you
31/01/2024, 21:01 - Ann added Bob Li and +44 7700 900123
31/01/2024, 21:02 - Bob Li: hello all
this is the second line: with a colon

and the fourth
31/01/2024, 21:02 - Bob Li: ok
31/01/2024, 21:02 - Bob Li: ok
01/02/2024, 08:00 - ~\u{202F}Cleo joined using this group's invite link
01/02/2024, 08:01 - ~\u{202F}Cleo: <Media omitted>
01/02/2024, 08:02 - Ann: IMG-20240201-WA0001.jpg (file attached)
the beans
01/02/2024, 08:03 - Bob Li: This message was deleted
01/02/2024, 08:04 - Bob Li: fixed <This message was edited>
01/02/2024, 08:05 - Bob Li left
01/02/2024, 08:06 - You removed ~\u{202F}Cleo
";

const IOS: &str = "\u{FEFF}\
[2024/1/31 下午9:00:01] 菜园: \u{200E}消息和通话已获端到端加密。\r
\u{200E}[2024/1/31 下午9:00:02] 菜园: \u{200E}安妮使用此群组的邀请链接加入了群组\r
[2024/1/31 下午9:00:03] 安妮: 大家好\r
第二行\r
\u{200E}[2024/1/31 下午9:00:04] 安妮: \u{200E}图片已省略\r
\u{200E}[2024/2/1 上午12:00:05] 鲍勃: 看 \u{200E}<附件：00000012-PHOTO-2024.jpg>\r
[2024/2/1 上午12:00:06] 鲍勃: \u{200E}此消息已被删除。\r
\u{200E}[2024/2/1 中午12:00:07] 安妮: \u{200E}鲍勃移除了安妮\r
";

fn now() -> Timestamp {
    Timestamp::from_millis(1_767_571_200_000).expect("a time")
}

fn all(text: &str) -> (Vec<(u64, Row)>, Skipped) {
    let layout = Layout::detect(text.as_bytes()).expect("a chat");
    let reading = Reading { layout, zone: Tz::Europe__London, group: "plot 5", now: now() };
    let mut rows = Vec::new();
    let skipped = read(text.as_bytes(), reading, |line, row: Result<Row, RowError>| {
        rows.push((line, row.expect("a row")));
        ControlFlow::Continue(())
    });
    (rows, skipped.expect("a whole file"))
}

fn told(rows: &[(u64, Row)]) -> Vec<String> {
    let told = rows.iter().map(|(line, row)| {
        let mut text =
            format!("{line} {} {}: {}", row.ts, row.user.as_deref().unwrap_or_default(), row.kind().code());
        match &row.what {
            What::Message { text: said, media, .. } => {
                let _ = write!(text, " {said:?} {media:?}");
            }
            What::Join { invited_by: by, .. } | What::Remove { by, .. } => {
                let _ = write!(text, " by {by:?}");
            }
            _ => {}
        }
        text
    });
    told.collect()
}

#[test]
fn android_in_english() {
    let (rows, skipped) = all(ANDROID);
    assert_eq!(
        told(&rows),
        [
            r#"4 2024-01-31T21:01:00.000Z Bob Li: join by Some("Ann")"#,
            r#"4 2024-01-31T21:01:00.000Z +44 7700 900123: join by Some("Ann")"#,
            r#"5 2024-01-31T21:02:00.000Z Bob Li: message Some("hello all\nthis is the second line: with a colon\n\nand the fourth") []"#,
            r#"9 2024-01-31T21:02:00.000Z Bob Li: message Some("ok") []"#,
            r#"10 2024-01-31T21:02:00.000Z Bob Li: message Some("ok") []"#,
            r"11 2024-02-01T08:00:00.000Z ~ Cleo: join by None",
            r"12 2024-02-01T08:01:00.000Z ~ Cleo: message None [File]",
            r#"13 2024-02-01T08:02:00.000Z Ann: message Some("the beans") [Image]"#,
            r"15 2024-02-01T08:03:00.000Z Bob Li: message None []",
            r"15 2024-02-01T08:03:00.000Z Bob Li: message_deleted",
            r#"16 2024-02-01T08:04:00.000Z Bob Li: message Some("fixed") []"#,
            r"17 2024-02-01T08:05:00.000Z Bob Li: leave",
            r"18 2024-02-01T08:06:00.000Z ~ Cleo: remove by None",
        ]
    );
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [(Skip::Notice, 2), (Skip::Exporter, 1)]);
    let cleo = rows.iter().find(|(line, _)| *line == 11).and_then(|(_, row)| row.name.clone());
    assert_eq!(cleo.as_deref(), Some("Cleo"));
    let target = rows[8].1.id.clone();
    assert!(matches!(&rows[9].1.what, What::MessageDeleted { target: of, .. } if *of == target));
    let ids: HashSet<_> = rows.iter().map(|(_, row)| &row.id).collect();
    assert_eq!(ids.len(), rows.len());
}

#[test]
fn ios_in_chinese() {
    let (rows, skipped) = all(IOS);
    assert_eq!(
        told(&rows),
        [
            r"2 2024-01-31T21:00:02.000Z 安妮: join by None",
            r#"3 2024-01-31T21:00:03.000Z 安妮: message Some("大家好\n第二行") []"#,
            r"5 2024-01-31T21:00:04.000Z 安妮: message None [Image]",
            r#"6 2024-02-01T00:00:05.000Z 鲍勃: message Some("看") [Image]"#,
            r"7 2024-02-01T00:00:06.000Z 鲍勃: message None []",
            r"7 2024-02-01T00:00:06.000Z 鲍勃: message_deleted",
            r#"8 2024-02-01T12:00:07.000Z 安妮: remove by Some("鲍勃")"#,
        ]
    );
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [(Skip::Notice, 1)]);
}

#[test]
fn a_longer_export_gives_the_same_ids_again() {
    let ids = |text: &str| all(text).0.into_iter().map(|(_, row)| row.id).collect::<Vec<_>>();
    let whole = ids(ANDROID);
    let earlier = ANDROID.find("01/02/2024, 08:02").expect("a line");
    let part = ids(&ANDROID[..earlier]);
    assert_eq!(part[..], whole[..part.len()]);
    let longer = format!("30/01/2024, 21:02 - Bob Li: ok\n{ANDROID}");
    assert_eq!(ids(&longer)[1..], whole[..]);
    // In another group the same words are another message.
    let layout = Layout::detect(ANDROID.as_bytes()).expect("a chat");
    let reading = Reading { layout, zone: Tz::UTC, group: "plot 6", now: now() };
    let mut first = None;
    let end = read(ANDROID.as_bytes(), reading, |_, row| {
        first = row.ok();
        ControlFlow::Break(())
    });
    assert!(end.is_ok() && first.is_some_and(|row| !whole.contains(&row.id)));
}

#[test]
fn the_whole_file_tells_the_order_of_dates() {
    for (text, order, bracketed) in [
        ("5/6/24, 10:00 - A: x\n5/31/24, 10:00 - A: x\n", DateOrder::MonthFirst, false),
        ("5/6/24, 10:00 - A: x\n31/5/24, 10:00 - A: x\n", DateOrder::DayFirst, false),
        // No day above 12: time should not go back.
        ("1/2/24, 10:00 - A: x\n1/3/24, 10:00 - A: x\n2/1/24, 10:00 - A: x\n", DateOrder::MonthFirst, false),
        ("1/2/24, 10:00 - A: x\n2/2/24, 10:00 - A: x\n1/3/24, 10:00 - A: x\n", DateOrder::DayFirst, false),
        ("1/2/24, 10:00 AM - A: x\n", DateOrder::MonthFirst, false),
        ("1/2/24, 10:00 am - A: x\n", DateOrder::DayFirst, false),
        ("[2024/12/31 10:00:00] A: x\n", DateOrder::YearFirst, true),
        (
            "[31.12.24, 10:00:00] A: see\n12/1/24, 10:00 - B: quoted\n[31.12.24, 10:00:01] A: x",
            DateOrder::DayFirst,
            true,
        ),
    ] {
        assert_eq!(Layout::detect(text.as_bytes()).ok(), Some(Layout { order, bracketed }), "{text}");
    }
    assert!(matches!(Layout::detect(&b"hello\nworld"[..]), Err(ExportError::NoLayout)));
    // What is quoted in the other shape belongs to the message.
    let (rows, _) = all("[31.12.24, 10:00:00] A: see\n12/1/24, 10:00 - B: quoted\n[31.12.24, 10:00:01] A: x");
    assert_eq!(rows.len(), 2);
}

#[test]
fn media_by_their_placeholders() {
    for (line, media) in [
        ("\u{200E}sticker omitted", Medium::Sticker),
        ("\u{200E}GIF omitted", Medium::Video),
        ("\u{200E}audio omitted", Medium::Audio),
        ("\u{200E}Contact card omitted", Medium::Card),
        ("report.pdf • 3 pages \u{200E}document omitted", Medium::File),
        ("\u{200E}<attached: 00000003-AUDIO-2024.opus>", Medium::Audio),
        ("\u{200E}POLL:\nWhen?", Medium::Card),
    ] {
        let (rows, _) = all(&format!("[31/12/2024, 10:00:00] A: {line}\n"));
        assert!(
            matches!(&rows[0].1.what, What::Message { media: found, .. } if found[..] == [media]),
            "{line}"
        );
    }
    // A name may hold a colon, a text may begin on the next line.
    let (rows, _) = all("31/12/2024, 10:00 - Ann:x: hi\n31/12/2024, 10:01 - Bob:\nhi\n");
    assert_eq!(rows.iter().filter_map(|(_, row)| row.user.as_deref()).collect::<Vec<_>>(), ["Ann:x", "Bob"]);
    // Without the app's mark they are words of the author.
    let (rows, _) = all("[31/12/2024, 10:00:00] A: image omitted\n");
    assert!(matches!(&rows[0].1.what, What::Message { text: Some(_), media, .. } if media.is_empty()));
}

proptest! {
    #[test]
    fn never_panics(lines in prop::collection::vec("(\\[?1/2/24, 10:00(:00)?\\]?( - | )?)?(A: ?|A added )?\\PC{0,20}|\u{200E}", 0..12)) {
        let text = lines.join("\n");
        if let Ok(layout) = Layout::detect(text.as_bytes()) {
            let reading = Reading { layout, zone: Tz::UTC, group: "g", now: now() };
            let mut ids = HashSet::new();
            let mut twice = false;
            let end = read(text.as_bytes(), reading, |_, row| {
                twice |= row.is_ok_and(|row| row.kind() == Kind::Message && !ids.insert(row.id));
                ControlFlow::Continue(())
            });
            prop_assert!(end.is_ok() && !twice);
        }
    }
}

//! Which format a file is in.

use super::whatsapp;

/// The formats that an import reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The interchange rows (NDJSON.md).
    Ndjson,
    /// The JSON export of Telegram Desktop.
    Telegram,
    /// The text export of `WhatsApp`.
    Whatsapp,
}

/// The format that a file's first bytes look like; some thousands are enough.
/// What looks like nothing else is NDJSON, whose reader says what is wrong.
pub fn detect(head: &[u8]) -> Format {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || whatsapp::is_mark(c));
    if text.starts_with('{') {
        return if is_one_object(text) { Format::Telegram } else { Format::Ndjson };
    }
    let chat = text.lines().take(20).any(whatsapp::starts_message);
    if chat { Format::Whatsapp } else { Format::Ndjson }
}

/// Whether an object is more than a line long, or is one of messages.
fn is_one_object(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim_end();
    let more = text.len() > first.len();
    let complete = first.ends_with('}') && serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
    has_messages(first) || (more && !complete && !first.contains("\"kind\""))
}

/// Whether a key `messages` holds a list. Inside a string its quotes would be escaped.
fn has_messages(text: &str) -> bool {
    text.split("\"messages\"").skip(1).any(|rest| {
        rest.trim_start().strip_prefix(':').is_some_and(|rest| rest.trim_start().starts_with('['))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_tells_the_format() {
        for (head, format) in [
            ("", Format::Ndjson),
            ("hello", Format::Ndjson),
            ("\u{FEFF}{\"id\":\"1\",\"kind\":\"leave\"}\n{\"id\"", Format::Ndjson),
            ("{\"id\":\"1\",\"kind\":\"message\",\"text\":\"\\\"messages\\\": [", Format::Ndjson),
            ("{\"id\":\"1\",\"kind\":\"message\",\"text\":\"messages\"}", Format::Ndjson),
            ("{broken\n{\"id\":\"1\",\"kind\":\"leave\"}", Format::Telegram),
            ("{\"id\":\"1\",\"kind\":broken}\n{", Format::Ndjson),
            ("{\n \"name\": \"Allotment\",\n \"type\": \"private_group\"", Format::Telegram),
            ("{\"name\":\"Allotment\",\"messages\": [{\"id\":1", Format::Telegram),
            ("12/31/20, 9:41\u{202F}PM - Ann: hi\n", Format::Whatsapp),
            ("\u{FEFF}\u{200E}[2020/12/31 21:41:05] Ann: 你好\r\n", Format::Whatsapp),
            ("2020年12月31日 下午9:41 - Ann: 你好", Format::Whatsapp),
            ("[1, 2]", Format::Ndjson),
        ] {
            assert_eq!(detect(head.as_bytes()), format, "{head}");
        }
    }
}

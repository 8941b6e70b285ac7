//! What a row says: whether two rows say the same, and how long a message is.

use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

use super::model::{DeletedBy, Medium, Row, What};
use crate::time::Timestamp;

/// Changes when the encoding does: stored hashes then compare as different.
const ENCODING: u8 = 1;

/// How long a message is that carries media and no text.
const MEDIA_LENGTH: u32 = 2;

impl Row {
    /// A hash of the row's content: the keys of NDJSON.md that its kind uses,
    /// `source` and `group` as filled in, times as instants. Rows of the same
    /// id are duplicates when it is equal, else in conflict.
    ///
    /// SHA-256, cut to 16 bytes: senders cannot make collisions by chance, and
    /// whoever makes one on purpose only hides a row of their own.
    pub fn content_hash(&self, source: &str, group: &str) -> [u8; 16] {
        let mut content = Content(Sha256::new());
        content.byte(ENCODING);
        content.text(self.kind().code());
        content.text(source);
        content.text(group);
        content.optional(self.user.as_deref());
        content.optional(self.name.as_deref());
        content.time(self.ts);
        content.what(&self.what);
        let mut hash = [0; 16];
        hash.copy_from_slice(&content.0.finalize()[..16]);
        hash
    }
}

/// Fields in a fixed order, each with its length or its presence before it, so
/// that no two contents have one encoding.
struct Content(Sha256);

impl Content {
    fn byte(&mut self, byte: u8) {
        self.0.update([byte]);
    }

    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn optional(&mut self, text: Option<&str>) {
        self.byte(u8::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn time(&mut self, at: Timestamp) {
        self.0.update(at.millis().to_le_bytes());
    }

    fn what(&mut self, what: &What) {
        match what {
            What::Message { text, media, reply_to } => {
                self.optional(text.as_deref());
                self.0.update((media.len() as u64).to_le_bytes());
                for medium in media {
                    self.text(medium.code());
                }
                self.optional(reply_to.as_deref());
            }
            What::MessageDeleted { target, by } => {
                self.text(target);
                self.optional(by.map(DeletedBy::code));
            }
            What::Reaction { target, emoji } => {
                self.text(target);
                self.optional(emoji.as_deref());
            }
            What::Join { invited_by: one, via: other } | What::Remove { by: one, reason: other } => {
                self.optional(one.as_deref());
                self.optional(other.as_deref());
            }
            What::Leave => {}
            What::Role { role } => self.text(role.code()),
            What::Event { starts_at, ends_at, title, cancelled } => {
                self.time(*starts_at);
                self.time(*ends_at);
                self.optional(title.as_deref());
                self.byte(u8::from(*cancelled));
            }
            What::Attendance { event: of } | What::ContributionWithdrawn { item: of } => self.text(of),
            What::ViolationVoided { target } => self.text(target),
            What::ContributionAccepted { item, points } => {
                self.text(item);
                self.byte(*points);
            }
            What::Violation { severity: word } | What::Click { via: word } => self.optional(word.as_deref()),
        }
    }
}

/// The length of a message (TIERING.md, section 4): extended grapheme clusters
/// of the text trimmed of Unicode `White_Space`; without text 2 when it has
/// media, else 0.
pub fn length(text: Option<&str>, media: &[Medium]) -> u32 {
    let text = text.unwrap_or_default().trim();
    if text.is_empty() {
        return if media.is_empty() { 0 } else { MEDIA_LENGTH };
    }
    let graphemes = if text.is_ascii() {
        // In ASCII only a line break of two characters is one cluster.
        text.len() - text.as_bytes().windows(2).filter(|pair| pair == b"\r\n").count()
    } else {
        text.graphemes(true).count()
    };
    u32::try_from(graphemes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::activity::parse;

    #[test]
    fn lengths() {
        let image = [Medium::Image];
        for (text, media, expected) in [
            (None, &[][..], 0),
            (None, &image[..], 2),
            (Some(""), &image[..], 2),
            (Some("\u{3000}\u{A0}\t\u{85}"), &image[..], 2),
            (Some(" \n"), &[][..], 0),
            (Some("a"), &image[..], 1),
            (Some(" ab\r\ncd "), &[][..], 5),
            (Some("早上"), &[][..], 2),
            (Some("👨‍👩‍👧‍👦"), &[][..], 1),
            (Some("🇨🇳🇫🇷"), &[][..], 2),
            (Some("👍🏽"), &[][..], 1),
            (Some("e\u{301}"), &[][..], 1),
            (Some("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"), &[][..], 2),
            // A zero-width space is no White_Space.
            (Some("\u{200B}\u{200B}"), &[][..], 2),
        ] {
            assert_eq!(length(text, media), expected, "{text:?}");
        }
    }

    fn hash(rest: &str) -> [u8; 16] {
        let line = format!(r#"{{"id":"r1","ts":"2026-01-05T08:00:00Z",{rest}}}"#);
        let row = parse(line.as_bytes(), Timestamp::from_millis(1_800_000_000_000).expect("a time"));
        row.unwrap_or_else(|error| panic!("{rest}: {error}")).content_hash("OTHER", "garden")
    }

    #[test]
    fn the_same_content_whatever_its_spelling() {
        let message = hash(r#""kind":"message","user":"ann","text":"hi""#);
        for same in [
            r#""kind":"message","user":"ann","text":"hi","points":50,"unknown":1"#,
            r#""kind":"message","user":"ann","text":"\u0068i","media":[],"replyTo":null,"name":"""#,
            r#""kind":"message","user":"ann","text":"hi","ts":"2026-01-05T16:00:00.0009+08:00""#,
            r#""kind":"message","user":"ann","text":"hi","group":"elsewhere","source":"archive""#,
        ] {
            assert_eq!(hash(same), message, "{same}");
        }
        assert_eq!(
            hash(r#""kind":"contribution_accepted","user":"ann","item":"i","points":50"#),
            hash(r#""kind":"contribution_accepted","user":"ann","item":"i","points":5e1"#)
        );
    }

    #[test]
    fn other_content_whatever_the_key() {
        let contents = [
            r#""kind":"message","user":"ann""#,
            r#""kind":"message","user":"bob""#,
            r#""kind":"message","user":"ann","name":"Ann""#,
            r#""kind":"message","user":"ann","ts":"2026-01-05T08:00:00.001Z""#,
            r#""kind":"message","user":"ann","text":"m0""#,
            r#""kind":"message","user":"ann","replyTo":"m0""#,
            r#""kind":"message","user":"ann","media":["image"]"#,
            r#""kind":"message","user":"ann","media":["image","image"]"#,
            r#""kind":"message_deleted","user":"ann","target":"m0""#,
            r#""kind":"message_deleted","user":"ann","target":"m0","by":"self""#,
            r#""kind":"reaction","user":"ann","target":"m0""#,
            r#""kind":"reaction","user":"ann","target":"m0","emoji":"x""#,
            r#""kind":"join","user":"ann""#,
            r#""kind":"join","user":"ann","invitedBy":"x""#,
            r#""kind":"join","user":"ann","via":"x""#,
            r#""kind":"leave","user":"ann""#,
            r#""kind":"remove","user":"ann","by":"x""#,
            r#""kind":"remove","user":"ann","reason":"x""#,
            r#""kind":"role","user":"ann","role":"bot""#,
            r#""kind":"role","user":"ann","role":"staff""#,
            r#""kind":"event","startsAt":"2026-01-06T08:00:00Z","endsAt":"2026-01-06T09:00:00Z""#,
            r#""kind":"event","startsAt":"2026-01-06T08:00:00Z","endsAt":"2026-01-06T09:00:00Z","cancelled":true"#,
            r#""kind":"event","startsAt":"2026-01-06T08:00:00Z","endsAt":"2026-01-06T09:00:00Z","title":"x""#,
            r#""kind":"event","startsAt":"2026-01-06T08:00:00Z","endsAt":"2026-01-06T10:00:00Z""#,
            r#""kind":"attendance","user":"ann","event":"x""#,
            r#""kind":"contribution_accepted","user":"ann","item":"x","points":50"#,
            r#""kind":"contribution_accepted","user":"ann","item":"x","points":75"#,
            r#""kind":"contribution_withdrawn","user":"ann","item":"x""#,
            r#""kind":"violation","user":"ann""#,
            r#""kind":"violation","user":"ann","severity":"x""#,
            r#""kind":"violation_voided","user":"ann","target":"x""#,
            r#""kind":"click","user":"ann","via":"x""#,
        ];
        let hashes: HashSet<_> = contents.iter().map(|content| hash(content)).collect();
        assert_eq!(hashes.len(), contents.len());
    }

    proptest! {
        #[test]
        fn the_ascii_path_agrees_with_the_segmenter(text in "[\\x00-\\x7F]{0,30}|[a\r\n ]{0,12}") {
            let graphemes = text.trim().graphemes(true).count();
            prop_assert_eq!(length(Some(&text), &[]) as usize, graphemes);
        }

        #[test]
        fn fields_do_not_run_into_each_other(source in "[ab]{0,3}", group in "[ab]{0,3}", other in "[ab]{0,3}") {
            let line = br#"{"id":"r1","ts":"2026-01-05T08:00:00Z","kind":"leave","user":"u"}"#;
            let row = parse(line, Timestamp::from_millis(1_800_000_000_000).expect("a time")).expect("a row");
            let same = row.content_hash(&source, &group) == row.content_hash(&other, &group);
            prop_assert_eq!(same, source == other);
            let swapped = row.content_hash(&source, &group) == row.content_hash(&group, &source);
            prop_assert_eq!(swapped, source == group);
        }
    }
}

//! The text export of `WhatsApp` (`_chat.txt`), as iOS and Android write it, in
//! English and Chinese.
//!
//! Such a file has no ids. A row's id is a hash of the group, the local time,
//! the person, the text and how often that came before, so that the same or a
//! longer export gives the same rows again.

mod body;
mod header;
mod identity;
mod layout;
mod notice;
mod reader;

pub use header::DateOrder;
pub use layout::Layout;
pub use reader::{Reading, read};

pub(super) use header::starts_message;

/// Whether a character is one of the invisible marks of direction and order
/// that `WhatsApp` puts around names and before its own words.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The text without invisible marks, with plain spaces, trimmed.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| !is_mark(*c))
        .map(|c| if matches!(c, '\u{A0}' | '\u{202F}') { ' ' } else { c })
        .collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests;

//! What a document may hold, whatever it asks for: looked at before anything walks it.
//!
//! Each limit bounds work that comes before the cost of the answer is known. Above all the
//! fields with all fragments put in place: thirty fragments, each of which names the next one
//! twice, are a page of text and a billion fields.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};

use super::error::Problem;
use crate::errors::Sentence;

/// Words, numbers, texts and signs.
const TOKENS: usize = 10_000;
/// Fields that are given another name.
const ALIASES: usize = 200;
/// Directives.
const DIRECTIVES: usize = 100;
/// Fields, with all fragments put in place.
const FIELDS: usize = 20_000;
/// Fragments in fragments.
const NESTED: usize = 32;

/// Why a document is not looked at any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    Tokens,
    Aliases,
    Directives,
    Fields,
    Nested,
}

impl TooMuch {
    pub(super) fn sentence(self) -> Sentence {
        let (en, zh) = match self {
            Self::Tokens => (
                format!("A document has at most {TOKENS} tokens."),
                format!("一个文档最多 {TOKENS} 个词法单元。"),
            ),
            Self::Aliases => (
                format!("A document has at most {ALIASES} aliases."),
                format!("一个文档最多 {ALIASES} 个别名。"),
            ),
            Self::Directives => (
                format!("A document has at most {DIRECTIVES} directives."),
                format!("一个文档最多 {DIRECTIVES} 个指令。"),
            ),
            Self::Fields => (
                format!("A document has at most {FIELDS} fields, those of its fragments included."),
                format!("一个文档最多 {FIELDS} 个字段，片段中的也计算在内。"),
            ),
            Self::Nested => {
                (format!("Fragments nest at most {NESTED} deep."), format!("片段最多嵌套 {NESTED} 层。"))
            }
        };
        Sentence::of(en, zh)
    }
}

impl From<TooMuch> for Problem {
    fn from(why: TooMuch) -> Self {
        Self::TooComplex(why.sentence())
    }
}

/// Whether a text may be parsed.
pub(super) fn check_text(text: &str) -> Result<(), TooMuch> {
    if tokens(text).nth(TOKENS).is_some() { Err(TooMuch::Tokens) } else { Ok(()) }
}

/// Whether a document may be validated.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), TooMuch> {
    let mut seen = Seen { document, aliases: 0, directives: 0, fragments: HashMap::new() };
    for fragment in document.fragments.values() {
        seen.directives(&fragment.node.directives)?;
    }
    let mut fields = 0_usize;
    for (_, operation) in document.operations.iter() {
        seen.directives(&operation.node.directives)?;
        fields = fields.saturating_add(seen.fields(&operation.node.selection_set.node, 0)?);
    }
    if fields > FIELDS { Err(TooMuch::Fields) } else { Ok(()) }
}

struct Seen<'a> {
    document: &'a ExecutableDocument,
    aliases: usize,
    directives: usize,
    /// How many fields each fragment stands for; a fragment that is not there stands for none.
    fragments: HashMap<&'a str, usize>,
}

impl<'a> Seen<'a> {
    fn directives(&mut self, directives: &[Positioned<Directive>]) -> Result<(), TooMuch> {
        self.directives += directives.len();
        if self.directives > DIRECTIVES { Err(TooMuch::Directives) } else { Ok(()) }
    }

    fn fields(&mut self, set: &'a SelectionSet, nested: usize) -> Result<usize, TooMuch> {
        let mut fields = 0_usize;
        for selection in &set.items {
            let more = match &selection.node {
                Selection::Field(field) => {
                    self.directives(&field.node.directives)?;
                    self.aliases += usize::from(field.node.alias.is_some());
                    if self.aliases > ALIASES {
                        return Err(TooMuch::Aliases);
                    }
                    1 + self.fields(&field.node.selection_set.node, nested)?
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.node.directives)?;
                    self.fields(&inline.node.selection_set.node, nested)?
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives)?;
                    self.fragment(&spread.node.fragment_name.node, nested + 1)?
                }
            };
            fields = fields.saturating_add(more);
            if fields > FIELDS {
                return Err(TooMuch::Fields);
            }
        }
        Ok(fields)
    }

    /// A fragment that contains itself nests without end.
    fn fragment(&mut self, name: &'a str, nested: usize) -> Result<usize, TooMuch> {
        if let Some(known) = self.fragments.get(name) {
            return Ok(*known);
        }
        if nested > NESTED {
            return Err(TooMuch::Nested);
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(0) };
        let fields = self.fields(&fragment.node.selection_set.node, nested)?;
        self.fragments.insert(name, fields);
        Ok(fields)
    }
}

/// The lengths of the tokens of a text (October 2021 specification, section 2.1), near enough to
/// count them: what is no token is the parser's to report.
fn tokens(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            match bytes.get(at)? {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => at += 1,
                b'#' => at += length(&bytes[at..], |byte| byte != b'\n' && byte != b'\r'),
                _ => break,
            }
        }
        let token = token(&bytes[at..]);
        at += token;
        Some(token)
    })
}

fn token(rest: &[u8]) -> usize {
    match rest {
        [b'"', b'"', b'"', ..] => 3 + block_text(&rest[3..]),
        [b'"', ..] => 1 + text(&rest[1..]),
        [b'.', b'.', b'.', ..] => 3,
        _ => length(rest, |byte| matches!(byte, b'_' | b'-' | b'+' | b'.') || byte.is_ascii_alphanumeric())
            .max(1),
    }
}

fn length(rest: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    rest.iter().take_while(|byte| belongs(**byte)).count()
}

/// To the quote that ends a text, or the end of its line.
fn text(rest: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    rest.len()
}

fn block_text(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            [b'\\', b'"', b'"', b'"', ..] => at += 4,
            [b'"', b'"', b'"', ..] => return at + 3,
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn checked(query: &str) -> Result<(), TooMuch> {
        check(&parse_query(query).expect("a document"))
    }

    #[test]
    fn tokens_are_counted_as_the_specification_has_them() {
        for (text, count) in [
            ("", 0),
            ("{ a }", 3),
            ("query Q($x: Int = -1.5e+3) { a(x: $x) @skip(if: true) ...F }", 28),
            ("{ a(t: \"{ b c d }\", u: \"\"\"{ \\\"\"\" \" } \"\"\") } # { x y", 11),
            ("\"a\\\"b\" \"群\" \"open", 3),
            ("\u{feff}{,a,b,}", 4),
        ] {
            assert_eq!(tokens(text).count(), count, "{text}");
        }
        assert_eq!(check_text(&"a ".repeat(TOKENS)), Ok(()));
        assert_eq!(check_text(&"a ".repeat(TOKENS + 1)), Err(TooMuch::Tokens));
        assert_eq!(check_text(&"[".repeat(2_000_000)), Err(TooMuch::Tokens));
    }

    #[test]
    fn fragments_count_where_they_are_put() {
        // Each names the next one twice: 2 to the power of 30 fields.
        let doubled: String = (0..30).fold(String::from("{ ...f0 } "), |text, n| {
            text + &format!("fragment f{n} on Query {{ ...f{next} ...f{next} }} ", next = n + 1)
        });
        assert_eq!(checked(&(doubled + "fragment f30 on Query { a }")), Err(TooMuch::Fields));
        assert_eq!(checked("{ ...f ...f } fragment f on Query { a { b c } }"), Ok(()));
    }

    #[test]
    fn fragments_in_a_circle_are_refused() {
        assert_eq!(
            checked("{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }"),
            Err(TooMuch::Nested)
        );
        assert_eq!(checked("{ ...f } fragment f on Query { ...f ...f }"), Err(TooMuch::Nested));
        assert_eq!(checked("{ ...nobody }"), Ok(()), "validation tells that it is not there");
    }

    #[test]
    fn aliases_and_directives_are_few() {
        let aliases =
            |count: usize| (0..count).fold(String::from("{"), |text, n| text + &format!(" a{n}: a")) + "}";
        assert_eq!(checked(&aliases(ALIASES)), Ok(()));
        assert_eq!(checked(&aliases(ALIASES + 1)), Err(TooMuch::Aliases));
        let directives = |count: usize| format!("{{ a {} }}", "@include(if: true) ".repeat(count));
        assert_eq!(checked(&directives(DIRECTIVES)), Ok(()));
        assert_eq!(checked(&directives(DIRECTIVES + 1)), Err(TooMuch::Directives));
    }
}

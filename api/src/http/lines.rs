//! Bytes into lines, in constant memory: for `POST /v1/interactions` and `qun import`.

use qun_domain::activity::MAX_LINE_BYTES;

/// A line with its number in the stream, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number; blank lines count.
    pub number: u64,
    /// What it holds.
    pub content: Content<'a>,
}

/// What a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Its bytes, without the line break; never blank.
    Bytes(&'a [u8]),
    /// It is longer than [`MAX_LINE_BYTES`]; its bytes were passed over.
    TooLong,
}

/// Cuts a stream into lines at LF or CRLF. Blank lines are passed over.
///
/// No more than one line is ever held, and of an overlong one no more than its beginning.
#[derive(Debug, Default)]
pub struct LineSplitter {
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
    /// The line that is being read is too long, and the rest of it is passed over.
    overlong: bool,
    /// Lines that have ended.
    ended: u64,
}

impl LineSplitter {
    /// Takes the next bytes of the stream and hands on each line that ends in them.
    ///
    /// # Errors
    /// The first error of `take`.
    pub fn push<E>(
        &mut self,
        mut bytes: &[u8],
        mut take: impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (rest_of_line, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            self.end_line(rest_of_line, &mut take)?;
        }
        self.begin(bytes);
        Ok(())
    }

    /// Hands on the last line, when the stream does not end with a line break.
    ///
    /// # Errors
    /// The error of `take`.
    pub fn finish<E>(mut self, mut take: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        if self.begun.is_empty() && !self.overlong { Ok(()) } else { self.end_line(&[], &mut take) }
    }

    fn begin(&mut self, bytes: &[u8]) {
        if self.overlong {
            return;
        }
        // One byte more than a line may have: it could be the CR of a line break.
        if self.begun.len() + bytes.len() > MAX_LINE_BYTES + 1 {
            self.overlong = true;
            self.begun = Vec::new();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn end_line<E>(
        &mut self,
        rest_of_line: &[u8],
        take: &mut impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.ended += 1;
        let number = self.ended;
        if self.begun.is_empty() && !self.overlong {
            return hand_on(number, rest_of_line, take);
        }
        self.begin(rest_of_line);
        if std::mem::take(&mut self.overlong) {
            return take(Line { number, content: Content::TooLong });
        }
        let outcome = hand_on(number, &self.begun, take);
        self.begun.clear();
        outcome
    }
}

fn hand_on<E>(number: u64, bytes: &[u8], take: &mut impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    if bytes.len() > MAX_LINE_BYTES {
        take(Line { number, content: Content::TooLong })
    } else if bytes.trim_ascii().is_empty() {
        Ok(())
    } else {
        take(Line { number, content: Content::Bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// The lines of `text`, handed over in pieces of `size` bytes.
    fn lines(text: &[u8], size: usize) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut found = Vec::new();
        let mut take = |line: Line<'_>| -> Result<(), Infallible> {
            let bytes = match line.content {
                Content::Bytes(bytes) => Some(bytes.to_vec()),
                Content::TooLong => None,
            };
            found.push((line.number, bytes));
            Ok(())
        };
        let mut splitter = LineSplitter::default();
        for piece in text.chunks(size) {
            let Ok(()) = splitter.push(piece, &mut take);
            assert!(splitter.begun.len() <= MAX_LINE_BYTES + 1);
        }
        let Ok(()) = splitter.finish(&mut take);
        found
    }

    fn line(number: u64, text: &str) -> (u64, Option<Vec<u8>>) {
        (number, Some(text.as_bytes().to_vec()))
    }

    #[test]
    fn however_the_bytes_arrive_the_lines_are_the_same() {
        let text = "a\n\nbc\r\n  \t\r\n群\nlast".as_bytes();
        for size in 1..=text.len() {
            assert_eq!(
                lines(text, size),
                [line(1, "a"), line(3, "bc"), line(5, "群"), line(6, "last")],
                "{size}"
            );
        }
    }

    #[test]
    fn empty_streams_have_no_lines() {
        for text in ["", "\n", "\r\n\n", "   "] {
            assert_eq!(lines(text.as_bytes(), 3), [], "{text:?}");
        }
    }

    #[test]
    fn the_longest_line_is_taken_and_a_longer_one_reported() {
        let longest = "x".repeat(MAX_LINE_BYTES);
        for (end, size) in
            [("\n", 4_096), ("\r\n", 4_096), ("", 4_096), ("\n", usize::MAX), ("\r\n", 1_000_003)]
        {
            assert_eq!(
                lines(format!("{longest}{end}").as_bytes(), size),
                [line(1, &longest)],
                "{end:?} {size}"
            );
            let longer = format!("{longest}y{end}");
            assert_eq!(lines(longer.as_bytes(), size), [(1, None)], "{end:?} {size}");
        }
    }

    #[test]
    fn a_line_of_ten_megabytes_does_not_hide_its_neighbors() {
        let text = format!("a\n{}\nb\n", "x".repeat(10 * MAX_LINE_BYTES));
        for size in [1_000, 65_536, usize::MAX] {
            assert_eq!(lines(text.as_bytes(), size), [line(1, "a"), (2, None), line(3, "b")], "{size}");
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        let mut seen = 0;
        let outcome = LineSplitter::default().push(b"a\nb\nc\n", |line| {
            seen += 1;
            if line.number == 2 { Err("enough") } else { Ok(()) }
        });
        assert_eq!((outcome, seen), (Err("enough"), 2));
    }
}

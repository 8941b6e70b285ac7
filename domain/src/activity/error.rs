//! Which rule a row broke.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::codes::coded;
use crate::locale::Locale;

/// The longest line, in bytes without the line break, that a reader takes.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

coded! {
    /// The rule, as a stable code of the answer's `errors`.
    pub enum RowCode {
        /// The line is not UTF-8.
        NotUtf8 = "NOT_UTF8",
        /// The line is no JSON value.
        NotJson = "NOT_JSON",
        /// The line is JSON, but no object.
        NotAnObject = "NOT_AN_OBJECT",
        /// A key that the kind needs is absent or null.
        Missing = "MISSING",
        /// A value is of another type.
        WrongType = "WRONG_TYPE",
        /// A value that the kind needs is empty.
        Empty = "EMPTY",
        /// An identifier has more than 200 characters.
        TooLong = "TOO_LONG",
        /// `kind` is none of the kinds.
        UnknownKind = "UNKNOWN_KIND",
        /// A time is not RFC 3339 with an offset.
        BadTime = "BAD_TIME",
        /// `ts` is more than 5 minutes in the future.
        InTheFuture = "IN_THE_FUTURE",
        /// A number or a time is outside its range.
        OutOfRange = "OUT_OF_RANGE",
        /// A word is none of those that its key knows.
        UnknownValue = "UNKNOWN_VALUE",
        /// `endsAt` is before `startsAt`.
        EndsBeforeStarts = "ENDS_BEFORE_STARTS",
        /// The line is longer than [`MAX_LINE_BYTES`].
        LineTooLong = "LINE_TOO_LONG",
        /// The id is taken by a row with other content.
        Conflict = "CONFLICT",
        /// Neither the row nor the request names a group.
        NoGroup = "NO_GROUP",
        /// The organization has no such group, and the door may not create it.
        UnknownGroup = "UNKNOWN_GROUP",
    }
}

/// Why a row does not go in.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub struct RowError {
    /// The rule.
    pub code: RowCode,
    /// The key of NDJSON.md at fault, where it is one.
    pub key: Option<Cow<'static, str>>,
    /// The row's id, when it could be read and holds its own rule.
    pub id: Option<String>,
}

impl RowError {
    /// Of a whole line, before anything in it is known.
    pub const fn of_line(code: RowCode) -> Self {
        Self { code, key: None, id: None }
    }

    /// Of a row that was read.
    pub fn of_row(code: RowCode, key: Option<&'static str>, id: &str) -> Self {
        Self { code, key: key.map(Cow::Borrowed), id: Some(id.to_owned()) }
    }

    /// The sentence for people.
    pub fn message(&self, locale: Locale) -> String {
        let text = match locale {
            Locale::En => english(self.code),
            Locale::ZhCn => chinese(self.code),
        };
        match (&self.key, locale) {
            (Some(key), Locale::En) => format!("{key}: {text}."),
            (Some(key), Locale::ZhCn) => format!("{key}：{text}。"),
            (None, Locale::En) => format!("{text}."),
            (None, Locale::ZhCn) => format!("{text}。"),
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.code())?;
        match &self.key {
            Some(key) => write!(f, " ({key})"),
            None => Ok(()),
        }
    }
}

const fn english(code: RowCode) -> &'static str {
    match code {
        RowCode::NotUtf8 => "The line is not valid UTF-8",
        RowCode::NotJson => "The line is not a complete JSON value",
        RowCode::NotAnObject => "The line is not a JSON object",
        RowCode::Missing => "A value is required",
        RowCode::WrongType => "The value has the wrong type",
        RowCode::Empty => "The value must not be empty",
        RowCode::TooLong => "The value has more than 200 characters",
        RowCode::UnknownKind => "This kind of row is not known",
        RowCode::BadTime => {
            "The value is not an RFC 3339 time with an offset, such as 2026-01-05T08:00:00+08:00"
        }
        RowCode::InTheFuture => "The time is more than 5 minutes in the future",
        RowCode::OutOfRange => "The value is out of range",
        RowCode::UnknownValue => "The value is not one of those allowed",
        RowCode::EndsBeforeStarts => "The event ends before it starts",
        RowCode::LineTooLong => "The line is longer than 1 MiB",
        RowCode::Conflict => "A row with the same id and other content is already there and stays",
        RowCode::UnknownGroup => "The organization has no such group",
        RowCode::NoGroup => "Neither the row nor the request names a group",
    }
}

const fn chinese(code: RowCode) -> &'static str {
    match code {
        RowCode::NotUtf8 => "该行不是有效的 UTF-8",
        RowCode::NotJson => "该行不是完整的 JSON 值",
        RowCode::NotAnObject => "该行不是 JSON 对象",
        RowCode::Missing => "缺少必填的值",
        RowCode::WrongType => "值的类型不对",
        RowCode::Empty => "值不能为空",
        RowCode::TooLong => "值超过 200 个字符",
        RowCode::UnknownKind => "未知的行类型",
        RowCode::BadTime => "不是带时区偏移的 RFC 3339 时间，例如 2026-01-05T08:00:00+08:00",
        RowCode::InTheFuture => "时间晚于当前时间 5 分钟以上",
        RowCode::OutOfRange => "值超出允许的范围",
        RowCode::UnknownValue => "值不在允许的范围之列",
        RowCode::EndsBeforeStarts => "活动的结束时间早于开始时间",
        RowCode::LineTooLong => "该行超过 1 MiB",
        RowCode::Conflict => "已有相同 id 但内容不同的行，保留先到的一行",
        RowCode::UnknownGroup => "本组织没有这个群",
        RowCode::NoGroup => "该行和请求都没有指明群",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for code in RowCode::ALL {
            let error = RowError { code: *code, key: Some("user".into()), id: None };
            assert!(error.message(Locale::En).starts_with("user: "), "{code:?}");
            assert!(error.message(Locale::ZhCn).ends_with('。'), "{code:?}");
        }
        let error = RowError::of_line(RowCode::NotJson);
        assert_eq!(error.message(Locale::En), "The line is not a complete JSON value.");
        assert_eq!(error.to_string(), "NOT_JSON");
    }
}

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::codes::coded;
use crate::locale::Locale;

coded! {
    /// Why a fact did not go in, as a stable code.
    pub enum FactCode {
        /// The line is no JSON object with the keys of a fact.
        NotAFact = "NOT_A_FACT",
        /// A text is blank, has more than 200 characters, or control characters.
        InvalidText = "INVALID_TEXT",
        /// A value that the kind needs is absent.
        Missing = "MISSING",
        /// A value is given that belongs to another kind.
        NotOfKind = "NOT_OF_KIND",
        /// A rating is no number from 1 to 5.
        OutOfRange = "OUT_OF_RANGE",
        /// A case was handled before it was opened, or opened again before it was handled.
        WrongOrder = "WRONG_ORDER",
        /// A time is more than 5 minutes in the future.
        InTheFuture = "IN_THE_FUTURE",
        /// The organization never had such a member.
        UnknownMember = "UNKNOWN_MEMBER",
        /// The organization has no such group or community.
        UnknownScope = "UNKNOWN_SCOPE",
        /// Nobody records what he did himself.
        OwnFact = "OWN_FACT",
    }
}

/// Why a fact did not go in.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{}", self.message(Locale::En))]
pub struct FactError {
    /// The rule.
    pub code: FactCode,
    /// The key at fault; none where it is the whole.
    pub key: Option<Cow<'static, str>>,
}

impl FactError {
    /// A rule that the value of a key breaks.
    pub const fn of(code: FactCode, key: &'static str) -> Self {
        Self { code, key: Some(Cow::Borrowed(key)) }
    }

    /// A rule that the whole breaks.
    pub const fn of_whole(code: FactCode) -> Self {
        Self { code, key: None }
    }

    /// The sentence for people.
    pub fn message(&self, locale: Locale) -> String {
        let (text, colon, stop) = match locale {
            Locale::En => (english(self.code), ": ", "."),
            Locale::ZhCn => (chinese(self.code), "：", "。"),
        };
        match &self.key {
            Some(key) => format!("{key}{colon}{text}{stop}"),
            None => format!("{text}{stop}"),
        }
    }
}

const fn english(code: FactCode) -> &'static str {
    match code {
        FactCode::NotAFact => "The line is no JSON object with the keys of a fact",
        FactCode::InvalidText => {
            "The value is blank, has more than 200 characters, or has control characters"
        }
        FactCode::Missing => "A fact of this kind needs this value",
        FactCode::NotOfKind => "The value belongs to another kind of fact",
        FactCode::OutOfRange => "A rating is a number from 1 to 5",
        FactCode::WrongOrder => "A case is opened, then handled, and only then opened again",
        FactCode::InTheFuture => "The time is more than 5 minutes in the future",
        FactCode::UnknownMember => "The organization never had such a member",
        FactCode::UnknownScope => "The organization has no such group or community",
        FactCode::OwnFact => "Nobody records what he did himself",
    }
}

const fn chinese(code: FactCode) -> &'static str {
    match code {
        FactCode::NotAFact => "该行不是包含事实字段的 JSON 对象",
        FactCode::InvalidText => "该值为空、超过 200 个字符或含有控制字符",
        FactCode::Missing => "此类事实需要该值",
        FactCode::NotOfKind => "该值属于另一类事实",
        FactCode::OutOfRange => "评分须为 1 到 5 的整数",
        FactCode::WrongOrder => "工单须先开启、再处理，之后才能重新开启",
        FactCode::InTheFuture => "时间晚于现在超过 5 分钟",
        FactCode::UnknownMember => "组织中从未有过该成员",
        FactCode::UnknownScope => "组织中没有该群或社区",
        FactCode::OwnFact => "不能记录自己的工作",
    }
}

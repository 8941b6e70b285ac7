//! What an ingestion says that ended before its rows did.

use qun_domain::locale::Locale;
use qun_infra::activity::Spent;
use serde::Serialize;

use crate::errors::{Code, Sentence};

/// Where and until when it stopped, for want of budget.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stopped {
    code: &'static str,
    message: String,
    retry_after_seconds: u32,
    /// The first line that is left over; of it and what follows nothing was recorded.
    resume_at_line: u64,
}

impl Stopped {
    /// Before the line of this number.
    pub(super) fn at(line: u64, Spent { wait_seconds }: Spent, locale: Locale) -> Self {
        let sentence = Sentence::of(
            format!(
                "The budget for rows is spent. Go on with line {line}, or send the whole again, in {wait_seconds} s."
            ),
            format!("行数额度已用完。请在 {wait_seconds} 秒后从第 {line} 行继续发送，或重新发送全部内容。"),
        );
        Self {
            code: Code::RateLimited.word(),
            message: sentence.text(locale).to_owned(),
            retry_after_seconds: wait_seconds,
            resume_at_line: line,
        }
    }

    pub(super) fn retry_after_seconds(&self) -> u32 {
        self.retry_after_seconds
    }
}

use qun_domain::activity::{RowCode, RowError};
use qun_domain::locale::Locale;

use super::Again::{self, AfterThat, Changed, Never};

/// What the sentence of the code says, which is its cause.
pub(super) fn cause(code: RowCode) -> String {
    RowError::of_line(code).message(Locale::En)
}

/// What to do about it, and whether the row can then be sent again.
pub(super) const fn remedy(code: RowCode) -> (&'static str, Again) {
    match code {
        RowCode::NotUtf8 => ("write the file in UTF-8", Changed),
        RowCode::NotJson => ("write one whole JSON object a line, without line breaks in it", Changed),
        RowCode::NotAnObject => ("write one JSON object a line", Changed),
        RowCode::Missing => ("give the key that `message` names", Changed),
        RowCode::WrongType => ("give the key that `message` names a value of its type", Changed),
        RowCode::Empty => {
            ("give the key that `message` names a value, or leave the key out if it may be", Changed)
        }
        RowCode::TooLong => ("shorten the identifier", Changed),
        RowCode::UnknownKind => ("take one of the [kinds](activity.md)", Changed),
        RowCode::BadTime => ("write times with seconds and offset", Changed),
        RowCode::InTheFuture => ("set the clock of the source", Changed),
        RowCode::OutOfRange => ("look at the range in [activity.md](activity.md)", Changed),
        RowCode::UnknownValue => ("take one of the words in [activity.md](activity.md)", Changed),
        RowCode::EndsBeforeStarts => ("mend `startsAt` or `endsAt`", Changed),
        RowCode::LineTooLong => ("cut the text", Changed),
        RowCode::Conflict => {
            ("nothing, if the row was changed afterwards; else give each row an id of its own", Never)
        }
        RowCode::NoGroup => ("name a group in each row, or one for all", Changed),
        RowCode::UnknownGroup => ("create the group, or mend its name", AfterThat),
    }
}

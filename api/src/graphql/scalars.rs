//! Values that GraphQL has no type for.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat};
use chrono_tz::Tz;
use qun_domain::month::Month as CalendarMonth;
use qun_domain::quarter::Quarter as CalendarQuarter;
use qun_domain::time::{Timestamp, Week as IsoWeek, parse_zone};

/// An instant: RFC 3339 with an offset, answered in UTC with milliseconds, such as
/// 2026-01-05T08:00:00.000Z. Digits finer than a millisecond are cut off.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateTime(pub(super) Timestamp);

/// A calendar day, such as 2026-01-05. Whose days they are, each field says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Date(pub(super) NaiveDate);

/// An ISO 8601 week, Monday to Sunday, such as 2026-W07.
#[derive(Clone, Copy, Debug)]
pub(super) struct Week(pub(super) IsoWeek);

/// A calendar month, such as 2026-07. Whose days it has, each field says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month(pub(super) CalendarMonth);

/// A calendar quarter, such as 2026-Q3. Whose days it has, each field says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quarter(pub(super) CalendarQuarter);

/// The name of a time zone in the IANA database, such as Asia/Shanghai.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeZone(pub(super) Tz);

/// An amount of money in the smallest units of its currency, such as fen, cents or whole yen: a whole
/// number, which may be longer than 32 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct MinorUnits(pub(super) i64);

/// Any JSON value.
#[derive(Clone, Debug)]
pub(super) struct Json(pub(super) serde_json::Value);

fn read<T>(
    value: &Value,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> InputValueResult<T>
where
    T: async_graphql::InputType,
{
    let text = if let Value::String(text) = value { parse(text) } else { None };
    text.ok_or_else(|| InputValueError::custom(expected))
}

/// An instant: RFC 3339 with an offset, answered in UTC with milliseconds, such as
/// 2026-01-05T08:00:00.000Z. Digits finer than a millisecond are cut off.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(
            &value,
            "an RFC 3339 time with an offset is expected, such as 2026-01-05T08:00:00+08:00",
            |text| chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| Self(at.into())),
        )
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A calendar day, such as 2026-01-05. Whose days they are, each field says.
#[Scalar(name = "Date", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339#appendix-A")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value, "a day is expected, such as 2026-01-05", |text| {
            let day: NaiveDate = text.parse().ok()?;
            (day.to_string() == text).then_some(Self(day))
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An ISO 8601 week, Monday to Sunday, such as 2026-W07.
#[Scalar(
    name = "Week",
    specified_by_url = "https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#weeks"
)]
impl ScalarType for Week {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value, "an ISO week is expected, such as 2026-W07", |text| text.parse().ok().map(Self))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A calendar month, such as 2026-07. Whose days it has, each field says.
#[Scalar(
    name = "Month",
    specified_by_url = "https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#months"
)]
impl ScalarType for Month {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value, "a month is expected, such as 2026-07", |text| text.parse().ok().map(Self))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A calendar quarter, such as 2026-Q3. Whose days it has, each field says.
#[Scalar(name = "Quarter", specified_by_url = "https://www.unicode.org/reports/tr35/tr35-dates.html")]
impl ScalarType for Quarter {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value, "a quarter is expected, such as 2026-Q3", |text| text.parse().ok().map(Self))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// The name of a time zone in the IANA database, such as Asia/Shanghai.
#[Scalar(name = "TimeZone", specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value, "an IANA time zone is expected, such as Asia/Shanghai", |text| {
            parse_zone(text).ok().map(Self)
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.name().to_owned())
    }
}

/// An amount of money in the smallest units of its currency, such as fen, cents or whole yen: a whole
/// number, which may be longer than 32 bits.
#[Scalar(name = "MinorUnits", specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html")]
impl ScalarType for MinorUnits {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = if let Value::Number(number) = &value { number.as_i64() } else { None };
        number.map(Self).ok_or_else(|| InputValueError::custom("a whole number of minor units is expected"))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// Any JSON value.
#[Scalar(name = "JSON", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(|_| InputValueError::custom("a JSON value is expected"))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

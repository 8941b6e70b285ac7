//! Amounts of money, as they are recorded: Qun pays nobody.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// The codes of ISO 4217 that people are paid in.
pub const CURRENCIES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP",
    "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP",
    "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD",
    "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK",
    "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR",
    "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP",
    "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP",
    "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD",
    "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF",
    "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// A currency, by its code of ISO 4217, such as `CNY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Currency(&'static str);

/// A text that is no currency.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a currency of ISO 4217, such as CNY")]
pub struct UnknownCurrency;

impl Currency {
    /// The yuan.
    pub const CNY: Self = Self("CNY");

    /// Its code.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        CURRENCIES.iter().find(|code| **code == text).map(|code| Self(code)).ok_or(UnknownCurrency)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader)?.parse().map_err(D::Error::custom)
    }
}

/// An amount that somebody is given: at least one minor unit of its currency (a fen, a cent, a whole
/// yen), at most [`Money::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", rename_all = "camelCase")]
pub struct Money {
    minor_units: i64,
    currency: Currency,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unchecked {
    minor_units: i64,
    currency: Currency,
}

/// An amount that nobody is given at once.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an amount is 1 to 1,000,000,000 minor units")]
pub struct BadAmount;

impl Money {
    /// The most at once, in minor units: ten million yuan. More is a slip of the hand.
    pub const MOST: i64 = 1_000_000_000;

    /// An amount.
    ///
    /// # Errors
    /// [`BadAmount`].
    pub fn new(minor_units: i64, currency: Currency) -> Result<Self, BadAmount> {
        if (1..=Self::MOST).contains(&minor_units) {
            Ok(Self { minor_units, currency })
        } else {
            Err(BadAmount)
        }
    }

    /// How many minor units.
    pub const fn minor_units(self) -> i64 {
        self.minor_units
    }

    /// Of which currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

impl TryFrom<Unchecked> for Money {
    type Error = BadAmount;

    fn try_from(read: Unchecked) -> Result<Self, BadAmount> {
        Self::new(read.minor_units, read.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_bounds_and_a_currency() {
        for bad in [0, -1, i64::MIN, Money::MOST + 1, i64::MAX] {
            assert_eq!(Money::new(bad, Currency::CNY), Err(BadAmount), "{bad}");
        }
        let money = Money::new(Money::MOST, Currency::CNY).expect("an amount");
        let text = serde_json::to_string(&money).expect("JSON");
        assert_eq!(text, r#"{"minorUnits":1000000000,"currency":"CNY"}"#);
        assert_eq!(serde_json::from_str::<Money>(&text).expect("an amount"), money);
        for bad in [r#"{"minorUnits":0,"currency":"CNY"}"#, r#"{"minorUnits":1,"currency":"RMB"}"#] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn currencies_are_written_in_one_way() {
        assert!(CURRENCIES.is_sorted() && CURRENCIES.contains(&Currency::CNY.code()));
        assert_eq!("EUR".parse::<Currency>().map(Currency::code), Ok("EUR"));
        for bad in ["", "eur", "EUR ", "XXX", "元"] {
            assert_eq!(bad.parse::<Currency>(), Err(UnknownCurrency), "{bad}");
        }
    }
}

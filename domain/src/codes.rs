//! Enumerations that stand as fixed words in rows and answers.

use thiserror::Error;

/// A text that is none of the words of its enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not one of the known words")]
pub struct UnknownCode;

/// Declares an enumeration whose variants have one stable word each.
macro_rules! coded {
    (
        $(#[$doc:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $visibility enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::codes::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::codes::UnknownCode),
                }
            }
        }
    };
}

pub(crate) use coded;

#[cfg(test)]
mod tests {
    use super::UnknownCode;
    use crate::activity::{DeletedBy, Kind, Medium, MemberRole, RowCode};
    use crate::policy::RuleCode;

    #[test]
    fn every_word_reads_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.code().parse(), Ok(*kind));
        }
        for medium in Medium::ALL {
            assert_eq!(medium.code().parse(), Ok(*medium));
        }
        for role in MemberRole::ALL {
            assert_eq!(role.code().parse(), Ok(*role));
        }
        for by in DeletedBy::ALL {
            assert_eq!(by.code().parse(), Ok(*by));
        }
        for code in RowCode::ALL {
            assert_eq!(code.code().parse(), Ok(*code));
        }
        for code in RuleCode::ALL {
            assert_eq!(code.code().parse(), Ok(*code));
        }
        assert_eq!("Message".parse::<Kind>(), Err(UnknownCode));
    }
}

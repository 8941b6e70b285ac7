use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{CommunityId, GroupId};
use crate::policy::PolicyScope;
use crate::scope::Scope;

/// The longest name of a community or group, in characters.
pub const MAX_NAME_CHARS: usize = 200;

macro_rules! platforms {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// Where a group lives.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Platform { $($(#[$doc])* #[serde(rename = $code)] $variant),+ }

        impl Platform {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code; also the default source of rows (NDJSON.md).
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

platforms! {
    /// WeChat.
    Wechat = "WECHAT",
    /// WeCom customer groups.
    Wecom = "WECOM",
    /// Telegram.
    Telegram = "TELEGRAM",
    /// Discord.
    Discord = "DISCORD",
    /// QQ.
    Qq = "QQ",
    /// WhatsApp.
    Whatsapp = "WHATSAPP",
    /// Anything else.
    Other = "OTHER",
}

impl Platform {
    /// Whether invitations are off by default here (Q22).
    pub const fn is_wechat(self) -> bool {
        matches!(self, Self::Wechat | Self::Wecom)
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    /// Reads a code, in upper or lower case.
    fn from_str(code: &str) -> Result<Self, UnknownPlatform> {
        Self::ALL
            .iter()
            .copied()
            .find(|platform| platform.code().eq_ignore_ascii_case(code))
            .ok_or(UnknownPlatform)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that is no platform code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a platform: WECHAT, WECOM, TELEGRAM, DISCORD, QQ, WHATSAPP or OTHER")]
pub struct UnknownPlatform;

/// A name of a community or group: 1 to [`MAX_NAME_CHARS`] characters, not blank,
/// white space around it removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let is_good =
            !text.is_empty() && text.chars().count() <= MAX_NAME_CHARS && !text.chars().any(char::is_control);
        is_good.then(|| Self(text.to_owned())).ok_or(BadName)
    }
}

impl TryFrom<String> for Name {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// A text that can be no name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a name has 1 to 200 characters and no control characters")]
pub struct BadName;

/// Several groups that share members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Community {
    /// Its id.
    pub id: CommunityId,
    /// Its name, unique in the organization.
    pub name: String,
    /// The zone of its weeks and days.
    pub zone: Tz,
}

/// A chat group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The community it belongs to, if any.
    pub community: Option<CommunityId>,
    /// Its name, unique in the organization; the `group` of NDJSON rows.
    pub name: String,
    /// Where it lives.
    pub platform: Platform,
    /// What sort of group it is, in the organization's own words.
    pub kind: Option<String>,
    /// The zone of its weeks and days.
    pub zone: Tz,
}

impl Scope {
    /// The layer of the policy that this scope writes.
    pub const fn layer(self) -> PolicyScope {
        match self {
            Self::Organization => PolicyScope::Organization,
            Self::Community(_) => PolicyScope::Community,
            Self::Group(_) => PolicyScope::Group,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!("  花园 ".parse::<Name>().map(|name| name.as_str().to_owned()), Ok("花园".to_owned()));
        for bad in ["", "   ", "a\nb", &"x".repeat(MAX_NAME_CHARS + 1)] {
            assert_eq!(bad.parse::<Name>(), Err(BadName), "{bad:?}");
        }
    }

    #[test]
    fn invitations_are_off_on_wechat_alone() {
        let off: Vec<_> = Platform::ALL.iter().filter(|platform| platform.is_wechat()).collect();
        assert_eq!(off, [&Platform::Wechat, &Platform::Wecom]);
        assert_eq!("wecom".parse(), Ok(Platform::Wecom));
        assert_eq!("MSN".parse::<Platform>(), Err(UnknownPlatform));
    }
}

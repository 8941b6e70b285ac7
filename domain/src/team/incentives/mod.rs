//! What members are given beside their work: honour, money and growth (M22 to M25).

mod badge;
mod bonus;
mod calendar;
mod combined;
mod key;
mod place;
mod withdrawal;

pub use badge::*;
pub use bonus::*;
pub use calendar::CalendarPort;
pub use combined::{Given, IncentiveKind};
pub use key::{BadKey, Key};
pub use place::*;
pub use withdrawal::Withdrawal;

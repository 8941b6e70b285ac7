//! Pages of lists: forward by keyset, with opaque cursors.

use std::sync::Arc;

use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::id::{
    AccountId, ApiKeyId, AuditId, AwardId, BadgeId, BonusId, CourseId, EvaluationId, GroupId, InvitationId,
    LadderStepId, LeaveId, OfferId, PersonId, PlaceId, ProposalId, TaskId,
};
use qun_domain::time::{Timestamp, Week};
use qun_infra::tiering::Rank;
use uuid::Uuid;

use super::error::Problem;
use super::in_place::{InPlace, InPlaceList};
use crate::errors::Sentence;

/// The length of a page that does not say.
const DEFAULT: u16 = 50;
/// The length of the longest page.
pub(super) const MAX: u16 = 100;

/// Where a page lies in its list.
#[derive(Clone, Debug, Default, SimpleObject)]
pub(super) struct PageInfo {
    /// Whether there is a page after this one.
    has_next_page: bool,
    /// Whether there is something before this page: whether it was asked for with `after`.
    has_previous_page: bool,
    /// The cursor of the page's first element; null when the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the page's last element: the `after` of the next page; null when the
    /// page is empty.
    end_cursor: Option<String>,
}

/// What `first` and `after` ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice<K> {
    first: u16,
    /// The place after which the page begins.
    pub(super) after: Option<K>,
}

impl<K: Keyset> Slice<K> {
    /// Reads the arguments.
    pub(super) fn new(first: Option<i32>, after: Option<&str>) -> Result<Self, Problem> {
        let first = first.map_or(Ok(DEFAULT), u16::try_from).ok().filter(|first| (1..=MAX).contains(first));
        let first = first.ok_or(BAD_FIRST)?;
        let after = after.map(|cursor| decode(cursor).ok_or(BAD_CURSOR)).transpose()?;
        Ok(Self { first, after })
    }

    /// How many rows to read: one more than the page has, to know whether it is the last.
    pub(super) fn limit(&self) -> u32 {
        u32::from(self.first) + 1
    }

    /// The page out of the rows that were read.
    pub(super) fn page<T>(&self, rows: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Page<T> {
        let mut items: Vec<T> = rows.into_iter().collect();
        let has_next = items.len() > usize::from(self.first);
        items.truncate(self.first.into());
        let places: Vec<K> = items.iter().map(key).collect();
        Page { items, places: Arc::new(places), has_next, has_previous: self.after.is_some() }
    }
}

const BAD_FIRST: Problem =
    Problem::BadInput(Sentence::fixed("first must lie between 1 and 100.", "first 必须在 1 到 100 之间。"));
pub(super) const BAD_CURSOR: Problem =
    Problem::BadInput(Sentence::fixed("after must be a cursor of this list.", "after 必须是本列表的游标。"));

/// The elements of a page with their places.
#[derive(Clone)]
pub(super) struct Page<T> {
    items: Vec<T>,
    places: Arc<dyn Cursors>,
    has_next: bool,
    has_previous: bool,
}

/// Places that are written as cursors when they are asked for: mostly the last one alone.
trait Cursors: Send + Sync {
    fn cursor(&self, index: usize) -> Option<String>;
}

impl<K: Keyset> Cursors for Vec<K> {
    fn cursor(&self, index: usize) -> Option<String> {
        self.get(index).map(encode)
    }
}

impl<T> Page<T> {
    /// The page of other elements in the same places.
    pub(super) fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(make).collect();
        Page { items, places: self.places, has_next: self.has_next, has_previous: self.has_previous }
    }

    pub(super) fn info(&self) -> PageInfo {
        let last = self.items.len().checked_sub(1);
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.places.cursor(0),
            end_cursor: last.and_then(|last| self.places.cursor(last)),
        }
    }

    /// What a connection answers as `nodes`.
    pub(super) fn nodes(&self) -> InPlaceList<&T> {
        InPlaceList(self.items.iter().collect())
    }
}

impl<T: Clone> Page<T> {
    /// What a connection answers as `edges`: of each element, its cursor and itself.
    pub(super) fn edges<E>(&self, edge: impl Fn(String, InPlace<T>) -> E) -> InPlaceList<E> {
        let edge = |(index, item): (usize, &T)| Some(edge(self.places.cursor(index)?, InPlace(item.clone())));
        InPlaceList(self.items.iter().enumerate().filter_map(edge).collect())
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), places: Arc::new(Vec::<u32>::new()), has_next: false, has_previous: false }
    }
}

/// What a document costs that asks for a page.
pub(super) fn cost(first: Option<i32>, child: usize) -> usize {
    times(first.unwrap_or(DEFAULT.into()), MAX, child)
}

/// What a document costs that asks for a list of `length`, at most `max`.
pub(super) fn times(length: i32, max: u16, child: usize) -> usize {
    let length = usize::try_from(length).unwrap_or(1).clamp(1, max.into());
    child.saturating_mul(length).saturating_add(1)
}

/// What a list is narrowed by can name nothing that there is, so that it is empty.
pub(super) struct NamesNothing;

/// What a list is narrowed by.
pub(super) fn narrowed<T, U>(
    given: Option<T>,
    read: impl FnOnce(T) -> Option<U>,
) -> Result<Option<U>, NamesNothing> {
    given.map(|given| read(given).ok_or(NamesNothing)).transpose()
}

/// A text that may stand in a row: one with U+0000 is none that Postgres takes.
pub(super) fn storable(text: String) -> Option<String> {
    (!text.contains('\0')).then_some(text)
}

/// A place in a list, as it stands in a cursor. The tag keeps the lists apart.
pub(super) trait Keyset: Send + Sized + Sync + 'static {
    const TAG: &'static str;
    fn write(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

fn encode<K: Keyset>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}", K::TAG, key.write()))
}

fn decode<K: Keyset>(cursor: &str) -> Option<K> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    K::read(text.strip_prefix(K::TAG)?.strip_prefix(':')?)
}

/// What is read of a cursor is read again from how it is written.
#[cfg(feature = "fuzzing")]
pub(super) fn reads_back<K: Keyset + PartialEq + std::fmt::Debug>(cursor: &str) {
    if let Some(place) = decode::<K>(cursor) {
        assert_eq!(decode(&encode(&place)), Some(place));
    }
}

/// A list in order of name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByName(pub(super) String);

impl Keyset for ByName {
    const TAG: &'static str = "name";

    fn write(&self) -> String {
        self.0.clone()
    }

    fn read(text: &str) -> Option<Self> {
        storable(text.to_owned()).map(Self)
    }
}

/// Places that are written as they are.
macro_rules! by_text {
    ($($key:ty = $tag:literal),+ $(,)?) => {$(
        impl Keyset for $key {
            const TAG: &'static str = $tag;

            fn write(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )+};
}

by_text! {
    Week = "week",
    u32 = "version",
    ApiKeyId = "api-key",
    ProposalId = "proposal",
    AccountId = "account",
    LadderStepId = "ladder-step",
    InvitationId = "invitation",
    LeaveId = "leave",
    GroupId = "group",
    CourseId = "course",
    BadgeId = "badge",
    AwardId = "badge-award",
    BonusId = "bonus",
    OfferId = "training-offer",
    PlaceId = "training-place",
}

/// A list of trainings: by member, then by course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByPupil(pub(super) AccountId, pub(super) CourseId);

impl Keyset for ByPupil {
    const TAG: &'static str = "training";

    fn write(&self) -> String {
        format!("{}:{}", self.0, self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (account, course) = text.split_once(':')?;
        Some(Self(account.parse().ok()?, course.parse().ok()?))
    }
}

/// A list of tasks: by due time, of equals by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByDue(pub(super) Timestamp, pub(super) TaskId);

impl Keyset for ByDue {
    const TAG: &'static str = "due";

    fn write(&self) -> String {
        format!("{}:{}", self.0.millis(), self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (due, id) = text.split_once(':')?;
        Some(Self(Timestamp::from_millis(due.parse().ok()?)?, id.parse().ok()?))
    }
}

/// The audit log: by time, of equals by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByTime(pub(super) Timestamp, pub(super) AuditId);

impl Keyset for ByTime {
    const TAG: &'static str = "audit";

    fn write(&self) -> String {
        format!("{}:{}", self.0.millis(), self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once(':')?;
        Some(Self(Timestamp::from_millis(at.parse().ok()?)?, id.parse().ok()?))
    }
}

/// A list of steps, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByNumber(pub(super) u32);

impl Keyset for ByNumber {
    const TAG: &'static str = "step";

    fn write(&self) -> String {
        self.0.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

/// A list of members: by person, or by score in the evaluation that the list began with,
/// so that a new evaluation does not shuffle the pages of a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberPlace {
    Person(PersonId),
    Score(EvaluationId, Rank),
}

impl Keyset for MemberPlace {
    const TAG: &'static str = "member";

    fn write(&self) -> String {
        match self {
            Self::Person(person) => person.to_string(),
            Self::Score(evaluation, rank) => {
                format!("{evaluation}:{:016x}:{}", rank.score().to_bits(), rank.person)
            }
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let first: Uuid = parts.next()?.parse().ok()?;
        let Some(bits) = parts.next() else { return Some(Self::Person(first.into())) };
        let score = f64::from_bits(u64::from_str_radix(bits, 16).ok()?);
        let person: PersonId = parts.next()?.parse().ok()?;
        let is_whole = parts.next().is_none() && (-1.0..=100.0).contains(&score);
        is_whole.then(|| Self::Score(first.into(), Rank::of(Some(score), person)))
    }
}

/// Declares a page of a list, and an element with its cursor.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $page:literal, $element:literal $(, $total:ty)?) => {
        #[doc = $page]
        #[derive(Default)]
        pub(in crate::graphql) struct $connection {
            pub(in crate::graphql) page: $crate::graphql::page::Page<$node>,
            $(pub(in crate::graphql) total: Option<$total>,)?
        }

        #[doc = $page]
        #[async_graphql::Object]
        impl $connection {
            /// The elements of the page with their cursors.
            async fn edges(&self) -> $crate::graphql::in_place::InPlaceList<$edge> {
                self.page.edges(|cursor, node| $edge { cursor, node })
            }

            /// The elements of the page.
            async fn nodes(&self) -> $crate::graphql::in_place::InPlaceList<&$node> {
                self.page.nodes()
            }

            /// Where the page lies in its list.
            async fn page_info(&self) -> $crate::graphql::page::PageInfo {
                self.page.info()
            }

            $(
                /// How many elements the whole list has, not only this page. Counted only
                /// when asked for.
                async fn total_count(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                ) -> Result<u64, $crate::graphql::error::Problem> {
                    let asked = $crate::graphql::asked::Asked::of(ctx)?;
                    let total: Option<&$total> = self.total.as_ref();
                    match total {
                        Some(total) => total.count(asked).await,
                        None => Ok(0),
                    }
                }
            )?
        }

        #[doc = $element]
        #[derive(async_graphql::SimpleObject)]
        pub(in crate::graphql) struct $edge {
            /// The element's place in the list, for `after`.
            cursor: String,
            /// The element.
            node: $crate::graphql::in_place::InPlace<$node>,
        }
    };
}

pub(super) use connection;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<K: Keyset + std::fmt::Debug>(first: Option<i32>, after: Option<&str>) -> bool {
        matches!(Slice::<K>::new(first, after), Err(Problem::BadInput(_)))
    }

    #[test]
    fn a_page_has_1_to_100_elements() {
        for bad in [0, -1, 101, i32::MAX, i32::MIN] {
            assert!(refused::<Week>(Some(bad), None), "{bad}");
        }
        assert_eq!(Slice::<Week>::new(None, None).map(|slice| slice.limit()).ok(), Some(51));
        assert_eq!(Slice::<Week>::new(Some(100), None).map(|slice| slice.limit()).ok(), Some(101));
    }

    #[test]
    fn a_cursor_is_read_back_by_its_own_list_alone() {
        let person = PersonId(Uuid::from_u128(7));
        for place in [
            MemberPlace::Person(person),
            MemberPlace::Score(EvaluationId(Uuid::from_u128(9)), Rank::of(Some(79.960_000_001), person)),
            MemberPlace::Score(EvaluationId(Uuid::from_u128(9)), Rank::of(None, person)),
        ] {
            assert_eq!(decode(&encode(&place)), Some(place));
        }
        let name = ByName("a:花园 \"x\"".to_owned());
        assert_eq!(decode(&encode(&name)), Some(name.clone()));
        assert!(refused::<Week>(None, Some(&encode(&name))));
        let week = encode(&"2026-W07".parse::<Week>().expect("a week"));
        for bad in ["", "x", "💥", &week[1..], &format!("{week}="), &encode(&ByName("\0".to_owned()))] {
            assert!(refused::<ByName>(None, Some(bad)), "{bad}");
        }
        let forged = URL_SAFE_NO_PAD.encode(format!("member:{person}:7ff8000000000000:{person}"));
        assert!(refused::<MemberPlace>(None, Some(&forged)), "not a number");
    }

    #[test]
    fn one_row_too_many_says_that_there_is_more() {
        let slice = Slice::<u32>::new(Some(2), None).unwrap_or_else(|_| unreachable!());
        let page = slice.page([9, 8, 7], |version| *version);
        assert!(page.info().has_next_page && page.items.len() == 2);
        assert_eq!(page.info().end_cursor, Some(encode(&8_u32)));
        assert!(!slice.page([9, 8], |version| *version).info().has_next_page);
    }

    #[test]
    fn lists_cost_their_length() {
        assert_eq!(
            (cost(None, 3), cost(Some(10), 3), cost(Some(1_000), 3), cost(Some(-5), 3)),
            (151, 31, 301, 4)
        );
    }
}

use thiserror::Error;

use super::{Hash, Head, Link};
use crate::id::{AuditId, OrgId};
use crate::time::Timestamp;

/// A seal as it is found, and what its row hashes to now.
#[derive(Clone, Copy, Debug)]
pub struct Sealed {
    /// Its place in the chain.
    pub sequence: i64,
    /// The row that it seals.
    pub row: AuditId,
    /// What the row hashed to when it was sealed.
    pub entry: Hash,
    /// The hash of the seal.
    pub hash: Hash,
    /// When it was sealed, in milliseconds since 1970-01-01T00:00:00Z.
    pub sealed_at: i64,
    /// What the row hashes to now; none where there is no such row any more.
    pub now: Option<Hash>,
}

/// Who says that a head lies on the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The database itself, which keeps the last seal beside the chain.
    Kept,
    /// Somebody who noted it elsewhere.
    Noted,
}

/// The first place at which an audit log is not what was sealed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Flaw {
    /// There is no seal of this place, though there are later ones.
    #[error("seal {sequence} is missing")]
    MissingSeal {
        /// The place.
        sequence: i64,
    },
    /// A row was removed.
    #[error("row {row}, sealed as {sequence}, is missing")]
    MissingRow {
        /// Its place.
        sequence: i64,
        /// The row.
        row: AuditId,
    },
    /// A row was changed, or exchanged for another.
    #[error("row {row}, sealed as {sequence}, was changed")]
    ChangedRow {
        /// Its place.
        sequence: i64,
        /// The row.
        row: AuditId,
    },
    /// A seal is not made of its row and of the seal before.
    #[error("seal {sequence} was forged: it is not made of its row and of the seal before")]
    ForgedSeal {
        /// The place.
        sequence: i64,
    },
    /// The chain ends before a seal that it had.
    #[error("the chain ends with {last}, and had come to {head}: its end was cut off")]
    CutOff {
        /// The place of the last seal.
        last: i64,
        /// How far it had come.
        head: i64,
        /// Who says so.
        mark: Mark,
    },
    /// The chain has another seal at a place than it had: it was made anew.
    #[error("seal {sequence} is another than it was: the chain was made anew")]
    MadeAnew {
        /// The place.
        sequence: i64,
        /// Who says so.
        mark: Mark,
    },
    /// There are seals that nobody made who seals.
    #[error("the chain goes on to {last}, and whoever seals has come to {head}")]
    GoesBeyond {
        /// The place of the last seal.
        last: i64,
        /// How far it should go.
        head: i64,
    },
    /// Rows were removed before they were sealed.
    #[error("{rows} rows that waited for their seals are missing")]
    Vanished {
        /// How many.
        rows: i64,
    },
    /// Rows are not sealed, and should be by now.
    #[error("{rows} rows are not sealed yet, the oldest of {oldest}: is a server running?")]
    Unsealed {
        /// How many.
        rows: i64,
        /// When the oldest of them was written.
        oldest: Timestamp,
    },
}

/// Goes along a chain from its first seal and compares, in memory that does not grow with it (Z7).
#[derive(Clone, Debug)]
pub struct Walk {
    org: OrgId,
    head: Head,
    marks: Vec<(Mark, Head)>,
}

impl Walk {
    /// A walk along the chain of an organization, on which these heads have to lie.
    pub fn new(org: OrgId, marks: Vec<(Mark, Head)>) -> Self {
        Self { org, head: Head::NONE, marks }
    }

    /// The last seal that was found good; [`Head::NONE`] before the first.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Looks at the next seal.
    ///
    /// # Errors
    /// What is wrong with it; the walk ends there.
    pub fn step(&mut self, found: &Sealed) -> Result<(), Flaw> {
        let sequence = self.head.sequence + 1;
        if found.sequence != sequence {
            return Err(Flaw::MissingSeal { sequence });
        }
        match found.now {
            None => return Err(Flaw::MissingRow { sequence, row: found.row }),
            Some(now) if now != found.entry => return Err(Flaw::ChangedRow { sequence, row: found.row }),
            Some(_) => {}
        }
        let link = Link {
            org: self.org,
            sequence,
            previous: self.head.hash,
            entry: found.entry,
            sealed_at: found.sealed_at,
        };
        if link.hash() != found.hash {
            return Err(Flaw::ForgedSeal { sequence });
        }
        let here = |(_, mark): &&(Mark, Head)| mark.sequence == sequence && mark.hash != found.hash;
        if let Some((mark, _)) = self.marks.iter().find(here) {
            return Err(Flaw::MadeAnew { sequence, mark: *mark });
        }
        self.head = Head { sequence, hash: found.hash };
        Ok(())
    }

    /// Ends after the last seal; `kept` is how far whoever seals says now that the chain goes.
    ///
    /// # Errors
    /// Where the chain goes less far than it did, or further than it should.
    pub fn end(&self, kept: Head) -> Result<Head, Flaw> {
        let last = self.head.sequence;
        if let Some((mark, head)) = self.marks.iter().find(|(_, head)| head.sequence > last) {
            return Err(Flaw::CutOff { last, head: head.sequence, mark: *mark });
        }
        if last > kept.sequence {
            return Err(Flaw::GoesBeyond { last, head: kept.sequence });
        }
        Ok(self.head)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ORG: OrgId = OrgId(Uuid::from_u128(1));

    fn row(n: i64) -> AuditId {
        AuditId(Uuid::from_u128(u128::try_from(n).unwrap_or_default()))
    }

    /// A chain whose rows say these things.
    fn chain(rows: &[&str]) -> Vec<Sealed> {
        let mut previous = Hash::NONE;
        let mut sealed = Vec::new();
        for (sequence, text) in (1..).zip(rows) {
            let entry = Hash::of(text);
            let hash = Link { org: ORG, sequence, previous, entry, sealed_at: 7 }.hash();
            let (row, now) = (row(sequence), Some(entry));
            sealed.push(Sealed { sequence, row, entry, hash, sealed_at: 7, now });
            previous = hash;
        }
        sealed
    }

    fn head(chain: &[Sealed]) -> Head {
        chain.last().map_or(Head::NONE, |last| Head { sequence: last.sequence, hash: last.hash })
    }

    fn walked(chain: &[Sealed], marks: Vec<(Mark, Head)>) -> Result<Head, Flaw> {
        let mut walk = Walk::new(ORG, marks);
        chain.iter().try_for_each(|found| walk.step(found))?;
        walk.end(head(chain))
    }

    #[test]
    fn what_is_as_it_was_sealed_is_whole() {
        let four = chain(&["a", "b", "c", "d"]);
        for marks in [vec![], vec![(Mark::Kept, head(&four))], vec![(Mark::Noted, head(&four[..2]))]] {
            assert_eq!(walked(&four, marks), Ok(head(&four)));
        }
        assert_eq!(walked(&[], vec![(Mark::Kept, Head::NONE)]), Ok(Head::NONE));
    }

    #[test]
    fn each_attack_is_named() {
        let four = chain(&["a", "b", "c", "d"]);
        let with = |change: &dyn Fn(&mut Vec<Sealed>)| {
            let mut four = four.clone();
            change(&mut four);
            walked(&four, vec![]).err()
        };
        let (two, x) = (row(2), Hash::of("x"));
        assert_eq!(with(&|it| it[1].now = Some(x)), Some(Flaw::ChangedRow { sequence: 2, row: two }));
        assert_eq!(with(&|it| it[1].now = None), Some(Flaw::MissingRow { sequence: 2, row: two }));
        assert_eq!(with(&|it| it.retain(|one| one.sequence != 2)), Some(Flaw::MissingSeal { sequence: 2 }));
        assert_eq!(with(&|it| it.retain(|one| one.sequence != 1)), Some(Flaw::MissingSeal { sequence: 1 }));
        assert_eq!(
            with(&|it| (it[1].entry, it[1].now) = (x, Some(x))),
            Some(Flaw::ForgedSeal { sequence: 2 })
        );
        assert_eq!(with(&|it| it[2].sealed_at = 6), Some(Flaw::ForgedSeal { sequence: 3 }));
        // One that is made of a changed row, and right in itself: the next one tells of it.
        let forged = chain(&["a", "x", "c", "d"]);
        assert_eq!(with(&|it| it[1] = forged[1]), Some(Flaw::ForgedSeal { sequence: 3 }));
        assert_eq!(
            with(&|it| {
                it.swap(1, 2);
                (it[1].sequence, it[2].sequence) = (2, 3);
            }),
            Some(Flaw::ForgedSeal { sequence: 2 })
        );
    }

    #[test]
    fn an_end_that_was_cut_off_is_told_by_who_noted_it() {
        let four = chain(&["a", "b", "c", "d"]);
        for mark in [Mark::Kept, Mark::Noted] {
            let marks = vec![(mark, head(&four))];
            assert_eq!(walked(&four[..2], marks), Err(Flaw::CutOff { last: 2, head: 4, mark }));
        }
        assert!(walked(&four[..2], vec![]).is_ok(), "nobody knows");
        let anew = chain(&["a", "x", "c", "d"]);
        let marks = vec![(Mark::Noted, head(&four[..3]))];
        assert_eq!(walked(&anew, marks), Err(Flaw::MadeAnew { sequence: 3, mark: Mark::Noted }));
        let mut walk = Walk::new(ORG, vec![]);
        four.iter().try_for_each(|found| walk.step(found)).expect("a whole chain");
        assert_eq!(walk.end(head(&four[..3])), Err(Flaw::GoesBeyond { last: 4, head: 3 }));
    }

    #[test]
    fn a_chain_belongs_to_its_organization() {
        let mut walk = Walk::new(OrgId(Uuid::from_u128(2)), vec![]);
        assert_eq!(walk.step(&chain(&["a"])[0]), Err(Flaw::ForgedSeal { sequence: 1 }));
    }
}

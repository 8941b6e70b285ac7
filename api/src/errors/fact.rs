use qun_domain::team::FactCode;

use super::Again::{self, AfterThat, Changed, Later, Never};

/// What to do about it, and whether the fact can then be sent again.
pub(super) const fn remedy(code: FactCode) -> (&'static str, Again) {
    match code {
        FactCode::NotAFact => ("write one JSON object a line, with the keys of [a fact](team.md)", Changed),
        FactCode::InvalidText => ("mend the value that `message` names", Changed),
        FactCode::Missing => ("give the value that `message` names", Changed),
        FactCode::NotOfKind => ("leave the value out, or take another kind", Changed),
        FactCode::OutOfRange => ("give a whole number from 1 to 5", Changed),
        FactCode::WrongOrder => ("mend the times", Changed),
        FactCode::InTheFuture => ("set the clock of the source", Later),
        FactCode::UnknownMember => {
            ("add the account to the organization, or mend its id or address", AfterThat)
        }
        FactCode::UnknownScope => ("create the group or community, or mend its id or name", AfterThat),
        FactCode::OwnFact => ("have somebody else record it, or a machine", Never),
    }
}

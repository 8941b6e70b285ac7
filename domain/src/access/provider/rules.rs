use crate::access::Email;
use crate::id::AccountId;

/// What is known of somebody whom the provider of an organization sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The account that this subject was linked with.
    pub linked: Option<AccountId>,
    /// The address that the provider has verified; none where it gives none, or has not.
    pub email: Option<Email>,
    /// The account of that address.
    pub account: Option<Known>,
    /// The address to which the letter went whose invitation is brought along.
    pub invited: Option<Email>,
}

/// An account that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub id: AccountId,
    /// Whether it belongs to the organization, and is not suspended.
    pub is_member: bool,
    /// Whether the provider knows it under another subject.
    pub is_linked: bool,
}

/// What comes of who arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Welcome {
    /// It is the account that it was before.
    Same(AccountId),
    /// It is this member, from now on.
    Link(AccountId),
    /// The mailbox becomes an account that joins the team.
    Join(Email),
    /// There is an account of the invited address, which has to prove itself: neither a letter nor
    /// a provider opens one that it does not know.
    ProveFirst,
    /// Nobody here; whether there is an account elsewhere, is not told.
    Nobody,
}

/// Who it is that arrives: the subject decides for ever; before it is known, an address that the
/// provider has verified, of a member or of somebody who was invited. An organization trusts its
/// own provider about who its members are, and about nobody else.
pub fn welcome(arrival: Arrival) -> Welcome {
    let Arrival { linked, email, account, invited } = arrival;
    if let Some(account) = linked {
        return Welcome::Same(account);
    }
    let Some(email) = email else { return Welcome::Nobody };
    match account {
        // The address was given to somebody else since: it is not the one who was linked.
        Some(Known { is_linked: true, .. }) => Welcome::Nobody,
        Some(Known { id, is_member: true, .. }) => Welcome::Link(id),
        _ if invited.as_ref() != Some(&email) => Welcome::Nobody,
        Some(_) => Welcome::ProveFirst,
        None => Welcome::Join(email),
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn account(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    fn email(text: &str) -> Email {
        text.parse().expect("an address")
    }

    fn known(is_member: bool, is_linked: bool) -> Known {
        Known { id: account(2), is_member, is_linked }
    }

    #[test]
    fn who_is_let_in() {
        let ann = || Some(email("ann@example.org"));
        let bob = || Some(email("bob@example.org"));
        let cases = [
            ((Some(account(1)), None, None, None), Welcome::Same(account(1))),
            // The address at the provider is another one by now, that of another member.
            ((Some(account(1)), ann(), Some(known(true, false)), None), Welcome::Same(account(1))),
            ((None, ann(), Some(known(true, false)), None), Welcome::Link(account(2))),
            ((None, ann(), Some(known(true, true)), None), Welcome::Nobody),
            ((None, ann(), Some(known(false, false)), None), Welcome::Nobody),
            ((None, ann(), Some(known(false, false)), ann()), Welcome::ProveFirst),
            ((None, ann(), Some(known(false, true)), ann()), Welcome::Nobody),
            ((None, ann(), None, ann()), Welcome::Join(email("ann@example.org"))),
            ((None, ann(), None, bob()), Welcome::Nobody),
            ((None, ann(), None, None), Welcome::Nobody),
            ((None, None, None, ann()), Welcome::Nobody),
        ];
        for ((linked, email, account, invited), expected) in cases {
            let arrival = Arrival { linked, email, account, invited };
            assert_eq!(welcome(arrival.clone()), expected, "{arrival:?}");
        }
    }

    fn any_email() -> impl Strategy<Value = Email> {
        prop_oneof![Just(email("ann@example.org")), Just(email("bob@example.org"))]
    }

    prop_compose! {
        fn arrival()(
            linked in option::of((1_u128..4).prop_map(account)),
            email in option::of(any_email()),
            known in option::of((4_u128..7, any::<bool>(), any::<bool>())),
            invited in option::of(any_email()),
        ) -> Arrival {
            let account = known.map(|(n, is_member, is_linked)| Known { id: account(n), is_member, is_linked });
            Arrival { linked, email, account, invited }
        }
    }

    proptest! {
        #[test]
        fn nobody_is_let_in_by_an_address_alone(arrival in arrival()) {
            let came = welcome(arrival.clone());
            match (arrival.linked, came) {
                (Some(account), came) => prop_assert_eq!(came, Welcome::Same(account)),
                (None, Welcome::Same(_)) => prop_assert!(false, "nobody was linked"),
                (None, Welcome::Link(id)) => {
                    let known = arrival.account.expect("an account");
                    prop_assert!(arrival.email.is_some() && known.id == id);
                    prop_assert!(known.is_member && !known.is_linked);
                }
                (None, Welcome::Join(email)) => {
                    prop_assert!(arrival.account.is_none());
                    prop_assert_eq!((Some(&email), Some(&email)), (arrival.email.as_ref(), arrival.invited.as_ref()));
                }
                (None, Welcome::ProveFirst | Welcome::Nobody) => {}
            }
        }
    }
}

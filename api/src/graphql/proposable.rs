//! Payloads of what can be proposed.

/// Declares payloads: what they are about, or the proposal, or why neither. Each comes of a
/// [`UserError`](super::user_error::UserError) and of an [`Undone`](super::error::Undone).
macro_rules! proposable {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $about:literal])+ $field:ident: $object:ty,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Default, async_graphql::SimpleObject)]
        struct $name {
            $($(#[doc = $about])+ $field: Option<$object>,)+
            /// What was made of it where you may only propose; null where it was done or refused.
            proposal: Option<$crate::graphql::access::ProposalObject>,
            /// Why nothing was done; empty when it was, or was proposed.
            user_errors: Vec<$crate::graphql::user_error::UserError>,
        }

        impl From<$crate::graphql::user_error::UserError> for $name {
            fn from(error: $crate::graphql::user_error::UserError) -> Self {
                Self { user_errors: vec![error], ..Self::default() }
            }
        }

        impl From<$crate::graphql::error::Undone> for $name {
            fn from(undone: $crate::graphql::error::Undone) -> Self {
                Self { proposal: undone.proposal, user_errors: undone.user_errors, ..Self::default() }
            }
        }
    )+};
}

pub(super) use proposable;

//! The versions of the policy document.

mod read;
mod write;

pub use read::{
    Effective, PolicyVersionRow, Versions, effective, effective_of, effective_of_groups, version, versions,
};

//! Log-in by an identity provider of the organization's own (OpenID Connect).

mod model;
mod port;
mod rules;

pub use model::*;
pub use port::ProvidersPort;
pub use rules::*;

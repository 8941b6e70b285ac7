use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{Capability, SecondFactorPort};
use crate::command::{Command, Failure, Outcome};
use crate::id::SessionId;

/// Requires a second factor of everybody who logs in to the organization, or no more. Sessions
/// that have proven none end when it is.
#[derive(Clone, Debug)]
pub struct RequireSecondFactor {
    /// Whether it is required from now on.
    pub required: bool,
    /// The session of who acts. It has to have proven a second factor: nobody shuts himself out,
    /// and nobody asks of others what he does not do.
    pub session: Option<SessionId>,
}

/// What was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorRequired {
    /// Whether it is required from now on.
    pub required: bool,
    /// How many sessions ended.
    pub ended_sessions: u64,
}

/// Why nothing was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequireSecondFactorRefusal {
    /// Who acts has none, or did not log in.
    NoSecondFactor,
}

impl<Tx: SecondFactorPort> Command<Tx> for RequireSecondFactor {
    const NAME: &'static str = "access.require_second_factor";
    const CAPABILITY: Capability = Capability::ManageOrganization;
    type Out = SecondFactorRequired;
    type Refusal = RequireSecondFactorRefusal;

    async fn run(self, tx: &mut Tx) -> Outcome<SecondFactorRequired, RequireSecondFactorRefusal> {
        let Self { required, session } = self;
        // First the organization, then its sessions: in this order everybody holds them.
        tx.require_second_factor(required).await?;
        let mut ended_sessions = 0;
        if required {
            let is_proven = match session {
                Some(session) => tx.has_second_factor(session).await?,
                None => false,
            };
            if !is_proven {
                return Err(Failure::Refused(RequireSecondFactorRefusal::NoSecondFactor));
            }
            ended_sessions = tx.end_sessions_without_second_factor().await?;
        }
        tx.audit("organization".to_owned(), json!({ "required": required, "endedSessions": ended_sessions }));
        Ok(SecondFactorRequired { required, ended_sessions })
    }
}

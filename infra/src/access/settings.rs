use std::time::Duration;

/// What an installation may set about tokens.
#[derive(Clone, Debug)]
pub struct AccessSettings {
    /// Who issues tokens: the claim `iss`. Installations that share accounts by
    /// accident of a copied database are told apart by it.
    pub issuer: String,
    /// How long the token of a log-in lives, up to
    /// [`qun_domain::access::IssueToken::MAX_LIFE_SECONDS`].
    pub token_life: Duration,
    /// How long a session lasts without being refreshed.
    pub session_life: Duration,
    /// Whether strangers may found organizations.
    pub sign_up: bool,
    /// Whether letters are sent.
    pub mail: bool,
    /// Where the front end is that identity providers send people back to.
    pub front_url: String,
    /// Whether identity providers may be at `http:` and at addresses that are not public.
    pub private_providers: bool,
}

impl Default for AccessSettings {
    /// `qun`, 15 minutes and 30 days; no sign-up, no mail, and public providers alone.
    fn default() -> Self {
        Self {
            issuer: "qun".to_owned(),
            token_life: Duration::from_mins(15),
            session_life: Duration::from_hours(30 * 24),
            sign_up: false,
            mail: false,
            front_url: "http://localhost:8080".to_owned(),
            private_providers: false,
        }
    }
}

//! A second factor, from its first picture to its end.

mod at_once;
mod required;
mod set_up;
mod throttled;

use qun_domain::access::TotpSecret;
use totp_rs::Totp;

use super::*;
use crate::access::{Credentials, Enrollment, LogInProblem, LoggedIn, SecondFactorProblem};

/// The code that is good at no time of these tests.
const WRONG: &str = "000000";

/// An authenticator app that has read the picture.
struct App(Totp);

impl App {
    fn of(enrollment: &Enrollment) -> Self {
        let totp = Totp::from_url(&enrollment.url).expect("a picture");
        assert_eq!(totp.secret().to_base32(), enrollment.secret);
        assert_eq!(totp.secret().as_bytes().len(), TotpSecret::BYTES);
        Self(totp)
    }

    /// What it shows `steps` after the present.
    fn shows(&self, stage: &Stage, steps: i64) -> String {
        let second = stage.clock.now().millis() / 1_000 + 30 * steps;
        let code = self.0.generate(u64::try_from(second).expect("a time")).to_string();
        assert_ne!(code, WRONG);
        code
    }
}

/// What an account has that has just set up a second factor.
struct SetUp {
    app: App,
    recovery_codes: Vec<String>,
    login: LoggedIn,
    scope: OrgScope,
}

impl Stage {
    async fn tried(
        &self,
        email: &str,
        org: Option<&str>,
        code: Option<&str>,
    ) -> Result<LoggedIn, LogInProblem> {
        let slug = org.map(slug);
        let given = Credentials {
            email,
            password: PASSWORD,
            organization: slug.as_ref(),
            code,
            enrollment_code: None,
        };
        self.access.log_in_with(given, &Caller::default()).await
    }

    async fn entered(&self, email: &str, code: Option<&str>) -> (LoggedIn, OrgScope) {
        let login = self.tried(email, Some("demo"), code).await.expect("a log-in");
        let scope = self.access.authenticate(&login.access_token).await.expect("a scope");
        (login, scope)
    }

    async fn begun(&self, scope: &OrgScope) -> App {
        let begun = self.access.begin_second_factor(scope, PASSWORD, &Caller::default()).await;
        App::of(&begun.expect("a secret"))
    }

    /// A second factor of this account, and the session in which it was set up. The code of the
    /// present time is used.
    async fn set_up(&self, email: &str) -> SetUp {
        let (login, scope) = self.entered(email, None).await;
        let app = self.begun(&scope).await;
        let confirmed = self.access.confirm_second_factor(&scope, &app.shows(self, 0)).await;
        SetUp { app, recovery_codes: confirmed.expect("recovery codes"), login, scope }
    }

    async fn is_open(&self, login: &LoggedIn) -> bool {
        self.access.authenticate(&login.access_token).await.is_ok()
    }
}

fn is_bad(outcome: &Result<LoggedIn, LogInProblem>) -> bool {
    matches!(outcome, Err(LogInProblem::BadSecondFactor))
}

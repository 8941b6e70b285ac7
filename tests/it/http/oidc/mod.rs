//! Log-in by an identity provider over HTTP: the provider is one of the tests', on loopback.

mod confined;
mod distrust;
mod ends;
mod invited;
mod welcome;

use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value as Json, json};

use crate::harness::provider::{CLIENT, Provider, SECRET, Signed};
use crate::harness::{Answer, Process, Served, email, now};

/// Where the front end is, where nothing is set.
const FRONT: &str = "http://localhost:8080";

/// An organization of this test alone with a provider, and the token of its owner. Redis is shared with
/// other tests, so that each comes from an address of its own.
struct Stage {
    provider: Provider,
    slug: String,
    owner: String,
    from: String,
}

/// What comes of logging in.
const LOGGED_IN: &str = "accessToken refreshToken account { email displayName } organization { slug }
    retryAfterSeconds userErrors { code field }";

/// Lets servers ask providers on loopback.
async fn anywhere(served: &mut Served) {
    served.restart_with(&["--private-providers", "true", "--proxies", "1"]).await;
}

impl Stage {
    async fn set(served: &mut Served) -> Self {
        anywhere(served).await;
        Self::beside(served).await
    }

    /// A further organization, on the same server.
    async fn beside(served: &Served) -> Self {
        let stage = Self::without(served).await;
        let set = stage.set_provider(&served.process, &stage.provider.issuer(), SECRET).await;
        assert_eq!(set["userErrors"], json!([]), "{set}");
        stage
    }

    /// A further organization, whose provider is not set.
    async fn without(served: &Served) -> Self {
        let slug = format!("acme-{}", now().millis());
        let owner = served.found(&slug).await;
        let n = now().millis();
        let from = format!("10.{}.{}.{}", n / 65_536 % 256, n / 256 % 256, n % 256);
        Self { provider: Provider::start().await, slug, owner, from }
    }

    async fn set_provider(&self, process: &Process, issuer: &str, secret: &str) -> Json {
        let arguments = format!("issuer: {issuer:?}, clientId: {CLIENT:?}, clientSecret: {secret:?}");
        let wanted =
            "identityProvider { issuer clientId redirectUri } endedSessions userErrors { code field }";
        self.done(process, Some(&self.owner), "setIdentityProvider", &arguments, wanted).await
    }

    /// What a request is answered, whole.
    async fn asked(&self, process: &Process, token: Option<&str>, document: &str) -> Json {
        let mut asking =
            process.asking(document).header(ACCEPT_LANGUAGE, "en").header("x-forwarded-for", &self.from);
        if let Some(token) = token {
            asking = asking.bearer_auth(token);
        }
        Answer::of(asking).await.json()
    }

    /// What a mutation gives; `arguments` is its input.
    async fn done(
        &self,
        process: &Process,
        token: Option<&str>,
        field: &str,
        arguments: &str,
        wanted: &str,
    ) -> Json {
        let document = format!("mutation {{ {field}(input: {{{arguments}}}) {{ {wanted} }} }}");
        let answer = self.asked(process, token, &document).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"][field].clone()
    }

    async fn begin(&self, process: &Process, more: &str) -> Json {
        let arguments = format!("organization: {:?}, {more}", self.slug);
        let wanted = "authorizationUrl secret expiresAt retryAfterSeconds userErrors { code field }";
        self.done(process, None, "beginOidcLogIn", &arguments, wanted).await
    }

    async fn complete(&self, process: &Process, state: &str, code: &str, secret: &Json, more: &str) -> Json {
        let arguments = format!("state: {state:?}, code: {code:?}, secret: {secret}, {more}");
        self.done(process, None, "completeOidcLogIn", &arguments, LOGGED_IN).await
    }

    /// All of the way there and back, for somebody of whom the provider says this.
    async fn log_in(&self, process: &Process, claims: Json, signed: Signed) -> Json {
        let begun = self.begin(process, "").await;
        assert_eq!(begun["userErrors"], json!([]), "{begun}");
        let (state, code) = self.provider.visited(text(&begun["authorizationUrl"]), claims, signed);
        self.complete(process, &state, &code, &begun["secret"], "").await
    }

    /// As the provider says truly that somebody has the address of an account.
    async fn log_in_as(&self, process: &Process, name: &str) -> Json {
        self.log_in(process, self.says(name), Signed::Well).await
    }

    /// What the provider says of who has an address.
    fn says(&self, name: &str) -> Json {
        json!({ "sub": name, "email": email(&self.slug, name), "email_verified": true })
    }
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_else(|| panic!("no text: {json}"))
}

fn code_of(payload: &Json) -> &str {
    text(&payload["userErrors"][0]["code"])
}

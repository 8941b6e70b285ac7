//! What is asked of servers elsewhere, at addresses that tenants chose: over TLS, of public addresses
//! alone, without following anybody further, for a few seconds and a few bytes.

mod public;

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::url::Host;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use qun_domain::fault::Fault;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::net::lookup_host;

use public::is_public;

/// How long one request may take, from the name to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection may take to be there.
const CONNECTING: Duration = Duration::from_secs(3);
/// How long an answer may be, in bytes.
const LONGEST: usize = 256 * 1024;

/// What brought no answer.
#[derive(Debug, Error)]
pub(crate) enum OutgoingProblem {
    /// It is none of `https:`, or at an address that is not public.
    #[error("only https and public addresses are asked")]
    NotAllowed,
    /// The answer is too long.
    #[error("the answer is longer than {LONGEST} bytes")]
    TooLong,
    /// Nobody answered, or not in time.
    #[error("no answer")]
    NoAnswer(#[source] Box<dyn Error + Send + Sync>),
}

impl OutgoingProblem {
    fn of(error: reqwest::Error) -> Self {
        let mut cause: Option<&dyn Error> = Some(&error);
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == PRIVATE) {
                return Self::NotAllowed;
            }
            cause = error.source();
        }
        Self::NoAnswer(error.into())
    }
}

/// What the resolver says of a name whose addresses are not public.
const PRIVATE: io::ErrorKind = io::ErrorKind::PermissionDenied;

/// Asks servers elsewhere. Clones share connections.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    client: Client,
    /// Whether `http:` and addresses that are not public may be asked.
    is_anywhere: bool,
}

impl Outgoing {
    /// `is_anywhere` lets `http:` and addresses pass that are not public: for development, and for
    /// installations whose servers stand beside them.
    #[expect(clippy::disallowed_methods, reason = "this is the client that everything else uses")]
    pub(crate) fn new(is_anywhere: bool) -> Result<Self, Fault> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect::<RootCertStore>();
        let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Fault::from_error("the versions of TLS", error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Resolver { is_anywhere }))
            // A proxy would look names up by itself, and whoever is sent further goes anywhere.
            .no_proxy()
            .redirect(Policy::none())
            .no_gzip()
            .connect_timeout(CONNECTING)
            .timeout(PATIENCE)
            .user_agent(concat!("qun/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Fault::from_error("the HTTP client", error))?;
        Ok(Self { client, is_anywhere })
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, OutgoingProblem> {
        let request = reqwest::Request::try_from(request).map_err(OutgoingProblem::of)?;
        if !self.is_anywhere && !may_be_asked(request.url()) {
            return Err(OutgoingProblem::NotAllowed);
        }
        let response = self.client.execute(request).await.map_err(OutgoingProblem::of)?;
        let mut answer = http::Response::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        *answer.body_mut() = body(response).await?;
        Ok(answer)
    }
}

/// Whether an address can be asked, as far as it says itself: the resolver is not asked about
/// addresses that are no names.
fn may_be_asked(url: &Url) -> bool {
    let is_public_host = match url.host() {
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        None => false,
    };
    url.scheme() == "https" && is_public_host
}

async fn body(mut response: Response) -> Result<Vec<u8>, OutgoingProblem> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(OutgoingProblem::of)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(OutgoingProblem::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl<'c> AsyncHttpClient<'c> for Outgoing {
    type Error = OutgoingProblem;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutgoingProblem>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.answer(request))
    }
}

/// Looks names up, and forgets addresses that are not public: what is connected to is what was
/// looked at, whatever the name says a moment later.
struct Resolver {
    is_anywhere: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_anywhere = self.is_anywhere;
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let good: Vec<SocketAddr> = found.filter(|found| is_anywhere || is_public(found.ip())).collect();
            if good.is_empty() {
                return Err(io::Error::from(PRIVATE).into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

/// Lets whoever else speaks TLS in this process do it with the one provider that is built in. Once is
/// enough; a second time does nothing.
pub fn settle_on_tls() {
    // An error says that there is one already.
    CryptoProvider::install_default(default_provider()).ok();
}

#[cfg(test)]
mod tests {
    use std::iter::repeat_n;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::supervise::spawn;

    fn get(url: &str) -> HttpRequest {
        http::Request::get(url).body(Vec::new()).expect("a request")
    }

    async fn refused(outgoing: &Outgoing, url: &str) -> String {
        match outgoing.call(get(url)).await {
            Ok(answer) => panic!("{url} answers {}", answer.status()),
            Err(problem) => problem.to_string(),
        }
    }

    #[tokio::test]
    async fn what_is_not_public_is_not_asked() {
        let outgoing = Outgoing::new(false).expect("a client");
        for url in [
            "http://example.org/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://localhost/",
        ] {
            assert_eq!(refused(&outgoing, url).await, OutgoingProblem::NotAllowed.to_string(), "{url}");
        }
    }

    /// A server that says the same to everybody, and where it is.
    async fn saying(text: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        spawn("a server of a test", async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut asked = [0; 1024];
                let read = connection.read(&mut asked).await.expect("a request");
                assert!(read > 0, "nothing was asked");
                connection.write_all(text.as_bytes()).await.ok();
            }
        });
        format!("http://{address}/")
    }

    fn answer(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn an_answer_is_short_and_leads_nowhere() {
        let outgoing = Outgoing::new(true).expect("a client");
        let short = outgoing.call(get(&saying(answer("good")).await)).await.expect("an answer");
        assert_eq!(short.body(), b"good");
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let further = outgoing.call(get(&saying(elsewhere.to_owned()).await)).await.expect("an answer");
        assert_eq!(further.status(), 302);
        let long: String = repeat_n('x', LONGEST + 1).collect();
        let problem = refused(&outgoing, &saying(answer(&long)).await).await;
        assert_eq!(problem, OutgoingProblem::TooLong.to_string());
    }
}

//! From where a request comes.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, USER_AGENT};
use qun_domain::access::Client;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// How many proxies of the operator's stand in front of this server. Each adds the address
/// that it was called from at the end of `X-Forwarded-For`; what stands before was written by
/// strangers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proxies(pub(super) usize);

/// The network address of the client, as far as the operator's own proxies tell it.
pub(super) fn address(request: &HttpRequest, proxies: Proxies) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    match proxies.0 {
        0 => peer,
        hops => forwarded(request.headers(), hops).or(peer),
    }
}

/// The address that the outermost of our proxies was called from.
fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok()).collect();
    let addresses = lines.iter().rev().flat_map(|line| line.rsplit(','));
    addresses.map(str::trim).nth(hops - 1)?.parse().ok()
}

/// The client as a session remembers it.
pub(super) fn client(request: &HttpRequest, address: Option<IpAddr>) -> Client {
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Client::new(address.map(|address| address.to_string()), agent)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(lines: &[&str], hops: usize) -> Option<String> {
        let mut request = TestRequest::default().peer_addr(([192, 0, 2, 1], 4_000).into());
        for line in lines {
            request = request.append_header((FORWARDED_FOR, *line));
        }
        address(&request.to_http_request(), Proxies(hops)).map(|address| address.to_string())
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        let lines = ["198.51.100.9, 203.0.113.5", "10.0.0.2"];
        for (hops, expected) in [(0, "192.0.2.1"), (1, "10.0.0.2"), (2, "203.0.113.5"), (3, "198.51.100.9")] {
            assert_eq!(seen(&lines, hops).as_deref(), Some(expected), "{hops}");
        }
    }

    #[test]
    fn who_comes_past_the_proxies_has_its_own_address() {
        assert_eq!(seen(&[], 1).as_deref(), Some("192.0.2.1"));
        assert_eq!(seen(&["203.0.113.5"], 2).as_deref(), Some("192.0.2.1"));
        assert_eq!(seen(&["unknown"], 1).as_deref(), Some("192.0.2.1"));
        assert_eq!(seen(&["2001:db8::7"], 1).as_deref(), Some("2001:db8::7"));
    }
}

//! Who asks: the bearer token of a request.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use qun_domain::time::Timestamp;
use qun_infra::access::{Access, AuthProblem};
use qun_infra::db::OrgScope;
use tracing::error;

use super::problem::Problem;
use super::request_id::RequestId;
use crate::graphql::Caller;

/// Whoever came in by a token.
pub(super) struct Entered {
    /// To be asked again, where the answer takes long.
    pub(super) caller: Caller,
    /// What the token opens.
    pub(super) scope: OrgScope,
    /// From when on it opens nothing.
    pub(super) until: Timestamp,
}

/// The scope that the request's token opens; `None` when it brings none.
pub(super) async fn authenticate(
    request: &HttpRequest,
    access: &Access,
) -> Result<Option<OrgScope>, Problem> {
    Ok(enter(request, access).await?.map(|entered| entered.scope))
}

/// As [`authenticate`], for who stays.
pub(super) async fn enter(request: &HttpRequest, access: &Access) -> Result<Option<Entered>, Problem> {
    let Some(token) = bearer(request.headers())? else { return Ok(None) };
    let id = RequestId::of(request);
    let caller = Caller::new(access.clone(), token, id.clone());
    match caller.scope().await {
        Ok((scope, until)) => Ok(Some(Entered { caller, scope, until })),
        Err(AuthProblem::Expired | AuthProblem::Invalid | AuthProblem::NotAMember) => Err(Problem::BadToken),
        Err(AuthProblem::Fault(fault)) => {
            error!(fault = fault.chain(), "a token could not be checked");
            Err(Problem::Internal(id))
        }
    }
}

/// Whoever acts in an organization has one budget there, whatever token it comes with.
pub(super) fn payer_of(scope: &OrgScope) -> Arc<str> {
    format!("{} {}", scope.org(), scope.actor()).into()
}

/// The token; a second header, another scheme or an empty token is no token at all.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(AUTHORIZATION);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::BadToken);
    }
    let text = value.to_str().map_err(|_| Problem::BadToken)?;
    bearer_token(text).map(Some).ok_or(Problem::BadToken)
}

/// The token of `Bearer …`, however the scheme is spelled.
pub(super) fn bearer_token(text: &str) -> Option<&str> {
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn one_bearer_token_or_none() {
        assert!(matches!(bearer(&headers(&[])), Ok(None)));
        assert!(matches!(bearer(&headers(&["Bearer abc"])), Ok(Some("abc"))));
        assert!(matches!(bearer(&headers(&["bEARER  abc "])), Ok(Some("abc"))));
        for bad in [&["Basic abc"][..], &["Bearer"], &["Bearer "], &["abc"], &[""], &["Bearer a", "Bearer b"]]
        {
            assert!(matches!(bearer(&headers(bad)), Err(Problem::BadToken)), "{bad:?}");
        }
    }
}

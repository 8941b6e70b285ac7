//! In which language a request is answered.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use qun_domain::locale::Locale;
use qun_infra::db::OrgScope;

use super::media::only;

/// The language that suits `Accept-Language` best; English where it asks for none of ours.
pub(super) fn language(headers: &HeaderMap) -> Locale {
    asked_for(headers).unwrap_or_default()
}

/// The language that `Accept-Language` asks for.
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Locale> {
    Locale::asked_for(only(headers, &ACCEPT_LANGUAGE))
}

/// The language of answers to `scope`: what was asked for, or else that of its account.
pub(super) fn spoken(asked_for: Option<Locale>, scope: Option<&OrgScope>) -> Locale {
    asked_for.or_else(|| scope?.locale()).unwrap_or_default()
}

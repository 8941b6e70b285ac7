//! In which language a request is answered.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use qun_domain::locale::Locale;

use super::media::only;

/// The language that suits `Accept-Language` best; English where it says nothing.
pub(super) fn language(headers: &HeaderMap) -> Locale {
    Locale::negotiate(only(headers, &ACCEPT_LANGUAGE))
}

use actix_web::http::StatusCode;

use super::{Advice, Again};

macro_rules! codes {
    ($($name:ident = $code:literal, $status:ident: $cause:literal, $remedy:literal, $again:ident;)+) => {
        /// Why a request, or a field of it, has no answer: `extensions.code` of an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code {
            $(#[doc = concat!("Cause: ", $cause, ".")] $name),+
        }

        impl Code {
            /// All of them, in the order of the catalogue.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable word.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The status of an answer that consists of this error alone; 200 for what is found out
            /// while a document is looked at, whose status depends on the media type.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            pub(super) const fn advice(self) -> Advice {
                match self {
                    $(Self::$name => Advice { cause: $cause, remedy: $remedy, again: Again::$again }),+
                }
            }
        }
    };
}

codes! {
    Unauthenticated = "UNAUTHENTICATED", UNAUTHORIZED:
        "no token, or one that is expired, forged, of another installation or of an account that left",
        "log in", WithNewToken;
    Forbidden = "FORBIDDEN", FORBIDDEN:
        "the role lacks the capability",
        "ask an owner, see [access.md](access.md)", AfterThat;
    BadUserInput = "BAD_USER_INPUT", OK:
        "the document does not parse or validate; an argument is out of range; a cursor is of another list",
        "mend the query", Changed;
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", OK:
        "the idempotency key came with another input before",
        "take a new key for each thing to do", WithNewKey;
    PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND", OK:
        "nobody has sent a document of this [name](persisted-operations.md), or that is long ago",
        "send text and hash; clients do so by themselves", Changed;
    PersistedQueryHashMismatch = "PERSISTED_QUERY_HASH_MISMATCH", OK:
        "the hash is not that of the text beside it",
        "hash the text as it is sent: SHA-256, UTF-8", Changed;
    PersistedQueryNotInList = "PERSISTED_QUERY_NOT_IN_LIST", OK:
        "the document is not on the [list](persisted-operations.md#a-list) of this server",
        "get it onto the list", AfterThat;
    PersistedQueryIdRequired = "PERSISTED_QUERY_ID_REQUIRED", OK:
        "a text was sent to a server that runs a list alone",
        "send `documentId` alone", Changed;
    QueryTooComplex = "QUERY_TOO_COMPLEX", OK:
        "beyond a [limit](limits.md) of the document, or dearer than a full budget",
        "ask for smaller pages, or in two requests", Changed;
    RateLimited = "RATE_LIMITED", TOO_MANY_REQUESTS:
        "the [budget](limits.md#cost-and-budget) of points, or that of [rows](limits.md#rows), is spent; nothing was run, and of an ingestion nothing from `resumeAtLine` on",
        "wait `retryAfterSeconds`, also in `Retry-After`", Later;
    CursorExpired = "CURSOR_EXPIRED", OK:
        "what came after the event is older than 24 h; only in a [stream](streams.md)",
        "read the state anew, follow from now on", Changed;
    SlowReader = "SLOW_READER", OK:
        "the reader of a [stream](streams.md) was too far behind",
        "go on after the last `eventId`", Later;
    TooManyStreams = "TOO_MANY_STREAMS", SERVICE_UNAVAILABLE:
        "beyond `stream_limit`, the organization's quarter of it, or 100 operations of a socket",
        "close what is not needed; operator: raise it", Later;
    Timeout = "TIMEOUT", OK:
        "queries took more than 30 s",
        "ask for less at once", Changed;
    BadRequest = "BAD_REQUEST", BAD_REQUEST:
        "the body is no GraphQL request, an ingestion broke off, or a page of another site asks for what `cors_origins` does not allow",
        "mend the client; an ingestion that broke off: send the whole again", Changed;
    NotFound = "NOT_FOUND", NOT_FOUND:
        "nothing is at this path; no group of the name in the address; a subscription to what is not in the organization",
        "mend the address", Changed;
    MethodNotAllowed = "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED:
        "a mutation by GET, another method than the path takes",
        "use POST; see `Allow`", Changed;
    NotAcceptable = "NOT_ACCEPTABLE", NOT_ACCEPTABLE:
        "`Accept` excludes both JSON types",
        "accept `application/graphql-response+json` or `application/json`", Changed;
    RequestTimeout = "REQUEST_TIMEOUT", REQUEST_TIMEOUT:
        "the body did not come in time: 30 s for a query, a minute of silence for an ingestion",
        "look at the network", Later;
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", PAYLOAD_TOO_LARGE:
        "a GraphQL body above `body_limit`",
        "split it; rows go to `/v1/interactions`", Changed;
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", UNSUPPORTED_MEDIA_TYPE:
        "not `application/json` (GraphQL) or `application/x-ndjson` (rows)",
        "say so in `Content-Type`", Changed;
    Internal = "INTERNAL", INTERNAL_SERVER_ERROR:
        "a defect or an outage on our side",
        "user: try later. Integrator: report `extensions.requestId`. Operator: find the id in the log", Later;
}

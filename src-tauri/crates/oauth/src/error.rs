//! Why a step of the protocol failed, told apart by what the caller does about it.
//!
//! Not here: words for a person, and anything a server wrote beyond its error code.

/// Why a step of the protocol failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host did not get the request.
    #[error("the host could not be reached")]
    Unreachable(#[source] drawbridge_http::Error),
    /// The host may have carried the request out, but its reply did not arrive or could not be
    /// read: a code or a refresh token may be spent.
    #[error("the host's reply was lost")]
    ReplyLost(#[source] drawbridge_http::Error),
    /// The host is unwell (5xx) or limits requests (429): nothing is known to be refused.
    #[error("the host answered with status {status}")]
    Unwell {
        /// The status.
        status: u16,
        /// How long it asks to wait, if it does.
        wait: Option<std::time::Duration>,
    },
    /// The host refused, with an error code of RFC 6749 §5.2 or its own.
    #[error("the host refused: {error}")]
    Refused {
        /// The code: at most 64 characters of `a-z`, `A-Z`, `0-9`, `_`, `-` and `.`.
        error: String,
    },
    /// A reply, or an input, that is not what the protocol describes.
    #[error("not what the protocol describes: {what}")]
    Malformed {
        /// What was being read; never its content.
        what: &'static str,
    },
    /// The reply comes from another issuer than the one asked (RFC 9207 §2.4).
    #[error("the reply comes from another issuer")]
    IssuerMismatch,
    /// No port of this computer could be opened for the return.
    #[error("no port could be opened")]
    NoPort(#[source] std::io::Error),
}

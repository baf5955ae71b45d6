//! Why a step of the protocol failed, told apart by what the caller does about it.
//!
//! Not here: words for a person, and anything a server wrote beyond its error code.

use std::time::Duration;

/// Why a step of the protocol failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host did not get the request.
    #[error("the host could not be reached")]
    Unreachable(#[source] drawbridge_http::Error),
    /// The host may have carried the request out, but its reply did not arrive whole: a code or a
    /// refresh token may be spent.
    #[error("the host's reply was lost")]
    ReplyLost(#[source] drawbridge_http::Error),
    /// The host is unwell (5xx) or limits requests (429): nothing is known to be refused.
    #[error("the host answered with status {status}")]
    Unwell {
        /// The status.
        status: u16,
        /// How long it asks to wait, if it does.
        wait: Option<Duration>,
    },
    /// The host refused, with an error code of RFC 6749 §5.2 or its own; `http_404` and the like
    /// where it gave none.
    #[error("the host refused: {error}")]
    Refused {
        /// The code: 1 to 64 characters of `a-z`, `A-Z`, `0-9`, `_`, `-` and `.`.
        error: String,
    },
    /// A reply that is not what the protocol describes.
    #[error("the host's reply is not what the protocol describes: {what}")]
    Malformed {
        /// What was being read; never its content.
        what: &'static str,
    },
    /// Something handed in that can't be used; nothing was sent.
    #[error("can't be used: {what}")]
    Input {
        /// Which; never its content.
        what: &'static str,
    },
    /// The reply comes from another issuer than the one asked (RFC 9207 §2.4).
    #[error("the reply comes from another issuer")]
    IssuerMismatch,
    /// No port of this computer could be opened for the return.
    #[error("no port could be opened")]
    NoPort(#[source] std::io::Error),
}

impl Error {
    /// Whether the host may have carried the request out although nothing usable came back. After a
    /// refresh that means: the old refresh token may be spent, and must not be taken for revoked.
    pub fn reply_may_be_lost(&self) -> bool {
        match self {
            Self::ReplyLost(_) | Self::Malformed { .. } => true,
            // A gateway that gave up waiting, or a server that broke off, may have done it already;
            // "too many requests" and "unavailable" are said before anything is done.
            Self::Unwell { status, .. } => !matches!(status, 429 | 503),
            _ => false,
        }
    }

    /// Sorts a failed sending.
    pub(crate) fn from_http(error: drawbridge_http::Error) -> Self {
        match error {
            drawbridge_http::Error::Address => Self::Input { what: "endpoint address" },
            drawbridge_http::Error::Request { what } => Self::Input { what },
            lost if lost.reply_may_be_lost() => Self::ReplyLost(lost),
            not_sent => Self::Unreachable(not_sent),
        }
    }
}

/// An error code as it may be stored, compared and logged: whatever else a server puts there
/// becomes an underscore.
pub(crate) fn error_code(text: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let code: String = text.chars().take(64).map(|c| if fits(c) { c } else { '_' }).collect();
    if code.is_empty() { "unnamed".to_owned() } else { code }
}

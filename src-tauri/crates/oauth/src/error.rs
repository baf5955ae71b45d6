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
        /// What its description seems to say.
        hint: Option<RefusalHint>,
    },
    /// Something else than the host answered: a page for people or a redirect, as networks send that
    /// want a sign-in of their own. The host did not get the request.
    #[error("something else than the host answered")]
    Interposed,
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

/// What a refusal's description seems to say: hosts have one code for many reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalHint {
    /// A spent refresh token was used again: somebody else may have it.
    Reused,
    /// It has lived its time.
    Expired,
    /// Somebody ended it.
    Revoked,
    /// The refresh token is none that it takes, for whatever reason.
    NotTaken,
}

impl RefusalHint {
    /// Reads a description for the words that matter; the text itself is a stranger's and left behind.
    pub(crate) fn of(description: &str) -> Option<Self> {
        let text: String = description.chars().take(500).collect::<String>().to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["reuse", "re-use", "already used", "already been used", "used more than once", "family"]) {
            Some(Self::Reused)
        } else if says(&["revoked", "withdrawn", "removed"]) && !says(&["expired"]) {
            Some(Self::Revoked)
        } else if says(&["expired", "too old", "lifetime"]) && !says(&["revoked", " or "]) {
            // "Incorrect or expired" says neither.
            Some(Self::Expired)
        } else if says(&["refresh token", "refresh_token"]) && says(&["invalid", "not valid", "parse", "unknown"]) {
            Some(Self::NotTaken)
        } else {
            None
        }
    }
}

impl Error {
    /// A refusal by its code alone.
    pub(crate) fn refused(error: impl Into<String>) -> Self {
        Self::Refused { error: error.into(), hint: None }
    }

    /// Whether the host may have carried the request out although nothing usable came back. After a
    /// refresh that means: the old refresh token may be spent, and must not be taken for revoked.
    pub fn reply_may_be_lost(&self) -> bool {
        match self {
            Self::ReplyLost(_) | Self::Malformed { .. } => true,
            // A gateway that gave up waiting may have handed the request on before; a server that says
            // itself that it failed, is too busy or not there has not done it.
            Self::Unwell { status, .. } => matches!(status, 502 | 504),
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

#[cfg(test)]
mod tests {
    use super::RefusalHint::{self, Expired, NotTaken, Reused, Revoked};

    #[test]
    fn a_description_is_read_for_what_it_surely_says() {
        for (text, hint) in [
            ("token was already used", Some(Reused)),
            ("Refresh token reuse detected; the family was revoked", Some(Reused)),
            ("the grant was revoked", Some(Revoked)),
            ("AADSTS700082: The refresh token has expired due to inactivity.", Some(Expired)),
            ("refresh_token is invalid", Some(NotTaken)),
            ("unable to parse refresh token", Some(NotTaken)),
            ("Unknown or invalid refresh token.", Some(NotTaken)),
            // One text for several reasons says none of them.
            ("Token has been expired or revoked.", None),
            ("The refresh token passed is incorrect or expired.", None),
            // Of the client, not of a token.
            ("Invalid OAuth client credentials", None),
            ("invalid client secret", None),
            ("The client is not authorized to request a token using this method.", None),
            ("", None),
        ] {
            assert_eq!(RefusalHint::of(text), hint, "{text:?}");
        }
    }
}

//! What comes back from the browser: an address, read into a value before anything acts on it.
//!
//! Anybody on this computer can hand such an address in, so it is bounded, exact and never trusted:
//! whether a sign-in waits for it is decided by its `state`, elsewhere.

use crate::Error;
use drawbridge_domain::SecretString;

/// The redirect address of the deep-link way. One slash: a scheme of our own has no authority
/// (RFC 8252 §7.1).
pub const DEEP_LINK_REDIRECT: &str = "dev.drawbridge.desktop:/oauth/callback";

/// How an answer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnVia {
    /// By our own scheme.
    DeepLink,
    /// By a port of this computer.
    Loopback {
        /// Which.
        port: u16,
    },
}

/// What the host answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A code to exchange.
    Code(SecretString),
    /// No code.
    Refused {
        /// The error code: at most 64 characters of `a-z`, `A-Z`, `0-9`, `_`, `-` and `.`.
        error: String,
        /// What the host says about it, at most 500 characters without control characters. To be
        /// shown only after `state` and issuer were found right.
        description: Option<String>,
    },
}

/// An address that came back, read.
#[derive(Debug, Clone)]
pub struct Return {
    /// How it came.
    pub via: ReturnVia,
    /// Which sign-in it claims to answer.
    pub state: SecretString,
    /// Who it claims to come from (RFC 9207).
    pub iss: Option<String>,
    /// The answer.
    pub answer: Answer,
}

/// Why an address is no answer to a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReturnError {
    /// Another scheme, host or path.
    #[error("not an address of ours")]
    NotOurs,
    /// Longer than 8 KiB, or with characters an address can't have.
    #[error("not an address")]
    NotAnAddress,
    /// A parameter is missing, given twice, or too long.
    #[error("the parameter {name} is missing, doubled or unusable")]
    Parameter {
        /// Which.
        name: &'static str,
    },
}

/// Reads what came back: a deep link, or the address a loopback page was asked by.
pub fn parse_return(link: &str) -> Result<Return, ReturnError> {
    let _ = link;
    Err(ReturnError::NotOurs)
}

/// Checks who an answer comes from (RFC 9207 §2.4): required if the host is known to say it, and
/// compared whenever it is said and known.
pub fn check_issuer(expected: Option<&str>, iss: Option<&str>) -> Result<(), Error> {
    match (expected, iss) {
        (Some(expected), Some(iss)) if expected == iss => Ok(()),
        (None, _) => Ok(()),
        _ => Err(Error::IssuerMismatch),
    }
}

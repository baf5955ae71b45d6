//! The words for what lies between this computer and a host: no way there, a proxy, a certificate.
//!
//! Nothing here is a way around a certificate; there is none.

use super::unreachable_host;
use crate::{Code, Problem};
use drawbridge_oauth::{Distrust, SendError as Error};

/// What to do about an issuer that is not trusted.
pub(super) const OWN_AUTHORITY: &str = "If your company has a certificate authority of its own, add it to the system's (or name its file in \
     SSL_CERT_FILE), then start Drawbridge again. If it has none, somebody may be listening.";

/// Why a host was not reached.
pub(crate) fn not_reached(error: &Error, host: &str) -> Problem {
    let problem = |message: String, hint: &str| Problem::new(Code::Unreachable, message, hint);
    match error {
        Error::ProxySignIn(_) => problem(
            format!("The proxy of this network wants a user name and a password before it leads to {host}."),
            "Put them into the proxy's address (HTTPS_PROXY=http://NAME:PASSWORD@PROXY:PORT), or name the host in \
             NO_PROXY; then start Drawbridge again.",
        ),
        Error::Refused { why: Distrust::Time, .. } => problem(
            format!("The certificate of {host} has ended or has not begun yet. Nothing was sent."),
            "See that this computer's clock is right; if it is, whoever runs the server has to renew it.",
        ),
        Error::Refused { why: Distrust::Name, .. } => problem(
            format!("What answers as {host} has the certificate of another name. Nothing was sent."),
            "See that the address is right, and that the network does not ask for a sign-in of its own.",
        ),
        Error::Refused { why: Distrust::Issuer, .. } => problem(
            format!("The certificate of {host} is from an issuer that this computer does not trust. Nothing was sent."),
            OWN_AUTHORITY,
        ),
        Error::Refused { why: Distrust::Revoked, .. } => problem(
            format!("The certificate of {host} was taken back by its issuer. Nothing was sent."),
            "Ask whoever runs the server.",
        ),
        Error::Refused { why: Distrust::Other, .. } => problem(
            format!("No encrypted connection to {host} came about. Nothing was sent."),
            "See that the address is right; an old server may not know how to encrypt safely.",
        ),
        _ => unreachable_host(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_words_and_a_next_step() {
        let cause = || Box::new(std::io::Error::other("below"));
        let refused = |why| Error::Refused { why, cause: cause() };
        let all = [
            (Error::ProxySignIn(cause()), "proxy", "HTTPS_PROXY"),
            (refused(Distrust::Time), "has ended", "clock"),
            (refused(Distrust::Name), "another name", "address"),
            (refused(Distrust::Issuer), "does not trust", "SSL_CERT_FILE"),
            (refused(Distrust::Revoked), "taken back", "runs the server"),
            (refused(Distrust::Other), "encrypted connection", "address"),
            (Error::Unreachable(cause()), "could not be reached", "network"),
        ];
        for (error, says, next) in all {
            let problem = not_reached(&error, "git.example.org");
            assert_eq!(problem.code, Code::Unreachable, "{error}");
            assert!(problem.message.contains(says) && problem.message.contains("git.example.org"), "{problem:?}");
            assert!(problem.hint.contains(next), "{problem:?}");
            let skip = ["ignore", "anyway", "disable", "insecure"];
            assert!(!skip.iter().any(|word| problem.hint.contains(word)), "no way around it: {problem:?}");
        }
    }
}

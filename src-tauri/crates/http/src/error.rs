//! Why no usable answer came, told apart by what it means for whoever asked.
//!
//! The point that matters most is whether the request may have been carried out although no answer
//! arrived: a refresh token may be spent then. Not here: statuses; an answer with one is an answer.

/// A failure of the machinery below an error, kept as the cause and free of addresses.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why no usable answer came.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that may be asked: unencrypted and not loopback, or with credentials in it.
    #[error("the address may not be asked")]
    Address,
    /// The request could not be put together, for instance because a header holds a line break.
    #[error("the request could not be put together: {what}")]
    Request {
        /// Which part; never its content.
        what: &'static str,
    },
    /// Sending could not be set up at all.
    #[error("sending could not be set up")]
    Setup(#[source] Cause),
    /// No connection came about: the request was not sent.
    #[error("no connection came about")]
    Unreachable(#[source] Cause),
    /// The server's certificate was not accepted, or no common way to encrypt was found: not sent.
    #[error("the encrypted connection was refused: {why}")]
    Refused {
        /// What is wrong with it.
        why: Distrust,
        /// The failure below.
        #[source]
        cause: Cause,
    },
    /// A proxy on the way wants to know who asks (407): not sent.
    #[error("the proxy wants a user name and a password")]
    ProxySignIn(#[source] Cause),
    /// The host asked to wait (see [`crate::Budget`]): not sent.
    #[error("the host asked to wait")]
    Paused {
        /// For how long from now.
        wait: std::time::Duration,
    },
    /// Too many requests of the same account are waiting for their turn: not sent.
    #[error("too many requests wait for their turn")]
    Crowded,
    /// The time was up before the whole answer was there. The request may have been carried out.
    #[error("no whole answer within the time limit")]
    TimedOut,
    /// The connection ended after the request was (perhaps partly) sent. It may have been carried out.
    #[error("the connection ended before the whole answer was there")]
    Interrupted(#[source] Cause),
    /// The answer is longer than allowed. The request was carried out.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// What was allowed.
        limit: usize,
    },
    /// The answer is not JSON of the expected shape.
    #[error("the answer is not JSON of the expected shape, line {line}, column {column}")]
    NotJson {
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
}

/// Why an encrypted connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// The certificate has ended, or has not begun.
    #[error("its certificate is not valid at this time")]
    Time,
    /// The certificate is another server's.
    #[error("its certificate is for another name")]
    Name,
    /// Nobody whom this system trusts has issued it.
    #[error("its certificate is from an issuer that is not trusted here")]
    Issuer,
    /// Whoever issued it has taken it back.
    #[error("its certificate was revoked")]
    Revoked,
    /// Anything else.
    #[error("encryption could not be agreed on")]
    Other,
}

impl Distrust {
    fn of(error: &rustls::Error) -> Self {
        use rustls::CertificateError as Wrong;
        let rustls::Error::InvalidCertificate(wrong) = error else { return Self::Other };
        match wrong {
            Wrong::Expired | Wrong::ExpiredContext { .. } | Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
                Self::Time
            }
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => Self::Name,
            Wrong::UnknownIssuer => Self::Issuer,
            Wrong::Revoked => Self::Revoked,
            _ => Self::Other,
        }
    }
}

impl Error {
    /// Whether the server may have carried the request out although its answer did not arrive.
    pub fn reply_may_be_lost(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Interrupted(_) | Self::TooLarge { .. } | Self::NotJson { .. })
    }

    /// Sorts a failure of the sender. The address is taken out of it first: it may hold a query.
    pub(crate) fn from_sender(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_builder() {
            return Self::Request { what: "address, header or body" };
        }
        if error.is_connect() {
            let (distrust, proxy) = (distrust(&error), wants_sign_in(&error));
            let cause = Box::new(error);
            return match distrust {
                Some(why) => Self::Refused { why, cause },
                None if proxy => Self::ProxySignIn(cause),
                None => Self::Unreachable(cause),
            };
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Interrupted(Box::new(error))
    }
}

/// What TLS did not like, if it was TLS.
fn distrust(error: &(dyn std::error::Error + 'static)) -> Option<Distrust> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return Some(Distrust::of(tls));
        }
        // An I/O error hands out the source of what it wraps, not what it wraps.
        if let Some(inner) = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref)
            && let Some(found) = distrust(inner)
        {
            return Some(found);
        }
        next = current.source();
    }
    None
}

/// Whether a proxy answered 407. The library has no type for that which can be asked; a test holds its words.
fn wants_sign_in(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(current) = next {
        if current.to_string().contains("proxy authorization required") {
            return true;
        }
        next = current.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::CertificateError;

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_apart_however_deep_it_lies() {
        for (wrong, why) in [
            (CertificateError::Expired, Distrust::Time),
            (CertificateError::NotValidYet, Distrust::Time),
            (CertificateError::NotValidForName, Distrust::Name),
            (CertificateError::UnknownIssuer, Distrust::Issuer),
            (CertificateError::Revoked, Distrust::Revoked),
            (CertificateError::BadEncoding, Distrust::Other),
        ] {
            let below = std::io::Error::other(std::io::Error::other(rustls::Error::InvalidCertificate(wrong.clone())));
            assert_eq!(distrust(&below), Some(why), "{wrong:?}");
        }
        let other = std::io::Error::other(rustls::Error::HandshakeNotComplete);
        assert_eq!(distrust(&other), Some(Distrust::Other));
        assert_eq!(distrust(&std::io::Error::other("no TLS at all")), None);
    }
}

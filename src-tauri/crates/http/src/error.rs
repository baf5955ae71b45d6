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
    #[error("the encrypted connection was refused")]
    Refused(#[source] Cause),
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
            let tls = is_caused_by_tls(&error);
            let cause = Box::new(error);
            return if tls { Self::Refused(cause) } else { Self::Unreachable(cause) };
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Interrupted(Box::new(error))
    }
}

fn is_caused_by_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(current) = next {
        if current.is::<rustls::Error>() {
            return true;
        }
        // An I/O error hands out the source of what it wraps, not what it wraps.
        if let Some(inner) = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref)
            && is_caused_by_tls(inner)
        {
            return true;
        }
        next = current.source();
    }
    false
}

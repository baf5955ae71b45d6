//! OAuth 2 for a native program: authorise, return, exchange, device code, refresh.
//!
//! The protocol as data and flows. Not here: any provider, anything stored, any page opened; the
//! caller seals what must survive and opens what must be seen.

mod authorize;
mod device;
mod endpoints;
mod error;
pub mod loopback;
mod returned;
mod sender;
#[cfg(test)]
mod tests;
mod tokens;

pub use authorize::{Authorization, authorize};
pub use device::{DevicePoll, DeviceStart, device_poll, device_start};
pub use endpoints::{ClientAuth, Endpoints, SecretStyle};
pub use error::Error;
pub use returned::{Answer, DEEP_LINK_REDIRECT, Return, ReturnError, ReturnVia, check_issuer, parse_return};
pub use tokens::{Tokens, exchange, refresh};

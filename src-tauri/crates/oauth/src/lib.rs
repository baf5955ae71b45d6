//! OAuth 2 for a native program: authorise, return, exchange, device code, refresh; and a client that
//! registers itself.
//!
//! The protocol as data and flows. Not here: any provider, anything stored, any page opened; the
//! caller seals what must survive and opens what must be seen.

mod authorize;
mod callback;
mod device;
mod dialect;
mod discovery;
mod endpoints;
mod error;
pub mod loopback;
mod path;
mod registration;
mod returned;
mod revocation;
mod sender;
#[cfg(test)]
mod tests;
mod tokens;

pub use authorize::{Authorization, authorize};
pub use callback::{CallbackMark, DEEP_LINK_REDIRECT, deep_link_redirect};
pub use device::{DevicePoll, DeviceStart, device_poll, device_start};
pub use dialect::{Dialect, ReplyPaths};
pub use discovery::{Metadata, discover};
pub use endpoints::{AuthMethod, ClientAuth, Endpoints, Issuer, SecretStyle};
pub use error::{Error, RefusalHint};
pub use path::FieldPath;
pub use registration::{Management, Registered, Registration, Unregistered, register, unregister};
pub use returned::{Answer, Return, ReturnError, ReturnVia, check_issuer, parse_return};
pub use revocation::revoke;
pub use tokens::{Tokens, client_credentials, exchange, refresh};

//! The only outgoing HTTP: TLS, proxies, time limits, size limits, retries, budgets, logs that show nothing.
//!
//! A request goes to one place and comes back with one answer: redirects are never followed (a
//! redirect would carry the credential wherever the answer says), and a status is not an error.
//! Not here: what is sent and what an answer means; those are the protocol's and the providers'.

mod budget;
mod client;
mod error;
mod limits;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod tls;

pub use budget::{Budget, Standing, Urgency};
pub use client::{Client, Config};
pub use error::{Distrust, Error};
pub use limits::{Quota, UNSAID_WAIT};
pub use request::Request;
pub use response::Response;

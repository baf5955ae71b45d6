//! Asks an address that a person named whether it takes what is presented there.
//!
//! For credentials of hosts that no definition describes. Not here: whether they may go there at all.

use crate::{ForgeError, reading};
use drawbridge_domain::SecretString;
use drawbridge_http::{Client, Request};
use std::time::Duration;
use url::Url;

/// A person waits for the answer.
const LIMIT: Duration = Duration::from_secs(20);

/// What is presented.
#[derive(Debug, Clone, Copy)]
pub enum Presented<'a> {
    /// Headers, each a name and a value.
    Headers(&'a [(String, SecretString)]),
    /// A user name and a password (RFC 7617).
    Basic(&'a str, &'a SecretString),
}

/// Reads an address with a credential. Only an answer of success says that it is taken: a page that
/// sends elsewhere, or is not there, proves nothing.
pub async fn probe(http: &Client, url: &Url, presented: Presented<'_>) -> Result<(), ForgeError> {
    let request = Request::get(url.clone()).timeout(LIMIT);
    let request = match presented {
        Presented::Headers(all) => all.iter().fold(request, |to, (name, value)| to.header(name, value.expose())),
        Presented::Basic(user, password) => request.basic(user, password),
    };
    let answer = http.send(request).await.map_err(ForgeError::from)?;
    match answer.status {
        300..=399 => Err(ForgeError::Malformed { what: "where it sends on to" }),
        _ => reading::status(&answer),
    }
}

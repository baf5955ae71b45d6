//! What kind of server stands at an address a person typed: one short question to each kind that
//! could, all at once.
//!
//! Nothing of a person is sent. Not here: whether an address may be asked at all; that is the
//! transport's rule (https, or this computer).

use crate::{Catalog, Provider, definition::Recognise, provider::address};
use drawbridge_domain::BaseUrl;
use drawbridge_http::{Client, Error, Request, Response};
use std::{sync::Arc, time::Duration};

/// A person waits for this; a server that needs longer is chosen by hand.
const PATIENCE: Duration = Duration::from_secs(2);
/// What tells a server apart is in its headers or a line of JSON.
const MAX_BYTES: usize = 64 * 1024;

/// What asking a server brought.
#[derive(Debug)]
pub enum Found {
    /// The kind of server it is.
    Kind(Arc<Provider>),
    /// Something answered that no definition recognises.
    Unknown,
    /// Nothing answered: the address is wrong, or the network or the server is away.
    Silent,
}

/// Asks what kind of server stands at an address, for two seconds at most.
pub async fn recognise(http: &Client, catalog: &Catalog, host: &BaseUrl) -> Found {
    let kinds = || catalog.all().iter().filter(|provider| provider.definition.self_hosted);
    let mut asked = tokio::task::JoinSet::new();
    for provider in kinds() {
        let Some(how) = provider.definition.recognise.clone() else { continue };
        let (http, provider) = (http.clone(), Arc::clone(provider));
        let request = Request::get(address(host, &how.address)).header("accept", "application/json");
        asked.spawn(async move {
            let answer = http.send(request.max_bytes(MAX_BYTES).timeout(PATIENCE)).await;
            (answer.map(|answer| is_it(&how, &answer)), provider)
        });
    }
    // A server that describes itself can be used whatever it is; only what is known better comes first.
    let described = tokio::time::timeout(PATIENCE, drawbridge_oauth::discover(http, host));
    let (mut found, mut answered) = (Vec::new(), false);
    let answers = async {
        while let Some(ended) = asked.join_next().await {
            let Ok((outcome, provider)) = ended else { continue };
            // One that hangs up in the middle is there.
            answered |= !matches!(outcome, Err(Error::Unreachable(_) | Error::TimedOut));
            if matches!(outcome, Ok(true)) {
                found.push(provider);
            }
        }
    };
    let (described, ()) = tokio::join!(described, answers);
    // Definitions that are sound recognise one kind each; should two, the order is at least the same each time.
    found.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    if let Some(provider) = found.into_iter().next() {
        return Found::Kind(provider);
    }
    match described {
        Ok(Ok(Some(_))) => match kinds().find(|provider| describes_itself(provider)) {
            Some(provider) => Found::Kind(Arc::clone(provider)),
            None => Found::Unknown,
        },
        _ if answered => Found::Unknown,
        _ => Found::Silent,
    }
}

/// Whether a kind is any server that describes itself.
fn describes_itself(provider: &Provider) -> bool {
    let definition = &provider.definition;
    definition.recognise.is_none()
        && definition.host.is_none()
        && definition.oauth.as_ref().is_some_and(|oauth| oauth.discovery)
}

fn is_it(how: &Recognise, answer: &Response) -> bool {
    if how.header.as_ref().is_some_and(|name| answer.header(name).is_none()) {
        return false;
    }
    let Some(field) = &how.field else { return how.header.is_some() };
    let text = serde_json::from_slice(&answer.body).ok().and_then(|said: serde_json::Value| field.text(&said));
    text.is_some_and(|text| {
        how.contains.as_ref().is_none_or(|part| text.contains(part.as_str()))
            && how.lacks.as_ref().is_none_or(|part| !text.contains(part.as_str()))
    })
}

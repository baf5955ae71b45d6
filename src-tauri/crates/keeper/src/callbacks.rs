//! Which redirect addresses a client is registered with: those of its installation alone, or the
//! ones that all share.
//!
//! A client stays with what it was registered with, so this is noted when it is added and never
//! worked out anew: clients from before have no note, and keep the shared addresses. Not here: what
//! the addresses look like (`oauth`), and why there are two kinds (adr/0013).

use crate::{Answer, Keeper, clients::Target, dto::RedirectsOf, words};
use drawbridge_domain::{ClientId, SignInWay};
use drawbridge_oauth::{CallbackMark, deep_link_redirect};
use drawbridge_store::{Session, Write};
use std::collections::BTreeMap;

const NAME: &str = "client_callbacks";

/// The marks of clients, by our id of each.
type Marks = BTreeMap<String, String>;

/// The mark in a client's redirect addresses; none if it has the shared ones.
pub(crate) async fn mark_of(session: &mut Session, client: &ClientId) -> Answer<Option<CallbackMark>> {
    let marks: Marks = session.setting(NAME).await.map_err(words::store)?.unwrap_or_default();
    Ok(marks.get(client.as_str()).and_then(|mark| CallbackMark::parse(mark)))
}

/// Notes a client's mark, in the transaction that adds it; forgets those of clients that are gone.
pub(crate) async fn keep_mark(write: &mut Write, client: &ClientId, mark: &CallbackMark) -> Answer<()> {
    let mut marks: Marks = write.setting(NAME).await.map_err(words::store)?.unwrap_or_default();
    let clients = write.clients().await.map_err(words::store)?;
    marks.retain(|id, _| clients.iter().any(|row| row.id.as_str() == id));
    marks.insert(client.as_str().to_owned(), mark.as_str().to_owned());
    write.set_setting(NAME, &marks).await.map_err(words::store)
}

impl Target {
    /// The mark of this installation.
    pub(crate) fn mark(&self) -> CallbackMark {
        CallbackMark::of(self.provider.id.as_str(), &self.host)
    }

    /// The redirect addresses to register a client with. Hosts that take loopback ones ignore the
    /// port (RFC 8252 §7.3) unless they want certain ones.
    pub(crate) fn redirects(&self) -> Vec<String> {
        let (definition, mark) = (&self.provider.definition, self.mark());
        let ways = definition.ways();
        let mut all = Vec::new();
        if ways.contains(&SignInWay::DeepLink) {
            all.push(deep_link_redirect(Some(&mark)));
        }
        if ways.contains(&SignInWay::Loopback) {
            let shape = self.provider.loopback().marked(Some(&mark));
            if shape.ports.is_empty() {
                all.push(format!("http://{}{}", shape.host, shape.path()));
            }
            all.extend(shape.ports.iter().map(|port| format!("http://{}:{port}{}", shape.host, shape.path())));
        }
        all.extend(definition.oauth.as_ref().and_then(|oauth| oauth.paste_redirect.clone()));
        all
    }
}

impl Keeper {
    /// The redirect addresses that a client of an installation is to be registered with, to copy.
    pub fn client_redirects(&self, request: &RedirectsOf) -> Answer<Vec<String>> {
        Ok(self.target(&request.provider, request.host.as_ref(), None)?.redirects())
    }
}

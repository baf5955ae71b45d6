//! Registering Drawbridge at a host as a client of its own (RFC 7591), and taking that back when
//! the client is removed (RFC 7592).
//!
//! There is no journal of it: a registration whose reply was lost can neither be asked for again nor
//! found, so an entry would lead to nothing. The person is told that one may be left at the host.
//! Not here: the protocol, and clients that a person registered.

use crate::{
    Answer, Code, Keeper, Problem, callbacks,
    clients::{self, Target},
    dto::{RegisterClient, RegisteredClient, RemovedClient, Tag},
    open::Open,
    words,
};
use drawbridge_domain::{ClientId, ClientOrigin, HostId, SignInWay};
use drawbridge_oauth::{CallbackMark, Error, Management, Metadata, Registered, Registration, Unregistered};
use drawbridge_store::{ClientRow, HostRow};
use std::sync::Arc;
use url::Url;

const BY_HAND: &str = "Register Drawbridge there by hand, then add the client id it gives.";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl Keeper {
    /// Registers Drawbridge at a host that lets programs register themselves. Goes on if the caller
    /// goes away: what the host gave is not to be lost.
    pub async fn client_register(self: &Arc<Self>, request: RegisterClient) -> Answer<RegisteredClient> {
        let open = self.opened().await?;
        let (keeper, work) = (Arc::clone(self), Arc::clone(&open));
        let task = open.tasks.spawn(async move { keeper.register(&work, request).await });
        task.await.map_err(|error| words::internal("registering", &error))?
    }

    async fn register(&self, open: &Open, request: RegisterClient) -> Answer<RegisteredClient> {
        let RegisterClient { provider, host, api_url } = request;
        let target = self.target(&provider, host.as_ref(), api_url.as_ref())?;
        let label = target.host.label();
        let mut session = open.store.read().await.map_err(words::store)?;
        let known = session.host_at(&provider, &target.host).await.map_err(words::store)?;
        drop(session);
        let metadata = self.described(open, &target, known.as_ref()).await?;
        let at = target.provider.registration(&target.host, metadata.as_ref()).ok_or_else(|| {
            Problem::new(Code::NotOffered, format!("{label} does not let programs register themselves."), BY_HAND)
        })?;
        let asked = registration(&target, metadata.as_ref());
        let now = self.parts.clock.now();
        let registered = match drawbridge_oauth::register(&self.http, at, &asked, now).await {
            Ok(registered) => registered,
            Err(error) => {
                if let Some(known) = &known {
                    self.look_again(open, known, &error).await;
                }
                return Err(refusal(&error, label));
            }
        };
        let host = match known {
            // What it says of itself is kept already, and where its API is was said before.
            Some(known) => HostRow { metadata: None, api_url: api_url.unwrap_or(known.api_url), ..known },
            None => HostRow {
                id: HostId::random(&*self.parts.random),
                provider,
                base_url: target.host.clone(),
                api_url: target.api_url.clone(),
                metadata: metadata.as_ref().map(|metadata| self.description_text(metadata)).transpose()?,
                clock_ahead_ms: 0,
            },
        };
        match self.keep_registered(open, host, &registered, &target.mark()).await {
            Ok(kept) => Ok(kept),
            Err(problem) => {
                // Nobody would ever use it.
                if let Some(management) = &registered.management {
                    let _ = drawbridge_oauth::unregister(&self.http, management).await;
                }
                Err(problem)
            }
        }
    }

    async fn keep_registered(
        &self,
        open: &Open,
        host: HostRow,
        registered: &Registered,
        mark: &CallbackMark,
    ) -> Answer<RegisteredClient> {
        let management = registered.management.as_ref();
        let mut write = open.store.write().await.map_err(words::store)?;
        let host_id = write.put_host(&host).await.map_err(words::store)?;
        let row = ClientRow {
            id: ClientId::random(&*self.parts.random),
            host: host_id.clone(),
            client_id: registered.client_id.clone(),
            has_secret: registered.secret.is_some(),
            added_at: self.parts.clock.now(),
            name: String::new(),
            origin: ClientOrigin::Registered,
            preferred: true,
            management_url: management.map(|management| management.url.to_string()),
            secret_ends_at: registered.secret_ends_at,
        };
        let token = management.map(|management| &management.token);
        write.put_client(&row, registered.secret.as_ref(), token).await.map_err(words::store)?;
        callbacks::keep_mark(&mut write, &row.id, mark).await?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Clients]);
        let ends = registered.secret_ends_at.map(words::moment);
        let sentences = [
            Some(format!("Drawbridge is registered at {}.", host.base_url.label())),
            ends.map(|ends| format!("Its secret there ends on {ends}; register again by then.")),
            management.is_none().then(|| "Only the host's own pages can take that back.".to_owned()),
        ];
        let sentence = sentences.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(RegisteredClient { client: clients::client_dto(&row, &HostRow { id: host_id, ..host }), sentence })
    }

    /// Removes a client. One that Drawbridge registered is taken back at its host first; where that
    /// fails it leaves the vault all the same. Accounts that were connected by a client of a
    /// person's own stay; one that Drawbridge registered is not removed while accounts live by it,
    /// as their access would end with it.
    pub async fn client_remove(self: &Arc<Self>, id: ClientId) -> Answer<RemovedClient> {
        let open = self.opened().await?;
        let (keeper, work) = (Arc::clone(self), Arc::clone(&open));
        let task = open.tasks.spawn(async move { keeper.remove_client(&work, id).await });
        task.await.map_err(|error| words::internal("removing a client", &error))?
    }

    async fn remove_client(&self, open: &Open, id: ClientId) -> Answer<RemovedClient> {
        let unknown = || words::not_found("client with that id");
        let mut session = open.store.read().await.map_err(words::store)?;
        let clients = session.clients().await.map_err(words::store)?;
        let client = clients.into_iter().find(|client| client.id == id).ok_or_else(unknown)?;
        let host = session.host(&client.host).await.map_err(words::store)?.ok_or_else(unknown)?;
        let token = session.client_management(&id).await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        let facts = session.credential_facts().await.map_err(words::store)?;
        drop(session);
        let label = host.base_url.label();
        let mut removed = RemovedClient { left_at_host: false, sentence: "The client is removed.".to_owned() };
        if client.origin == ClientOrigin::Registered {
            let lives = |facts: &&drawbridge_store::CredentialFacts| {
                facts.client_id.as_ref() == Some(&client.client_id)
                    && accounts.iter().any(|account| account.id == facts.account && account.host == host.id)
            };
            let living = facts.iter().filter(lives).count();
            if living > 0 {
                let accounts =
                    if living == 1 { "An account lives".to_owned() } else { format!("{living} accounts live") };
                return Err(words::invalid(
                    format!("{accounts} by this client; removing it would end their access at {label}."),
                    "Disconnect them first, or keep the client.",
                ));
            }
            let url = client.management_url.as_deref().and_then(|url| Url::parse(url).ok());
            let management = url.zip(token).map(|(url, token)| Management { url, token });
            removed = self.unregister(management, label).await;
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        let found = write.remove_client(&id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if !found {
            return Err(unknown());
        }
        self.changed(&[Tag::Clients]);
        Ok(removed)
    }

    async fn unregister(&self, management: Option<Management>, label: &str) -> RemovedClient {
        let outcome = match &management {
            Some(management) => Some(drawbridge_oauth::unregister(&self.http, management).await),
            None => None,
        };
        let (left_at_host, sentence) = match outcome {
            Some(Ok(Unregistered::Removed)) => (false, format!("Unregistered at {label}, then removed here.")),
            Some(Ok(Unregistered::Unknown)) => (false, format!("Removed here; {label} did not know it any more.")),
            Some(Err(Error::Unreachable(_) | Error::ReplyLost(_) | Error::Unwell { .. } | Error::Interposed)) => (
                true,
                format!("Removed here. {label} did not answer; the registration may be left there, used by nobody."),
            ),
            Some(Err(_)) | None => {
                (true, format!("Removed here. {label} takes it back on its own pages only; it is left there."))
            }
        };
        RemovedClient { left_at_host, sentence }
    }
}

/// What Drawbridge registers as.
fn registration(target: &Target, found: Option<&Metadata>) -> Registration {
    let definition = &target.provider.definition;
    let ways = definition.ways();
    let device = target.provider.endpoints(&target.host, found).is_some_and(|endpoints| endpoints.device.is_some());
    let named = found.and_then(|found| found.grants.as_ref());
    let wanted = ["authorization_code", "refresh_token", DEVICE_GRANT];
    let wanted =
        wanted.into_iter().filter(|grant| *grant != DEVICE_GRANT || device && ways.contains(&SignInWay::Device));
    let scopes: Vec<&str> = definition.asked().map(|scope| scope.name.as_str()).collect();
    // Servers refuse a whole registration for one scope they do not know; left out, the choice is
    // theirs, and a sign-in asks for what it needs anyway.
    let known = found.is_none_or(|found| scopes.iter().all(|scope| found.scopes.iter().any(|one| one == scope)));
    Registration {
        client_name: "Drawbridge".to_owned(),
        redirect_uris: target.redirects(),
        grant_types: wanted
            .filter(|grant| named.is_none_or(|named| named.iter().any(|one| one == grant)))
            .map(str::to_owned)
            .collect(),
        scope: Some(scopes.join(" ")).filter(|scopes| known && !scopes.is_empty()),
        auth_methods: target.provider.registered_auth(found),
    }
}

/// Why Drawbridge is not registered (RFC 7591 §3.2.2).
fn refusal(error: &Error, host: &str) -> Problem {
    let orphan = "If the host shows a client called Drawbridge on its pages, remove that one; then try again.";
    let refused = |message: String| Problem::new(Code::HostRefused, message, BY_HAND);
    match error {
        Error::Refused { error, .. } => match error.as_str() {
            "invalid_redirect_uri" => refused(format!("{host} does not take the ways back to this app.")),
            "invalid_client_metadata" => refused(format!("{host} does not register programs like this one.")),
            "invalid_token" | "access_denied" | "http_401" | "http_403" => {
                refused(format!("{host} registers only programs that somebody there has let in."))
            }
            "http_404" | "http_410" => refused(format!("{host} registers nobody at the address it names for that.")),
            other => refused(format!("{host} refused to register Drawbridge ({other}).")),
        },
        Error::ReplyLost(_) => Problem::new(
            Code::Unreachable,
            format!("{host} was asked to register Drawbridge, but its reply did not arrive. Nothing was kept here."),
            orphan,
        ),
        Error::Malformed { .. } => Problem::new(
            Code::HostRefused,
            format!("{host} registered something else than Drawbridge asked for. Nothing was kept here."),
            orphan,
        ),
        other => words::oauth(other, host),
    }
}

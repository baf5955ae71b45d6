//! Providers and OAuth clients: what could be connected, and by which registration.

use crate::{
    Answer, Code, Keeper, Problem,
    dto::{Client, List, NewClient, Provider, Scope, ScopeState, Tag},
    words,
};
use drawbridge_domain::{BaseUrl, ClientId, HostId, ProviderId, SecretString};
use drawbridge_oauth::DEEP_LINK_REDIRECT;
use drawbridge_providers::{Definition, Forge};
use drawbridge_store::{ClientRow, HostRow};
use serde::Deserialize;
use std::io::Read as _;

/// The loopback redirect address to register; hosts that allow it ignore the port (RFC 8252 §7.3).
const LOOPBACK_REDIRECT: &str = "http://127.0.0.1/callback";

/// Where a request goes: provider, installation, API.
pub(crate) struct Target {
    pub forge: &'static dyn Forge,
    pub host: BaseUrl,
    pub api_url: BaseUrl,
}

impl Target {
    /// Fills in what the person left out.
    pub(crate) fn resolve(provider: &ProviderId, host: Option<&BaseUrl>, api: Option<&BaseUrl>) -> Answer<Self> {
        let forge = forge(provider)?;
        let definition = forge.definition();
        let public = public_host(definition)?;
        if let Some(host) = host.filter(|host| **host != public && !definition.self_hosted) {
            return Err(words::invalid(
                format!("{} has no installations of its own, such as {}.", definition.name, host.label()),
                format!("Leave the host out; it is {}.", public.label()),
            ));
        }
        let host = host.cloned().unwrap_or(public);
        let api_url = api.cloned().unwrap_or_else(|| forge.api_url(&host));
        Ok(Self { forge, host, api_url })
    }
}

/// The provider of that name.
pub(crate) fn forge(provider: &ProviderId) -> Answer<&'static dyn Forge> {
    drawbridge_providers::find(provider).ok_or_else(|| {
        let known: Vec<_> = drawbridge_providers::all().iter().map(|forge| forge.definition().id).collect();
        words::invalid(
            format!("Drawbridge knows no provider called {provider}."),
            format!("It knows: {}.", known.join(", ")),
        )
    })
}

pub(crate) fn public_host(definition: &Definition) -> Answer<BaseUrl> {
    BaseUrl::parse(definition.host).map_err(|error| words::internal("reading the catalogue", &error))
}

pub(crate) fn provider_id(definition: &Definition) -> Answer<ProviderId> {
    definition.id.parse().map_err(|error| words::internal("reading the catalogue", &error))
}

/// The scopes of a provider as they are before anything was granted.
pub(crate) fn asked_scopes(definition: &Definition) -> Vec<Scope> {
    definition
        .scopes
        .iter()
        .map(|scope| Scope {
            name: scope.name.to_owned(),
            sentence: scope.sentence.to_owned(),
            state: if scope.asked { ScopeState::Asked } else { ScopeState::NotAsked },
        })
        .collect()
}

pub(crate) fn client_dto(row: &ClientRow, host: &HostRow) -> Client {
    Client {
        id: row.id.clone(),
        provider: host.provider.clone(),
        host: host.base_url.clone(),
        api_url: host.api_url.clone(),
        client_id: row.client_id.clone(),
        has_secret: row.has_secret,
        added_at: row.added_at,
    }
}

impl Keeper {
    /// What can be connected, with the clients that are ready for each.
    pub async fn provider_list(&self) -> Answer<Vec<Provider>> {
        let clients = self.client_list().await?.rows;
        let accounts = self.account_list().await?.rows;
        drawbridge_providers::all()
            .iter()
            .map(|forge| {
                let definition = forge.definition();
                let id = provider_id(definition)?;
                let host = public_host(definition)?;
                let page = |path: Option<&str>| path.map(|path| host.join(path).to_string());
                Ok(Provider {
                    name: definition.name.to_owned(),
                    monogram: definition.monogram.to_owned(),
                    self_hosted: definition.self_hosted,
                    ways: definition.ways.to_vec(),
                    token: definition.token,
                    scopes: asked_scopes(definition),
                    token_page: page(definition.token_page),
                    client_page: page(definition.client_page),
                    redirects: vec![DEEP_LINK_REDIRECT.to_owned(), LOOPBACK_REDIRECT.to_owned()],
                    clients: clients.iter().filter(|client| client.provider == id).cloned().collect(),
                    connected: u32::try_from(accounts.iter().filter(|account| account.provider == id).count())
                        .unwrap_or(u32::MAX),
                    host,
                    id,
                })
            })
            .collect()
    }

    /// The clients, oldest first.
    pub async fn client_list(&self) -> Answer<List<Client>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let rows = session.clients().await.map_err(words::store)?;
        let clients = rows
            .iter()
            .filter_map(|row| hosts.iter().find(|host| host.id == row.host).map(|host| client_dto(row, host)))
            .collect();
        Ok(List::whole(clients))
    }

    /// Adds a client; one that was there for the same host is replaced.
    pub async fn client_add(&self, new: NewClient) -> Answer<Client> {
        let open = self.opened().await?;
        let target = Target::resolve(&new.provider, new.host.as_ref(), new.api_url.as_ref())?;
        if target.forge.endpoints(&target.host).is_none() {
            return Err(Problem::new(
                Code::NotOffered,
                format!("{} signs in by access token only; it needs no client.", target.forge.definition().name),
                "Connect with a token.",
            ));
        }
        let client_id = new.client_id.trim();
        if client_id.is_empty() || client_id.len() > 200 || !client_id.chars().all(|c| c.is_ascii_graphic()) {
            return Err(words::invalid(
                "A client id is 1 to 200 letters, digits and signs without spaces.",
                "Copy it from the client's page at the host.",
            ));
        }
        let secret = new.client_secret.filter(|secret| !secret.is_empty());
        if secret
            .as_ref()
            .is_some_and(|secret| secret.expose().len() > 4096 || secret.expose().contains(char::is_control))
        {
            return Err(words::invalid(
                "That can't be a client secret: it is too long or holds control characters.",
                "Copy it from the client's page at the host.",
            ));
        }
        let host = HostRow {
            id: HostId::random(&*self.parts.random),
            provider: new.provider.clone(),
            base_url: target.host,
            api_url: target.api_url,
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        let host_id = write.put_host(&host).await.map_err(words::store)?;
        let row = ClientRow {
            id: ClientId::random(&*self.parts.random),
            host: host_id.clone(),
            client_id: client_id.to_owned(),
            has_secret: secret.is_some(),
            added_at: self.parts.clock.now(),
        };
        write.put_client(&row, secret.as_ref()).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Clients]);
        Ok(client_dto(&row, &HostRow { id: host_id, ..host }))
    }

    /// Removes a client. Accounts that were connected by it stay.
    pub async fn client_remove(&self, id: ClientId) -> Answer<()> {
        let open = self.opened().await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let removed = write.remove_client(&id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if !removed {
            return Err(words::not_found("client with that id"));
        }
        self.changed(&[Tag::Clients]);
        Ok(())
    }

    /// Adds the client of the practice forge, if this keeper was started with one. Nothing depends
    /// on it, so a file that can't be used is only logged.
    pub(crate) async fn import_client_file(&self) {
        let Some(path) = &self.config.client_file else { return };
        let mut text = String::new();
        let read = std::fs::File::open(path).and_then(|file| file.take(16 * 1024).read_to_string(&mut text));
        let parsed = read.ok().and_then(|_| serde_json::from_str::<ClientFile>(&text).ok());
        let Some(file) = parsed else {
            tracing::warn!("the client file can't be read");
            return;
        };
        let known = self.client_list().await.map(|clients| clients.rows).unwrap_or_default();
        if known.iter().any(|client| client.host == file.host && client.client_id == file.client_id) {
            return;
        }
        let new = NewClient {
            provider: file.provider,
            host: Some(file.host),
            api_url: file.api_url,
            client_id: file.client_id,
            client_secret: file.client_secret,
        };
        if let Err(problem) = self.client_add(new).await {
            tracing::warn!(code = ?problem.code, "the client of the client file was not added");
        }
    }
}

/// One client in a file, for the practice forge.
#[derive(Deserialize)]
struct ClientFile {
    provider: ProviderId,
    host: BaseUrl,
    api_url: Option<BaseUrl>,
    client_id: String,
    client_secret: Option<SecretString>,
}

//! Providers and OAuth clients: what could be connected, and by which registration.

use crate::{
    Answer, Code, Keeper, Problem, callbacks,
    dto::{
        Client, ImportClients, ImportedClient, List, NewClient, Provider, RecogniseServer, Recognised, Scope,
        ScopeState, Tag,
    },
    words,
};
use drawbridge_domain::{BaseUrl, ClientId, ClientOrigin, HostId, ProviderId, SecretString};
use drawbridge_providers::{Catalog, Category, Definition, Found, Provider as Known, recognise};
use drawbridge_store::{ClientRow, HostRow};
use serde::Deserialize;
use std::{
    io::Read as _,
    sync::{Arc, PoisonError},
};

/// More clients than a person has.
const IMPORT_MOST: usize = 100;

/// Where a request goes: provider, installation, API.
pub(crate) struct Target {
    pub provider: Arc<Known>,
    pub host: BaseUrl,
    pub api_url: BaseUrl,
}

impl Keeper {
    /// The provider of that name.
    pub(crate) fn known(&self, id: &ProviderId) -> Answer<Arc<Known>> {
        let catalog = self.catalog();
        catalog.find(id).cloned().ok_or_else(|| {
            let near = nearest(&catalog, id.as_str());
            words::invalid(
                format!("Drawbridge knows no provider called {id}."),
                match near {
                    Some(near) => format!("Did you mean {near}? `drawbridge provider list` shows all."),
                    None => "`drawbridge provider list` shows all; a file of your own can add one.".to_owned(),
                },
            )
        })
    }

    /// The catalogue as it was read last.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the person's own files again.
    pub(crate) fn read_catalog(&self) -> Arc<Catalog> {
        let fresh = Arc::new(self.config.provider_dir.as_deref().map_or_else(Catalog::shipped, Catalog::with_own));
        *self.catalog.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        fresh
    }

    /// Fills in what the person left out of where a request goes.
    pub(crate) fn target(&self, id: &ProviderId, host: Option<&BaseUrl>, api: Option<&BaseUrl>) -> Answer<Target> {
        let provider = self.known(id)?;
        let definition = &provider.definition;
        let public = provider.public_host();
        let fits =
            |host: &BaseUrl| definition.self_hosted || public.as_ref() == Some(host) || of_template(definition, host);
        let host = match (host, public.as_ref()) {
            (Some(host), _) if fits(host) => host.clone(),
            (Some(host), Some(public)) => {
                return Err(words::invalid(
                    format!("{} has no installations of its own, such as {}.", definition.name, host.label()),
                    format!("Leave the host out; it is {}.", public.label()),
                ));
            }
            (None, Some(public)) => public.clone(),
            (_, None) => {
                return Err(match &definition.template {
                    Some(template) => words::invalid(
                        format!("{} is at an address of your own there.", definition.name),
                        format!("Give it as the host: {template}, with your part filled in."),
                    ),
                    None => words::invalid(
                        format!("{} has no public installation.", definition.name),
                        "Give the address of the server as the host.",
                    ),
                });
            }
        };
        let api_url = api.cloned().unwrap_or_else(|| provider.api_url(&host));
        Ok(Target { provider, host, api_url })
    }
}

/// Whether an address is one of a template, with some part filled in.
fn of_template(definition: &Definition, host: &BaseUrl) -> bool {
    let Some((before, after)) = definition.template.as_deref().and_then(|template| {
        let (before, rest) = template.split_once('{')?;
        Some((before, rest.split_once('}')?.1))
    }) else {
        return false;
    };
    let part = host.as_str().strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    part.is_some_and(|part| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    })
}

/// The provider whose name is most like a mistyped one.
fn nearest(catalog: &Catalog, typed: &str) -> Option<String> {
    let like = |id: &str| id.starts_with(typed) || typed.starts_with(id) || id.contains(typed);
    catalog.all().iter().map(|provider| provider.id.as_str()).find(|id| like(id)).map(str::to_owned)
}

/// The scopes of a provider as they are before anything was granted.
pub(crate) fn asked_scopes(definition: &Definition) -> Vec<Scope> {
    definition
        .scopes
        .iter()
        .map(|scope| Scope {
            name: scope.name.clone(),
            sentence: scope.sentence.clone(),
            state: if scope.asked { ScopeState::Asked } else { ScopeState::NotAsked },
        })
        .collect()
}

fn provider_dto(provider: &Known, clients: &[Client], accounts: &[crate::dto::Account]) -> Provider {
    let definition = &provider.definition;
    let host = provider.public_host();
    let page = |page: &Option<String>| host.as_ref().and_then(|host| provider.page(host, page.as_deref(), None));
    let connected = accounts.iter().filter(|account| account.provider == provider.id);
    let connected_at: Vec<BaseUrl> = connected.map(|account| account.host.clone()).collect();
    Provider {
        id: provider.id.clone(),
        name: definition.name.clone(),
        monogram: definition.monogram.clone(),
        category: category(definition.category).to_owned(),
        own: provider.own,
        lists: provider.forge().is_some(),
        self_hosted: definition.self_hosted,
        template: definition.template.clone(),
        parts: definition.parts.iter().map(part).collect(),
        ways: definition.ways().to_vec(),
        token: definition.token.is_some(),
        token_with_user: definition.token.as_ref().is_some_and(|token| token.user),
        token_hint: definition.token.as_ref().and_then(|token| token.hint.clone()),
        needs_secret: definition.oauth.is_some() && !provider.takes_public_clients(),
        notes: definition.notes.clone(),
        unverified: definition.unverified.clone(),
        scopes: asked_scopes(definition),
        token_page: page(&definition.pages.tokens),
        client_page: page(&definition.pages.register),
        may_register: provider.may_register(),
        clients: clients.iter().filter(|client| client.provider == provider.id).cloned().collect(),
        connected: u32::try_from(connected_at.len()).unwrap_or(u32::MAX),
        connected_at,
        host,
    }
}

fn part(part: &drawbridge_providers::Part) -> crate::dto::ProviderPart {
    crate::dto::ProviderPart {
        name: part.name.clone(),
        label: part.label.clone(),
        hint: part.hint.clone(),
        default: part.default.clone(),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Code => "code",
        Category::Work => "work",
        Category::Chat => "chat",
        Category::Cloud => "cloud",
        Category::Files => "files",
        Category::Business => "business",
        Category::Social => "social",
        Category::Identity => "identity",
        Category::Any => "any",
    }
}

pub(crate) fn client_dto(row: &ClientRow, host: &HostRow) -> Client {
    Client {
        id: row.id.clone(),
        provider: host.provider.clone(),
        host: host.base_url.clone(),
        api_url: host.api_url.clone(),
        client_id: row.client_id.clone(),
        has_secret: row.has_secret,
        name: row.name.clone(),
        origin: row.origin,
        preferred: row.preferred,
        added_at: row.added_at,
        secret_ends_at: row.secret_ends_at,
    }
}

impl Keeper {
    /// What can be connected, with the clients that are ready for each.
    pub async fn provider_list(&self) -> Answer<Vec<Provider>> {
        let clients = self.client_list().await?.rows;
        let accounts = self.account_list().await?.rows;
        let catalog = self.read_catalog();
        Ok(catalog.all().iter().map(|provider| provider_dto(provider, &clients, &accounts)).collect())
    }

    /// What kind of server stands at an address, found out by one question of two seconds at most.
    /// Nothing of a person is sent.
    pub async fn server_recognise(&self, request: RecogniseServer) -> Answer<Recognised> {
        let host = request.host;
        match recognise(&self.http, &self.catalog(), &host).await {
            Found::Kind(kind) => Ok(Recognised {
                sentence: format!("{} is a {} server.", host.label(), kind.definition.name),
                provider: kind.id.clone(),
                host,
            }),
            Found::Unknown => Err(words::unknown_server(host.label())),
            Found::Silent => Err(words::silent_server(host.label())),
        }
    }

    /// The page where a person makes a token, at the public installation unless a host is given.
    pub fn token_page(&self, id: &ProviderId, host: Option<&BaseUrl>) -> Answer<Option<String>> {
        let target = self.target(id, host, None)?;
        let page = target.provider.definition.pages.tokens.as_deref();
        Ok(target.provider.page(&target.host, page, None))
    }

    /// The page where a person registers a client.
    pub fn client_page(&self, id: &ProviderId, host: Option<&BaseUrl>) -> Answer<Option<String>> {
        let target = self.target(id, host, None)?;
        let page = target.provider.definition.pages.register.as_deref();
        Ok(target.provider.page(&target.host, page, None))
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

    /// Adds a client; one with the same `client_id` at the same host is replaced.
    pub async fn client_add(&self, new: NewClient) -> Answer<Client> {
        self.add_client(new, ClientOrigin::Own).await
    }

    /// Adds clients of a settings file or of the environment. One that is here already stays as it is, and one
    /// that can't be used stops no other.
    pub async fn client_import(&self, request: ImportClients) -> Answer<List<ImportedClient>> {
        self.opened().await?;
        if request.clients.len() > IMPORT_MOST {
            return Err(words::invalid(
                format!("{IMPORT_MOST} clients at most are imported at once."),
                "Import them in parts.",
            ));
        }
        let mut rows = Vec::new();
        for new in request.clients {
            let (provider, client_id) = (new.provider.clone(), new.client_id.trim().to_owned());
            let added = match self.is_here(&new).await {
                Ok(true) => Err("It is here already, and stays as it is.".to_owned()),
                Ok(false) => self.add_client(new, ClientOrigin::Imported).await.map_err(|problem| problem.message),
                Err(problem) => Err(problem.message),
            };
            let (client, why) = match added {
                Ok(client) => (Some(client), String::new()),
                Err(why) => (None, why),
            };
            rows.push(ImportedClient { provider, client_id, client, why });
        }
        Ok(List::whole(rows))
    }

    /// Whether there is a client of that id at that installation.
    async fn is_here(&self, new: &NewClient) -> Answer<bool> {
        let target = self.target(&new.provider, new.host.as_ref(), new.api_url.as_ref())?;
        let clients = self.client_list().await?.rows;
        Ok(clients.iter().any(|client| client.host == target.host && client.client_id == new.client_id.trim()))
    }

    /// Makes a client the one that is taken where none is named.
    pub async fn client_prefer(&self, id: ClientId) -> Answer<()> {
        let open = self.opened().await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let found = write.prefer_client(&id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if !found {
            return Err(words::not_found("client with that id"));
        }
        self.changed(&[Tag::Clients]);
        Ok(())
    }

    async fn add_client(&self, new: NewClient, origin: ClientOrigin) -> Answer<Client> {
        let open = self.opened().await?;
        let target = self.target(&new.provider, new.host.as_ref(), new.api_url.as_ref())?;
        if target.provider.definition.oauth.is_none() {
            return Err(Problem::new(
                Code::NotOffered,
                format!("{} signs in by access token only; it needs no client.", target.provider.definition.name),
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
        let mark = new.own_redirects.then(|| target.mark());
        let host = HostRow {
            id: HostId::random(&*self.parts.random),
            provider: new.provider.clone(),
            base_url: target.host,
            api_url: target.api_url,
            metadata: None,
            clock_ahead_ms: 0,
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        let host_id = write.put_host(&host).await.map_err(words::store)?;
        let row = ClientRow {
            id: ClientId::random(&*self.parts.random),
            host: host_id.clone(),
            client_id: client_id.to_owned(),
            has_secret: secret.is_some(),
            added_at: self.parts.clock.now(),
            name: new.name.unwrap_or_default().trim().chars().take(60).collect(),
            origin,
            preferred: new.preferred,
            management_url: None,
            secret_ends_at: None,
        };
        write.put_client(&row, secret.as_ref(), None).await.map_err(words::store)?;
        if let Some(mark) = mark {
            callbacks::keep_mark(&mut write, &row.id, &mark).await?;
        }
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Clients]);
        Ok(client_dto(&row, &HostRow { id: host_id, ..host }))
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
            name: None,
            preferred: false,
            own_redirects: false,
        };
        if let Err(problem) = self.add_client(new, ClientOrigin::Imported).await {
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

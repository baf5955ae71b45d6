//! The use cases, by the names the keeper gives them.
//!
//! Not here: how a request travels.

use super::{Answer, Call, Client, Lines, written::Written};
use crate::{SyncLine, query};
use drawbridge_domain::{AccountId, ClientId, RepositoryId, SecretString, SignInId};
use drawbridge_keeper::dto::{
    Account, Client as OauthClient, ConnectToken, CreateVault, DisconnectReceipt, Event, Facet, Facets, KeeperStatus,
    List, NewClient, Provider, Repository, RepositoryDetail, RepositoryQuery, RepositoryRef, RunQuery, Settings,
    SignIn, StartSignIn, SyncRun, SyncStatus, UnlockVault, VaultStatus,
};
use http::Method;
use hyper::body::Bytes;
use std::{fmt::Write as _, time::Duration};

/// A sign-in is over after ten minutes; some more for the exchange and the check.
const SIGN_IN_TIME: Duration = Duration::from_mins(16);

impl Client {
    /// The keeper itself.
    pub async fn keeper_status(&self) -> Answer<KeeperStatus> {
        self.read(Call::get("/v1/keeper")).await
    }

    /// Asks the keeper to stop; it has stopped when the folder's lock is free.
    pub async fn keeper_stop(&self) -> Answer<()> {
        self.done(Call::post("/v1/keeper/stop")).await
    }

    /// What happens, from now on.
    pub async fn events(&self) -> Answer<Lines<Event>> {
        self.lines(Call::get("/v1/events")).await
    }

    /// Where the vault stands.
    pub async fn vault_status(&self) -> Answer<VaultStatus> {
        self.read(Call::get("/v1/vault")).await
    }

    /// Makes a vault; it is open afterwards.
    pub async fn vault_create(&self, request: &CreateVault) -> Answer<VaultStatus> {
        let body = match request {
            CreateVault::Keychain => by_keychain(),
            CreateVault::Passphrase { passphrase } => by_passphrase(passphrase),
        };
        self.read(Call::post("/v1/vault").body(body)).await
    }

    /// Opens the vault.
    pub async fn vault_unlock(&self, request: &UnlockVault) -> Answer<VaultStatus> {
        let body = match request {
            UnlockVault::Keychain => by_keychain(),
            UnlockVault::Passphrase { passphrase } => by_passphrase(passphrase),
        };
        self.read(Call::post("/v1/vault/unlock").body(body)).await
    }

    /// Closes the vault.
    pub async fn vault_lock(&self) -> Answer<VaultStatus> {
        self.read(Call::post("/v1/vault/lock")).await
    }

    /// The settings.
    pub async fn settings(&self) -> Answer<Settings> {
        self.read(Call::get("/v1/settings")).await
    }

    /// Changes the settings.
    pub async fn set_settings(&self, settings: &Settings) -> Answer<Settings> {
        let Settings { sync_every_minutes, close_to_tray, single_keys } = settings;
        let body = Written::object(&[])
            .field("sync_every_minutes", sync_every_minutes)
            .field("close_to_tray", close_to_tray)
            .field("single_keys", single_keys)
            .body();
        self.read(Call::new(Method::PUT, "/v1/settings").body(body)).await
    }

    /// The providers of the catalogue.
    pub async fn provider_list(&self) -> Answer<Vec<Provider>> {
        self.read(Call::get("/v1/providers")).await
    }

    /// The clients.
    pub async fn client_list(&self) -> Answer<List<OauthClient>> {
        self.read(Call::get("/v1/clients")).await
    }

    /// Adds a client.
    pub async fn client_add(&self, client: &NewClient) -> Answer<OauthClient> {
        let NewClient { provider, host, api_url, client_id, client_secret } = client;
        let secrets: Vec<&SecretString> = client_secret.iter().collect();
        let mut body = Written::object(&secrets)
            .field("provider", provider)
            .field("host", host)
            .field("api_url", api_url)
            .field("client_id", client_id);
        if let Some(client_secret) = client_secret {
            body = body.secret("client_secret", client_secret);
        }
        self.read(Call::post("/v1/clients").body(body.body())).await
    }

    /// Removes a client.
    pub async fn client_remove(&self, id: &ClientId) -> Answer<()> {
        self.done(Call::delete(format!("/v1/clients/{id}"))).await
    }

    /// Starts a sign-in.
    pub async fn sign_in_start(&self, request: &StartSignIn) -> Answer<SignIn> {
        let StartSignIn { provider, host, api_url, client, way } = request;
        let body = Written::object(&[])
            .field("provider", provider)
            .field("host", host)
            .field("api_url", api_url)
            .field("client", client)
            .field("way", way)
            .body();
        self.read(Call::post("/v1/sign-ins").body(body)).await
    }

    /// Hands in what came back from a sign-in.
    pub async fn sign_in_return(&self, link: &SecretString) -> Answer<SignIn> {
        let body = Written::object(&[link]).secret("link", link).body();
        self.read(Call::post("/v1/sign-ins/return").body(body)).await
    }

    /// The sign-ins that are alive or ended lately.
    pub async fn sign_in_list(&self) -> Answer<Vec<SignIn>> {
        self.read(Call::get("/v1/sign-ins")).await
    }

    /// One sign-in.
    pub async fn sign_in_show(&self, id: &SignInId) -> Answer<SignIn> {
        self.read(Call::get(format!("/v1/sign-ins/{id}"))).await
    }

    /// Waits for the end of a sign-in.
    pub async fn sign_in_wait(&self, id: &SignInId) -> Answer<SignIn> {
        self.read(Call::get(format!("/v1/sign-ins/{id}/wait")).within(SIGN_IN_TIME)).await
    }

    /// Cancels a sign-in.
    pub async fn sign_in_cancel(&self, id: &SignInId) -> Answer<SignIn> {
        self.read(Call::delete(format!("/v1/sign-ins/{id}"))).await
    }

    /// Connects by a pasted token.
    pub async fn connect_token(&self, request: &ConnectToken) -> Answer<Account> {
        let ConnectToken { provider, host, api_url, token } = request;
        let body = Written::object(&[token])
            .field("provider", provider)
            .field("host", host)
            .field("api_url", api_url)
            .secret("token", token)
            .body();
        self.read(Call::post("/v1/accounts").body(body)).await
    }

    /// The accounts.
    pub async fn account_list(&self) -> Answer<List<Account>> {
        self.read(Call::get("/v1/accounts")).await
    }

    /// One account.
    pub async fn account_show(&self, id: &AccountId) -> Answer<Account> {
        self.read(Call::get(format!("/v1/accounts/{id}"))).await
    }

    /// Disconnects an account.
    pub async fn account_disconnect(&self, id: &AccountId) -> Answer<DisconnectReceipt> {
        self.read(Call::delete(format!("/v1/accounts/{id}"))).await
    }

    /// Starts a sync, or joins the running one, and returns at once.
    pub async fn sync_start(&self, account: Option<&AccountId>) -> Answer<SyncStatus> {
        self.read(Call::post(with_query("/v1/sync", &query::write_sync(account, false)))).await
    }

    /// Starts a sync, or joins the running one, and follows it to its end.
    pub async fn sync_wait(&self, account: Option<&AccountId>) -> Answer<Lines<SyncLine>> {
        self.lines(Call::post(with_query("/v1/sync", &query::write_sync(account, true)))).await
    }

    /// All accounts' sync at a glance.
    pub async fn sync_status(&self) -> Answer<SyncStatus> {
        self.read(Call::get("/v1/sync")).await
    }

    /// The runs, newest first.
    pub async fn sync_runs(&self, runs: &RunQuery) -> Answer<List<SyncRun>> {
        self.read(Call::get(with_query("/v1/sync/runs", &query::write_runs(runs)))).await
    }

    /// The repositories that fit.
    pub async fn repository_list(&self, repositories: &RepositoryQuery) -> Answer<List<Repository>> {
        self.read(Call::get(with_query("/v1/repositories", &query::write_repositories(repositories)))).await
    }

    /// The values to filter by.
    pub async fn repository_facets(&self, facet: Facet, repositories: &RepositoryQuery) -> Answer<Facets> {
        let facet = match facet {
            Facet::Account => "account",
            Facet::Owner => "owner",
            Facet::Visibility => "visibility",
            Facet::Language => "language",
            Facet::Archived => "archived",
            Facet::Fork => "fork",
        };
        let path = format!("/v1/repositories/facets/{facet}");
        self.read(Call::get(with_query(&path, &query::write_repositories(repositories)))).await
    }

    /// One repository.
    pub async fn repository_show(&self, reference: &RepositoryRef) -> Answer<RepositoryDetail> {
        let reference = match reference {
            RepositoryRef::Id { id: RepositoryId(number) } => number.to_string(),
            RepositoryRef::FullName { full_name } => full_name.clone(),
        };
        self.read(Call::get(format!("/v1/repositories/{}", segment(&reference)))).await
    }
}

fn by_keychain() -> Bytes {
    Written::object(&[]).field("kind", &"keychain").body()
}

fn by_passphrase(passphrase: &SecretString) -> Bytes {
    Written::object(&[passphrase]).field("kind", &"passphrase").secret("passphrase", passphrase).body()
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Text as one segment of a path (RFC 3986 §3.3), its slashes included.
fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => segment.push(char::from(byte)),
            _ => {
                // Writing into a String can't fail.
                let _ = write!(segment, "%{byte:02X}");
            }
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_is_one_segment() {
        assert_eq!(segment("fjord/käse 1?#%"), "fjord%2Fk%C3%A4se%201%3F%23%25");
        assert_eq!(segment("17"), "17");
    }
}

//! The use cases, by the names the keeper gives them.
//!
//! Not here: how a request travels.

use super::{
    Answer, Call, Client, Lines,
    written::{Object, object},
};
use crate::{SyncLine, query};
use drawbridge_domain::{AccountId, ClientId, RepositoryId, SecretString, SignInId};
use drawbridge_keeper::dto::{
    Account, AccountEvent, AddSlot, AskWhy, Backup, ChangePassphrase, ChangeSettings, CheckBackup, CheckRecovery,
    Client as OauthClient, ConnectToken, Connected, CreateVault, DisconnectAll, DisconnectReceipt, DoctorReport,
    Ending, Event, ExportAccounts, Exported, Facet, Facets, HostSearch, HostSearched, ImportAccounts, ImportClients,
    Imported, ImportedClient, KeeperStatus, List, MakeBackup, NewClient, NextSync, Notice, NoticeTold, Proof, Proven,
    Provider, RecogniseServer, Recognised, RecoveryCode, RedirectsOf, RegisterClient, RegisteredClient, RemovalAnswer,
    RemovalQuestion, RemoveSlot, RemovedClient, RemovedQuery, RemovedRepository, RenameAccount, Repository,
    RepositoryDetail, RepositoryList, RepositoryQuery, RepositoryRef, RepositoryWhy, Rescued, RestoreBackup, Restored,
    RunQuery, SetSyncInterval, Settings, SignIn, StartSignIn, Strength, SyncRun, SyncStatus, Unended, UnlockVault,
    VaultSecurity, VaultStatus, VerifyReport, WarningKind, WeighPassphrase,
};
use http::Method;
use hyper::body::Bytes;
use std::{fmt::Write as _, time::Duration};

/// A sign-in is over after ten minutes; some more for the exchange and the check.
const SIGN_IN_TIME: Duration = Duration::from_mins(16);
/// How long work may take that reads or writes the whole vault: minutes for a large one on a slow
/// disk. A keeper that is gone is noticed at once all the same.
const CHORE_TIME: Duration = Duration::from_mins(30);

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
        self.read(Call::post("/v1/vault").body(object(|body| way(body, request)))).await
    }

    /// Opens the vault.
    pub async fn vault_unlock(&self, request: &UnlockVault) -> Answer<VaultStatus> {
        let body = object(|body| match request {
            UnlockVault::Keychain => body.field("kind", &"keychain"),
            UnlockVault::Passphrase { passphrase } => {
                body.field("kind", &"passphrase");
                body.secret("passphrase", passphrase);
            }
            UnlockVault::Recovery { code, new_passphrase } => {
                body.field("kind", &"recovery");
                body.secret("code", code);
                body.secret("new_passphrase", new_passphrase);
            }
        });
        // An older vault is copied before it is brought up to date.
        self.read(Call::post("/v1/vault/unlock").body(body).within(CHORE_TIME)).await
    }

    /// Closes the vault.
    pub async fn vault_lock(&self) -> Answer<VaultStatus> {
        self.read(Call::post("/v1/vault/lock")).await
    }

    /// The vault's security at a glance.
    pub async fn vault_security(&self) -> Answer<VaultSecurity> {
        self.read(Call::get("/v1/vault/security")).await
    }

    /// How hard a passphrase is to guess.
    pub async fn passphrase_strength(&self, request: &WeighPassphrase) -> Answer<Strength> {
        let body = object(|body| body.secret("passphrase", &request.passphrase));
        self.read(Call::post("/v1/vault/passphrase/strength").body(body)).await
    }

    /// Adds a way to open the vault.
    pub async fn slot_add(&self, request: &AddSlot) -> Answer<VaultSecurity> {
        let body = object(|body| {
            body.object("way", |inner| way(inner, &request.way));
            body.object("proof", |inner| proof(inner, &request.proof));
        });
        self.read(Call::post("/v1/vault/slots").body(body)).await
    }

    /// Takes a way to open the vault away.
    pub async fn slot_remove(&self, request: &RemoveSlot) -> Answer<VaultSecurity> {
        let body = object(|body| {
            body.field("id", &request.id);
            body.object("proof", |inner| proof(inner, &request.proof));
        });
        self.read(Call::post("/v1/vault/slots/remove").body(body)).await
    }

    /// Puts another passphrase in place of the one there is.
    pub async fn passphrase_change(&self, request: &ChangePassphrase) -> Answer<VaultSecurity> {
        let body = object(|body| {
            body.secret("passphrase", &request.passphrase);
            body.object("proof", |inner| proof(inner, &request.proof));
        });
        self.read(Call::post("/v1/vault/passphrase").body(body)).await
    }

    /// Makes a recovery code.
    pub async fn recovery_make(&self, request: &Proven) -> Answer<RecoveryCode> {
        self.read(Call::post("/v1/vault/recovery").body(proven(request))).await
    }

    /// Checks that the new recovery code was put away.
    pub async fn recovery_check(&self, request: &CheckRecovery) -> Answer<VaultSecurity> {
        let body = object(|body| body.secrets("groups", &request.groups));
        self.read(Call::post("/v1/vault/recovery/check").body(body)).await
    }

    /// Gives the vault new keys.
    pub async fn keys_renew(&self, request: &Proven) -> Answer<VaultSecurity> {
        self.read(Call::post("/v1/vault/keys").body(proven(request)).within(CHORE_TIME)).await
    }

    /// Puts a warning away.
    pub async fn warning_dismiss(&self, kind: WarningKind) -> Answer<VaultSecurity> {
        let body = object(|body| body.field("kind", &kind));
        self.read(Call::post("/v1/vault/warnings/dismiss").body(body)).await
    }

    /// Makes a backup.
    pub async fn backup_make(&self, request: &MakeBackup) -> Answer<Backup> {
        let body = object(|body| body.field("path", &request.path));
        self.read(Call::post("/v1/vault/backups").body(body).within(CHORE_TIME)).await
    }

    /// The backups in the backup folder, newest first.
    pub async fn backup_list(&self) -> Answer<List<Backup>> {
        self.read(Call::get("/v1/vault/backups")).await
    }

    /// Looks through a backup.
    pub async fn backup_check(&self, request: &CheckBackup) -> Answer<Backup> {
        let body = object(|body| {
            body.field("path", &request.path);
            if let Some(given) = &request.proof {
                body.object("proof", |inner| proof(inner, given));
            }
        });
        self.read(Call::post("/v1/vault/backups/check").body(body).within(CHORE_TIME)).await
    }

    /// Puts a backup in the vault's place.
    pub async fn backup_restore(&self, request: &RestoreBackup) -> Answer<Restored> {
        let body = object(|body| {
            body.field("path", &request.path);
            body.object("proof", |inner| proof(inner, &request.proof));
        });
        self.read(Call::post("/v1/vault/backups/restore").body(body).within(CHORE_TIME)).await
    }

    /// Saves what can be read of a damaged vault.
    pub async fn vault_rescue(&self, request: &Proven) -> Answer<Rescued> {
        self.read(Call::post("/v1/vault/rescue").body(proven(request)).within(CHORE_TIME)).await
    }

    /// Reads everything in the vault and checks it.
    pub async fn vault_verify(&self) -> Answer<VerifyReport> {
        self.read(Call::post("/v1/vault/verify").within(CHORE_TIME)).await
    }

    /// What is wrong, what is safe, what to do.
    pub async fn vault_doctor(&self) -> Answer<DoctorReport> {
        // The newest backup is read to its end.
        self.read(Call::get("/v1/vault/doctor").within(CHORE_TIME)).await
    }

    /// Writes accounts to a sealed file.
    pub async fn accounts_export(&self, request: &ExportAccounts) -> Answer<Exported> {
        let ExportAccounts { accounts, path, passphrase, move_renewal, proof: given } = request;
        let body = object(|body| {
            body.field("accounts", accounts);
            body.field("path", path);
            body.secret("passphrase", passphrase);
            body.field("move_renewal", move_renewal);
            body.object("proof", |inner| proof(inner, given));
        });
        self.read(Call::post("/v1/accounts/export").body(body).within(CHORE_TIME)).await
    }

    /// Reads accounts from a sealed file.
    pub async fn accounts_import(&self, request: &ImportAccounts) -> Answer<Imported> {
        let body = object(|body| {
            body.field("path", &request.path);
            body.secret("passphrase", &request.passphrase);
        });
        self.read(Call::post("/v1/accounts/import").body(body).within(CHORE_TIME)).await
    }

    /// The settings.
    pub async fn settings(&self) -> Answer<Settings> {
        self.read(Call::get("/v1/settings")).await
    }

    /// Changes the settings.
    pub async fn set_settings(&self, request: &ChangeSettings) -> Answer<Settings> {
        let settings = serde_json::to_value(&request.settings).unwrap_or_default();
        let body = object(|body| {
            for (name, value) in settings.as_object().into_iter().flatten() {
                body.field(name, value);
            }
            if let Some(given) = &request.proof {
                body.object("proof", |inner| proof(inner, given));
            }
        });
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
        self.read(Call::post("/v1/clients").body(object(|body| new_client(body, client)))).await
    }

    /// Adds clients of a settings file or of the environment.
    pub async fn client_import(&self, request: &ImportClients) -> Answer<List<ImportedClient>> {
        let body = object(|body| body.objects("clients", &request.clients, new_client));
        self.read(Call::post("/v1/clients/import").body(body)).await
    }

    /// The redirect addresses to register a client of an installation with.
    pub async fn client_redirects(&self, request: &RedirectsOf) -> Answer<Vec<String>> {
        let RedirectsOf { provider, host } = request;
        let body = object(|body| {
            body.field("provider", provider);
            body.field("host", host);
        });
        self.read(Call::post("/v1/clients/redirects").body(body)).await
    }

    /// Lets Drawbridge register itself at a host.
    pub async fn client_register(&self, request: &RegisterClient) -> Answer<RegisteredClient> {
        let RegisterClient { provider, host, api_url } = request;
        let body = object(|body| {
            body.field("provider", provider);
            body.field("host", host);
            body.field("api_url", api_url);
        });
        self.read(Call::post("/v1/clients/register").body(body)).await
    }

    /// Makes a client the one that is taken where none is named.
    pub async fn client_prefer(&self, id: &ClientId) -> Answer<()> {
        self.done(Call::post(format!("/v1/clients/{id}/prefer"))).await
    }

    /// Removes a client.
    pub async fn client_remove(&self, id: &ClientId) -> Answer<RemovedClient> {
        self.read(Call::delete(format!("/v1/clients/{id}"))).await
    }

    /// Starts a sign-in.
    pub async fn sign_in_start(&self, request: &StartSignIn) -> Answer<SignIn> {
        let StartSignIn { provider, host, api_url, client, way, account, scopes } = request;
        let body = object(|body| {
            body.field("provider", provider);
            body.field("host", host);
            body.field("api_url", api_url);
            body.field("client", client);
            body.field("way", way);
            body.field("account", account);
            body.field("scopes", scopes);
        });
        self.read(Call::post("/v1/sign-ins").body(body)).await
    }

    /// Finds out what kind of server stands at an address.
    pub async fn server_recognise(&self, request: &RecogniseServer) -> Answer<Recognised> {
        let body = object(|body| body.field("host", &request.host));
        self.read(Call::post("/v1/servers/recognise").body(body)).await
    }

    /// Hands in what came back from a sign-in.
    pub async fn sign_in_return(&self, link: &SecretString) -> Answer<SignIn> {
        let body = object(|body| body.secret("link", link));
        self.read(Call::post("/v1/sign-ins/return").body(body)).await
    }

    /// Hands in the code that a host showed for pasting.
    pub async fn sign_in_paste(&self, id: &SignInId, code: &SecretString) -> Answer<SignIn> {
        let body = object(|body| body.secret("code", code));
        self.read(Call::post(format!("/v1/sign-ins/{id}/paste")).body(body)).await
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
    pub async fn connect_token(&self, request: &ConnectToken) -> Answer<Connected> {
        let ConnectToken { provider, host, api_url, token, user } = request;
        let body = object(|body| {
            body.field("provider", provider);
            body.field("host", host);
            body.field("api_url", api_url);
            body.field("user", user);
            body.secret("token", token);
        });
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

    /// Renews an account's access now.
    pub async fn account_refresh(&self, id: &AccountId) -> Answer<Account> {
        self.read(Call::post(format!("/v1/accounts/{id}/refresh"))).await
    }

    /// Asks the host whether an account's access works.
    pub async fn account_check(&self, id: &AccountId) -> Answer<Account> {
        self.read(Call::post(format!("/v1/accounts/{id}/check"))).await
    }

    /// Names an account.
    pub async fn account_rename(&self, id: &AccountId, request: &RenameAccount) -> Answer<Account> {
        let body = object(|body| body.field("name", &request.name));
        self.read(Call::new(Method::PUT, format!("/v1/accounts/{id}/name")).body(body)).await
    }

    /// What happened to an account's access, newest first.
    pub async fn account_history(&self, id: &AccountId) -> Answer<List<AccountEvent>> {
        self.read(Call::get(format!("/v1/accounts/{id}/history"))).await
    }

    /// What ends when, the next first.
    pub async fn calendar(&self) -> Answer<List<Ending>> {
        self.read(Call::get("/v1/calendar")).await
    }

    /// What the person is to be told.
    pub async fn notice_list(&self) -> Answer<List<Notice>> {
        self.read(Call::get("/v1/notices")).await
    }

    /// Notes that the person was told of one.
    pub async fn notice_told(&self, NoticeTold { id }: &NoticeTold) -> Answer<()> {
        self.done(Call::post("/v1/notices/told").body(object(|body| body.field("id", id)))).await
    }

    /// Access that was removed here and has not ended at its host yet.
    pub async fn unended_list(&self) -> Answer<List<Unended>> {
        self.read(Call::get("/v1/unended")).await
    }

    /// Forgets one of them.
    pub async fn unended_forget(&self, id: &str) -> Answer<()> {
        self.done(Call::delete(format!("/v1/unended/{}", segment(id)))).await
    }

    /// Disconnects an account.
    pub async fn account_disconnect(&self, id: &AccountId) -> Answer<DisconnectReceipt> {
        self.read(Call::delete(format!("/v1/accounts/{id}"))).await
    }

    /// Disconnects every account, and waits until each was tried.
    pub async fn account_disconnect_all(&self, request: &Proven) -> Answer<DisconnectAll> {
        self.read(Call::post("/v1/accounts/disconnect-all").body(proven(request)).within(CHORE_TIME)).await
    }

    /// How far disconnecting every account is; nothing if that was not asked for.
    pub async fn account_disconnect_all_show(&self) -> Answer<Option<DisconnectAll>> {
        self.read(Call::get("/v1/accounts/disconnect-all")).await
    }

    /// Sets how often one account is looked at.
    pub async fn set_sync_interval(&self, id: &AccountId, request: &SetSyncInterval) -> Answer<NextSync> {
        let body = object(|body| body.field("every_minutes", &request.every_minutes));
        self.read(Call::new(Method::PUT, format!("/v1/accounts/{id}/interval")).body(body)).await
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
    pub async fn repository_list(&self, repositories: &RepositoryQuery) -> Answer<RepositoryList> {
        self.read(Call::get(with_query("/v1/repositories", &query::write_repositories(repositories)))).await
    }

    /// The values to filter by.
    pub async fn repository_facets(&self, facet: Facet, repositories: &RepositoryQuery) -> Answer<Facets> {
        let facet = query::as_word(&facet);
        let path = format!("/v1/repositories/facets/{facet}");
        self.read(Call::get(with_query(&path, &query::write_repositories(repositories)))).await
    }

    /// One repository.
    pub async fn repository_show(&self, reference: &RepositoryRef) -> Answer<RepositoryDetail> {
        self.read(Call::get(format!("/v1/repositories/{}", repository_segment(reference)))).await
    }

    /// What a person is asked before much is removed.
    pub async fn removal_questions(&self) -> Answer<Vec<RemovalQuestion>> {
        self.read(Call::get("/v1/sync/questions")).await
    }

    /// Answers the question about an account.
    pub async fn removal_answer(&self, account: &AccountId, answer: RemovalAnswer) -> Answer<SyncStatus> {
        self.read(Call::post(format!("/v1/sync/questions/{account}")).body(json(&answer))).await
    }

    /// What was removed and can be brought back, newest first.
    pub async fn repository_removed(&self, query: &RemovedQuery) -> Answer<List<RemovedRepository>> {
        self.read(Call::get(with_query("/v1/repositories/removed", &query::write_removed(query)))).await
    }

    /// Brings a removed repository back into the list.
    pub async fn repository_restore(&self, RepositoryId(id): RepositoryId) -> Answer<Repository> {
        self.read(Call::post(format!("/v1/repositories/{id}/restore"))).await
    }

    /// Why a repository is not in the list, and what helps.
    pub async fn repository_why(&self, request: &AskWhy) -> Answer<RepositoryWhy> {
        self.read(Call::post("/v1/repositories/why").body(json(request))).await
    }

    /// Adds a repository that no listing brought.
    pub async fn repository_import(&self, name: &str) -> Answer<Repository> {
        self.read(Call::post("/v1/repositories/import").body(json(&name))).await
    }

    /// Asks the hosts for repositories by words.
    pub async fn host_search(&self, request: &HostSearch) -> Answer<HostSearched> {
        self.read(Call::post("/v1/repositories/search-hosts").body(json(request))).await
    }
}

/// A body without secrets.
fn json(value: &impl serde::Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}

fn way(body: &mut Object<'_>, way: &CreateVault) {
    let (kind, passphrase) = match way {
        CreateVault::Keychain => ("keychain", None),
        CreateVault::Passphrase { passphrase } => ("passphrase", Some(passphrase)),
        CreateVault::Both { passphrase } => ("both", Some(passphrase)),
    };
    body.field("kind", &kind);
    if let Some(passphrase) = passphrase {
        body.secret("passphrase", passphrase);
    }
}

fn proof(body: &mut Object<'_>, proof: &Proof) {
    match proof {
        Proof::Keychain => body.field("kind", &"keychain"),
        Proof::Passphrase { passphrase } => {
            body.field("kind", &"passphrase");
            body.secret("passphrase", passphrase);
        }
        Proof::Recovery { code } => {
            body.field("kind", &"recovery");
            body.secret("code", code);
        }
    }
}

fn proven(request: &Proven) -> Bytes {
    object(|body| body.object("proof", |inner| proof(inner, &request.proof)))
}

pub(super) fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The part of a path that names a repository.
pub(super) fn repository_segment(reference: &RepositoryRef) -> String {
    match reference {
        RepositoryRef::Id { id: RepositoryId(number) } => number.to_string(),
        RepositoryRef::FullName { full_name } => segment(full_name),
    }
}

/// Text as one segment of a path (RFC 3986 §3.3), its slashes included.
pub(super) fn segment(text: &str) -> String {
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

fn new_client(body: &mut Object<'_>, client: &NewClient) {
    let NewClient { provider, host, api_url, client_id, client_secret, name, preferred, own_redirects } = client;
    body.field("provider", provider);
    body.field("host", host);
    body.field("api_url", api_url);
    body.field("client_id", client_id);
    body.field("name", name);
    body.field("preferred", preferred);
    body.field("own_redirects", own_redirects);
    if let Some(client_secret) = client_secret {
        body.secret("client_secret", client_secret);
    }
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

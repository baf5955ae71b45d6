//! Which page of the web may be opened: only addresses that the keeper gave, looked up by what they
//! belong to, so that the window can never send the browser anywhere by itself.

use crate::words;
use drawbridge_domain::{AccountId, BaseUrl, CloneId, ProviderId, RepositoryId, SignInId};
use drawbridge_keeper::{
    Keeper, Problem,
    dto::{Account, DisconnectReceipt, RepositoryRef},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// A page at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ProviderPage {
    /// Where a person makes an access token.
    Token,
    /// Where a person registers a client.
    Client,
    /// Where a person withdraws access by hand.
    Revoke,
}

/// The pages that receipts of disconnecting named: once the account is gone, nothing else leads there.
#[derive(Default)]
pub struct Receipts(Mutex<HashMap<(ProviderId, BaseUrl), String>>);

impl Receipts {
    /// Disconnects, and remembers where the rest can be done by hand.
    pub async fn disconnect(&self, keeper: &Arc<Keeper>, id: AccountId) -> Result<DisconnectReceipt, Problem> {
        let account = keeper.account_show(id.clone()).await?;
        let receipt = keeper.account_disconnect(id).await?;
        if let Some(page) = receipt.page.clone() {
            let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pages.insert((account.provider, account.host), page);
        }
        Ok(receipt)
    }

    fn page(&self, provider: &ProviderId, host: &BaseUrl) -> Option<String> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(&(provider.clone(), host.clone())).cloned()
    }

    /// A page at a provider, at its public installation unless a host is named.
    pub async fn of_provider(
        &self,
        keeper: &Keeper,
        id: ProviderId,
        host: Option<BaseUrl>,
        page: ProviderPage,
    ) -> Result<String, Problem> {
        let found = match page {
            ProviderPage::Token => keeper.token_page(&id, host.as_ref())?,
            ProviderPage::Client => keeper.client_page(&id, host.as_ref())?,
            ProviderPage::Revoke => {
                let accounts = keeper.account_list().await?.rows;
                let at = |account: &Account| host.as_ref().is_none_or(|host| account.host == *host);
                let account = accounts.into_iter().find(|account| account.provider == id && at(account));
                let page = account.and_then(|account| account.revoke_page);
                let unended = keeper.unended_list().await?.rows;
                let mut left =
                    unended.into_iter().filter(|left| left.provider == id && host.as_ref() == Some(&left.host));
                page.or_else(|| left.find_map(|left| left.page))
                    .or_else(|| host.as_ref().and_then(|host| self.page(&id, host)))
            }
        };
        found.ok_or_else(words::no_such_page)
    }
}

/// Where a person withdraws an account's access by hand; of one that has just left with all others, too.
pub async fn of_account(keeper: &Keeper, id: &AccountId) -> Result<String, Problem> {
    let account = keeper.account_list().await?.rows.into_iter().find(|account| account.id == *id);
    if let Some(page) = account.and_then(|account| account.revoke_page) {
        return Ok(page);
    }
    let left = keeper.account_disconnect_all_show().await?.map(|all| all.rows).unwrap_or_default();
    let receipt = left.into_iter().find(|row| row.account == *id).and_then(|row| row.receipt);
    receipt.and_then(|receipt| receipt.page).ok_or_else(words::no_such_page)
}

/// The page that a sign-in waits for.
pub async fn of_sign_in(keeper: &Keeper, id: SignInId) -> Result<String, Problem> {
    Ok(keeper.sign_in_show(id).await?.url)
}

/// The page of a repository.
pub async fn of_repository(keeper: &Keeper, id: RepositoryId) -> Result<String, Problem> {
    Ok(keeper.repository_show(RepositoryRef::Id { id }).await?.repository.web_url)
}

/// The folder that copies went to.
pub async fn folder_of(keeper: &Keeper, id: CloneId) -> Result<String, Problem> {
    Ok(keeper.clone_show(id).await?.folder)
}

/// Shows a folder in the person's file manager.
pub async fn open_folder(folder: String) -> Result<(), Problem> {
    let open = move || {
        // Only a folder is shown: what a file is opened by is not ours to choose.
        std::path::Path::new(&folder).is_dir() && tauri_plugin_opener::open_path(folder, None::<&str>).is_ok()
    };
    if let Ok(true) = tauri::async_runtime::spawn_blocking(open).await {
        return Ok(());
    }
    Err(words::no_folder())
}

/// Opens a page in the person's browser.
pub async fn open(page: String) -> Result<(), Problem> {
    // What a server called its page is opened only if it is one: no file, no other program's scheme.
    let address = page.split(['?', '#']).next().unwrap_or_default();
    BaseUrl::parse(address).map_err(|_| words::no_web_page())?;
    // Looking for the browser waits for other programs.
    let opened = tauri::async_runtime::spawn_blocking(move || tauri_plugin_opener::open_url(page, None::<&str>));
    if let Ok(Ok(())) = opened.await {
        return Ok(());
    }
    tracing::warn!("the browser could not be started");
    Err(words::no_browser())
}

//! Which page of the web may be opened: only addresses that the keeper gave, looked up by what they
//! belong to, so that the window can never send the browser anywhere by itself.

use drawbridge_domain::{BaseUrl, ProviderId, RepositoryId, SignInId};
use drawbridge_keeper::dto::RepositoryRef;
use drawbridge_keeper::{Code, Keeper, Problem};
use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;

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

/// The page that a sign-in waits for.
pub async fn of_sign_in(keeper: &Keeper, id: SignInId) -> Result<String, Problem> {
    Ok(keeper.sign_in_show(id).await?.url)
}

/// The page of a repository.
pub async fn of_repository(keeper: &Keeper, id: RepositoryId) -> Result<String, Problem> {
    Ok(keeper.repository_show(RepositoryRef::Id { id }).await?.repository.web_url)
}

/// A page at a provider, at its public installation unless a host is named.
pub async fn of_provider(
    keeper: &Keeper,
    provider: ProviderId,
    host: Option<BaseUrl>,
    page: ProviderPage,
) -> Result<String, Problem> {
    let _ = (keeper, provider, host, page);
    Err(Problem::new(Code::NotFound, "", ""))
}

/// Opens a page in the person's browser.
pub fn open(app: &AppHandle, page: &str) -> Result<(), Problem> {
    BaseUrl::parse(page.split(['?', '#']).next().unwrap_or_default())
        .map_err(|_| Problem::new(Code::InvalidInput, "That is not a page of the web.", ""))?;
    app.opener().open_url(page, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "the browser could not be started");
        Problem::new(Code::Internal, "The browser could not be started.", "Copy the address and open it yourself.")
    })
}

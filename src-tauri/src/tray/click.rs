//! What a click in the tray does. Everything here can be done in the window too.

use crate::{chores::Chores, events::Place, lifecycle, pages, seat::Seat, window};
use drawbridge_domain::{AccountId, ClientId};
use drawbridge_keeper::{
    Keeper, Problem,
    dto::{SignIn, StartSignIn},
};
use std::sync::Arc;
use tauri::{AppHandle, Manager as _};

/// Something in the menu that can be clicked. Its text form is the menu item's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Click {
    Open,
    Unlock,
    Lock,
    SyncNow,
    Settings,
    Quit,
    /// Connects with a client that is ready.
    Connect(ClientId),
    /// Connects an account anew.
    SignInAgain(AccountId),
    /// Shows an account's page.
    Account(AccountId),
}

impl Click {
    /// The menu item's id.
    pub fn id(&self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::Unlock => "unlock".to_owned(),
            Self::Lock => "lock".to_owned(),
            Self::SyncNow => "sync-now".to_owned(),
            Self::Settings => "settings".to_owned(),
            Self::Quit => "quit".to_owned(),
            Self::Connect(id) => format!("connect:{id}"),
            Self::SignInAgain(id) => format!("sign-in-again:{id}"),
            Self::Account(id) => format!("account:{id}"),
        }
    }

    /// The click that an id stands for.
    pub fn parse(id: &str) -> Option<Self> {
        Some(match id.split_once(':') {
            None => match id {
                "open" => Self::Open,
                "unlock" => Self::Unlock,
                "lock" => Self::Lock,
                "sync-now" => Self::SyncNow,
                "settings" => Self::Settings,
                "quit" => Self::Quit,
                _ => return None,
            },
            Some(("connect", id)) => Self::Connect(id.parse().ok()?),
            Some(("sign-in-again", id)) => Self::SignInAgain(id.parse().ok()?),
            Some(("account", id)) => Self::Account(id.parse().ok()?),
            Some(_) => return None,
        })
    }

    /// Does it.
    pub fn act(self, app: &AppHandle) {
        match self {
            Self::Open | Self::Unlock => window::show(app),
            Self::Settings => window::go_to(app, Place::Settings),
            Self::Account(id) => window::go_to(app, Place::Account { id }),
            Self::Quit => lifecycle::quit(app),
            Self::Lock | Self::SyncNow | Self::Connect(_) | Self::SignInAgain(_) => {
                let handle = app.clone();
                app.state::<Chores>().run(async move { self.ask_keeper(&handle).await });
            }
        }
    }

    async fn ask_keeper(self, app: &AppHandle) {
        let Some(keeper) = app.state::<Seat>().keeper_now() else { return window::show(app) };
        let done = match self {
            Self::Lock => keeper.vault_lock().await.map(|_| ()),
            Self::SyncNow => keeper.sync_start(None).await.map(|_| ()),
            Self::Connect(id) => connect(app, &keeper, id).await,
            Self::SignInAgain(id) => sign_in_again(app, &keeper, id).await,
            Self::Open | Self::Unlock | Self::Settings | Self::Quit | Self::Account(_) => Ok(()),
        };
        if let Err(problem) = done {
            // The window is where it can be seen and mended.
            tracing::warn!(code = ?problem.code, %problem, "a click in the tray had no effect");
            window::show(app);
        }
    }
}

async fn connect(app: &AppHandle, keeper: &Arc<Keeper>, id: ClientId) -> Result<(), Problem> {
    let clients = keeper.client_list().await?.rows;
    // The menu may be older than a removal.
    let Some(client) = clients.into_iter().find(|client| client.id == id) else {
        window::go_to(app, Place::Connect { provider: None });
        return Ok(());
    };
    let request = StartSignIn {
        provider: client.provider,
        host: Some(client.host),
        api_url: Some(client.api_url),
        client: Some(client.id),
        way: None,
        account: None,
        scopes: Vec::new(),
    };
    approve(app, keeper.sign_in_start(request).await?).await
}

async fn sign_in_again(app: &AppHandle, keeper: &Arc<Keeper>, id: AccountId) -> Result<(), Problem> {
    let account = keeper.account_show(id.clone()).await?;
    let request = StartSignIn {
        provider: account.provider,
        host: Some(account.host),
        api_url: None,
        client: None,
        way: None,
        account: Some(id.clone()),
        scopes: Vec::new(),
    };
    if let Ok(sign_in) = keeper.sign_in_start(request).await {
        return approve(app, sign_in).await;
    }
    // Connected by a token, say: its page says what can be done.
    window::go_to(app, Place::Account { id });
    Ok(())
}

/// The browser comes to the front, so the window only gets ready behind it.
async fn approve(app: &AppHandle, sign_in: SignIn) -> Result<(), Problem> {
    window::prepare(app, Place::SignIn { id: sign_in.id });
    pages::open(sign_in.url).await
}

#[cfg(test)]
mod tests {
    use super::Click;

    #[test]
    fn every_click_is_read_back_from_its_id() {
        let account: drawbridge_domain::AccountId = "aaaaaaaaaaaaaaaa".parse().expect("an id");
        let client = "bbbbbbbbbbbbbbbb".parse().expect("an id");
        let all = [
            Click::Open,
            Click::Unlock,
            Click::Lock,
            Click::SyncNow,
            Click::Settings,
            Click::Quit,
            Click::Connect(client),
            Click::SignInAgain(account.clone()),
            Click::Account(account),
        ];
        for click in all {
            assert_eq!(Click::parse(&click.id()), Some(click));
        }
        for other in ["", "connect:", "connect:../x", "run:aaaaaaaaaaaaaaaa"] {
            assert_eq!(Click::parse(other), None, "{other:?} is no click");
        }
    }
}

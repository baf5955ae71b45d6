//! `drawbridge connect`: a new account, by the browser or by a token.

use crate::{Session, arguments::Installation, browser, failure::Failure, reach, words};
use clap::{Args, ValueEnum};
use drawbridge_domain::{AccountId, ClientId, SignInId, SignInWay};
use drawbridge_keeper::{
    Code,
    dto::{Account, ConnectToken, SignIn, StartSignIn, Unended},
};
use serde::Serialize;

/// How often a keeper may be replaced while a sign-in waits: an app that starts takes over once.
const HANDOVERS: u32 = 3;

#[derive(Debug, Args)]
pub(crate) struct Connect {
    #[command(flatten)]
    installation: Installation,
    #[command(flatten)]
    way: Way,
    /// Print the address instead of opening the browser
    #[arg(long)]
    no_browser: bool,
    /// The user name or e-mail address that goes with a token, where the host wants one
    #[arg(long, value_name = "NAME", requires = "token_stdin")]
    user: Option<String>,
    /// The client to use, where there are several
    #[arg(long, value_name = "ID", value_parser = super::client::id)]
    client: Option<ClientId>,
    /// Ask for this scope beside the usual ones; may be given again
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Sign this account in again; somebody else changes nothing
    #[arg(long, value_name = "ID", value_parser = super::account::id)]
    account: Option<AccountId>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Way {
    /// By an access token, the first line of standard input
    #[arg(long)]
    token_stdin: bool,
    /// By the browser, and how it comes back
    #[arg(long, value_name = "WAY")]
    via: Option<Via>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Via {
    /// The browser opens a link of the app
    DeepLink,
    /// The browser is sent to an address on this computer
    Loopback,
    /// You type a code, on any device
    Device,
    /// The host shows a code, which you hand in with `drawbridge return`
    Paste,
}

/// The lines of `--json`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum Line<'a> {
    Open {
        url: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        user_code: Option<&'a str>,
        id: &'a SignInId,
    },
    Connected {
        account: &'a Account,
        #[serde(skip_serializing_if = "Option::is_none")]
        replaced: Option<&'a Unended>,
    },
}

pub(crate) async fn run(session: &mut Session, connect: Connect) -> Result<(), Failure> {
    let Connect {
        installation: Installation { provider, host, api_url },
        way,
        no_browser,
        user,
        client,
        scopes,
        account,
    } = connect;
    let (account, replaced) = match way.via {
        None => {
            let token = session.secrets.read("token").await?;
            let request = ConnectToken { provider, host, api_url, token, user };
            let connected = reach::keeper(session).await?.connect_token(&request).await?;
            (connected.account, connected.replaced)
        }
        Some(via) => {
            let way = match via {
                Via::DeepLink => SignInWay::DeepLink,
                Via::Loopback => SignInWay::Loopback,
                Via::Device => SignInWay::Device,
                Via::Paste => SignInWay::Paste,
            };
            let request = StartSignIn { provider, host, api_url, client, way: Some(way), account, scopes };
            (sign_in(session, &request, no_browser).await?, None)
        }
    };
    if session.output.json() {
        return session.output.object(&Line::Connected { account: &account, replaced: replaced.as_ref() });
    }
    session.output.text(&format!("Connected {} at {}.", account.login, account.host_label))?;
    if let Some(replaced) = replaced {
        session.output.text(&replaced.sentence)?;
        if let Some(page) = replaced.page {
            session.output.text(&format!("Its page: {page}"))?;
        }
    }
    if account.lists {
        session.output.note("The first sync has begun; `drawbridge sync` shows how far it is.");
    }
    Ok(())
}

async fn sign_in(session: &mut Session, request: &StartSignIn, no_browser: bool) -> Result<Account, Failure> {
    let mut keeper = reach::keeper(session).await?;
    let started = keeper.sign_in_start(request).await?;
    if session.output.json() {
        session.output.object(&Line::Open {
            url: &started.url,
            user_code: started.user_code.as_deref(),
            id: &started.id,
        })?;
    }
    let opened = !no_browser && browser::open(&started.url).await;
    if !session.output.json() {
        tell(session, &started, opened)?;
    }
    let mut handovers = 0;
    let ended = loop {
        match keeper.sign_in_wait(&started.id).await {
            // Another keeper may have taken over; the sign-in lies in the vault and goes on there.
            Err(problem) if problem.code == Code::KeeperGone && handovers < HANDOVERS => {
                handovers += 1;
                keeper = reach::keeper(session).await?;
            }
            other => break other?,
        }
    };
    outcome(ended)
}

/// Says what to do and what is waited for.
fn tell(session: &mut Session, started: &SignIn, opened: bool) -> Result<(), Failure> {
    let SignIn { host_label, url, user_code, ends_at, .. } = started;
    let left = words::minutes_left(*ends_at, session.parts.clock.now());
    if opened {
        session.output.text(&format!("Approve Drawbridge at {host_label}, in the browser that has opened."))?;
    } else {
        session.output.text(&format!("Open this address in a browser:\n  {url}"))?;
    }
    if let Some(code) = user_code {
        session.output.text(&format!("Type this code there: {code}"))?;
        session
            .output
            .text("Only type a code that you asked for yourself: whoever sends you one wants your account.")?;
    }
    if started.way == SignInWay::Paste {
        session
            .output
            .text(&format!("Then hand in the code it shows: drawbridge return - --sign-in {}", started.id))?;
    }
    session.output.note(&format!("Waiting for {left}. Ctrl-C leaves it waiting."));
    Ok(())
}

/// The account of a sign-in that has ended, or why there is none.
pub(crate) fn outcome(ended: SignIn) -> Result<Account, Failure> {
    match (ended.account, ended.problem) {
        (Some(account), None) => Ok(account),
        (_, Some(problem)) => Err(problem.into()),
        (None, None) => Err(words::no_account().into()),
    }
}

//! `drawbridge client`: OAuth clients, which is what a host knows Drawbridge as.

use crate::{Session, arguments::Installation, failure::Failure, reach, table::Table, words};
use clap::{Args, Subcommand};
use drawbridge_domain::ClientId;
use drawbridge_keeper::dto::{Client, NewClient, RegisterClient};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a client that you registered at a host
    Add(Add),
    /// Let Drawbridge register itself at a host that takes that
    Register {
        #[command(flatten)]
        installation: Installation,
    },
    /// Add the clients of a settings file, or of the environment; those that are here stay as they are
    #[command(after_help = super::client_import::FORMAT)]
    Import(super::client_import::Import),
    /// The clients that are ready to use
    List,
    /// Make a client the one that is taken where none is named
    Prefer {
        /// The client, as `client list` names it
        #[arg(value_parser = id)]
        id: ClientId,
    },
    /// Remove a client; one that Drawbridge registered is unregistered too
    Remove {
        /// The client, as `client list` names it
        #[arg(value_parser = id)]
        id: ClientId,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    installation: Installation,
    /// The client id that the host gave
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// The host gave a client secret too: the first line of standard input
    #[arg(long)]
    client_secret_stdin: bool,
    /// What to call it, where there are several
    #[arg(long)]
    name: Option<String>,
    /// Take it from now on where no client is named
    #[arg(long)]
    preferred: bool,
    /// It is registered with `…/callback` as older versions showed it, and not with what
    /// `provider show` prints
    #[arg(long)]
    shared_redirects: bool,
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(add) => self::add(session, add).await,
        Command::Register { installation: Installation { provider, host, api_url } } => {
            let request = RegisterClient { provider, host, api_url };
            let registered = reach::keeper(session).await?.client_register(&request).await?;
            if session.output.json() {
                session.output.object(&registered)
            } else {
                session.output.text(&registered.sentence)
            }
        }
        Command::Import(import) => super::client_import::run(session, import).await,
        Command::List => list(session).await,
        Command::Prefer { id } => {
            reach::keeper(session).await?.client_prefer(&id).await?;
            if session.output.json() {
                session.output.object(&serde_json::json!({ "preferred": id }))
            } else {
                session.output.text("That client is taken from now on.")
            }
        }
        Command::Remove { id } => {
            let removed = reach::keeper(session).await?.client_remove(&id).await?;
            if session.output.json() {
                let left = removed.left_at_host;
                session.output.object(&serde_json::json!({ "removed": id, "left_at_host": left }))
            } else {
                session.output.text(&removed.sentence)
            }
        }
    }
}

async fn add(session: &mut Session, add: Add) -> Result<(), Failure> {
    let Add { installation, client_id, client_secret_stdin, name, preferred, shared_redirects } = add;
    let client_secret = if client_secret_stdin { Some(session.secrets.read("client secret").await?) } else { None };
    let Installation { provider, host, api_url } = installation;
    let own_redirects = !shared_redirects;
    let request = NewClient { provider, host, api_url, client_id, client_secret, name, preferred, own_redirects };
    let client = reach::keeper(session).await?.client_add(&request).await?;
    if session.output.json() {
        return session.output.object(&client);
    }
    let secret = if client.has_secret { ", with a secret" } else { "" };
    session.output.text(&format!("Client {} is ready for {}{secret}.", client.client_id, client.host.label()))
}

async fn list(session: &mut Session) -> Result<(), Failure> {
    let clients = reach::keeper(session).await?.client_list().await?;
    if session.output.json() {
        return session.output.object(&clients);
    }
    if clients.rows.is_empty() {
        session
            .output
            .note("No client is set up. Add one with `drawbridge client add` or `drawbridge client register`.");
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["ID", "PROVIDER", "HOST", "CLIENT ID", "SECRET", "TAKEN", "ADDED", "NAME"]);
    for client in clients.rows {
        let secret = secret(&client);
        table.row([
            client.id.to_string(),
            client.provider.to_string(),
            client.host.label().to_owned(),
            client.client_id,
            secret,
            if client.preferred { "first" } else { "if named" }.to_owned(),
            words::ago(client.added_at, now),
            client.name,
        ]);
    }
    table.print(&mut session.output)
}

/// Whether it has a secret, and the day that ends on, if it does.
fn secret(client: &Client) -> String {
    match (client.has_secret, client.secret_ends_at) {
        (false, _) => "no".to_owned(),
        (true, None) => "yes".to_owned(),
        (true, Some(at)) => format!("until {}", at.to_string().chars().take(10).collect::<String>()),
    }
}

/// Reads a client's id.
pub(crate) fn id(text: &str) -> Result<ClientId, String> {
    text.parse().map_err(|_| "that is no id of a client; `drawbridge client list` shows them".to_owned())
}

//! `drawbridge provider`: what can be connected, and files of a person's own.

use crate::{
    Session,
    arguments::{address, provider_id},
    failure::Failure,
    reach, table,
    table::Table,
    words,
};
use clap::Subcommand;
use drawbridge_domain::{BaseUrl, ProviderId};
use drawbridge_keeper::{
    check_provider_files, default_provider_dir,
    dto::{Provider, RecogniseServer, RedirectsOf},
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Everything that can be connected
    List {
        /// Only what has this in its name
        text: Option<String>,
    },
    /// One provider: its ways in, its scopes, where a client is registered
    Show {
        /// The provider, such as `github`
        #[arg(value_parser = provider_id)]
        id: ProviderId,
        /// Your own server, whose redirect addresses are to be shown
        #[arg(long, value_name = "URL", value_parser = address)]
        host: Option<BaseUrl>,
    },
    /// Find out what kind of server stands at an address; nothing of yours is sent
    Recognise {
        /// The address, such as `git.example.org`
        #[arg(value_parser = address)]
        address: BaseUrl,
    },
    /// Check provider files of your own; without a path, those in the configuration folder
    Validate {
        /// A file or a folder
        path: Option<PathBuf>,
    },
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { text } => list(session, text.as_deref().unwrap_or_default()).await,
        Command::Show { id, host } => {
            let keeper = reach::keeper(session).await?;
            let all = keeper.provider_list().await?;
            let found = all.into_iter().find(|provider| provider.id == id);
            let unknown = format!("Drawbridge knows no provider called {id}.");
            let provider = found.ok_or_else(|| Failure::usage(unknown, "`drawbridge provider list` shows all."))?;
            // Nothing to register where access is by token only, or before it is known where it is.
            let somewhere = host.is_some() || provider.host.is_some();
            let redirects = if provider.ways.is_empty() || !somewhere {
                Vec::new()
            } else {
                keeper.client_redirects(&RedirectsOf { provider: id, host }).await?
            };
            if session.output.json() {
                return session.output.object(&Shown { provider: &provider, redirects: &redirects });
            }
            show(session, &provider, &redirects)
        }
        Command::Recognise { address } => {
            let request = RecogniseServer { host: address };
            let found = reach::keeper(session).await?.server_recognise(&request).await?;
            if session.output.json() {
                return session.output.object(&found);
            }
            session.output.text(&found.sentence)?;
            let line = format!("drawbridge connect {} --host {}", found.provider, found.host);
            session.output.note(&format!("Connect it with `{line} --via loopback`, or with --token-stdin."));
            Ok(())
        }
        Command::Validate { path } => validate(session, path),
    }
}

async fn list(session: &mut Session, text: &str) -> Result<(), Failure> {
    let text = text.to_lowercase();
    let mut providers = reach::keeper(session).await?.provider_list().await?;
    providers.retain(|provider| provider.id.as_str().contains(&text) || provider.name.to_lowercase().contains(&text));
    if session.output.json() {
        return session.output.object(&serde_json::json!({ "total": providers.len(), "rows": providers }));
    }
    let mut table = Table::new(["ID", "NAME", "WAYS", "READY", "CONNECTED"]);
    for provider in providers {
        let ready = ready(&provider);
        table.row([
            provider.id.to_string(),
            provider.name.clone(),
            ways(&provider).join(", "),
            ready.to_owned(),
            if provider.connected == 0 { String::new() } else { words::number(provider.connected) },
        ]);
    }
    table.print(&mut session.output)
}

/// What is missing before it can be connected by the browser.
fn ready(provider: &Provider) -> &'static str {
    match (provider.ways.is_empty(), provider.clients.is_empty()) {
        (true, _) => "token",
        (false, false) => "yes",
        (false, true) if provider.may_register && provider.token => "token; may register itself",
        (false, true) if provider.may_register => "may register itself",
        (false, true) if provider.token => "token; no client",
        (false, true) => "no client",
    }
}

fn ways(provider: &Provider) -> Vec<String> {
    let mut all: Vec<String> = provider.ways.iter().map(|way| words::way(*way).to_owned()).collect();
    if provider.token {
        all.push(if provider.token_with_user { "user and token" } else { "token" }.to_owned());
    }
    all
}

/// One provider, with the redirect addresses of the installation that is meant.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    provider: &'a Provider,
    redirects: &'a [String],
}

fn show(session: &mut Session, provider: &Provider, redirects: &[String]) -> Result<(), Failure> {
    let host = provider.host.as_ref().map_or_else(String::new, ToString::to_string);
    let address = provider.template.clone().unwrap_or(host);
    let mut facts = vec![
        ("Provider", provider.name.clone()),
        ("Id", provider.id.to_string()),
        ("Address", address),
        ("Own servers", if provider.self_hosted { "yes: --host URL" } else { "no" }.to_owned()),
        ("Ways in", ways(provider).join(", ")),
        ("Ready", ready(provider).to_owned()),
        ("Client needs a secret", if provider.needs_secret { "yes" } else { "no" }.to_owned()),
        ("Registers itself", if provider.may_register { "where the host takes that" } else { "no" }.to_owned()),
        ("Register a client at", provider.client_page.clone().unwrap_or_default()),
        ("Make a token at", provider.token_page.clone().unwrap_or_default()),
    ];
    for (at, redirect) in redirects.iter().enumerate() {
        facts.push((if at == 0 { "Redirect addresses" } else { "" }, redirect.clone()));
    }
    if redirects.is_empty() && !provider.ways.is_empty() {
        facts.push(("Redirect addresses", "every server's own: give its address with --host".to_owned()));
    }
    for (at, note) in provider.notes.iter().enumerate() {
        facts.push((if at == 0 { "Good to know" } else { "" }, note.clone()));
    }
    if !provider.unverified.is_empty() {
        facts.push(("Not verified", provider.unverified.join(", ")));
    }
    table::facts(&mut session.output, &facts)?;
    if provider.scopes.is_empty() {
        return Ok(());
    }
    session.output.text("")?;
    let mut table = Table::new(["SCOPE", "ASKED", "WHAT IT ALLOWS"]);
    for scope in &provider.scopes {
        let asked = if scope.state == drawbridge_keeper::dto::ScopeState::Asked { "yes" } else { "no" };
        table.row([scope.name.clone(), asked.to_owned(), scope.sentence.clone()]);
    }
    table.print(&mut session.output)
}

fn validate(session: &mut Session, path: Option<PathBuf>) -> Result<(), Failure> {
    let Some(path) = path.or_else(default_provider_dir) else {
        return Err(Failure::usage("It is not known where your provider files are.", "Name a file or a folder."));
    };
    let checked = check_provider_files(&path);
    if session.output.json() {
        session.output.object(&checked)?;
    } else {
        for good in &checked.good {
            session.output.text(&format!("good     {good}"))?;
        }
        for bad in &checked.bad {
            let line = bad.line.map(|line| format!(":{line}")).unwrap_or_default();
            session.output.text(&format!("problem  {}{line}\n         {}", bad.path, bad.what))?;
        }
        if checked.good.is_empty() && checked.bad.is_empty() {
            session.output.note(&format!("There are no provider files in {}.", path.display()));
        }
    }
    if checked.bad.is_empty() { Ok(()) } else { Err(Failure::Reported) }
}

//! The commands, a file for each group.

pub(crate) mod account;
pub(crate) mod backup;
pub(crate) mod calendar;
pub(crate) mod checks;
pub(crate) mod client;
pub(crate) mod client_import;
pub(crate) mod clone;
pub(crate) mod connect;
pub(crate) mod contents;
pub(crate) mod credential;
pub(crate) mod history;
pub(crate) mod host_search;
pub(crate) mod keeper;
pub(crate) mod missing;
pub(crate) mod moves;
pub(crate) mod provider;
pub(crate) mod repo;
pub(crate) mod security;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod source;
pub(crate) mod sync;
pub(crate) mod template;
pub(crate) mod vault;
pub(crate) mod view;

use crate::{Session, arguments::Command, failure::Failure};

/// Does what was asked.
pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Keeper { command } => keeper::run(session, command).await,
        Command::Vault { command } => vault::run(session, command).await,
        Command::Provider { command } => provider::run(session, command).await,
        Command::Calendar => calendar::run(session).await,
        Command::Client { command } => client::run(session, command).await,
        Command::Credential { command } => credential::run(session, command).await,
        Command::Connect(connect) => connect::run(session, connect).await,
        Command::Return(returned) => sign_in::run(session, returned).await,
        Command::Account { command } => account::run(session, command).await,
        Command::Sync(sync) => sync::run(session, sync).await,
        Command::Repo { command } => repo::run(session, command).await,
        Command::Source { command } => source::run(session, command).await,
        Command::Template { command } => template::run(session, command).await,
        Command::View { command } => view::run(session, command).await,
        Command::Settings(setting) => settings::run(session, setting).await,
    }
}

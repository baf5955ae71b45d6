//! The command line as types. Doc comments are the help texts.
//!
//! Each group's own arguments are beside what they do. Not here: doing anything.

use crate::{
    commands::{
        account, client, connect, credential, keeper, provider, repo, settings, sign_in, source, sync, template, vault,
        view,
    },
    secret_input::RULE,
};
use clap::{Args, Parser, Subcommand};
use drawbridge_domain::{AddressError, BaseUrl, ProviderId};
use std::{ffi::OsString, path::PathBuf};

/// Stands for the minus of a filter like `-lang:rust` until it is read: what begins with a minus is a
/// flag to the parser, and letting it through would let every mistyped flag through.
pub(crate) const MINUS: char = '\u{2212}';

/// The line as it was typed, with the minus of filters put aside.
pub(crate) fn line() -> impl Iterator<Item = OsString> {
    std::env::args_os().map(|argument| match argument.to_str().and_then(|text| text.strip_prefix('-')) {
        Some(rest) if is_filter(rest) => format!("{MINUS}{rest}").into(),
        _ => argument,
    })
}

/// Letters, a colon, and something.
fn is_filter(text: &str) -> bool {
    let name = text.split_once(':').filter(|(_, value)| !value.is_empty()).map(|(name, _)| name);
    name.is_some_and(|name| name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Looks after your accounts at code hosts: a sealed vault, and every repository you can reach.
///
/// A keeper in the background holds the open vault; it starts by itself when a command needs it.
/// Exit codes: 0 done, 1 failed, 2 not understood, 3 the vault is locked, 4 not connected.
#[derive(Debug, Parser)]
#[command(name = "drawbridge", version, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Globals {
    /// Answer in JSON: one object, or one a line for what takes a while; errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The vault's folder, instead of the one that `DRAWBRIDGE_VAULT` names
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The process that holds the open vault
    Keeper {
        #[command(subcommand)]
        command: keeper::Command,
    },
    /// Make, open and lock the vault, change how it opens, back it up, look after it
    Vault {
        #[command(subcommand)]
        command: vault::Command,
    },
    /// What can be connected, and files of your own that add to it
    Provider {
        #[command(subcommand)]
        command: provider::Command,
    },
    /// What ends when, over all accounts
    Calendar,
    /// OAuth clients: what a host knows Drawbridge as
    Client {
        #[command(subcommand)]
        command: client::Command,
    },
    /// SSH keys, headers, passwords and clients that you bring yourself
    Credential {
        #[command(subcommand)]
        command: credential::Command,
    },
    /// Connect an account
    Connect(connect::Connect),
    /// Hand in the link that a browser opened at the end of a sign-in
    Return(sign_in::Return),
    /// Connected accounts
    Account {
        #[command(subcommand)]
        command: account::Command,
    },
    /// Read the repositories of the accounts anew, and wait for it
    Sync(sync::Sync),
    /// The repositories that your accounts can reach
    Repo {
        #[command(subcommand)]
        command: repo::Command,
    },
    /// Where is looked for templates, skills and more, and what was found
    Source {
        #[command(subcommand)]
        command: source::Command,
    },
    /// The templates in the sources
    Template {
        #[command(subcommand)]
        command: template::Command,
    },
    /// Lists of repositories that you keep under a name
    View {
        #[command(subcommand)]
        command: view::Command,
    },
    /// What you can set, kept in the vault. Reads: the proof, where security gets weaker
    #[command(after_help = RULE)]
    Settings(settings::Setting),
}

/// Which installation of a provider.
#[derive(Debug, Args)]
pub(crate) struct Installation {
    /// The provider, such as `github`
    #[arg(value_parser = provider_id)]
    pub(crate) provider: ProviderId,
    /// Your own server instead of the provider's public one
    #[arg(long, value_name = "URL", value_parser = address)]
    pub(crate) host: Option<BaseUrl>,
    /// Where that server's API is, if it is not where it usually is
    #[arg(long, value_name = "URL", value_parser = address)]
    pub(crate) api_url: Option<BaseUrl>,
}

/// Reads a provider's name.
pub(crate) fn provider_id(text: &str) -> Result<ProviderId, String> {
    text.parse().map_err(|_| "a provider's name is made of a-z, 0-9 and `-`".to_owned())
}

/// Reads a server's address.
pub(crate) fn address(text: &str) -> Result<BaseUrl, String> {
    BaseUrl::parse(text).map_err(|error| {
        match error {
            AddressError::Malformed => "that is no web address; it looks like `https://git.example.org`",
            AddressError::Unencrypted => {
                "`http://` is for this computer only (127.0.0.1, [::1], localhost); use `https://`"
            }
            AddressError::TooMuch => "a server's address has no user, password, `?` or `#`",
        }
        .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_flags_may_stand_anywhere() {
        for line in [
            vec!["drawbridge", "--json", "--vault", "x", "vault", "status"],
            vec!["drawbridge", "vault", "--json", "--vault", "x", "status"],
            vec!["drawbridge", "vault", "status", "--json", "--vault", "x"],
        ] {
            let arguments = Arguments::try_parse_from(&line).expect("understood");
            assert!(arguments.globals.json, "{line:?}");
            assert_eq!(arguments.globals.vault, Some(PathBuf::from("x")), "{line:?}");
        }
    }
}

//! `drawbridge`: what the keeper can do, from a command line.
//!
//! This file puts the parts together: arguments, the world they act in, an exit code. Each group of
//! commands has its file in `commands`. Not here, nor anywhere in this package: any decision about
//! vaults, accounts or repositories; the keeper makes those.

mod arguments;
mod browser;
mod commands;
mod failure;
mod log;
mod output;
mod paths;
mod proof;
mod reach;
mod secret_input;
mod table;
mod usage;
mod words;

use crate::{
    arguments::{Arguments, Command},
    failure::Failure,
    output::Output,
    secret_input::SecretInput,
};
use clap::Parser as _;
use drawbridge_keeper::{Parts, default_vault_dir};
use std::{path::PathBuf, process::ExitCode};

/// What every command has at hand.
pub(crate) struct Session {
    /// The vault folder, as an absolute path.
    pub(crate) vault: PathBuf,
    /// Where answers go.
    pub(crate) output: Output,
    /// Where secrets come from.
    pub(crate) secrets: SecretInput,
    /// Clock, randomness and keychain, to be handed on.
    pub(crate) parts: Parts,
}

/// Wipes what is freed: libraries copy secrets where no type of ours can follow.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    drawbridge_keeper::shield_process();
    let arguments = match Arguments::try_parse_from(arguments::line()) {
        Ok(arguments) => arguments,
        Err(error) => return usage::explain(&error),
    };
    let output = Output::new(arguments.globals.json);
    match run(arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    let Arguments { globals, command } = arguments;
    let vault = match globals.vault {
        Some(named) => std::path::absolute(named).ok(),
        None => default_vault_dir(),
    };
    let Some(vault) = vault else {
        return Err(Failure::usage("It is not known where the vault is.", "Name its folder: `--vault DIR`."));
    };
    let mut session =
        Session { vault, output: output.clone(), secrets: SecretInput::default(), parts: Parts::system() };
    let mut runtime = match command {
        // The keeper works on several things at once; a command asks and prints.
        Command::Keeper { .. } => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = runtime.enable_all().build().map_err(|_| words::no_runtime())?;
    let outcome = runtime.block_on(commands::run(&mut session, command));
    // A read from a terminal may still be waiting; it ends with the process.
    runtime.shutdown_background();
    outcome
}

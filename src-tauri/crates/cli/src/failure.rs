//! Why a command failed, and its exit code.
//!
//! Not here: printing.

use drawbridge_keeper::{Code, Problem};
use serde::Serialize;
use std::{io, process::ExitCode};

/// The command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The keeper says why.
    Problem(Problem),
    /// The command line can't be followed.
    Usage {
        /// What is wrong with it.
        message: String,
        /// What would be right.
        hint: String,
    },
    /// The answer could not be written.
    Output(io::Error),
    /// It was looked, and something is wrong: the report that was printed says what.
    Reported,
}

/// What is written to standard error with `--json`.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Told<'a> {
    Problem(&'a Problem),
    Other { code: &'static str, message: String, hint: String },
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// Code, message and hint; nothing if everything was said.
    pub(crate) fn told(&self) -> Option<Told<'_>> {
        Some(match self {
            Self::Reported => return None,
            Self::Problem(problem) => Told::Problem(problem),
            Self::Usage { message, hint } => {
                Told::Other { code: "usage", message: message.clone(), hint: hint.clone() }
            }
            Self::Output(error) => Told::Other {
                code: "output",
                message: format!("The answer could not be written: {error}."),
                hint: "What was asked may have been done all the same.".to_owned(),
            },
        })
    }

    /// The command line that does what the keeper's hint says in words that fit every front.
    pub(crate) fn next_command(&self) -> Option<&'static str> {
        let Self::Problem(problem) = self else { return None };
        match problem.code {
            Code::VaultAbsent => Some("drawbridge vault create (--passphrase-stdin | --keychain | --both-stdin)"),
            Code::VaultLocked => Some("drawbridge vault unlock (--passphrase-stdin | --keychain | --recovery-stdin)"),
            Code::VaultDamaged => Some("drawbridge vault doctor"),
            Code::NotConnected | Code::SignInNeeded => {
                Some("drawbridge connect PROVIDER (--token-stdin | --via deep-link|loopback|device|paste)")
            }
            Code::ClientMissing => {
                Some("drawbridge client add PROVIDER [--host URL] --client-id ID [--client-secret-stdin]")
            }
            _ => None,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage { .. } => 2,
            Self::Problem(problem) => match problem.code {
                Code::VaultLocked => 3,
                Code::NotConnected | Code::SignInNeeded => 4,
                _ => 1,
            },
            Self::Output(_) | Self::Reported => 1,
        })
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

//! Secrets from standard input, the only way in: an argument would be seen by every process, and
//! an environment variable by every child.
//!
//! Not here: what the secret is for.

use crate::failure::Failure;
use drawbridge_domain::SecretString;
use std::{
    fs::File,
    io::{self, IsTerminal as _, Read as _, Write as _},
    process::{Command, Stdio},
};
use zeroize::{Zeroize as _, Zeroizing};

/// The longest secret that is read.
const LIMIT: usize = 64 * 1024;

/// Reads a secret that is to be made up: whoever types it is asked twice.
pub(crate) async fn read_new(what: &'static str) -> Result<SecretString, Failure> {
    let secret = read(what).await?;
    if io::stdin().is_terminal() {
        let _ = write!(io::stderr(), "Again. ");
        if !read(what).await?.same_as(secret.expose()) {
            return Err(Failure::usage("The two differ. Nothing was done.", ""));
        }
    }
    Ok(secret)
}

/// Reads a secret up to the end of its line. `what` names it: "passphrase", "token".
pub(crate) async fn read(what: &'static str) -> Result<SecretString, Failure> {
    let terminal = io::stdin().is_terminal();
    let echo = terminal.then(|| {
        let _ = write!(io::stderr(), "{}: ", capitalised(what));
        Echo::off()
    });
    let reading = tokio::task::spawn_blocking(read_line);
    let outcome = tokio::select! {
        outcome = reading => outcome,
        // Only a terminal has somebody who can press Ctrl-C, and an echo to give back.
        () = interrupted(), if terminal => {
            drop(echo);
            return Err(Failure::usage("Nothing was typed.", ""));
        }
    };
    drop(echo);
    let line = outcome
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| Failure::usage(format!("The {what} could not be read from standard input."), hint(what)))?;
    in_form(line, what)
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Reads straight from the descriptor: the standard library's buffer would keep a copy that is
/// never wiped.
fn read_line() -> io::Result<Zeroizing<Vec<u8>>> {
    let mut input = standard_input()?;
    let mut line = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    let mut chunk = Zeroizing::new([0_u8; 4096]);
    while line.len() <= LIMIT {
        let room = chunk.len().min(LIMIT + 1 - line.len());
        if room == 0 {
            break;
        }
        let read = match input.read(&mut chunk[..room]) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = chunk[..read].iter().position(|byte| *byte == b'\n');
        line.extend_from_slice(&chunk[..end.unwrap_or(read)]);
        if end.is_some() {
            break;
        }
    }
    Ok(line)
}

#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

fn in_form(mut line: Zeroizing<Vec<u8>>, what: &str) -> Result<SecretString, Failure> {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() {
        return Err(Failure::usage(format!("Standard input holds no {what}."), hint(what)));
    }
    if line.len() > LIMIT {
        return Err(Failure::usage(format!("The {what} is longer than {LIMIT} bytes."), hint(what)));
    }
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(SecretString::new(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(Failure::usage(format!("The {what} is not text (UTF-8)."), hint(what)))
        }
    }
}

fn hint(what: &str) -> String {
    format!("Hand the {what} in as the first line of standard input, for example from a password program.")
}

fn capitalised(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A terminal that does not show what is typed, until this is dropped.
struct Echo {
    off: bool,
}

impl Echo {
    fn off() -> Self {
        let off = stty("-echo");
        if !off {
            let _ = writeln!(io::stderr(), "(this terminal shows what is typed)");
        }
        Self { off }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if self.off {
            stty("echo");
            let _ = writeln!(io::stderr());
        }
    }
}

fn stty(setting: &str) -> bool {
    let mut command = Command::new("stty");
    command.arg(setting).stdin(Stdio::inherit()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(bytes: &[u8]) -> Result<String, serde_json::Value> {
        in_form(Zeroizing::new(bytes.to_vec()), "token")
            .map(|secret| secret.expose().clone())
            .map_err(|failure| serde_json::to_value(failure.told()).expect("JSON"))
    }

    #[test]
    fn a_line_is_taken_as_it_is_but_for_its_end() {
        assert_eq!(read_as(b" a b \r"), Ok(" a b ".to_owned()), "blanks may belong to it");
        assert_eq!(read_as(b"").expect_err("nothing")["message"], "Standard input holds no token.");
        assert_eq!(read_as(b"\r").expect_err("nothing")["code"], "usage");
        assert_eq!(read_as(b"\xff\xfe").expect_err("no text")["message"], "The token is not text (UTF-8).");
        assert_eq!(read_as(&vec![b'x'; LIMIT]).map(|text| text.len()), Ok(LIMIT));
        assert!(read_as(&vec![b'x'; LIMIT + 1]).is_err(), "too long");
    }
}

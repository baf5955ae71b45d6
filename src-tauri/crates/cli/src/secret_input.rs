//! Secrets from standard input or from a file of the person's own: an argument would be seen by every
//! process, and an environment variable by every child.
//!
//! One rule for every command: a secret a line, first what proves who asks, then what is new. Not
//! here: what a secret is for; clients that stand in the environment already, for other programs
//! (`commands::client_import`), which are seen no more for being read.

use crate::failure::Failure;
use drawbridge_domain::SecretString;
use std::{
    fs::File,
    io::{self, IsTerminal as _, Read, Write as _},
    path::Path,
    process::{Command, Stdio},
};
use zeroize::{Zeroize as _, Zeroizing};

/// The rule, as the help of every command says that reads more than one secret.
pub(crate) const RULE: &str = "\
Secrets are read from standard input, one a line, in this order: first what proves that you may
(the passphrase or the recovery code; nothing with `--proof keychain`), then what is new. At a
terminal you are asked for each, and what you type is not shown.";

/// The longest secret that is read.
const LIMIT: usize = 64 * 1024;
/// More lines than any command has a use for.
const MANY: usize = 16;

/// Standard input, a line after the other.
#[derive(Default)]
pub(crate) struct SecretInput {
    source: Option<Lines<File>>,
    /// How many were read.
    taken: usize,
}

impl SecretInput {
    /// Whether somebody types.
    pub(crate) fn is_typed() -> bool {
        io::stdin().is_terminal()
    }

    /// Reads a secret that is to be made up: whoever types it is asked twice.
    pub(crate) async fn read_new(&mut self, what: &str) -> Result<SecretString, Failure> {
        let secret = self.read(what).await?;
        if Self::is_typed() {
            let _ = write!(io::stderr(), "Again. ");
            if !self.read(what).await?.same_as(secret.expose()) {
                return Err(Failure::usage("The two differ. Nothing was done.", ""));
            }
        }
        Ok(secret)
    }

    /// Reads the next line. `what` names it: "passphrase", "token".
    pub(crate) async fn read(&mut self, what: &str) -> Result<SecretString, Failure> {
        let hint = hint(what, self.taken);
        let line = self.line(what, &hint).await?.unwrap_or_default();
        self.taken += 1;
        in_form(line, what, &hint)
    }

    /// Reads every line up to an empty one or the end.
    pub(crate) async fn read_all(&mut self, what: &str) -> Result<Vec<SecretString>, Failure> {
        let mut secrets = vec![self.read(what).await?];
        while secrets.len() < MANY {
            let hint = hint(what, self.taken);
            let line = self.line(what, &hint).await?.unwrap_or_default();
            self.taken += 1;
            if line.is_empty() || *line == b"\r" {
                break;
            }
            secrets.push(in_form(line, what, &hint)?);
        }
        Ok(secrets)
    }

    /// Reads a secret of several lines: up to the end of the input, a line that ends a key file, or an
    /// empty line where somebody types.
    pub(crate) async fn read_text(&mut self, what: &str) -> Result<SecretString, Failure> {
        let hint = hint(what, self.taken);
        // Room for all of it at once: growing would leave copies behind.
        let mut text = Zeroizing::new(Vec::with_capacity(2 * LIMIT));
        while text.len() <= LIMIT {
            let Some(line) = self.line(what, &hint).await? else { break };
            // Whoever types may not know the key that ends an input; what is handed in may have empty lines.
            if Self::is_typed() && (line.is_empty() || *line == b"\r") {
                break;
            }
            text.extend_from_slice(&line);
            text.push(b'\n');
            if line.starts_with(b"-----END ") {
                break;
            }
        }
        self.taken += 1;
        in_form(text, what, &hint)
    }

    /// Reads all there is, up to its end.
    pub(crate) async fn read_all_text(&mut self, what: &str) -> Result<SecretString, Failure> {
        let hint = hint(what, self.taken);
        let reading = tokio::task::spawn_blocking(|| {
            let mut text = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
            let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX).saturating_add(1);
            standard_input()?.take(limit).read_to_end(&mut text)?;
            Ok::<_, io::Error>(text)
        });
        self.taken += 1;
        match reading.await {
            Ok(Ok(text)) => in_form(text, what, &hint),
            _ => Err(Failure::usage(format!("The {what} could not be read from standard input."), hint)),
        }
    }

    /// Reads a secret of several lines from a file.
    pub(crate) fn read_file(path: &Path, what: &str) -> Result<SecretString, Failure> {
        let hint = "Name a file that you may read.";
        let mut text = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
        let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX).saturating_add(1);
        let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut text));
        match read {
            Ok(0) => Err(Failure::usage("The file is empty.", hint)),
            Ok(_) => in_form(text, what, hint),
            Err(_) => Err(Failure::usage(format!("{} can't be read.", path.display()), hint)),
        }
    }

    /// Asks somebody at a terminal for what is no secret.
    pub(crate) async fn ask(what: &str) -> Result<String, Failure> {
        let _ = write!(io::stderr(), "{what}: ");
        let reading = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            io::stdin().read_line(&mut line).map(|_| line)
        });
        match reading.await {
            Ok(Ok(line)) if !line.trim().is_empty() => Ok(line.trim().to_owned()),
            _ => Err(Failure::usage("Nothing was typed.", "")),
        }
    }

    /// The next line; none at the end of the input.
    async fn line(&mut self, what: &str, hint: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let terminal = Self::is_typed();
        let echo = terminal.then(|| {
            let _ = write!(io::stderr(), "{}: ", capitalised(what));
            Echo::off()
        });
        let source = self.source.take();
        let reading = tokio::task::spawn_blocking(move || {
            let mut source = source.map_or_else(|| standard_input().map(Lines::of), Ok)?;
            let line = source.next()?;
            Ok::<_, io::Error>((source, line))
        });
        let outcome = tokio::select! {
            outcome = reading => outcome,
            // Only a terminal has somebody who can press Ctrl-C, and an echo to give back.
            () = interrupted(), if terminal => {
                drop(echo);
                return Err(Failure::usage("Nothing was typed.", ""));
            }
        };
        drop(echo);
        match outcome {
            Ok(Ok((source, line))) => {
                self.source = Some(source);
                Ok(line)
            }
            _ => Err(Failure::usage(format!("The {what} could not be read from standard input."), hint)),
        }
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Lines straight from the descriptor: the standard library's buffer would keep a copy that is
/// never wiped. What came behind a line's end waits here for the next line.
struct Lines<R> {
    input: R,
    chunk: Zeroizing<Vec<u8>>,
    from: usize,
    to: usize,
}

impl<R: Read> Lines<R> {
    fn of(input: R) -> Self {
        Self { input, chunk: Zeroizing::new(vec![0; 4096]), from: 0, to: 0 }
    }

    /// The next line without its end; none at the end of the input.
    fn next(&mut self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let mut line = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
        while line.len() <= LIMIT {
            if self.from == self.to {
                (self.from, self.to) = (0, 0);
                self.to = match self.input.read(&mut self.chunk) {
                    Ok(0) if line.is_empty() => return Ok(None),
                    Ok(0) => break,
                    Ok(read) => read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
                    Err(error) => return Err(error),
                };
                continue;
            }
            let waiting = &self.chunk[self.from..self.to];
            let end = waiting.iter().position(|byte| *byte == b'\n');
            let room = LIMIT + 1 - line.len();
            let taken = end.unwrap_or(waiting.len()).min(room);
            line.extend_from_slice(&waiting[..taken]);
            self.from += taken;
            if end == Some(taken) {
                self.from += 1;
                break;
            }
        }
        Ok(Some(line))
    }
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

fn in_form(mut line: Zeroizing<Vec<u8>>, what: &str, hint: &str) -> Result<SecretString, Failure> {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() {
        return Err(Failure::usage(format!("Standard input holds no {what}."), hint));
    }
    if line.len() > LIMIT {
        return Err(Failure::usage(format!("The {what} is longer than {LIMIT} bytes."), hint));
    }
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(SecretString::new(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(Failure::usage(format!("The {what} is not text (UTF-8)."), hint))
        }
    }
}

fn hint(what: &str, taken: usize) -> String {
    let place = match taken {
        0 => "first".to_owned(),
        1 => "second".to_owned(),
        2 => "third".to_owned(),
        more => format!("{}th", more + 1),
    };
    format!("Hand the {what} in as the {place} line of standard input, for example from a password program.")
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

    fn told(failure: &Failure) -> serde_json::Value {
        serde_json::to_value(failure.told()).expect("JSON")
    }

    fn read_as(bytes: &[u8]) -> Result<String, serde_json::Value> {
        in_form(Zeroizing::new(bytes.to_vec()), "token", "")
            .map(|secret| secret.expose().clone())
            .map_err(|failure| told(&failure))
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

    /// Gives so many bytes at a time, as a pipe may.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let some = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(some);
            buffer[..some].copy_from_slice(now);
            self.0 = later;
            Ok(some)
        }
    }

    #[test]
    fn lines_come_one_after_the_other_however_the_input_is_cut() {
        let long = "x".repeat(10_000);
        let text = format!("first\r\n\nthird ü\n{long}\nno end");
        for step in [1, 2, 7, 4096, 100_000] {
            let mut lines = Lines::of(Slow(text.as_bytes(), step));
            let mut next = || lines.next().expect("read").map(|line| String::from_utf8(line.to_vec()).expect("text"));
            let read: Vec<Option<String>> = (0..6).map(|_| next()).collect();
            let there = ["first\r", "", "third ü", long.as_str(), "no end"].map(|line| Some(line.to_owned()));
            assert_eq!(read, [&there[..], &[None]].concat(), "{step} bytes at a time");
        }
        let endless = vec![b'x'; 3 * LIMIT];
        let line = Lines::of(Slow(&endless, 4096)).next().expect("read");
        assert_eq!(line.map(|line| line.len()), Some(LIMIT + 1), "no more is kept");
    }

    #[test]
    fn a_hint_names_the_line() {
        assert_eq!(
            [0, 1, 2, 3].map(|taken| hint("token", taken).split(' ').nth(6).map(str::to_owned)),
            ["first", "second", "third", "4th"].map(|place| Some(place.to_owned()))
        );
    }
}

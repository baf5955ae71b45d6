//! The command line as a person and as a program use it: the real binary, in a home of its own,
//! against the practice forge.
//!
//! Not here: use cases in depth; those are tested at the keeper.

mod api;
mod backups;
mod clones;
mod connect;
mod contents;
mod credentials;
mod host_search;
mod keeper;
mod lines;
mod missing;
mod misuse;
mod providers;
mod repositories;
mod security;
mod sources;

use drawbridge_testkit::{
    forge::{Registration, Simulator, SimulatorConfig, TokenKind},
    temp::TempVault,
    wait,
};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

pub const PASSPHRASE: &str = "correct horse battery staple";
/// Long enough for the slowest machine; a test that reaches it has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The binary that is tested.
pub fn binary() -> PathBuf {
    let here = std::env::current_exe().expect("this test's own path");
    // target/<profile>/deps/all-…
    let profile = here.parent().and_then(Path::parent).expect("the profile's folder");
    let binary = profile.join("drawbridge");
    assert!(binary.is_file(), "{} is missing; build it first: cargo build -p drawbridge-cli", binary.display());
    binary
}

/// A home with a vault folder, a runtime folder, and whatever keeper is started in it. All of it is
/// gone when this is dropped.
pub struct Home {
    place: TempVault,
}

impl Home {
    /// A fresh home; nothing was ever run in it.
    pub fn new() -> Self {
        let place = TempVault::new().expect("a temporary folder");
        let home = Self { place };
        for folder in [home.runtime(), home.programs()] {
            fs::create_dir(&folder).expect("a folder");
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("private");
        }
        home
    }

    /// A home with an open vault.
    pub fn open() -> Self {
        let home = Self::new();
        home.with_input(&["vault", "create", "--passphrase-stdin"], PASSPHRASE).done();
        home
    }

    /// A home with an open vault in which the forge's first user is connected and synced.
    pub fn connected(forge: &Simulator) -> Self {
        let home = Self::open();
        home.connect_token(forge).done();
        home.run(&["sync"]).done();
        home
    }

    pub fn vault(&self) -> PathBuf {
        self.place.path()
    }

    pub fn around(&self) -> &Path {
        self.place.around()
    }

    pub fn runtime(&self) -> PathBuf {
        self.place.around().join("run")
    }

    /// A folder that is searched for programs before all others.
    pub fn programs(&self) -> PathBuf {
        self.place.around().join("bin")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.around().join("state/drawbridge/keeper.log")).unwrap_or_default()
    }

    /// The command, in this home and with nothing else of the surrounding world.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{}:{path}", self.programs().display()))
            .env("HOME", self.around())
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("XDG_STATE_HOME", self.around().join("state"))
            .env("DRAWBRIDGE_VAULT", self.vault())
            // The cheapest passphrase that is allowed: a test waits for none.
            .env("DRAWBRIDGE_UNLOCK_MS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.with_input(arguments, "")
    }

    /// Runs a command with something on standard input.
    pub fn with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().expect("the command starts");
        if let Some(mut pipe) = child.stdin.take() {
            // A command that was not understood does not read.
            let _ = pipe.write_all(input.as_bytes());
        }
        finish(child, &arguments.join(" "))
    }

    /// Starts a command whose lines are read while it runs.
    pub fn follow(&self, arguments: &[&str]) -> Following {
        // Whoever started the tests may have them ignore Ctrl-C, which a child would inherit.
        let plain = self.command(arguments);
        let mut command = Command::new("env");
        command.arg("--default-signal=INT").arg(plain.get_program()).args(plain.get_args()).env_clear();
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        Following { child, lines, line: arguments.join(" ") }
    }

    pub fn connect_token(&self, forge: &Simulator) -> Ran {
        let token = forge.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
        self.with_input(&["connect", "github", "--host", forge.url(), "--token-stdin", "--json"], &format!("{token}\n"))
    }

    pub fn add_client(&self, forge: &Simulator) -> Ran {
        let Registration { client_id, client_secret, .. } = forge.client();
        let secret = client_secret.clone().expect("the practice client has one");
        let line =
            ["client", "add", "github", "--host", forge.url(), "--client-id", client_id, "--client-secret-stdin"];
        self.with_input(&line, &secret)
    }

    /// The keeper's process, if one runs.
    pub fn keeper_process(&self) -> Option<u32> {
        let status = self.run(&["keeper", "status", "--json"]).done().json();
        status["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A failed test must not leave a keeper behind.
        let _ = self.command(&["keeper", "stop"]).output();
    }
}

/// How long ago something was, as words behind `before` tell it: `3 s ago`.
pub fn ago(text: &str, before: &str) -> Duration {
    let told = text.split_once(before).and_then(|(_, rest)| rest.split_once(" s ago"));
    let seconds = told.and_then(|(seconds, _)| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or_else(|| panic!("no seconds behind {before:?}: {text}")))
}

/// A forge with so many repositories, whose devices may ask often.
pub fn forge(repositories: usize) -> Simulator {
    let config = SimulatorConfig { device_interval: 1, ..SimulatorConfig::with_repositories(repositories) };
    Simulator::start(config).expect("the practice forge starts")
}

/// Waits for what a command says; asked again and again.
pub fn until(what: &str, mut said: impl FnMut() -> bool) {
    let ends = Instant::now() + PATIENCE;
    while !said() {
        assert!(Instant::now() < ends, "it never came to this: {what}");
    }
}

/// Waits until what lies in a folder is as it should be.
pub fn until_in(folder: &Path, what: &str, met: impl FnMut() -> bool) {
    assert!(wait::folder(folder, PATIENCE, met).expect("watched"), "it never came to this: {what}");
}

/// Waits for a process's end.
pub fn until_ended(process: u32) {
    assert!(wait::process_end(process, PATIENCE).expect("waited for"), "process {process} did not end");
}

/// Waits for a command's end, and ends it if it does not come.
fn end_of(child: &mut Child, line: &str) -> ExitStatus {
    if let Some(status) = wait::child_end(child, PATIENCE).expect("waited for") {
        return status;
    }
    let _ = child.kill();
    panic!("`drawbridge {line}` did not end");
}

fn finish(mut child: Child, line: &str) -> Ran {
    let out = child.stdout.take().expect("its output");
    ended(child, line, out)
}

/// Waits for a command's end, with what is left of its output.
fn ended(mut child: Child, line: &str, out: impl std::io::Read + Send + 'static) -> Ran {
    fn rest(mut from: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<std::io::Result<String>> {
        std::thread::spawn(move || {
            let mut text = String::new();
            from.read_to_string(&mut text).map(|_| text)
        })
    }
    // Read on threads of their own: a full pipe would keep the command from ending.
    let (out, err) = (rest(out), rest(child.stderr.take().expect("its output")));
    let status = end_of(&mut child, line);
    Ran {
        line: line.to_owned(),
        code: status.code(),
        out: out.join().expect("read").expect("text"),
        err: err.join().expect("read").expect("text"),
    }
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub line: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// It must have done what was asked.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(self.code, Some(0), "`drawbridge {}` failed:\n{}{}", self.line, self.out, self.err);
        self
    }

    /// It must have failed with this exit code.
    #[track_caller]
    pub fn failed(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "`drawbridge {}`:\n{}{}", self.line, self.out, self.err);
        self
    }

    /// Its one JSON object.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "`drawbridge {}` prints one object: {}", self.line, self.out);
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("`drawbridge {}`: {}", self.line, self.out))
    }

    /// Its JSON objects, a line each.
    #[track_caller]
    pub fn objects(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }

    /// The one JSON object on standard error.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert_eq!(self.err.lines().count(), 1, "`drawbridge {}` tells one problem: {}", self.line, self.err);
        let value: Value = serde_json::from_str(&self.err).unwrap_or_else(|_| panic!("no JSON: {}", self.err));
        let keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "hint", "message"], "nothing more and nothing less");
        value
    }

    /// What it printed for a person, with everything that differs from run to run replaced.
    pub fn seen(&self, home: &Home, forge: Option<&Simulator>) -> String {
        let mut text = format!("{}{}", self.out, self.err).replace(&home.around().display().to_string(), "HOME");
        if let Some(forge) = forge {
            text = text.replace(forge.host().label(), "FORGE");
        }
        text
    }
}

/// A command that is still running.
pub struct Following {
    child: Child,
    lines: BufReader<ChildStdout>,
    line: String,
}

impl Following {
    /// The next line of its output, as JSON.
    #[track_caller]
    pub fn object(&mut self) -> Value {
        let line = self.text();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line:?}"))
    }

    /// The next line of its output.
    pub fn text(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Stops reading what it prints, as `head` does.
    pub fn close_output(self) -> Ran {
        let Self { child, lines, line } = self;
        drop(lines);
        ended(child, &line, std::io::empty())
    }

    /// Waits for its end, and reads the rest.
    pub fn finish(self) -> Ran {
        ended(self.child, &self.line, self.lines)
    }
}

/// Sends a signal to one process.
pub fn signal(process: u32, signal: &str) {
    let done = Command::new("kill").args(["-s", signal, &process.to_string()]).status().expect("kill runs");
    assert!(done.success(), "process {process} takes the signal {signal}");
}

/// Whether a process lives. A dead one whose parent has not looked yet counts as dead.
pub fn lives(process: u32) -> bool {
    let Ok(text) = fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    text.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

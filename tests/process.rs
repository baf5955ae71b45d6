//! The real `drawbridge` program in a home of its own: run a command, hold a keeper as a child.
//!
//! Not here: keepers inside the test's own process (`app.rs`).

use drawbridge_local_api::Client;
use drawbridge_testkit::{temp::TempVault, wait};
use std::{
    io::{BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::Duration,
};

/// Long enough for the slowest machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program beside the test's own executable.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("this test has an executable");
    let target = own.parent().and_then(std::path::Path::parent).expect("target/<profile>/deps");
    let program = target.join(format!("drawbridge{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "build it first: cargo build --workspace --bins");
    program
}

/// A home with nothing in it.
pub struct Home {
    pub folder: TempVault,
}

impl Home {
    pub fn new() -> Self {
        let folder = TempVault::new().expect("a temporary folder");
        let run = folder.around().join("run");
        std::fs::create_dir(&run).expect("a runtime folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700)).expect("closed to others");
        }
        Self { folder }
    }

    /// The program with this home and nothing of the person who runs the test.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.folder.around());
        command.env("XDG_RUNTIME_DIR", self.folder.around().join("run"));
        command.env("XDG_STATE_HOME", self.folder.around().join("state"));
        command.env("DRAWBRIDGE_VAULT", self.folder.path());
        // The least that is allowed: these tests unlock a hundred times.
        command.env("DRAWBRIDGE_UNLOCK_MS", "0");
        command.args(arguments);
        command
    }

    /// Runs a command with a secret on standard input and waits for it.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that reads nothing may be gone already; that is no fault of this write.
        let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
        child.wait_with_output().expect("the program ends")
    }

    /// A keeper as a child of the test, killed when dropped; answers when this returns.
    pub async fn keeper(&self) -> Keeper {
        Keeper::start(self.command(&["keeper", "run", "--json"]), self).await
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A keeper that a command started in the background would outlive its folder.
        let _ = self.command(&["keeper", "stop"]).stdin(Stdio::null()).output();
    }
}

/// A keeper in a process of its own, killed when dropped.
pub struct Keeper {
    child: Started,
    pub client: Client,
}

impl Keeper {
    /// Starts a program that keeps this home's vault and says so in a line; answers when this returns.
    pub async fn start(command: Command, home: &Home) -> Self {
        let child = Started::new(command);
        let note = drawbridge_keeper::find_keeper(&home.folder.path()).expect("a keeper's note");
        assert_eq!(note.pid, child.id(), "the one that was started");
        let client = Client::connect(&note.socket).await.expect("it answers");
        Self { child, client }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until its process has ended by itself.
    pub fn ended(mut self) {
        let status = wait::child_end(&mut self.child.child, PATIENCE).expect("waited for");
        assert!(status.is_some_and(|status| status.success()), "it ends in order: {status:?}");
    }

    /// SIGKILL, and wait until it is gone.
    pub fn kill(self) {
        drop(self.child);
    }
}

/// A program that has said that it runs; killed, and waited for, when dropped.
pub struct Started {
    child: Child,
    /// Held open, so that it may say more.
    _said: BufReader<ChildStdout>,
}

impl Started {
    /// Starts it, and waits for its first line.
    pub fn new(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let Some((_, said)) = wait::first_line(child.stdout.take().expect("piped"), PATIENCE) else {
            let _ = child.kill();
            panic!("it never said that it runs: {:?}", child.wait());
        };
        Self { child, _said: said }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Fails only for one that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

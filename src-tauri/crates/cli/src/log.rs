//! The background keeper's log: `$XDG_STATE_HOME/drawbridge/keeper.log`, for its owner only.
//!
//! The database's own messages are left out entirely: they can hold a key. Not here: what is
//! logged; rooms log codes and steps, never a host, a login or a token.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::PathBuf,
    sync::Mutex,
};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// A log that has grown beyond this is set aside at the next start.
const LARGE: u64 = 1024 * 1024;

/// Where the log is, if the system says where such things go.
pub(crate) fn path() -> Option<PathBuf> {
    let state = variable("XDG_STATE_HOME").filter(|dir| dir.is_absolute());
    let state = state.or_else(|| variable("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("drawbridge").join("keeper.log"))
}

#[allow(clippy::disallowed_methods, reason = "the composition reads the environment")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Logs into the file. Without a place for one, nothing is logged: standard error is not ours.
pub(crate) fn to_file() {
    if let Some(file) = path().and_then(|path| open(&path).ok()) {
        begin(Mutex::new(file), false);
    }
}

/// Logs to standard error, for a keeper that somebody watches.
pub(crate) fn to_standard_error() {
    begin(io::stderr, true);
}

fn begin<W>(writer: W, watched: bool)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let level = if watched { "warn" } else { "info" };
    let filter = EnvFilter::new(format!("{level},sqlx=off,hyper=warn,hyper_util=warn,reqwest=warn,h2=warn,zbus=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer);
    // Fails only if logging has begun already.
    let _ = log.try_init();
}

fn open(path: &std::path::Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > LARGE) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

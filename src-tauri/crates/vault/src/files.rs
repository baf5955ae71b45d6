//! Files of the vault folder: ours alone (0700, 0600), never through a symbolic link, written whole
//! or not at all.
//!
//! Not here: what is in them.

use crate::Error;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

fn failed(step: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    move |source| Error::File { step, source }
}

/// Makes the folder, readable by its owner only; its parents as the system makes them.
pub(crate) fn make_folder(dir: &Path) -> Result<(), Error> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent).map_err(failed("making the vault folder's parent"))?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(dir) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        other => other.map_err(failed("making the vault folder"))?,
    }
    check_folder(dir)
}

/// A folder of ours that nobody else can write to; tightened to 0700 if it is ours but wider.
pub(crate) fn check_folder(dir: &Path) -> Result<(), Error> {
    let found = fs::symlink_metadata(dir).map_err(failed("looking at the vault folder"))?;
    if found.file_type().is_symlink() {
        return Err(Error::Unsafe { what: "it is a symbolic link" });
    }
    if !found.is_dir() {
        return Err(Error::Unsafe { what: "it is not a folder" });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(Error::Unsafe { what: "it belongs to another user" });
        }
        if found.mode() & 0o077 != 0 {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(failed("closing the vault folder"))?;
        }
    }
    Ok(())
}

/// Options for a new file that only its owner can read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Reads a file of at most `limit` bytes; `None` if there is none.
pub(crate) fn read_bounded(path: &Path, limit: u64, what: &'static str) -> Result<Option<Vec<u8>>, Error> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::File { step: "looking at a vault file", source }),
        Ok(found) if !found.is_file() => return Err(Error::Unsafe { what: "a file in it is not a plain file" }),
        Ok(_) => {}
    }
    let file = File::open(path).map_err(failed("opening a vault file"))?;
    let mut content = Vec::new();
    file.take(limit + 1).read_to_end(&mut content).map_err(failed("reading a vault file"))?;
    if content.len() as u64 > limit {
        return Err(Error::Damaged { what });
    }
    Ok(Some(content))
}

/// Writes a file so that after a crash either the old or the new content is there, whole.
pub(crate) fn write_whole(dir: &Path, path: &Path, content: &[u8]) -> Result<(), Error> {
    let temporary = path.with_extension("part");
    let mut file = private().create(true).truncate(true).open(&temporary).map_err(failed("making a vault file"))?;
    file.write_all(content).map_err(failed("writing a vault file"))?;
    file.sync_all().map_err(failed("writing a vault file to disk"))?;
    drop(file);
    rename(dir, &temporary, path)
}

/// Renames within the vault folder, durably.
///
/// An error means that nothing was renamed. That a rename which everybody sees already might not
/// outlive a power cut is only logged: who took it for undone would act on a wrong state.
pub(crate) fn rename(dir: &Path, from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(failed("renaming a vault file"))?;
    if let Err(error) = sync_folder(dir) {
        tracing::warn!(%error, "a renamed file may not be durable");
    }
    Ok(())
}

/// Gives a finished file its name, durably and never over a file that is there. If a later step
/// fails the name is taken away again: what is told to have failed is not there.
pub(crate) fn publish(part: &Path, to: &Path) -> Result<(), Error> {
    let step = "giving a file its name";
    // A link fails where a file is there; a rename would replace it.
    match fs::hard_link(part, to) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(Error::FileExists),
        // Some file systems have no hard links: the name is taken first, then what is ours replaced.
        Err(_) => {
            private().create_new(true).open(to).map_err(|source| match source.kind() {
                ErrorKind::AlreadyExists => Error::FileExists,
                _ => Error::File { step, source },
            })?;
            if let Err(source) = fs::rename(part, to) {
                let _ = remove(to);
                return Err(Error::File { step, source });
            }
        }
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let done = remove(part).and_then(|()| folder.map_or(Ok(()), sync_folder));
    if done.is_err() {
        let _ = remove(to);
    }
    done
}

/// Removes a file, if there is one.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Error::File { step: "removing a vault file", source: error })
        }
        _ => Ok(()),
    }
}

/// A database file and what SQLite keeps beside it.
fn with_sidecars(path: &Path) -> impl Iterator<Item = PathBuf> {
    ["-shm", "-wal", "-journal", ""].into_iter().map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}

/// Removes a database, the main file last.
pub(crate) fn remove_database(path: &Path) -> Result<(), Error> {
    with_sidecars(path).try_for_each(|file| remove(&file))
}

/// Whether a closed database was closed in full: its log is empty or gone.
pub(crate) fn check_closed(path: &Path) -> Result<(), Error> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    match fs::symlink_metadata(&log) {
        Ok(found) if found.len() > 0 => {
            let source = std::io::Error::new(ErrorKind::StorageFull, "its log could not be written back");
            Err(Error::File { step: "closing a database", source })
        }
        _ => Ok(()),
    }
}

/// The name of a folder for files that were put aside: digits and the word, never a path.
pub(crate) fn is_aside_name(name: &str) -> bool {
    name.strip_prefix("put-aside-").is_some_and(|rest| {
        !rest.is_empty() && rest.len() <= 32 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

/// Makes a folder within the vault's, if it is not there.
pub(crate) fn make_inner_folder(path: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => check_folder(path),
        other => other.map_err(failed("making a folder in the vault's")),
    }
}

/// Copies a small file into a folder, durably, if it is there.
pub(crate) fn copy_into(folder: &Path, file: &Path, limit: u64) -> Result<(), Error> {
    let Some(name) = file.file_name() else { return Ok(()) };
    match read_bounded(file, limit, "a file to put aside")? {
        Some(content) => write_whole(folder, &folder.join(name), &content),
        None => Ok(()),
    }
}

/// Moves a database into a folder, the main file last, so that a kill is made good by doing it again.
pub(crate) fn move_database(dir: &Path, folder: &Path, name: &str) -> Result<(), Error> {
    for from in with_sidecars(&dir.join(name)) {
        let Some(name) = from.file_name() else { continue };
        match fs::rename(&from, folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::File { step: "putting a vault file aside", source: error });
            }
            _ => {}
        }
    }
    sync_folder(folder)?;
    sync_folder(dir)
}

/// Makes what happened to a folder's entries durable.
pub(crate) fn sync_folder(dir: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    File::open(dir).and_then(|folder| folder.sync_all()).map_err(failed("writing the vault folder to disk"))?;
    Ok(())
}

/// Makes a file's content durable.
pub(crate) fn sync_file(path: &Path) -> Result<(), Error> {
    OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(failed("writing a vault file to disk"))
}

/// A database that no header names yet; gone again when this is dropped before [`Unfinished::keep`].
pub(crate) struct Unfinished {
    path: PathBuf,
    kept: bool,
}

impl Unfinished {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, kept: false }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A header names it now.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.kept {
            let _ = remove_database(&self.path);
        }
    }
}

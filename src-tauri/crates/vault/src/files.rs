//! Files of the vault folder: ours alone (0700, 0600), never through a symbolic link, written whole
//! or not at all.
//!
//! Not here: what is in them.

use crate::Error;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    path::Path,
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
        let ours = fs::symlink_metadata("/proc/self").map_or(found.uid(), |me| me.uid());
        if found.uid() != ours {
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
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Error> {
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
        return Err(Error::Damaged { what: "the header file" });
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
pub(crate) fn rename(dir: &Path, from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(failed("renaming a vault file"))?;
    #[cfg(unix)]
    File::open(dir).and_then(|folder| folder.sync_all()).map_err(failed("writing the vault folder to disk"))?;
    Ok(())
}

/// Removes what a crash left of a vault that was never finished.
pub(crate) fn remove_unfinished(path: &Path) -> Result<(), Error> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::File { step: "removing an unfinished vault", source: error });
            }
            _ => {}
        }
    }
    Ok(())
}

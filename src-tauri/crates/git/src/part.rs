//! The folder in which something is made before it is moved to its place, so that it is there whole or not at
//! all.
//!
//! Not here: what is made.

use crate::Error;
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// The folder in which a copy is made, beside its place. Leaves nothing behind when it is dropped.
pub(crate) struct Part {
    folder: PathBuf,
    /// Where it is made.
    pub tree: PathBuf,
    /// Folders around its place that were not there before, innermost first.
    around: Vec<PathBuf>,
    /// Held as long as this program works on it: without it, what lies there was left by one that died.
    _lock: File,
}

impl Part {
    /// Takes the place beside `into`, and clears what a program that died left there.
    pub(crate) fn begin(into: &Path) -> Result<Self, Error> {
        let failed = |step| move |source| Error::Folder { step, source };
        require_empty(into)?;
        let (parent, name) = match (into.parent(), into.file_name()) {
            (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => (parent, name),
            _ => return Err(failed("finding the folder")(io::ErrorKind::InvalidInput.into())),
        };
        let folder = parent.join(format!(".{}.part", name.to_string_lossy()));
        let around = parent.ancestors().take_while(|place| !place.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(&folder).map_err(failed("making the folder"))?;
        let lock = File::create(folder.join("lock")).map_err(failed("making the folder"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Error(source)) => return Err(failed("locking the folder")(source)),
        }
        let tree = folder.join("tree");
        for left in [&tree, &folder.join("store")] {
            if left.exists() {
                fs::remove_dir_all(left).map_err(failed("clearing what was left half done"))?;
            }
        }
        Ok(Self { folder, tree, around, _lock: lock })
    }

    /// A place for what is needed on the way and thrown away.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Moves what was made to its place.
    pub(crate) fn finish(self, into: &Path) -> Result<(), Error> {
        require_empty(into)?;
        // A folder can't be moved onto another everywhere, even an empty one.
        if into.exists() {
            fs::remove_dir(into).map_err(|source| Error::Folder { step: "taking the empty folder's place", source })?;
        }
        fs::rename(&self.tree, into).map_err(|source| Error::Folder { step: "moving the copy to its place", source })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(error = &error as &dyn std::error::Error, "a half made copy was left behind");
        }
        for place in &self.around {
            // One that holds something by now stays.
            if fs::remove_dir(place).is_err() {
                break;
            }
        }
    }
}

fn require_empty(into: &Path) -> Result<(), Error> {
    match fs::read_dir(into) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Error::NotEmpty),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(Error::NotEmpty),
        Err(source) => Err(Error::Folder { step: "looking into the folder", source }),
    }
}

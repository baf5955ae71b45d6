//! The lock that makes sure of exactly one keeper per vault, across processes.
//!
//! An advisory lock of the operating system on `keeper.lock`: it ends with the process that holds
//! it, however that ends, so there is no stale lock to guess about. The file's content says where
//! the keeper answers. Not here: talking to that keeper.

use crate::{Error, files};
use serde::{Deserialize, Serialize};
use std::{
    fs::{File, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

/// What a keeper leaves in the lock file for others to find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockNote {
    /// Its process id.
    pub pid: u32,
    /// Its local socket.
    pub socket: String,
}

/// Held for as long as a keeper looks after a vault.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

impl FolderLock {
    /// Takes the lock, making the folder if there is none. [`Error::Busy`] if another keeper has it.
    pub fn take(dir: &Path, note: &LockNote) -> Result<Self, Error> {
        files::make_folder(dir)?;
        let failed = |source| Error::File { step: "opening the keeper's lock", source };
        let path = dir.join("keeper.lock");
        let mut file = files::private().read(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(Self::note(dir))),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let text = serde_json::to_vec(note).map_err(|_| Error::Derive)?;
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(&text))
            .and_then(|()| file.flush())
            .map_err(|source| Error::File { step: "writing the keeper's lock", source })?;
        Ok(Self { file })
    }

    /// The note in a folder's lock file, true only while [`FolderLock::held`].
    pub fn note(dir: &Path) -> Option<LockNote> {
        let mut text = String::new();
        File::open(dir.join("keeper.lock")).ok()?.take(4096).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether some process holds the folder's lock now.
    pub fn held(dir: &Path) -> bool {
        File::open(dir.join("keeper.lock"))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Emptied first, so that nobody reads the address of a keeper that is gone.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

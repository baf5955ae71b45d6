//! Where the keeper of a vault folder answers: it writes that into the file it locks.
//!
//! Not here: taking the lock (the keeper's business) and starting a keeper (the front's).

use serde::Deserialize;
use std::{
    fs::{File, TryLockError},
    io::Read as _,
    path::{Path, PathBuf},
};

/// The file in the vault folder that a living keeper holds locked.
const LOCK_FILE: &str = "keeper.lock";
/// Far more than a process id and a path need.
const LOCK_FILE_LIMIT: u64 = 16 * 1024;

/// The keeper that last took a vault folder. It may be gone: only an answer tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Resident {
    /// Its process.
    pub pid: u32,
    /// Its socket.
    pub socket: PathBuf,
}

/// Reads which keeper last took the folder. `None` if none ever did, or if it is only just
/// starting and has not written it yet.
pub fn resident(vault_dir: &Path) -> Option<Resident> {
    let mut text = Vec::new();
    File::open(vault_dir.join(LOCK_FILE)).ok()?.take(LOCK_FILE_LIMIT).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Whether no keeper holds the folder right now. Only for those who wait for one to end: looking
/// takes the lock for a moment, which a keeper that starts in that moment has to bear.
pub fn lock_is_free(vault_dir: &Path) -> bool {
    match File::open(vault_dir.join(LOCK_FILE)) {
        // Closing the file right away gives the lock back.
        Ok(file) => !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_is_read_from_the_lock_file_and_nothing_else_is() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(resident(dir.path()), None, "no file, no keeper");
        assert!(lock_is_free(dir.path()), "no file, no lock");
        std::fs::write(dir.path().join(LOCK_FILE), r#"{"pid":7,"socket":"/run/x.sock","later":1}"#).expect("written");
        assert_eq!(resident(dir.path()), Some(Resident { pid: 7, socket: "/run/x.sock".into() }));
        for broken in ["", "{", "{\"pid\":\"7\"}", "7"] {
            std::fs::write(dir.path().join(LOCK_FILE), broken).expect("written");
            assert_eq!(resident(dir.path()), None, "{broken:?} names no keeper");
        }
    }

    #[test]
    fn a_held_lock_is_seen_and_a_dropped_one_too() {
        let dir = tempfile::tempdir().expect("a folder");
        let held = File::create(dir.path().join(LOCK_FILE)).expect("created");
        held.lock().expect("locked");
        assert!(!lock_is_free(dir.path()), "somebody holds it");
        drop(held);
        assert!(lock_is_free(dir.path()), "nobody holds it any more");
    }
}

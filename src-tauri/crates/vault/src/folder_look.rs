//! What can be told of a vault folder without opening anything: for a doctor's look.
//!
//! Not here: judging it.

use crate::{Error, files, header, header::Header, opening::databases};
use std::path::Path;

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderLook {
    /// Why the folder is not safe to use.
    pub unsafe_because: Option<&'static str>,
    /// How many copies of the header can be read.
    pub header_copies: usize,
    /// Databases that no header names.
    pub unnamed: usize,
    /// Whether nothing can be written there.
    pub read_only: bool,
    /// Bytes left on its disk.
    pub free_bytes: Option<u64>,
}

/// Looks at a folder. One that is not there is empty.
pub fn look_at_folder(dir: &Path) -> FolderLook {
    let mut look = FolderLook::default();
    if !dir.exists() {
        return look;
    }
    if let Err(Error::Unsafe { what }) = files::check_folder(dir) {
        look.unsafe_because = Some(what);
        return look;
    }
    let headers: Vec<Header> =
        [header::path(dir), header::copy_path(dir)].iter().filter_map(|path| Header::read(path).ok()).collect();
    look.header_copies = headers.len();
    let named = |name: &String| headers.iter().any(|header| header.database == *name);
    look.unnamed = databases(dir).unwrap_or_default().iter().filter(|name| !named(name)).count();
    #[cfg(unix)]
    {
        look.read_only = rustix::fs::access(dir, rustix::fs::Access::WRITE_OK).is_err();
        look.free_bytes = rustix::fs::statvfs(dir).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    }
    look
}

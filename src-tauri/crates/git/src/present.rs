//! What is in a folder already.
//!
//! Not here: bringing it up to date.

use git2::{Repository, RepositoryOpenFlags};
use std::{ffi::OsStr, path::Path};

/// Where the copy in a folder comes from; none if there is no whole copy of anything.
pub fn origin(folder: &Path) -> Option<String> {
    let repository = Repository::open_ext(folder, RepositoryOpenFlags::NO_SEARCH, &[] as &[&OsStr]).ok()?;
    // As it is written there, and not as a person's own configuration would have it for their own git.
    let from = repository.config().ok()?.get_string("remote.origin.url").ok()?;
    // What names a commit that is not there was broken off.
    let whole = match repository.head() {
        Ok(head) => head.peel_to_commit().is_ok(),
        Err(error) => error.code() == git2::ErrorCode::UnbornBranch,
    };
    whole.then_some(from)
}

//! Files that are named on the command line. The keeper has a folder of its own, so it is told
//! whole paths.
//!
//! Not here: reading or writing them; the keeper does that.

use crate::failure::Failure;
use std::path::Path;

/// A named file as a whole path, from where the person is.
pub(crate) fn whole(file: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(file).ok().and_then(|path| path.to_str().map(str::to_owned));
    whole.ok_or_else(|| Failure::usage("That file's name can't be used.", "Name one that is text (UTF-8)."))
}

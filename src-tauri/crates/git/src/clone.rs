//! Copies a repository into a folder: whole or not at all, with progress, and stopped when asked.
//!
//! It is made beside its place and moved there when it is whole, so that a folder that was cancelled, or
//! whose program was killed, never looks like a copy. Hooks and filters are not run. Not here: updating a copy,
//! and the files of one folder without their history (`subtree`).

use crate::{
    Error, Remote,
    part::Part,
    remote::{self, References, fetch_options, reaching},
    submodules,
};
use git2::{Repository, RepositoryInitOptions, Tree, build::CheckoutBuilder};
use std::{num::NonZeroU32, path::Path};
use tokio_util::sync::CancellationToken;

/// A file that says what kind of repository it is, and is longer, is not looked at.
const LONGEST_MARK: usize = 1024 * 1024;

/// What is wanted.
#[derive(Debug)]
pub struct Clone<'a> {
    /// From where.
    pub remote: &'a Remote,
    /// Into which folder: one that is not there yet, or is empty.
    pub into: &'a Path,
    /// Which branch or tag; none for the host's choice.
    pub reference: Option<&'a str>,
    /// How many commits back; none for all.
    pub depth: Option<NonZeroU32>,
    /// Whether the repositories that it names as submodules are copied too.
    pub submodules: bool,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloned {
    /// What is checked out; none from a repository without anything in it.
    pub commit: Option<String>,
    /// The branch or tag of it.
    pub reference: Option<String>,
    /// Whether some files are only pointers to what Git LFS would fetch.
    pub lfs_pointers: bool,
    /// Whether it names other repositories as submodules, whether or not those were copied.
    pub submodules: bool,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The host sends.
    Receiving,
    /// What came is put together.
    Resolving,
    /// Files are written.
    CheckingOut,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Objects or files so far.
    pub done: usize,
    /// Of so many.
    pub of: usize,
    /// Bytes received.
    pub bytes: usize,
}

impl Progress {
    pub(crate) fn of_transfer(piece: &git2::Progress<'_>) -> Self {
        let (stage, done, of) = if piece.received_objects() < piece.total_objects() {
            (Stage::Receiving, piece.received_objects(), piece.total_objects())
        } else {
            (Stage::Resolving, piece.indexed_deltas(), piece.total_deltas())
        };
        Self { stage, done, of, bytes: piece.received_bytes() }
    }
}

/// Copies a repository. `progress` must return at once.
pub fn clone(
    wanted: &Clone<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<Cloned, Error> {
    let part = Part::begin(wanted.into)?;
    let made = fill(wanted, &part.tree, progress, cancel)?;
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    part.finish(wanted.into)?;
    Ok(made)
}

/// What is checked out.
pub(crate) enum Wanted {
    Branch(String),
    Tag(String),
    Nothing,
}

fn fill(
    wanted: &Clone<'_>,
    tree: &Path,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<Cloned, Error> {
    let failed = |step| move |source: git2::Error| Error::Git { step, source };
    let mut options = RepositoryInitOptions::new();
    // A person's template could bring hooks along.
    options.external_template(false);
    let repository = Repository::init_opts(tree, &options).map_err(failed("making an empty repository"))?;
    let heads = remote::heads(&repository, wanted.remote, cancel)?;
    let what = choose(wanted.reference, &heads)?;
    repository.remote("origin", wanted.remote.url.as_str()).map_err(failed("noting where it comes from"))?;
    let mut origin = remote::at_its_address(&repository, &wanted.remote.url)?;
    let mut options = fetch_options(wanted.remote, cancel, |piece| {
        progress(Progress::of_transfer(piece));
        true
    });
    let all = "+refs/heads/*:refs/remotes/origin/*";
    let specs = match (&what, wanted.depth) {
        (Wanted::Nothing, _) => {
            return Ok(Cloned { commit: None, reference: None, lfs_pointers: false, submodules: false });
        }
        (Wanted::Branch(name), Some(depth)) => {
            options.depth(i32::try_from(depth.get()).unwrap_or(i32::MAX));
            vec![format!("+refs/heads/{name}:refs/remotes/origin/{name}")]
        }
        (Wanted::Tag(name), Some(depth)) => {
            options.depth(i32::try_from(depth.get()).unwrap_or(i32::MAX));
            vec![format!("+refs/tags/{name}:refs/tags/{name}")]
        }
        (Wanted::Branch(_), None) => vec![all.to_owned()],
        // It may lie on no branch, and would not come along with any.
        (Wanted::Tag(name), None) => vec![all.to_owned(), format!("+refs/tags/{name}:refs/tags/{name}")],
    };
    origin.fetch(&specs, Some(&mut options), None).map_err(|source| reaching(source, cancel))?;
    drop(options);

    let (full, name) = match &what {
        Wanted::Branch(name) => (format!("refs/remotes/origin/{name}"), name),
        Wanted::Tag(name) => (format!("refs/tags/{name}"), name),
        Wanted::Nothing => return Err(Error::NoReference),
    };
    let found = repository.find_reference(&full).and_then(|reference| reference.peel_to_commit());
    let commit = found.map_err(failed("finding what to check out"))?;
    match &what {
        Wanted::Branch(name) => {
            let mut branch = repository.branch(name, &commit, false).map_err(failed("making the branch"))?;
            branch.set_upstream(Some(&format!("origin/{name}"))).map_err(failed("noting the branch's origin"))?;
            repository.set_head(&format!("refs/heads/{name}")).map_err(failed("choosing the branch"))?;
        }
        Wanted::Tag(_) | Wanted::Nothing => {
            repository.set_head_detached(commit.id()).map_err(failed("choosing the tag"))?;
        }
    }
    check_out(&repository, progress, cancel)?;
    if wanted.submodules {
        submodules::fetch(&repository, wanted.remote, progress, cancel)?;
    }
    let root = commit.tree().map_err(failed("reading the repository's folders"))?;
    Ok(Cloned {
        commit: Some(commit.id().to_string()),
        reference: Some(name.clone()),
        lfs_pointers: says(&repository, &root, ".gitattributes", "filter=lfs"),
        submodules: says(&repository, &root, ".gitmodules", "[submodule"),
    })
}

/// Whether a file of a folder has a word. As it was committed: what lies on the disk can be a link to anywhere.
pub(crate) fn says(repository: &Repository, folder: &Tree<'_>, file: &str, word: &str) -> bool {
    let Some(entry) = folder.get_name(file).filter(|entry| matches!(entry.filemode(), 0o100_644 | 0o100_755)) else {
        return false;
    };
    let short =
        repository.odb().and_then(|all| all.read_header(entry.id())).is_ok_and(|(size, _)| size <= LONGEST_MARK);
    let blob = short.then(|| repository.find_blob(entry.id()).ok()).flatten();
    blob.is_some_and(|blob| blob.content().windows(word.len()).any(|part| part == word.as_bytes()))
}

/// The branch or tag that is meant, of those there are.
pub(crate) fn choose(reference: Option<&str>, heads: &References) -> Result<Wanted, Error> {
    let Some(name) = reference else {
        // Some hosts name no branch to check out though they have some.
        let first = || heads.branches.first().map(|branch| branch.name.clone());
        return Ok(heads.default_branch.clone().or_else(first).map_or(Wanted::Nothing, Wanted::Branch));
    };
    if heads.branches.iter().any(|branch| branch.name == name) {
        Ok(Wanted::Branch(name.to_owned()))
    } else if heads.tags.iter().any(|tag| tag.name == name) {
        Ok(Wanted::Tag(name.to_owned()))
    } else {
        Err(Error::NoReference)
    }
}

pub(crate) fn check_out(
    repository: &Repository,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<(), Error> {
    repository.checkout_head(Some(&mut checkout(progress, cancel))).map_err(|source| writing_files(source, cancel))
}

/// How files are written: told about, and stopped when asked.
pub(crate) fn checkout<'a>(
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a CancellationToken,
) -> CheckoutBuilder<'a> {
    let mut checkout = CheckoutBuilder::new();
    checkout
        .force()
        .progress(|_, done, of| progress(Progress { stage: Stage::CheckingOut, done, of, bytes: 0 }))
        .notify_on(git2::CheckoutNotificationType::UPDATED)
        .notify(|_, _, _, _, _| !cancel.is_cancelled());
    checkout
}

pub(crate) fn writing_files(source: git2::Error, cancel: &CancellationToken) -> Error {
    if cancel.is_cancelled() { Error::Cancelled } else { remote::writing("writing the files", source) }
}

//! Copies a repository into a folder: whole or not at all, with progress, and stopped when asked.
//!
//! It is made beside its place and moved there when it is whole, so that a folder that was cancelled, or
//! whose program was killed, never looks like a copy. Hooks and filters are not run, submodules are left
//! alone. Not here: updating a copy.

use crate::{
    Error, Remote,
    remote::{self, References, fetch_options, reaching},
};
use git2::{Repository, RepositoryInitOptions, build::CheckoutBuilder};
use std::{
    fs::{self, File, TryLockError},
    io,
    num::NonZeroU32,
    path::{Path, PathBuf},
};
use tokio_util::sync::CancellationToken;

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
    /// Whether it names other repositories as submodules, which were not copied.
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

/// The folder in which a copy is made, beside its place. Leaves nothing behind when it is dropped.
struct Part {
    folder: PathBuf,
    tree: PathBuf,
    /// Held as long as this program works on it: without it, what lies there was left by one that died.
    _lock: File,
}

impl Part {
    fn begin(into: &Path) -> Result<Self, Error> {
        let failed = |step| move |source| Error::Folder { step, source };
        require_empty(into)?;
        let (parent, name) = match (into.parent(), into.file_name()) {
            (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => (parent, name),
            _ => return Err(failed("finding the folder")(io::ErrorKind::InvalidInput.into())),
        };
        let folder = parent.join(format!(".{}.part", name.to_string_lossy()));
        fs::create_dir_all(&folder).map_err(failed("making the folder"))?;
        let lock = File::create(folder.join("lock")).map_err(failed("making the folder"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Error(source)) => return Err(failed("locking the folder")(source)),
        }
        let tree = folder.join("tree");
        if tree.exists() {
            fs::remove_dir_all(&tree).map_err(failed("clearing what was left half done"))?;
        }
        Ok(Self { folder, tree, _lock: lock })
    }

    fn finish(self, into: &Path) -> Result<(), Error> {
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

/// What is checked out.
enum Wanted {
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
    let mut origin =
        repository.remote("origin", wanted.remote.url.as_str()).map_err(failed("noting where it comes from"))?;
    let mut options = fetch_options(wanted.remote, cancel, |piece| {
        let (stage, done, of) = if piece.received_objects() < piece.total_objects() {
            (Stage::Receiving, piece.received_objects(), piece.total_objects())
        } else {
            (Stage::Resolving, piece.indexed_deltas(), piece.total_deltas())
        };
        progress(Progress { stage, done, of, bytes: piece.received_bytes() });
        true
    });
    let spec = match (&what, wanted.depth) {
        (Wanted::Nothing, _) => {
            return Ok(Cloned { commit: None, reference: None, lfs_pointers: false, submodules: false });
        }
        (Wanted::Branch(name), Some(depth)) => {
            options.depth(i32::try_from(depth.get()).unwrap_or(i32::MAX));
            format!("+refs/heads/{name}:refs/remotes/origin/{name}")
        }
        (Wanted::Tag(name), Some(depth)) => {
            options.depth(i32::try_from(depth.get()).unwrap_or(i32::MAX));
            format!("+refs/tags/{name}:refs/tags/{name}")
        }
        (Wanted::Branch(_) | Wanted::Tag(_), None) => "+refs/heads/*:refs/remotes/origin/*".to_owned(),
    };
    origin.fetch(&[spec], Some(&mut options), None).map_err(|source| reaching(source, cancel))?;
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
    let says = |file: &str, word: &str| fs::read_to_string(tree.join(file)).is_ok_and(|text| text.contains(word));
    Ok(Cloned {
        commit: Some(commit.id().to_string()),
        reference: Some(name.clone()),
        lfs_pointers: says(".gitattributes", "filter=lfs"),
        submodules: says(".gitmodules", "[submodule"),
    })
}

fn choose(reference: Option<&str>, heads: &References) -> Result<Wanted, Error> {
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

fn check_out(
    repository: &Repository,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let mut checkout = CheckoutBuilder::new();
    checkout
        .force()
        .progress(|_, done, of| progress(Progress { stage: Stage::CheckingOut, done, of, bytes: 0 }))
        .notify_on(git2::CheckoutNotificationType::UPDATED)
        .notify(|_, _, _, _, _| !cancel.is_cancelled());
    repository.checkout_head(Some(&mut checkout)).map_err(|source| {
        if cancel.is_cancelled() { Error::Cancelled } else { remote::writing("writing the files", source) }
    })
}

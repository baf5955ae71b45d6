//! The files of one folder of a repository, or one file of it, at one branch, tag or commit, without the history
//! around them.
//!
//! They land as plain files and not as a work tree: a work tree has its root where the repository has it, so
//! that a folder of it would come with the folders around it. Not here: whole repositories (`clone`).

use crate::{
    Error, Progress, Remote,
    clone::{Wanted, checkout, choose, says, writing_files},
    part::Part,
    remote::{self, fetch_options, reaching},
};
use git2::{ObjectType, Oid, Repository, RepositoryInitOptions, Tree};
use std::{fs, path::Path};
use tokio_util::sync::CancellationToken;

/// What is wanted.
#[derive(Debug)]
pub struct Subtree<'a> {
    /// From where.
    pub remote: &'a Remote,
    /// Into which folder: one that is not there yet, or is empty.
    pub into: &'a Path,
    /// Which branch, tag or commit, by all its digits; none for the host's choice.
    pub reference: Option<&'a str>,
    /// Which folder or file of the repository, as `a/b`; empty for all of it. A file lands in `into` under its own
    /// name.
    pub path: &'a str,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The commit they are of.
    pub commit: String,
    /// The branch or tag of it, or the commit itself where that was asked for.
    pub reference: String,
    /// Whether some files are only pointers to what Git LFS would fetch.
    pub lfs_pointers: bool,
}

/// Fetches the files. `progress` must return at once.
pub fn subtree(
    wanted: &Subtree<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<Files, Error> {
    let part = Part::begin(wanted.into)?;
    let made = fill(wanted, &part, progress, cancel)?;
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    part.finish(wanted.into)?;
    Ok(made)
}

fn fill(
    wanted: &Subtree<'_>,
    part: &Part,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<Files, Error> {
    let failed = |step| move |source: git2::Error| Error::Git { step, source };
    let mut options = RepositoryInitOptions::new();
    options.external_template(false).bare(true);
    let repository = Repository::init_opts(part.beside("store"), &options).map_err(failed("making a repository"))?;
    let heads = remote::heads(&repository, wanted.remote, cancel)?;
    let (commit, name) = match choose(wanted.reference, &heads) {
        Ok(Wanted::Branch(name)) => {
            (named(&repository, wanted, &format!("refs/heads/{name}"), progress, cancel)?, name)
        }
        Ok(Wanted::Tag(name)) => (named(&repository, wanted, &format!("refs/tags/{name}"), progress, cancel)?, name),
        Ok(Wanted::Nothing) => return Err(Error::NoPath),
        Err(error) => {
            let Some(id) = wanted.reference.and_then(commit_id) else { return Err(error) };
            remote::fetch_commit(&repository, &wanted.remote.url, wanted.remote, id, progress, cancel)?;
            (id, id.to_string())
        }
    };
    let commit = repository.find_commit(commit).map_err(failed("finding what to check out"))?;
    let root = commit.tree().map_err(failed("reading the repository's folders"))?;
    let folder = at(&repository, &root, wanted.path)?;
    fs::create_dir(&part.tree).map_err(|source| Error::Folder { step: "making the folder", source })?;
    let mut writing = checkout(progress, cancel);
    writing.target_dir(&part.tree).update_index(false);
    repository.checkout_tree(folder.as_object(), Some(&mut writing)).map_err(|source| writing_files(source, cancel))?;
    let lfs = |folder: &Tree<'_>| says(&repository, folder, ".gitattributes", "filter=lfs");
    Ok(Files { commit: commit.id().to_string(), reference: name, lfs_pointers: lfs(&root) || lfs(&folder) })
}

/// Fetches the newest commit of a branch or a tag.
fn named(
    repository: &Repository,
    wanted: &Subtree<'_>,
    full: &str,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<Oid, Error> {
    let mut options = fetch_options(wanted.remote, cancel, |piece| {
        progress(Progress::of_transfer(piece));
        true
    });
    options.depth(1).download_tags(git2::AutotagOption::None);
    let mut origin = remote::at_its_address(repository, &wanted.remote.url)?;
    origin.fetch(&[format!("+{full}:{full}")], Some(&mut options), None).map_err(|source| reaching(source, cancel))?;
    let found = repository.find_reference(full).and_then(|reference| reference.peel_to_commit());
    let commit = found.map_err(|source| Error::Git { step: "finding what to check out", source })?;
    Ok(commit.id())
}

/// The commit that a text names by all of its digits.
fn commit_id(text: &str) -> Option<Oid> {
    let whole = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Oid::from_str(text).ok().filter(|_| whole)
}

/// The folder at a path; for a file, a folder of that one, so that it is written as carefully as all others.
fn at<'r>(repository: &'r Repository, root: &Tree<'r>, path: &str) -> Result<Tree<'r>, Error> {
    let failed = |source| Error::Git { step: "reading the repository's folders", source };
    let mut here = root.clone();
    let mut names = path.split('/').filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        let entry = here.get_name(name).ok_or(Error::NoPath)?;
        let (id, kind, mode) = (entry.id(), entry.kind(), entry.filemode());
        drop(entry);
        here = match kind {
            Some(ObjectType::Tree) => repository.find_tree(id).map_err(failed)?,
            Some(ObjectType::Blob) if names.peek().is_none() => {
                let mut alone = repository.treebuilder(None).map_err(failed)?;
                alone.insert(name, id, mode).map_err(failed)?;
                let alone = alone.write().map_err(failed)?;
                repository.find_tree(alone).map_err(failed)?
            }
            _ => return Err(Error::NoPath),
        };
    }
    Ok(here)
}

//! Repositories within a repository: fetched only when asked for, and by the same rules.
//!
//! Where they are is written by whoever wrote the repository: only addresses that a repository itself may have
//! are followed, and the credential is for those at the same host. Where one goes is written there, too. The
//! library's own update is not used: when it fails, it empties the folder of that name where the program runs.
//! Not here: the repository around them.

use crate::{
    Error, Progress, Remote,
    clone::check_out,
    remote::{at_its_address, fetch_commit, fetch_options, reaching},
};
use git2::{Oid, Repository};
use std::path::{Component, Path};
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

/// How deep they may lie in each other.
const MAX_DEPTH: usize = 5;
/// How many a copy may have in all.
const MAX_COUNT: usize = 200;

/// Fetches and checks out what a repository names, and what that names.
pub(crate) fn fetch(
    repository: &Repository,
    remote: &Remote,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let mut count = 0;
    within(repository, &remote.url, remote, &mut count, 0, progress, cancel)
}

fn within(
    repository: &Repository,
    around: &Url,
    remote: &Remote,
    count: &mut usize,
    depth: usize,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let failed = |step| move |source: git2::Error| Error::Git { step, source };
    for mut one in repository.submodules().map_err(failed("reading the submodules"))? {
        // One that is listed and not there is none to git either.
        let Some(commit) = one.index_id() else { continue };
        let refused = Error::Submodule { path: one.path().display().to_string() };
        let (Ok(name), Ok(Some(written))) = (one.name().map(str::to_owned), one.url()) else { return Err(refused) };
        *count += 1;
        let address = resolve(around, written).filter(|_| *count <= MAX_COUNT && depth < MAX_DEPTH);
        let inside = repository.workdir().is_some_and(|root| is_inside(root, one.path()));
        let Some(address) = address.filter(|_| inside) else { return Err(refused) };
        let mut config = repository.config().map_err(failed("reading the copy's configuration"))?;
        // What the library would work out itself, so that what was looked at is what is fetched.
        config.set_str(&format!("submodule.{name}.url"), address.as_str()).map_err(failed("noting a submodule"))?;
        let inner = one.repo_init(true).map_err(failed("making a submodule"))?;
        let elsewhere = Remote { url: address.clone(), credential: None };
        let shown = if address.origin() == remote.url.origin() { remote } else { &elsewhere };
        fill(&inner, &address, shown, commit, progress, cancel).map_err(|error| match error {
            // Said of the part, and not of the repository around it.
            Error::NotFound | Error::NoReference => refused,
            Error::Unauthorized if address.origin() != remote.url.origin() => refused,
            error => error,
        })?;
        within(&inner, &address, remote, count, depth + 1, progress, cancel)?;
    }
    Ok(())
}

/// Fetches a submodule and checks out the commit that is meant.
fn fill(
    inner: &Repository,
    address: &Url,
    shown: &Remote,
    commit: Oid,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let failed = |step| move |source: git2::Error| Error::Git { step, source };
    let mut options = fetch_options(shown, cancel, |piece| {
        progress(Progress::of_transfer(piece));
        true
    });
    let mut origin = at_its_address(inner, address)?;
    let fetched = origin.fetch(&["+refs/heads/*:refs/remotes/origin/*"], Some(&mut options), None);
    fetched.map_err(|source| reaching(source, cancel))?;
    drop((options, origin));
    // It may lie on no branch any more.
    if inner.find_commit(commit).is_err() {
        fetch_commit(inner, address, shown, commit, progress, cancel)?;
    }
    inner.set_head_detached(commit).map_err(failed("choosing a submodule's commit"))?;
    check_out(inner, progress, cancel)
}

/// Whether a path leads to a place below a folder, through no link on the way.
fn is_inside(root: &Path, path: &Path) -> bool {
    let mut here = root.to_owned();
    !path.as_os_str().is_empty()
        && path.components().all(|part| {
            here.push(part);
            matches!(part, Component::Normal(_)) && !here.symlink_metadata().is_ok_and(|found| found.is_symlink())
        })
}

/// Where a submodule is; none if that is no address that a repository itself may have.
fn resolve(around: &Url, written: &str) -> Option<Url> {
    let url = if written.starts_with("./") || written.starts_with("../") {
        let mut folder = around.clone();
        folder.path_segments_mut().ok()?.pop_if_empty().push("");
        folder.join(written).ok()?
    } else {
        Url::parse(written).ok()?
    };
    let local = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => name == "localhost",
    };
    let open = url.username().is_empty() && url.password().is_none();
    // A repository on the network has nothing to name on this computer.
    let fits = match url.scheme() {
        "https" => !local || url.origin() == around.origin(),
        "http" => local && url.origin() == around.origin(),
        _ => false,
    };
    (fits && open).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_submodule_goes_into_the_copy_and_through_no_link() {
        let place = tempfile::tempdir().unwrap_or_else(|_| unreachable!());
        let link = place.path().join("away");
        std::os::unix::fs::symlink(std::env::temp_dir(), link).unwrap_or_else(|_| unreachable!());
        for (path, fits) in [
            ("parts/inner", true),
            ("a", true),
            ("", false),
            ("away", false),
            ("away/x", false),
            ("../x", false),
            ("/x", false),
        ] {
            assert_eq!(is_inside(place.path(), Path::new(path)), fits, "{path}");
        }
    }

    #[test]
    fn a_submodule_lies_where_a_repository_may() {
        let around = Url::parse("https://git.example/acme/boats.git").unwrap_or_else(|_| unreachable!());
        let resolved = |written| resolve(&around, written).map(String::from);
        assert_eq!(resolved("../sails.git").as_deref(), Some("https://git.example/acme/sails.git"));
        assert_eq!(resolved("../../other/x").as_deref(), Some("https://git.example/other/x"));
        assert_eq!(resolved("https://elsewhere.example/x").as_deref(), Some("https://elsewhere.example/x"));
        for refused in [
            "file:///etc",
            "/etc",
            "ssh://git@git.example/x",
            "git@git.example:x",
            "git://git.example/x",
            "http://git.example/x",
            "http://127.0.0.1/x",
            "https://localhost/x",
            "https://me:pass@git.example/x",
            "ext::sh -c true",
        ] {
            assert_eq!(resolved(refused), None, "{refused}");
        }
    }
}

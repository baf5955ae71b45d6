//! Repositories within a repository: fetched only when asked for, and by the same rules.
//!
//! Where they are is written by whoever wrote the repository: only addresses that a repository itself may have
//! are followed, and the credential is for those at the same host. Not here: the repository around them.

use crate::{
    Error, Progress, Remote,
    clone::checkout,
    remote::{fetch_options, reaching},
};
use git2::{Repository, SubmoduleUpdateOptions};
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
        let path = || one.path().display().to_string();
        let (Ok(name), Ok(Some(written))) = (one.name().map(str::to_owned), one.url()) else {
            return Err(Error::Submodule { path: path() });
        };
        *count += 1;
        let address = resolve(around, written).filter(|_| *count <= MAX_COUNT && depth < MAX_DEPTH);
        let Some(address) = address else { return Err(Error::Submodule { path: path() }) };
        let mut config = repository.config().map_err(failed("reading the copy's configuration"))?;
        // What the library would work out itself, so that what was looked at is what is fetched.
        config.set_str(&format!("submodule.{name}.url"), address.as_str()).map_err(failed("noting a submodule"))?;
        let elsewhere = Remote { url: address.clone(), credential: None };
        let same = address.origin() == remote.url.origin();
        let fetching = fetch_options(if same { remote } else { &elsewhere }, cancel, |piece| {
            progress(Progress::of_transfer(piece));
            true
        });
        let mut options = SubmoduleUpdateOptions::new();
        options.fetch(fetching).checkout(checkout(progress, cancel));
        one.update(false, Some(&mut options)).map_err(|source| reaching(source, cancel))?;
        let inner = one.open().map_err(failed("opening a submodule"))?;
        within(&inner, &address, remote, count, depth + 1, progress, cancel)?;
    }
    Ok(())
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

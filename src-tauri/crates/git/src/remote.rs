//! A repository at its host: how it is reached, and which branches and tags it has.
//!
//! Not here: fetching what they hold.

use crate::{Error, Progress};
use drawbridge_domain::SecretString;
use git2::{
    AutotagOption, ConfigLevel, Cred, ErrorClass, ErrorCode, FetchOptions, Oid, ProxyOptions, RemoteCallbacks,
    RemoteRedirect, Repository,
};
use std::{ffi::c_int, fs, io, sync::Once, time::Duration};
use tokio_util::sync::CancellationToken;
use url::Url;

/// For a first answer.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// Between two bytes.
const SILENCE_LIMIT: Duration = Duration::from_secs(60);
/// Where what is fetched for the sake of one commit is noted meanwhile.
const MEANWHILE: &str = "refs/drawbridge/";
/// More branches than this are cut off, and more tags.
const MAX_REFERENCES: usize = 50_000;

/// What a host is shown when it asks (RFC 7617).
#[derive(Debug)]
pub struct Credential {
    /// The user name; many hosts take any, or one of their own, for a token.
    pub user: String,
    /// The password or token.
    pub password: SecretString,
}

/// A repository's address for git over HTTP, and what to show its host.
#[derive(Debug)]
pub struct Remote {
    /// The address: `https`, or `http` on this computer; without a user.
    pub url: Url,
    /// What to show if it asks.
    pub credential: Option<Credential>,
}

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its short name: `main`, `v1.2`.
    pub name: String,
    /// The object it names, as hexadecimal digits.
    pub commit: String,
}

/// What a repository has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct References {
    /// The branch that is checked out by default; none if there is nothing yet.
    pub default_branch: Option<String>,
    /// Branches, by name.
    pub branches: Vec<Reference>,
    /// Tags, by name.
    pub tags: Vec<Reference>,
    /// Whether there are more.
    pub truncated: bool,
}

/// Asks for a repository's branches and tags.
pub fn references(remote: &Remote, cancel: &CancellationToken) -> Result<References, Error> {
    let folder = tempfile::tempdir().map_err(|source| Error::Folder { step: "making a temporary folder", source })?;
    let repository = Repository::init_bare(folder.path())
        .map_err(|source| Error::Git { step: "making an empty repository", source })?;
    let mut found = heads(&repository, remote, cancel)?;
    found.truncated = found.branches.len() > MAX_REFERENCES || found.tags.len() > MAX_REFERENCES;
    found.branches.truncate(MAX_REFERENCES);
    found.tags.truncate(MAX_REFERENCES);
    Ok(found)
}

/// Asks through a repository that is there for it. All there are: a host may name far more of others before them,
/// such as those of pull requests.
pub(crate) fn heads(repository: &Repository, remote: &Remote, cancel: &CancellationToken) -> Result<References, Error> {
    let mut origin = at_its_address(repository, &remote.url)?;
    let mut options = fetch_options(remote, cancel, |_| true);
    // Asks for what nobody has: the answer names everything there is.
    let asked = origin.fetch(&["+refs/drawbridge/none:refs/drawbridge/none"], Some(&mut options), None);
    asked.map_err(|source| reaching(source, cancel))?;
    let listed = origin.list().map_err(|source| Error::Git { step: "reading branches and tags", source })?;
    let mut found = References::default();
    for head in listed {
        let Some((name, target)) = told(head) else { continue };
        if name == "HEAD" {
            found.default_branch = target.and_then(|target| target.strip_prefix("refs/heads/").map(str::to_owned));
        }
        let named = |name: &str| Reference { name: name.to_owned(), commit: head.oid().to_string() };
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            found.branches.push(named(branch));
        } else if let Some(tag) = name.strip_prefix("refs/tags/")
            // The commit behind a tag that is an object of its own is told after it, as `name^{}`.
            && !tag.ends_with("^{}")
        {
            found.tags.push(named(tag));
        }
    }
    // A branch that is named but not there is that of an empty repository.
    found.default_branch = found.default_branch.filter(|name| found.branches.iter().any(|one| one.name == *name));
    Ok(found)
}

/// A remote at this very address, noted nowhere.
///
/// A person's own configuration may send an address elsewhere (`url.….insteadOf`), over SSH for one, where what is
/// shown to its host is worth nothing. The longest rule that fits counts: for as long as the library looks, there
/// is one as long as the address.
pub(crate) fn at_its_address<'r>(repository: &'r Repository, url: &Url) -> Result<git2::Remote<'r>, Error> {
    let failed = |source| Error::Git { step: "reading the address", source };
    let note = |source| Error::Folder { step: "noting the address", source };
    let file = repository.path().join("config");
    let before = fs::read(&file).map_err(note)?;
    let mut config = repository.config().and_then(|all| all.open_level(ConfigLevel::Local)).map_err(failed)?;
    config.set_str(&format!("url.{url}.insteadOf"), url.as_str()).map_err(failed)?;
    let remote = repository.remote_anonymous(url.as_str());
    fs::write(&file, before).map_err(note)?;
    remote.map_err(failed)
}

/// Fetches one commit by its id, where no branch that is here leads to it. `shown` has what its host is shown.
pub(crate) fn fetch_commit(
    repository: &Repository,
    url: &Url,
    shown: &Remote,
    commit: Oid,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let fetch = |spec: String, alone: bool| {
        let mut options = fetch_options(shown, cancel, |piece| {
            progress(Progress::of_transfer(piece));
            true
        });
        if alone {
            options.depth(1).download_tags(AutotagOption::None);
        } else {
            options.download_tags(AutotagOption::All);
        }
        let mut origin = at_its_address(repository, url)?;
        origin.fetch(&[spec], Some(&mut options), None).map_err(|source| reaching(source, cancel))
    };
    match fetch(format!("+{commit}:{MEANWHILE}commit"), true) {
        Err(_) if !cancel.is_cancelled() => {
            // Some hosts give only what a branch or tag leads to, and by its name.
            fetch(format!("+refs/heads/*:{MEANWHILE}*"), false)?;
        }
        done => done?,
    }
    let found = repository.find_commit(commit).map(|_| ()).map_err(|_| Error::NoReference);
    let failed = |source| Error::Git { step: "taking notes away", source };
    for noted in repository.references_glob(&format!("{MEANWHILE}*")).map_err(failed)? {
        noted.and_then(|mut noted| noted.delete()).map_err(failed)?;
    }
    found
}

/// The name of a head and of what it stands for; none if either is not UTF-8, at which the library panics.
fn told(head: &git2::RemoteHead<'_>) -> Option<(String, Option<String>)> {
    let read = || (head.name().to_owned(), head.symref_target().map(str::to_owned));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok()
}

/// How a host is spoken to. `progress` is asked at every piece that comes and ends the transfer by `false`.
pub(crate) fn fetch_options<'a>(
    remote: &'a Remote,
    cancel: &'a CancellationToken,
    mut progress: impl FnMut(&git2::Progress<'_>) -> bool + 'a,
) -> FetchOptions<'a> {
    limit_waits();
    let mut shown = false;
    let mut callbacks = RemoteCallbacks::new();
    callbacks.credentials(move |asking, _user, _allowed| {
        let refused = |text: &str| Err(git2::Error::new(ErrorCode::Auth, ErrorClass::Http, text));
        // A proxy asks here too, and so may a host that was sent on to.
        if !Url::parse(asking).is_ok_and(|asking| asking.origin() == remote.url.origin()) {
            return refused("somebody else asks for a credential");
        }
        match &remote.credential {
            // It is asked for again if it was not accepted.
            Some(credential) if !std::mem::replace(&mut shown, true) => {
                Cred::userpass_plaintext(&credential.user, credential.password.expose())
            }
            _ => refused("the credential is not accepted"),
        }
    });
    callbacks.transfer_progress(move |piece| !cancel.is_cancelled() && progress(&piece));
    let mut proxy = ProxyOptions::new();
    proxy.auto();
    let mut options = FetchOptions::new();
    options
        .remote_callbacks(callbacks)
        .proxy_options(proxy)
        .download_tags(AutotagOption::Auto)
        .follow_redirects(RemoteRedirect::None);
    options
}

/// What stopped a question to a host.
pub(crate) fn reaching(source: git2::Error, cancel: &CancellationToken) -> Error {
    let text = source.message();
    match (source.code(), source.class()) {
        _ if cancel.is_cancelled() => Error::Cancelled,
        (ErrorCode::Auth, _) => Error::Unauthorized,
        (ErrorCode::Certificate, _) | (_, ErrorClass::Ssl) => Error::Certificate(source),
        (ErrorCode::NotFound, _) => Error::NotFound,
        // The library has no codes for these.
        (_, ErrorClass::Http) if text.contains("status code: 404") || text.contains("status code: 410") => {
            Error::NotFound
        }
        (_, ErrorClass::Http) if text.contains("status code: 403") => Error::Unauthorized,
        (_, ErrorClass::Net | ErrorClass::Http) if text.contains("redirect") => Error::Elsewhere,
        (_, ErrorClass::Net | ErrorClass::Http) => Error::Unreachable(source),
        // Nobody listens there, or there is no way there: told as the system's error, and not the network's.
        (_, ErrorClass::Os) if text.starts_with("failed to connect") => Error::Unreachable(source),
        _ => writing("fetching", source),
    }
}

/// What stopped the writing of a copy.
pub(crate) fn writing(step: &'static str, source: git2::Error) -> Error {
    // The library keeps the system's words and not its number.
    if source.message().contains("No space left on device") {
        return Error::Folder { step, source: io::ErrorKind::StorageFull.into() };
    }
    Error::Git { step, source }
}

/// The library waits for ever unless told otherwise, once for the whole process.
fn limit_waits() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let millis = |limit: Duration| c_int::try_from(limit.as_millis()).unwrap_or(c_int::MAX);
        #[expect(unsafe_code, reason = "the limits are the C library's globals; there is no other way to set them")]
        // SAFETY: nothing reads them before the first connection, which is made behind this call.
        let set = unsafe {
            git2::opts::set_server_connect_timeout_in_milliseconds(millis(CONNECT_LIMIT))
                .and_then(|()| git2::opts::set_server_timeout_in_milliseconds(millis(SILENCE_LIMIT)))
        };
        if let Err(error) = set {
            tracing::warn!(error = &error as &dyn std::error::Error, "git's waits have no limit");
        }
    });
}

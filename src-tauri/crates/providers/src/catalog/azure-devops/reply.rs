//! How Azure DevOps is asked, and how it says that nobody is signed in.
//!
//! Not here: what is asked.

use crate::{Api, ForgeError, RepositoryRef, reading};
use drawbridge_domain::BaseUrl;
use drawbridge_http::{Request, Response};
use serde::de::DeserializeOwned;
use url::Url;

const VERSION: (&str, &str) = ("api-version", "7.1");
/// Where the public installation knows people and their organisations.
const PUBLIC_API: &str = "https://dev.azure.com";
const PUBLIC_PEOPLE: &str = "https://app.vssps.visualstudio.com";

/// A question as this account. Without the header, access that is not accepted is answered with a page
/// for signing in.
pub(super) fn get(api: &Api<'_>, address: Url) -> Request {
    reading::get(api, address).header("x-tfs-fedauthredirect", "Suppress")
}

/// An address of the API; none for segments that can't be any.
pub(super) fn under(base: &BaseUrl, segments: &[&str]) -> Option<Url> {
    reading::under(base, segments)
}

/// An address of the API with its version.
pub(super) fn versioned(base: &BaseUrl, segments: &[&str]) -> Option<Url> {
    let mut url = under(base, segments)?;
    url.query_pairs_mut().append_pair(VERSION.0, VERSION.1);
    Some(url)
}

/// Where people and their organisations are asked about.
pub(super) fn people(base: &BaseUrl) -> Result<BaseUrl, ForgeError> {
    if base.as_str() != PUBLIC_API {
        return Ok(base.clone());
    }
    BaseUrl::parse(PUBLIC_PEOPLE).map_err(|_| ForgeError::Malformed { what: "address of the API" })
}

/// The organisation that a repository is in: the first part of its owner, before the project.
pub(super) fn organisation(repository: RepositoryRef<'_>) -> &str {
    repository.owner.split_once('/').map_or(repository.owner, |(organisation, _)| organisation)
}

/// The address of one repository by its id, or of something below it.
pub(super) fn repository(base: &BaseUrl, repository: RepositoryRef<'_>, below: &[&str]) -> Option<Url> {
    let organisation = organisation(repository);
    let start = match repository.owner.split_once('/') {
        // By its name within its project.
        Some((_, project)) if repository.forge_id.is_empty() => {
            vec![organisation, project, "_apis", "git", "repositories", repository.name]
        }
        _ => vec![organisation, "_apis", "git", "repositories", repository.forge_id],
    };
    let segments: Vec<&str> = start.into_iter().chain(below.iter().copied()).collect();
    versioned(base, &segments)
}

/// An answer that is not a failure. A page for signing in comes with a status that would be none.
pub(super) fn expect(answer: reading::Answer) -> Result<Response, ForgeError> {
    match reading::expect(answer)? {
        answer if answer.status == 203 => Err(ForgeError::Unauthorized),
        answer => Ok(answer),
    }
}

/// What an address brought, read as JSON.
pub(super) async fn json<T: DeserializeOwned>(
    api: &Api<'_>,
    address: Url,
    what: &'static str,
) -> Result<T, ForgeError> {
    let request = get(api, address).header("accept", "application/json").max_bytes(super::listing::MAX_LIST);
    reading::parsed(&expect(api.http.send(request).await)?, what)
}

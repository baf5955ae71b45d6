//! How Bitbucket Data Center is asked, and what its refusals mean.
//!
//! Not here: what is asked.

use crate::{Api, ForgeError, RepositoryRef, reading};
use drawbridge_domain::BaseUrl;
use drawbridge_http::Response;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

/// Where the API is at a host.
const ROOT: [&str; 3] = ["rest", "api", "1.0"];
/// The header in which every answer says whom it was given to.
const LOGIN: &str = "x-ausername";
/// What a refusal is called when the account is known and may not do it.
const NOT_PERMITTED: &str = "AuthorisationException";

/// An address of the API; none for segments that can't be any.
pub(super) fn under(base: &BaseUrl, segments: &[&str]) -> Option<Url> {
    let whole: Vec<&str> = ROOT.iter().chain(segments).copied().collect();
    reading::under(base, &whole)
}

/// The address of one repository by the key of its project and its slug, or of something below it.
pub(super) fn repository(base: &BaseUrl, repository: RepositoryRef<'_>, below: &[&str]) -> Option<Url> {
    let segments: Vec<&str> =
        ["projects", repository.owner, "repos", repository.name].into_iter().chain(below.iter().copied()).collect();
    under(base, &segments)
}

/// An answer to this account that is not a failure. What everybody may read is answered to anybody, so
/// a credential that has ended could pass for an account that sees less; and a 401 is also said to an
/// account that is known, of what it may not see.
pub(super) fn expect(answer: reading::Answer) -> Result<Response, ForgeError> {
    let answer = answer.map_err(ForgeError::from)?;
    let known = login(&answer).is_some();
    match answer.status {
        401 if known && not_permitted(&answer) => Err(ForgeError::Forbidden),
        200..=299 if !known => Err(ForgeError::Unauthorized),
        _ => reading::expect(Ok(answer)),
    }
}

/// Whom an answer was given to; none if to nobody.
pub(super) fn login(answer: &Response) -> Option<&str> {
    answer.header(LOGIN).map(str::trim).filter(|login| !matches!(*login, "" | "anonymous"))
}

fn not_permitted(answer: &Response) -> bool {
    #[derive(Deserialize)]
    struct Refusal {
        errors: Vec<Named>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        exception_name: String,
    }
    let refusal = answer.json::<Refusal>();
    refusal.is_ok_and(|refusal| refusal.errors.iter().any(|error| error.exception_name.ends_with(NOT_PERMITTED)))
}

/// What an address brought, read as JSON.
pub(super) async fn json<T: DeserializeOwned>(
    api: &Api<'_>,
    address: Url,
    what: &'static str,
) -> Result<T, ForgeError> {
    let answer = api.http.send(reading::get(api, address)).await.map_err(ForgeError::Unreachable)?;
    if !(200..300).contains(&answer.status) {
        return Err(expect(Ok(answer)).err().unwrap_or(ForgeError::Malformed { what }));
    }
    // What is not of this API was said by something in between, and tells nothing of the credential.
    let read = reading::parsed(&answer, what)?;
    expect(Ok(answer))?;
    Ok(read)
}

/// Whose credential it is. Nothing asks for that alone; every answer says it.
pub(super) async fn whoami(api: &Api<'_>) -> Result<String, ForgeError> {
    const NO_LOGIN: ForgeError = ForgeError::Malformed { what: "login" };
    let address = under(api.base, &["application-properties"]).ok_or(NO_LOGIN)?;
    let answer = expect(api.http.send(reading::get(api, address)).await)?;
    let login = login(&answer).ok_or(ForgeError::Unauthorized)?;
    reading::name(login.to_owned()).ok_or(NO_LOGIN)
}

/// Where a repository is now that was renamed or moved. Followed only within the same API and only to
/// a repository: the token goes along.
pub(super) fn moved_to(answer: &Response, base: &BaseUrl) -> Result<Option<Url>, ForgeError> {
    const ELSEWHERE: ForgeError = ForgeError::Malformed { what: "redirect" };
    if !matches!(answer.status, 301 | 302 | 307 | 308) {
        return Ok(None);
    }
    let target = Url::parse(answer.header("location").ok_or(ELSEWHERE)?).map_err(|_| ELSEWHERE)?;
    let mut names = target.path_segments().into_iter().flatten().rev();
    let (slug, _, key) = (names.next(), names.next(), names.next());
    let expected = under(base, &["projects", key.unwrap_or_default(), "repos", slug.unwrap_or_default()]);
    if expected.as_ref() == Some(&target) { Ok(Some(target)) } else { Err(ELSEWHERE) }
}

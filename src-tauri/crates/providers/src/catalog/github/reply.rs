//! How GitHub is asked: addresses, headers, and where a repository has moved to.
//!
//! Not here: what is asked.

use crate::{
    Api, ForgeError, RepositoryRef,
    reading::{self, Answer, under},
};
use drawbridge_domain::BaseUrl;
use drawbridge_http::{Request, Response};
use serde::Deserialize;
use url::Url;

/// A question as this account.
pub(super) fn get(api: &Api<'_>, address: Url) -> Request {
    versioned(reading::get(api, address))
}

/// The version of the API that is spoken here.
pub(super) fn versioned(request: Request) -> Request {
    request.header("accept", "application/vnd.github+json").header("x-github-api-version", "2022-11-28")
}

/// An answer with a status that is not a failure. What an organisation holds back is told from other refusals:
/// single sign-on by a header, a program that was not approved by the message alone.
pub(super) fn expect(answer: Answer) -> Result<Response, ForgeError> {
    #[derive(Deserialize)]
    struct Refused {
        message: String,
    }
    let Ok(refused) = &answer else { return reading::expect(answer) };
    if refused.status != 403 {
        return reading::expect(answer);
    }
    if let Some(asked) = refused.header("x-github-sso").and_then(|text| text.trim().strip_prefix("required")) {
        let page = asked.split(';').find_map(|part| part.trim().strip_prefix("url=")).and_then(reading::web_address);
        return Err(ForgeError::SignOnFirst { page });
    }
    let message = refused.json::<Refused>().map(|refused| refused.message.to_ascii_lowercase()).unwrap_or_default();
    if message.contains("access restrictions") && message.contains("organization") {
        return Err(ForgeError::NotApproved { page: None });
    }
    reading::expect(answer)
}

/// The address of one repository by name, or of something below it; none for a name that can't be one.
pub(super) fn repository_address(base: &BaseUrl, repository: RepositoryRef<'_>, below: &[&str]) -> Option<Url> {
    let segments: Vec<&str> =
        ["repos", repository.owner, repository.name].into_iter().chain(below.iter().copied()).collect();
    under(base, &segments)
}

/// The address of what a person granted to a client.
pub(super) fn grant_address(base: &BaseUrl, client_id: &str) -> Option<Url> {
    under(base, &["applications", client_id, "grant"])
}

/// Where a renamed repository is now. Followed only to the same API and only to a repository by
/// its number: the token goes along.
pub(super) fn moved_to(answer: &Response, base: &BaseUrl) -> Result<Option<Url>, ForgeError> {
    const ELSEWHERE: ForgeError = ForgeError::Malformed { what: "redirect" };
    if !matches!(answer.status, 301 | 302 | 307 | 308) {
        return Ok(None);
    }
    let target = Url::parse(answer.header("location").ok_or(ELSEWHERE)?).map_err(|_| ELSEWHERE)?;
    let number = target.path().rsplit('/').next().unwrap_or_default();
    let expected = base.join(&format!("/repositories/{number}"));
    let is_number = !number.is_empty() && number.len() <= 20 && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && target == expected { Ok(Some(target)) } else { Err(ELSEWHERE) }
}

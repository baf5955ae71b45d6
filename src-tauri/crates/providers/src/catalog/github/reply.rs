//! How GitHub is asked, and what its statuses and headers mean for every question alike.
//!
//! Not here: what is asked.

use crate::{Api, ForgeError};
use drawbridge_domain::BaseUrl;
use drawbridge_http::{Request, Response};
use std::time::Duration;
use url::Url;

/// What GitHub asks to wait for when it limits requests without saying how long.
const UNSAID_WAIT: Duration = Duration::from_mins(1);
/// The hourly budget starts anew within an hour; a server's clock may be off by a little.
const LONGEST_RESET: Duration = Duration::from_hours(2);
/// A client id or name longer than this is none.
const MAX_SEGMENT: usize = 255;

/// A question as this account.
pub(super) fn get(api: &Api<'_>, address: Url) -> Request {
    versioned(Request::get(address)).bearer(api.token)
}

/// The version of the API that is spoken here.
pub(super) fn versioned(request: Request) -> Request {
    request.header("accept", "application/vnd.github+json").header("x-github-api-version", "2022-11-28")
}

/// The address of one repository by name; none for a name that can't be one.
pub(super) fn repository_address(base: &BaseUrl, owner: &str, name: &str) -> Option<Url> {
    under(base, &["repos", owner, name])
}

/// The address of what a person granted to a client.
pub(super) fn grant_address(base: &BaseUrl, client_id: &str) -> Option<Url> {
    under(base, &["applications", client_id, "grant"])
}

/// A path of these segments, each escaped, so that none can become two or climb out.
fn under(base: &BaseUrl, segments: &[&str]) -> Option<Url> {
    let fits = |segment: &&str| !segment.is_empty() && segment.len() <= MAX_SEGMENT && !matches!(*segment, "." | "..");
    let mut url = base.to_url();
    if !segments.iter().all(fits) {
        return None;
    }
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}

/// An answer with a status that is not a failure: 2xx or 304.
pub(super) fn expect(answer: Result<Response, drawbridge_http::Error>) -> Result<Response, ForgeError> {
    let answer = answer.map_err(ForgeError::Unreachable)?;
    match answer.status {
        200..=299 | 304 => Ok(answer),
        401 => Err(ForgeError::Unauthorized),
        403 | 429 => Err(limit(&answer).map_or(ForgeError::Forbidden, |wait| ForgeError::RateLimited { wait })),
        404 | 410 => Err(ForgeError::NotFound),
        status => Err(ForgeError::Server { status }),
    }
}

/// Refuses a 304 where nothing was said that could be unmodified.
pub(super) fn expect_content(answer: &Response) -> Result<(), ForgeError> {
    if answer.status == 200 { Ok(()) } else { Err(ForgeError::Server { status: answer.status }) }
}

/// For how long a 403 or 429 asks to wait; none if it is a plain refusal.
fn limit(answer: &Response) -> Option<Duration> {
    let wait = if let Some(wait) = answer.retry_after() {
        wait
    } else if answer.header("x-ratelimit-remaining") == Some("0") {
        until_reset(answer).unwrap_or(UNSAID_WAIT)
    } else if answer.status == 429 || speaks_of_a_limit(answer) {
        UNSAID_WAIT
    } else {
        return None;
    };
    Some(wait.max(Duration::from_secs(1)))
}

/// By the server's own clock: ours may be wrong.
fn until_reset(answer: &Response) -> Option<Duration> {
    let reset: i64 = answer.header("x-ratelimit-reset")?.parse().ok()?;
    let reset = drawbridge_domain::Timestamp::from_millis(reset.checked_mul(1000)?);
    Some(reset.since(answer.date()?).min(LONGEST_RESET))
}

/// A secondary limit can come without any header; then only the message tells it from a refusal.
fn speaks_of_a_limit(answer: &Response) -> bool {
    #[derive(serde::Deserialize)]
    struct Refusal {
        message: String,
    }
    answer.json::<Refusal>().is_ok_and(|refusal| refusal.message.to_ascii_lowercase().contains("rate limit"))
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

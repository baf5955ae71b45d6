//! What the code of every forge needs to ask its API and to read what comes back: addresses that can't
//! climb, statuses that mean the same everywhere, values that are bounded and lenient.
//!
//! What identifies a row is required; everything else may be missing, null, or of a kind that did not
//! exist when this was written: the row stays, the fact goes. Not here: any one forge's API.

use crate::{Api, ForgeError, PageKey, PageReply};
use drawbridge_domain::{BaseUrl, ForgeRepository};
use drawbridge_http::{Request, Response};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

/// A client id or name longer than this is none.
const MAX_SEGMENT: usize = 255;
const MAX_NAME: usize = 255;
const MAX_PATH: usize = 4096;
const MAX_LINE: usize = 1000;
const MAX_ADDRESS: usize = 2000;
/// A server may give more rows of a page than were asked for, but not any number.
const MAX_ROWS: usize = 1000;
/// Groups within groups; no forge allows more.
const MAX_DEPTH: usize = 30;
/// More than any forge allows.
const MAX_TOPICS: usize = 100;
const MAX_ETAG: usize = 256;

/// What came of sending a request.
pub(crate) type Answer = Result<Response, drawbridge_http::Error>;

/// A question as this account: by user name and password where one goes with the token, else as a
/// bearer (RFC 6750 §2.1).
pub(crate) fn get(api: &Api<'_>, address: Url) -> Request {
    match api.user {
        Some(user) => Request::get(address).basic(user, api.token),
        None => Request::get(address).bearer(api.token),
    }
}

/// A path of these segments under a base, each escaped, so that none can become two or climb out; none
/// for segments that can't be any.
pub(crate) fn under(base: &BaseUrl, segments: &[&str]) -> Option<Url> {
    let fits = |segment: &&str| !segment.is_empty() && segment.len() <= MAX_SEGMENT && !matches!(*segment, "." | "..");
    let mut url = base.to_url();
    if !segments.iter().all(fits) {
        return None;
    }
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}

/// Reads a file of a repository; none if it is not there or longer than `most` bytes.
pub(crate) async fn file(api: &Api<'_>, request: Request, most: usize) -> Result<Option<Vec<u8>>, ForgeError> {
    file_by(api, request, most, expect).await
}

/// The same at a host whose statuses mean what `expect` says.
pub(crate) async fn file_by(
    api: &Api<'_>,
    request: Request,
    most: usize,
    expect: fn(Answer) -> Result<Response, ForgeError>,
) -> Result<Option<Vec<u8>>, ForgeError> {
    match api.http.send(request.max_bytes(most)).await {
        Err(drawbridge_http::Error::TooLarge { .. }) => Ok(None),
        answer => {
            let Some(answer) = if_there(expect(answer))? else { return Ok(None) };
            expect_content(&answer)?;
            Ok(Some(answer.body))
        }
    }
}

/// A path within a repository as a forge tells it, from its root; none for one that would lead out of
/// a folder it were written to, or is longer than any system takes.
pub(crate) fn path(folder: Option<&str>, told: &str) -> Option<String> {
    let fits = |part: &str| !part.is_empty() && !matches!(part, "." | "..") && !part.contains(['\\', '\0']);
    let path = folder.map_or_else(|| told.to_owned(), |folder| format!("{folder}/{told}"));
    (path.len() <= MAX_PATH && path.split('/').all(fits)).then_some(path)
}

/// An answer with a status that is not a failure: 2xx or 304.
pub(crate) fn expect(answer: Answer) -> Result<Response, ForgeError> {
    let answer = answer.map_err(ForgeError::from)?;
    if answer.status != 304 {
        status(&answer)?;
    }
    Ok(answer)
}

/// What a status says: 2xx is no failure, and a limit is told from a refusal.
pub(crate) fn status(answer: &Response) -> Result<(), ForgeError> {
    match answer.status {
        200..=299 => Ok(()),
        401 => Err(ForgeError::Unauthorized),
        403 | 429 => Err(answer.limited().map_or(ForgeError::Forbidden, |wait| ForgeError::RateLimited { wait })),
        // Redirects of our own hosts are looked at before; 511 is what such networks may say (RFC 6585 §6).
        300..=399 | 511 => Err(ForgeError::Interposed),
        404 => Err(ForgeError::NotFound),
        410 => Err(ForgeError::Gone),
        status => Err(ForgeError::Server { status }),
    }
}

/// Refuses a 304 where nothing was said that could be unmodified.
pub(crate) fn expect_content(answer: &Response) -> Result<(), ForgeError> {
    if answer.status == 200 { Ok(()) } else { Err(ForgeError::Server { status: answer.status }) }
}

/// What a request brought, read as JSON.
pub(crate) async fn json<T: DeserializeOwned>(
    api: &Api<'_>,
    request: Request,
    what: &'static str,
) -> Result<T, ForgeError> {
    parsed(&expect(api.http.send(request).await)?, what)
}

/// An answer read as JSON.
pub(crate) fn parsed<T: DeserializeOwned>(answer: &Response, what: &'static str) -> Result<T, ForgeError> {
    expect_content(answer)?;
    answer.json().map_err(|_| ForgeError::unread(answer, what))
}

/// Nothing, where the host knows no such thing.
pub(crate) fn if_there<T>(outcome: Result<T, ForgeError>) -> Result<Option<T>, ForgeError> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(ForgeError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The validator of an answer (RFC 9110 §8.8.3), if it can be kept.
pub(crate) fn etag(answer: &Response) -> Option<String> {
    answer.header("etag").filter(|etag| etag.len() <= MAX_ETAG).map(str::to_owned)
}

/// Reads the rows of a page. One that can't be read fails the page: leaving it out would look like a
/// removal. A `null` in place of a row is something that the host itself left out: then the page is partial.
pub(crate) fn rows<T>(
    listed: Vec<Option<T>>,
    read: impl Fn(T) -> Result<ForgeRepository, ForgeError>,
) -> Result<(Vec<ForgeRepository>, bool), ForgeError> {
    if listed.len() > MAX_ROWS {
        return Err(ForgeError::Malformed { what: "length of a page" });
    }
    let partial = listed.iter().any(Option::is_none);
    Ok((listed.into_iter().flatten().map(read).collect::<Result<_, _>>()?, partial))
}

/// Asks for a page of a listing, only if it changed since `etag`; `read` makes something of a new one.
pub(crate) async fn listed(
    api: &Api<'_>,
    request: Request,
    etag: Option<&str>,
    read: impl FnOnce(&Response) -> Result<PageReply, ForgeError>,
) -> Result<PageReply, ForgeError> {
    listed_by(api, request, etag, expect, read).await
}

/// The same at a host whose statuses mean what `expect` says.
pub(crate) async fn listed_by(
    api: &Api<'_>,
    request: Request,
    etag: Option<&str>,
    expect: fn(Answer) -> Result<Response, ForgeError>,
    read: impl FnOnce(&Response) -> Result<PageReply, ForgeError>,
) -> Result<PageReply, ForgeError> {
    let request = match etag {
        Some(etag) => request.if_none_match(etag),
        None => request,
    };
    let answer = expect(api.http.send(request).await)?;
    if answer.status == 304 && etag.is_some() {
        return Ok(PageReply::Unmodified);
    }
    expect_content(&answer)?;
    read(&answer)
}

/// A number in the link to another page. Only that is taken from a link, never the place: the token must
/// not follow a server's link.
pub(crate) fn link_number(
    answer: &Response,
    relation: &str,
    parameter: &str,
    most: u64,
) -> Result<Option<u64>, ForgeError> {
    let Some(link) = answer.link(relation) else { return Ok(None) };
    let number = link.query_pairs().find(|(name, _)| name == parameter).and_then(|(_, value)| value.parse().ok());
    match number {
        Some(number) if number <= most => Ok(Some(number)),
        _ => Err(ForgeError::Malformed { what: "link to a page" }),
    }
}

/// The next page, if one is named; one that is not behind this one would be read for ever.
pub(crate) fn behind(asked: u64, next: Option<u64>, key: impl Fn(u64) -> PageKey) -> Result<Vec<PageKey>, ForgeError> {
    match next {
        Some(next) if next > asked => Ok(vec![key(next)]),
        Some(_) => Err(ForgeError::Malformed { what: "link to the next page" }),
        None => Ok(Vec::new()),
    }
}

/// What is behind a part of a numbered page: the next part, if it is of the same page, and the pages behind that.
/// `key` names one by whether it is a part and by its number; `parts`: how many a page has.
pub(crate) fn behind_part(
    asked: u64,
    next: Option<u64>,
    last: Option<u64>,
    parts: u64,
    key: impl Fn(bool, u64) -> PageKey,
) -> Vec<PageKey> {
    let page = asked.div_ceil(parts);
    let next_part = next.filter(|next| *next > asked && next.div_ceil(parts) == page);
    let pages = page + 1..=last.or(next).unwrap_or(0).div_ceil(parts);
    next_part.map(|next| key(true, next)).into_iter().chain(pages.map(|number| key(false, number))).collect()
}

/// One thing of an answer; none if it is not there.
pub(crate) async fn found<T: DeserializeOwned>(
    api: &Api<'_>,
    request: Request,
    what: &'static str,
) -> Result<Option<T>, ForgeError> {
    if_there(json(api, request, what).await)
}

/// Reads a value if it is what is expected, and nothing otherwise.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// A name as it stands in addresses; none if it can't be one.
pub(crate) fn name(text: String) -> Option<String> {
    let fits = !text.is_empty()
        && text.len() <= MAX_NAME
        && !matches!(text.as_str(), "." | "..")
        && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '/');
    fits.then_some(text)
}

/// A name in which there may be spaces, for forges whose addresses hold such; none if it can't be one.
pub(crate) fn spaced_name(text: String) -> Option<String> {
    let fits = text.len() <= MAX_NAME
        && text.trim() == text
        && !matches!(text.as_str(), "" | "." | "..")
        && !text.contains(|c: char| c.is_control() || c == '/');
    fits.then_some(text)
}

/// The path of a group within groups, each a name; none if one can't be any.
pub(crate) fn names(path: &str) -> Option<String> {
    let fits = path.split('/').count() <= MAX_DEPTH && path.split('/').all(|part| name(part.to_owned()).is_some());
    fits.then(|| path.to_owned())
}

/// A bounded line without control characters, which a terminal would obey; none if nothing is left.
pub(crate) fn line(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_LINE).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Topics as lines; what is none is left out.
pub(crate) fn topics(values: Option<Vec<Value>>) -> Vec<String> {
    values.unwrap_or_default().iter().filter_map(Value::as_str).filter_map(line).take(MAX_TOPICS).collect()
}

/// An address that may be opened in a browser or handed to git.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let fits = text.len() <= MAX_ADDRESS && matches!(url.scheme(), "https" | "http") && url.has_host();
    (fits && url.username().is_empty() && url.password().is_none()).then(|| text.to_owned())
}

/// An address for git over HTTPS, without the user name that some hosts write into it: which account is
/// used is not the address's to say.
pub(crate) fn clone_address(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if url.username().is_empty() && url.password().is_none() {
        return web_address(text);
    }
    url.set_username("").ok()?;
    web_address(url.as_str())
}

/// `git@host:owner/name.git`, `org-1@host:…` or `ssh://…`; never what a program would take for an option.
pub(crate) fn ssh_address(text: String) -> Option<String> {
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let shaped = text.starts_with("ssh://") || text.split_once('@').is_some_and(|(_, rest)| rest.contains(':'));
    let optionless = !text.contains("@-") && !text.starts_with("ssh://-");
    (starts && plain && shaped && optionless && text.len() <= MAX_ADDRESS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::behind_part;
    use crate::PageKey;

    #[test]
    fn behind_a_part_is_the_next_one_of_its_page_and_every_page_behind_that() {
        let behind = |asked, next, last| -> Vec<String> {
            let key = |part, number: u64| PageKey(format!("{}{number}", if part { "part " } else { "" }));
            behind_part(asked, next, last, 5, key).into_iter().map(|key| key.0).collect()
        };
        assert_eq!(behind(11, Some(12), Some(22)), ["part 12", "4", "5"]);
        assert_eq!(behind(15, Some(16), Some(22)), ["4", "5"], "the next one is of the next page");
        assert_eq!(behind(15, Some(16), None), ["4"], "a last one that is not named");
        assert_eq!(behind(11, Some(12), Some(13)), ["part 12"]);
        assert_eq!(behind(13, None, None), Vec::<String>::new());
        assert_eq!(behind(13, Some(13), None), Vec::<String>::new(), "one that leads back is not followed");
    }
}

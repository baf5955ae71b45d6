//! Bad days: what can be ordered to go wrong with coming requests.
//!
//! Not here: changes of repositories (see `change`); they are not the server's fault.

use super::exchange::Request;
use serde::{Deserialize, Serialize};

/// Orders that requests which match fail in a certain way.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests.
    #[serde(flatten)]
    pub at: Match,
    /// What happens to them.
    pub then: Trouble,
    /// How many of them; after that all is well again.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// Which requests are meant. What is left out matches everything.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Match {
    /// The method, in capitals.
    #[serde(default)]
    pub method: Option<String>,
    /// The path without the API's prefix, such as `/user/repos`; with a `*` at the end, its beginning.
    #[serde(default)]
    pub path: Option<String>,
    /// The page of the listing of everything that a user reaches, however the forge names it, and every smaller
    /// page within its stretch; together with a path, the number that the request gives, one if none.
    #[serde(default)]
    pub page: Option<u32>,
    /// Only if it asks for more rows at once than so many.
    #[serde(default)]
    pub larger_than: Option<u32>,
}

impl Match {
    /// Any request to this path.
    pub fn path(path: &str) -> Self {
        Self { path: Some(path.to_owned()), ..Self::default() }
    }

    /// A page of the repository listing.
    pub fn page(page: u32) -> Self {
        Self { page: Some(page), ..Self::default() }
    }

    /// The same, only where more rows at once are wanted than so many.
    #[must_use]
    pub fn larger_than(self, rows: u32) -> Self {
        Self { larger_than: Some(rows), ..self }
    }

    /// Any request to the API.
    pub fn api() -> Self {
        Self::default()
    }

    pub(super) fn fits(&self, request: &Request) -> bool {
        let path = match self.path.as_deref() {
            None => request.is_api,
            Some(path) => match path.strip_suffix('*') {
                Some(beginning) => request.path.starts_with(beginning),
                None => request.path == path,
            },
        };
        let wanted =
            || ["per_page", "limit", "pagelen"].iter().find_map(|name| request.param(name)?.parse::<u32>().ok());
        let large = self.larger_than.is_none_or(|rows| wanted().is_some_and(|wanted| wanted > rows));
        path && large
            && self.method.as_deref().is_none_or(|method| method == request.method)
            && self.page.is_none_or(|page| match self.path {
                Some(_) => page == request.page(),
                None => request.listed_page == Some(page),
            })
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// An error status with the API's error body; nothing is done.
    Status(u16),
    /// The hourly budget is used up: 403, nothing remaining, and a reset time in so many seconds.
    PrimaryLimit(u64),
    /// Too much at once: 429 with `Retry-After` of so many seconds.
    SecondaryLimit(u64),
    /// The same with status 403, as GitHub also does it.
    SecondaryLimitForbidden(u64),
    /// The connection ends without a reply, and nothing is done.
    LostRequest,
    /// All is done, but the connection ends without a reply.
    LostReply,
    /// The reply ends in the middle.
    CutReply,
    /// A page of HTML with status 200, as hotel networks and proxies send it.
    Html,
    /// Status 200 and a body that is no JSON.
    NotJson,
    /// Status 200 and JSON of another shape.
    OtherJson,
    /// Status 200 and JSON that tells of errors instead, as GraphQL servers and some gateways do it.
    Errors,
    /// Status 200 and more JSON than anybody reads: ten mebibytes of one page.
    Huge,
    /// Status 200, an empty body.
    Empty,
    /// Status 200 and a body without an end.
    Endless,
    /// The headers, then nothing for ever.
    Stall,
    /// No answer for ever.
    Silence,
    /// The right reply, so many milliseconds later.
    Delay(u64),
    /// The right reply, in small pieces with so many milliseconds between them.
    Drip(u64),
    /// A redirect to this address.
    Redirect(String),
    /// An OAuth error in the way of this endpoint: status 200 and `error=…`.
    OauthError(String),
}

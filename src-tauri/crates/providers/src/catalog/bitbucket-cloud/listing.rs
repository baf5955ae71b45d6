//! Paging: the workspaces of a person, and the repositories of each.
//!
//! A workspace is listed by creation, oldest first, so that what is added while it is read comes at
//! the end. Which page comes next is the host's to say; only the name of the page is taken from its
//! link, never the place: the token must not follow a server's link. Not here: what a row says.

use super::wire;
use crate::{
    Api, ForgeError, PageKey,
    reading::{self, if_there, lenient, under},
};
use drawbridge_domain::{ForgeRepository, Permission};
use serde::Deserialize;
use std::collections::HashMap;
use url::Url;

/// The most that Bitbucket gives.
const PER_PAGE: &str = "100";
/// A page in parts is in so many, each this long.
const PARTS: u64 = 5;
const PER_PART: &str = "20";
/// More rows than were asked for are not believed.
const MAX_ROWS: usize = 1000;
const MAX_CURSOR: usize = 200;
/// So many pages of what an account may do are read beside a page of repositories; what is further
/// back is taken for read, which everything in the list can be.
const MAX_GRANT_PAGES: usize = 10;
/// So many pages of workspaces are asked through for a repository that may have been moved.
pub(super) const MAX_WORKSPACE_PAGES: usize = 10;
/// Workspaces that are asked for words while somebody waits, and how many of them at once.
pub(super) const MOST_SEARCHED: usize = 40;
pub(super) const SEARCHED_AT_ONCE: usize = 4;

/// What the account is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// May do everything in every repository there.
    Administrator,
    /// May do what it was granted, one by one or in a group.
    Member,
}

/// The order of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By creation, oldest first.
    Whole,
    /// The same in parts.
    Parts,
    /// By last change, newest first.
    Newest,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Page {
    Workspaces { cursor: Option<String> },
    Repositories { workspace: String, role: Role, order: Order, cursor: Option<String> },
}

impl Page {
    /// The first page of all.
    pub(super) const WORKSPACES: Self = Self::Workspaces { cursor: None };

    /// The page a key stands for: `workspaces`, `member/whole/acme`, each with `/` and a cursor behind it.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        const STRANGE: ForgeError = ForgeError::Malformed { what: "page key" };
        let cursor = |text: Option<&str>| match text {
            Some(text) if !is_cursor(text) => Err(STRANGE),
            text => Ok(text.map(str::to_owned)),
        };
        let mut parts = key.part().unwrap_or(&key.0).splitn(4, '/');
        if let Some(of_workspaces) = key.0.strip_prefix("workspaces") {
            let text = if of_workspaces.is_empty() { None } else { Some(of_workspaces.strip_prefix('/').ok_or(STRANGE)?) };
            return Ok(Self::Workspaces { cursor: cursor(text)? });
        }
        let role = match parts.next() {
            Some("admin") => Role::Administrator,
            Some("member") => Role::Member,
            _ => return Err(STRANGE),
        };
        let order = match parts.next() {
            Some("whole") if key.is_part() => Order::Parts,
            Some("whole") => Order::Whole,
            Some("newest") => Order::Newest,
            _ => return Err(STRANGE),
        };
        let workspace = parts.next().map(str::to_owned).and_then(reading::name).ok_or(STRANGE)?;
        Ok(Self::Repositories { workspace, role, order, cursor: cursor(parts.next())? })
    }

    pub(super) fn key(&self) -> PageKey {
        let (mut text, cursor) = match self {
            Self::Workspaces { cursor } => ("workspaces".to_owned(), cursor),
            Self::Repositories { workspace, role, order, cursor } => {
                let role = if *role == Role::Administrator { "admin" } else { "member" };
                let order = if *order == Order::Newest { "newest" } else { "whole" };
                (format!("{role}/{order}/{workspace}"), cursor)
            }
        };
        if let Some(cursor) = cursor {
            text = format!("{text}/{cursor}");
        }
        if matches!(self, Self::Repositories { order: Order::Parts, .. }) { PageKey::of_part(text) } else { PageKey(text) }
    }

    /// The first of its parts, if it is one of a whole listing whose pages have numbers.
    pub(super) fn first_part(&self) -> Option<Self> {
        let Self::Repositories { workspace, role, order: Order::Whole, cursor } = self else { return None };
        let number = cursor.as_deref().map_or(Some(1), |cursor| cursor.parse::<u64>().ok())?;
        let first = number.checked_sub(1)?.checked_mul(PARTS)? + 1;
        let (workspace, cursor) = (workspace.clone(), Some(first.to_string()));
        Some(Self::Repositories { workspace, role: *role, order: Order::Parts, cursor })
    }

    /// The page behind this one by its cursor; behind the last part of a page, the page behind that.
    fn behind(&self, next: String) -> Result<PageKey, ForgeError> {
        let Self::Repositories { workspace, role, order: Order::Parts, cursor } = self else {
            return Ok(self.at(next).key());
        };
        let of = |cursor: &str| cursor.parse::<u64>().ok().map(|number| number.div_ceil(PARTS));
        match (cursor.as_deref().and_then(of), of(&next)) {
            (Some(own), Some(page)) if own == page => Ok(self.at(next).key()),
            (Some(_), Some(page)) => {
                let (workspace, cursor) = (workspace.clone(), Some(page.to_string()));
                Ok(Self::Repositories { workspace, role: *role, order: Order::Whole, cursor }.key())
            }
            _ => Err(ForgeError::Malformed { what: "link to the next page" }),
        }
    }

    /// The first page of what changed last in a workspace, for the first page of its whole listing.
    pub(super) fn newest_of_its_workspace(self) -> Option<PageKey> {
        match self {
            Self::Repositories { workspace, role, order: Order::Whole, cursor: None } => {
                Some(Self::Repositories { workspace, role, order: Order::Newest, cursor: None }.key())
            }
            _ => None,
        }
    }

    fn at(&self, cursor: String) -> Self {
        let cursor = Some(cursor);
        match self {
            Self::Workspaces { .. } => Self::Workspaces { cursor },
            Self::Repositories { workspace, role, order, .. } => {
                Self::Repositories { workspace: workspace.clone(), role: *role, order: *order, cursor }
            }
        }
    }

    fn cursor(&self) -> Option<&str> {
        match self {
            Self::Workspaces { cursor } | Self::Repositories { cursor, .. } => cursor.as_deref(),
        }
    }
}

/// A page's name: a number at most places, something opaque at others. Never a part of an address.
fn is_cursor(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'~' | b'+');
    !text.is_empty() && text.len() <= MAX_CURSOR && text.bytes().all(fits)
}

/// One page of anything.
#[derive(Deserialize)]
pub(super) struct Paged<T> {
    pub values: Vec<T>,
    #[serde(default)]
    next: Option<String>,
    /// How many there are on all pages; not told at every place.
    #[serde(default, deserialize_with = "lenient")]
    pub size: Option<u64>,
}

impl<T> Paged<T> {
    /// The name of the page behind this one, which is not the one that was asked for.
    pub(super) fn next(&self, asked: Option<&str>) -> Result<Option<String>, ForgeError> {
        const STRANGE: ForgeError = ForgeError::Malformed { what: "link to the next page" };
        if self.values.len() > MAX_ROWS {
            return Err(ForgeError::Malformed { what: "length of a page" });
        }
        let Some(next) = &self.next else { return Ok(None) };
        let link = Url::parse(next).map_err(|_| STRANGE)?;
        let page = link.query_pairs().find(|(name, _)| name == "page").map(|(_, page)| page.into_owned());
        let number = |text: &str| text.parse::<u64>().ok();
        match page {
            Some(page) if !is_cursor(&page) || asked == Some(page.as_str()) => Err(STRANGE),
            // The first page has the number 1. One that is not behind this one would be read for ever.
            Some(page) if number(&page).is_some_and(|page| page <= asked.map_or(Some(1), number).unwrap_or(0)) => {
                Err(STRANGE)
            }
            Some(page) => Ok(Some(page)),
            None => Err(STRANGE),
        }
    }
}

fn paged(mut address: Url, cursor: Option<&str>, length: &str, fields: &str) -> Url {
    address.query_pairs_mut().append_pair("pagelen", length).append_pair("fields", fields);
    if let Some(cursor) = cursor {
        address.query_pairs_mut().append_pair("page", cursor);
    }
    address
}

/// `GET /user/workspaces`: a page for each, and the next page of them.
pub(super) async fn workspaces(api: &Api<'_>, page: &Page) -> Result<Vec<PageKey>, ForgeError> {
    #[derive(Deserialize)]
    struct Access {
        workspace: Workspace,
        #[serde(default, deserialize_with = "lenient")]
        administrator: Option<bool>,
    }
    #[derive(Deserialize)]
    struct Workspace {
        slug: String,
    }
    let fields = "next,values.administrator,values.workspace.slug";
    let address = paged(api.base.join("/user/workspaces"), page.cursor(), PER_PAGE, fields);
    let listed: Paged<Access> = reading::json(api, reading::get(api, address), "list of workspaces").await?;
    let next = listed.next(page.cursor())?.map(|cursor| page.at(cursor).key());
    let of = |access: Access| {
        let workspace = reading::name(access.workspace.slug).ok_or(ForgeError::Malformed { what: "name of a workspace" })?;
        let role = if access.administrator == Some(true) { Role::Administrator } else { Role::Member };
        Ok(Page::Repositories { workspace, role, order: Order::Whole, cursor: None }.key())
    };
    let keys: Result<Vec<PageKey>, ForgeError> = listed.values.into_iter().map(of).chain(next.map(Ok)).collect();
    keys
}

/// `GET /repositories/{workspace}`: those the account was let in to, and the next page.
pub(super) async fn repositories(
    api: &Api<'_>,
    page: &Page,
) -> Result<(Paged<wire::Repository>, Vec<PageKey>), ForgeError> {
    const STRANGE: ForgeError = ForgeError::Malformed { what: "page key" };
    let Page::Repositories { workspace, order, cursor, .. } = page else { return Err(STRANGE) };
    let mut address = under(api.base, &["repositories", workspace]).ok_or(STRANGE)?;
    let sort = if *order == Order::Newest { "-updated_on" } else { "created_on" };
    address.query_pairs_mut().append_pair("role", "member").append_pair("sort", sort);
    let length = if *order == Order::Parts { PER_PART } else { PER_PAGE };
    let address = paged(address, cursor.as_deref(), length, &format!("next,size,{}", wire::fields("values.")));
    let listed: Paged<wire::Repository> =
        reading::json(api, reading::get(api, address), "list of repositories").await?;
    let more = listed.next(page.cursor())?.map(|next| page.behind(next)).transpose()?;
    Ok((listed, more.into_iter().collect()))
}

/// The repositories of a workspace with these words in their names.
pub(super) async fn matching(
    api: &Api<'_>,
    workspace: &str,
    words: &str,
    most: usize,
) -> Result<Vec<wire::Repository>, ForgeError> {
    let Some(mut address) = under(api.base, &["repositories", workspace]) else { return Ok(Vec::new()) };
    address
        .query_pairs_mut()
        .append_pair("q", &format!("name ~ {}", quoted(words)))
        .append_pair("pagelen", &most.clamp(1, 100).to_string())
        .append_pair("fields", &wire::fields("values."));
    let found: Paged<wire::Repository> = reading::json(api, reading::get(api, address), "result of a search").await?;
    Ok(found.values.into_iter().take(most).collect())
}

/// A text in the filter language, in which a quotation mark would end it.
pub(super) fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What an account may do in the repositories of a workspace.
#[derive(Debug)]
pub(super) struct Granted {
    everything: bool,
    by_uuid: HashMap<String, Permission>,
}

impl Granted {
    pub(super) fn everything() -> Self {
        Self { everything: true, by_uuid: HashMap::new() }
    }

    pub(super) fn nothing() -> Self {
        Self { everything: false, by_uuid: HashMap::new() }
    }

    /// At least read: it is listed.
    pub(super) fn of(&self, uuid: &str) -> Permission {
        if self.everything {
            return Permission::Admin;
        }
        self.by_uuid.get(uuid).copied().unwrap_or(Permission::Read)
    }
}

#[derive(Deserialize)]
struct Grant {
    #[serde(default, deserialize_with = "lenient")]
    permission: Option<String>,
    repository: Granting,
}

#[derive(Deserialize)]
struct Granting {
    uuid: String,
}

/// `GET /user/workspaces/{workspace}/permissions/repositories`, by the filter if one is given.
async fn grants(
    api: &Api<'_>,
    workspace: &str,
    filter: Option<&str>,
    cursor: Option<&str>,
) -> Result<(Vec<(String, Permission)>, Option<String>), ForgeError> {
    let Some(mut address) = under(api.base, &["user", "workspaces", workspace, "permissions", "repositories"]) else {
        return Ok((Vec::new(), None));
    };
    if let Some(filter) = filter {
        address.query_pairs_mut().append_pair("q", filter);
    }
    let address = paged(address, cursor, PER_PAGE, "next,values.permission,values.repository.uuid");
    let listed: Result<Paged<Grant>, ForgeError> =
        reading::json(api, reading::get(api, address), "list of permissions").await;
    let listed = match listed {
        // Not every token that may list repositories may ask this.
        Err(ForgeError::Forbidden | ForgeError::NotFound) => return Ok((Vec::new(), None)),
        listed => listed?,
    };
    let next = listed.next(cursor)?;
    let known = listed.values.into_iter().map(|grant| {
        let permission = match grant.permission.as_deref() {
            Some("admin") => Permission::Admin,
            Some("write") => Permission::Write,
            _ => Permission::Read,
        };
        (grant.repository.uuid, permission)
    });
    Ok((known.collect(), next))
}

/// What the account was granted in a workspace.
pub(super) async fn granted(api: &Api<'_>, workspace: &str) -> Result<Granted, ForgeError> {
    let mut granted = Granted::nothing();
    let mut cursor = None;
    for _ in 0..MAX_GRANT_PAGES {
        let (known, next) = grants(api, workspace, None, cursor.as_deref()).await?;
        granted.by_uuid.extend(known);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(granted)
}

/// One repository by its uuid or its name, if it is in that workspace and the account may see it.
pub(super) async fn repository(
    api: &Api<'_>,
    workspace: &str,
    id: &str,
) -> Result<Option<ForgeRepository>, ForgeError> {
    // Not asked, so not known to be gone.
    let mut address =
        under(api.base, &["repositories", workspace, id]).ok_or(ForgeError::Malformed { what: "id of a repository" })?;
    address.query_pairs_mut().append_pair("fields", &wire::fields(""));
    let found = match reading::json::<wire::Repository>(api, reading::get(api, address), "repository").await {
        // What the API says to whom a private repository is hidden from; a credential that may see
        // none at all was refused at the listing already.
        Err(ForgeError::Forbidden) => None,
        found => if_there(found)?,
    };
    let Some(found) = found else { return Ok(None) };
    let permission = granted_in(api, workspace, found.uuid()).await?;
    found.in_our_terms(permission).map(Some)
}

/// What the account was granted in one repository.
async fn granted_in(api: &Api<'_>, workspace: &str, uuid: &str) -> Result<Permission, ForgeError> {
    let (known, _) = grants(api, workspace, Some(&format!("repository.uuid = {}", quoted(uuid))), None).await?;
    let its = known.into_iter().find(|(of, _)| of == uuid);
    Ok(its.map_or(Permission::Read, |(_, permission)| permission))
}

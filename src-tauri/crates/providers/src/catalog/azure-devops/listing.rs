//! The organisations of an account, and the repositories of each.
//!
//! An organisation gives all of its repositories at once. Not here: what a row says.

use super::{reply, wire};
use crate::{Api, ForgeError, PageKey, reading};
use drawbridge_domain::ForgeRepository;
use serde::Deserialize;

/// An organisation has thousands of repositories at most, of about a kilobyte each.
pub(super) const MAX_LIST: usize = 64 * 1024 * 1024;
const MAX_ROWS: usize = 50_000;
/// More than a person is in.
const MAX_ORGANISATIONS: usize = 1000;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Page {
    Organisations,
    Of(String),
}

impl Page {
    /// The page a key stands for: `organisations`, or `in/` and the name of one.
    pub(super) fn named(key: &PageKey) -> Result<Self, ForgeError> {
        match key.0.split_once('/') {
            None if key.0 == "organisations" => Some(Self::Organisations),
            Some(("in", organisation)) => reading::name(organisation.to_owned()).map(Self::Of),
            _ => None,
        }
        .ok_or(ForgeError::Malformed { what: "page key" })
    }

    pub(super) fn key(&self) -> PageKey {
        PageKey(match self {
            Self::Organisations => "organisations".to_owned(),
            Self::Of(organisation) => format!("in/{organisation}"),
        })
    }
}

#[derive(Deserialize)]
struct Listed<T> {
    value: Vec<T>,
}

/// The pages of the organisations: the one of a token, or those that a person is a member of.
pub(super) async fn organisations(api: &Api<'_>) -> Result<Vec<PageKey>, ForgeError> {
    #[derive(Deserialize)]
    struct Profile {
        id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Account {
        account_name: String,
    }
    const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of an organisation" };
    const NO_ADDRESS: ForgeError = ForgeError::Malformed { what: "address of the API" };
    let page = |name: String| reading::name(name).map(|name| Page::Of(name).key()).ok_or(NO_NAME);
    if let Some(organisation) = api.user {
        return Ok(vec![page(organisation.to_owned())?]);
    }
    let people = reply::people(api.base)?;
    let address = reply::versioned(&people, &["_apis", "profile", "profiles", "me"]).ok_or(NO_ADDRESS)?;
    let me: Profile = reply::json(api, address, "profile").await?;
    let mut address = reply::versioned(&people, &["_apis", "accounts"]).ok_or(NO_ADDRESS)?;
    address.query_pairs_mut().append_pair("memberId", &me.id);
    let accounts: Listed<Account> = reply::json(api, address, "list of organisations").await?;
    if accounts.value.len() > MAX_ORGANISATIONS {
        return Err(ForgeError::Malformed { what: "number of organisations" });
    }
    accounts.value.into_iter().map(|account| page(account.account_name)).collect()
}

/// All repositories of an organisation that the account can read.
pub(super) async fn repositories(api: &Api<'_>, organisation: &str) -> Result<Vec<ForgeRepository>, ForgeError> {
    let address = reply::versioned(api.base, &[organisation, "_apis", "git", "repositories"])
        .ok_or(ForgeError::Malformed { what: "page key" })?;
    let listed: Listed<wire::Repository> = reply::json(api, address, "list of repositories").await?;
    if listed.value.len() > MAX_ROWS {
        return Err(ForgeError::Malformed { what: "length of a page" });
    }
    listed.value.into_iter().map(|row| row.in_our_terms(organisation)).collect()
}

//! GitHub's JSON and headers, read into our terms.
//!
//! What identifies a row is required; everything else may be missing, null, or of a kind that did
//! not exist when this was written: the row stays, the fact goes. Not here: any request.

use crate::{
    ForgeError,
    reading::{lenient, line, name, ssh_address, topics, web_address},
};
use drawbridge_domain::{ForgeRepository, Identity, Permission, Timestamp, Visibility};
use serde::Deserialize;
use serde_json::Value;
use time::{OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

const MAX_SCOPES: usize = 100;

/// `GET /user`.
#[derive(Deserialize)]
pub(super) struct User {
    id: u64,
    login: String,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email: Option<String>,
}

impl User {
    pub(super) fn identity(self) -> Result<Identity, ForgeError> {
        Ok(Identity {
            subject: self.id.to_string(),
            login: name(self.login).ok_or(ForgeError::Malformed { what: "login" })?,
            name: self.name.as_deref().and_then(line),
            email: self.email.as_deref().and_then(line),
        })
    }
}

/// One row of `GET /user/repos`, and `GET /repos/{owner}/{repo}`.
#[derive(Deserialize)]
pub(super) struct Repository {
    id: u64,
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    owner: Option<Owner>,
    #[serde(default, deserialize_with = "lenient")]
    full_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    private: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    visibility: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    archived: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    fork: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    is_template: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    default_branch: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    language: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    topics: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    license: Option<License>,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    clone_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    ssh_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    html_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    updated_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pushed_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
}

#[derive(Deserialize)]
struct License {
    #[serde(default, deserialize_with = "lenient")]
    spdx_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default, deserialize_with = "lenient")]
    admin: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    maintain: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    push: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    triage: Option<bool>,
}

impl Repository {
    pub(super) fn in_our_terms(self) -> Result<ForgeRepository, ForgeError> {
        const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of a repository" };
        // The owner's account may be gone, and what it owned still have its name.
        let owner = self.owner.map(|owner| owner.login);
        let owner = owner.or_else(|| self.full_name?.split_once('/').map(|(owner, _)| owner.to_owned()));
        let web_url = self.html_url.as_deref().and_then(web_address);
        let clone_url = self.clone_url.as_deref().and_then(web_address);
        let clone_url = clone_url.or_else(|| web_url.as_ref().map(|page| format!("{page}.git")));
        let visibility = match self.visibility.as_deref() {
            Some("public") => Visibility::Public,
            Some("internal") => Visibility::Internal,
            Some("private") => Visibility::Private,
            // Older servers only say whether it is private. If nothing is said, the careful answer.
            _ if self.private == Some(false) => Visibility::Public,
            _ => Visibility::Private,
        };
        Ok(ForgeRepository {
            forge_id: self.id.to_string(),
            owner: owner.and_then(name).ok_or(NO_NAME)?,
            name: name(self.name).ok_or(NO_NAME)?,
            visibility,
            archived: self.archived.unwrap_or(false),
            fork: self.fork.unwrap_or(false),
            template: self.is_template.unwrap_or(false),
            default_branch: self.default_branch.as_deref().and_then(line),
            description: self.description.as_deref().and_then(line),
            language: self.language.as_deref().and_then(line),
            topics: topics(self.topics),
            licence: self.license.and_then(License::in_our_terms),
            size_kib: u32::try_from(self.size.unwrap_or(0)).unwrap_or(u32::MAX),
            clone_url: clone_url.unwrap_or_default(),
            ssh_url: self.ssh_url.and_then(ssh_address),
            web_url: web_url.unwrap_or_default(),
            created_at: self.created_at.as_deref().and_then(Timestamp::parse),
            updated_at: self.updated_at.as_deref().and_then(Timestamp::parse),
            pushed_at: self.pushed_at.as_deref().and_then(Timestamp::parse),
            permission: self.permissions.map_or(Permission::Read, |granted| granted.highest()),
        })
    }
}

impl License {
    fn in_our_terms(self) -> Option<String> {
        let spdx = self.spdx_id.filter(|id| id != "NOASSERTION");
        spdx.or(self.name).as_deref().and_then(line)
    }
}

impl Permissions {
    fn highest(&self) -> Permission {
        [
            (self.admin, Permission::Admin),
            (self.maintain, Permission::Maintain),
            (self.push, Permission::Write),
            (self.triage, Permission::Triage),
        ]
        .into_iter()
        .find_map(|(granted, permission)| (granted == Some(true)).then_some(permission))
        .unwrap_or(Permission::Read)
    }
}

/// The scopes in `X-OAuth-Scopes`. The header is there and empty for a token without any.
pub(super) fn scopes(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|scope| !scope.is_empty()).take(MAX_SCOPES).map(str::to_owned).collect()
}

/// The end of a token's life, as GitHub writes it: `2026-12-04 09:00:00 UTC`, or with an offset.
pub(super) fn expiry(text: &str) -> Option<Timestamp> {
    const IN_UTC: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    const WITH_OFFSET: &[BorrowedFormatItem<'_>] = format_description!(
        "[year]-[month]-[day] [hour]:[minute]:[second] [offset_hour sign:mandatory][offset_minute]"
    );
    let text = text.trim();
    let at = PrimitiveDateTime::parse(text, IN_UTC).map(PrimitiveDateTime::assume_utc);
    let at = at.or_else(|_| OffsetDateTime::parse(text, WITH_OFFSET)).ok()?;
    at.unix_timestamp().checked_mul(1000).map(Timestamp::from_millis)
}

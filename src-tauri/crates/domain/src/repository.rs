//! A repository as a forge describes it.
//!
//! Not here: rows, ids of this vault, or how a forge spells these facts in its replies.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Who may see a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Members of the enterprise or instance.
    Internal,
    /// Those who were let in.
    Private,
}

/// What an account may do in a repository, from least to most.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read.
    Read,
    /// Read, and sort issues.
    Triage,
    /// Push.
    Write,
    /// Push, and most settings.
    Maintain,
    /// Everything.
    Admin,
}

/// One repository as the forge's listing tells it, in our terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgeRepository {
    /// The forge's stable id; survives renames and transfers.
    pub forge_id: String,
    /// User or organisation name.
    pub owner: String,
    /// Name under the owner.
    pub name: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Read-only at the forge.
    pub archived: bool,
    /// Made from another repository.
    pub fork: bool,
    /// Offered as a template.
    pub template: bool,
    /// The branch that is checked out by default; none in some empty repositories.
    pub default_branch: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// The main programming language.
    pub language: Option<String>,
    /// Topics, in the forge's order.
    pub topics: Vec<String>,
    /// SPDX id or name of the licence.
    pub licence: Option<String>,
    /// Size in kibibytes.
    pub size_kib: u32,
    /// Address for git over HTTPS.
    pub clone_url: String,
    /// Address for git over SSH.
    pub ssh_url: Option<String>,
    /// Page in the browser.
    pub web_url: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When anything about it changed.
    pub updated_at: Option<Timestamp>,
    /// The last push.
    pub pushed_at: Option<Timestamp>,
    /// What the listing account may do in it.
    pub permission: Permission,
}

impl ForgeRepository {
    /// Owner and name, as people write it.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

//! Lists that a person keeps under a name.

use crate::dto::RepositorySort;
use drawbridge_domain::{Timestamp, ViewId};
use serde::{Deserialize, Serialize};

/// A column of the list beside the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryColumn {
    /// One line about it.
    Description,
    /// The main language.
    Language,
    /// The account that reaches it with the most rights.
    Account,
    /// Size.
    Size,
    /// When it was made.
    Created,
    /// The last push.
    Pushed,
}

/// A list under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SavedView {
    /// Ours.
    pub id: ViewId,
    /// What the person calls it.
    pub name: String,
    /// Words and filters, as in a query.
    pub query: String,
    /// The order.
    pub sort: RepositorySort,
    /// The order turned around.
    pub reverse: bool,
    /// The columns beside the name; none said, the usual ones.
    pub columns: Vec<RepositoryColumn>,
    /// When it was saved last.
    pub saved_at: Timestamp,
}

/// A list to keep under a name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(default)]
pub struct SaveView {
    /// What to call it; 1 to 60 characters.
    pub name: String,
    /// Words and filters.
    pub query: String,
    /// The order.
    pub sort: RepositorySort,
    /// The order turned around.
    pub reverse: bool,
    /// The columns beside the name; none said, the usual ones.
    pub columns: Vec<RepositoryColumn>,
    /// In place of the view that is called so already.
    pub replace: bool,
}

/// What to call a view from now on.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RenameView {
    /// The name; 1 to 60 characters.
    pub name: String,
}

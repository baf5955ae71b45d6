//! Facts of a row told oddly, for forges whose rows have them under other names.
//!
//! Not here: what such a fact means to whoever reads it.

use crate::forge::{change::Oddity, world::Repository};
use serde_json::{Value, json};

/// Puts these values where the repository is to be told oddly, and what no description knows.
pub(super) fn twist(row: &mut Value, one: &Repository, how: impl IntoIterator<Item = (Oddity, &'static str, Value)>) {
    for (oddity, field, value) in how {
        if one.oddity == Some(oddity) {
            row[field] = value;
        }
    }
    if one.oddity == Some(Oddity::ExtraFields) {
        row["weather"] = json!({ "wind": [1, 2, { "gusts": null }] });
    }
}

/// A description that no page shows whole.
pub(super) fn long() -> Value {
    json!("long ".repeat(20_000))
}

/// A size beyond what numbers in JSON are exact to.
pub(super) fn huge() -> Value {
    json!(9_007_199_254_740_993_u64)
}

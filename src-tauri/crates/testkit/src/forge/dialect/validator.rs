//! Validators of answers and conditional requests (RFC 9110 §8.8.3, §13.1.2).
//!
//! Not here: what a forge makes its validators of.

use crate::{forge::exchange::Request, temp::hex};
use sha2::{Digest as _, Sha256};

/// A weak validator over these parts.
pub(super) fn weak(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("W/\"{}\"", hex(&hash.finalize()))
}

/// Weak comparison (RFC 9110 §8.8.3.2) with the validators that the request knows.
pub(super) fn unchanged(request: &Request, validator: &str) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let list = request.header("if-none-match").unwrap_or_default();
    list.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(validator))
}

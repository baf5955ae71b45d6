//! How long access and renewal live at a provider, and what renewing does to the old pair.
//!
//! What a reply says counts more; this is for what replies leave out. Not here: deciding when.

use serde::{Deserialize, Deserializer, de::Error as _};
use std::time::Duration;

/// How long things live.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Life {
    /// How long access works where the reply does not say; nothing if unknown or without end.
    #[serde(deserialize_with = "some_span")]
    pub access: Option<Duration>,
    /// Whether access without a said end never ends.
    pub never_ends: bool,
    /// How long a refresh token lives that nobody uses.
    #[serde(deserialize_with = "some_span")]
    pub refresh_idle: Option<Duration>,
    /// How long renewing works after the sign-in, however much it is used.
    #[serde(deserialize_with = "some_span")]
    pub refresh_absolute: Option<Duration>,
    /// What renewing does to the refresh token.
    pub rotation: Rotation,
    /// What using a spent refresh token does.
    pub reuse: Reuse,
    /// How long a spent refresh token may be sent once more, where the provider documents that.
    #[serde(deserialize_with = "some_span")]
    pub grace: Option<Duration>,
    /// How long before its end access is renewed; five minutes if not said.
    #[serde(deserialize_with = "some_span")]
    pub margin: Option<Duration>,
}

/// What renewing does to the refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// Not known: what replies do is followed.
    #[default]
    Unknown,
    /// A new one each time; the old one is spent.
    Rotates,
    /// It stays.
    Stays,
}

/// What using a spent refresh token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// Not known: taken as if it ended everything.
    #[default]
    Unknown,
    /// It ends everything that came of the sign-in.
    EndsAll,
    /// It is refused, and nothing else happens.
    Refused,
}

/// A span as written: a number and `s`, `m`, `h` or `d`.
fn span(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    number
        .checked_mul(seconds)
        .filter(|seconds| *seconds > 0 && *seconds < 100 * 366 * 24 * 60 * 60)
        .map(Duration::from_secs)
}

fn some_span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    span(&text).map(Some).ok_or_else(|| D::Error::custom("a span such as 90s, 10m, 2h or 60d is expected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7200), ("60d", 5_184_000)] {
            assert_eq!(span(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for bad in ["", "2", "h", "0d", "-1h", "2w", "1.5h", "99999999999999999999d", "40000d"] {
            assert_eq!(span(bad), None, "{bad:?}");
        }
    }
}

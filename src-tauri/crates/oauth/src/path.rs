//! A path to a field of a JSON value: names joined by dots, numbers for places in lists.
//!
//! Not here: queries of any kind.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

/// A path such as `data.0.id`. Empty means the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath(String);

impl FieldPath {
    /// Reads a path: up to eight names of letters, digits, `_`, `-`, `$` and `@`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$' | '@' | ' ');
        let names: Vec<&str> = text.split('.').collect();
        let good = names.len() <= 8 && names.iter().all(|name| !name.is_empty() && name.chars().all(fits));
        good.then(|| Self(text.to_owned()))
    }

    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is there.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.split('.').try_fold(value, |value, name| match value {
            Value::Array(list) => list.get(name.parse::<usize>().ok()?),
            value => value.get(name),
        })
    }

    /// What is there as text: a text, or a number written out. Nothing where it is empty.
    pub fn text(&self, value: &Value) -> Option<String> {
        match self.of(value)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for FieldPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a path of field names joined by dots is expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_finds_what_it_names_and_nothing_else() {
        let value = json!({"data": [{"id": 7, "who": {"name": " Ann "}}], "empty": ""});
        let at = |path: &str| FieldPath::parse(path).expect("a path").text(&value);
        assert_eq!(at("data.0.id").as_deref(), Some("7"));
        assert_eq!(at("data.0.who.name").as_deref(), Some("Ann"));
        for nothing in ["data.1.id", "data.id", "empty", "data.0.who", "other"] {
            assert_eq!(at(nothing), None, "{nothing}");
        }
        for bad in ["", "a..b", "a.b*", "a.b.c.d.e.f.g.h.i"] {
            assert_eq!(FieldPath::parse(bad), None, "{bad:?}");
        }
    }
}

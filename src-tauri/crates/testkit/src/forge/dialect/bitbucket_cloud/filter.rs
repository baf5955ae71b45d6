//! Partial answers and conditions (intro: partial responses, filtering and sorting), as far as they are used.
//!
//! Not here: what is filtered.

use serde_json::{Map, Value};

/// A condition such as `name ~ "words"`: its field, its operator and its text; none for any other.
pub(super) fn condition(text: &str) -> Option<(&str, char, String)> {
    let (field, rest) = text.trim().split_once(['=', '~'])?;
    let operator = text.trim()[field.len()..].chars().next()?;
    let quoted = rest.trim().strip_prefix('"')?.strip_suffix('"')?;
    let (mut told, mut letters) = (String::new(), quoted.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => told.push(letters.next()?),
            '"' => return None,
            letter => told.push(letter),
        }
    }
    Some((field.trim(), operator, told))
}

/// Only the fields that were asked for; lists are gone through.
pub(super) fn partial(whole: &Value, fields: &str) -> Value {
    let paths: Vec<Vec<&str>> = fields.split(',').map(|path| path.split('.').collect()).collect();
    let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
    part(whole, &paths)
}

fn part(whole: &Value, paths: &[&[&str]]) -> Value {
    if paths.iter().any(|path| path.is_empty()) {
        return whole.clone();
    }
    match whole {
        Value::Array(rows) => rows.iter().map(|row| part(row, paths)).collect(),
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (name, value) in fields {
                let below: Vec<&[&str]> = paths.iter().filter(|path| path[0] == name).map(|path| &path[1..]).collect();
                if !below.is_empty() {
                    kept.insert(name.clone(), part(value, &below));
                }
            }
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_was_asked_for_is_told() {
        let whole = json!({ "size": 2, "values": [{ "a": { "b": 1, "c": 2 }, "d": 3 }, { "a": null, "d": 4 }] });
        assert_eq!(partial(&whole, "values.a.b,next"), json!({ "values": [{ "a": { "b": 1 } }, { "a": null }] }));
        assert_eq!(partial(&whole, "size,values.d"), json!({ "size": 2, "values": [{ "d": 3 }, { "d": 4 }] }));
    }

    #[test]
    fn a_condition_is_a_field_and_a_quoted_text() {
        assert_eq!(condition(r#"name ~ "a \"b\" \\""#), Some(("name", '~', r#"a "b" \"#.to_owned())));
        assert_eq!(condition(r#"name="x=y""#), Some(("name", '=', "x=y".to_owned())));
        for odd in ["name", "name ~ x", r#"name ~ "a" OR name ~ "b""#, r#"name > "x""#] {
            assert_eq!(condition(odd), None, "{odd}");
        }
    }
}

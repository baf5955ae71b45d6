//! HTTP headers as a person types them: names and values checked, one form to seal.
//!
//! Not here: which hosts they go to.

use super::words;
use crate::{Answer, Problem};
use drawbridge_domain::SecretString;
use std::fmt::Write as _;

const MOST: usize = 16;
const LONGEST_NAME: usize = 100;
const LONGEST_VALUE: usize = 8 * 1024;

/// Belong to one connection or to a proxy (RFC 9110 §7.6.1), not to whom the request is for.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Say where a request goes and where it ends.
const FRAMING: &[&str] = &["content-length", "expect", "host"];

/// Headers, each a name and its value.
pub(super) type Headers = Vec<(String, SecretString)>;

/// Reads `Name: value`, one a line; empty lines are left out.
pub(super) fn read(text: &SecretString) -> Answer<Headers> {
    let mut all: Headers = Vec::new();
    for (number, line) in text.expose().split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() {
            continue;
        }
        let place = number + 1;
        // What stands there may be a secret, so only its place is told.
        let (name, value) = line.split_once(':').ok_or_else(|| words::header_line(place))?;
        let (name, value) = (name.trim(), value.trim_matches([' ', '\t']));
        check_name(name, place)?;
        if all.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(words::header_twice(name));
        }
        if value.is_empty() || value.len() > LONGEST_VALUE || !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(words::header_value(name));
        }
        all.push((name.to_owned(), SecretString::from(value.to_owned())));
    }
    match all.len() {
        0 => Err(words::no_header()),
        1..=MOST => Ok(all),
        _ => Err(words::many_headers(MOST)),
    }
}

/// The form in which they are sealed; [`read`] reads it back.
pub(super) fn written(headers: &Headers) -> SecretString {
    let room = headers.iter().map(|(name, value)| name.len() + value.expose().len() + 3).sum();
    let mut text = String::with_capacity(room);
    for (name, value) in headers {
        // Writing into a text can't fail.
        let _ = writeln!(text, "{name}: {}", value.expose());
    }
    SecretString::new(text)
}

/// A token (RFC 9110 §5.6.2) that is for whom the request is for.
fn check_name(name: &str, place: usize) -> Result<(), Problem> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_token) {
        return Err(words::header_line(place));
    }
    let lower = name.to_ascii_lowercase();
    if HOP_BY_HOP.contains(&lower.as_str()) {
        return Err(words::header_refused(name, "it belongs to a connection or a proxy, not to the host"));
    }
    if FRAMING.contains(&lower.as_str()) {
        return Err(words::header_refused(name, "each request sets its own"));
    }
    if lower == "cookie" {
        return Err(words::header_refused(name, "it is a browser’s whole session, which the host changes as it goes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let read = read(&SecretString::from(text.to_owned()));
        read.map(|all| all.into_iter().map(|(name, _)| name).collect()).map_err(|problem| problem.message)
    }

    #[test]
    fn headers_are_read_and_sealed_in_one_form() {
        let text = SecretString::from("X-Api-Key:  a:b \r\n\n Authorization : Token c d\n".to_owned());
        let all = read(&text).expect("headers");
        let sealed = written(&all);
        assert!(sealed.same_as("X-Api-Key: a:b\nAuthorization: Token c d\n"), "blanks around are no part of a value");
        assert_eq!(sealed.expose().capacity(), sealed.expose().len(), "it did not grow: a move leaves a copy");
        let again = read(&sealed).expect("headers");
        assert!(again.iter().zip(&all).all(|(a, b)| a.0 == b.0 && a.1.same_as(b.1.expose())));
    }

    #[test]
    fn what_is_no_header_is_refused_without_repeating_it() {
        for (text, said) in [
            ("", "no header"),
            ("canary", "line 1"),
            ("A: 1\ncanary without a colon", "line 2"),
            ("X Y: canary", "line 1"),
            ("Ä: canary", "line 1"),
            (": canary", "line 1"),
            ("A: canary\nX-A: 1\nx-a: canary", "twice"),
            ("X-A:", "X-A"),
            ("X-A: can\u{7}ary", "X-A"),
            ("X-A: canary\rX-B: 2", "X-A"),
            ("X-A: canäry", "X-A"),
            ("Host: canary.example", "each request"),
            ("content-length: 7", "each request"),
            ("Connection: canary", "connection"),
            ("TE: canary", "connection"),
            ("Proxy-Authorization: canary", "proxy"),
            ("Transfer-Encoding: canary", "connection"),
            ("Cookie: canary", "session"),
        ] {
            let message = names(text).expect_err(text);
            assert!(message.contains(said), "{text:?}: {message}");
            assert!(!message.contains("canary"), "a value may be secret: {message}");
        }
        let many = (0..17).map(|n| format!("X-{n}: 1")).collect::<Vec<_>>().join("\n");
        assert!(names(&many).expect_err("too many").contains("16"));
        assert!(names(&format!("X-A: {}", "x".repeat(LONGEST_VALUE))).is_ok());
        assert!(names(&format!("X-A: {}", "x".repeat(LONGEST_VALUE + 1))).is_err());
    }
}

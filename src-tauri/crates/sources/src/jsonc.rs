//! JSON as people write settings in it: with comments, and with commas behind the last entry.
//!
//! Both become blanks, so that places stay what they were. Not here: what the entries mean.

use crate::Trouble;
use serde_json::Value;

/// Reads a text. Nesting is bounded by the JSON reader itself.
pub(crate) fn parse(text: &str) -> Result<Value, Trouble> {
    serde_json::from_slice(&plain(text)).map_err(|error| Trouble::Unreadable { line: error.line() })
}

/// The same text without what JSON does not have.
fn plain(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    // Where a comma stands that may turn out to be the last.
    let mut comma = None;
    let mut at = 0;
    while at < bytes.len() {
        let end = match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => {
                comma = None;
                end_of_text(&bytes, at)
            }
            (b'/', Some(b'/')) => blank(&mut bytes, at, |rest| rest.iter().position(|byte| *byte == b'\n')),
            (b'/', Some(b'*')) => {
                blank(&mut bytes, at, |rest| rest[2..].windows(2).position(|pair| pair == b"*/").map(|end| end + 4))
            }
            (b',', _) => {
                comma = Some(at);
                at + 1
            }
            (b']' | b'}', _) => {
                if let Some(comma) = comma.take() {
                    bytes[comma] = b' ';
                }
                at + 1
            }
            (byte, _) => {
                if !byte.is_ascii_whitespace() {
                    comma = None;
                }
                at + 1
            }
        };
        at = end;
    }
    bytes
}

/// The place behind the text that begins here.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Makes a comment blanks, all but its line breaks; the place behind it.
fn blank(bytes: &mut [u8], start: usize, length: impl Fn(&[u8]) -> Option<usize>) -> usize {
    let end = length(&bytes[start..]).map_or(bytes.len(), |length| start + length);
    for byte in &mut bytes[start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    end
}

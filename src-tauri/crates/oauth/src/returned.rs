//! What comes back from the browser: an address, read into a value before anything acts on it.
//!
//! Anybody on this computer can hand such an address in, so it is bounded, exact and never trusted:
//! whether a sign-in waits for it is decided by its `state`, elsewhere.

use crate::{CallbackMark, Error, Issuer, callback::deep_link_redirect, error::error_code};
use drawbridge_domain::SecretString;
use url::form_urlencoded;

/// How an answer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnVia {
    /// By our own scheme.
    DeepLink,
    /// By a port of this computer.
    Loopback {
        /// Which.
        port: u16,
    },
    /// A code alone, pasted by the person into the sign-in it belongs to.
    Pasted,
}

/// What the host answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A code to exchange.
    Code(SecretString),
    /// No code.
    Refused {
        /// The error code: 1 to 64 characters of `a-z`, `A-Z`, `0-9`, `_`, `-` and `.`.
        error: String,
        /// What the host says about it, at most 500 characters without control characters. To be
        /// shown only after `state` and issuer were found right.
        description: Option<String>,
    },
}

/// An address that came back, read.
#[derive(Debug, Clone)]
pub struct Return {
    /// How it came.
    pub via: ReturnVia,
    /// The redirect address it was sent to.
    pub place: String,
    /// Which sign-in it claims to answer.
    pub state: SecretString,
    /// Who it claims to come from (RFC 9207).
    pub iss: Option<String>,
    /// The answer.
    pub answer: Answer,
    /// Whatever else came along, as name and value: for hosts that say there what was connected.
    pub extra: Vec<(String, String)>,
}

/// Why an address is no answer to a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReturnError {
    /// Another scheme, host or path.
    #[error("not an address of ours")]
    NotOurs,
    /// Longer than 8 KiB, or with characters an address can't have.
    #[error("not an address")]
    NotAnAddress,
    /// A parameter is missing, given twice, or too long.
    #[error("the parameter {name} is missing, doubled or unusable")]
    Parameter {
        /// Which.
        name: &'static str,
    },
}

/// Longer than any address a browser hands over.
const MAX_LINK: usize = 8 * 1024;
const MAX_PATH: usize = 100;
const MAX_CODE: usize = 4096;
const MAX_EXTRA: usize = 16;
const MAX_EXTRA_VALUE: usize = 400;
const MAX_STATE: usize = 512;
const MAX_ISSUER: usize = 1024;
const MAX_DESCRIPTION: usize = 500;

/// Reads what came back: a deep link, or the address a loopback page was asked by.
pub fn parse_return(link: &str) -> Result<Return, ReturnError> {
    let link = link.trim_ascii();
    if link.is_empty() || link.len() > MAX_LINK || !link.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ReturnError::NotAnAddress);
    }
    // A fragment is no part of an answer to us; some hosts leave one behind.
    let link = link.split_once('#').map_or(link, |(before, _)| before);
    let (place, query) = link.split_once('?').unwrap_or((link, ""));
    let (via, place) = place_of(place).ok_or(ReturnError::NotOurs)?;
    let mut parameters = Parameters::read(query)?;
    let state = parameters.secret("state", MAX_STATE)?.ok_or(ReturnError::Parameter { name: "state" })?;
    let iss = parameters.text("iss", MAX_ISSUER)?;
    let code = parameters.secret("code", MAX_CODE)?;
    let error = parameters.take("error");
    let answer = match (code, error) {
        (Some(code), None) => Answer::Code(code),
        (None, Some(error)) if !error.is_empty() => Answer::Refused {
            error: error_code(&error),
            description: parameters.take("error_description").and_then(|text| one_line(&text)),
        },
        (None, None) => return Err(ReturnError::Parameter { name: "code" }),
        // An answer is one or the other; which of the two a stranger meant is not for us to guess.
        _ => return Err(ReturnError::Parameter { name: "error" }),
    };
    Ok(Return { via, place, state, iss, answer, extra: parameters.extra })
}

/// Which way an address without its query belongs to, and the redirect address it stands for:
/// exactly, so that nothing else that our scheme or port may one day mean is taken for an answer.
fn place_of(place: &str) -> Option<(ReturnVia, String)> {
    let (scheme, rest) = place.split_once(':')?;
    if scheme.eq_ignore_ascii_case("dev.drawbridge.desktop") {
        // Some systems and servers write it with two slashes.
        let rest = rest.strip_prefix("//oauth/callback").or_else(|| rest.strip_prefix("/oauth/callback"))?;
        let mark = match rest.strip_prefix('/') {
            Some(mark) => Some(CallbackMark::parse(mark)?),
            None if rest.is_empty() => None,
            None => return None,
        };
        return Some((ReturnVia::DeepLink, deep_link_redirect(mark.as_ref())));
    }
    let whole = place;
    let rest = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    let rest = rest.into_iter().find_map(|before| whole.strip_prefix(before))?;
    let (port, path) = rest.split_at(rest.find('/')?);
    // Which path it has to be depends on the client; whoever knows the sign-in compares all of it.
    if path.len() > MAX_PATH || path.contains("..") {
        return None;
    }
    let is_plain = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    let port = port.parse().ok().filter(|_| is_plain)?;
    Some((ReturnVia::Loopback { port }, whole.to_owned()))
}

/// The parameters that mean something to us, each at most once.
struct Parameters {
    known: Vec<(&'static str, SecretString)>,
    extra: Vec<(String, String)>,
}

impl Parameters {
    fn read(query: &str) -> Result<Self, ReturnError> {
        let known = ["code", "state", "iss", "error", "error_description"];
        let mut found: Vec<(&'static str, SecretString)> = Vec::new();
        let mut extra: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(name) = known.into_iter().find(|known| *known == name) else {
                let short = name.len() <= 64 && value.len() <= MAX_EXTRA_VALUE && !value.contains(char::is_control);
                if short && extra.len() < MAX_EXTRA && !extra.iter().any(|(before, _)| *before == name) {
                    extra.push((name.into_owned(), value.into_owned()));
                }
                continue;
            };
            if found.iter().any(|(before, _)| *before == name) {
                return Err(ReturnError::Parameter { name });
            }
            found.push((name, SecretString::new(value.into_owned())));
        }
        Ok(Self { known: found, extra })
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.known.iter().position(|(known, _)| *known == name)?;
        Some(self.known.swap_remove(at).1.expose().clone())
    }

    fn secret(&mut self, name: &'static str, limit: usize) -> Result<Option<SecretString>, ReturnError> {
        Ok(self.text(name, limit)?.map(SecretString::new))
    }

    /// A value of visible ASCII characters.
    fn text(&mut self, name: &'static str, limit: usize) -> Result<Option<String>, ReturnError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let fits = !value.is_empty() && value.len() <= limit && value.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Some(value)) } else { Err(ReturnError::Parameter { name }) }
    }
}

/// A stranger's words as one bounded line; none if nothing is left.
fn one_line(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_DESCRIPTION).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Checks who an answer comes from (RFC 9207 §2.4): plain comparison, and required where the host
/// is known to say it always. Where nothing is said or known there is nothing to compare with, and
/// the `state` and the verifier alone tie the answer to the host.
pub fn check_issuer(expected: Option<&Issuer>, iss: Option<&str>) -> Result<(), Error> {
    match (expected, iss) {
        (Some(expected), Some(iss)) if iss != expected.name => Err(Error::IssuerMismatch),
        (Some(expected), None) if expected.in_answers => Err(Error::IssuerMismatch),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(link: &str) -> Option<String> {
        match parse_return(link).ok()?.answer {
            Answer::Code(code) => Some(code.expose().clone()),
            Answer::Refused { .. } => None,
        }
    }

    #[test]
    fn an_answer_is_read_from_every_place_it_may_come_to() {
        for (link, via) in [
            ("dev.drawbridge.desktop:/oauth/callback?code=c&state=s", ReturnVia::DeepLink),
            ("dev.drawbridge.desktop://oauth/callback?code=c&state=s", ReturnVia::DeepLink),
            ("DEV.Drawbridge.Desktop:/oauth/callback?state=s&code=c", ReturnVia::DeepLink),
            ("  dev.drawbridge.desktop:/oauth/callback?code=c&state=s&more=1#_=_\n", ReturnVia::DeepLink),
            ("http://127.0.0.1:49152/callback?code=c&state=s", ReturnVia::Loopback { port: 49152 }),
            ("http://[::1]:1/callback?code=c&state=s", ReturnVia::Loopback { port: 1 }),
        ] {
            let read = parse_return(link).expect(link);
            assert_eq!(read.via, via, "{link}");
            assert!(read.state.same_as("s"));
            assert_eq!(code_of(link).as_deref(), Some("c"), "{link}");
        }
        for (link, place) in [
            ("dev.drawbridge.desktop:/oauth/callback?code=c&state=s", "dev.drawbridge.desktop:/oauth/callback"),
            ("DEV.drawbridge.desktop://oauth/callback?code=c&state=s", "dev.drawbridge.desktop:/oauth/callback"),
            (
                "dev.drawbridge.desktop://oauth/callback/0123456789abcdef0123?code=c&state=s",
                "dev.drawbridge.desktop:/oauth/callback/0123456789abcdef0123",
            ),
            ("http://[::1]:1/callback/x?code=c&state=s", "http://[::1]:1/callback/x"),
        ] {
            assert_eq!(parse_return(link).expect(link).place, place, "as it was asked for");
        }
        let escaped = "dev.drawbridge.desktop:/oauth/callback?code=a%2Fb%2Bc&state=s&iss=https%3A%2F%2Fhost";
        assert_eq!(code_of(escaped).as_deref(), Some("a/b+c"));
        assert_eq!(parse_return(escaped).expect("valid").iss.as_deref(), Some("https://host"));
    }

    #[test]
    fn a_refusal_is_an_answer_and_a_strangers_words_are_bounded() {
        let link = format!(
            "dev.drawbridge.desktop:/oauth/callback?state=s&error=access%20denied%1b[31m&error_description=no%0a{}",
            "x".repeat(2000)
        );
        let Answer::Refused { error, description } = parse_return(&link).expect("valid").answer else {
            panic!("an error is a refusal");
        };
        assert_eq!(error, "access_denied__31m");
        let description = description.expect("one was given");
        assert!(description.starts_with("no x") && description.len() <= MAX_DESCRIPTION, "{description}");
    }

    #[test]
    fn nothing_else_is_taken_for_an_answer() {
        let own = "dev.drawbridge.desktop:/oauth/callback";
        for link in [
            "",
            "   ",
            "https://host/oauth/callback?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/callback/?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/callbackx?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/callback/0123456789abcdef012?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/callback/0123456789abcdef0123/?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/callback0123456789abcdef0123?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/../oauth/callback?code=c&state=s",
            "dev.drawbridge.desktop:///oauth/callback?code=c&state=s",
            "dev.drawbridge.desktop://evil/oauth/callback?code=c&state=s",
            "dev.drawbridge.desktop.evil:/oauth/callback?code=c&state=s",
            "http://localhost.evil:80/callback?code=c&state=s",
            "http://127.0.0.1/callback?code=c&state=s",
            "http://127.0.0.1:0/callback?code=c&state=s",
            "http://127.0.0.1:99999/callback?code=c&state=s",
            "http://127.0.0.1:+80/callback?code=c&state=s",
            "http://127.0.0.1:80@evil/callback?code=c&state=s",
            "http://127.0.0.1:80/callback/../more?code=c&state=s",
            "https://127.0.0.1:80/callback?code=c&state=s",
        ] {
            assert!(parse_return(link).is_err(), "{link:?} is not ours");
        }
        for query in [
            "",
            "code=c",
            "state=s",
            "code=&state=s",
            "code=c&state=",
            "code=c&code=c&state=s",
            "code=c&state=s&state=s",
            "code=c&state=s&iss=a&iss=a",
            "error=a&error=a&state=s",
            "error=a&code=c&state=s",
            "error=&state=s",
            "code=c%00&state=s",
            "code=%C3%A4&state=s",
            "code=%ff&state=s",
            "code=c&state=a%20b",
        ] {
            let link = format!("{own}?{query}");
            assert!(matches!(parse_return(&link), Err(ReturnError::Parameter { .. })), "{query:?} answers nothing");
        }
        let long = format!("{own}?state=s&code={}", "c".repeat(MAX_LINK));
        assert_eq!(parse_return(&long).err(), Some(ReturnError::NotAnAddress));
        let long = format!("{own}?code=c&state={}", "s".repeat(MAX_STATE + 1));
        assert_eq!(parse_return(&long).err(), Some(ReturnError::Parameter { name: "state" }));
        assert_eq!(parse_return(&format!("{own}?code=\u{e4}&state=s")).err(), Some(ReturnError::NotAnAddress));
    }

    #[test]
    fn no_text_whatever_makes_it_panic_or_print_a_secret() {
        let whole = "dev.drawbridge.desktop:/oauth/callback?code=canary&state=canary&error_description=%e4%00#x";
        for end in 0..=whole.len() {
            for middle in ["", "%", "%f", "\0", "\u{fffd}", "&&==", "?#?#"] {
                let text = format!("{}{middle}{}", &whole[..end], &whole[end..]);
                let shown = format!("{:?}", parse_return(&text));
                assert!(!shown.contains("canary"), "neither code nor state may be printable: {shown}");
            }
        }
    }

    #[test]
    fn an_issuer_is_compared_as_it_is_written() {
        let issuer = |in_answers| Issuer { name: "https://a".to_owned(), in_answers };
        let (always, perhaps) = (issuer(true), issuer(false));
        check_issuer(Some(&always), Some("https://a")).expect("the same");
        check_issuer(None, None).expect("a host that does not say it");
        check_issuer(Some(&perhaps), None).expect("a host that is not known to say it");
        for (expected, said) in [
            (&always, Some("https://b")),
            (&always, Some("https://a/")),
            (&always, Some("HTTPS://a")),
            (&always, None),
            (&perhaps, Some("https://b")),
        ] {
            let outcome = check_issuer(Some(expected), said);
            assert!(matches!(outcome, Err(Error::IssuerMismatch)), "{expected:?} is not {said:?}");
        }
    }
}

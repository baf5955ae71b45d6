//! Where a credential may be used: one host, or every host below a name.
//!
//! Decided by comparing parsed parts, never by looking for one text in another. What is odd about an
//! address (a user name in it, a dot at the end of its host) makes it another one. Not here: sending
//! anything there.

use crate::address::is_loopback;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The longest name of a host (RFC 1035 §2.3.4) with scheme, wildcard and port around it.
const LONGEST: usize = 280;

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It names no host.
    #[error("not a host")]
    Malformed,
    /// `http` to something that is not this computer: the credential would travel in the clear.
    #[error("unencrypted host that is not loopback")]
    Unencrypted,
    /// A user name, path, query or fragment, which no host has.
    #[error("more than a host and a port")]
    TooMuch,
    /// A wildcard that is not the whole first label, or that stands for too much.
    #[error("a wildcard stands before a name with a dot, as in *.example.com")]
    Wildcard,
}

/// `git.example.org`, `*.example.org` (one label or more before it), `git.example.org:8443`,
/// `http://127.0.0.1:4411`. Without a scheme it is `https`; without a port it is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[specta(type = String)]
#[schema(value_type = String)]
pub struct HostPattern(Parts);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Parts {
    secure: bool,
    /// Whether it is the names below the host instead of the host.
    below: bool,
    /// As the address parser writes it: lower case, international names encoded.
    host: String,
    port: u16,
}

impl HostPattern {
    /// Reads a pattern as a person types it.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(PatternError::Malformed);
        }
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        let (below, rest) = rest.strip_prefix("*.").map_or((false, rest), |rest| (true, rest));
        if rest.contains('*') {
            return Err(PatternError::Wildcard);
        }
        let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| PatternError::Malformed)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(PatternError::Malformed),
        };
        let bare = url.username().is_empty() && url.password().is_none();
        if !bare || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(PatternError::TooMuch);
        }
        let host = url.host().ok_or(PatternError::Malformed)?;
        if let Host::Domain(name) = &host
            && !has_whole_labels(name)
        {
            return Err(PatternError::Malformed);
        }
        if below && !matches!(&host, Host::Domain(name) if name.contains('.')) {
            return Err(PatternError::Wildcard);
        }
        if !secure && (below || !is_loopback(&host)) {
            return Err(PatternError::Unencrypted);
        }
        let port = url.port_or_known_default().ok_or(PatternError::Malformed)?;
        Ok(Self(Parts { secure, below, host: host.to_string(), port }))
    }

    /// The pattern of one host alone, as its base address names it.
    pub fn of(host: &crate::BaseUrl) -> Result<Self, PatternError> {
        Self::parse(&host.to_url().origin().ascii_serialization())
    }

    /// Whether a credential that is bound to this may be sent to that address.
    pub fn applies_to(&self, url: &Url) -> bool {
        let Parts { secure, below, host: own, port } = &self.0;
        let scheme = if *secure { "https" } else { "http" };
        if url.scheme() != scheme || url.port_or_known_default() != Some(*port) {
            return false;
        }
        // What stands before an @ is there to be mistaken for the host.
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let Some(host) = url.host_str() else { return false };
        if !below {
            return host == own;
        }
        let labels = host.strip_suffix(own.as_str()).and_then(|before| before.strip_suffix('.'));
        labels.is_some_and(has_whole_labels)
    }
}

/// Whether a name has no empty label: none at all, two dots in a row, a dot at an end.
fn has_whole_labels(name: &str) -> bool {
    !name.split('.').any(str::is_empty)
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Parts { secure, below, host, port } = &self.0;
        let scheme = if *secure { "" } else { "http://" };
        let wildcard = if *below { "*." } else { "" };
        write!(f, "{scheme}{wildcard}{host}")?;
        let usual = if *secure { 443 } else { 80 };
        if *port == usual { Ok(()) } else { write!(f, ":{port}") }
    }
}

impl std::str::FromStr for HostPattern {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for HostPattern {
    type Error = PatternError;
    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::parse(&text)
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PatternError::{Malformed, TooMuch, Unencrypted, Wildcard};

    #[test]
    fn patterns_are_read_and_written_in_one_way() {
        for (text, written) in [
            ("git.example.org", "git.example.org"),
            (" HTTPS://Git.Example.ORG:443/ ", "git.example.org"),
            ("git.example.org:8443", "git.example.org:8443"),
            ("*.example.org", "*.example.org"),
            ("https://*.Example.org:8443", "*.example.org:8443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("localhost:3000", "localhost:3000"),
            ("http://localhost", "http://localhost"),
            ("http://127.0.0.1:4411", "http://127.0.0.1:4411"),
            ("http://[::1]:4411", "http://[::1]:4411"),
            // Another way to write 127.0.0.1.
            ("http://0x7f.1:80", "http://127.0.0.1"),
        ] {
            let pattern = HostPattern::parse(text).expect(text);
            assert_eq!(pattern.to_string(), written, "{text}");
            assert_eq!(HostPattern::parse(written), Ok(pattern), "{written} reads back");
        }
        for (text, why) in [
            ("", Malformed),
            ("https://", Malformed),
            ("ftp://git.example.org", Malformed),
            ("git example.org", Malformed),
            ("git.exam\tple.org", Malformed),
            ("git.example.org.", Malformed),
            ("git..example.org", Malformed),
            ("git.example.org:99999", Malformed),
            ("http://git.example.org", Unencrypted),
            ("http://127.0.0.1.example.org", Unencrypted),
            ("http://*.localhost.example", Unencrypted),
            ("git.example.org/path", TooMuch),
            ("git.example.org\\path", TooMuch),
            ("anna@git.example.org", TooMuch),
            ("git.example.org?x", TooMuch),
            ("git.example.org#x", TooMuch),
            ("*", Wildcard),
            ("*.org", Wildcard),
            ("*.127.0.0.1", Wildcard),
            ("*.[::1]", Wildcard),
            ("*.*.example.org", Wildcard),
            ("git.*.example.org", Wildcard),
            ("*git.example.org", Wildcard),
        ] {
            assert_eq!(HostPattern::parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_credential_goes_to_its_hosts_and_nowhere_that_looks_like_them() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            (
                "example.com",
                &[
                    "https://example.com/",
                    "https://EXAMPLE.com/a?b#c",
                    "https://example.com:443/",
                    "https://exam\tple.com/",
                    "https://%65xample.com/",
                ],
                &[
                    "http://example.com/",
                    "https://example.com:444/",
                    "https://example.com./",
                    "https://www.example.com/",
                    "https://evil-example.com/",
                    "https://example.com.evil.test/",
                    "https://example.com@evil.test/",
                    "https://anna@example.com/",
                    "https://:pw@example.com/",
                    "https://evil.test/example.com",
                    "https://evil.test\\@example.com/",
                    "https://еxample.com/",
                    "wss://example.com/",
                    "ssh://example.com/",
                    "data:example.com",
                ],
            ),
            (
                "*.example.com",
                &["https://a.example.com/", "https://b.a.example.com/"],
                &[
                    "https://example.com/",
                    "https://evil-example.com/",
                    "https://.example.com/",
                    "https://a..example.com/",
                    "https://a.example.com./",
                    "https://a.example.com:8443/",
                    "https://a.example.com.evil.test/",
                    "https://evil.test/a.example.com",
                    "http://a.example.com/",
                ],
            ),
            (
                "example.com:8443",
                &["https://example.com:8443/"],
                &["https://example.com/", "https://example.com:443/", "http://example.com:8443/"],
            ),
            (
                "bücher.example",
                &["https://BÜCHER.example/", "https://xn--bcher-kva.example/"],
                &["https://bucher.example/"],
            ),
            (
                "http://127.0.0.1:4411",
                &["http://127.0.0.1:4411/x", "http://2130706433:4411/"],
                &["https://127.0.0.1:4411/", "http://127.0.0.2:4411/", "http://localhost:4411/", "http://[::1]:4411/"],
            ),
        ];
        for (pattern, to, not_to) in cases {
            let bound = HostPattern::parse(pattern).expect("a pattern");
            // An address that can't even be read is nowhere to go.
            let applies = |text: &str| Url::parse(text).is_ok_and(|url| bound.applies_to(&url));
            for text in *to {
                assert!(applies(text), "{pattern} applies to {text}");
            }
            for text in *not_to {
                assert!(!applies(text), "{pattern} does not apply to {text}");
            }
        }
    }

    #[test]
    fn an_accounts_host_is_a_pattern() {
        let host = crate::BaseUrl::parse("https://git.example.org:8443/base").expect("valid");
        assert_eq!(HostPattern::of(&host).expect("a host").to_string(), "git.example.org:8443");
        let here = crate::BaseUrl::parse("http://127.0.0.1:4411").expect("valid");
        assert_eq!(HostPattern::of(&here).expect("a host").to_string(), "http://127.0.0.1:4411");
    }
}

//! Addresses of servers: parsed once at the edge, `https` unless loopback, printed without what
//! may be secret in them.
//!
//! Not here: opening or fetching an address.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

const MAX_LENGTH: usize = 2000;

/// Text on its way in and out: by `parse` alone, so that no other address comes to be.
macro_rules! as_text {
    ($($address:ident),*) => {$(
        impl TryFrom<String> for $address {
            type Error = AddressError;
            fn try_from(text: String) -> Result<Self, AddressError> {
                Self::parse(&text)
            }
        }

        impl std::str::FromStr for $address {
            type Err = AddressError;
            fn from_str(text: &str) -> Result<Self, AddressError> {
                Self::parse(text)
            }
        }

        impl From<$address> for String {
            fn from(address: $address) -> Self {
                address.0.into()
            }
        }

        impl std::fmt::Display for $address {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.0.as_ref())
            }
        }
    )*};
}

as_text!(BaseUrl, WebUrl);

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not a web address at all.
    #[error("not a web address")]
    Malformed,
    /// `http` to something that is not this computer: the credential would travel in the clear.
    #[error("unencrypted address that is not loopback")]
    Unencrypted,
    /// A user name, password, query or fragment, which no server address has.
    #[error("address with credentials, query or fragment")]
    TooMuch,
}

/// The base address of a server: scheme, host, port and perhaps a path, without a slash at the end.
/// `https`, or `http` for a loopback address only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[specta(type = String)]
#[schema(value_type = String)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads an address as a person types it: `github.example.org` means `https://github.example.org`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = typed(text)?;
        if url.query().is_some() {
            return Err(AddressError::TooMuch);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address as text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port as a person would name the server: `github.example.org`, `127.0.0.1:4411`.
    pub fn label(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest)
    }

    /// This address with a path behind it. The path begins with a slash.
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.to_url();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{path}"));
        url
    }

    /// This address as a parsed URL.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "only text that parsed as a URL is a BaseUrl")]
    pub fn to_url(&self) -> Url {
        Url::parse(&self.0).expect("a BaseUrl holds a parsed URL")
    }
}

/// Reads what a person types: `https` may be left out.
fn typed(text: &str) -> Result<Url, AddressError> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return Err(AddressError::Malformed);
    }
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&whole).map_err(|_| AddressError::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(AddressError::TooMuch);
    }
    check_scheme(&url)?;
    Ok(url)
}

/// `https`, or `http` to this computer.
fn check_scheme(url: &Url) -> Result<(), AddressError> {
    let host = url.host().ok_or(AddressError::Malformed)?;
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&host) => Ok(()),
        "http" => Err(AddressError::Unencrypted),
        _ => Err(AddressError::Malformed),
    }
}

pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

/// A whole address to ask: `https`, or `http` for a loopback address only; with a path and perhaps a
/// query, without user information or fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[specta(type = String)]
#[schema(value_type = String)]
pub struct WebUrl(Url);

impl WebUrl {
    /// Reads an address as a person types it; `https` may be left out.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        typed(text).map(Self)
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Its host, and its port where that is not the usual one, for a sentence.
    pub fn label(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// A URL for logs: scheme, host, port and path; never user information, query or fragment, which
/// is where codes and tokens travel.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeUrl(Url);

impl SafeUrl {
    /// Wraps a URL that may hold secrets.
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// The whole URL, for sending.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl std::fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = self.0.clone();
        shown.set_query(None);
        shown.set_fragment(None);
        // Both fail only for URLs that can't have user information at all.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        f.write_str(shown.as_str())
    }
}

impl std::fmt::Debug for SafeUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_or_loopback_addresses_pass() {
        for (text, expected) in [
            ("github.example.org", "https://github.example.org"),
            ("https://git.example.org/base/", "https://git.example.org/base"),
            ("http://127.0.0.1:4411", "http://127.0.0.1:4411"),
            ("http://[::1]:80/", "http://[::1]"),
            ("http://localhost:3000", "http://localhost:3000"),
        ] {
            assert_eq!(BaseUrl::parse(text).map(String::from).as_deref(), Ok(expected), "{text}");
        }
        for (text, why) in [
            ("http://github.com", AddressError::Unencrypted),
            ("http://127.0.0.1.example.org", AddressError::Unencrypted),
            ("http://localhost.example.org", AddressError::Unencrypted),
            ("file:///etc/passwd", AddressError::Malformed),
            ("javascript:alert(1)", AddressError::Malformed),
            ("https://user:pw@host", AddressError::TooMuch),
            ("https://host/?token=x", AddressError::TooMuch),
            ("", AddressError::Malformed),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_whole_address_may_have_a_path_and_a_query_and_nothing_else() {
        let read = |text: &str| WebUrl::parse(text).map(|url| url.to_string());
        assert_eq!(read("id.example.org/token/?t=1").as_deref(), Ok("https://id.example.org/token/?t=1"));
        assert_eq!(read("http://127.0.0.1:4411/t").as_deref(), Ok("http://127.0.0.1:4411/t"));
        assert_eq!(
            WebUrl::parse("https://id.example.org:8443/t").map(|url| url.label()).as_deref(),
            Ok("id.example.org:8443")
        );
        for (text, why) in [
            ("", AddressError::Malformed),
            ("ftp://id.example.org/", AddressError::Malformed),
            ("http://id.example.org/", AddressError::Unencrypted),
            ("https://a@id.example.org/", AddressError::TooMuch),
            ("https://id.example.org/#x", AddressError::TooMuch),
        ] {
            assert_eq!(read(text), Err(why), "{text}");
        }
    }

    #[test]
    fn join_keeps_the_base_path() {
        let base = BaseUrl::parse("https://git.example.org/base").expect("valid");
        assert_eq!(base.join("/api/v3").as_str(), "https://git.example.org/base/api/v3");
    }

    #[test]
    fn a_url_in_a_log_shows_no_query_and_no_user() {
        let url = Url::parse("https://u:p@host/cb?code=canary#frag").expect("valid");
        assert_eq!(SafeUrl::new(url).to_string(), "https://host/cb");
    }
}

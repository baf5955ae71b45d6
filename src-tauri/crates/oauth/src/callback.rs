//! The addresses that answers are sent to: one that every client may share, and one of each
//! installation alone.
//!
//! A server that a person was talked into connecting can send the browser on to another one, with
//! what it was asked with; that one's code would then come back as if it were the first one's answer
//! (RFC 9700 §4.4). Few servers name themselves in answers (RFC 9207); an address that is registered
//! for one installation only says the same. Not here: which client is registered with which.

use drawbridge_domain::BaseUrl;
use sha2::{Digest as _, Sha256};

/// The redirect address of the deep-link way. One slash: a scheme of our own has no authority
/// (RFC 8252 §7.1).
pub const DEEP_LINK_REDIRECT: &str = "dev.drawbridge.desktop:/oauth/callback";
/// The path of the loopback way, where no definition says another.
pub(crate) const LOOPBACK_PATH: &str = "/callback";
/// Bytes of the digest: nobody finds an address of a server with another one's mark.
const BYTES: usize = 10;

/// What an installation's redirect addresses end in, so that they are no other one's: twenty
/// hexadecimal digits. All are equally long, as some servers take what begins alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackMark(String);

impl CallbackMark {
    /// The mark of an installation of a provider.
    pub fn of(provider: &str, host: &BaseUrl) -> Self {
        // A provider's name has no space in it: no two pairs are written alike.
        let digest = Sha256::digest(format!("{provider} {}", host.as_str()));
        Self(digest.iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads a mark.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 2 * BYTES && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// The twenty digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The redirect address of the deep-link way: an installation's own, or the shared one.
pub fn deep_link_redirect(mark: Option<&CallbackMark>) -> String {
    below(DEEP_LINK_REDIRECT, mark)
}

/// A path or an address, or what is below it for a mark.
pub(crate) fn below(base: &str, mark: Option<&CallbackMark>) -> String {
    mark.map_or_else(|| base.to_owned(), |mark| format!("{base}/{}", mark.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_installation_has_its_own_mark_and_always_the_same() {
        let host = |text: &str| BaseUrl::parse(text).expect("an address");
        let all = [
            CallbackMark::of("gitlab", &host("https://gitlab.com")),
            CallbackMark::of("gitlab", &host("https://gitlab.com.evil.example")),
            CallbackMark::of("gitlab", &host("https://gitlab.com/gitlab")),
            CallbackMark::of("gitlab", &host("https://gitlab.com:8443")),
            CallbackMark::of("oauth-server", &host("https://gitlab.com")),
        ];
        for (at, one) in all.iter().enumerate() {
            assert_eq!(CallbackMark::parse(one.as_str()).as_ref(), Some(one));
            assert!(all.iter().skip(at + 1).all(|other| other != one), "{one:?} is there twice");
        }
        // Registered at hosts: a change of this would lock clients out.
        assert_eq!(all[0].as_str(), "7f1cd46973f3e6aba1da");
    }

    #[test]
    fn nothing_else_is_a_mark() {
        let mark = "0123456789abcdef0123";
        assert!(CallbackMark::parse(mark).is_some());
        for bad in ["", "0123456789abcdef012", "0123456789abcdef01234", "0123456789ABCDEF0123", "0123456789abcdef/../"]
        {
            assert_eq!(CallbackMark::parse(bad), None, "{bad}");
        }
        assert_eq!(
            deep_link_redirect(CallbackMark::parse(mark).as_ref()),
            "dev.drawbridge.desktop:/oauth/callback/0123456789abcdef0123"
        );
        assert_eq!(deep_link_redirect(None), DEEP_LINK_REDIRECT);
    }
}

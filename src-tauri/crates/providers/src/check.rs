//! What a definition has to hold beyond the types of its fields, and where a slip is.
//!
//! Not here: the fields themselves.

use crate::definition::{Definition, OAuth};
use drawbridge_domain::{BaseUrl, SignInWay};
use url::Url;

/// Why a definition can't be used; each says where and what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct DefinitionError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what is expected.
    pub what: String,
}

impl Definition {
    /// Reads and checks a definition.
    pub fn parse(text: &str) -> Result<Self, DefinitionError> {
        let definition: Self = toml::from_str(text).map_err(|error| DefinitionError {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            what: error.message().trim().to_owned(),
        })?;
        match definition.check() {
            Ok(()) => Ok(definition),
            Err((field, what)) => Err(DefinitionError { line: line_naming(text, field), what }),
        }
    }

    /// What the types alone can't say. An error names the field and what is expected of it.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |field, what: &str| Err((field, what.to_owned()));
        if self.name.trim().is_empty() || self.name.len() > 60 {
            return fail("name", "`name` has 1 to 60 letters");
        }
        if !(1..=3).contains(&self.monogram.chars().count()) {
            return fail("monogram", "`monogram` has one to three letters");
        }
        if self.host.is_none() && self.template.is_none() && !self.self_hosted {
            return fail("name", "one of `host`, `template` and `self_hosted = true` says where it is");
        }
        if let Some(template) = &self.template {
            for part in &self.parts {
                if !template.contains(&format!("{{{}}}", part.name)) {
                    return Err(("template", format!("`template` has no place for the part `{}`", part.name)));
                }
            }
            if template.matches('{').count() != self.parts.len() || BaseUrl::parse(&filled(template, "x")).is_err() {
                return fail("template", "`template` is an https address in which every {name} has its [[part]]");
            }
        } else if !self.parts.is_empty() {
            return fail("part", "parts belong to a `template`");
        }
        if !is_day(&self.checked) {
            return fail("checked", "`checked` is a day, as in \"2026-11-22\"");
        }
        // RFC 7617 §2: a colon would end the name.
        if [&self.git.user_of_sign_in, &self.git.user_of_token]
            .into_iter()
            .any(|name| name.is_empty() || name.contains(':'))
        {
            return fail("git", "a user name for git has a letter at least and no colon");
        }
        if self.oauth.is_none() && self.token.is_none() {
            return fail("name", "there is a way in: [oauth], [token] or both");
        }
        if let Some(oauth) = &self.oauth {
            oauth.check()?;
        }
        let addresses = [
            ("address", self.who.as_ref().and_then(|who| who.address.as_deref())),
            ("address", self.revoke.as_ref().map(|revoke| revoke.address.as_str())),
            ("register", self.pages.register.as_deref()),
            ("tokens", self.pages.tokens.as_deref()),
            ("revoke", self.pages.revoke.as_deref()),
            ("api", self.api.as_deref()),
        ];
        for (field, address) in addresses {
            check_address(field, address)?;
        }
        if let Some(how) = &self.recognise {
            if !how.address.starts_with('/') {
                return fail("recognise", "[recognise] asks at a path under the server's address");
            }
            if how.header.is_none() && how.field.is_none() {
                return fail("recognise", "[recognise] names a `header` or a `field` of the answer");
            }
            if how.field.is_none() && (how.contains.is_some() || how.lacks.is_some()) {
                return fail("recognise", "`contains` and `lacks` speak of the text of a `field`");
            }
            if !self.self_hosted {
                return fail("recognise", "[recognise] belongs to `self_hosted = true`");
            }
        }
        if self.forge.is_none() && self.who.is_none() {
            return fail("name", "[who] says who an access belongs to");
        }
        if let Some(who) = &self.who {
            let places = std::iter::once(&who.authorization).chain(who.headers.values());
            if places.filter(|value| value.contains("{token}")).count() != 1 {
                return fail("authorization", "`authorization`, or else one of `headers`, has a place for {token}");
            }
            if who.error.is_some() == who.unauthorized.is_empty() {
                return fail("error", "`error` of [who] and `unauthorized` go together");
            }
            if who.body.as_deref().is_some_and(|body| serde_json::from_str::<serde_json::Value>(body).is_err()) {
                return fail("body", "`body` is JSON");
            }
        }
        if !self.workflows.iter().all(|pattern| is_workflow_path(pattern)) {
            return fail(
                "workflows",
                "`workflows` are paths from a repository's root, `*` only for a name at their end",
            );
        }
        if !(1..=64).contains(&self.concurrency) {
            return fail("concurrency", "`concurrency` is 1 to 64");
        }
        let mut names: Vec<&str> = self.scopes.iter().map(|scope| scope.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != self.scopes.len() {
            return fail("scope", "every scope is there once");
        }
        if self.scopes.iter().any(|scope| scope.sentence.trim().is_empty() || scope.sentence.ends_with('.')) {
            return fail("sentence", "`sentence` says in plain words what the scope allows, without a full stop");
        }
        Ok(())
    }
}

impl OAuth {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |field, what: &str| Err((field, what.to_owned()));
        if !self.discovery && (self.authorize.is_none() && self.device.is_none() || self.token.is_none()) {
            return fail("oauth", "[oauth] has `authorize` and `token`, or `discovery = true`");
        }
        if self.ways.is_empty() {
            return fail("ways", "`ways` names at least one: deep-link, loopback, paste, device");
        }
        if self.ways.contains(&SignInWay::Device) && self.device.is_none() && !self.discovery {
            return fail("ways", "the way `device` needs `device`, the endpoint");
        }
        if self.ways.contains(&SignInWay::Paste) != self.paste_redirect.is_some() {
            return fail("ways", "the way `paste` and `paste_redirect` go together");
        }
        if self.client_auth.is_empty() {
            return fail("client_auth", "`client_auth` names at least one: none, body, basic");
        }
        let fields = [
            ("authorize", &self.authorize),
            ("token", &self.token),
            ("refresh", &self.refresh),
            ("device", &self.device),
            ("register", &self.register),
        ];
        for (field, address) in fields {
            check_address(field, address.as_deref())?;
        }
        if !["127.0.0.1", "[::1]", "localhost"].contains(&self.loopback.host.as_str()) {
            return fail("host", "a loopback `host` is 127.0.0.1, [::1] or localhost");
        }
        if self.loopback.path.as_ref().is_some_and(|path| !path.starts_with('/')) {
            return fail("path", "a loopback `path` begins with a slash");
        }
        let all = [
            ("authorize_parameters", &self.authorize_parameters),
            ("exchange_parameters", &self.exchange_parameters),
            ("refresh_parameters", &self.refresh_parameters),
        ];
        for (field, parameters) in all {
            let scope = Some(self.scope_parameter.as_str()).filter(|_| field == "authorize_parameters");
            if let Some(name) = OURS.into_iter().chain(scope).find(|name| parameters.contains_key(*name)) {
                return Err((field, format!("`{name}` is set by Drawbridge and can't be a parameter here")));
            }
        }
        Ok(())
    }
}

/// Parameters that the protocol sets, which no definition may.
const OURS: [&str; 12] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "state",
    "response_type",
    "grant_type",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "device_code",
    "refresh_token",
];

/// A path under the host, or a whole https address (http on this computer).
fn check_address(field: &'static str, address: Option<&str>) -> Result<(), (&'static str, String)> {
    let Some(address) = address else { return Ok(()) };
    if address.starts_with('/') && !address.starts_with("//") {
        return Ok(());
    }
    let whole = filled(address, "x");
    let fits = Url::parse(&whole).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http") && BaseUrl::parse(&url.origin().ascii_serialization()).is_ok()
    });
    if fits { Ok(()) } else { Err((field, format!("`{field}` is a path under the host (/…) or an https address"))) }
}

/// A text with every `{…}` replaced.
fn filled(text: &str, with: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        whole.push_str(with);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    whole.push_str(rest);
    whole
}

fn is_workflow_path(text: &str) -> bool {
    let (folders, name) = text.rsplit_once('/').unwrap_or(("", text));
    let whole = text.split('/').all(|part| !matches!(part, "" | "." | ".."));
    whole && !folders.contains('*') && name.matches('*').count() <= 1
}

fn is_day(text: &str) -> bool {
    let digits: Vec<&str> = text.split('-').collect();
    digits.len() == 3
        && digits
            .iter()
            .zip([4, 2, 2])
            .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// The first line that sets a field or opens a table of that name.
fn line_naming(text: &str, field: &str) -> usize {
    let names = |line: &str| {
        let line = line.trim_start().trim_start_matches('[');
        line.strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
    };
    text.lines().position(names).map_or(1, |at| at + 1)
}

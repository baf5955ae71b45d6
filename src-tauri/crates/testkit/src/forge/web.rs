//! The OAuth web flow: the consent page, the code it leads to, and the exchange of the code.
//!
//! Not here: the device flow (see `device`).

use super::{
    Registration, State, TokenReply,
    exchange::{Form, Reply, Request},
    grants::{Asked, CODE_LIFE, Code, Issued, REFRESH_LIFE, TOKEN_LIFE},
    page,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use drawbridge_domain::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

/// `GET /login/oauth/authorize`: shows what is asked for.
pub(super) fn ask(state: &mut State, request: &Request) -> Reply {
    let param = |name: &str| request.param(name).filter(|value| !value.is_empty());
    let Some(client) = param("client_id").and_then(|id| state.grants.client(id)).cloned() else {
        return Reply::html(404, page::message("Not Found", "There is no application with this client id."));
    };
    let state_value = param("state").map(str::to_owned);
    let registered = client.redirect_uris.first().cloned();
    let Some(redirect) = param("redirect_uri").map(str::to_owned).or_else(|| registered.clone()) else {
        return Reply::html(400, page::message("No callback", "This application has no callback address."));
    };
    if !client.redirect_uris.iter().any(|one| allows(one, &redirect)) {
        let text = "The redirect_uri MUST match the registered callback URL for this application.";
        return match registered {
            Some(home) => back(
                &home,
                &[("error", "redirect_uri_mismatch"), ("error_description", text)],
                state_value.as_deref(),
                None,
            ),
            None => Reply::html(400, page::message("Wrong callback", text)),
        };
    }
    let challenge = param("code_challenge").map(str::to_owned);
    let method = param("code_challenge_method");
    if challenge.is_some() && method != Some("S256") {
        let text = "Only the code challenge method S256 is supported.";
        return back(
            &redirect,
            &[("error", "invalid_request"), ("error_description", text)],
            state_value.as_deref(),
            state.issuer.as_deref(),
        );
    }
    let asked = Asked {
        client: client.client_id.clone(),
        redirect,
        redirect_given: param("redirect_uri").is_some(),
        state: state_value,
        scopes: scopes(param("scope")),
        challenge,
    };
    let value = state.grants.text(40);
    let html = page::consent(&client, &asked.scopes, &state.world.owners[..state.world.users], &value);
    state.grants.consents.insert(value, asked);
    Reply::html(200, html).with("cache-control", "no-store").with("x-frame-options", "deny")
}

/// `POST /login/oauth/authorize`: the person pressed one of the two buttons.
pub(super) fn decide(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let form = request.form();
    let asked = form.get("authenticity_token").and_then(|value| state.grants.consents.remove(value));
    let Some(asked) = asked else {
        return Reply::html(
            422,
            page::message("This page is too old", "Please go back to the application and begin again."),
        );
    };
    if form.get("decision") != Some("approve") {
        let reasons =
            [("error", "access_denied"), ("error_description", "The user has denied your application access.")];
        return back(&asked.redirect, &reasons, asked.state.as_deref(), state.issuer.as_deref());
    }
    let Some(user) = form.get("login").map_or(Some(0), |login| state.world.user(login)) else {
        return Reply::html(422, page::message("Who is that?", "There is no such user here."));
    };
    let code = state.grants.text(20).to_lowercase();
    let reply = back(&asked.redirect, &[("code", &code)], asked.state.as_deref(), state.issuer.as_deref());
    state.grants.tidy(now);
    state.grants.codes.insert(code, Code { asked, user, ends: now.plus(CODE_LIFE) });
    reply
}

/// `POST /login/oauth/access_token` with a code or a refresh token.
pub(super) fn exchange(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let form = request.form();
    let basic = request.basic();
    let id = form.get("client_id").or(basic.as_ref().map(|(id, _)| id.as_str())).unwrap_or_default();
    let secret = form.get("client_secret").or(basic.as_ref().map(|(_, secret)| secret.as_str()));
    let Some(client) = state.grants.client(id).cloned() else {
        return oauth_error(state, request, "incorrect_client_credentials");
    };
    if form.get("grant_type") == Some("urn:ietf:params:oauth:grant-type:device_code") {
        return super::device::poll(state, request, &form, &client.client_id, now);
    }
    if client.client_secret.is_some() && client.client_secret.as_deref() != secret {
        return oauth_error(state, request, "incorrect_client_credentials");
    }
    match form.get("grant_type") {
        Some("refresh_token") => {
            let issued = form.get("refresh_token").and_then(|text| state.grants.refresh(text, &client.client_id, now));
            match issued {
                Some(issued) => tokens(state, request, issued),
                None => oauth_error(state, request, "bad_refresh_token"),
            }
        }
        None | Some("authorization_code") => redeem(state, request, &form, &client, now),
        Some(_) => oauth_error(state, request, "unsupported_grant_type"),
    }
}

fn redeem(state: &mut State, request: &Request, form: &Form, client: &Registration, now: Timestamp) -> Reply {
    // Taken out whatever comes next: a code has one chance.
    let code = form.get("code").and_then(|code| state.grants.codes.remove(code));
    let Some(code) = code.filter(|code| code.asked.client == client.client_id && now < code.ends) else {
        return oauth_error(state, request, "bad_verification_code");
    };
    let redirect = form.get("redirect_uri");
    // RFC 6749 §4.1.3: the same again, and not left out if the request had it.
    if redirect.is_some_and(|redirect| redirect != code.asked.redirect)
        || redirect.is_none() && code.asked.redirect_given
    {
        return oauth_error(state, request, "redirect_uri_mismatch");
    }
    let proven = match (&code.asked.challenge, form.get("code_verifier")) {
        (None, _) => true,
        (Some(challenge), Some(verifier)) => {
            is_verifier(verifier) && *challenge == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
        }
        (Some(_), None) => false,
    };
    if !proven {
        return oauth_error(state, request, "bad_verification_code");
    }
    let scopes = state.granted_scopes.clone().unwrap_or(code.asked.scopes);
    let issued = state.grants.issue(code.user, &client.client_id, scopes, now);
    tokens(state, request, issued)
}

/// RFC 7636 §4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// The reply with the tokens.
pub(super) fn tokens(state: &State, request: &Request, issued: Issued) -> Reply {
    let mut fields = vec![("access_token", issued.access)];
    if let Some(refresh) = issued.refresh {
        fields.push(("expires_in", TOKEN_LIFE.as_secs().to_string()));
        fields.push(("refresh_token", refresh));
        fields.push(("refresh_token_expires_in", REFRESH_LIFE.as_secs().to_string()));
    }
    fields.push(("scope", issued.scopes.join(",")));
    fields.push(("token_type", "bearer".to_owned()));
    encoded(state, request, 200, &fields)
}

/// An error as this endpoint says it: with status 200.
pub(super) fn oauth_error(state: &State, request: &Request, error: &str) -> Reply {
    let text = match error {
        "incorrect_client_credentials" => "The client_id and/or client_secret passed are incorrect.",
        "bad_verification_code" => "The code passed is incorrect or expired.",
        "redirect_uri_mismatch" => "The redirect_uri MUST match the registered callback URL for this application.",
        "bad_refresh_token" => "The refresh token passed is incorrect or expired.",
        "authorization_pending" => "The authorization request is still pending.",
        "slow_down" => "Too many requests have been made in the same timeframe.",
        "expired_token" => "This 'device_code' has expired.",
        "incorrect_device_code" => "The device_code provided is not valid.",
        "access_denied" => "The authorization request was denied.",
        "device_flow_disabled" => "Device Flow must be explicitly enabled for this App",
        _ => "The request can't be granted.",
    };
    let page = "https://docs.github.com/apps/oauth-errors".to_owned();
    encoded(
        state,
        request,
        200,
        &[("error", error.to_owned()), ("error_description", text.to_owned()), ("error_uri", page)],
    )
}

/// Form or JSON: as the request accepts it, unless a test ordered one of them.
pub(super) fn encoded(state: &State, request: &Request, status: u16, fields: &[(&str, String)]) -> Reply {
    let json = match state.token_reply {
        TokenReply::AsAsked => request.header("accept").is_some_and(|accept| accept.contains("json")),
        TokenReply::Json => true,
        TokenReply::Form => false,
    };
    let reply = if json {
        let number = |name: &str| name.ends_with("_in") || name == "interval";
        let value = |name: &str, text: &str| match text.parse::<u64>() {
            Ok(value) if number(name) => serde_json::Value::from(value),
            _ => serde_json::Value::from(text),
        };
        let object: serde_json::Map<_, _> =
            fields.iter().map(|(name, text)| ((*name).to_owned(), value(name, text))).collect();
        Reply::json(status, serde_json::Value::from(object).to_string())
    } else {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Reply::new(status, "application/x-www-form-urlencoded; charset=utf-8", text)
    };
    reply.with("cache-control", "no-store")
}

/// Scopes as requests write them: separated by spaces or commas.
pub(super) fn scopes(text: Option<&str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for scope in text.unwrap_or_default().split([' ', ',']).filter(|scope| !scope.is_empty()) {
        if !all.iter().any(|one| one == scope) {
            all.push(scope.to_owned());
        }
    }
    all
}

/// Sends the browser back, keeping what the address already asks.
fn back(to: &str, fields: &[(&str, &str)], state: Option<&str>, issuer: Option<&str>) -> Reply {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    if let Some(issuer) = issuer {
        query.append_pair("iss", issuer);
    }
    let joint = if to.contains('?') { '&' } else { '?' };
    let location = format!("{to}{joint}{}", query.finish());
    let html = page::message("Redirecting", "You are being redirected.");
    Reply::html(302, html).with("location", location)
}

/// GitHub's rule: host and port equal, path equal or below; at a loopback address any port.
fn allows(registered: &str, given: &str) -> bool {
    let (Ok(home), Ok(asked)) = (Url::parse(registered), Url::parse(given)) else { return false };
    if asked.fragment().is_some() || !asked.username().is_empty() {
        return false;
    }
    let same_host = home.scheme() == asked.scheme() && home.host_str() == asked.host_str();
    let loopback = matches!(home.host_str(), Some("127.0.0.1" | "[::1]")) && home.scheme() == "http";
    let same_port = home.port_or_known_default() == asked.port_or_known_default() || loopback;
    let base = home.path().trim_end_matches('/');
    let path = asked.path();
    let below =
        path == home.path() || path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    same_host && same_port && below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_allowed_as_github_does_it() {
        let ours = "dev.drawbridge.desktop:/oauth/callback";
        for (registered, given, expected) in [
            (ours, ours, true),
            (ours, "dev.drawbridge.other:/oauth/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:40123/callback", true),
            ("http://127.0.0.1/callback", "http://127.0.0.1:40123/callback/deeper", true),
            ("http://127.0.0.1/callback", "http://127.0.0.1:40123/callbackx", false),
            ("http://127.0.0.1/callback", "http://localhost:40123/callback", false),
            ("http://127.0.0.1/callback", "https://127.0.0.1/callback", false),
            ("https://app.example/a", "https://app.example:8443/a", false),
            ("https://app.example/a", "https://app.example.evil.example/a", false),
            ("https://app.example/a", "https://me@app.example/a", false),
        ] {
            assert_eq!(allows(registered, given), expected, "{registered} {given}");
        }
    }
}

//! The device flow: a code to type, the page it is typed on, and the polling.
//!
//! Not here: the token endpoint itself (see `web`), which hands polls over to this.

use super::{
    State,
    exchange::{Form, Reply, Request},
    grants::{DEVICE_LIFE, Device, DeviceState},
    page,
    web::{encoded, oauth_error, scopes, tokens},
};
use drawbridge_domain::Timestamp;
use std::time::Duration;

/// `POST /login/device/code`.
pub(super) fn begin(state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
    let form = request.form();
    let Some(client) = form.get("client_id").and_then(|id| state.grants.client(id)).cloned() else {
        return encoded(state, request, 404, &[("error", "Not Found".to_owned())]);
    };
    if !client.device_flow {
        return oauth_error(state, request, "device_flow_disabled");
    }
    let (code, user_code) = (state.grants.text(40).to_lowercase(), state.grants.user_code());
    let interval = state.device_interval;
    let device = Device {
        client: client.client_id,
        user_code: user_code.clone(),
        scopes: scopes(form.get("scope")),
        state: DeviceState::Waiting,
        ends: now.plus(DEVICE_LIFE),
        interval,
        asked_at: None,
    };
    state.grants.devices.insert(code.clone(), device);
    encoded(
        state,
        request,
        200,
        &[
            ("device_code", code),
            ("user_code", user_code),
            ("verification_uri", format!("{web}/login/device")),
            ("expires_in", DEVICE_LIFE.as_secs().to_string()),
            ("interval", interval.to_string()),
        ],
    )
}

/// A poll at the token endpoint.
pub(super) fn poll(state: &mut State, request: &Request, form: &Form, client: &str, now: Timestamp) -> Reply {
    let code = form.get("device_code").unwrap_or_default();
    let Some(device) = state.grants.devices.get_mut(code).filter(|device| device.client == client) else {
        return oauth_error(state, request, "incorrect_device_code");
    };
    if now >= device.ends {
        return oauth_error(state, request, "expired_token");
    }
    let early = device.asked_at.is_some_and(|last| now.since(last) < Duration::from_secs(device.interval));
    device.asked_at = Some(now);
    if early {
        // RFC 8628 §3.5: five seconds more from now on.
        device.interval += 5;
        let interval = device.interval.to_string();
        let error = [
            ("error", "slow_down".to_owned()),
            ("error_description", "Too many requests have been made in the same timeframe.".to_owned()),
            ("error_uri", "https://docs.github.com/apps/oauth-errors".to_owned()),
            ("interval", interval),
        ];
        return encoded(state, request, 200, &error);
    }
    match device.state {
        DeviceState::Waiting => oauth_error(state, request, "authorization_pending"),
        DeviceState::Denied => {
            state.grants.devices.remove(code);
            oauth_error(state, request, "access_denied")
        }
        DeviceState::Approved(user) => {
            let asked = device.scopes.clone();
            state.grants.devices.remove(code);
            let scopes = state.granted_scopes.clone().unwrap_or(asked);
            let issued = state.grants.issue(user, client, scopes, now);
            tokens(state, request, issued)
        }
    }
}

/// `GET /login/device`: where the code is typed.
pub(super) fn page(state: &mut State, request: &Request) -> Reply {
    let value = state.grants.text(40);
    let html =
        page::device(request.param("user_code").unwrap_or_default(), &state.world.owners[..state.world.users], &value);
    state.grants.device_forms.insert(value, String::new());
    Reply::html(200, html).with("cache-control", "no-store")
}

/// `POST /login/device`: the person typed a code and pressed one of the two buttons.
pub(super) fn decide(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let form = request.form();
    if form.get("authenticity_token").and_then(|value| state.grants.device_forms.remove(value)).is_none() {
        return Reply::html(422, page::message("This page is too old", "Please open it again."));
    }
    let login = form.get("login").map(str::to_owned);
    let approve = form.get("decision") == Some("approve");
    match settle(state, form.get("user_code").unwrap_or_default(), approve, login.as_deref(), now) {
        true if approve => Reply::html(200, page::message("Your device is now connected", "You can go back to it.")),
        true => Reply::html(200, page::message("Not connected", "The device was not given access.")),
        false => Reply::html(422, page::message("Unknown code", "The code is wrong, used or too old.")),
    }
}

/// Approves or denies a waiting device by the code that a person types. False if there is none.
pub(super) fn settle(state: &mut State, user_code: &str, approve: bool, login: Option<&str>, now: Timestamp) -> bool {
    let plain = |code: &str| code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let typed = plain(user_code);
    let Some(user) = login.map_or(Some(0), |login| state.world.user(login)) else { return false };
    let waiting =
        state.grants.devices.values_mut().find(|device| {
            plain(&device.user_code) == typed && now < device.ends && device.state == DeviceState::Waiting
        });
    let Some(device) = waiting else { return false };
    device.state = if approve { DeviceState::Approved(user) } else { DeviceState::Denied };
    true
}

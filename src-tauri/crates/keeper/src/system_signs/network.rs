//! How Linux says whether there is a network and what it costs: NetworkManager on the system bus (its
//! properties `State` and `Metered`).
//!
//! A computer without it says nothing, and one whose network it does not look after may say wrongly that
//! there is none; who reaches a host knows better. Not here: what follows from it.

use super::{
    Listener, Sign,
    linux::{PROPERTIES, within},
};
use futures::StreamExt as _;
use std::collections::HashMap;
use zbus::{
    Connection, Message, Proxy, connection::Builder, fdo::DBusProxy, names::BusName, proxy::CacheProperties,
    zvariant::Value,
};

const SERVICE: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";
/// NMState: 0 is unknown; from 10 (asleep) to 40 (connecting) nothing can be reached yet.
const AWAY: std::ops::RangeInclusive<u32> = 10..=40;
/// NMMetered: yes, and probably yes.
const METERED: [u32; 2] = [1, 3];

async fn proxy(bus: &Connection, interface: &'static str) -> zbus::Result<Proxy<'static>> {
    zbus::proxy::Builder::new(bus)
        .destination(SERVICE)?
        .path(PATH)?
        .interface(interface)?
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

/// Tells how the network is now and whenever that changes, until the bus ends.
pub(super) async fn hear(address: Option<&str>, listener: &Listener) -> zbus::Result<()> {
    let builder = address.map_or_else(Builder::system, Builder::address)?;
    let bus = within(builder.build()).await?;
    let daemon = within(DBusProxy::new(&bus)).await?;
    let manager = within(proxy(&bus, SERVICE)).await?;
    let properties = within(proxy(&bus, PROPERTIES)).await?;
    // In this order nothing is missed: listen first, then ask.
    let mut owners = within(manager.receive_owner_changed()).await?;
    let mut changes = within(properties.receive_signal("PropertiesChanged")).await?;
    let mut told = Sign::Network { away: false, metered: false };
    loop {
        let now = how_it_is(&daemon, &manager).await?;
        if now != told {
            listener.tell(now).await;
            told = now;
        }
        // Until something about it changes, or there is another service.
        loop {
            tokio::select! {
                change = changes.next() => match change {
                    None => return Ok(()),
                    Some(change) if is_about_it(&change) => break,
                    Some(_) => {}
                },
                owner = owners.next() => match owner {
                    None => return Ok(()),
                    Some(_) => break,
                },
            }
        }
    }
}

/// Asks a service that is there; none is started for it.
async fn how_it_is(daemon: &DBusProxy<'_>, manager: &Proxy<'_>) -> zbus::Result<Sign> {
    let name = BusName::try_from(SERVICE)?;
    let there = within(async { Ok(daemon.name_has_owner(name).await?) }).await?;
    if !there {
        return Ok(Sign::Network { away: false, metered: false });
    }
    let state: u32 = within(manager.get_property("State")).await.unwrap_or_default();
    let metered: u32 = within(manager.get_property("Metered")).await.unwrap_or_default();
    Ok(Sign::Network { away: AWAY.contains(&state), metered: METERED.contains(&metered) })
}

fn is_about_it(message: &Message) -> bool {
    let body = message.body();
    let Ok((interface, changed, gone)) = body.deserialize::<(&str, HashMap<&str, Value<'_>>, Vec<&str>)>() else {
        return false;
    };
    let named = |name| changed.contains_key(name) || gone.contains(&name);
    interface == SERVICE && (named("State") || named("Metered"))
}

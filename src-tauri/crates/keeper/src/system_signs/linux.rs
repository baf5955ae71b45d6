//! How Linux says it: logind on the system bus, screen savers on the session bus, and the network (`network`).
//!
//! logind waits with sleeping, a few seconds at most, for who holds a delay lock; it is let go when
//! the vault is locked. A bus or a service that is not there is nothing unusual: containers, other
//! init systems. Only the state's changes are told, not how it was at the start.

use super::{Listener, Sign, SystemSigns, network};
use futures::{
    StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream, SelectAll},
};
use std::{collections::HashMap, os::fd::OwnedFd, time::Duration};
use tokio::time::{sleep, timeout};
use zbus::{
    Connection, MatchRule, Message, MessageStream, Proxy,
    connection::Builder,
    message::Type,
    proxy::CacheProperties,
    zvariant::{self, OwnedObjectPath, Value},
};

/// Between two tries to reach a bus that is not there.
const TRY_AGAIN: Duration = Duration::from_secs(5 * 60);
/// How long a bus or a service may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

const LOGIND: &str = "org.freedesktop.login1";
const LOGIND_PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
pub(super) const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The interfaces on which desktops say that the screen is locked. Whoever says it may: it is a
/// program of the same user, and all it gets is a locked vault.
const SCREEN_SAVERS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

/// The signs of a Linux desktop.
#[derive(Debug, Clone, Default)]
pub struct LinuxSigns {
    /// The buses' addresses; the usual ones where none is named.
    system: Option<String>,
    session: Option<String>,
}

impl LinuxSigns {
    /// Listens to these buses and not to the usual ones.
    pub fn at(system: &str, session: &str) -> Self {
        Self { system: Some(system.to_owned()), session: Some(session.to_owned()) }
    }
}

impl SystemSigns for LinuxSigns {
    fn watch(&self, listener: Listener) -> BoxFuture<'static, ()> {
        let Self { system, session } = self.clone();
        Box::pin(async move {
            let logind = async {
                loop {
                    told_why("logind", hear_logind(system.as_deref(), &listener).await);
                    sleep(TRY_AGAIN).await;
                }
            };
            let screen_savers = async {
                loop {
                    told_why("screen savers", hear_screen_savers(session.as_deref(), &listener).await);
                    sleep(TRY_AGAIN).await;
                }
            };
            let network = async {
                loop {
                    told_why("network", network::hear(system.as_deref(), &listener).await);
                    sleep(TRY_AGAIN).await;
                }
            };
            tokio::join!(logind, screen_savers, network);
        })
    }
}

fn told_why(who: &'static str, ended: zbus::Result<()>) {
    match ended {
        Ok(()) => tracing::debug!(who, "the bus has ended"),
        Err(error) => tracing::debug!(who, %error, "can't be heard now"),
    }
}

pub(super) async fn within<T>(call: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    timeout(LIMIT, call).await.unwrap_or_else(|_| Err(zbus::Error::Failure("no answer in time".to_owned())))
}

/// A service's object; what it says is taken from that service only.
async fn proxy(bus: &Connection, path: &str, interface: &'static str) -> zbus::Result<Proxy<'static>> {
    zbus::proxy::Builder::new(bus)
        .destination(LOGIND)?
        .path(path.to_owned())?
        .interface(interface)?
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

/// Tells what logind says, until the bus ends.
async fn hear_logind(address: Option<&str>, listener: &Listener) -> zbus::Result<()> {
    let builder = address.map_or_else(Builder::system, Builder::address)?;
    let bus = within(builder.build()).await?;
    let manager = within(proxy(&bus, LOGIND_PATH, MANAGER)).await?;
    // In this order nothing is missed: listen first, then ask.
    let mut owners = within(manager.receive_owner_changed()).await?;
    let mut sleeps = within(manager.receive_signal("PrepareForSleep")).await?;
    let mut sessions = within(manager.receive_signal("SessionNew")).await?;
    let mut delay = None;
    loop {
        delay = delay_sleep(&manager).await.or(delay);
        let mut ours = session_signs(&bus, &manager).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "no session of ours");
            stream::pending().boxed()
        });
        // Until logind is another one, or there is a session that may be ours.
        loop {
            tokio::select! {
                message = sleeps.next() => match message.as_ref().map(flag) {
                    None => return Ok(()),
                    Some(Some(true)) => {
                        listener.tell(Sign::Sleeping).await;
                        // From here on it sleeps.
                        delay = None;
                    }
                    Some(Some(false)) => {
                        delay = delay_sleep(&manager).await;
                        listener.tell(Sign::Woken).await;
                    }
                    Some(None) => {}
                },
                Some(sign) = ours.next() => listener.tell(sign).await,
                owner = owners.next() => match owner {
                    None => return Ok(()),
                    Some(None) => delay = None,
                    Some(Some(_)) => break,
                },
                session = sessions.next() => match session {
                    None => return Ok(()),
                    Some(_) => break,
                },
            }
        }
    }
}

/// Asks logind to wait with sleeping until what this returns is dropped.
async fn delay_sleep(manager: &Proxy<'_>) -> Option<OwnedFd> {
    let asked = ("sleep", "Drawbridge", "The vault is locked first", "delay");
    match within(manager.call::<_, _, zvariant::OwnedFd>("Inhibit", &asked)).await {
        Ok(lock) => Some(lock.into()),
        Err(error) => {
            tracing::debug!(%error, "logind does not wait for the vault");
            None
        }
    }
}

/// What is said about the session that this process belongs to, or else the one its user sees.
async fn session_signs(bus: &Connection, manager: &Proxy<'_>) -> zbus::Result<BoxStream<'static, Sign>> {
    let path: OwnedObjectPath = match within(manager.call("GetSession", &"auto")).await {
        Ok(path) => path,
        Err(_) => within(manager.call("GetSessionByPID", &std::process::id())).await?,
    };
    let session = within(proxy(bus, path.as_str(), SESSION)).await?;
    let properties = within(proxy(bus, path.as_str(), PROPERTIES)).await?;
    let asked = within(session.receive_all_signals()).await?;
    let hints = within(properties.receive_signal("PropertiesChanged")).await?;
    let asked = asked.filter_map(async |message| match message.header().member()?.as_str() {
        "Lock" => Some(Sign::ScreenLocked),
        "Unlock" => Some(Sign::ScreenUnlocked),
        _ => None,
    });
    let hints = hints.filter_map(async |message| locked_hint(&message).map(screen));
    Ok(stream::select(asked.boxed(), hints.boxed()).boxed())
}

fn locked_hint(message: &Message) -> Option<bool> {
    let body = message.body();
    let (interface, changed, _): (&str, HashMap<&str, Value<'_>>, Vec<&str>) = body.deserialize().ok()?;
    let hint = changed.get("LockedHint").filter(|_| interface == SESSION)?;
    bool::try_from(hint).ok()
}

fn screen(locked: bool) -> Sign {
    if locked { Sign::ScreenLocked } else { Sign::ScreenUnlocked }
}

/// The one truth value of a signal; nothing if it has none.
fn flag(message: &Message) -> Option<bool> {
    message.body().deserialize().ok()
}

/// Tells what the desktop's screen saver says, until the bus ends.
async fn hear_screen_savers(address: Option<&str>, listener: &Listener) -> zbus::Result<()> {
    let builder = address.map_or_else(Builder::session, Builder::address)?;
    let bus = within(builder.build()).await?;
    let mut signals = SelectAll::new();
    for interface in SCREEN_SAVERS {
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(interface)?.member("ActiveChanged")?.build();
        signals.push(within(MessageStream::for_match_rule(rule, &bus, None)).await?);
    }
    while let Some(message) = signals.next().await {
        if let Some(sign) = flag(&message?).map(screen) {
            listener.tell(sign).await;
        }
    }
    Ok(())
}

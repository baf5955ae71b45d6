//! Tells on the desktop what needs the person while the window is not looked at, and takes it back when
//! its cause is gone or the vault is locked (Desktop Notifications Specification 1.2, sections 9 and 10).
//!
//! Not here: what there is to tell; the keeper knows. While the window is looked at, it tells.

use crate::{events::Place, window};
use drawbridge_keeper::{
    Keeper,
    dto::{Event, Notice, NoticeKind, NoticeTold, Tag},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tauri::AppHandle;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use zbus::{Connection, MatchRule, Message, MessageStream, message::Type, zvariant::Value};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The action of a click on the notification itself (section 9.1.1).
const CLICKED: &str = "default";
/// How long the bus and the service may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// What is on the desktop now, by the service's number.
type Shown = HashMap<u32, (String, Place)>;

/// Keeps the desktop's notifications true until the keeper is gone.
pub async fn follow(app: AppHandle, keeper: Arc<Keeper>, mut events: Receiver<Event>) {
    let mut desktop: Option<Desktop> = None;
    let mut shown = Shown::new();
    loop {
        // A locked vault tells nothing, and nothing of it stays to be seen.
        let notices = keeper.notice_list().await.map(|list| list.rows).unwrap_or_default();
        let wished = keeper.settings().await.is_ok_and(|settings| settings.system_notifications);
        let here: HashSet<&str> = notices.iter().map(|notice| notice.id.as_str()).collect();
        let news: Vec<&Notice> = notices.iter().filter(|notice| !notice.told).collect();
        if let Some(desktop) = &desktop {
            let gone = |(_, (id, _)): &(&u32, &(String, Place))| !here.contains(id.as_str());
            let gone: Vec<u32> = shown.iter().filter(gone).map(|(number, _)| *number).collect();
            for number in gone {
                shown.remove(&number);
                told_why(desktop.close(number).await);
            }
        }
        if wished && !news.is_empty() && !window::is_looked_at(&app) {
            if desktop.is_none() {
                desktop = told_why(Desktop::reach().await);
            }
            if let Some(desktop) = &desktop {
                for notice in news {
                    tell(desktop, &keeper, notice, &mut shown).await;
                }
            }
        }
        tokio::select! {
            go_on = something_changed(&mut events) => if !go_on { break },
            said = heard(&mut desktop) => match said {
                Some(Said::Clicked(number)) => if let Some((_, place)) = shown.get(&number) {
                    window::go_to(&app, place.clone());
                },
                Some(Said::Closed(number)) => drop(shown.remove(&number)),
                // The bus is gone; what was shown went with it.
                None => {
                    desktop = None;
                    shown.clear();
                }
            },
        }
    }
    if let Some(desktop) = &desktop {
        for number in shown.into_keys() {
            told_why(desktop.close(number).await);
        }
    }
}

/// Shows one, in the place of one with the same cause; what is shown is told.
async fn tell(desktop: &Desktop, keeper: &Keeper, notice: &Notice, shown: &mut Shown) {
    let before = shown.iter().find(|(_, (id, _))| *id == notice.id).map_or(0, |(number, _)| *number);
    let Some(number) = told_why(desktop.show(notice, before).await) else { return };
    shown.remove(&before);
    shown.insert(number, (notice.id.clone(), place(notice)));
    if let Err(problem) = keeper.notice_told(NoticeTold { id: notice.id.clone() }).await {
        tracing::warn!(code = ?problem.code, "a notification will be shown again");
    }
}

/// Where a notice leads.
fn place(notice: &Notice) -> Place {
    match (&notice.account, notice.kind) {
        (Some(id), NoticeKind::SignIn | NoticeKind::OtherPerson | NoticeKind::HeldBack | NoticeKind::End) => {
            Place::Account { id: id.clone() }
        }
        _ => Place::Settings,
    }
}

/// What the button says.
fn action(notice: &Notice) -> &'static str {
    match place(notice) {
        Place::Account { .. } => "Show the account",
        _ => "Show the settings",
    }
}

/// Resolves when there may be something to tell or to take back; false when the keeper is gone.
async fn something_changed(events: &mut Receiver<Event>) -> bool {
    loop {
        match events.recv().await {
            Ok(Event::Changed { tags }) if tags.iter().any(|tag| matches!(tag, Tag::Notices | Tag::Settings)) => {
                return true;
            }
            Ok(Event::Vault { .. }) | Err(RecvError::Lagged(_)) => return true,
            Ok(Event::Stopping) | Err(RecvError::Closed) => return false,
            Ok(_) => {}
        }
    }
}

/// What the person did with a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Clicked(u32),
    Closed(u32),
}

/// The next thing the service says; none when the bus is gone. Never, while there is none.
async fn heard(desktop: &mut Option<Desktop>) -> Option<Said> {
    use futures::StreamExt as _;
    let Some(desktop) = desktop else { return std::future::pending().await };
    while let Some(message) = desktop.signals.next().await {
        if let Some(said) = message.ok().as_ref().and_then(said) {
            return Some(said);
        }
    }
    None
}

fn said(message: &Message) -> Option<Said> {
    let header = message.header();
    let body = message.body();
    match header.member()?.as_str() {
        "ActionInvoked" => body.deserialize::<(u32, String)>().ok().map(|(number, _)| Said::Clicked(number)),
        "NotificationClosed" => body.deserialize::<(u32, u32)>().ok().map(|(number, _)| Said::Closed(number)),
        _ => None,
    }
}

/// The service that shows notifications.
struct Desktop {
    bus: Connection,
    signals: MessageStream,
}

impl Desktop {
    async fn reach() -> zbus::Result<Self> {
        let bus = within(Connection::session()).await?;
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(SERVICE)?.interface(SERVICE)?.path(PATH)?.build();
        let signals = within(MessageStream::for_match_rule(rule, &bus, None)).await?;
        Ok(Self { bus, signals })
    }

    /// Shows one and gives its number. What it says can be read by whoever looks at the screen: no secret
    /// is ever part of a notice.
    async fn show(&self, notice: &Notice, before: u32) -> zbus::Result<u32> {
        let words = action(notice);
        let hints = HashMap::from([("urgency", Value::U8(1)), ("category", Value::from("presence"))]);
        let actions = vec![CLICKED, words, "show", words];
        let body = (
            "Drawbridge",
            before,
            "drawbridge",
            notice.title.as_str(),
            markup(&notice.sentence),
            actions,
            hints,
            -1_i32,
        );
        self.call("Notify", &body).await?.body().deserialize()
    }

    async fn close(&self, number: u32) -> zbus::Result<()> {
        self.call("CloseNotification", &number).await.map(drop)
    }

    async fn call<B: serde::Serialize + zbus::zvariant::DynamicType + Sync>(
        &self,
        method: &str,
        body: &B,
    ) -> zbus::Result<Message> {
        within(self.bus.call_method(Some(SERVICE), PATH, Some(SERVICE), method, body)).await
    }
}

/// Text for a body, in which a service may read markup (section 4).
fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

async fn within<T>(call: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let silent = |_| Err(zbus::Error::Failure("no answer in time".to_owned()));
    tokio::time::timeout(LIMIT, call).await.unwrap_or_else(silent)
}

/// A desktop without notifications is nothing unusual: the window tells when it is looked at.
fn told_why<T>(done: zbus::Result<T>) -> Option<T> {
    done.inspect_err(|error| tracing::debug!(%error, "the desktop shows no notifications")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(account: bool, kind: &str) -> Notice {
        serde_json::from_value(serde_json::json!({
            "id": "a", "kind": kind, "title": "t", "sentence": "s",
            "account": account.then_some("aaaaaaaaaaaaaaaa"), "credential": null, "client": null,
            "at": "2026-11-22T04:00:00Z", "told": false,
        }))
        .expect("a notice")
    }

    #[test]
    fn each_leads_to_where_it_is_mended_and_says_so() {
        for (account, kind, words) in [
            (true, "sign_in", "Show the account"),
            (true, "held_back", "Show the account"),
            (true, "client", "Show the settings"),
            (false, "end", "Show the settings"),
        ] {
            assert_eq!(action(&notice(account, kind)), words, "{kind}");
        }
    }

    #[test]
    fn what_a_host_is_called_can_not_be_markup() {
        assert_eq!(markup("<b>a & b</b>"), "&lt;b&gt;a &amp; b&lt;/b&gt;");
    }
}

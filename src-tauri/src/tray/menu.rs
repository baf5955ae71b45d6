//! What the tray shows, worked out from what is known: pure, so that tests can read it.
//!
//! Not here: drawing it (`mod.rs`), and what a click does (`click.rs`).

use super::click::Click;
use drawbridge_keeper::dto::{Account, Client, Notice, NoticeKind, Provider, SyncStage, SyncStatus, VaultState};

/// What the tray knows.
#[derive(Debug, Clone)]
pub struct Known {
    /// Where the vault stands.
    pub state: VaultState,
    /// What only an open vault tells.
    pub inside: Option<Inside>,
}

/// What only an open vault tells.
#[derive(Debug, Clone)]
pub struct Inside {
    pub accounts: Vec<Account>,
    pub providers: Vec<Provider>,
    pub sync: SyncStatus,
    pub notices: Vec<Notice>,
}

/// Which of the three drawings is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Open,
    Locked,
    Attention,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Says something, does nothing.
    Words(String),
    /// Does something.
    Action(Click, String),
    /// Holds more lines.
    More(String, Vec<(Click, String)>),
    /// A line between others.
    Rule,
}

/// Everything the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub icon: Icon,
    pub tooltip: String,
    pub lines: Vec<Line>,
}

/// What the tray shows for what is known. `clock` words a time of day.
pub fn shown(known: &Known, clock: impl Fn(drawbridge_domain::Timestamp) -> Option<String>) -> Shown {
    match (known.state, &known.inside) {
        (VaultState::Open, Some(inside)) => open(inside, clock),
        (VaultState::Locked, _) => Shown {
            icon: Icon::Locked,
            tooltip: "Drawbridge, locked".to_owned(),
            lines: vec![
                action(Click::Unlock, "Unlock…"),
                action(Click::Open, "Open Drawbridge"),
                Line::Rule,
                action(Click::Quit, "Quit Drawbridge"),
            ],
        },
        (state, _) => Shown {
            icon: Icon::Locked,
            tooltip: match state {
                VaultState::Absent => "Drawbridge, no vault yet",
                VaultState::Damaged | VaultState::TooNew => "Drawbridge, the vault can't be opened",
                VaultState::Open | VaultState::Locked => "Drawbridge",
            }
            .to_owned(),
            lines: vec![action(Click::Open, "Open Drawbridge"), Line::Rule, action(Click::Quit, "Quit Drawbridge")],
        },
    }
}

fn open(inside: &Inside, clock: impl Fn(drawbridge_domain::Timestamp) -> Option<String>) -> Shown {
    let status = status(&inside.sync, clock);
    let needing: Vec<(Click, String)> = inside.notices.iter().filter_map(|notice| need(notice, inside)).collect();
    let (icon, tooltip) = match needing.as_slice() {
        [] => (Icon::Open, format!("Drawbridge, {}", lower_first(&status))),
        [(_, words)] => (Icon::Attention, format!("Drawbridge, {words}")),
        more => (Icon::Attention, format!("Drawbridge: {} things need you", more.len())),
    };
    let mut lines = vec![Line::Words(status)];
    lines.extend(needing.into_iter().map(|(click, words)| Line::Action(click, format!("{words}…"))));
    lines.push(Line::Rule);
    lines.push(action(Click::Open, "Open Drawbridge"));
    let ready: Vec<(Click, String)> = inside
        .providers
        .iter()
        .flat_map(|provider| provider.clients.iter().map(move |client| ready(provider, client)))
        .collect();
    if !ready.is_empty() {
        lines.push(Line::More("Quick connect".to_owned(), ready));
    }
    if !inside.accounts.is_empty() {
        lines.push(action(Click::SyncNow, "Sync now"));
    }
    lines.push(action(Click::Lock, "Lock now"));
    lines.push(action(Click::Settings, "Settings…"));
    lines.push(Line::Rule);
    lines.push(action(Click::Quit, "Quit Drawbridge"));
    Shown { icon, tooltip, lines }
}

/// What somebody has to do now, one line for each cause; an end that only comes near is none.
fn need(notice: &Notice, inside: &Inside) -> Option<(Click, String)> {
    let account = inside.accounts.iter().find(|account| Some(&account.id) == notice.account.as_ref())?;
    let name = named(account, &inside.accounts);
    let id = account.id.clone();
    match notice.kind {
        NoticeKind::SignIn | NoticeKind::OtherPerson => {
            Some((Click::SignInAgain(id), format!("{name}: sign in again")))
        }
        NoticeKind::Client => Some((Click::Settings, format!("{}: enter the client again", notice.title))),
        NoticeKind::HeldBack => Some((Click::Account(id), format!("{name}: look at what would be removed"))),
        NoticeKind::End => None,
    }
}

fn action(click: Click, words: &str) -> Line {
    Line::Action(click, words.to_owned())
}

fn ready(provider: &Provider, client: &Client) -> (Click, String) {
    (Click::Connect(client.id.clone()), format!("{} at {}", provider.name, client.host.label()))
}

/// The login, with the host behind it where two accounts share it.
fn named(account: &Account, all: &[Account]) -> String {
    let shared = all.iter().filter(|other| other.login == account.login).count() > 1;
    if shared { format!("{} at {}", account.login, account.host_label) } else { account.login.clone() }
}

/// One line about all accounts.
fn status(sync: &SyncStatus, clock: impl Fn(drawbridge_domain::Timestamp) -> Option<String>) -> String {
    if let Some(running) = sync.running.first() {
        let read = grouped(running.repositories);
        return match (running.stage, running.expected) {
            (SyncStage::Queued, _) => format!("{} is next to be read", running.login),
            (SyncStage::Waiting, _) => format!("{}: the server asked to wait", running.login),
            (_, Some(all)) => format!("Reading {}, {read} of {}", running.login, grouped(all)),
            (_, None) => format!("Reading {}, {read} so far", running.login),
        };
    }
    if sync.accounts == 0 {
        return "No account connected yet".to_owned();
    }
    if let Some(since) = sync.offline_since {
        return clock(since).map_or_else(|| "Offline".to_owned(), |since| format!("Offline since {since}"));
    }
    let mut words = format!("{} of {} up to date", sync.up_to_date, sync.accounts);
    if let Some(at) = sync.as_of.and_then(clock) {
        words.push_str(", ");
        words.push_str(&at);
    }
    words
}

/// `12480` as `12,480`.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut words = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_keeper::dto::SyncProgress;

    fn account(id: &str, login: &str, host: &str, health: &str) -> Account {
        serde_json::from_value(serde_json::json!({
            "id": id, "provider": "github", "provider_name": "GitHub", "host": format!("https://{host}"),
            "host_label": host, "subject": "1", "login": login, "label": null, "lists": true, "searches": true,
            "name": null, "email": null, "swatch": 1,
            "kind": "oauth", "health": health, "state": "", "state_note": "", "clock_note": null, "scopes": [], "repositories": 1,
            "connected_at": "2026-11-22T04:00:00Z", "synced_at": null, "access_ends_at": null,
            "renews_itself": true, "revocable": true, "revoke_page": null, "off": [],
        }))
        .expect("an account")
    }

    fn notice(account: &str, kind: &str) -> Notice {
        serde_json::from_value(serde_json::json!({
            "id": format!("{kind} {account}"), "kind": kind, "title": "git.example", "sentence": "",
            "account": account, "credential": null, "client": null, "at": "2026-11-22T04:00:00Z", "told": true,
        }))
        .expect("a notice")
    }

    fn provider(clients: bool) -> Provider {
        let client = serde_json::json!({
            "id": "aaaaaaaaaaaaaaaa", "provider": "github", "host": "http://127.0.0.1:4411",
            "api_url": "http://127.0.0.1:4411/api/v3", "client_id": "x", "has_secret": true,
            "name": "", "origin": "own", "preferred": true, "added_at": "2026-11-22T04:00:00Z",
            "secret_ends_at": null,
        });
        serde_json::from_value(serde_json::json!({
            "id": "github", "name": "GitHub", "monogram": "GH", "host": "https://github.com", "self_hosted": true,
            "category": "code", "own": false, "lists": true, "template": null, "parts": [], "ways": [], "token": true,
            "token_with_user": false, "token_hint": null, "needs_secret": false, "notes": [], "unverified": [], "scopes": [], "token_page": null, "client_page": null, "may_register": false,
            "clients": if clients { vec![client] } else { vec![] }, "connected": 0, "connected_at": [],
        }))
        .expect("a provider")
    }

    fn words(shown: &Shown) -> Vec<String> {
        let line = |line: &Line| match line {
            Line::Words(words) => format!("({words})"),
            Line::Action(_, words) => words.clone(),
            Line::More(words, more) => {
                format!("{words} > {}", more.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(" | "))
            }
            Line::Rule => "-".to_owned(),
        };
        shown.lines.iter().map(line).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of a clock that may not know")]
    fn at(_: drawbridge_domain::Timestamp) -> Option<String> {
        Some("14:08".to_owned())
    }

    fn quiet(accounts: u32, up_to_date: u32) -> SyncStatus {
        let as_of = drawbridge_domain::Timestamp::parse("2026-11-22T14:08:00Z");
        SyncStatus { accounts, up_to_date, as_of, offline_since: None, running: vec![], next: vec![] }
    }

    #[test]
    fn an_open_vault_shows_its_state_and_everything_that_can_be_done() {
        let accounts = vec![
            account("aaaaaaaaaaaaaaab", "maralind", "github.com", "working"),
            account("aaaaaaaaaaaaaaac", "fjordline-mara", "github.com", "needs_you"),
        ];
        let notices = vec![notice("aaaaaaaaaaaaaaac", "sign_in"), notice("aaaaaaaaaaaaaaab", "end")];
        let inside = Inside { accounts, providers: vec![provider(true)], sync: quiet(2, 1), notices };
        let shown = shown(&Known { state: VaultState::Open, inside: Some(inside) }, at);
        assert_eq!(
            words(&shown),
            [
                "(1 of 2 up to date, 14:08)",
                "fjordline-mara: sign in again…",
                "-",
                "Open Drawbridge",
                "Quick connect > GitHub at 127.0.0.1:4411",
                "Sync now",
                "Lock now",
                "Settings…",
                "-",
                "Quit Drawbridge"
            ]
        );
        assert_eq!(shown.icon, Icon::Attention, "somebody is needed");
        assert_eq!(shown.tooltip, "Drawbridge, fjordline-mara: sign in again");
    }

    #[test]
    fn a_new_vault_offers_no_sync_and_no_quick_connect() {
        let inside = Inside { accounts: vec![], providers: vec![provider(false)], sync: quiet(0, 0), notices: vec![] };
        let shown = shown(&Known { state: VaultState::Open, inside: Some(inside) }, at);
        assert_eq!(
            words(&shown),
            ["(No account connected yet)", "-", "Open Drawbridge", "Lock now", "Settings…", "-", "Quit Drawbridge"]
        );
        assert_eq!(shown.icon, Icon::Open);
    }

    #[test]
    fn a_locked_vault_shows_nothing_of_what_is_in_it() {
        let accounts = vec![account("aaaaaaaaaaaaaaab", "maralind", "github.com", "needs_you")];
        let notices = vec![notice("aaaaaaaaaaaaaaab", "sign_in")];
        let inside = Inside { accounts, providers: vec![provider(true)], sync: quiet(1, 1), notices };
        let shown = shown(&Known { state: VaultState::Locked, inside: Some(inside) }, at);
        assert_eq!(words(&shown), ["Unlock…", "Open Drawbridge", "-", "Quit Drawbridge"]);
        assert_eq!((shown.icon, shown.tooltip.as_str()), (Icon::Locked, "Drawbridge, locked"));
    }

    #[test]
    fn two_accounts_of_one_name_get_their_host_and_a_sync_its_numbers() {
        let accounts = vec![
            account("aaaaaaaaaaaaaaab", "mara", "github.com", "needs_you"),
            account("aaaaaaaaaaaaaaac", "mara", "git.example", "needs_you"),
        ];
        let progress = SyncProgress {
            account: accounts[0].id.clone(),
            login: "mara".to_owned(),
            stage: SyncStage::Reading,
            repositories: 4120,
            expected: Some(1_008_214),
            pages: 42,
            expected_pages: None,
            until: None,
        };
        let sync = SyncStatus { running: vec![progress], ..quiet(2, 0) };
        let kinds = [("b", "sign_in"), ("c", "other_person"), ("b", "held_back"), ("c", "client")];
        let notices = kinds.map(|(last, kind)| notice(&format!("aaaaaaaaaaaaaaa{last}"), kind)).to_vec();
        let inside = Inside { accounts, providers: vec![], sync, notices };
        let shown = shown(&Known { state: VaultState::Open, inside: Some(inside) }, at);
        let words = words(&shown);
        assert_eq!(words[0], "(Reading mara, 4,120 of 1,008,214)");
        let needs = [
            "mara at github.com: sign in again…",
            "mara at git.example: sign in again…",
            "mara at github.com: look at what would be removed…",
            "git.example: enter the client again…",
        ];
        assert_eq!(words[1..5], needs, "one line for each cause");
        assert_eq!(shown.tooltip, "Drawbridge: 4 things need you");
    }
}

//! What a person is to be told: each cause that needs them, and ends 14, 3 and 1 days before they come.
//!
//! What there is follows from what is stored and from the clock, so nothing is missed by sleeping, and the
//! nearest mark that has passed is the only one that counts. A front that told it says so; that is kept.
//! Not here: showing it, and what ends when (`calendar.rs`).

use crate::{
    Answer, Keeper,
    accounts::state,
    calendar::{Dated, Holdings},
    dto::{Event, List, Notice, NoticeKind, NoticeTold, Tag},
    open::Open,
    words,
};
use drawbridge_domain::{Health, Timestamp};
use drawbridge_store::{AccountRow, HostRow, ToldRow};
use std::{sync::Arc, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Days before an end at which it is told, the nearest first.
const MARKS: [u32; 3] = [1, 3, 14];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Looked at least this often, as a timer stands still while the computer sleeps.
const LOOK_EVERY: Duration = Duration::from_secs(15 * 60);
const LOOK_MIN: Duration = Duration::from_secs(60);

/// A notice with the mark it is told at, 0 where there is none.
struct Marked {
    notice: Notice,
    mark: u32,
}

impl Keeper {
    /// What the person is to be told: what needs them now before what ends, the next first.
    pub async fn notice_list(&self) -> Answer<List<Notice>> {
        let open = self.opened().await?;
        let marked = self.notices(&open).await?.0;
        Ok(List::whole(marked.into_iter().map(|marked| marked.notice).collect()))
    }

    /// Notes that a front told it: it is not news any more. One whose cause is gone meanwhile is none.
    pub async fn notice_told(&self, NoticeTold { id }: NoticeTold) -> Answer<()> {
        let open = self.opened().await?;
        let marked = self.notices(&open).await?.0;
        let Some(marked) = marked.into_iter().find(|marked| marked.notice.id == id) else { return Ok(()) };
        let told = ToldRow { id: marked.notice.id, about: marked.notice.at, mark: marked.mark };
        let mut write = open.store.write().await.map_err(words::store)?;
        write.put_told_notice(&told).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Notices]);
        Ok(())
    }

    /// Starts looking for what is to be told in a vault that was just opened.
    pub(crate) fn start_notices(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        // From before the first look, so that no change falls between.
        let mut events = self.events();
        open.tasks.spawn(async move {
            let mut before = Vec::new();
            loop {
                let mut next = LOOK_EVERY;
                match keeper.look_for_notices(&work).await {
                    Ok((now, wait)) => {
                        next = wait;
                        if now != before {
                            before = now;
                            keeper.changed(&[Tag::Notices]);
                        }
                    }
                    Err(problem) => tracing::warn!(code = ?problem.code, "what is to be told is not known"),
                }
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = something_changed(&mut events) => {}
                    () = tokio::time::sleep(next.clamp(LOOK_MIN, LOOK_EVERY)) => {}
                }
            }
        });
    }

    /// What there is to tell, and how long until there may be more. What was told of causes that are gone
    /// is forgotten.
    async fn look_for_notices(&self, open: &Open) -> Answer<(Vec<(String, u32)>, Duration)> {
        let (marked, told, next) = self.notices(open).await?;
        let gone = told.iter().filter(|told| !marked.iter().any(|marked| marked.notice.id == told.id));
        let gone: Vec<&ToldRow> = gone.collect();
        if !gone.is_empty() {
            let mut write = open.store.write().await.map_err(words::store)?;
            for told in gone {
                write.remove_told_notice(&told.id).await.map_err(words::store)?;
            }
            write.commit().await.map_err(words::store)?;
        }
        Ok((marked.into_iter().map(|marked| (marked.notice.id, marked.mark)).collect(), next))
    }

    async fn notices(&self, open: &Open) -> Answer<(Vec<Marked>, Vec<ToldRow>, Duration)> {
        let holdings = Holdings::read(open).await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let told = session.told_notices().await.map_err(words::store)?;
        drop(session);
        let now = self.parts.clock.now();
        let mut all = causes(&holdings);
        let mut next = LOOK_EVERY;
        for dated in self.endings(&holdings) {
            let needs_you = |account: &&AccountRow| {
                Some(&account.id) == dated.ending.account.as_ref() && account.health == Health::NeedsYou
            };
            // Where a sign-in is needed anyway, nothing else of it matters.
            if dated.ending.by_itself || holdings.accounts.iter().any(|account| needs_you(&account)) {
                continue;
            }
            for mark in MARKS {
                let at = dated.ending.at.minus(DAY * mark);
                if at > now {
                    next = next.min(at.since(now));
                }
            }
            all.extend(mark_of(&dated, now).map(|mark| Marked { notice: of_end(&dated, now), mark }));
        }
        for marked in &mut all {
            marked.notice.told = told.iter().any(|told| says(told, marked));
        }
        Ok((all, told, next))
    }
}

/// Resolves when something was changed that a notice may come from.
async fn something_changed(events: &mut Receiver<Event>) {
    let concerns = |tags: &[Tag]| tags.iter().any(|tag| matches!(tag, Tag::Accounts | Tag::Credentials | Tag::Clients));
    loop {
        match events.recv().await {
            Ok(Event::Changed { tags }) if concerns(&tags) => break,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => break,
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
    // One look is enough for all that happened meanwhile.
    while events.try_recv().is_ok() {}
}

/// Whether what was told is what there is to tell.
fn says(told: &ToldRow, marked: &Marked) -> bool {
    let apart = told.about.since(marked.notice.at).max(marked.notice.at.since(told.about));
    let same = if marked.notice.kind == NoticeKind::End { apart < DAY } else { apart.is_zero() };
    told.id == marked.notice.id && same && told.mark <= marked.mark
}

/// The nearest mark before an end that has passed. One that had passed before there was anything to end
/// does not count: who makes a token for two days knows it.
fn mark_of(dated: &Dated, now: Timestamp) -> Option<u32> {
    let passed = |mark: &u32| {
        let at = dated.ending.at.minus(DAY * *mark);
        at <= now && dated.since < at
    };
    MARKS.into_iter().find(passed)
}

/// Each cause that needs the person now, by account or by the client that several share.
fn causes(holdings: &Holdings) -> Vec<Marked> {
    let mut all: Vec<Marked> = Vec::new();
    for account in &holdings.accounts {
        let Some(host) = holdings.host(&account.host) else { continue };
        let client = holdings.facts(account).and_then(|facts| facts.client_id.as_deref());
        let (kind, id) = match (account.health, account.health_cause.as_str(), client) {
            (Health::NeedsYou, "client_missing" | "client_refused", Some(client)) => {
                (NoticeKind::Client, format!("client {} {client}", host.id.as_str()))
            }
            (Health::NeedsYou, "other_person", _) => {
                (NoticeKind::OtherPerson, format!("other_person {}", account.id.as_str()))
            }
            (Health::NeedsYou, ..) => (NoticeKind::SignIn, format!("sign_in {}", account.id.as_str())),
            (Health::Soon, "held_back", _) => (NoticeKind::HeldBack, format!("held_back {}", account.id.as_str())),
            _ => continue,
        };
        match all.iter_mut().find(|marked| marked.notice.id == id) {
            Some(marked) => marked.notice.at = marked.notice.at.min(account.health_since),
            None => all.push(Marked { notice: of_account(holdings, account, host, kind, id), mark: 0 }),
        }
    }
    all
}

fn of_account(holdings: &Holdings, account: &AccountRow, host: &HostRow, kind: NoticeKind, id: String) -> Notice {
    let label = host.base_url.label();
    let name = account.label.as_ref().unwrap_or(&account.identity.login);
    let (what, next) = state(account, holdings.facts(account), label, 0);
    Notice {
        id,
        kind,
        title: if kind == NoticeKind::Client { label.to_owned() } else { format!("{name} at {label}") },
        sentence: format!("{what}. {next}."),
        account: Some(account.id.clone()),
        credential: None,
        client: None,
        at: account.health_since,
        told: false,
    }
}

fn of_end(dated: &Dated, now: Timestamp) -> Notice {
    let ending = &dated.ending;
    let of = [
        ending.account.as_ref().map(ToString::to_string),
        ending.credential.as_ref().map(ToString::to_string),
        ending.client.as_ref().map(ToString::to_string),
    ];
    Notice {
        id: format!("end {:?} {}", ending.kind, of.into_iter().flatten().collect::<String>()),
        kind: NoticeKind::End,
        title: format!("{} at {}", ending.login, ending.host_label),
        sentence: format!("{} {}.", words::ends_in(ending.at.since(now)), ending.sentence),
        account: ending.account.clone(),
        credential: ending.credential.clone(),
        client: ending.client.clone(),
        at: ending.at,
        told: false,
    }
}

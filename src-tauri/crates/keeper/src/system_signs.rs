//! What the computer says about itself: it goes to sleep, it wakes, its screen is locked or
//! unlocked, its network comes and goes; and what the keeper does about it.
//!
//! Not here: how a system says it (`system_signs/`), idleness, which is Drawbridge's own (`idle`), and what
//! follows from the network (`schedule`).

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod network;

#[cfg(target_os = "linux")]
pub use linux::LinuxSigns;

use crate::{
    Keeper,
    dto::{LockCause, Settings},
    settings::settings_of,
};
use futures::future::BoxFuture;
use std::{
    pin::pin,
    sync::{Arc, PoisonError},
};
use tokio::sync::{mpsc, oneshot};

/// What a computer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It is about to sleep.
    Sleeping,
    /// It has slept.
    Woken,
    /// Its screen was locked.
    ScreenLocked,
    /// Its screen was unlocked.
    ScreenUnlocked,
    /// How its network is. Where nothing is told, it is there and costs nothing.
    Network {
        /// There is none.
        away: bool,
        /// It costs by use.
        metered: bool,
    },
}

/// Where the signs of this computer come from.
pub trait SystemSigns: Send + Sync + 'static {
    /// Tells the signs as they come, until it is dropped. It never fails: where nothing can be
    /// heard, nothing is told.
    fn watch(&self, listener: Listener) -> BoxFuture<'static, ()>;
}

/// A computer that says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct QuietSigns;

impl SystemSigns for QuietSigns {
    fn watch(&self, _: Listener) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Takes signs in, one after the other.
pub struct Listener(mpsc::Sender<Told>);

struct Told {
    sign: Sign,
    heeded: oneshot::Sender<()>,
}

impl Listener {
    fn new() -> (Self, mpsc::Receiver<Told>) {
        let (sender, receiver) = mpsc::channel(1);
        (Self(sender), receiver)
    }

    /// Comes back when everything was done about the sign, so that a computer may sleep then.
    pub async fn tell(&self, sign: Sign) {
        let (heeded, done) = oneshot::channel();
        if self.0.send(Told { sign, heeded }).await.is_ok() {
            // An error is a keeper that ends, which has locked the vault, too.
            let _ = done.await;
        }
    }
}

/// Why the vault is to be closed now, and what its settings said when they could last be read.
struct Away {
    asleep: bool,
    screen_locked: bool,
    settings: Settings,
}

impl Keeper {
    /// Listens to the computer from the keeper's start to its end.
    pub(crate) fn heed_signs(self: &Arc<Self>) {
        let (listener, mut told) = Listener::new();
        let watching = self.parts.signs.watch(listener);
        let (keeper, ended) = (Arc::downgrade(self), self.ended());
        self.tasks.spawn(async move {
            let mut watching = pin!(watching);
            let mut ended = pin!(ended);
            let mut away = Away { asleep: false, screen_locked: false, settings: Settings::default() };
            loop {
                // Nothing is cut off in the middle: only waiting ends when the keeper does.
                let Told { sign, heeded } = tokio::select! {
                    biased;
                    () = &mut ended => return,
                    () = &mut watching => return,
                    Some(told) = told.recv() => told,
                };
                let Some(keeper) = keeper.upgrade() else { return };
                tracing::debug!(?sign, "the computer says");
                keeper.heed(sign, &mut away).await;
                let _ = heeded.send(());
            }
        });
    }

    async fn heed(self: &Arc<Self>, sign: Sign, away: &mut Away) {
        // An opening that is under way is waited for, so that it is locked again and not overtaken.
        drop(self.gate.lock().await);
        let open = self.open.read().await.clone();
        if let Some(open) = &open {
            // Settings that can't be read are no reason to stay open.
            away.settings = settings_of(open).await.unwrap_or_default();
        }
        drop(open);
        match sign {
            Sign::Sleeping if away.settings.lock_on_sleep => {
                away.asleep = true;
                self.lock_because(LockCause::Sleep).await;
            }
            Sign::ScreenLocked if away.settings.lock_on_screen_lock => {
                away.screen_locked = true;
                self.lock_because(LockCause::ScreenLock).await;
            }
            Sign::Sleeping | Sign::ScreenLocked => {}
            Sign::Network { away, metered } => self.heed_network(away, metered).await,
            Sign::Woken => {
                away.asleep = false;
                self.come_back(away).await;
            }
            Sign::ScreenUnlocked => {
                // Who unlocks a screen is awake, whatever was missed.
                (away.asleep, away.screen_locked) = (false, false);
                self.come_back(away).await;
            }
        }
    }

    async fn lock_because(&self, cause: LockCause) {
        if let Err(problem) = self.lock_for(cause).await {
            tracing::error!(code = ?problem.code, ?cause, "the vault did not lock");
        }
    }

    /// Opens a keychain vault again that was closed by a sign, once no sign is against it.
    async fn come_back(self: &Arc<Self>, away: &Away) {
        if let Some(open) = self.open.read().await.as_ref() {
            // Timers stand still while a computer sleeps: what waits for a time looks at once.
            open.settings_changed.notify_one();
            open.wake.notify_one();
            open.backup_wake.notify_one();
            return;
        }
        let cause = self.locked.lock().unwrap_or_else(PoisonError::into_inner).map(|since| since.cause);
        let by_a_sign = matches!(cause, Some(LockCause::Sleep | LockCause::ScreenLock));
        if by_a_sign && !away.asleep && !away.screen_locked {
            self.open_silently().await;
        }
    }
}

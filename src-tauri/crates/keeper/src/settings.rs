//! What a person can set.

use crate::{
    Answer, Keeper,
    dto::{ChangeSettings, Settings, Tag},
    open::Open,
    words,
};

const NAME: &str = "settings";

impl Keeper {
    /// The settings; the defaults where nothing was set.
    pub async fn settings(&self) -> Answer<Settings> {
        let open = self.opened().await?;
        settings_of(&open).await
    }

    /// Keeps the settings. What weakens the vault's security asks for a proof first: an open window is
    /// not the owner.
    pub async fn set_settings(&self, request: ChangeSettings) -> Answer<Settings> {
        let ChangeSettings { settings, proof } = request;
        // Nobody changes them between the look at what they were and the write.
        let _turn = self.gate.lock().await;
        let open = self.opened().await?;
        check_interval(settings.sync_every_minutes)?;
        check(&settings)?;
        let has_passphrase = open.vault.slots().iter().any(|slot| slot.cost.is_some());
        // A vault that only the keychain opens has nothing to ask that whoever sits here could not answer.
        if has_passphrase && weakens(&settings_of(&open).await?, &settings) {
            let proof = proof.ok_or_else(words::weakens)?;
            self.prove(&open, &proof).await?;
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_setting(NAME, &settings).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        open.wake.notify_one();
        open.settings_changed.notify_one();
        open.backup_wake.notify_one();
        // Setting something is using Drawbridge.
        self.touch();
        self.changed(&[Tag::Settings]);
        Ok(settings)
    }
}

/// Whether a change leaves the vault open, or a copied secret in the clipboard, for longer than before.
fn weakens(before: &Settings, after: &Settings) -> bool {
    // 0 means never, which is longer than anything.
    let idle = |settings: &Settings| settings.lock_after_idle_minutes.wrapping_sub(1);
    idle(after) > idle(before)
        || (before.lock_on_sleep && !after.lock_on_sleep)
        || (before.lock_on_screen_lock && !after.lock_on_screen_lock)
        || after.clear_clipboard_seconds > before.clear_clipboard_seconds
}

/// Whether syncs may be so many minutes apart.
pub(crate) fn check_interval(minutes: u32) -> Answer<()> {
    if minutes == 0 || (5..=1440).contains(&minutes) {
        return Ok(());
    }
    Err(words::invalid(
        "Syncs are between 5 minutes and a day apart.",
        "Choose 5 to 1440 minutes, or 0 to sync only by hand.",
    ))
}

fn check(settings: &Settings) -> Answer<()> {
    if settings.lock_after_idle_minutes > 1440 {
        return Err(words::invalid(
            "The vault locks after at most a day.",
            "Choose 1 to 1440 minutes, or 0 for never.",
        ));
    }
    if !(10..=120).contains(&settings.clear_clipboard_seconds) {
        return Err(words::invalid("A copied secret stays 10 seconds to two minutes.", "Choose 10 to 120 seconds."));
    }
    if settings.backup_every_days > 90 || !(1..=100).contains(&settings.backup_keep) {
        return Err(words::invalid(
            "Backups are at most 90 days apart, and 1 to 100 are kept.",
            "Choose 1 to 90 days, or 0 to make them by hand only.",
        ));
    }
    if let Some(folder) = &settings.backup_folder {
        crate::backups::named_path(folder)?;
    }
    if let Some(folder) = &settings.projects_folder {
        crate::cloning::named_folder(folder)?;
    }
    Ok(())
}

pub(crate) async fn settings_of(open: &Open) -> Answer<Settings> {
    let mut session = open.store.read().await.map_err(words::store)?;
    Ok(session.setting(NAME).await.map_err(words::store)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_less_locking_and_longer_copies_weaken() {
        let usual = Settings { lock_after_idle_minutes: 15, ..Settings::default() };
        let with = |change: fn(&mut Settings)| {
            let mut settings = usual.clone();
            change(&mut settings);
            settings
        };
        let weaker = [
            with(|s| s.lock_after_idle_minutes = 16),
            with(|s| s.lock_after_idle_minutes = 0),
            with(|s| s.lock_on_sleep = false),
            with(|s| s.lock_on_screen_lock = false),
            with(|s| s.clear_clipboard_seconds = 31),
            // What gets stronger beside it makes up for nothing.
            with(|s| (s.lock_on_sleep, s.lock_after_idle_minutes) = (false, 1)),
        ];
        for weak in weaker {
            assert!(weakens(&usual, &weak), "{weak:?}");
            assert!(!weakens(&weak, &weak), "{weak:?} is what it was");
        }
        assert!(!weakens(&with(|s| s.lock_after_idle_minutes = 0), &usual), "locking at all is stronger than never");
        let others = [
            with(|s| s.lock_after_idle_minutes = 14),
            with(|s| s.clear_clipboard_seconds = 10),
            with(|s| s.sync_every_minutes = 0),
            with(|s| s.sync_on_metered = true),
            with(|s| s.close_to_tray = false),
            with(|s| s.single_keys = false),
            with(|s| s.backup_every_days = 0),
            with(|s| s.backup_folder = Some("/elsewhere".to_owned())),
        ];
        for other in others {
            assert!(!weakens(&usual, &other), "{other:?}");
        }
    }
}

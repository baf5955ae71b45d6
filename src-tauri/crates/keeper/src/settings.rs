//! What a person can set.

use crate::{
    Answer, Keeper,
    dto::{Settings, Tag},
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

    /// Keeps the settings.
    pub async fn set_settings(&self, settings: Settings) -> Answer<Settings> {
        let open = self.opened().await?;
        if settings.sync_every_minutes != 0 && !(5..=1440).contains(&settings.sync_every_minutes) {
            return Err(words::invalid(
                "Syncs are between 5 minutes and a day apart.",
                "Choose 5 to 1440 minutes, or 0 to sync only by hand.",
            ));
        }
        check(&settings)?;
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
    Ok(())
}

pub(crate) async fn settings_of(open: &Open) -> Answer<Settings> {
    let mut session = open.store.read().await.map_err(words::store)?;
    Ok(session.setting(NAME).await.map_err(words::store)?.unwrap_or_default())
}

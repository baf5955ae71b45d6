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
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_setting(NAME, &settings).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        open.wake.notify_one();
        self.changed(&[Tag::Settings]);
        Ok(settings)
    }
}

pub(crate) async fn settings_of(open: &Open) -> Answer<Settings> {
    let mut session = open.store.read().await.map_err(words::store)?;
    Ok(session.setting(NAME).await.map_err(words::store)?.unwrap_or_default())
}

//! What the window remembers between two starts: its colours and its size.
//!
//! Lies beside the app's settings and not in the vault, as it is needed before that opens. Holds
//! nothing about anybody.

use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

/// Which colours the window uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system does.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The window as it was last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    pub theme: Theme,
    pub width: f64,
    pub height: f64,
    pub maximised: bool,
}

/// The size the pages are drawn for, and the least they work in.
pub const USUAL: (f64, f64) = (1180.0, 760.0);
pub const LEAST: (f64, f64) = (720.0, 520.0);
/// Larger than any screen.
const MOST: f64 = 16_384.0;

impl Default for Memory {
    fn default() -> Self {
        Self { theme: Theme::System, width: USUAL.0, height: USUAL.1, maximised: false }
    }
}

impl Memory {
    /// Reads it; whatever can't be read is as on the first day.
    pub fn read(file: &Path) -> Self {
        let memory: Self =
            fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        // clamp keeps NaN, JSON has none.
        Self { width: memory.width.clamp(LEAST.0, MOST), height: memory.height.clamp(LEAST.1, MOST), ..memory }
    }

    /// Writes it. Losing it costs nobody anything.
    pub fn write(&self, file: &Path) {
        let text = serde_json::to_string(self).unwrap_or_default();
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(file, text));
        if let Err(error) = written {
            tracing::warn!(%error, "the window's size was not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, Memory, Theme};

    #[test]
    fn what_was_kept_comes_back_and_nonsense_does_not() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("deeper/window.json");
        assert_eq!(Memory::read(&file), Memory::default(), "nothing kept yet");
        let memory = Memory { theme: Theme::Dark, width: 900.0, height: 600.0, maximised: true };
        memory.write(&file);
        assert_eq!(Memory::read(&file), memory);
        std::fs::write(&file, r#"{"theme":"light","width":-5,"height":1e300,"later":1}"#).expect("written");
        let read = Memory::read(&file);
        assert_eq!((read.theme, read.width), (Theme::Light, LEAST.0), "a size no window can have is corrected");
        std::fs::write(&file, "{").expect("written");
        assert_eq!(Memory::read(&file), Memory::default());
    }
}

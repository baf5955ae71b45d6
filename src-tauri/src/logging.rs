//! The log: warnings on standard error, more of our own rooms when asked.
//!
//! `DRAWBRIDGE_LOG` names a level for Drawbridge's own rooms only. Libraries stay at warnings
//! whatever is asked: some print keys, requests or messages to the window at their lower levels.

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// The rooms whose level can be raised.
const OURS: &[&str] = &[
    "drawbridge_desktop",
    "drawbridge_keeper",
    "drawbridge_local_api",
    "drawbridge_oauth",
    "drawbridge_providers",
    "drawbridge_search",
    "drawbridge_store",
    "drawbridge_sync",
    "drawbridge_vault",
];

/// Begins logging.
pub fn start(wish: Option<&str>) {
    let filter = EnvFilter::new(directives(wish));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// What is logged, for a wished level.
fn directives(wish: Option<&str>) -> String {
    let level = wish.and_then(|wish| wish.trim().parse::<LevelFilter>().ok());
    let mut directives = match level {
        Some(LevelFilter::OFF) => return "off".to_owned(),
        Some(LevelFilter::ERROR) => "error".to_owned(),
        _ => "warn".to_owned(),
    };
    // It names links that are none of ours, whole.
    directives.push_str(",tauri_plugin_deep_link=error");
    if let Some(level) = level.filter(|level| *level > LevelFilter::WARN) {
        for room in OURS {
            directives.extend([",", room, "=", &level.to_string()]);
        }
    }
    directives
}

#[cfg(test)]
mod tests {
    use super::directives;

    #[test]
    fn only_our_own_rooms_can_be_made_to_talk() {
        assert_eq!(directives(None), "warn,tauri_plugin_deep_link=error");
        assert_eq!(directives(Some("nonsense=trace")), directives(None), "libraries keep their level");
        let most = directives(Some("trace"));
        assert!(most.contains("drawbridge_keeper=trace"), "our rooms follow the wish");
        assert!(most.starts_with("warn,") && !most.contains("sqlx"), "libraries that print secrets do not");
    }
}

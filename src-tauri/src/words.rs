//! What the shell itself has to say: when there is no keeper to ask, no browser, no clipboard, no
//! window. Everything else a person reads about a problem is worded by the keeper.

use drawbridge_keeper::{Code, Problem};

/// On standard error, where neither a window nor a box can open.
pub const NO_DISPLAY: &str = "Drawbridge needs a display: neither WAYLAND_DISPLAY nor DISPLAY is set. Start it from \
                              a desktop session, or use the command line: drawbridge --help";
pub const NO_HOME: &str = "There is no home folder to keep a vault in. Set DRAWBRIDGE_VAULT to a folder.";
pub const NO_WINDOW: &str = "Drawbridge could not open its window. The lines above say why.";

/// In a box, when another desktop app has the vault and can't be told to show itself.
pub const OPEN_ELSEWHERE: &str = "Drawbridge already has this vault open in another session that can't be reached \
                                  from here (no shared D-Bus session). Use that window, or quit it first.";

pub fn starting_too_slow() -> Problem {
    Problem::new(
        Code::KeeperGone,
        "Drawbridge has not started its keeper yet.",
        "Quit Drawbridge and start it again. Nothing was changed.",
    )
}

pub fn keeper_ended() -> Problem {
    Problem::new(Code::KeeperGone, "Drawbridge is closing.", "Start it again.")
}

pub fn no_vault_to_answer() -> Problem {
    Problem::new(Code::VaultAbsent, "No open vault waits for that answer.", "")
}

pub fn too_long_to_copy() -> Problem {
    Problem::new(Code::InvalidInput, "That is too long to copy.", "Select less.")
}

pub fn no_clipboard() -> Problem {
    Problem::new(Code::Internal, "The clipboard could not be reached.", "Select the text and copy it yourself.")
}

pub fn no_such_page() -> Problem {
    Problem::new(Code::NotOffered, "There is no such page at this server.", "")
}

pub fn no_web_page() -> Problem {
    Problem::new(Code::InvalidInput, "That is not a page of the web.", "")
}
/// A folder that copies went to can't be shown.
pub fn no_folder() -> Problem {
    Problem::new(
        Code::NotFound,
        "That folder is not there any more, or no program shows folders.",
        "Its path stands beside it; open it yourself.",
    )
}

pub fn no_browser() -> Problem {
    Problem::new(Code::Internal, "The browser could not be started.", "Copy the address and open it yourself.")
}

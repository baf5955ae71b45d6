//! How often the vault was tried in vain, kept beside it so that a restart does not forget.
//!
//! This slows down somebody at the keyboard or at the local socket. Whoever has the files can
//! guess without asking us; against that stands Argon2id. Not here: what was tried.

use crate::{Error, files};
use drawbridge_domain::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// So many wrong tries cost nothing: fingers slip.
const FREE: u32 = 3;
const LONGEST: Duration = Duration::from_secs(5 * 60);
const MAX_BYTES: u64 = 4096;

/// Wrong tries since the last right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// How many.
    pub wrong: u32,
    /// When the last one was.
    pub last: Timestamp,
}

fn path(dir: &Path) -> PathBuf {
    dir.join("attempts.json")
}

impl Attempts {
    /// What is known about a vault's tries. A file that can't be read counts as none: it protects
    /// nothing that Argon2id does not.
    pub fn of(dir: &Path) -> Self {
        let text = files::read_bounded(&path(dir), MAX_BYTES, "the count of attempts").ok().flatten();
        let known = text.and_then(|text| serde_json::from_slice(&text).ok());
        known.unwrap_or(Self { wrong: 0, last: Timestamp::from_millis(0) })
    }

    /// Until when nothing should be tried; `None` if it may be tried now.
    pub fn wait_until(self, now: Timestamp) -> Option<Timestamp> {
        let seconds = 2_u64.checked_pow(self.wrong.checked_sub(FREE)?.min(20)).unwrap_or(u64::MAX);
        let pause = Duration::from_secs(seconds).min(LONGEST);
        // A clock that was set back must not lock anybody out for longer than the pause.
        let until = if self.last > now { now.plus(pause) } else { self.last.plus(pause) };
        (until > now).then_some(until)
    }

    /// Notes a wrong try, before anybody is told of it.
    pub fn wrong(dir: &Path, now: Timestamp) -> Result<(), Error> {
        let count = Self { wrong: Self::of(dir).wrong.saturating_add(1), last: now };
        let text = serde_json::to_vec(&count).map_err(|_| Error::Derive)?;
        files::write_whole(dir, &path(dir), &text)
    }

    /// Forgets them after a right one.
    pub fn right(dir: &Path) -> Result<(), Error> {
        files::remove(&path(dir))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_has_an_end() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let wait = |wrong, last, now| Attempts { wrong, last: at(last) }.wait_until(at(now));
        assert_eq!((0..3).filter_map(|wrong| wait(wrong, 100, 100)).count(), 0, "a slip costs nothing");
        assert_eq!(wait(3, 100, 100), Some(at(101)));
        assert_eq!(wait(6, 100, 100), Some(at(108)));
        assert_eq!(wait(6, 100, 108), None, "it ends");
        assert_eq!(wait(u32::MAX, 100, 100), Some(at(400)), "five minutes are the most");
        assert_eq!(wait(6, 9_999, 100), Some(at(108)), "a clock set back locks nobody out for longer");
    }
}

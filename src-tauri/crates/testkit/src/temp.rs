//! Folders that go away, a clock and a randomness that can be held still, and secrets that can be
//! searched for afterwards.
//!
//! Not here: servers (see `forge` and `oidc`).

use drawbridge_domain::{Clock, Random, Timestamp};
use sha2::{Digest as _, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;

/// A folder for one vault. It and all in it are deleted when this is dropped.
#[derive(Debug)]
pub struct TempVault {
    folder: TempDir,
}

impl TempVault {
    /// A new empty place. The vault folder itself does not exist yet, as on a fresh machine.
    pub fn new() -> io::Result<Self> {
        Ok(Self { folder: tempfile::Builder::new().prefix("drawbridge-").tempdir()? })
    }

    /// Where the vault would be.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// The folder around the vault: for logs, sockets, a home of its own.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// Stands at this time.
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_millis()))
    }

    /// Jumps to this time, which may be earlier.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Moves on.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }
}

impl Default for FakeClock {
    /// A fixed morning: 2026-11-22T08:00:00Z.
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_795_334_400_000))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Randomness that repeats for the same seed. Not fit for keys that protect anything.
#[derive(Debug)]
pub struct SeededRandom(Mutex<Sequence>);

#[derive(Debug)]
struct Sequence {
    seed: u64,
    block: u64,
    rest: Vec<u8>,
}

impl SeededRandom {
    /// The sequence of this seed, from its beginning.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Sequence { seed, block: 0, rest: Vec::new() }))
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut sequence = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in buffer {
            if sequence.rest.is_empty() {
                let mut hash = Sha256::new();
                hash.update(sequence.seed.to_be_bytes());
                hash.update(sequence.block.to_be_bytes());
                sequence.block += 1;
                sequence.rest = hash.finalize().to_vec();
            }
            *byte = sequence.rest.pop().unwrap_or_default();
        }
    }
}

/// A secret nobody else would write: `drawbridge-canary-<name>-<32 hexadecimal digits>`. The same
/// name gives the same value, so a second process can search for it too.
pub fn canary(name: &str) -> String {
    let hash = Sha256::digest(format!("canary of {name}"));
    format!("drawbridge-canary-{name}-{}", hex(&hash[..16]))
}

/// Where a searched text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// The file.
    pub file: PathBuf,
    /// Which of the searched texts, by its place in the list; the text itself is not repeated.
    pub needle: usize,
    /// How it was written there.
    pub spelling: &'static str,
}

/// Searches the names and the bytes of all files under `root` for each text, as it is, in base64,
/// in hexadecimal, percent-encoded and in UTF-16. A file that can't be read is an error, as an
/// unread file proves nothing; a file that is gone meanwhile is not.
pub fn search_tree_for(root: &Path, needles: &[&str]) -> io::Result<Vec<Find>> {
    let spellings: Vec<_> = needles.iter().enumerate().flat_map(|(index, text)| spell(index, text)).collect();
    let mut finds = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let (file, kind) = (entry.path(), entry.file_type()?);
            let mut content = entry.file_name().into_encoded_bytes();
            if kind.is_dir() {
                folders.push(file.clone());
            } else if kind.is_file() {
                content.push(0);
                match fs::read(&file) {
                    Ok(bytes) => content.extend(bytes),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            for (needle, spelling, bytes) in &spellings {
                if memchr::memmem::find(&content, bytes).is_some() {
                    finds.push(Find { file: file.clone(), needle: *needle, spelling });
                }
            }
        }
    }
    Ok(finds)
}

/// The ways a text can be written without being a different secret.
fn spell(index: usize, text: &str) -> Vec<(usize, &'static str, Vec<u8>)> {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
    let mut all = vec![
        (index, "as it is", text.as_bytes().to_vec()),
        (index, "hexadecimal", hex(text.as_bytes()).into_bytes()),
        (index, "utf-16", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    if encoded != text {
        all.push((index, "percent-encoded", encoded.into_bytes()));
    }
    // A text inside a longer one is encoded differently for each place modulo 3; the outermost
    // characters depend on the neighbours and are left out.
    for skip in 0..3.min(text.len()) {
        let whole = (text.len() - skip) / 3 * 3;
        if whole >= 12 {
            let code = STANDARD_NO_PAD.encode(&text.as_bytes()[skip..skip + whole]);
            all.push((index, "base64", code.clone().into_bytes()));
            let url_safe = code.replace('+', "-").replace('/', "_");
            if url_safe != code {
                all.push((index, "base64", url_safe.into_bytes()));
            }
        }
    }
    all.retain(|(_, _, bytes)| !bytes.is_empty());
    all
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    #[test]
    fn a_canary_is_found_however_it_is_written() {
        let place = TempVault::new().expect("a folder");
        let secret = canary("token+/");
        let inner = place.around().join("a/b");
        fs::create_dir_all(&inner).expect("folders");
        fs::write(inner.join("plain"), format!("x{secret}y")).expect("written");
        fs::write(inner.join("hex"), hex(secret.as_bytes())).expect("written");
        fs::write(inner.join("wide"), secret.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
            .expect("written");
        for (name, before) in [("one", "x"), ("two", "xy"), ("three", "xyz")] {
            fs::write(inner.join(name), STANDARD.encode(format!("{before}{secret}:"))).expect("written");
        }
        fs::write(inner.join("innocent"), "drawbridge-canary").expect("written");
        let finds = search_tree_for(place.around(), &["something else", &secret]).expect("searched");
        let mut names: Vec<_> =
            finds.iter().filter_map(|find| find.file.file_name()?.to_str().map(str::to_owned)).collect();
        names.sort_unstable();
        assert_eq!(names, ["hex", "one", "plain", "three", "two", "wide"]);
        assert!(finds.iter().all(|find| find.needle == 1));
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (mut one, mut two, mut other) = ([0; 40], [0; 40], [0; 40]);
        SeededRandom::new(7).fill(&mut one);
        let same = SeededRandom::new(7);
        same.fill(&mut two[..13]);
        same.fill(&mut two[13..]);
        SeededRandom::new(8).fill(&mut other);
        assert_eq!(one, two);
        assert_ne!(one, other);
    }

    #[test]
    fn the_clock_moves_only_when_told() {
        let clock = FakeClock::default();
        assert_eq!(clock.now().to_string(), "2026-11-22T08:00:00Z");
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().to_string(), "2026-11-22T08:01:30Z");
    }
}

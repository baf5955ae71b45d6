//! Where things lie: the repository and its folder of built programs.

use std::path::{Path, PathBuf};

/// The repository this program was started in.
pub struct House {
    /// Its top folder.
    pub top: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
}

impl House {
    /// Finds it from the folder cargo names, or else from the current one.
    pub fn find() -> Result<Self, String> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => std::env::current_dir().map_err(|error| format!("The current folder can't be read: {error}"))?,
        };
        let top = start
            .ancestors()
            .find(|folder| folder.join("src-tauri/crates/xtask/Cargo.toml").is_file())
            .ok_or("This is not inside a Drawbridge repository.")?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => top.join(dir),
            None => top.join("target"),
        };
        Ok(Self { top, target })
    }

    /// A path inside the repository.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.top.join(inside)
    }

    /// A folder for what this program remembers between calls.
    pub fn memory(&self) -> Result<PathBuf, String> {
        let folder = self.target.join("xtask");
        make_folder(&folder)?;
        Ok(folder)
    }

    /// A program that cargo built.
    pub fn program(&self, name: &str, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target.join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// Makes a folder and those above it.
pub fn make_folder(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))
}

/// Reads a text file.
pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} can't be read: {error}", path.display()))
}

/// Writes a file.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), String> {
    std::fs::write(path, content).map_err(|error| format!("{} can't be written: {error}", path.display()))
}

/// A short fingerprint (FNV-1a, 64 bit), for noticing that a file was changed. It protects nothing.
pub fn fingerprint(content: &[u8]) -> String {
    let hash = content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn the_fingerprint_is_the_published_function() {
        assert_eq!(fingerprint(b""), "cbf29ce484222325", "FNV-1a's offset basis");
        assert_eq!(fingerprint(b"foobar"), "85944171f73967e8", "FNV-1a's published test vector");
    }
}

//! One file sealed with a passphrase of its own, in the age format (v1, scrypt), so that other
//! programs can open it, too.
//!
//! age-encryption.org/v1 describes the format. Not here: what is in the file, and the vault's own
//! keys, which have no part in it.

use crate::{Error, files};
use age::{DecryptError, Decryptor, Encryptor, scrypt, secrecy::SecretString as Passphrase};
use drawbridge_domain::{Random, SecretBytes, SecretString};
use std::{
    fs::File,
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};
use zeroize::Zeroizing;

/// N = 2^18, r = 8: about a second and 256 MiB for each guess, as the format's own tool has it.
const USUAL_WORK: u8 = 18;
/// 16 MiB for each guess; only for those who ask for no time at all.
const LEAST_WORK: u8 = 14;
/// 1 GiB and a few seconds. What asks for more is refused before anything is computed: a forged
/// file would otherwise take all memory.
const MOST_WORK: u8 = 20;
/// A header for a passphrase has less than 300 bytes. The library reads a header again from its
/// beginning for every line of it, so a long one is not handed over.
const MOST_HEADER: usize = 8 * 1024;
const MAGIC: &[u8] = b"age-encryption.org/";

/// Why a sealed file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AgeFileError {
    /// There is no such file.
    #[error("no such file")]
    Absent,
    /// It is something else.
    #[error("not an age file")]
    NotOne,
    /// It is an age file of a later format.
    #[error("a later format of age")]
    TooNew,
    /// It is sealed for a key, not with a passphrase.
    #[error("not sealed with a passphrase")]
    ForAKey,
    /// Opening it would take more work than is reasonable.
    #[error("opening it asks for too much work")]
    TooMuchWork,
    /// It does not open with this passphrase. A damaged beginning looks the same.
    #[error("the passphrase does not open it")]
    WrongPassphrase,
    /// It was cut off, damaged or changed.
    #[error("the file is damaged")]
    Damaged,
    /// It is larger than what is read.
    #[error("the file is too large")]
    TooLarge,
    /// It could not be read.
    #[error("reading a sealed file")]
    File(#[source] std::io::Error),
}

/// Writes a new file sealed with a passphrase, durably and for its owner only, and opens it again
/// before it gets its name. Never over a file that is there. `target` zero asks for the least work that is allowed, which tests use.
///
/// Blocks for about two seconds. The library seals 64 KiB at a time in a buffer that it does not wipe:
/// content that ends in 64 KiB of what is no secret leaves only that behind.
pub fn write_age_file(
    to: &Path,
    passphrase: &SecretString,
    content: &SecretBytes,
    target: Duration,
    random: &dyn Random,
) -> Result<(), Error> {
    if to.symlink_metadata().is_ok() {
        return Err(Error::FileExists);
    }
    let mut recipient = scrypt::Recipient::new(copy(passphrase));
    recipient.set_work_factor(if target.is_zero() { LEAST_WORK } else { USUAL_WORK });
    let sealing = Encryptor::with_recipients(std::iter::once(&recipient as _)).map_err(|_| Error::Derive)?;
    let failed = |source| Error::File { step: "writing a sealed file", source };
    let part = Part(part(to, random));
    // New, so that nothing is written through a link or into a file that others can read.
    let file = files::private().create_new(true).open(&part.0).map_err(failed)?;
    let mut out = sealing.wrap_output(file).map_err(failed)?;
    out.write_all(content.expose()).map_err(failed)?;
    let file = out.finish().map_err(failed)?;
    file.sync_all().map_err(failed)?;
    drop(file);
    // One that was not opened again is a hope, and somebody may be about to give up the original.
    match read_age_file(&part.0, passphrase, u64::MAX) {
        Ok(back) if back.expose() == content.expose() => files::publish(&part.0, to),
        Ok(_) => Err(failed(std::io::Error::other("what was written reads differently"))),
        Err(error) => Err(failed(std::io::Error::other(error))),
    }
}

/// Reads a file sealed with a passphrase, of at most `most` bytes. Blocks for about a second.
pub fn read_age_file(path: &Path, passphrase: &SecretString, most: u64) -> Result<SecretBytes, AgeFileError> {
    let sealed = read(path, most)?;
    if !sealed.starts_with(MAGIC) {
        return Err(AgeFileError::NotOne);
    }
    let head = &sealed[..sealed.len().min(MOST_HEADER)];
    if head.starts_with(b"age-encryption.org/v1\n") && !head.windows(5).any(|end| end == b"\n--- ") {
        return Err(AgeFileError::Damaged);
    }
    let opening = Decryptor::new_buffered(&sealed[..]).map_err(|error| because(&error))?;
    if !opening.is_scrypt() {
        return Err(AgeFileError::ForAKey);
    }
    let mut identity = scrypt::Identity::new(copy(passphrase));
    identity.set_max_work_factor(MOST_WORK);
    let mut from = opening.decrypt(std::iter::once(&identity as _)).map_err(|error| because(&error))?;
    // More room than the content needs, so that the buffer never moves and leaves a copy behind.
    let mut content = Zeroizing::new(Vec::with_capacity(sealed.len()));
    from.read_to_end(&mut content).map_err(|_| AgeFileError::Damaged)?;
    Ok(SecretBytes::new(std::mem::take(&mut *content)))
}

fn because(error: &DecryptError) -> AgeFileError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => AgeFileError::WrongPassphrase,
        DecryptError::ExcessiveWork { .. } => AgeFileError::TooMuchWork,
        DecryptError::NoMatchingKeys => AgeFileError::ForAKey,
        DecryptError::UnknownFormat => AgeFileError::TooNew,
        // Only memory is read here, so an end that comes too soon is the file's.
        DecryptError::InvalidHeader | DecryptError::InvalidMac | DecryptError::Io(_) => AgeFileError::Damaged,
    }
}

/// The library's own type for a passphrase, which wipes itself as ours does.
fn copy(passphrase: &SecretString) -> Passphrase {
    Passphrase::from(passphrase.expose().clone())
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, AgeFileError> {
    // Before it is opened: opening a pipe would wait for somebody to write into it.
    match path.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(AgeFileError::Absent),
        Err(error) => return Err(AgeFileError::File(error)),
        Ok(found) if !found.is_file() => return Err(AgeFileError::NotOne),
        Ok(found) if found.len() > most => return Err(AgeFileError::TooLarge),
        Ok(_) => {}
    }
    let mut sealed = Vec::new();
    let file = File::open(path).map_err(AgeFileError::File)?;
    file.take(most.saturating_add(1)).read_to_end(&mut sealed).map_err(AgeFileError::File)?;
    if sealed.len() as u64 > most { Err(AgeFileError::TooLarge) } else { Ok(sealed) }
}

/// A name beside the file that nobody has.
fn part(to: &Path, random: &dyn Random) -> PathBuf {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    let mut name = to.as_os_str().to_owned();
    name.push(format!(".{:016x}.part", u64::from_be_bytes(bytes)));
    PathBuf::from(name)
}

/// A file that is being written; gone again when this is dropped, whatever it was renamed or linked to.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = files::remove(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::SystemRandom;
    use std::fs;

    const WORDS: &str = "four gulls over the harbour";

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn write(to: &Path, content: &[u8]) -> Result<(), Error> {
        let content = SecretBytes::new(content.to_vec());
        write_age_file(to, &secret(WORDS), &content, Duration::ZERO, &SystemRandom)
    }

    #[test]
    fn what_is_sealed_opens_again_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sealed.age");
        let content: Vec<u8> = (0..200_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        write(&file, &content).expect("written");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "no temporary file stays");
        let read = read_age_file(&file, &secret(WORDS), 1 << 20).expect("read");
        assert_eq!(*read.expose(), content);
        let wrong = read_age_file(&file, &secret("four gulls"), 1 << 20).expect_err("another passphrase");
        assert!(matches!(wrong, AgeFileError::WrongPassphrase), "{wrong}");
        let large = read_age_file(&file, &secret(WORDS), 1000).expect_err("larger than what is read");
        assert!(matches!(large, AgeFileError::TooLarge), "{large}");
    }

    #[test]
    fn a_file_that_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mine");
        fs::write(&file, "mine").expect("written");
        assert!(matches!(write(&file, b"x"), Err(Error::FileExists)));
        // The last step is as careful as the first: somebody may have been quicker.
        let part = folder.path().join("part");
        fs::write(&part, "ours").expect("written");
        assert!(matches!(files::publish(&part, &file), Err(Error::FileExists)));
        assert_eq!(fs::read(&file).expect("read"), b"mine");
        #[cfg(unix)]
        {
            let (link, away) = (folder.path().join("link"), folder.path().join("away"));
            std::os::unix::fs::symlink(&away, &link).expect("linked");
            assert!(matches!(write(&link, b"x"), Err(Error::FileExists)), "a link that leads nowhere is there, too");
            assert!(!away.exists(), "nothing was written through it");
        }
    }

    #[test]
    fn what_is_no_such_file_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        let reason = |content: &[u8]| {
            fs::write(&file, content).expect("written");
            read_age_file(&file, &secret(WORDS), 1 << 20).err().map(|error| format!("{error:?}"))
        };
        let stanza = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA";
        let body = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let header =
            |work: &str| format!("age-encryption.org/v1\n{stanza} {work}\n{body}\n--- {body}\n0123456789abcdef");
        for (content, expected) in [
            (String::new(), "NotOne"),
            ("{}".to_owned(), "NotOne"),
            ("-----BEGIN AGE ENCRYPTED FILE-----\n".to_owned(), "NotOne"),
            (format!("age-encryption.org/v2\n{stanza} 10\n{body}\n--- {body}\n"), "TooNew"),
            ("age-encryption.org/v1\n".to_owned(), "Damaged"),
            (format!("age-encryption.org/v1\n{}", "-> x\n\n".repeat(100_000)), "Damaged"),
            (header("21"), "TooMuchWork"),
            (header("63"), "TooMuchWork"),
            (header("255"), "TooMuchWork"),
            (header("256"), "Damaged"),
            (header("010"), "Damaged"),
            (header("-1"), "Damaged"),
            (
                format!(
                    "age-encryption.org/v1\n{stanza} 10\n{body}\n{stanza} 10\n{body}\n--- {body}\n0123456789abcdef"
                ),
                "Damaged",
            ),
            (format!("age-encryption.org/v1\n-> X25519 {body}\n{body}\n--- {body}\n0123456789abcdef"), "ForAKey"),
        ] {
            let shown: String = content.chars().take(80).collect();
            assert_eq!(reason(content.as_bytes()).as_deref(), Some(expected), "{shown}");
        }
        fs::remove_file(&file).expect("removed");
        let absent = read_age_file(&file, &secret(WORDS), 10).expect_err("no file");
        assert!(matches!(absent, AgeFileError::Absent), "{absent}");
        let folder = read_age_file(folder.path(), &secret(WORDS), 10).expect_err("a folder");
        assert!(matches!(folder, AgeFileError::NotOne), "{folder}");
    }
}

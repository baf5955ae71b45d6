//! Mutated headers and backups, fed to their parsers: no panic, no endless reading, and nothing is
//! taken for whole that is not. A moment by default; `DRAWBRIDGE_FUZZ_SECONDS` makes it long.

use crate::{
    Argon2Cost, Error, MemoryKeychain, NewSlot, OpenVault, Parts,
    backup::{peek_backup, read_backup},
    header::Header,
};
use drawbridge_domain::{SecretString, SystemRandom, Timestamp};
use rand::{Rng, RngExt as _, SeedableRng as _, rngs::SmallRng};
use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

fn duration() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "a test asks its caller how long to go on")]
    let seconds = std::env::var("DRAWBRIDGE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    seconds.map_or(Duration::from_millis(300), Duration::from_secs)
}

/// Pieces that parsers stumble over.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\\u0000",
    b"\0",
    b"\xff\xfe",
    b"AAAA",
    b"\"format\":2",
    b"\"kind\":\"both\"",
    b"../../etc/passwd",
    b"vault-00000000.db",
];

fn mutate(seed: &[u8], dice: &mut impl Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..dice.random_range(1..6) {
        if bytes.is_empty() {
            break;
        }
        let at = dice.random_range(0..bytes.len());
        match dice.random_range(0..7) {
            0 => bytes[at] ^= 1 << dice.random_range(0..8),
            1 => bytes[at] = dice.random_range(0..=255),
            2 => bytes.truncate(at),
            3 => {
                let piece = PIECES[dice.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            4 => {
                let end = (at + dice.random_range(1..40)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let end = (at + dice.random_range(1..200)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                let to = dice.random_range(0..=bytes.len());
                bytes.splice(to..to, copied);
            }
            _ => {
                // A length field somewhere becomes huge or nothing.
                let end = (at + 8).min(bytes.len());
                let value = if dice.random() { 0xff } else { 0 };
                bytes[at..end].fill(value);
            }
        }
    }
    bytes
}

async fn vault(dir: &Path) -> OpenVault {
    let parts = Parts { random: Arc::new(SystemRandom), keychain: Arc::new(MemoryKeychain::default()) };
    let passphrase = SecretString::from("seven gulls on a wire".to_owned());
    let way = NewSlot::Both(&passphrase, Argon2Cost::default());
    crate::create(dir, way, &parts).await.expect("made")
}

#[tokio::test]
async fn fuzz_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(&folder.path().join("vault")).await;
    let seed = vault.header().bytes().expect("bytes");
    let key = vault.keys.header.again().expect("memory");
    let whole = Header::parse(&seed).expect("the seed is a header");
    let mut dice = SmallRng::seed_from_u64(rand::random());
    let (begun, mut rounds, mut shaped) = (Instant::now(), 0_u64, 0_u64);
    while begun.elapsed() < duration() {
        let bytes = mutate(&seed, &mut dice);
        rounds += 1;
        match Header::parse(&bytes) {
            Ok(header) => {
                shaped += 1;
                // What has the shape is written and read back as the same, and only the true one
                // carries a tag that fits.
                let again = Header::parse(&header.bytes().expect("bytes")).expect("reads its own writing");
                assert!(again == header, "round trip of {}", String::from_utf8_lossy(&bytes));
                let untouched = header == whole;
                assert_eq!(header.is_tagged_by(&key), untouched, "{}", String::from_utf8_lossy(&bytes));
            }
            Err(Error::Damaged { .. } | Error::TooNew { .. }) => {}
            Err(other) => panic!("{other:?} is no answer to {}", String::from_utf8_lossy(&bytes)),
        }
    }
    println!("header: {rounds} mutants in {:?}, {shaped} of them in shape, none taken for true", begun.elapsed());
    vault.close().await;
}

#[tokio::test]
async fn fuzz_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(&folder.path().join("vault")).await;
    let path = folder.path().join("copy.drawbridge");
    vault.backup(&path, Timestamp::from_millis(1_790_000_000_000)).await.expect("made");
    let seed = fs::read(&path).expect("read");
    let mutant = folder.path().join("mutant.drawbridge");
    let mut dice = SmallRng::seed_from_u64(rand::random());
    let (begun, mut rounds, mut opened) = (Instant::now(), 0_u64, 0_u64);
    while begun.elapsed() < duration() {
        // Mostly the beginning, where lengths and header are.
        let bytes = if dice.random() {
            let cut = dice.random_range(40..seed.len().min(1_500));
            let mut head = mutate(&seed[..cut], &mut dice);
            head.extend_from_slice(&seed[cut..]);
            head
        } else {
            mutate(&seed, &mut dice)
        };
        fs::write(&mutant, &bytes).expect("written");
        rounds += 1;
        let same = bytes == seed;
        let _ = peek_backup(&mutant);
        match read_backup(&mutant) {
            // A file cut or changed after the checksum, in the seal, still passes without a key.
            Ok(_) => {
                opened += 1;
                let sealed = vault.open_backup(&mutant).await.map(drop).is_ok();
                assert_eq!(sealed, same, "a mutant of {} bytes was taken for a backup", bytes.len());
            }
            Err(Error::Damaged { .. } | Error::TooNew { .. }) => assert!(!same),
            Err(other) => panic!("{other:?} is no answer to {} bytes", bytes.len()),
        }
    }
    println!(
        "backup: {rounds} mutants in {:?}, {opened} with a checksum that fits, none taken for true",
        begun.elapsed()
    );
    vault.close().await;
}

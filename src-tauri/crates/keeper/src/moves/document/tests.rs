//! The document against itself, against what must be refused, and against chance.

use super::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn entry(renews: bool) -> Entry {
    Entry {
        provider: "somewhere".parse().expect("a provider"),
        base_url: BaseUrl::parse("https://git.example.org/base").expect("an address"),
        api_url: BaseUrl::parse("http://127.0.0.1:4411/api/v3").expect("an address"),
        identity: Identity {
            subject: "583231".to_owned(),
            login: "octo".to_owned(),
            name: Some("Öcto \"the\" \\ Cat 🐙".to_owned()),
            email: None,
        },
        credential: NewCredential {
            kind: CredentialKind::Oauth,
            client_id: Some("Ov23client".to_owned()),
            access: secret("gho_\"access\\token"),
            refresh: renews.then(|| secret("ghr_refresh")),
            asked_scopes: vec!["repo".to_owned(), "read:org".to_owned()],
            granted_scopes: Some(vec!["repo".to_owned()]),
            issued_at: Timestamp::from_millis(1_795_334_400_123),
            access_ends_at: Some(Timestamp::from_millis(1_795_334_500_000)),
            refresh_ends_at: None,
            refresh_end_stays: false,
            user_name: None,
            kept: [("team.id".to_owned(), "T1".to_owned())].into(),
            signed_in_at: Timestamp::from_millis(1_795_334_300_000),
        },
        client: Some(EntryClient {
            client_id: "Ov23client".to_owned(),
            secret: Some(secret("shh ü\"")),
            mark: CallbackMark::parse("0123456789abcdef0123"),
        }),
    }
}

/// Everything an entry says, to compare.
fn said(entry: &Entry) -> String {
    let credential = &entry.credential;
    let exposed = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose().clone());
    let client = entry.client.as_ref().map(|client| (client.client_id.clone(), exposed(&client.secret)));
    format!("{entry:?} {} {:?} {client:?}", credential.access.expose(), exposed(&credential.refresh))
}

fn written(entries: &[Entry]) -> SecretBytes {
    write(&entries.iter().collect::<Vec<_>>(), Timestamp::from_millis(1_795_334_400_000))
}

fn value(entries: &[Entry]) -> Value {
    serde_json::from_slice(written(entries).expose()).expect("JSON")
}

#[test]
fn what_is_written_reads_back() {
    let entries = [entry(true), entry(false)];
    let read = read(written(&entries).expose()).expect("readable");
    let [one, other] = read.as_slice() else { panic!("both accounts are there") };
    assert_eq!([said(one), said(other)], [said(&entries[0]), said(&entries[1])]);
    assert_eq!(value(&entries)["accounts"][0]["moves"], true);
    assert_eq!(value(&entries)["accounts"][1]["refresh_token"], Value::Null);
    let shown = format!("{one:?}");
    assert!(!shown.contains("ghr_") && !shown.contains("shh"), "a secret is not printable: {shown}");
}

#[test]
fn the_end_is_a_block_without_secrets_and_the_buffer_never_moves() {
    for count in [0, 1, 200, 700] {
        let entries: Vec<Entry> = (0..count).map(|_| entry(true)).collect();
        let text = written(&entries);
        let bytes = text.expose();
        assert_eq!((bytes.len() % BLOCK, bytes.capacity()), (0, bytes.len()), "made once, in whole blocks");
        let (front, last) = bytes.split_at(bytes.len() - BLOCK);
        assert!(last.iter().all(|byte| *byte == b' '), "the last block is what sealing leaves in memory");
        assert!(!front.is_empty(), "{count}");
        assert_eq!(read(bytes).expect("readable").len(), count);
    }
}

/// The document of one account with one thing in it different.
fn with(pointer: &str, new: Value) -> Result<Vec<Entry>, Unusable> {
    let mut document = value(&[entry(true)]);
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = new;
    read(document.to_string().as_bytes())
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let account = |what| Some(Unusable::Account(1, what));
    let long = "x".repeat(20_000);
    // It grows when its letters are encoded, and would not read back from the vault.
    let growing = format!("https://host/{}", "ü".repeat(900));
    for (pointer, new, expected) in [
        ("/format", json!(2), Some(Unusable::Newer)),
        ("/format", json!(u64::MAX), Some(Unusable::Newer)),
        ("/format", json!(0), Some(Unusable::NotOne)),
        ("/format", json!("1"), Some(Unusable::NotOne)),
        ("/format", json!(1.5), Some(Unusable::NotOne)),
        ("/accounts", json!({}), Some(Unusable::NotOne)),
        ("/accounts", json!([[]]), Some(Unusable::NotOne)),
        ("/accounts/0/provider", json!("../x"), account("its provider")),
        ("/accounts/0/host/base_url", json!("http://example.org"), account("its host's address")),
        ("/accounts/0/host/base_url", json!("https://me:pw@example.org"), account("its host's address")),
        ("/accounts/0/host/base_url", json!("file:///etc/passwd"), account("its host's address")),
        ("/accounts/0/host/base_url", json!(growing), account("its host's address")),
        ("/accounts/0/host/api_url", json!("javascript:alert(1)"), account("its API's address")),
        ("/accounts/0/host/api_url", json!(format!("https://{long}")), account("its API's address")),
        ("/accounts/0/subject", json!(""), account("its subject")),
        ("/accounts/0/subject", json!(583_231), Some(Unusable::NotOne)),
        ("/accounts/0/login", json!("octo\u{1b}[2J"), account("its login")),
        ("/accounts/0/login", json!(long), account("its login")),
        ("/accounts/0/name", json!("a\nb"), account("its name")),
        ("/accounts/0/email", json!(long), account("its email")),
        ("/accounts/0/moves", json!(false), account("whether what renews it moves")),
        ("/accounts/0/credential/kind", json!("password"), Some(Unusable::NotOne)),
        ("/accounts/0/credential/kind", json!("token"), account("what renews it")),
        ("/accounts/0/credential/client_id", json!("two words"), account("its client's id")),
        ("/accounts/0/credential/client_id", json!("other"), account("its client, which is not the credential's")),
        ("/accounts/0/credential/access_token", json!(""), account("its access token")),
        ("/accounts/0/credential/access_token", json!("a\r\nHost: evil"), account("its access token")),
        ("/accounts/0/credential/access_token", json!(long), account("its access token")),
        ("/accounts/0/credential/access_token", json!(null), Some(Unusable::NotOne)),
        ("/accounts/0/credential/refresh_token", json!("a\u{0}"), account("its refresh token")),
        ("/accounts/0/credential/asked_scopes", json!(vec!["x"; 201]), account("its scopes")),
        ("/accounts/0/credential/granted_scopes", json!(["re\npo"]), account("its scopes")),
        ("/accounts/0/credential/issued_at", json!("yesterday"), Some(Unusable::NotOne)),
        ("/accounts/0/credential/issued_at", json!(1_795_334_400), Some(Unusable::NotOne)),
        ("/accounts/0/credential/access_ends_at", json!("9999-12-31T23:59:59-23:59"), account("its times")),
        ("/accounts/0/client/client_secret", json!("a\tb"), account("its client's secret")),
    ] {
        let shown: String = new.to_string().chars().take(60).collect();
        assert_eq!(with(pointer, new).err(), expected, "{pointer} = {shown}");
    }
    for text in ["", "null", "[]", "{", "\"format\"", "{\"format\":1}", "{\"format\":1,\"format\":1,\"accounts\":[]}"] {
        assert_eq!(read(text.as_bytes()).err(), Some(Unusable::NotOne), "{text}");
    }
    let deep = format!("{{\"format\":1,\"new\":{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(deep.as_bytes()).err(), Some(Unusable::NotOne), "deep nesting is no way to the end of the stack");
    let many: Vec<Entry> = (0..=MOST_ACCOUNTS).map(|_| entry(false)).collect();
    assert_eq!(read(written(&many).expose()).err(), Some(Unusable::TooMany));
}

#[test]
fn what_is_not_known_or_not_there_is_passed_over() {
    let mut document = value(&[entry(true)]);
    document["later"] = json!({"a": [1, 2, {"b": null}]});
    document["accounts"][0]["later"] = json!("x");
    document["accounts"][0]["credential"]["later"] = json!(7);
    assert_eq!(read(document.to_string().as_bytes()).map(|read| said(&read[0])), Ok(said(&entry(true))));
    let least = json!({"format": 1, "accounts": [{
        "provider": "somewhere", "host": {"base_url": "https://h", "api_url": "https://h/api"},
        "subject": "1", "login": "me",
        "credential": {"kind": "token", "access_token": "t", "issued_at": "2026-11-22T08:00:00Z"},
    }]});
    let read = read(least.to_string().as_bytes()).expect("what may be left out is left out");
    assert!(read[0].client.is_none() && read[0].credential.granted_scopes.is_none());
}

/// Numbers that look random and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What a place in the document is replaced by.
fn odd(chance: &mut Chance) -> Value {
    let texts = [
        "",
        " ",
        "x",
        "token",
        "oauth",
        "Oauth",
        "null",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "a\nb",
        "\u{202e}evil",
        "🐙",
        "https://h",
        "HTTPS://H:443//",
        "h",
        "http://h",
        "http://localhost",
        "http://[::1]:1",
        "https://a@h",
        "https://h/?q",
        "https://h/#f",
        "https://xn--/",
        "https://ü.example",
        "https://1.2.3.4.5",
        "https://h:99999",
        "https:///",
        "https://h/%",
        "https://h/a/../..",
        "file:///x",
        "javascript:0",
        "data:,",
        "https://\u{202e}",
        "1970-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999-23:59",
        "2026-02-30T00:00:00Z",
        "2026-11-22T08:00:60Z",
        "2026-11-22t08:00:00z",
        "-0001-01-01T00:00:00Z",
        "2026-11-22",
        "583231",
    ];
    let long = ["x", "ü", "\u{0}", "/", "%41", "🐙", "https://h/ü"];
    match chance.below(16) {
        0 => Value::Null,
        1 => json!(chance.below(2) == 0),
        2 => json!(chance.next()),
        3 => json!(chance.next().cast_signed()),
        4 => json!(f64::from_bits(chance.next())),
        5 => json!([]),
        6 => json!({}),
        7 => (0..chance.below(300)).fold(json!(1), |inner, _| json!([inner])),
        8 => json!(vec!["x"; chance.below(400)]),
        9 | 10 => json!(chance.of(&long).repeat(chance.below(3000))),
        11 => json!(format!("https://h/{}", chance.of(&long).repeat(chance.below(2200)))),
        12 => json!(char::from_u32(u32::try_from(chance.below(0x11_0000)).expect("a number")).map(String::from)),
        _ => json!(chance.of(&texts)),
    }
}

/// All places in a document, to pick one.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, inner)| places(inner, &format!("{here}/{at}"), all));
        }
        Value::Object(map) => map.iter().for_each(|(key, inner)| places(inner, &format!("{here}/{key}"), all)),
        _ => {}
    }
}

fn bend(document: &mut Value, chance: &mut Chance) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let place = chance.of(&all).clone();
    let other = document.pointer(chance.of(&all).as_str()).cloned();
    let new = odd(chance);
    let Some(target) = document.pointer_mut(&place) else { return };
    match (chance.below(4), target, other) {
        (0, Value::Object(map), _) => {
            let key = map.keys().nth(chance.below(map.len())).cloned();
            key.and_then(|key| map.remove(&key));
        }
        (0, Value::Array(list), _) if !list.is_empty() => {
            let twice = list[chance.below(list.len())].clone();
            list.push(twice);
        }
        (1, target, Some(other)) => *target = other,
        (_, target, _) => *target = new,
    }
}

fn garble(text: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(text.len());
    match chance.below(7) {
        0 if !text.is_empty() => text[at] ^= 1 << chance.below(8),
        1 if !text.is_empty() => text[at] = u8::try_from(chance.below(256)).expect("a byte"),
        2 => text.truncate(at),
        3 => text.insert(at, *chance.of(b"{}[],:\"\\0-eE.\n\xff\x00")),
        4 => drop(text.drain(at..(at + chance.below(20)).min(text.len()))),
        5 => {
            let from = chance.below(text.len());
            let piece = text[from..(from + chance.below(200)).min(text.len())].to_vec();
            text.splice(at..at, piece);
        }
        _ => text.extend_from_slice(b"\"\\ud800\""),
    }
}

/// What is read keeps every promise of this module, whatever was written.
fn keeps_its_promises(entries: &[Entry]) {
    for entry in entries {
        assert!(is_line(&entry.identity.subject, MOST_SUBJECT) && is_line(&entry.identity.login, MOST_LOGIN));
        for url in [&entry.base_url, &entry.api_url] {
            let parsed = url.to_url();
            let loopback = matches!(parsed.host_str(), Some("localhost" | "[::1]"))
                || parsed.host_str().is_some_and(|host| host.starts_with("127."));
            assert!(parsed.scheme() == "https" || loopback, "{url} is neither encrypted nor here");
            assert_eq!(BaseUrl::parse(url.as_str()).as_ref(), Ok(url), "it reads back from the vault");
            assert!(url.as_str().len() <= 2000 && parsed.query().is_none() && parsed.password().is_none());
        }
        let credential = &entry.credential;
        let access = credential.access.expose();
        assert!((1..=MOST_TOKEN).contains(&access.len()) && access.bytes().all(|byte| byte.is_ascii_graphic()));
        let renews = credential.refresh.is_some();
        assert!(!renews || (credential.kind == CredentialKind::Oauth && credential.client_id.is_some()));
        if let Some(client) = &entry.client {
            assert_eq!(credential.client_id.as_ref(), Some(&client.client_id));
        }
    }
    // What was taken in can be exported and read again.
    let again = read(written(entries).expose().trim_ascii_end()).expect("readable again");
    assert_eq!(
        again.iter().map(said).collect::<Vec<_>>(),
        entries.iter().map(said).collect::<Vec<_>>(),
        "the same as before"
    );
}

/// However slow the computer is.
const LEAST_ROUNDS: u64 = 300;

/// Names the round that failed, so that it can be played again.
struct Round(u64);

impl Drop for Round {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with DRAWBRIDGE_FUZZ_SEED={}", self.0);
        }
    }
}

/// `DRAWBRIDGE_FUZZ_SECONDS=600 cargo test -p drawbridge-keeper a_bent_document -- --nocapture` runs
/// for ten minutes; `DRAWBRIDGE_FUZZ_SEED` begins at another seed.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it runs is said from outside")]
fn a_bent_document_is_refused_or_keeps_every_promise() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let length = number("DRAWBRIDGE_FUZZ_SECONDS").map_or(Duration::from_millis(300), Duration::from_secs);
    let first = number("DRAWBRIDGE_FUZZ_SEED").unwrap_or(1);
    let whole = value(&[entry(true), entry(false)]);
    let begun = Instant::now();
    let (mut rounds, mut taken, mut named) = (0_u64, 0_u64, 0_u64);
    while begun.elapsed() < length || rounds < LEAST_ROUNDS {
        let round = Round(first.wrapping_add(rounds));
        let mut chance = Chance(round.0);
        let mut document = whole.clone();
        (0..chance.below(4)).for_each(|_| bend(&mut document, &mut chance));
        let mut text = document.to_string().into_bytes();
        if chance.below(3) == 0 {
            (0..=chance.below(4)).for_each(|_| garble(&mut text, &mut chance));
        }
        match read(&text) {
            Ok(entries) => {
                keeps_its_promises(&entries);
                taken += 1;
            }
            Err(Unusable::Account(..)) => named += 1,
            Err(Unusable::NotOne | Unusable::Newer | Unusable::TooMany) => {}
        }
        rounds += 1;
    }
    eprintln!("{rounds} documents from seed {first}: {taken} taken, {named} refused for one account");
    assert!(taken > 0 && named > 0, "both ways were gone: {taken} taken, {named} refused");
}

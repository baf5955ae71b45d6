//! What is left of secrets in the memory of a keeper after it has locked, and who may look there.
//!
//! The keeper is another process, so that the test does not find itself: the real program where
//! this user may look into it (root), and a stand-in (`stand_in.rs`), which draws keys that the test
//! can foretell. Not here: files and output (`canary`).

use crate::foretold::draw;
use crate::{
    app::forge,
    process::{Home, Keeper, Started, program},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use drawbridge_domain::{SecretString, SignInWay};
use drawbridge_keeper::dto::{
    AddCredential, BasicFields, ClientFields, ConnectToken, CreateVault, HeadersFields, NewClient, SignInState,
    SshKeyFields, StartSignIn, TypedFields, UnlockVault, VaultState,
};
use drawbridge_local_api::Client;
use drawbridge_testkit::{
    browser,
    door::{Door, Key},
    forge::{Simulator, TokenKind},
    temp::TempVault,
};
use memchr::memmem::Finder;
use sha2::Sha256;
use std::{
    fs::{self, File},
    os::unix::fs::{FileExt as _, MetadataExt as _, PermissionsExt as _, chown},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const PASSPHRASE: &str = "canary-Zr4kq9Vt2m heron Wp7xbn under a bridge";
const NOBODY: u32 = 65534;
/// Longer than ending a task takes, shorter than anything is kept on purpose.
const SETTLED: Duration = Duration::from_secs(5);

/// Whether this test runs as root; of a home that nobody else was given.
fn is_root(home: &Home) -> bool {
    fs::metadata(home.folder.around()).expect("a folder").uid() == 0
}

// ---- Who may look ----

/// Whether the user of the tests, or in root's tests nobody, can read what takes leave to look into a process.
fn may_look(root: bool, process: u32) -> bool {
    let file = format!("/proc/{process}/environ");
    let mut command = as_user(root, Path::new("cat"));
    command.arg(file).stdin(Stdio::null()).output().expect("cat runs").status.success()
}

fn as_user(root: bool, program: &Path) -> Command {
    if !root {
        return Command::new(program);
    }
    let nobody = NOBODY.to_string();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"]).arg(program);
    command
}

#[test]
fn no_program_of_the_same_user_may_look_into_ours() {
    let home = Home::new();
    let root = is_root(&home);
    let around = home.folder.around();
    // Where that user may run it, too.
    let copy = around.join("drawbridge");
    fs::copy(program(), &copy).expect("copied");
    if root {
        for path in [around.to_owned(), around.join("run")] {
            chown(path, Some(NOBODY), Some(NOBODY)).expect("given away");
        }
    }
    assert_ne!(fs::metadata(&copy).expect("there").permissions().mode() & 0o444, 0, "its file may be read");
    let mut other = as_user(root, Path::new("sh"));
    other.args(["-c", "echo runs; exec sleep 600"]);
    let other = Started::new(other);
    let mut keeper = as_user(root, &copy);
    keeper.args(["keeper", "run", "--json"]).env_clear();
    keeper.envs(home.command(&[]).get_envs().filter_map(|(key, value)| Some((key, value?))));
    let keeper = Started::new(keeper);
    assert!(may_look(root, other.id()), "this user may look into its programs");
    assert!(!may_look(root, keeper.id()), "but not into this one");
    let limits = fs::read_to_string(format!("/proc/{}/limits", keeper.id())).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).collect::<Vec<_>>(), ["0", "0", "bytes"], "no core dumps");
}

// ---- What is left ----

/// Something that may not be in memory.
struct Needle {
    name: String,
    bytes: Vec<u8>,
}

impl Needle {
    /// Its middle: memory that was given back and not wiped loses its first bytes to the allocator.
    fn of(name: impl Into<String>, whole: &[u8]) -> Self {
        let from = (whole.len() / 4).min(8);
        let bytes = whole[from..whole.len().min(from + 16)].to_vec();
        assert!(bytes.len() >= 10, "long enough not to be there by chance");
        Self { name: name.into(), bytes }
    }
}

/// The tokens that the practice forge gives out, whichever they are.
const TOKENS: [&str; 4] = ["ghp_", "gho_", "ghu_", "ghr_"];

/// Searches all memory that the process can write to.
fn search(process: u32, needles: &[Needle]) -> Vec<String> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("its memory can be listed");
    let memory = File::open(format!("/proc/{process}/mem")).expect("its memory can be read");
    let finders: Vec<_> = needles.iter().map(|needle| (needle, Finder::new(&needle.bytes))).collect();
    let prefixes = TOKENS.map(Finder::new);
    let (mut found, mut searched) = (Vec::new(), 0);
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().expect("a range"), fields.next().expect("rights"));
        let place = fields.nth(3).unwrap_or("anonymous");
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').expect("two addresses");
        let number = |text| u64::from_str_radix(text, 16).expect("an address");
        let (from, to) = (number(from), number(to));
        let mut bytes = vec![0; usize::try_from(to - from).expect("it fits")];
        let mut read = 0;
        while read < bytes.len() {
            match memory.read_at(&mut bytes[read..], from + read as u64) {
                Ok(count) if count > 0 => read += count,
                // It was given back meanwhile.
                _ => break,
            }
        }
        bytes.truncate(read);
        searched += read;
        let mut find = |name: &str, at: usize, length: usize| {
            let before = printable(&bytes[at.saturating_sub(48)..at]);
            let after = printable(&bytes[(at + length).min(read)..(at + length + 48).min(read)]);
            found.push(format!("{name} in {place} at {:x}: {before}[…]{after}", from + at as u64));
        };
        for (needle, finder) in &finders {
            finder.find_iter(&bytes).for_each(|at| find(&needle.name, at, needle.bytes.len()));
        }
        for (prefix, finder) in TOKENS.iter().zip(&prefixes) {
            for at in finder.find_iter(&bytes) {
                let rest = bytes.get(at + 4..at + 16).unwrap_or_default();
                if rest.len() == 12 && rest.iter().all(u8::is_ascii_alphanumeric) {
                    find(&format!("a token {prefix}"), at, 40);
                }
            }
        }
    }
    println!("{} MiB searched for {} needles", searched >> 20, needles.len() + TOKENS.len());
    assert!(searched > 1 << 20, "there was something to search");
    found
}

fn printable(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if (32..127).contains(byte) { char::from(*byte) } else { '.' }).collect()
}

/// Lets a keeper use every kind of secret, locks it, and says what may not be there any more.
async fn use_and_lock(practice: &Simulator, client: &Client, process: u32) -> Vec<Needle> {
    let passphrase = || SecretString::from(PASSPHRASE.to_owned());
    let client_secret = practice.client().client_secret.clone().expect("a secret");
    let token = practice.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    let provider = || "github".parse().expect("an id");
    let mut needles = vec![
        Needle::of("the passphrase", PASSPHRASE.as_bytes()),
        Needle::of("the client secret", client_secret.as_bytes()),
        Needle::of("the token", token.as_bytes()),
    ];

    client.vault_create(&CreateVault::Passphrase { passphrase: passphrase() }).await.expect("made");
    let registration = NewClient {
        provider: provider(),
        host: Some(practice.host()),
        api_url: None,
        client_id: practice.client().client_id.clone(),
        client_secret: Some(SecretString::from(client_secret)),
        name: None,
        preferred: false,
        own_redirects: false,
    };
    client.client_add(&registration).await.expect("added");
    let connect = ConnectToken {
        provider: provider(),
        host: Some(practice.host()),
        api_url: None,
        token: SecretString::from(token),
        user: None,
    };
    let account = client.connect_token(&connect).await.expect("connects").account;
    sync(client).await;

    // By the browser, with tokens that end and are renewed.
    practice.set_expiring_tokens(true);
    let start = StartSignIn {
        provider: provider(),
        host: Some(practice.host()),
        api_url: None,
        client: None,
        way: Some(SignInWay::DeepLink),
        account: None,
        scopes: Vec::new(),
    };
    let started = client.sign_in_start(&start).await.expect("starts");
    let link = browser::approve(&started.url).await.expect("approved");
    let code = link.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    needles.push(Needle::of("the code", code.as_bytes()));
    client.sign_in_return(&SecretString::from(link.clone())).await.expect("returns");
    let ended = client.sign_in_wait(&started.id).await.expect("ends");
    assert_eq!(ended.state, SignInState::Connected);
    sync(client).await;

    type_each(client, &mut needles).await;

    client.vault_lock().await.expect("locks");
    client.vault_unlock(&UnlockVault::Passphrase { passphrase: passphrase() }).await.expect("opens");
    sync(client).await;
    let shown = [Needle { name: "what is no secret".to_owned(), bytes: account.login.into_bytes() }];
    assert!(!search(process, &shown).is_empty(), "while it is open, what it works with is found");
    client.vault_lock().await.expect("locks");
    assert_eq!(client.vault_status().await.expect("a status").state, VaultState::Locked);
    needles
}

/// Adds one of each kind that is typed in, and checks it.
async fn type_each(client: &Client, needles: &mut Vec<Needle>) {
    let place = TempVault::new().expect("a folder");
    let path = place.around().join("key");
    let mut made = Command::new("ssh-keygen");
    made.args(["-q", "-t", "ed25519", "-N", "canary-key-passphrase-8fk2", "-f"]).arg(&path);
    assert!(made.output().expect("ssh-keygen runs").status.success());
    let door = Door::start(Key {
        header: "canary-header-Qp4x".to_owned(),
        user: "anna".to_owned(),
        password: "canary-password-Lm9t".to_owned(),
        client_id: "door-client".to_owned(),
        client_secret: "canary-client-secret-Vr2d".to_owned(),
        secret_in_body: true,
    });
    let door = door.expect("a server");
    let secret = |text: &str| SecretString::from(text.to_owned());
    let file = fs::read_to_string(&path).expect("a key");
    for (name, text) in [
        // The first four lines hold the public half.
        ("the key as it was typed", file.lines().nth(5).expect("lines")),
        ("the passphrase of the key", "canary-key-passphrase-8fk2"),
        ("a key's first line", "-----BEGIN OPENSSH PRIVATE KEY-----"),
        ("the header", "canary-header-Qp4x"),
        ("the password", "canary-password-Lm9t"),
        ("the password as it is sent", &STANDARD_NO_PAD.encode("anna:canary-password-Lm9t")[..30]),
        ("the client's own secret", "canary-client-secret-Vr2d"),
        ("what was issued to the client", "canary-issued-to-a-client"),
    ] {
        needles.push(Needle::of(name, text.as_bytes()));
    }
    // What the key is made of, once it was opened without its passphrase.
    let opened = Command::new("ssh-keygen")
        .args(["-q", "-p", "-P", "canary-key-passphrase-8fk2", "-N", "", "-f"])
        .arg(&path)
        .output();
    assert!(opened.expect("ssh-keygen runs").status.success());
    let plain = fs::read_to_string(&path).expect("a key");
    let body: String = plain.lines().filter(|line| !line.starts_with("-----")).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(body).expect("base64");
    // Its seed stands before the public key, which is there for the third time (PROTOCOL.key).
    let public = bytes.windows(4).position(|four| four == [0, 0, 0, 32]).map(|at| bytes[at + 4..at + 36].to_vec());
    let public = public.expect("a public key");
    let last = bytes.windows(32).rposition(|window| window == public).expect("three times");
    needles.push(Needle::of("the key's seed", &bytes[last - 32..last]));
    let all = [
        TypedFields::SshKey(SshKeyFields {
            private_key: Some(secret(&file)),
            passphrase: Some(secret("canary-key-passphrase-8fk2")),
            comment: None,
        }),
        TypedFields::SshKey(SshKeyFields { private_key: None, passphrase: None, comment: None }),
        TypedFields::Headers(HeadersFields {
            headers: secret("X-Api-Key: canary-header-Qp4x"),
            check_url: Some(door.url("/headers")),
        }),
        TypedFields::Basic(BasicFields {
            user: "anna".to_owned(),
            password: secret("canary-password-Lm9t"),
            check_url: Some(door.url("/basic")),
        }),
        TypedFields::ClientCredentials(ClientFields {
            token_endpoint: door.url("/token"),
            client_id: "door-client".to_owned(),
            client_secret: secret("canary-client-secret-Vr2d"),
            scopes: None,
            secret_in: Some(drawbridge_domain::SecretPlace::Body),
        }),
    ];
    for (number, what) in all.into_iter().enumerate() {
        let request = AddCredential {
            label: format!("typed {number}"),
            hosts: vec![door.pattern()],
            account: None,
            ends_at: None,
            replaces: None,
            without_check: false,
            what,
        };
        let added = client.credential_add(&request).await.expect("added");
        client.credential_check(&added.id).await.expect("works");
    }
}

async fn sync(client: &Client) {
    let mut lines = client.sync_wait(None).await.expect("syncs");
    while let Some(line) = lines.next().await {
        line.expect("a line");
    }
}

/// Every key that could have come from the draws so far.
fn keys(home: &Home) -> Vec<Needle> {
    let header: serde_json::Value =
        serde_json::from_slice(&fs::read(home.folder.path().join("header.json")).expect("a header")).expect("JSON");
    let id = STANDARD_NO_PAD.decode(header["vault_id"].as_str().expect("an id")).expect("base64");
    let draws = fs::read_to_string(home.folder.around().join("draws")).expect("the draws");
    let mut needles = Vec::new();
    for number in draws.lines() {
        let mut drawn = [0; 32];
        draw(number.parse().expect("a number"), &mut drawn);
        needles.push(Needle::of(format!("draw {number}"), &drawn));
        let expand = hkdf::Hkdf::<Sha256>::new(Some(&id), &drawn);
        for purpose in ["database", "seal", "header", "backup"] {
            let mut key = [0; 32];
            expand.expand(format!("drawbridge/1/{purpose}").as_bytes(), &mut key).expect("a key");
            needles.push(Needle::of(format!("key of draw {number} for {purpose}"), &key));
            let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            needles.push(Needle::of(format!("digits of draw {number} for {purpose}"), digits.as_bytes()));
            needles
                .push(Needle::of(format!("DIGITS of draw {number} for {purpose}"), digits.to_uppercase().as_bytes()));
        }
    }
    assert!(!needles.is_empty(), "keys were drawn");
    needles
}

/// What is found stays found: a connection that was just closed may take a moment to be gone.
fn assert_nothing(process: u32, needles: &[Needle]) {
    let from = Instant::now();
    loop {
        let found = search(process, needles);
        if found.is_empty() {
            return;
        }
        assert!(from.elapsed() < SETTLED, "{} left in memory:\n{}", found.len(), found.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keeper_remembers_no_secret() {
    let home = Home::new();
    if !is_root(&home) {
        println!("only root may look into the real program; the stand-in is searched all the same");
        return;
    }
    let keeper = home.keeper().await;
    // Held to the end: connections to it that stay open are part of what is searched.
    let practice = forge(120);
    let needles = use_and_lock(&practice, &keeper.client, keeper.id()).await;
    assert_nothing(keeper.id(), &needles);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keeper_remembers_no_key() {
    let home = Home::new();
    let here = std::env::current_exe().expect("this test has an executable");
    let program = here.ancestors().nth(2).expect("target/debug").join("examples/stand_in");
    assert!(program.exists(), "build it first: cargo build -p drawbridge-tests --example stand_in");
    let mut command = Command::new(program);
    command.arg(home.folder.around());
    let keeper = Keeper::start(command, &home).await;
    let practice = forge(120);
    let mut needles = use_and_lock(&practice, &keeper.client, keeper.id()).await;
    needles.extend(keys(&home));
    assert_nothing(keeper.id(), &needles);
}

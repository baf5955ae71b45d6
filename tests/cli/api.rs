//! The local socket itself: who gets in, what is refused, and how streams end.

use super::PATIENCE;
use drawbridge_domain::SecretString;
use drawbridge_keeper::{
    Code, Keeper, KeeperConfig, Parts,
    dto::{
        ConnectToken, CreateVault, Event, KeeperHost, NewClient, RepositoryQuery, RepositoryRef, Settings, VaultState,
    },
};
use drawbridge_local_api::{
    VERSION,
    client::Client,
    server::{self, Server},
};
use drawbridge_testkit::{
    forge::{Simulator, TokenKind},
    temp::TempVault,
    wait,
};
use std::{fs, future::Future, os::unix::fs::PermissionsExt as _, path::PathBuf, sync::Arc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

const PASSPHRASE: &str = "correct horse battery staple";

/// A served keeper in this process.
struct Served {
    keeper: Arc<Keeper>,
    server: Server,
    socket: PathBuf,
    place: TempVault,
}

impl Served {
    async fn start() -> Self {
        let place = TempVault::new().expect("a folder");
        let keeper = keeper(&place).await;
        let server = server::serve(keeper.clone()).await.expect("served");
        Self { socket: keeper.socket_path(), keeper, server, place }
    }

    async fn client(&self) -> Client {
        Client::connect(&self.socket).await.expect("it answers")
    }

    async fn end(self) {
        within(self.server.stop()).await;
        within(self.keeper.stop()).await;
        assert!(fs::symlink_metadata(&self.socket).is_err(), "the socket is removed");
    }
}

async fn keeper(place: &TempVault) -> Arc<Keeper> {
    let config = KeeperConfig {
        vault_dir: place.path(),
        host: KeeperHost::Background,
        version: VERSION.to_owned(),
        runtime_dir: Some(place.around().to_owned()),
        unlock_target: std::time::Duration::ZERO,
        client_file: None,
        projects_dir: None,
        provider_dir: None,
    };
    Keeper::start(config, Parts::system()).await.expect("a keeper")
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it ends")
}

/// Sends bytes as they are, and reads until the other end closes.
async fn raw(socket: &PathBuf, request: &str) -> String {
    let mut stream = UnixStream::connect(socket).await.expect("it takes callers");
    // It may refuse before it has read everything.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = within(stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(line: &str, body: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: keeper\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn every_use_case_goes_over_the_socket() {
    let (served, forge) = (Served::start().await, super::forge(60));
    let client = served.client().await;
    assert_eq!(client.keeper_version(), Some(VERSION));
    assert!(!client.differs());
    assert_eq!(client.vault_status().await.expect("a status").state, VaultState::Absent);
    let passphrase = || SecretString::from(PASSPHRASE.to_owned());
    let made = client.vault_create(&CreateVault::Passphrase { passphrase: passphrase() }).await.expect("made");
    assert_eq!(made.state, VaultState::Open);

    let settings = Settings { sync_every_minutes: 60, close_to_tray: false, ..Settings::default() };
    assert_eq!(client.set_settings(&settings.clone().into()).await.expect("kept"), settings);
    assert_eq!(client.settings().await.expect("settings"), settings);
    assert!(!client.provider_list().await.expect("providers").is_empty());
    assert!(client.sign_in_list().await.expect("sign-ins").is_empty());

    let added = client.client_add(&new_client(&forge)).await.expect("added");
    assert!(added.has_secret, "the secret went in");
    assert_eq!(client.client_list().await.expect("clients").total, 1);

    let token = forge.add_token(0, TokenKind::Classic, &["repo", "read:org"], None);
    let request = ConnectToken {
        provider: "github".parse().expect("an id"),
        host: Some(forge.host()),
        api_url: None,
        token: SecretString::from(token),
        user: None,
    };
    let account = client.connect_token(&request).await.expect("connected").account;
    let mut lines = client.sync_wait(Some(&account.id)).await.expect("a sync");
    let mut last = None;
    while let Some(line) = within(lines.next()).await {
        last = Some(line.expect("a line"));
    }
    assert!(matches!(last, Some(drawbridge_local_api::SyncLine::Done)), "{last:?}");
    assert_eq!(client.sync_status().await.expect("a status").accounts, 1);
    assert!(client.sync_runs(&drawbridge_keeper::dto::RunQuery::default()).await.expect("runs").total > 0);
    let list =
        client.repository_list(&RepositoryQuery { limit: 10, ..RepositoryQuery::default() }).await.expect("a list");
    assert_eq!((list.total, list.rows.len()), (60, 10));
    let facets = client.repository_facets(drawbridge_keeper::dto::Facet::Owner, &RepositoryQuery::default()).await;
    let counted: u32 = facets.expect("facets").values.iter().map(|value| value.count).sum();
    assert_eq!(counted, 60);
    let full_name = list.rows[0].full_name.clone();
    let named = RepositoryRef::FullName { full_name };
    let shown = client.repository_show(&named).await.expect("shown");
    assert_eq!(shown.repository.id, list.rows[0].id);
    let read = client.repository_contents(&named, true).await.expect("read");
    assert!(read.readme.read_at.is_some(), "{read:?}");
    let by_id = RepositoryRef::Id { id: list.rows[0].id };
    assert_eq!(client.repository_contents(&by_id, false).await.expect("kept"), read);
    assert_eq!(client.account_show(&account.id).await.expect("shown").login, forge.login(0));
    client.account_disconnect(&account.id).await.expect("disconnected");
    client.client_remove(&added.id).await.expect("removed");
    client.vault_lock().await.expect("locked");
    assert_eq!(
        client.account_list().await.map(|list| list.total).map_err(|problem| problem.code),
        Err(Code::VaultLocked)
    );
    served.end().await;
}

fn new_client(forge: &Simulator) -> NewClient {
    let registration = forge.client();
    NewClient {
        provider: "github".parse().expect("an id"),
        host: Some(forge.host()),
        api_url: None,
        client_id: registration.client_id.clone(),
        client_secret: registration.client_secret.clone().map(SecretString::from),
        name: None,
        preferred: false,
        own_redirects: false,
    }
}

#[tokio::test]
async fn statuses_fit_and_refusals_are_problems() {
    let served = Served::start().await;
    let client = served.client().await;
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    client.vault_create(&CreateVault::Passphrase { passphrase }).await.expect("made");
    let create = r#"{"kind":"passphrase","passphrase":"correct horse battery"}"#;
    for (line, body, status, code) in [
        ("POST /v1/vault", create, "409", "vault_exists"),
        ("POST /v1/vault", r#"{"kind":"passphrase"}"#, "400", "invalid_input"),
        ("POST /v1/vault/unlock", "not JSON", "400", "invalid_input"),
        ("GET /v1/accounts/nobody", "", "400", "invalid_input"),
        ("GET /v1/accounts/aaaaaaaaaaaaaaaa", "", "404", "not_found"),
        ("GET /v1/repositories?colour=red", "", "400", "invalid_input"),
        ("GET /v1/repositories/no%2Fbody", "", "404", "not_found"),
        ("GET /v1/repositories/facets/colour", "", "400", "invalid_input"),
        ("POST /v1/sync?wait=true", "", "409", "not_connected"),
        ("GET /v2/vault", "", "404", "not_found"),
        ("DELETE /v1/vault", "", "405", "invalid_input"),
    ] {
        let answer = raw(&served.socket, &request(line, body)).await;
        let (head, text) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {answer}");
        assert!(head.contains(&format!("drawbridge-version: {VERSION}")), "{line}: {answer}");
        let problem: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(problem["code"], code, "{line}: {answer}");
        assert!(!problem["message"].as_str().expect("text").is_empty(), "{line}: {answer}");
    }
    client.vault_lock().await.expect("locked");
    let answer = raw(&served.socket, &request("GET /v1/accounts", "")).await;
    assert!(answer.starts_with("HTTP/1.1 423 "), "{answer}");
    served.end().await;
}

#[tokio::test]
async fn what_can_not_be_read_is_not_repeated() {
    let served = Served::start().await;
    let body = r#"{"kind":"passphrase","passphrase":["canary-93ab"]}"#;
    for line in ["POST /v1/vault", "POST /v1/vault/unlock", "POST /v1/accounts", "POST /v1/canary-93ab"] {
        let answer = raw(&served.socket, &request(line, body)).await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
        assert!(!answer.contains("canary"), "{line}: {answer}");
    }
    served.end().await;
}

#[tokio::test]
async fn large_requests_and_heads_are_refused() {
    let served = Served::start().await;
    let large = format!(r#"{{"kind":"passphrase","passphrase":"{}"}}"#, "x".repeat(1024 * 1024));
    let answer = raw(&served.socket, &request("POST /v1/vault", &large)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{}", &answer[..answer.len().min(200)]);
    let head = format!("GET /v1/keeper HTTP/1.1\r\nhost: keeper\r\nx-large: {}\r\n\r\n", "x".repeat(200 * 1024));
    let answer = raw(&served.socket, &head).await;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{}", &answer[..answer.len().min(200)]);
    served.client().await.keeper_status().await.expect("it still answers");
    served.end().await;
}

#[tokio::test]
async fn more_callers_than_seats_are_told_so() {
    let served = Served::start().await;
    let mut seated = Vec::new();
    for _ in 0..64 {
        let mut stream = UnixStream::connect(&served.socket).await.expect("a seat");
        stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: keeper\r\n\r\n").await.expect("sent");
        let mut first = [0; 12];
        within(stream.read_exact(&mut first)).await.expect("an answer");
        assert_eq!(&first, b"HTTP/1.1 200");
        seated.push(stream);
    }
    let refused = Client::connect(&served.socket).await.expect_err("no seat");
    assert_eq!(refused.code, Code::KeeperGone);
    assert!(refused.message.contains("as many callers"), "{}", refused.message);
    seated.pop();
    within(async {
        // The seat is free as soon as the server has noticed; each refusal is an answer to wait for.
        while Client::connect(&served.socket).await.is_err() {}
    })
    .await;
    served.end().await;
}

#[tokio::test]
async fn events_come_as_they_happen_and_end_with_the_keeper() {
    let served = Served::start().await;
    let client = served.client().await;
    let mut events = client.events().await.expect("a stream");
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    client.vault_create(&CreateVault::Passphrase { passphrase }).await.expect("made");
    loop {
        match within(events.next()).await.expect("an event").expect("readable") {
            Event::Vault { state } => break assert_eq!(state, VaultState::Open),
            Event::Changed { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    client.keeper_stop().await.expect("asked");
    let mut last = None;
    while let Some(event) = within(events.next()).await {
        last = Some(event.expect("an orderly end"));
    }
    assert!(matches!(last, Some(Event::Stopping)), "{last:?}");
    within(served.keeper.stopped()).await;
    let gone = Client::connect(&served.socket).await.expect_err("nobody");
    assert_eq!(gone.code, Code::KeeperGone);
    served.end().await;
}

#[tokio::test]
async fn a_stale_socket_is_replaced_and_a_living_one_is_not() {
    let place = TempVault::new().expect("a folder");
    let keeper = keeper(&place).await;
    let socket = keeper.socket_path();
    let folder = socket.parent().expect("a folder");
    fs::create_dir_all(folder).expect("made");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("too open");
    // Bound and dropped: what a killed process leaves.
    drop(std::os::unix::net::UnixListener::bind(&socket).expect("bound"));
    let served = server::serve(keeper.clone()).await.expect("a dead socket is replaced");
    assert_eq!(fs::metadata(folder).expect("there").permissions().mode() & 0o777, 0o700, "the folder is closed");
    assert!(matches!(server::serve(keeper.clone()).await, Err(server::Error::InUse)), "a living one is not");
    Client::connect(&socket).await.expect("and it still answers");
    within(served.stop()).await;

    fs::write(&socket, "something else").expect("written");
    assert!(
        matches!(server::serve(keeper.clone()).await, Err(server::Error::PathTaken)),
        "nothing of others is removed"
    );
    fs::remove_file(&socket).expect("removed");

    // A server that ends late leaves the socket of its successor alone.
    let late = server::serve(keeper.clone()).await.expect("served");
    fs::remove_file(&socket).expect("removed");
    let next = server::serve(keeper.clone()).await.expect("served");
    within(late.stop()).await;
    Client::connect(&socket).await.expect("the successor answers");
    within(next.stop()).await;
    within(keeper.stop()).await;
}

#[tokio::test]
async fn a_dropped_server_is_gone() {
    let served = Served::start().await;
    let Served { server, socket, keeper, place: _place } = served;
    drop(server);
    let folder = socket.parent().expect("a folder").to_owned();
    let gone = {
        let socket = socket.clone();
        move || fs::symlink_metadata(&socket).is_err()
    };
    // On a thread of its own, so that the server's task can end meanwhile.
    let gone = tokio::task::spawn_blocking(move || wait::folder(&folder, PATIENCE, gone)).await.expect("waited");
    assert!(gone.expect("watched"), "its socket is gone");
    assert_eq!(Client::connect(&socket).await.expect_err("nobody").code, Code::KeeperGone);
    within(keeper.stop()).await;
}

#[tokio::test]
async fn a_caller_that_sends_nothing_does_not_stay() {
    let served = Served::start().await;
    let mut stream = UnixStream::connect(&served.socket).await.expect("a seat");
    stream.write_all(b"GET /v1/keeper HTTP/1.1\r\nhost: kee").await.expect("sent");
    let mut answer = Vec::new();
    within(stream.read_to_end(&mut answer)).await.expect("the server closes");
    assert!(!answer.starts_with(b"HTTP/1.1 2"), "half a head is no request");
    served.end().await;
}

/// Runs a script as another user. `None` if this test may not do that.
fn as_nobody(script: &str, arguments: &[&str]) -> Option<std::process::Command> {
    let may = fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let mut command = std::process::Command::new("setpriv");
    command.args(["--reuid=65534", "--clear-groups", "perl", "-MIO::Socket::UNIX", "-e", script]).args(arguments);
    may.then_some(command)
}

/// Opens everything around a socket, so that only the user is between it and others.
fn open_to_all(place: &TempVault, socket: &std::path::Path) {
    let folder = socket.parent().expect("a folder");
    for (path, mode) in [(place.around(), 0o755), (folder, 0o777), (socket, 0o666)] {
        if path.exists() {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("opened");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_is_not_served_even_with_the_doors_open() {
    let served = Served::start().await;
    let script = r#"$| = 1; $SIG{PIPE} = "IGNORE"; $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$!\n"; print "in\n";
        print $s "GET /v1 HTTP/1.1\r\nhost: keeper\r\nconnection: close\r\n\r\n"; print <$s>;"#;
    let socket = served.socket.to_str().expect("text");
    let own = std::process::Command::new("perl").args(["-MIO::Socket::UNIX", "-e", script, socket]).output();
    let own = String::from_utf8(own.expect("perl runs").stdout).expect("text");
    assert!(own.starts_with("in\nHTTP/1.1 200 "), "the script can ask: {own}");
    if let Some(mut nobody) = as_nobody(script, &[socket]) {
        let closed = nobody.output().expect("it runs");
        assert!(!closed.status.success() && closed.stdout.is_empty(), "the folder keeps others out: {closed:?}");
        open_to_all(&served.place, &served.socket);
        let open = nobody.output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&open.stdout), "in\n", "connected, and not a word");
    }
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_socket_is_told_nothing() {
    let place = TempVault::new().expect("a folder");
    let socket = place.around().join("theirs").join("keeper.sock");
    fs::create_dir(socket.parent().expect("a folder")).expect("made");
    open_to_all(&place, &socket);
    let script = r#"$l = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die "$!\n"; $| = 1; print "up\n";
        $s = $l->accept; print length(join "", <$s>), "\n";"#;
    let Some(mut nobody) = as_nobody(script, &[socket.to_str().expect("text")]) else { return };
    let mut listening = nobody.stdout(std::process::Stdio::piped()).spawn().expect("it runs");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(listening.stdout.take().expect("its output")));
    assert_eq!(lines.next().expect("a line").expect("text"), "up");
    let refused = within(Client::connect(&socket)).await.expect_err("it is somebody else's");
    assert_eq!(refused.code, Code::KeeperGone);
    assert_eq!(lines.next().expect("a line").expect("text"), "0", "bytes that were sent");
    assert!(listening.wait().expect("its end").success());
}

#[tokio::test]
async fn the_document_is_served() {
    let served = Served::start().await;
    let answer = raw(&served.socket, &request("GET /v1/openapi.json", "")).await;
    let (_, text) = answer.split_once("\r\n\r\n").expect("a body");
    assert_eq!(text, drawbridge_local_api::document());
    served.end().await;
}

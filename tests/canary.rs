//! Known secrets go through every flow; then everything that a program leaves behind is searched
//! for them: output, logs at their most talkative, events, answers, files, arguments, environment.

use crate::{app::forge, process::Home};
use drawbridge_keeper::dto::{RunQuery, SignInState};
use drawbridge_testkit::{
    browser,
    forge::{Simulator, TokenKind},
    temp::search_tree_for,
};
use std::{cell::RefCell, collections::HashMap, fmt::Write as _};

const PASSPHRASE: &str = "canary-passphrase-4be1 gulls";

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_found_nowhere() {
    let practice = forge(150);
    let home = Home::new();
    let host = practice.host().to_string();
    let registration = practice.client().clone();
    let client_secret = registration.client_secret.clone().expect("a secret");
    let token = practice.add_token(0, TokenKind::Classic, &["repo", "read:org", "user:email"], None);
    let left = RefCell::new(String::new());
    let run = |arguments: &[&str], input: &str| {
        let output = home.run(arguments, input);
        let _ = write!(
            left.borrow_mut(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        output.status.success()
    };

    assert!(run(&["vault", "create", "--passphrase-stdin"], PASSPHRASE));
    let note = drawbridge_keeper::find_keeper(&home.folder.path()).expect("a keeper in the background");
    let client = drawbridge_local_api::Client::connect(&note.socket).await.expect("it answers");
    let mut events = client.events().await.expect("events");
    let add =
        ["client", "add", "github", "--host", &host, "--client-id", &registration.client_id, "--client-secret-stdin"];
    assert!(run(&add, &client_secret));
    assert!(run(&["connect", "github", "--host", &host, "--token-stdin", "--json"], &token));
    assert!(run(&["sync", "--json"], ""));

    // One of each kind that is typed in, checked; and each wrongly.
    let door = crate::credentials::door();
    let (pattern, headers_url, basic_url, token_url) =
        (door.pattern(), door.url("/headers"), door.url("/basic"), door.url("/token"));
    let made = home.folder.around().join("made-by-openssh");
    let made = made.to_str().expect("text");
    let keygen = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "canary-key-passphrase", "-f", made])
        .status();
    assert!(keygen.expect("ssh-keygen runs").success());
    let key = std::fs::read_to_string(made).expect("a key");
    std::fs::remove_file(made).expect("removed");
    let typed = |kind: &str, label: &str, more: &[&str], input: &str| {
        let line = [&["credential", "add", kind, "--label", label, "--host", &pattern], more].concat();
        run(&line, input)
    };
    let with_key = ["--private-key-stdin", "--passphrase-stdin"];
    assert!(typed("ssh-key", "brought", &with_key, &format!("canary-key-passphrase\n{key}")));
    assert!(!typed("ssh-key", "wrong", &with_key, &format!("canary-wrong-key-passphrase\n{key}")));
    assert!(typed("ssh-key", "new", &[], ""));
    let with_headers = ["--headers-stdin", "--check-url", &headers_url];
    assert!(typed("headers", "headers", &with_headers, "X-Api-Key: right-header\n"));
    assert!(!typed("headers", "wrong", &with_headers, "X-Api-Key: canary-wrong-header\n"));
    assert!(!typed("headers", "odd", &with_headers, "canary-odd-header\n"));
    let with_password = ["--user", "anna", "--password-stdin", "--check-url", &basic_url];
    assert!(typed("basic", "basic", &with_password, "right:password \n"));
    assert!(!typed("basic", "wrong", &with_password, "canary-wrong-password\n"));
    let with_client = ["--token-endpoint", &token_url, "--client-id", "door-client", "--client-secret-stdin"];
    assert!(typed("client-credentials", "client", &with_client, "right-client-secret\n"));
    assert!(!typed("client-credentials", "wrong", &with_client, "canary-wrong-client-secret\n"));
    assert!(run(&["credential", "list", "--json"], ""));
    let listed = client.credential_list().await.expect("listed");
    assert_eq!(listed.total, 5, "what was right is stored");
    for credential in &listed.rows {
        let id = credential.id.to_string();
        assert!(run(&["credential", "show", &id, "--json"], "") && run(&["credential", "check", &id], ""));
    }

    // A web flow by deep link, as the desktop file hands it in, and once more with a wrong secret.
    let mut spent = Vec::new();
    for _ in 0..2 {
        let request = drawbridge_keeper::dto::StartSignIn {
            provider: "github".parse().expect("an id"),
            host: Some(practice.host()),
            api_url: None,
            client: None,
            way: Some(drawbridge_domain::SignInWay::DeepLink),
            account: None,
            scopes: Vec::new(),
        };
        let started = client.sign_in_start(&request).await.expect("starts");
        let link = browser::approve(&started.url).await.expect("approved");
        let code = link.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
        spent.push(code.to_owned());
        run(&["return", &link, "--json"], "");
        let ended = client.sign_in_wait(&started.id).await.expect("ends");
        left.borrow_mut().push_str(&serde_json::to_string(&ended).expect("JSON"));
        assert!(run(&add, "wrong-secret-of-a-canary"));
        assert!(matches!(ended.state, SignInState::Connected | SignInState::Failed));
    }
    // A pair that renews, by a code that is typed; and a refusal with words of its own.
    assert!(run(&add, &client_secret));
    practice.set_expiring_tokens(true);
    practice.set_device_interval(1);
    let begin = async |way| {
        let request = drawbridge_keeper::dto::StartSignIn {
            provider: "github".parse().expect("an id"),
            host: Some(practice.host()),
            api_url: None,
            client: None,
            way: Some(way),
            account: None,
            scopes: Vec::new(),
        };
        client.sign_in_start(&request).await.expect("starts")
    };
    let started = begin(drawbridge_domain::SignInWay::Device).await;
    assert!(practice.decide_device(started.user_code.as_deref().expect("a code"), true));
    let ended = client.sign_in_wait(&started.id).await.expect("ends");
    assert_eq!(ended.state, SignInState::Connected, "{:?}", ended.problem);
    let account = ended.account.expect("an account").id;
    for _ in 0..2 {
        assert!(run(&["account", "refresh", account.as_str(), "--json"], ""));
    }
    let started = begin(drawbridge_domain::SignInWay::DeepLink).await;
    let link = browser::deny(&started.url).await.expect("denied");
    assert!(!run(&["return", &format!("{link}&error_hint=canary-error-hint"), "--json"], ""));
    let started = begin(drawbridge_domain::SignInWay::DeepLink).await;
    let state = browser::deny(&started.url).await.expect("denied");
    let state = state.split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state");
    let refusal = "error=server_error&error_description=canary-error-description&error_uri=https://canary-uri.example";
    assert!(!run(&["return", &format!("dev.drawbridge.desktop:/oauth/callback?{refusal}&state={state}")], ""));
    assert!(!run(&["return", &format!("dev.drawbridge.desktop:/oauth/callback?{refusal}&state=canary-state")], ""));
    let exchanged = exchanged(&practice);
    let addresses: Vec<String> = practice
        .log()
        .iter()
        .map(|exchange| {
            exchange.query.iter().fold(exchange.path.clone(), |all, (name, value)| format!("{all} {name}={value}"))
        })
        .collect();

    for value in [
        serde_json::to_value(client.account_list().await.expect("listed")),
        serde_json::to_value(&listed),
        serde_json::to_value(client.credential_kinds().await.expect("listed")),
        serde_json::to_value(client.client_list().await.expect("listed")),
        serde_json::to_value(client.provider_list().await.expect("listed")),
        serde_json::to_value(client.sign_in_list().await.expect("listed")),
        serde_json::to_value(client.sync_runs(&RunQuery::default()).await.expect("listed")),
        serde_json::to_value(client.vault_status().await.expect("a status")),
        serde_json::to_value(client.keeper_status().await.expect("a status")),
    ] {
        left.borrow_mut().push_str(&value.expect("JSON").to_string());
    }
    client.vault_lock().await.expect("locks");
    assert!(!home.run(&["vault", "unlock", "--passphrase-stdin"], "canary-wrong-passphrase").status.success());
    let mut heard = 0;
    while let Ok(Some(event)) = tokio::time::timeout(std::time::Duration::from_millis(500), events.next()).await {
        left.borrow_mut().push_str(&serde_json::to_string(&event.expect("an event")).expect("JSON"));
        heard += 1;
    }
    assert!(heard > 5, "the events of these flows were heard: {heard}");
    #[cfg(target_os = "linux")]
    for file in ["cmdline", "environ"] {
        let bytes = match std::fs::read(format!("/proc/{}/{file}", note.pid)) {
            // For root only, as the process is shielded (`memory`): nobody finds anything there.
            Err(error) if file == "environ" && error.kind() == std::io::ErrorKind::PermissionDenied => continue,
            read => read.expect("readable"),
        };
        assert!(!bytes.is_empty(), "{file} was read");
        left.borrow_mut().push_str(&String::from_utf8_lossy(&bytes));
    }

    let mut canaries = vec![PASSPHRASE, &token, &client_secret, "wrong-secret-of-a-canary", "canary-wrong-passphrase"];
    // The first four lines hold the public half.
    let pem = key.lines().nth(5).expect("lines").to_owned();
    canaries.extend([
        "canary-key-passphrase",
        "canary-wrong-key-passphrase",
        "OPENSSH PRIVATE KEY",
        &pem,
        "right-header",
        "canary-wrong-header",
        "canary-odd-header",
        "right:password",
        "canary-wrong-password",
        "right-client-secret",
        "canary-wrong-client-secret",
        "canary-issued-to-a-client",
    ]);
    canaries.extend(["canary-error-hint", "canary-error-description", "canary-uri", "canary-state"]);
    canaries.extend(spent.iter().map(String::as_str));
    canaries.extend(exchanged.iter().map(String::as_str));
    let asked: Vec<_> =
        canaries.iter().filter(|canary| addresses.iter().any(|address| address.contains(**canary))).collect();
    println!("{} addresses that the forge was asked at", addresses.len());
    assert!(addresses.len() > 20 && asked.is_empty(), "secrets in addresses: {asked:?}");
    let shown: Vec<_> = canaries.iter().filter(|canary| left.borrow().contains(**canary)).collect();
    assert!(shown.is_empty(), "secrets in output, events, answers, arguments or environment: {shown:?}");
    let stored = search_tree_for(home.folder.around(), &canaries).expect("searched");
    assert!(stored.is_empty(), "secrets in files: {stored:?}");
    let log = home.folder.around().join("state/drawbridge/keeper.log");
    assert!(log.is_file(), "the log was there to be searched");
}

/// What went over the token endpoint and is nobody else's: verifiers, device codes, tokens.
fn exchanged(practice: &Simulator) -> Vec<String> {
    let (mut all, mut count) = (Vec::new(), [0; 4]);
    let log = practice.log();
    for exchange in log.iter().filter(|exchange| exchange.path == "/login/oauth/access_token") {
        let answer = exchange.answer.as_deref().unwrap_or_default();
        let answer: serde_json::Value = serde_json::from_slice(answer).unwrap_or_default();
        let sent = url::form_urlencoded::parse(&exchange.body).into_owned().collect::<HashMap<_, _>>();
        let known = [
            sent.get("code_verifier").cloned(),
            sent.get("device_code").cloned(),
            answer["access_token"].as_str().map(str::to_owned),
            answer["refresh_token"].as_str().map(str::to_owned),
        ];
        for (at, value) in known.into_iter().enumerate() {
            count[at] += usize::from(value.is_some());
            all.extend(value);
        }
    }
    println!("verifiers, device codes, access and refresh tokens: {count:?}");
    assert!(count.iter().all(|count| *count > 0), "each was there to be searched for");
    all
}

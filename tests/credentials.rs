//! Credentials that a person types in: each kind added, replaced in place, replaced by another kind and
//! removed; what is refused, and that nothing is stored or sent then; keys against OpenSSH's own program.
//!
//! Not here: the rules of host patterns and header names, which stand beside their code.

use crate::app::{App, forge};
use drawbridge_domain::{CheckOutcome, Clock as _, CredentialId, SecretString, SystemClock, TypedFacts, TypedKind};
use drawbridge_keeper::{
    Answer, Code,
    dto::{
        AddCredential, BasicFields, ClientFields, CreateVault, Credential, EndingKind, HeadersFields, Proof, Proven,
        SshKeyFields, TypedFields,
    },
};
use drawbridge_testkit::{
    door::{Door, Key},
    temp::{FakeClock, TempVault},
};
use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

const PASSPHRASE: &str = "nine herons stand in a row";

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

pub fn door() -> Door {
    let key = Key {
        header: "right-header".to_owned(),
        user: "anna".to_owned(),
        password: "right:password ".to_owned(),
        client_id: "door-client".to_owned(),
        client_secret: "right-client-secret".to_owned(),
        secret_in_body: false,
    };
    Door::start(key).expect("a server")
}

/// What is typed for a kind; `good` is what opens the door.
fn typed(kind: TypedKind, door: &Door, good: bool) -> TypedFields {
    let pick = |right: &str| secret(if good { right } else { "wrong" });
    match kind {
        TypedKind::SshKey => TypedFields::SshKey(SshKeyFields {
            private_key: (!good)
                .then(|| secret("-----BEGIN OPENSSH PRIVATE KEY-----\nwrong\n-----END OPENSSH PRIVATE KEY-----")),
            passphrase: None,
            comment: Some("anna@heron".to_owned()),
        }),
        TypedKind::Headers => TypedFields::Headers(HeadersFields {
            headers: secret(&format!("X-Api-Key: {}\nX-Team: herons\n", pick("right-header").expose())),
            check_url: Some(door.url("/headers")),
        }),
        TypedKind::Basic => TypedFields::Basic(BasicFields {
            user: "anna".to_owned(),
            password: pick("right:password "),
            check_url: Some(door.url("/basic")),
        }),
        TypedKind::ClientCredentials => TypedFields::ClientCredentials(ClientFields {
            token_endpoint: door.url("/token"),
            client_id: "door-client".to_owned(),
            client_secret: pick("right-client-secret"),
            scopes: Some("read  write".to_owned()),
            secret_in: None,
        }),
    }
}

fn request(label: &str, door: &Door, what: TypedFields) -> AddCredential {
    AddCredential {
        label: label.to_owned(),
        hosts: vec![door.pattern()],
        account: None,
        ends_at: None,
        replaces: None,
        without_check: false,
        what,
    }
}

async fn add(app: &App, door: &Door, kind: TypedKind, label: &str) -> Credential {
    app.keeper.credential_add(request(label, door, typed(kind, door, true))).await.expect("added")
}

async fn all(app: &App) -> Vec<Credential> {
    app.keeper.credential_list().await.expect("listed").rows
}

async fn sealed(app: &App) -> u32 {
    let report = app.keeper.vault_verify().await.expect("verified");
    assert!(report.sound, "{report:?}");
    report.sealed
}

/// One of each kind, in the order of the kinds.
pub async fn one_of_each(app: &App, door: &Door) -> Vec<Credential> {
    let mut each = Vec::new();
    for kind in TypedKind::ALL {
        each.push(add(app, door, kind, &format!("my {kind:?}")).await);
    }
    each
}

fn refused<T>(answer: Answer<T>) -> (Code, String) {
    let problem = answer.map(drop).expect_err("refused");
    assert!(!problem.hint.is_empty(), "every refusal has a next step: {}", problem.message);
    (problem.code, problem.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_credential_is_tried_before_it_is_stored() {
    let (app, door) = (App::open().await, door());
    for kind in TypedKind::ALL {
        let before = sealed(&app).await;
        let bad = app.keeper.credential_add(request("mine", &door, typed(kind, &door, false))).await;
        let (code, message) = refused(bad);
        let expected = if kind == TypedKind::SshKey { Code::InvalidInput } else { Code::HostRefused };
        assert_eq!(code, expected, "{kind:?}: {message}");
        assert!(!message.contains("wrong"), "what was typed is not repeated: {message}");
        assert!(all(&app).await.is_empty(), "{kind:?}: nothing is stored");
        door.visits();

        let added = add(&app, &door, kind, "mine").await;
        assert_eq!((added.what.kind(), added.outcome), (kind, Some(CheckOutcome::Accepted)), "{}", added.state);
        let asked = usize::from(kind != TypedKind::SshKey);
        assert_eq!(door.visits().len(), asked, "{kind:?}: asked once, where there is somebody to ask");
        assert_eq!(all(&app).await.first(), Some(&added));
        assert_eq!(app.keeper.credential_show(added.id.clone()).await.expect("there"), added);
        assert_eq!(sealed(&app).await, before + 1, "one more sealed value");
        app.keeper.credential_remove(added.id).await.expect("removed");

        if kind != TypedKind::SshKey {
            let anyway = AddCredential { without_check: true, ..request("mine", &door, typed(kind, &door, false)) };
            let added = app.keeper.credential_add(anyway).await.expect("stored as the person says");
            assert_eq!((added.outcome, added.state.as_str()), (None, "Not checked"));
            assert!(door.visits().is_empty(), "nobody was asked");
            let (code, _) = refused(app.keeper.credential_check(added.id.clone()).await);
            assert_eq!(code, Code::HostRefused);
            let shown = app.keeper.credential_show(added.id.clone()).await.expect("there");
            assert_eq!(shown.outcome, Some(CheckOutcome::Refused), "{}", shown.state);
            app.keeper.credential_remove(added.id).await.expect("removed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_replaced_in_place() {
    let (app, door) = (App::open().await, door());
    for kind in TypedKind::ALL {
        let first = add(&app, &door, kind, &format!("first {kind:?}")).await;
        let count = sealed(&app).await;
        door.set(|key| {
            key.header = "newer".to_owned();
            key.password = "newer".to_owned();
            key.client_secret = "newer".to_owned();
        });
        // What is stored is the old one still, whatever is typed wrongly meanwhile.
        let wrong =
            AddCredential { replaces: Some(first.id.clone()), ..request("second", &door, typed(kind, &door, false)) };
        refused(app.keeper.credential_add(wrong).await);
        assert_eq!(app.keeper.credential_show(first.id.clone()).await.expect("there"), first, "{kind:?} is as it was");

        let what = match typed(kind, &door, true) {
            TypedFields::Headers(fields) => {
                TypedFields::Headers(HeadersFields { headers: secret("X-Api-Key: newer"), ..fields })
            }
            TypedFields::Basic(fields) => TypedFields::Basic(BasicFields { password: secret("newer"), ..fields }),
            TypedFields::ClientCredentials(fields) => {
                TypedFields::ClientCredentials(ClientFields { client_secret: secret("newer"), ..fields })
            }
            new_key @ TypedFields::SshKey(_) => new_key,
        };
        let label = format!("second {kind:?}");
        let replace = AddCredential { replaces: Some(first.id.clone()), ..request(&label, &door, what) };
        let second = app.keeper.credential_add(replace).await.expect("replaced");
        assert_eq!((&second.id, second.added_at), (&first.id, first.added_at), "it is the same one");
        assert!(second.label == label && second.changed_at >= first.changed_at);
        if kind == TypedKind::SshKey {
            assert_ne!(second.summary, first.summary, "a new key was made");
        }
        let checked = app.keeper.credential_check(second.id).await.expect("the newer one is what is stored");
        assert_eq!(checked.outcome, Some(CheckOutcome::Accepted));
        assert_eq!(sealed(&app).await, count, "and nothing of the older one");
        door.set(|key| {
            key.header = "right-header".to_owned();
            key.password = "right:password ".to_owned();
            key.client_secret = "right-client-secret".to_owned();
        });
    }
    assert_eq!(all(&app).await.len(), TypedKind::ALL.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_replaced_by_one_of_any_other_kind() {
    let (app, door) = (App::open().await, door());
    for from in TypedKind::ALL {
        for to in TypedKind::ALL.into_iter().filter(|to| *to != from) {
            let first = add(&app, &door, from, "one").await;
            let replace =
                AddCredential { replaces: Some(first.id.clone()), ..request("one", &door, typed(to, &door, true)) };
            let second = app.keeper.credential_add(replace).await.expect("replaced");
            assert_eq!((&second.id, second.what.kind()), (&first.id, to), "{from:?} became {to:?}");
            app.keeper.credential_check(second.id.clone()).await.expect("what is sealed belongs to the new kind");
            assert_eq!(all(&app).await, [app.keeper.credential_show(second.id.clone()).await.expect("there")]);
            app.keeper.credential_remove(second.id).await.expect("removed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_credential_is_gone_and_what_is_left_is_said() {
    let (app, door) = (App::open().await, door());
    let before = sealed(&app).await;
    for credential in one_of_each(&app, &door).await {
        let count = sealed(&app).await;
        let removed = app.keeper.credential_remove(credential.id.clone()).await.expect("removed");
        assert_eq!(removed.label, credential.label);
        let left = match credential.what {
            TypedFacts::SshKey(_) => "public key",
            TypedFacts::Headers(_) | TypedFacts::Basic(_) => "until you end or change it",
            TypedFacts::ClientCredentials(_) => "remove it at its provider",
        };
        assert!(removed.sentence.contains(left), "{}", removed.sentence);
        assert_eq!(sealed(&app).await, count - 1, "its secret is gone, too");
        for answer in [
            app.keeper.credential_show(credential.id.clone()).await.map(drop),
            app.keeper.credential_check(credential.id.clone()).await.map(drop),
            app.keeper.credential_remove(credential.id.clone()).await.map(drop),
            app.keeper
                .credential_add(AddCredential {
                    replaces: Some(credential.id),
                    ..request("x", &door, typed(TypedKind::SshKey, &door, true))
                })
                .await
                .map(drop),
        ] {
            assert_eq!(refused(answer).0, Code::NotFound);
        }
    }
    assert_eq!(sealed(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_goes_nowhere_but_to_its_hosts() {
    let (app, door, other) = (App::open().await, door(), door());
    for kind in [TypedKind::Headers, TypedKind::Basic] {
        for hosts in [vec![other.pattern()], vec!["*.example.org".to_owned()], vec!["127.0.0.1".to_owned()]] {
            let elsewhere = AddCredential { hosts, ..request("mine", &door, typed(kind, &door, true)) };
            let (code, message) = refused(app.keeper.credential_add(elsewhere).await);
            assert_eq!(code, Code::InvalidInput, "{message}");
            assert!(message.contains("another host"), "{message}");
        }
    }
    assert_eq!((door.visits(), other.visits()), (Vec::new(), Vec::new()), "nothing was sent anywhere");
    let none = AddCredential { hosts: Vec::new(), ..request("mine", &door, typed(TypedKind::Basic, &door, true)) };
    assert!(refused(app.keeper.credential_add(none).await).1.contains("certain hosts"));
    for host in ["http://example.org", "*.org", "a@b", "example.org/path", "exam ple"] {
        let odd = AddCredential {
            hosts: vec![host.to_owned()],
            ..request("mine", &door, typed(TypedKind::Basic, &door, true))
        };
        assert_eq!(refused(app.keeper.credential_add(odd).await).0, Code::InvalidInput, "{host}");
    }
    assert!(all(&app).await.is_empty() && door.visits().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_proves_nothing_is_no_yes() {
    let (app, door) = (App::open().await, door());
    let at = |url: String| {
        let fields = BasicFields { user: "anna".to_owned(), password: secret("right:password "), check_url: Some(url) };
        request("mine", &door, TypedFields::Basic(fields))
    };
    for (path, said, code) in [
        ("/moved", "another address", Code::HostRefused),
        ("/nowhere", "nothing at the address", Code::HostRefused),
        ("/broken", "status 500", Code::Unreachable),
    ] {
        let (found, message) = refused(app.keeper.credential_add(at(door.url(path))).await);
        assert!(found == code && message.contains(said), "{path}: {message}");
    }
    assert!(
        door.visits().iter().all(|visit| visit.path != "/elsewhere"),
        "nothing is carried along to another address"
    );
    let added = add(&app, &door, TypedKind::ClientCredentials, "client").await;
    assert_eq!(door.visits().last().and_then(|visit| visit.scope.clone()).as_deref(), Some("read write"));
    let client = |change: &dyn Fn(&mut ClientFields)| {
        let TypedFields::ClientCredentials(mut fields) = typed(TypedKind::ClientCredentials, &door, true) else {
            panic!("it is that kind")
        };
        change(&mut fields);
        request("other", &door, TypedFields::ClientCredentials(fields))
    };
    let greedy = client(&|fields| fields.scopes = Some("too-much".to_owned()));
    assert!(refused(app.keeper.credential_add(greedy).await).1.contains("scopes"));
    door.set(|key| key.secret_in_body = true);
    assert_eq!(refused(app.keeper.credential_check(added.id.clone()).await).0, Code::HostRefused);
    let shown = app.keeper.credential_show(added.id).await.expect("there");
    assert_eq!(shown.outcome, Some(CheckOutcome::Refused), "a clear no is kept");
    let in_body = client(&|fields| fields.secret_in = Some(drawbridge_domain::SecretPlace::Body));
    app.keeper.credential_add(in_body).await.expect("as this server wants it");
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_changes_nothing_that_was_known() {
    let (app, door) = (App::open().await, door());
    let fields = BasicFields { user: "anna".to_owned(), password: secret("x"), check_url: Some(door.url("/broken")) };
    let unchecked = AddCredential { without_check: true, ..request("mine", &door, TypedFields::Basic(fields)) };
    let added = app.keeper.credential_add(unchecked).await.expect("stored");
    assert_eq!(refused(app.keeper.credential_check(added.id.clone()).await).0, Code::Unreachable);
    assert_eq!(app.keeper.credential_show(added.id.clone()).await.expect("there"), added);
    let no_address = BasicFields { user: "anna".to_owned(), password: secret("x"), check_url: None };
    let silent =
        app.keeper.credential_add(request("silent", &door, TypedFields::Basic(no_address))).await.expect("stored");
    assert_eq!(silent.outcome, None, "what nobody was asked about is not called working");
    assert!(refused(app.keeper.credential_check(silent.id).await).1.contains("no address to ask"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_says_nothing_of_the_client_is_not_kept_as_one() {
    let (app, door) = (App::open().await, door());
    for (label, path, scopes) in [("no endpoint", "/nowhere", "read"), ("greedy", "/token", "too-much")] {
        let TypedFields::ClientCredentials(fields) = typed(TypedKind::ClientCredentials, &door, true) else {
            panic!("it is that kind")
        };
        let fields = ClientFields { token_endpoint: door.url(path), scopes: Some(scopes.to_owned()), ..fields };
        let unchecked = request(label, &door, TypedFields::ClientCredentials(fields));
        let added =
            app.keeper.credential_add(AddCredential { without_check: true, ..unchecked }).await.expect("stored");
        let (code, message) = refused(app.keeper.credential_check(added.id.clone()).await);
        assert_eq!(code, Code::HostRefused, "{label}: {message}");
        let shown = app.keeper.credential_show(added.id).await.expect("there");
        assert_eq!((shown.outcome, shown.state.as_str()), (None, "Not checked"), "{label}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_outlive_locking_restarts_and_new_keys() {
    let door = door();
    let app = App::new().await;
    app.keeper.vault_create(CreateVault::Passphrase { passphrase: secret(PASSPHRASE) }).await.expect("made");
    let each = one_of_each(&app, &door).await;
    let count = sealed(&app).await;
    assert_eq!(count, 4, "each kind has one sealed value");
    let proof = Proof::Passphrase { passphrase: secret(PASSPHRASE) };
    app.keeper.keys_renew(Proven { proof }).await.expect("renewed");
    assert_eq!(sealed(&app).await, count, "all of them are sealed anew");
    app.keeper.vault_lock().await.expect("locks");
    assert_eq!(refused(app.keeper.credential_list().await).0, Code::VaultLocked);
    assert_eq!(refused(app.keeper.credential_kinds().await).0, Code::VaultLocked);
    assert_eq!(refused(app.keeper.credential_show(each[0].id.clone()).await).0, Code::VaultLocked);
    let app = app.restart().await;
    let unlock = drawbridge_keeper::dto::UnlockVault::Passphrase { passphrase: secret(PASSPHRASE) };
    app.keeper.vault_unlock(unlock).await.expect("opens");
    for credential in &each {
        let checked = app.keeper.credential_check(credential.id.clone()).await.expect("it works as before");
        assert_eq!((&checked.what, &checked.label), (&credential.what, &credential.label));
    }
    // A rescue brings them over as they are.
    let before = all(&app).await;
    app.keeper.vault_lock().await.expect("locks");
    let proof = Proof::Passphrase { passphrase: secret(PASSPHRASE) };
    app.keeper.vault_rescue(Proven { proof }).await.expect("rescued");
    assert_eq!((sealed(&app).await, all(&app).await), (count, before));
    for credential in &each {
        app.keeper.credential_check(credential.id.clone()).await.expect("it works as before");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_belongs_to_an_account_outlives_it() {
    let (app, practice, door) = (App::open().await, forge(3), door());
    let account = app.connect_token(&practice).await;
    let key = SshKeyFields { private_key: None, passphrase: None, comment: None };
    let attached = AddCredential {
        hosts: Vec::new(),
        account: Some(account.id.clone()),
        ..request("deploy", &door, TypedFields::SshKey(key))
    };
    let added = app.keeper.credential_add(attached).await.expect("added");
    assert_eq!(added.account.as_ref(), Some(&account.id));
    assert_eq!(added.hosts.iter().map(ToString::to_string).collect::<Vec<_>>(), [practice.url()], "the account's host");
    app.connect_token(&practice).await;
    let shown = app.keeper.credential_show(added.id.clone()).await.expect("there");
    assert_eq!(shown.account.as_ref(), Some(&account.id), "connecting again is the same account");
    app.keeper.account_disconnect(account.id.clone()).await.expect("disconnects");
    let shown = app.keeper.credential_show(added.id.clone()).await.expect("nothing is lost with the account");
    assert_eq!((shown.account, shown.hosts), (None, added.hosts));
    app.keeper.credential_check(added.id).await.expect("its secret is there");
    sealed(&app).await;
    let gone =
        AddCredential { account: Some(account.id), ..request("other", &door, typed(TypedKind::SshKey, &door, true)) };
    assert_eq!(refused(app.keeper.credential_add(gone).await).0, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_on_a_day_stands_in_the_calendar() {
    let clock = Arc::new(FakeClock::at(SystemClock.now()));
    let app = App::with_clock(clock.clone()).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("made");
    let door = door();
    let days = |days: u64| clock.now().plus(Duration::from_secs(days * 86_400)).to_string();
    for (label, ends_at) in [("later", Some(days(40))), ("soon", Some(days(10)[..10].to_owned())), ("never", None)] {
        let ending = AddCredential { ends_at, ..request(label, &door, typed(TypedKind::SshKey, &door, true)) };
        app.keeper.credential_add(ending).await.expect("added");
    }
    let rows = app.keeper.calendar().await.expect("listed").rows;
    assert_eq!(rows.iter().map(|ending| ending.login.as_str()).collect::<Vec<_>>(), ["soon", "later"]);
    assert!(rows.iter().all(|ending| ending.kind == EndingKind::Credential && !ending.by_itself && !ending.over));
    assert!(rows[0].account.is_none() && rows[0].credential.is_some());
    clock.advance(Duration::from_secs(12 * 86_400));
    assert!(rows.iter().all(|ending| ending.sentence == "SSH key: replace it before, here and at its host"));
    let rows = app.keeper.calendar().await.expect("listed").rows;
    assert!(rows[0].over && !rows[1].over, "{rows:?}");
    assert_eq!(rows[0].sentence, "SSH key: replace it now, here and at its host", "there is no before any more");
    for day in ["yesterday", "2020-01-01", "2027-13-01", "2027-1-1"] {
        let odd = AddCredential {
            ends_at: Some(day.to_owned()),
            ..request("x", &door, typed(TypedKind::SshKey, &door, true))
        };
        assert_eq!(refused(app.keeper.credential_add(odd).await).0, Code::InvalidInput, "{day}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_one_credentials_only() {
    let (app, door) = (App::open().await, door());
    let first = add(&app, &door, TypedKind::SshKey, "Deploy").await;
    let second = add(&app, &door, TypedKind::Basic, "other").await;
    door.visits();
    for (label, replaces) in [("deploy", None), (" DEPLOY ", Some(second.id.clone()))] {
        let same = AddCredential { replaces, ..request(label, &door, typed(TypedKind::Basic, &door, true)) };
        assert!(refused(app.keeper.credential_add(same).await).1.contains("already"));
    }
    assert!(door.visits().is_empty(), "a refusal needs nobody to be asked");
    let odd = ["", "  ", "two\nlines", &"x".repeat(61)];
    for label in odd {
        let bad = request(label, &door, typed(TypedKind::SshKey, &door, true));
        assert_eq!(refused(app.keeper.credential_add(bad).await).0, Code::InvalidInput, "{label:?}");
    }
    let own = AddCredential {
        replaces: Some(first.id.clone()),
        ..request("DEPLOY", &door, typed(TypedKind::SshKey, &door, true))
    };
    assert_eq!(app.keeper.credential_add(own).await.expect("its own name").id, first.id);
}

// --- keys against OpenSSH's own program -----------------------------------------------------

/// Runs `ssh-keygen`; it has to succeed.
fn ssh_keygen(arguments: &[&str]) -> String {
    let ran =
        Command::new("ssh-keygen").args(arguments).output().expect("ssh-keygen runs; it comes with openssh-client");
    assert!(ran.status.success(), "ssh-keygen {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

/// A private key file made by OpenSSH, and its fingerprint.
fn made(folder: &Path, name: &str, arguments: &[&str]) -> (SecretString, String) {
    let path = folder.join(name);
    let file = path.to_str().expect("text");
    // It asks before it writes over a file.
    let _ = fs::remove_file(&path);
    ssh_keygen(&[&["-q", "-C", "made by OpenSSH", "-f", file], arguments].concat());
    let listed = ssh_keygen(&["-l", "-E", "sha256", "-f", file]);
    let fingerprint = listed.split(' ').nth(1).expect("a fingerprint").to_owned();
    (SecretString::new(fs::read_to_string(&path).expect("read")), fingerprint)
}

fn key(file: &SecretString, passphrase: Option<&str>, door: &Door, id: Option<&CredentialId>) -> AddCredential {
    let fields = SshKeyFields { private_key: Some(file.clone()), passphrase: passphrase.map(secret), comment: None };
    AddCredential { replaces: id.cloned(), ..request("key", door, TypedFields::SshKey(fields)) }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_openssh_made_are_taken_as_they_are() {
    let (app, door, place) = (App::open().await, door(), TempVault::new().expect("a folder"));
    let kinds: [(&str, &[&str], &str); 5] = [
        ("ed25519", &["-t", "ed25519", "-N", ""], "ssh-ed25519"),
        ("locked", &["-t", "ed25519", "-N", "open sesame"], "ssh-ed25519"),
        ("rsa", &["-t", "rsa", "-b", "2048", "-N", ""], "ssh-rsa"),
        ("p256", &["-t", "ecdsa", "-b", "256", "-N", ""], "ecdsa-sha2-nistp256"),
        ("p384", &["-t", "ecdsa", "-b", "384", "-N", "open sesame"], "ecdsa-sha2-nistp384"),
    ];
    let mut id = None;
    for (name, arguments, algorithm) in kinds {
        let (mut file, mut fingerprint) = made(place.around(), name, arguments);
        let passphrase = arguments.contains(&"open sesame").then_some("open sesame");
        if passphrase.is_some() {
            let without = refused(app.keeper.credential_add(key(&file, None, &door, id.as_ref())).await);
            assert!(without.1.contains("has a passphrase"), "{}", without.1);
            let wrong = refused(app.keeper.credential_add(key(&file, Some("open barley"), &door, id.as_ref())).await);
            assert!(wrong.1.contains("does not open"), "{}", wrong.1);
        }
        let mut added = app.keeper.credential_add(key(&file, passphrase, &door, id.as_ref())).await;
        // One ECDSA key of 256 has a number in it that is short, and the library can't read those (adr/0012).
        for _ in 0..4 {
            if !added.as_ref().is_err_and(|problem| name.starts_with('p') && problem.hint.contains("not all of those"))
            {
                break;
            }
            (file, fingerprint) = made(place.around(), name, arguments);
            added = app.keeper.credential_add(key(&file, passphrase, &door, id.as_ref())).await;
        }
        let added = added.expect(name);
        let TypedFacts::SshKey(facts) = &added.what else { panic!("it is a key") };
        assert_eq!((&facts.fingerprint, facts.algorithm.as_str()), (&fingerprint, algorithm), "{name}");
        let public = fs::read_to_string(place.around().join(format!("{name}.pub"))).expect("read");
        assert_eq!(facts.public_key, public.trim(), "{name}: its comment, too");
        app.keeper.credential_check(added.id.clone()).await.expect("what is stored opens without a passphrase");
        id = Some(added.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_here_is_one_to_openssh() {
    let (app, door, place) = (App::open().await, door(), TempVault::new().expect("a folder"));
    let mut prints = Vec::new();
    for label in ["one", "two"] {
        let added = add(&app, &door, TypedKind::SshKey, label).await;
        let TypedFacts::SshKey(facts) = added.what else { panic!("it is a key") };
        assert!(
            facts.public_key.starts_with("ssh-ed25519 ") && facts.public_key.ends_with(" anna@heron"),
            "{}",
            facts.public_key
        );
        let path = place.around().join(label);
        fs::write(&path, format!("{}\n", facts.public_key)).expect("written");
        let listed = ssh_keygen(&["-l", "-E", "sha256", "-f", path.to_str().expect("text")]);
        assert!(listed.contains(&facts.fingerprint) && listed.starts_with("256 "), "{listed}");
        prints.push(facts.fingerprint);
    }
    assert_ne!(prints[0], prints[1], "each is a new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_to_keep_says_why() {
    let (app, door, place) = (App::open().await, door(), TempVault::new().expect("a folder"));
    let weak = made(place.around(), "weak", &["-t", "rsa", "-b", "1024", "-N", ""]).0;
    let pem = made(place.around(), "pem", &["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]).0;
    let slow = made(place.around(), "slow", &["-t", "ed25519", "-a", "1", "-N", "x"]).0;
    let good = made(place.around(), "good", &["-t", "ed25519", "-N", ""]).0;
    let public = secret(&fs::read_to_string(place.around().join("good.pub")).expect("read"));
    let half = secret(&good.expose()[..good.expose().len() / 2]);
    let long = secret(&"x".repeat(40_000));
    for (file, said) in [
        (&weak, "1024 bits"),
        (&pem, "another format"),
        (&public, "public half"),
        (&half, "no private key"),
        (&long, "no private key"),
        (&secret("hello"), "no private key"),
    ] {
        let (code, message) = refused(app.keeper.credential_add(key(file, None, &door, None)).await);
        assert!(code == Code::InvalidInput && message.contains(said), "{said}: {message}");
    }
    app.keeper.credential_add(key(&slow, Some("x"), &door, None)).await.expect("few rounds are as good as any");
    assert_eq!(all(&app).await.len(), 1);
}

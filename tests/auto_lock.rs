//! The vault locks by itself: when the computer sleeps, when its screen is locked, when nobody used
//! Drawbridge for a while. Over a real bus of the test's own, on which a small service says what
//! logind and screen savers say.
//!
//! Not here: what locking is (`vault`).

use crate::app::{App, PATIENCE};
use drawbridge_domain::{Clock as _, SecretString, SystemClock};
use drawbridge_keeper::{
    Keeper, LinuxSigns,
    dto::{CreateVault, Event, LockCause, Settings, VaultState},
};
use drawbridge_testkit::temp::{FakeClock, TempVault};
use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, PipeReader, pipe},
    os::fd::OwnedFd,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::AsyncReadExt as _,
    net::unix::pipe::Receiver as Pipe,
    sync::{broadcast::Receiver, mpsc},
    time::timeout,
};
use zbus::{
    Connection,
    connection::Builder,
    zvariant::{ObjectPath, OwnedObjectPath, Value},
};

const LOGIND: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const OUR_SESSION: &str = "/org/freedesktop/login1/session/_32";
const MINUTE: Duration = Duration::from_secs(60);
/// Less than the keeper lets pass between two looks of its own: what is waited for was told.
const SOON: Duration = Duration::from_secs(30);

/// A bus without services that start by themselves.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// The ways in which a screen is said to be locked or not.
#[derive(Debug, Clone, Copy)]
enum Screen {
    Saver(&'static str, &'static str),
    Asked,
    Hint,
}

const SAVER: Screen = Screen::Saver("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver");

/// A computer that sleeps when the test says so.
pub struct Computer {
    daemon: Child,
    address: String,
    pub bus: Connection,
    delays: mpsc::UnboundedReceiver<PipeReader>,
    _folder: TempVault,
}

struct Manager(mpsc::UnboundedSender<PipeReader>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: &str, who: &str, _why: &str, mode: &str) -> zbus::fdo::Result<zbus::zvariant::OwnedFd> {
        if (what, who, mode) != ("sleep", "Drawbridge", "delay") {
            return Err(zbus::fdo::Error::InvalidArgs(format!("{what} {who} {mode}")));
        }
        let (ours, theirs) = pipe().map_err(|error| zbus::fdo::Error::IOError(error.to_string()))?;
        let _ = self.0.send(ours);
        Ok(OwnedFd::from(theirs).into())
    }

    fn get_session(&self, name: &str) -> zbus::fdo::Result<OwnedObjectPath> {
        assert_eq!(name, "auto");
        Ok(ObjectPath::from_static_str_unchecked(OUR_SESSION).into())
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        self.cut_bus();
    }
}

impl Computer {
    pub async fn start() -> Self {
        let folder = TempVault::new().expect("a temporary folder");
        let config = folder.around().join("bus.conf");
        let socket = folder.around().join("bus").display().to_string();
        std::fs::write(&config, BUS.replace("SOCKET", &socket)).expect("written");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed: cargo xtask setup --test");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("piped")).read_line(&mut address).expect("an address");
        let address = address.trim().to_owned();
        let (taken, delays) = mpsc::unbounded_channel();
        let bus = Builder::address(address.as_str())
            .and_then(|bus| bus.serve_at(LOGIND, Manager(taken)))
            .and_then(|bus| bus.name("org.freedesktop.login1"))
            .expect("a description of a service");
        let bus = timeout(PATIENCE, bus.build()).await.expect("the bus answers").expect("a service");
        Self { daemon, address, bus, delays, _folder: folder }
    }

    pub fn signs(&self) -> Arc<LinuxSigns> {
        Arc::new(LinuxSigns::at(&self.address, &self.address))
    }

    fn cut_bus(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }

    /// Waits until somebody asks this computer to wait with sleeping.
    async fn delay(&mut self) -> Delay {
        let taken = timeout(PATIENCE, self.delays.recv()).await.expect("a delay is asked for").expect("it serves");
        Delay(Pipe::from_owned_fd(taken.into()).expect("a pipe"))
    }

    /// About to sleep (`true`), or awake again.
    async fn sleep(&self, now: bool) {
        self.say(LOGIND, MANAGER, "PrepareForSleep", &(now,)).await;
    }

    async fn screen(&self, by: Screen, locked: bool) {
        match by {
            Screen::Saver(interface, path) => self.say(path, interface, "ActiveChanged", &(locked,)).await,
            Screen::Asked => self.say(OUR_SESSION, SESSION, if locked { "Lock" } else { "Unlock" }, &()).await,
            Screen::Hint => {
                let changed = HashMap::from([("IdleHint", Value::from(true)), ("LockedHint", Value::from(locked))]);
                let body = (SESSION, changed, Vec::<&str>::new());
                self.say(OUR_SESSION, "org.freedesktop.DBus.Properties", "PropertiesChanged", &body).await;
            }
        }
    }

    async fn say(
        &self,
        path: &str,
        interface: &str,
        member: &str,
        body: &(impl serde::Serialize + zbus::zvariant::DynamicType),
    ) {
        self.bus.emit_signal(None::<zbus::names::BusName<'_>>, path, interface, member, body).await.expect("said");
    }

    /// Says it until it is heard: who has just started may not listen yet.
    async fn screen_until(&self, by: Screen, locked: bool, events: &mut Receiver<Event>) {
        let wanted = if locked { VaultState::Locked } else { VaultState::Open };
        let repeated = async {
            loop {
                self.screen(by, locked).await;
                if timeout(Duration::from_millis(100), state(events, wanted)).await.is_ok() {
                    return;
                }
            }
        };
        timeout(PATIENCE, repeated).await.unwrap_or_else(|_| panic!("{by:?} is heard"));
    }
}

/// A wait that somebody asked this computer for.
struct Delay(Pipe);

impl Delay {
    /// Waits until it is let go.
    async fn released(&mut self) {
        let read = timeout(PATIENCE, self.0.read(&mut [0])).await.expect("the computer may sleep");
        assert_eq!(read.expect("a pipe"), 0, "nothing is written there");
    }

    fn is_held(&self) -> bool {
        matches!(self.0.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }
}

/// Waits for an event that says so.
async fn state(events: &mut Receiver<Event>, wanted: VaultState) {
    let heard =
        async { while !matches!(events.recv().await.expect("events"), Event::Vault { state } if state == wanted) {} };
    timeout(SOON, heard).await.unwrap_or_else(|_| panic!("the vault is {wanted:?}"));
}

/// Whether the events so far say so.
fn was(events: &mut Receiver<Event>, wanted: VaultState) -> bool {
    std::iter::from_fn(|| events.try_recv().ok())
        .any(|event| matches!(event, Event::Vault { state } if state == wanted))
}

async fn is_open(keeper: &Keeper) -> bool {
    keeper.vault_status().await.expect("a status").state == VaultState::Open
}

async fn cause(app: &App) -> Option<LockCause> {
    app.keeper.vault_status().await.expect("a status").locked.map(|since| since.cause)
}

/// Whether the database is open: its write-ahead log goes with the last connection.
fn in_use(app: &App) -> bool {
    let files = std::fs::read_dir(app.folder.path()).expect("a vault");
    files.map(|file| file.expect("an entry").file_name()).any(|name| name.to_string_lossy().ends_with("-wal"))
}

async fn keychain_vault(computer: &Computer) -> App {
    let app = App::with_signs(Arc::new(SystemClock), computer.signs()).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_sleeps_when_the_vault_is_locked() {
    let mut computer = Computer::start().await;
    let app = keychain_vault(&computer).await;
    let mut events = app.keeper.events();
    for _ in 0..3 {
        let mut delay = computer.delay().await;
        assert!(delay.is_held(), "sleep waits for the vault");
        assert!(in_use(&app), "the database is open");
        computer.sleep(true).await;
        delay.released().await;
        // No waiting from here on: the computer is asleep.
        assert!(!in_use(&app), "the database was closed before");
        assert!(was(&mut events, VaultState::Locked), "fronts were told before");
        assert_eq!(cause(&app).await, Some(LockCause::Sleep));
        assert!(computer.delays.try_recv().is_err(), "nothing holds the computer up any more");
        computer.sleep(false).await;
        state(&mut events, VaultState::Open).await;
    }
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_is_asked_for_after_sleep() {
    let mut computer = Computer::start().await;
    let app = App::with_signs(Arc::new(SystemClock), computer.signs()).await;
    let passphrase = SecretString::from("seven gulls on a wire".to_owned());
    app.keeper.vault_create(CreateVault::Passphrase { passphrase }).await.expect("the vault is made");
    let mut events = app.keeper.events();
    for round in 0..3 {
        let mut delay = computer.delay().await;
        computer.sleep(true).await;
        // In the second round this also says that everything about waking was done.
        delay.released().await;
        assert!(!is_open(&app.keeper).await, "round {round}");
        computer.sleep(false).await;
    }
    assert!(!was(&mut events, VaultState::Open), "it was never open in between");
    assert_eq!(app.keeper.vault_status().await.expect("a status").notice, None, "and nothing was tried");
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_was_locked_by_hand_stays_locked() {
    let mut computer = Computer::start().await;
    let app = keychain_vault(&computer).await;
    let mut events = app.keeper.events();
    app.keeper.vault_lock().await.expect("locks");
    for _ in 0..2 {
        let mut delay = computer.delay().await;
        computer.sleep(true).await;
        delay.released().await;
        computer.sleep(false).await;
    }
    assert!(!was(&mut events, VaultState::Open));
    assert_eq!(cause(&app).await, Some(LockCause::Asked));
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_screen_locks_the_vault() {
    let computer = Computer::start().await;
    let app = keychain_vault(&computer).await;
    let mut events = app.keeper.events();
    for by in [SAVER, Screen::Saver("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"), Screen::Asked, Screen::Hint] {
        computer.screen_until(by, true, &mut events).await;
        assert_eq!(cause(&app).await, Some(LockCause::ScreenLock), "{by:?}");
        computer.screen_until(by, false, &mut events).await;
    }
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waking_behind_a_locked_screen_opens_nothing() {
    let mut computer = Computer::start().await;
    let app = keychain_vault(&computer).await;
    let mut events = app.keeper.events();
    computer.screen_until(SAVER, true, &mut events).await;
    for _ in 0..2 {
        let mut delay = computer.delay().await;
        computer.sleep(true).await;
        delay.released().await;
        computer.sleep(false).await;
    }
    assert!(!was(&mut events, VaultState::Open), "the screen is locked still");
    computer.screen(SAVER, false).await;
    state(&mut events, VaultState::Open).await;
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_it_is_left_alone() {
    let mut computer = Computer::start().await;
    let clock = Arc::new(FakeClock::default());
    let app = App::with_signs(clock.clone(), computer.signs()).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    let mut events = app.keeper.events();
    computer.screen_until(SAVER, true, &mut events).await;
    computer.screen_until(SAVER, false, &mut events).await;
    let settings = Settings {
        lock_on_sleep: false,
        lock_on_screen_lock: false,
        lock_after_idle_minutes: 5,
        ..Settings::default()
    };
    app.keeper.set_settings(settings.into()).await.expect("set");
    let mut delay = computer.delay().await;
    computer.sleep(true).await;
    delay.released().await;
    assert!(is_open(&app.keeper).await, "it sleeps with an open vault, and at once");
    // What is said on one bus is heard in order: had the first locked it, idleness could not.
    computer.screen(SAVER, true).await;
    clock.advance(5 * MINUTE);
    computer.screen(SAVER, false).await;
    state(&mut events, VaultState::Locked).await;
    assert_eq!(cause(&app).await, Some(LockCause::Idle));
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_logind_says_that_the_computer_sleeps() {
    let mut computer = Computer::start().await;
    let app = keychain_vault(&computer).await;
    let mut events = app.keeper.events();
    let delay = computer.delay().await;
    let stranger = Builder::address(computer.address.as_str()).expect("an address").build().await.expect("a caller");
    let to = None::<zbus::names::BusName<'_>>;
    stranger.emit_signal(to, LOGIND, MANAGER, "PrepareForSleep", &(true,)).await.expect("said");
    // Its answer comes after the bus has passed the signal on.
    zbus::fdo::DBusProxy::new(&stranger).await.expect("the bus").get_id().await.expect("an answer");
    computer.screen_until(Screen::Asked, true, &mut events).await;
    assert_eq!(cause(&app).await, Some(LockCause::ScreenLock));
    assert!(delay.is_held(), "sleep still waits for the vault");
    app.keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bus_everything_else_works() {
    let mut computer = Computer::start().await;
    let nowhere = Arc::new(LinuxSigns::at("unix:path=/nowhere/system", "unix:path=/nowhere/session"));
    let cut = computer.signs();
    for (signs, cuts) in [(nowhere, false), (cut, true)] {
        let app = App::with_signs(Arc::new(SystemClock), signs).await;
        app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
        if cuts {
            let _delay = computer.delay().await;
            computer.cut_bus();
        }
        app.keeper.vault_lock().await.expect("locks");
        let app = app.restart().await;
        assert!(is_open(&app.keeper).await, "it opens by keychain");
        timeout(Duration::from_secs(5), app.keeper.stop()).await.expect("and stops without waiting for a bus");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_locks_the_vault() {
    let mut computer = Computer::start().await;
    let clock = Arc::new(FakeClock::default());
    let app = App::with_signs(clock.clone(), computer.signs()).await;
    app.keeper.vault_create(CreateVault::Keychain).await.expect("the vault is made");
    let mut events = app.keeper.events();
    let mut delay = computer.delay().await;
    let settings = Settings { lock_on_sleep: false, lock_after_idle_minutes: 5, ..Settings::default() };
    app.keeper.set_settings(settings.into()).await.expect("set");
    let begun = clock.now();
    clock.advance(4 * MINUTE);
    app.keeper.touch();
    // Somebody was there four minutes ago. A computer that wakes looks at its clock.
    clock.advance(4 * MINUTE);
    computer.sleep(false).await;
    delay.released().await;
    let mut delay = computer.delay().await;
    computer.sleep(true).await;
    delay.released().await;
    assert!(is_open(&app.keeper).await, "four minutes are not five");
    clock.advance(MINUTE);
    computer.sleep(false).await;
    state(&mut events, VaultState::Locked).await;
    let since = app.keeper.vault_status().await.expect("a status").locked.expect("locked");
    assert_eq!((since.cause, since.at.since(begun)), (LockCause::Idle, 9 * MINUTE));
    app.keeper.stop().await;
}

//! Builds the app and starts it; with `--demo`, beside a practice forge and away from everything of the person's own.

use crate::{
    Outcome, generated,
    house::{self, House},
    process, setup, unknown,
};
use serde_json::Value;
use std::{
    ffi::{OsStr, OsString},
    fs::OpenOptions,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Names the file with the practice forge's client for the app, which adds it to the vault once one is open.
const DEMO_CLIENT: &str = "DRAWBRIDGE_DEMO_CLIENT";

#[derive(Default)]
struct Wish {
    demo: bool,
    release: bool,
    vault: Option<PathBuf>,
}

fn wish(arguments: &[&str]) -> Result<Wish, String> {
    let mut wish = Wish::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "--demo" => wish.demo = true,
            "--release" => wish.release = true,
            "--vault" => {
                let dir = words.next().ok_or("`--vault` wants a folder after it.")?;
                let absolute =
                    std::path::absolute(dir).map_err(|error| format!("`{dir}` is no usable path: {error}"))?;
                wish.vault = Some(absolute);
            }
            other => return Err(unknown("run", other)),
        }
    }
    Ok(wish)
}

/// `cargo xtask run`.
pub fn run(house: &House, arguments: &[&str]) -> Outcome {
    let wish = wish(arguments)?;
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        // Said before a build of many minutes, not after it.
        return Err("There is no display here: neither WAYLAND_DISPLAY nor DISPLAY is set, so no window can open.\n\
             From a terminal inside a desktop session it will. On a machine without one, a virtual display does:\n  \
             apt-get install --no-install-recommends xvfb xauth dbus-x11\n  \
             xvfb-run -a dbus-run-session cargo xtask run\n\
             The command line needs no display: cargo run -p drawbridge-cli -- --help"
            .to_owned());
    }
    setup::setup(house, setup::For::Build)?;
    println!("Building the front end");
    generated::build_ui(house)?;
    println!("Building the app (the first time takes some minutes)");
    // In one go, so that what both are made of is built once.
    let packages = if wish.demo { &["drawbridge-desktop", "drawbridge-testkit"][..] } else { &["drawbridge-desktop"] };
    build(house, packages, wish.release)?;
    let mut app = Command::new(house.program("drawbridge-desktop", wish.release));
    if let Some(vault) = &wish.vault {
        app.env("DRAWBRIDGE_VAULT", vault);
    }
    if wish.demo {
        return demo(house, app, &wish);
    }
    println!("Starting Drawbridge");
    wait_for(&mut app)
}

fn build(house: &House, packages: &[&str], release: bool) -> Outcome {
    let mut cargo = process::cargo();
    cargo.current_dir(&house.top).args(["build", "--bins"]);
    for package in packages {
        cargo.args(["-p", package]);
    }
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}

fn wait_for(app: &mut Command) -> Outcome {
    match app.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("Drawbridge ended with {status}.")),
        Err(error) => Err(format!("Drawbridge could not be started: {error}")),
    }
}

/// A running practice forge; it ends with this value.
struct PracticeForge(Child);

impl Drop for PracticeForge {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn demo(house: &House, mut app: Command, wish: &Wish) -> Outcome {
    let (forge, client) = start_forge(house, wish.release)?;
    let host = client["host"].as_str().unwrap_or_default();

    let folder = DemoFolder::make(house)?;
    let client_file = folder.0.join("client.json");
    write_private(&client_file, client.to_string().as_bytes())?;
    app.env(DEMO_CLIENT, &client_file);
    if wish.vault.is_none() {
        app.env("DRAWBRIDGE_VAULT", folder.0.join("vault"));
    }
    for (name, value) in private_places(&folder.0, |name| std::env::var_os(name)) {
        app.env(name, value);
    }

    println!();
    println!("A practice forge with 2,500 repositories answers at {host}, on this machine only.");
    println!("1. In the window that opens, choose how the vault is opened (it is made for this demo and thrown away).");
    println!(
        "2. Choose \"Connect an account\"; the practice forge is ready there. Approve on its page in your browser."
    );
    println!("3. Search, open a repository, lock, close the window (it goes on in the tray). Quit ends the demo.");
    let outcome = wait_for(&mut app);
    drop(forge);
    outcome
}

/// Starts the forge and reads the one line it prints when it answers.
fn start_forge(house: &House, release: bool) -> Result<(PracticeForge, Value), String> {
    // It ends when its standard input does, so it never outlives us, however we end.
    let mut child = Command::new(house.program("practice-forge", release))
        .args(["--until-input-ends", "--no-log"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("The practice forge could not be started: {error}"))?;
    let stdout = child.stdout.take();
    let forge = PracticeForge(child);
    let mut line = String::new();
    BufReader::new(stdout.ok_or("The practice forge has no output.")?)
        .read_line(&mut line)
        .map_err(|error| format!("The practice forge said nothing: {error}"))?;
    let said: Value =
        serde_json::from_str(&line).map_err(|error| format!("The practice forge's first line is no JSON: {error}"))?;
    Ok((forge, client(&said)?))
}

/// What the app needs of what the forge said, in the shape in which clients are added.
fn client(said: &Value) -> Result<Value, String> {
    let mut client = serde_json::Map::new();
    for field in ["provider", "host", "api_url", "client_id", "client_secret"] {
        let value = said.get(field).filter(|value| value.is_string());
        let value = value.ok_or_else(|| format!("The practice forge did not say its `{field}`."))?;
        client.insert(field.to_owned(), value.clone());
    }
    Ok(Value::Object(client))
}

/// The demo's own folder, removed when it ends.
struct DemoFolder(PathBuf);

impl DemoFolder {
    fn make(house: &House) -> Result<Self, String> {
        let folder = house.target.join("demo").join(std::process::id().to_string());
        house::make_folder(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}

/// Private folders to write in. The person's own stay readable behind them, so that their browser is still found.
fn private_places(folder: &Path, own: impl Fn(&str) -> Option<OsString>) -> Vec<(&'static str, OsString)> {
    let own = |name: &str| own(name).filter(|value| !value.is_empty());
    let home = own("HOME").map(PathBuf::from).unwrap_or_default();
    let behind = |home_variable: &str, below_home: &str, list_variable: &str, usual: &str| {
        let mut list = own(home_variable).unwrap_or_else(|| home.join(below_home).into_os_string());
        list.push(":");
        list.push(own(list_variable).as_deref().unwrap_or(OsStr::new(usual)));
        list
    };
    vec![
        ("XDG_CONFIG_DIRS", behind("XDG_CONFIG_HOME", ".config", "XDG_CONFIG_DIRS", "/etc/xdg")),
        ("XDG_DATA_DIRS", behind("XDG_DATA_HOME", ".local/share", "XDG_DATA_DIRS", "/usr/local/share:/usr/share")),
        ("XDG_CONFIG_HOME", folder.join("config").into_os_string()),
        ("XDG_DATA_HOME", folder.join("data").into_os_string()),
        ("XDG_CACHE_HOME", folder.join("cache").into_os_string()),
        ("XDG_STATE_HOME", folder.join("state").into_os_string()),
    ]
}

/// Writes a file that only this user may read.
fn write_private(path: &Path, content: &[u8]) -> Outcome {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
        .open(path)
        .and_then(|mut file| file.write_all(content))
        .map_err(|error| format!("{} can't be written: {error}", path.display()))
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test says what it expects")]
mod tests {
    use super::{private_places, wish};
    use std::{ffi::OsString, path::Path};

    #[test]
    fn options_are_read_and_strangers_named() {
        let both = wish(&["--demo", "--vault", "/somewhere"]).expect("known options");
        assert!(both.demo && !both.release);
        assert_eq!(both.vault.as_deref(), Some(Path::new("/somewhere")));
        assert!(wish(&["--vault"]).is_err_and(|words| words.contains("folder")));
        assert!(wish(&["--dmeo"]).is_err_and(|words| words.contains("--dmeo")));
    }

    #[test]
    fn a_demo_writes_in_its_own_places_and_still_finds_the_browser() {
        let own = |name: &str| (name == "HOME").then(|| OsString::from("/people/ada"));
        let places = private_places(Path::new("/demo"), own);
        let place = |name: &str| places.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(place("XDG_CONFIG_HOME"), Some("/demo/config".into()));
        assert_eq!(place("XDG_CONFIG_DIRS"), Some("/people/ada/.config:/etc/xdg".into()));
        assert!(places.iter().all(|(name, _)| *name != "HOME" && *name != "XDG_RUNTIME_DIR"));
    }
}

//! What building and testing need, installed where that can be done and named where it can't.
//!
//! On Debian and its relatives the packages are installed; elsewhere they are only named, because
//! guessing at another system's package names would do more harm than good.

use crate::{
    Outcome,
    house::{self, House},
    process, unknown,
};
use std::{path::Path, process::Command, thread, time::Duration};

/// What building the app, and then running it, needs of Debian.
const BUILD: &[&str] = &[
    "ca-certificates",
    "gcc",
    "libc6-dev",
    "pkg-config",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "xdg-utils",
    "desktop-file-utils",
];

/// What the tests need beside that: a display, a session bus, a keychain and a window driver of their own.
const TEST: &[&str] = &[
    "adwaita-icon-theme",
    "binutils",
    "dbus-x11",
    "fonts-dejavu-core",
    "git",
    "gnome-keyring",
    "imagemagick",
    "libgl1-mesa-dri",
    "libglib2.0-bin",
    "librsvg2-common",
    "libsecret-tools",
    "openbox",
    "openssh-client",
    "procps",
    "python3-dbus",
    "python3-gi",
    "webkit2gtk-driver",
    "x11-utils",
    "xdotool",
    "xvfb",
];

/// The oldest Node that the front end's tools run on.
const NODE: u32 = 20;

/// How much to set up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Building and starting the app.
    Build,
    /// Testing it, too.
    Test,
}

/// `cargo xtask setup`.
pub fn command(house: &House, arguments: &[&str]) -> Outcome {
    match arguments {
        [] => setup(house, For::Build),
        ["--test"] => setup(house, For::Test),
        [word, ..] => Err(unknown("setup", word)),
    }
}

/// Sets up. Cheap when nothing is missing.
pub fn setup(house: &House, purpose: For) -> Outcome {
    system_packages(purpose)?;
    node()?;
    front_end_packages(house, purpose)?;
    if purpose == For::Test {
        rust_tools()?;
        descriptions(house)?;
    }
    Ok(())
}

fn system_packages(purpose: For) -> Outcome {
    if !cfg!(target_os = "linux") {
        println!(
            "Setting up: system packages are installed only on Debian and its relatives. Here Tauri's own \
             prerequisites (a C compiler and a webview) and OpenSSL's headers have to be there."
        );
        return Ok(());
    }
    let needed: Vec<&str> = match purpose {
        For::Build => BUILD.to_vec(),
        For::Test => BUILD.iter().chain(TEST).copied().collect(),
    };
    if !(process::exists("dpkg-query") && process::exists("apt-get")) {
        return not_debian(&needed);
    }
    let missing = missing(&needed)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("Setting up: these system packages are missing and will be installed:");
    println!("  {}", missing.join(" "));
    let install =
        [&["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"][..], &missing].concat();
    if !is_root()? && !process::exists("sudo") {
        return Err(format!(
            "Only root may install packages, and there is no sudo here. As root:\n  apt-get update\n  apt-get {}",
            install.join(" ")
        ));
    }
    // Another apt at work makes either step fail at once, whatever its lock option says. A source of somebody
    // else's that does not answer is no reason to stop: whether the install works is what counts.
    if let Err(error) = patiently(|| process::run(&mut apt(&["update", "-o", "DPkg::Lock::Timeout=300"])?)) {
        println!("  {error} Trying to install all the same.");
    }
    patiently(|| process::run(&mut apt(&install)?))?;
    let left = self::missing(&needed)?;
    if left.is_empty() { Ok(()) } else { Err(format!("Still missing after installing: {}.", left.join(" "))) }
}

/// Elsewhere the only honest thing is to say what is wanted, and to let the build go on if the essential is there.
fn not_debian(needed: &[&str]) -> Outcome {
    let found = |name: &str| process::output(process::command("pkg-config").args(["--exists", name])).is_ok();
    let libraries = ["webkit2gtk-4.1", "ayatana-appindicator3-0.1", "openssl"];
    let lacking: Vec<&str> = if process::exists("pkg-config") {
        libraries.into_iter().filter(|name| !found(name)).collect()
    } else {
        std::iter::once("pkg-config").chain(libraries).collect()
    };
    if lacking.is_empty() {
        return Ok(());
    }
    Err(format!(
        "This is not Debian or a relative of it, so nothing is installed from here. pkg-config does not find: {}.\n\
         What Debian calls it all, for finding it under your system's names:\n  {}",
        lacking.join(", "),
        needed.join(" ")
    ))
}

/// Which of these Debian packages are not installed.
fn missing<'a>(needed: &[&'a str]) -> Result<Vec<&'a str>, String> {
    // It fails when it does not know one of the names, and still lists the others.
    let listing = process::command("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .args(needed)
        .output()
        .map_err(|error| format!("`dpkg-query` could not be started: {error}"))?;
    Ok(not_installed(needed, &String::from_utf8_lossy(&listing.stdout)))
}

fn not_installed<'a>(needed: &[&'a str], listing: &str) -> Vec<&'a str> {
    let installed: Vec<&str> = listing.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    needed.iter().copied().filter(|name| !installed.contains(name)).collect()
}

fn is_root() -> Result<bool, String> {
    Ok(process::output(process::command("id").arg("-u"))?.trim() == "0")
}

fn apt(arguments: &[&str]) -> Result<Command, String> {
    let mut command = if is_root()? {
        process::command("apt-get")
    } else {
        let mut command = process::command("sudo");
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    // apt reads as a user of its own, who can't enter a private TMPDIR.
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env_remove("TMPDIR");
    Ok(command)
}

/// Three tries, for what another program can be in the way of.
fn patiently(mut step: impl FnMut() -> Outcome) -> Outcome {
    for pause in [10, 20] {
        match step() {
            Ok(()) => return Ok(()),
            Err(error) => println!("  {error} Once more in {pause} s."),
        }
        thread::sleep(Duration::from_secs(pause));
    }
    step()
}

fn node() -> Outcome {
    let absent =
        format!("Node {NODE} or newer (with npm) is needed to build the window's front end, and it is not here.");
    if !process::exists("node") || !process::exists("npm") {
        return Err(absent);
    }
    let version = process::output(process::command("node").arg("--version"))?;
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(format!("{absent} (`node --version` says {}.)", version.trim())),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs the npm packages of the front end (and of the tests), each only after its lock file changed.
fn front_end_packages(house: &House, purpose: For) -> Outcome {
    let mut folders = vec!["ui".to_owned()];
    if purpose == For::Test {
        folders.extend(test_packages(house)?);
    }
    for folder in folders {
        let lock = house.path(&folder).join("package-lock.json");
        let content = std::fs::read(&lock).map_err(|error| format!("{} can't be read: {error}", lock.display()))?;
        let print = house::fingerprint(&content);
        let stamp = house.memory()?.join(format!("npm-{}", folder.replace('/', "-")));
        let installed = house.path(&folder).join("node_modules").is_dir();
        if installed && std::fs::read_to_string(&stamp).is_ok_and(|known| known == print) {
            continue;
        }
        println!("Setting up: the npm packages of {folder}");
        process::run(npm(house, &folder).args(["ci", "--no-audit", "--no-fund"]))?;
        house::write(&stamp, print)?;
    }
    Ok(())
}

/// Fetches the library whose package carries the description of an API that tests hold us against, and which is
/// never built.
fn descriptions(house: &House) -> Outcome {
    let folder = house.path("tests/contract");
    let lock = folder.join("Cargo.lock");
    let content = std::fs::read(&lock).map_err(|error| format!("{} can't be read: {error}", lock.display()))?;
    let (print, stamp) = (house::fingerprint(&content), house.memory()?.join("contract"));
    if std::fs::read_to_string(&stamp).is_ok_and(|known| known == print) {
        return Ok(());
    }
    println!("Setting up: the API description in tests/contract");
    let mut cargo = process::cargo();
    process::run(cargo.current_dir(&folder).args(["fetch", "--locked", "--quiet"]))?;
    house::write(&stamp, print)
}

/// The folders of tests that have npm packages.
fn test_packages(house: &House) -> Result<Vec<String>, String> {
    let tests = house.path("tests");
    let entries = std::fs::read_dir(&tests).map_err(|error| format!("{} can't be read: {error}", tests.display()))?;
    let mut folders: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| has_packages(&entry.path()))
        .map(|entry| format!("tests/{}", entry.file_name().to_string_lossy()))
        .collect();
    folders.sort();
    Ok(folders)
}

fn has_packages(folder: &Path) -> bool {
    folder.join("package-lock.json").is_file()
}

/// npm in a folder of the repository.
pub fn npm(house: &House, folder: &str) -> Command {
    let mut command = process::command("npm");
    command.current_dir(house.path(folder));
    command
}

fn rust_tools() -> Outcome {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if process::output(process::cargo().args([tool, "--version"])).is_err() {
            return Err(format!("`cargo {tool}` is missing. With rustup: rustup component add {component}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{major, not_installed};

    #[test]
    fn only_what_is_really_installed_counts() {
        let listing = "gcc installed\nxvfb config-files\ngit not-installed\n";
        assert_eq!(not_installed(&["gcc", "xvfb", "git", "openbox"], listing), ["xvfb", "git", "openbox"]);
    }

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("twenty"), None);
    }
}

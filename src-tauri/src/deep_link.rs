//! Links that come back from the browser: parsed into a type at the edge, kept until the keeper is
//! there and the vault is open, then handed to the keeper.
//!
//! Any program can send a link, so a link does nothing by itself: only the keeper knows which
//! sign-in waits for it. Not here: reading what is in it beyond its shape.

use crate::{chores::Chores, events::Place, seat::Seat, window, words};
use drawbridge_domain::SecretString;
use drawbridge_keeper::{
    Code, Keeper, Problem,
    dto::{Event, SignIn, VaultState},
};
use std::time::Duration;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_deep_link::DeepLinkExt as _;
use tokio::sync::{Semaphore, broadcast::error::RecvError};
use url::Url;

/// Our scheme (RFC 8252 §7.1).
const SCHEME: &str = "dev.drawbridge.desktop";
/// Longer than any answer of an OAuth server.
const LONGEST: usize = 8 * 1024;
/// A sign-in ends after ten minutes; an answer that waits longer has nobody left to wait for it.
const PATIENCE: Duration = Duration::from_mins(10);
/// Answers that may wait at the same time. A person has one or two.
static WAITING: Semaphore = Semaphore::const_new(8);

/// What a link can be.
enum Link {
    /// The answer to a sign-in. Its text is a secret: there is a code in it.
    Return(SecretString),
}

impl Link {
    /// `dev.drawbridge.desktop:/oauth/callback?…`, the same with an installation's mark behind it, or
    /// either with two slashes.
    fn parse(url: &Url) -> Option<Self> {
        if url.scheme() != SCHEME || url.as_str().len() > LONGEST || url.fragment().is_some() {
            return None;
        }
        let place = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
        if !is_callback(place.trim_start_matches('/')) || url.port().is_some() || !url.username().is_empty() {
            return None;
        }
        let states = url.query_pairs().filter(|(name, _)| name == "state").count();
        (states == 1).then(|| Self::Return(SecretString::new(url.as_str().to_owned())))
    }
}

/// Whether a path is one that answers come to: the shared one, or one of an installation alone.
fn is_callback(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("oauth/callback") else { return false };
    let is_mark = |mark: &str| mark.len() == 20 && mark.bytes().all(|byte| byte.is_ascii_hexdigit());
    rest.is_empty() || rest.strip_prefix('/').is_some_and(is_mark)
}

/// Whether an argument claims to be one of our links.
pub fn has_our_scheme(argument: &str) -> bool {
    argument.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
        && argument[SCHEME.len()..].starts_with(':')
}

/// Takes the link this start came with, and those that come later.
pub fn listen(app: &AppHandle) {
    match app.deep_link().get_current() {
        Ok(links) => links.into_iter().flatten().for_each(|url| take(app, &url)),
        Err(error) => tracing::warn!(%error, "the start's link could not be read"),
    }
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            take(&handle, &url);
        }
    });
}

fn take(app: &AppHandle, url: &Url) {
    let Some(Link::Return(link)) = Link::parse(url) else {
        return tracing::warn!("a link that is no answer to a sign-in was ignored");
    };
    let Ok(place) = WAITING.try_acquire() else {
        return tracing::warn!("too many links at once; one was ignored");
    };
    let handle = app.clone();
    app.state::<Chores>().run(async move {
        match tokio::time::timeout(PATIENCE, answer(&handle, link)).await {
            Ok(Ok(sign_in)) => window::go_to(&handle, Place::SignIn { id: sign_in.id }),
            Ok(Err(problem)) if is_nobodys(&problem) => {
                tracing::warn!(code = ?problem.code, "a link that no sign-in waits for was ignored");
            }
            // The sign-in's page says what went wrong; the person has just come from the browser.
            Ok(Err(problem)) => {
                tracing::warn!(code = ?problem.code, "the sign-in was not completed");
                window::show(&handle);
            }
            Err(_) => tracing::warn!("a link waited too long and was dropped"),
        }
        drop(place);
    });
}

/// Whether a refusal means that no sign-in waits for the link: forged, replayed or late.
fn is_nobodys(problem: &Problem) -> bool {
    matches!(
        problem.code,
        Code::SignInUnknown | Code::SignInExpired | Code::InvalidInput | Code::VaultAbsent | Code::KeeperGone
    )
}

/// Hands the link in as soon as the keeper is here and its vault open.
async fn answer(app: &AppHandle, link: SecretString) -> Result<SignIn, Problem> {
    let keeper = app.state::<Seat>().keeper().await?;
    loop {
        wait_until_open(app, &keeper).await?;
        match keeper.sign_in_return(link.expose().clone()).await {
            // It was locked in the very moment; nothing has been used up.
            Err(problem) if problem.code == Code::VaultLocked => {}
            answered => return answered,
        }
    }
}

async fn wait_until_open(app: &AppHandle, keeper: &Keeper) -> Result<(), Problem> {
    let mut events = keeper.events();
    match keeper.vault_status().await?.state {
        VaultState::Open => return Ok(()),
        // Who came from the browser has to unlock before anything can go on.
        VaultState::Locked => window::show(app),
        VaultState::Absent | VaultState::Damaged | VaultState::TooNew => {
            return Err(words::no_vault_to_answer());
        }
    }
    loop {
        match events.recv().await {
            Ok(Event::Vault { state: VaultState::Open }) => return Ok(()),
            Err(RecvError::Lagged(_)) if keeper.vault_status().await?.state == VaultState::Open => return Ok(()),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => {
                return Err(words::keeper_ended());
            }
        }
    }
}

/// Makes us the program that opens our links, unless we are already.
pub async fn register(app: AppHandle) {
    let registered = tauri::async_runtime::spawn_blocking(move || registration::ensure(&app));
    if let Ok(Err(error)) = registered.await {
        // Sign-ins still come back by loopback or by pasting.
        tracing::warn!(%error, "links can't be registered with this system");
    }
}

#[cfg(target_os = "linux")]
mod registration {
    //! The desktop file that opens our links.

    use super::SCHEME;
    use std::{fs, io, path::Path};
    use tauri::{AppHandle, Manager as _};
    use tauri_plugin_deep_link::DeepLinkExt as _;

    type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

    /// Writes it and names it the default, if either is missing or names another program.
    pub fn ensure(app: &AppHandle) -> Outcome {
        let program = tauri::utils::platform::current_exe()?;
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = app.path().data_dir()?.join("applications").join(format!("{name}-handler.desktop"));
        let starts_us = fs::read_to_string(&file).is_ok_and(|text| starts(&text, &program));
        if starts_us && app.deep_link().is_registered(SCHEME)? {
            return Ok(());
        }
        app.deep_link().register_all()?;
        unquote(&file, &program)?;
        Ok(())
    }

    fn starts(desktop_file: &str, program: &Path) -> bool {
        let program = program.to_string_lossy();
        let (plain, quoted) = (format!("Exec={program} %u"), format!("Exec=\"{program}\" %u"));
        desktop_file.lines().any(|line| line == plain || line == quoted)
    }

    /// Older versions of xdg-open, where no desktop environment is known to them, fail on a quoted
    /// program; quotes are only needed around unusual characters.
    fn unquote(file: &Path, program: &Path) -> io::Result<()> {
        let program = program.to_string_lossy();
        if !program.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+".contains(&b)) {
            return Ok(());
        }
        let text = fs::read_to_string(file)?;
        fs::write(file, text.replace(&format!("Exec=\"{program}\" %u"), &format!("Exec={program} %u")))
    }

    #[cfg(test)]
    mod tests {
        use super::{starts, unquote};
        use std::path::Path;

        #[test]
        fn quotes_go_where_they_are_not_needed_and_stay_where_they_are() {
            let dir = tempfile::tempdir().expect("a folder");
            let file = dir.path().join("x.desktop");
            for (program, wanted) in [("/opt/a-b/x", "Exec=/opt/a-b/x %u"), ("/opt/a b/x", "Exec=\"/opt/a b/x\" %u")] {
                std::fs::write(&file, format!("[Desktop Entry]\nExec=\"{program}\" %u\n")).expect("written");
                unquote(&file, Path::new(program)).expect("rewritten");
                let text = std::fs::read_to_string(&file).expect("read");
                assert!(text.lines().any(|line| line == wanted), "{text} should have the line {wanted}");
                assert!(starts(&text, Path::new(program)), "the file starts {program}");
                assert!(!starts(&text, Path::new("/opt/other")), "and no other program");
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod registration {
    //! The system's own registry of schemes.

    use tauri::AppHandle;
    use tauri_plugin_deep_link::DeepLinkExt as _;

    /// Registers, unless we are already (on macOS the bundle says it, which is an error here and fine).
    pub fn ensure(app: &AppHandle) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if cfg!(target_os = "windows") && !app.deep_link().is_registered(super::SCHEME)? {
            app.deep_link().register_all()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, has_our_scheme};

    fn is_link(text: &str) -> bool {
        text.parse().is_ok_and(|url| Link::parse(&url).is_some())
    }

    #[test]
    fn both_spellings_of_the_return_are_read_and_nothing_else_is() {
        for good in [
            "dev.drawbridge.desktop:/oauth/callback?code=c&state=s",
            "dev.drawbridge.desktop:/oauth/callback/0123456789abcdef0123?code=c&state=s",
            "dev.drawbridge.desktop://oauth/callback/0123456789abcdef0123?code=c&state=s",
            "dev.drawbridge.desktop://oauth/callback?state=s&error=access_denied",
            "dev.drawbridge.desktop:///oauth/callback?state=s",
            "DEV.Drawbridge.Desktop:/oauth/callback?state=s",
        ] {
            assert!(is_link(good), "{good} is an answer");
        }
        let long = format!("dev.drawbridge.desktop:/oauth/callback?state=s&code={}", "c".repeat(9000));
        for bad in [
            "dev.drawbridge.desktop:/oauth/callback",
            "dev.drawbridge.desktop:/oauth/callback?state=a&state=b",
            "dev.drawbridge.desktop:/oauth/callback/other?state=s",
            "dev.drawbridge.desktop:/oauth/callback/0123456789abcdef0123/?state=s",
            "dev.drawbridge.desktop:/oauth/callback?state=s#token=t",
            "dev.drawbridge.desktop:/oauth/callback/../../vault?state=s",
            "dev.drawbridge.desktop://user@oauth/callback?state=s",
            "dev.drawbridge.desktop://oauth:1/callback?state=s",
            "dev.drawbridge.desktop:lock?state=s",
            "dev.drawbridge.desktopx:/oauth/callback?state=s",
            "https://oauth/callback?state=s",
            &long,
        ] {
            assert!(!is_link(bad), "{bad} is no answer");
        }
    }

    #[test]
    fn a_scheme_is_told_without_reading_the_rest() {
        assert!(has_our_scheme("dev.drawbridge.desktop:x") && has_our_scheme("DEV.drawbridge.desktop:/"));
        assert!(!has_our_scheme("--help") && !has_our_scheme("dev.drawbridge.desktop") && !has_our_scheme("é"));
    }
}

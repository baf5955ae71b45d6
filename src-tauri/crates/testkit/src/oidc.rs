//! An OAuth server that is not ours: npm's `oidc-provider`, driven by a short script, with a person
//! who always says yes.
//!
//! A simulator of our own could share our misunderstandings; this one can't. Not here: the client
//! that is proven with it.

use crate::browser::{Browser, BrowserError, Landing};
use serde::Deserialize;
use std::{
    io::{self, Read as _, Seek as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

const START: Duration = Duration::from_secs(60);

/// Why it could not be started.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The package is not installed.
    #[error("the independent OAuth server is not installed in {0}; `cargo xtask test` does that")]
    NotInstalled(PathBuf),
    /// Node could not be run.
    #[error("node could not be started")]
    Node(#[source] io::Error),
    /// It ended or kept silent instead of saying that it is ready.
    #[error("the independent OAuth server did not become ready: {0}")]
    NotReady(String),
}

/// What the script says when it is ready.
#[derive(Deserialize)]
struct Ready {
    issuer: String,
    address: String,
    public_client: String,
    basic_client: String,
    post_client: String,
    client_secret: String,
}

/// A running server. It ends when this is dropped.
///
/// Its clients may be returned to at `http://127.0.0.1:ANY/callback` and
/// `dev.drawbridge.desktop:/oauth/callback`, and may ask for the scopes `openid`, `offline_access`,
/// `repo`, `read:org`, `profile` and `email`. Programs may register themselves. Every use of a refresh token gives a new one, and a second use of the
/// same ends the grant. PKCE is required.
pub struct Server {
    /// The address it is known by, which is also the issuer that it names.
    pub issuer: String,
    /// The address it listens at: the same, unless something stands before it.
    pub address: String,
    /// A client without a secret.
    pub public_client: String,
    /// A client that sends its secret in `Authorization`.
    pub basic_client: String,
    /// A client that sends its secret in the body.
    pub post_client: String,
    /// The secret of both.
    pub client_secret: String,
    /// Ends with its standard input, so also when this process is killed.
    _process: Child,
}

impl Server {
    /// `{issuer}/auth`.
    pub fn authorize(&self) -> String {
        format!("{}/auth", self.issuer)
    }

    /// `{issuer}/token`.
    pub fn token(&self) -> String {
        format!("{}/token", self.issuer)
    }

    /// `{issuer}/device/auth`.
    pub fn device(&self) -> String {
        format!("{}/device/auth", self.issuer)
    }

    /// `{issuer}/token/revocation`.
    pub fn revocation(&self) -> String {
        format!("{}/token/revocation", self.issuer)
    }

    /// Whether the server itself says that a token works (RFC 7662).
    pub async fn knows(&self, token: &str) -> Result<bool, BrowserError> {
        let fields = [("token", token), ("client_id", &self.post_client), ("client_secret", &self.client_secret)];
        let page = Browser::new().post(&format!("{}/token/introspection", self.issuer), &fields).await?;
        page.json()["active"].as_bool().ok_or(BrowserError::NoForm(page.status, page.text()))
    }

    /// The clients that registered themselves and are there still.
    pub async fn registered(&self) -> Result<Vec<String>, BrowserError> {
        let page = Browser::new().get(&format!("{}/registered", self.address)).await?;
        serde_json::from_slice(&page.body).map_err(|_| BrowserError::NoForm(page.status, page.text()))
    }

    /// Whether a client without a secret is known: one that is not gets no further than its name.
    pub async fn knows_client(&self, id: &str) -> Result<bool, BrowserError> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "nothing"), ("client_id", id)];
        let page = Browser::new().post(&format!("{}/token", self.address), &fields).await?;
        match page.json()["error"].as_str() {
            Some("invalid_grant") => Ok(true),
            Some("invalid_client") => Ok(false),
            _ => Err(BrowserError::NoForm(page.status, page.text())),
        }
    }
}

/// Starts one whose access tokens work for an hour.
pub async fn start() -> Result<Server, OidcError> {
    start_with(Duration::from_hours(1)).await
}

/// Starts one whose access tokens work for so long.
pub async fn start_with(token_life: Duration) -> Result<Server, OidcError> {
    start_as(token_life, None).await
}

/// Starts one that is known by another address than its own, because something stands before it.
pub async fn start_as(token_life: Duration, known_by: Option<&str>) -> Result<Server, OidcError> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/oidc");
    if !folder.join("node_modules/oidc-provider").is_dir() {
        return Err(OidcError::NotInstalled(folder));
    }
    let complaints = tempfile::tempfile().map_err(OidcError::Node)?;
    let mut process = Command::new("node")
        .arg("server.mjs")
        .arg(token_life.as_secs().to_string())
        .args(known_by)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(complaints.try_clone().map_err(OidcError::Node)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(OidcError::Node)?;
    let Some(output) = process.stdout.take() else { return Err(OidcError::NotReady("no output".to_owned())) };
    let mut line = String::new();
    let mut output = BufReader::new(output);
    let read = tokio::time::timeout(START, output.read_line(&mut line)).await;
    let ready = match read {
        Ok(Ok(_)) => serde_json::from_str::<Ready>(&line).ok(),
        _ => None,
    };
    let Some(ready) = ready else { return Err(OidcError::NotReady(told(complaints))) };
    Ok(Server {
        issuer: ready.issuer,
        address: ready.address,
        public_client: ready.public_client,
        basic_client: ready.basic_client,
        post_client: ready.post_client,
        client_secret: ready.client_secret,
        _process: process,
    })
}

/// The beginning of what it complained about.
fn told(mut complaints: std::fs::File) -> String {
    let mut text = Vec::new();
    // What can't be read is not told; the error it belongs to is given anyway.
    let _ = complaints.rewind();
    let _ = complaints.take(4_096).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Opens a sign-in address, follows it through the person's consent with cookies, and gives the
/// whole address that the browser is sent back to. Nothing is delivered there.
/// With `login_hint=refuse` in the address the person says no.
pub async fn approve(authorize_url: &str) -> Result<String, BrowserError> {
    let url = url::Url::parse(authorize_url).map_err(|_| BrowserError::Elsewhere)?;
    let back = url.query_pairs().find(|(name, _)| name == "redirect_uri").map(|(_, value)| value.into_owned());
    match Browser::new().follow(authorize_url, back.as_deref().unwrap_or("http://127.0.0.1/callback")).await? {
        Landing::Back(address) => Ok(address),
        Landing::Page(page) => Err(BrowserError::NoReturn(page.status)),
    }
}

/// Types a device's code on the server's page and says yes to what it asks.
pub async fn approve_device(server: &Server, user_code: &str) -> Result<(), BrowserError> {
    let mut browser = Browser::new();
    let address = format!("{}/device", server.issuer);
    let mut page = browser.get(&address).await?;
    // First the code, then the confirmation: both forms carry a value against forgery.
    for step in [[("user_code", user_code), ("", "")], [("user_code", user_code), ("confirm", "yes")]] {
        let value = page.field("xsrf").ok_or_else(|| BrowserError::NoForm(page.status, page.text()))?;
        let fields: Vec<_> =
            [("xsrf", value.as_str())].into_iter().chain(step).filter(|(name, _)| !name.is_empty()).collect();
        page = browser.post(&address, &fields).await?;
    }
    // From there the person is led through sign-in and consent.
    if let Some(target) = page.header("location") {
        let next = page.url.join(target).map_err(|_| BrowserError::Elsewhere)?;
        match browser.follow(next.as_str(), "-").await? {
            Landing::Page(last) => page = last,
            Landing::Back(_) => return Err(BrowserError::Elsewhere),
        }
    }
    if page.status == 200 { Ok(()) } else { Err(BrowserError::NoReturn(page.status)) }
}

//! The person's browser, as far as a sign-in needs one: pages, redirects, cookies, one form.
//!
//! Speaks to loopback only. Not here: scripts, pictures, encrypted connections.

use http::{Method, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use url::{Host, Url};

const LONGEST: Duration = Duration::from_secs(20);
const LARGEST: usize = 64 * 1024 * 1024;
const REDIRECTS: usize = 20;

/// Why a visit failed.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The address can't be visited from here.
    #[error("not a page on this computer")]
    Elsewhere,
    /// The server did not answer, or not properly.
    #[error("the page could not be loaded: {0}")]
    Load(String),
    /// The page has no form to press a button on; its text is given.
    #[error("the page has no form (status {0}): {1}")]
    NoForm(u16, String),
    /// The way back never came.
    #[error("the sign-in led nowhere (status {0})")]
    NoReturn(u16),
}

/// A loaded page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its address.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: http::HeaderMap,
    /// Its content.
    pub body: Bytes,
}

impl Page {
    /// The content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The content as JSON; null if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The value of a field of its form.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    fn redirect(&self) -> Option<&str> {
        self.header("location").filter(|_| (300..400).contains(&self.status))
    }
}

/// A browser with its own cookies.
#[derive(Debug, Default)]
pub struct Browser {
    /// By host and port, then by name.
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Browser {
    /// One without any cookies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads one page, without following where it leads.
    pub async fn get(&mut self, url: &str) -> Result<Page, BrowserError> {
        self.send(Method::GET, url, &[], Bytes::new()).await
    }

    /// Loads one page with these request headers.
    pub async fn get_with(&mut self, url: &str, headers: &[(&str, &str)]) -> Result<Page, BrowserError> {
        self.send(Method::GET, url, headers, Bytes::new()).await
    }

    /// Sends a form.
    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Result<Page, BrowserError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, url, &headers, Bytes::from(body)).await
    }

    /// Sends any request. Cookies go along and are taken in.
    pub async fn send(
        &mut self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Page, BrowserError> {
        let url = Url::parse(url).map_err(|_| BrowserError::Elsewhere)?;
        let address = loopback(&url).ok_or(BrowserError::Elsewhere)?;
        let place = format!("{}:{}", url.host_str().unwrap_or_default(), address.port());
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(&url[url::Position::BeforePath..url::Position::AfterQuery])
            .header(header::HOST, &place);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies = self.cookies.entry(place).or_default();
        if !cookies.is_empty() {
            let all: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, all.join("; "));
        }
        let request = request.body(Full::new(body)).map_err(|error| BrowserError::Load(error.to_string()))?;
        let (head, body) = tokio::time::timeout(LONGEST, load(address, request))
            .await
            .map_err(|_| BrowserError::Load("it took too long".to_owned()))?
            .map_err(|error| BrowserError::Load(error.to_string()))?;
        for text in head.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let pair = text.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                let gone = value.is_empty() || text.to_ascii_lowercase().contains("expires=thu, 01 jan 1970");
                if gone {
                    cookies.remove(name.trim());
                } else {
                    cookies.insert(name.trim().to_owned(), value.trim().to_owned());
                }
            }
        }
        Ok(Page { url, status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Follows redirects from an address until a page that does not lead further, or until the
    /// address that the sign-in is to return to, which is not loaded.
    pub async fn follow(&mut self, url: &str, back_to: &str) -> Result<Landing, BrowserError> {
        let mut page = self.get(url).await?;
        for _ in 0..REDIRECTS {
            let Some(target) = page.redirect() else { return Ok(Landing::Page(page)) };
            let next = page.url.join(target).map_err(|_| BrowserError::Elsewhere)?;
            if target.starts_with(back_to) || next.as_str().starts_with(back_to) || loopback(&next).is_none() {
                return Ok(Landing::Back(target.to_owned()));
            }
            page = self.get(next.as_str()).await?;
        }
        Err(BrowserError::NoReturn(page.status))
    }
}

/// Where following redirects ended.
#[derive(Debug)]
pub enum Landing {
    /// At the address of return, with what it carries.
    Back(String),
    /// At a page.
    Page(Page),
}

/// Opens a sign-in address of the practice forge, presses "Approve" as its first user, and gives
/// the whole address that the browser was sent back to. Nothing is delivered there.
pub async fn approve(authorize_url: &str) -> Result<String, BrowserError> {
    decide(authorize_url, None, true).await
}

/// The same as another user.
pub async fn approve_as(authorize_url: &str, login: &str) -> Result<String, BrowserError> {
    decide(authorize_url, Some(login), true).await
}

/// The same with the other button.
pub async fn deny(authorize_url: &str) -> Result<String, BrowserError> {
    decide(authorize_url, None, false).await
}

async fn decide(authorize_url: &str, login: Option<&str>, approve: bool) -> Result<String, BrowserError> {
    let mut browser = Browser::new();
    let page = browser.get(authorize_url).await?;
    if let Some(target) = page.redirect() {
        return Ok(target.to_owned());
    }
    let Some(value) = page.field("authenticity_token") else {
        return Err(BrowserError::NoForm(page.status, page.text()));
    };
    let action = page.url.join("/login/oauth/authorize").map_err(|_| BrowserError::Elsewhere)?;
    let mut fields =
        vec![("authenticity_token", value.as_str()), ("decision", if approve { "approve" } else { "deny" })];
    fields.extend(login.map(|login| ("login", login)));
    let page = browser.post(action.as_str(), &fields).await?;
    page.redirect().map(str::to_owned).ok_or(BrowserError::NoReturn(page.status))
}

fn loopback(url: &Url) -> Option<SocketAddr> {
    let address = match url.host()? {
        Host::Ipv4(address) if address.is_loopback() => address.into(),
        Host::Ipv6(address) if address.is_loopback() => address.into(),
        Host::Domain("localhost") => std::net::Ipv4Addr::LOCALHOST.into(),
        _ => return None,
    };
    (url.scheme() == "http").then_some(())?;
    Some(SocketAddr::new(address, url.port_or_known_default()?))
}

/// One connection, one request.
async fn load(
    address: SocketAddr,
    request: hyper::Request<Full<Bytes>>,
) -> Result<(http::response::Parts, Bytes), Box<dyn std::error::Error + Send + Sync>> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
    let exchange = async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await?.to_bytes();
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((head, body))
    };
    // The connection is driven here rather than in a task of its own, so that it ends with this.
    tokio::pin!(exchange);
    tokio::select! {
        biased;
        done = &mut exchange => done,
        ended = connection => {
            ended?;
            exchange.await
        }
    }
}

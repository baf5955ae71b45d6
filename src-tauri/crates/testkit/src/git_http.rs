//! Real git over HTTP on loopback: `git http-backend` behind a small server that may want a password, send
//! elsewhere or break off, and that writes down what it was shown.
//!
//! Not here: the API of a forge (`forge`).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// A caller that says nothing for so long is let go.
const PATIENCE: Duration = Duration::from_secs(20);
const MOST: u64 = 64 << 20;

/// How the server behaves.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// The user and password it wants; none for anybody.
    pub password: Option<(String, String)>,
    /// Where it sends callers instead, once they have shown the password.
    pub elsewhere: Option<String>,
    /// After how many bytes of what was asked for it breaks off.
    pub breaks_after: Option<usize>,
}

/// One request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where to, with its query.
    pub path: String,
    /// What was shown, as it came.
    pub authorization: Option<String>,
}

#[derive(Default)]
struct State {
    manner: Manner,
    calls: Vec<Call>,
}

/// The server over a folder of bare repositories. It goes on until the program ends.
pub struct GitServer {
    address: SocketAddr,
    root: PathBuf,
    state: Arc<Mutex<State>>,
}

impl GitServer {
    /// Starts it over an empty folder.
    pub fn start(root: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, folder) = (Arc::clone(&state), root.to_owned());
        thread::spawn(move || {
            for caller in listener.incoming().filter_map(Result::ok) {
                let (state, folder) = (Arc::clone(&shared), folder.clone());
                // A caller that leaves half-way is no fault of the server.
                thread::spawn(move || drop(answer(&caller, &folder, &state)));
            }
        });
        Ok(Self { address, root: root.to_owned(), state })
    }

    /// The address of a repository: `owner/name`.
    pub fn url(&self, full_name: &str) -> String {
        format!("http://{}/{full_name}.git", self.address)
    }

    /// Where a repository's bare folder is.
    pub fn folder(&self, full_name: &str) -> PathBuf {
        self.root.join(format!("{full_name}.git"))
    }

    /// Makes an empty repository.
    pub fn add(&self, full_name: &str) -> io::Result<()> {
        let folder = self.folder(full_name);
        std::fs::create_dir_all(&folder)?;
        self.git(full_name, &["init", "--quiet", "--bare", "--initial-branch=main", "."]).map(drop)
    }

    /// Commits files on a branch, on top of what is there; returns the commit.
    pub fn commit(&self, full_name: &str, branch: &str, files: &[(&str, &str)]) -> io::Result<String> {
        let mut stream = format!("commit refs/heads/{branch}\n");
        stream.push_str("committer Mara <mara@example.org> 1795334400 +0000\ndata 4\nwork\n");
        if self.git(full_name, &["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}")]).is_ok() {
            stream.extend(["from refs/heads/", branch, "^0\n"]);
        }
        for (path, text) in files {
            let length = text.len().to_string();
            stream.extend(["M 100644 inline ", path, "\ndata ", &length, "\n", text, "\n"]);
        }
        self.git_with(full_name, &["fast-import", "--quiet", "--force"], stream.as_bytes())?;
        self.git(full_name, &["rev-parse", &format!("refs/heads/{branch}")])
    }

    /// Runs git in a repository's folder, and returns what it printed.
    pub fn git(&self, full_name: &str, arguments: &[&str]) -> io::Result<String> {
        self.git_with(full_name, arguments, b"")
    }

    fn git_with(&self, full_name: &str, arguments: &[&str], input: &[u8]) -> io::Result<String> {
        let mut git = quiet_git(&self.folder(full_name)).args(arguments).stdin(Stdio::piped()).spawn()?;
        if let Some(mut pipe) = git.stdin.take() {
            pipe.write_all(input)?;
        }
        let done = git.wait_with_output()?;
        if !done.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()));
        }
        Ok(String::from_utf8_lossy(&done.stdout).trim_end().to_owned())
    }

    /// Changes how it behaves.
    pub fn behave(&self, manner: Manner) {
        self.lock().manner = manner;
    }

    /// What came since the last time this was asked.
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.lock().calls)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Git in a folder, without anything of the person who runs the tests.
fn quiet_git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    git
}

fn read(caller: &TcpStream) -> io::Result<Asked> {
    let mut lines = BufReader::new(caller.take(MOST));
    let mut first = String::new();
    lines.read_line(&mut first)?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked")) {
        read_chunks(&mut lines, &mut body)?;
    } else {
        let length = headers.get("content-length").and_then(|text: &String| text.parse().ok()).unwrap_or(0);
        lines.take(length).read_to_end(&mut body)?;
    }
    Ok(Asked { method, target, headers, body })
}

/// RFC 9112 §7.1.
fn read_chunks(lines: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let mut size = String::new();
        lines.read_line(&mut size)?;
        let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        lines.take(size).read_to_end(body)?;
        let mut end = String::new();
        lines.read_line(&mut end)?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn answer(mut caller: &TcpStream, root: &Path, state: &Mutex<State>) -> io::Result<()> {
    caller.set_read_timeout(Some(PATIENCE))?;
    let asked = read(caller)?;
    let shown = asked.headers.get("authorization").cloned();
    let manner = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls.push(Call { path: asked.target.clone(), authorization: shown.clone() });
        state.manner.clone()
    };
    let short =
        |status: &str, more: &str| format!("HTTP/1.1 {status}\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    let wanted = manner.password.as_ref();
    let wanted =
        wanted.map(|(user, password)| format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))));
    if wanted.is_some() && shown != wanted {
        let reply = short("401 Unauthorized", "www-authenticate: Basic realm=\"git\"\r\n");
        return caller.write_all(reply.as_bytes());
    }
    if let Some(elsewhere) = &manner.elsewhere {
        let location = format!("location: {elsewhere}{}\r\n", asked.target);
        return caller.write_all(short("302 Found", &location).as_bytes());
    }
    let whole = backend(&asked, root)?;
    let sent = match manner.breaks_after {
        Some(most) if asked.method == "POST" => whole.get(..most).unwrap_or(&whole),
        _ => &whole,
    };
    caller.write_all(sent)
}

/// What `git http-backend` (CGI, RFC 3875) answers, as a whole HTTP answer.
fn backend(asked: &Asked, root: &Path) -> io::Result<Vec<u8>> {
    let Served { status, headers, body } = served(asked, root)?;
    let mut whole = format!("HTTP/1.1 {status}\r\n{headers}\r\nconnection: close\r\n").into_bytes();
    whole.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    whole.extend_from_slice(&body);
    Ok(whole)
}

/// A request as the backend is asked.
pub(crate) struct Asked {
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// By lower-case name.
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// What the backend answers.
pub(crate) struct Served {
    /// The code with its reason.
    pub status: String,
    /// The other header lines.
    pub headers: String,
    pub body: Vec<u8>,
}

/// Asks `git http-backend` over a folder of bare repositories.
pub(crate) fn served(asked: &Asked, root: &Path) -> io::Result<Served> {
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    let header = |name: &str| asked.headers.get(name).map_or("", String::as_str);
    let mut git = quiet_git(root)
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &asked.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", asked.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .spawn()?;
    let (mut pipe, body) = (git.stdin.take(), asked.body.clone());
    let feeding = thread::spawn(move || pipe.as_mut().map_or(Ok(()), |pipe| pipe.write_all(&body)));
    let done = git.wait_with_output()?;
    // It may end before it has read everything.
    let _ = feeding.join();
    let split = done.stdout.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(split) = split else { return Err(io::Error::other("no answer of the backend")) };
    let (head, body) = (String::from_utf8_lossy(&done.stdout[..split]).into_owned(), &done.stdout[split + 4..]);
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
    let others: Vec<&str> = head.lines().filter(|line| !line.starts_with("Status: ")).collect();
    Ok(Served { status, headers: others.join("\r\n"), body: body.to_vec() })
}

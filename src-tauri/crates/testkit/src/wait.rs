//! Waiting for what happens outside a test's own process, by the system's own signs and with a
//! limit: a process that ends, a folder in which something changes, a line that is printed.
//!
//! Not here: waiting within the process; channels and `tokio::time::timeout` do that.

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::{AsFd as _, OwnedFd},
    fs::inotify,
    process::{Pid, PidfdFlags, pidfd_open},
};
use std::{
    io::{self, BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, ExitStatus},
    sync::mpsc,
    time::{Duration, Instant},
};

/// Waits until a process has ended; one whose parent has not looked yet has ended. False when the
/// limit is over first.
pub fn process_end(process: u32, limit: Duration) -> io::Result<bool> {
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    };
    match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(file) => readable(&file, Instant::now() + limit),
        Err(rustix::io::Errno::SRCH) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Waits for a child's end; none when the limit is over first.
pub fn child_end(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    if process_end(child.id(), limit)? { child.wait().map(Some) } else { Ok(None) }
}

/// Waits until a condition on what lies in a folder is met: looks now, and again whenever something
/// was made, moved, written or removed there. False when the limit is over first.
pub fn folder(folder: &Path, limit: Duration, mut met: impl FnMut() -> bool) -> io::Result<bool> {
    use inotify::WatchFlags;
    let signs = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
    let changes = WatchFlags::CREATE
        | WatchFlags::DELETE
        | WatchFlags::MOVED_FROM
        | WatchFlags::MOVED_TO
        | WatchFlags::CLOSE_WRITE
        | WatchFlags::MODIFY;
    inotify::add_watch(&signs, folder, changes)?;
    let ends = Instant::now() + limit;
    let mut part = [0; 4096];
    // Watched before the first look, so nothing falls between the two.
    while !met() {
        if !readable(&signs, ends)? {
            return Ok(met());
        }
        while rustix::io::read(&signs, &mut part).is_ok_and(|count| count > 0) {}
    }
    Ok(true)
}

/// The first line a child prints, and the rest of its output to read on; none when the limit is over
/// or the output ends first.
pub fn first_line(output: ChildStdout, limit: Duration) -> Option<(String, BufReader<ChildStdout>)> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(output);
        let mut line = String::new();
        if lines.read_line(&mut line).is_ok_and(|count| count > 0) {
            // Nobody waits any more once the limit is over.
            let _ = sender.send((line, lines));
        }
    });
    receiver.recv_timeout(limit).ok()
}

fn readable(file: &OwnedFd, ends: Instant) -> io::Result<bool> {
    loop {
        let left = ends.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        match poll(&mut [PollFd::from_borrowed_fd(file.as_fd(), PollFlags::IN)], Some(&left)) {
            Ok(count) => return Ok(count > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn a_process_is_waited_for_and_one_that_stays_is_said() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().expect("starts");
        assert!(!process_end(child.id(), Duration::ZERO).expect("asked"), "it lives");
        assert!(child_end(&mut child, Duration::ZERO).expect("asked").is_none());
        drop(child.stdin.take());
        assert!(child_end(&mut child, LIMIT).expect("asked").expect("it ended").success());
        assert!(process_end(child.id(), LIMIT).expect("asked"), "one that is gone has ended");
    }

    #[test]
    fn a_folder_is_looked_at_whenever_something_changed() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("sign");
        assert!(!folder(place.path(), Duration::ZERO, || file.exists()).expect("watched"));
        let writer = std::thread::spawn({
            let file = file.clone();
            move || std::fs::write(file, "here").expect("written")
        });
        assert!(folder(place.path(), LIMIT, || file.exists()).expect("watched"));
        writer.join().expect("written");
    }

    #[test]
    fn the_first_line_comes_as_soon_as_it_is_printed() {
        let mut child = Command::new("sh");
        let child = child.args(["-c", "echo one; read rest; echo $rest"]);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
        let (line, mut rest) = first_line(child.stdout.take().expect("piped"), LIMIT).expect("a line");
        assert_eq!(line, "one\n");
        io::Write::write_all(&mut child.stdin.take().expect("piped"), b"two\n").expect("sent");
        let mut second = String::new();
        rest.read_line(&mut second).expect("read");
        assert_eq!(second, "two\n");
        assert!(child.wait().expect("ends").success());
    }
}

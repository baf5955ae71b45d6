//! What memory this process takes, as Linux tells it.

use std::fs;

/// Bytes in memory now.
pub fn now() -> u64 {
    status("VmRSS:")
}

/// The most there ever were since the last [`forget_peak`].
pub fn peak() -> u64 {
    status("VmHWM:")
}

/// From here on the peak counts anew.
pub fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

pub fn shown(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

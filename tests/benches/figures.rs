//! Figures, and the table they are printed in.

use std::time::{Duration, Instant};

/// Durations of the same thing done again and again.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Does something and notes how long it took.
    pub fn note<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        self.0.push(start.elapsed());
        done
    }

    /// The same for something that is waited for.
    pub async fn note_async<T>(&mut self, work: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let done = work.await;
        self.0.push(start.elapsed());
        done
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many percent stay under.
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or_default()
    }

    pub fn median(&self) -> Duration {
        self.percentile(50)
    }
}

/// How long something took, once.
pub async fn time<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let done = work.await;
    (done, start.elapsed())
}

/// The heading of a table.
pub fn heading(text: &str) {
    println!("\n{text}");
}

/// A line of it: what, its figure, and what that means.
pub fn line(what: &str, figure: &str, meaning: &str) {
    println!("  {what:<48} {figure:>12}  {meaning}");
}

/// A line with a time.
pub fn time_line(what: &str, took: Duration, meaning: &str) {
    line(what, &millis(took), meaning);
}

pub fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1_000.0;
    if millis < 10.0 { format!("{millis:.2} ms") } else { format!("{millis:.0} ms") }
}

/// How many times the second the first is.
pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

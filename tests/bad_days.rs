//! Thousands of bad days of one account each, by dice: nothing is lost, nothing is sent twice and
//! nothing wrong is said.
//!
//! Not here: what each bad day leads to by itself (`connections`).

use crate::{
    chance::Dice,
    connections::{Bench, HOUR, ROTATES},
};
use drawbridge_domain::Health;
use drawbridge_testkit::fault::{Fault, Rules};
use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

/// About as many waits as a renewal has; some end well before.
const STEPS: u64 = 16;

fn bad_day(dice: &mut Dice) -> Fault {
    match dice.roll(9) {
        0 => Fault::NotReached,
        1 => Fault::ReplyLost,
        2 => Fault::ReplyCut,
        3 => Fault::Status([500, 503, 429, 404][usize::try_from(dice.roll(4)).expect("small")]),
        4 => Fault::GatewayAfter(502),
        5 => Fault::Portal,
        6 => Fault::Redirect,
        7 => Fault::FewerScopes,
        _ => Fault::Slow(Duration::from_millis(dice.roll(6))),
    }
}

/// What came of many runs.
#[derive(Debug, Default)]
struct Sum {
    runs: u32,
    crashes: u32,
    renewals: u32,
    asked_for_a_sign_in: u32,
    /// Grants that live, and nobody here could know it: what was sent may have been carried out.
    unclear: u32,
    /// Grants that live, after a crash in which the server heard nothing: it came after the note that a
    /// renewal begins and before its request.
    noted_only: u32,
    lost_by_us: u32,
    wrong_words: u32,
    sent_twice: u32,
}

/// Goes so many steps of some work, from one wait to the next, and drops it there; true if it had
/// come to its end before.
async fn steps(mut work: impl Future + Unpin, mut left: u64) -> bool {
    poll_fn(|context| match Pin::new(&mut work).poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// One account's bad days. `stays` and `grace` are the server's rules.
async fn run(bench: &Bench, seed: u64, stays: bool, grace: bool, sum: &mut Sum) {
    let mut dice = Dice::new(seed);
    let subject = format!("s{seed}");
    let account = bench.connect(&subject).await;
    // Whether what was sent last may or may not have been carried out: nobody could know.
    let (mut unclear, mut crashed, mut stolen) = (false, false, false);
    let mut may_be_unheard = false;
    for _ in 0..=dice.roll(5) {
        bench.clock.advance(Duration::from_secs(dice.roll(5 * 60 * 60)));
        if dice.roll(2) == 0 {
            let days: Vec<Fault> = (0..=dice.roll(2)).map(|_| bad_day(&mut dice)).collect();
            may_be_unheard = days.contains(&Fault::NotReached);
            bench.server.script(days);
        }
        match dice.roll(30) {
            0 => bench.server.withdraw(&subject),
            1 if !stays => {
                bench.server.steal(&subject);
                stolen = true;
            }
            _ => {}
        }
        let (sent, renewals) = (bench.server.token_requests(), bench.server.truth(&subject).renewals);
        if dice.roll(4) == 0 {
            // The keeper dies in the middle: what it was doing is dropped where it waits for something.
            let checked = Box::pin(bench.check(&account));
            if !steps(checked, dice.roll(STEPS)).await {
                sum.crashes += 1;
                // The server may still be at it.
                bench.server.quiet().await;
                crashed = true;
                unclear |= bench.server.token_requests() > sent;
            }
        } else if bench.check(&account).await.is_ok() {
            let truth = bench.server.truth(&subject);
            if truth.renewals > renewals && truth.told {
                // What came of this renewal is known, whatever was in doubt before.
                (unclear, crashed) = (false, false);
            }
        }
        unclear |= may_be_unheard && bench.server.token_requests() > sent;
    }
    bench.server.script([]);
    let mut works = false;
    for _ in 0..3 {
        bench.clock.advance(2 * HOUR);
        works = bench.check(&account).await.is_ok();
        if works {
            break;
        }
    }
    let truth = bench.server.truth(&subject);
    let now = bench.show(&account).await;
    sum.runs += 1;
    sum.renewals += truth.renewals;
    if !works {
        sum.asked_for_a_sign_in += 1;
        let lost = unclear || !truth.told;
        sum.unclear += u32::from(lost && truth.alive);
        let noted_only = crashed && !lost;
        sum.noted_only += u32::from(noted_only && truth.alive && !stolen);
        // A grant that works, whose last pair we were told, is one we lost.
        if truth.alive && !lost && !noted_only && !stolen {
            sum.lost_by_us += 1;
            println!("seed {seed}: lost: {truth:?} {} {:?}", now.state, bench.history(&account).await);
        }
        let right = now.health == Health::NeedsYou
            && match truth.ended_by {
                Some("withdrawn") => {
                    now.state.contains("ended this sign-in")
                        || (lost || noted_only || stolen) && now.state.contains("reply")
                }
                Some("reuse") => now.state.contains("used somewhere else") || now.state.contains("reply"),
                _ => now.state.contains("reply") || stolen,
            };
        if !right {
            sum.wrong_words += 1;
            println!(
                "seed {seed}: wrong: {truth:?} {} {:?} {:?}",
                now.state,
                now.health,
                bench.history(&account).await
            );
        }
    } else if !truth.alive {
        sum.wrong_words += 1;
        println!("seed {seed}: works although it ended: {truth:?}");
    }
    // A spent token goes out only where somebody else spent it, or once within a documented grace.
    if truth.reuses > u32::from(stolen) && !stays && !grace {
        sum.sent_twice += 1;
        println!("seed {seed}: sent twice: {truth:?} {:?}", bench.history(&account).await);
    }
    bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_many_bad_days_nothing_is_lost_and_nothing_wrong_is_said() {
    let all = std::env::var_os("DRAWBRIDGE_SWEEP").is_some_and(|sweep| sweep == "all");
    let runs = if all { 800 } else { 60 };
    let mut sum = Sum::default();
    let kinds = [
        (Rules::default(), ROTATES, false, false),
        (Rules { rotates: false, ..Rules::default() }, "rotation = \"stays\"", true, false),
        (
            Rules { grace: Some(Duration::from_secs(600)), ..Rules::default() },
            "rotation = \"rotates\"\ngrace = \"10m\"",
            false,
            true,
        ),
    ];
    for (kind, (rules, life, stays, grace)) in kinds.into_iter().enumerate() {
        let bench = Bench::start(rules, "", life).await;
        for seed in 0..runs {
            run(&bench, kind as u64 * 1_000_000 + seed, stays, grace, &mut sum).await;
        }
    }
    println!("{sum:?}");
    assert_eq!((sum.lost_by_us, sum.wrong_words, sum.sent_twice), (0, 0, 0), "{sum:?}");
    // Where between the two a crash falls is chance; a keeper that asked after every one would be far above.
    assert!(sum.noted_only < sum.crashes / 4, "a crash alone is no reason to ask for a sign-in: {sum:?}");
    assert!(sum.crashes > sum.runs / 20 && sum.renewals > sum.runs / 2, "the days were bad enough: {sum:?}");
}

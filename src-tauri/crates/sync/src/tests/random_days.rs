//! Many random bad days in a row, and one rule that none of them may break.

use super::{
    Case,
    chance::Dice,
    forge::{Fault, World},
};
use crate::Ending;
use drawbridge_domain::ForgeRepository;
use std::{collections::BTreeSet, time::Duration};

/// The promise itself: whatever goes wrong, nothing that the forge still shows is removed, and when
/// it behaves again the list is exactly right.
#[tokio::test(flavor = "multi_thread")]
async fn no_random_faults_ever_remove_what_the_forge_still_shows() {
    const SOME: u64 = 60;
    const ALL: u64 = 2_000;
    const RUNS: usize = 10;
    #[expect(clippy::disallowed_methods, reason = "`cargo xtask sweep` asks for all of them")]
    let seeds = if std::env::var("DRAWBRIDGE_SWEEP").is_ok_and(|which| which == "all") { ALL } else { SOME };
    let mut endings = BTreeSet::new();
    let mut removed = 0;
    for seed in 0..seeds {
        let dice = Dice::new(seed);
        let (size, page_size) = (dice.below(60), 1 + dice.below(12));
        // Every third forge names each page by the one before.
        let world = if seed % 3 == 0 { World::by_keyset(size, page_size) } else { World::new(size, page_size) };
        let tells = seed % 2 == 0;
        let mut case = Case::new(if tells { world.telling_changes() } else { world }).await;
        // Every other one is written as it comes.
        case.kept_at_once = if dice.one_in(2) { 1 + dice.below(10) } else { case.kept_at_once };
        for run in 0..RUNS {
            let before = case.reached().await;
            change(&dice, &mut case.forge.world());
            case.cancel = tokio_util::sync::CancellationToken::new();
            let (cancel, luck) = (case.cancel.clone(), Dice::new(seed * 1_000 + run as u64));
            let bad = [0, 0, 4, 15, 60][dice.below(5)];
            case.forge.on_request(move |_, world| {
                if bad == 0 {
                    return None;
                }
                if luck.one_in(bad) {
                    change(&luck, world);
                }
                if luck.one_in(bad * 20) {
                    cancel.cancel();
                }
                luck.one_in(bad).then(|| fault(&luck))
            });
            let outcome = case.sync().await;
            let told = format!("seed {seed}, run {run}, {outcome:?}");
            let reached = case.reached().await;
            {
                let world = case.forge.world();
                let lost = before
                    .difference(&reached)
                    .filter(|id| world.repositories.iter().chain(&world.unlisted).any(|shown| shown.forge_id == **id));
                assert_eq!(lost.count(), 0, "{told}");
            }
            removed += outcome.removed;
            let ending = format!("{:?}", outcome.ending);
            endings.insert(ending.split([' ', '{']).next().unwrap_or_default().to_owned());
        }
        case.forge.behave();
        case.cancel = tokio_util::sync::CancellationToken::new();
        if case.sync().await.ending == Ending::Complete {
            let known = case.rows().await;
            let told = |one: &ForgeRepository| known.iter().any(|row| row.forge == *one);
            assert!(case.forge.world().changed().all(told), "seed {seed}: what changed is as it is now");
        }
        // What is not told by changes is by the whole listing.
        case.later(Duration::from_hours(25));
        let outcome = case.sync().await;
        if outcome.ending == Ending::Complete {
            let world = case.forge.world().clone();
            let shown: BTreeSet<String> =
                world.repositories.iter().map(|repository| repository.forge_id.clone()).collect();
            let visible: BTreeSet<String> = world
                .repositories
                .iter()
                .chain(&world.unlisted)
                .map(|repository| repository.forge_id.clone())
                .collect();
            let reached = case.reached().await;
            assert!(reached.is_superset(&shown), "seed {seed}: everything listed is there");
            assert!(reached.is_subset(&visible), "seed {seed}: nothing else is");
        }
    }
    println!("{} runs, {removed} removals, {} endings", seeds * RUNS as u64, endings.len());
    assert!(removed > 50, "the runs must remove things, or they prove nothing: {removed}");
    assert!(endings.len() >= 6, "the runs must end in many ways: {endings:?}");
}

fn fault(dice: &Dice) -> Fault {
    let limit = [Duration::ZERO, Duration::from_micros(100), Duration::from_secs(3_600)][dice.below(3)];
    let faults = [
        Fault::Server,
        Fault::Server,
        Fault::Unreachable,
        Fault::Limited(limit),
        Fault::Forbidden,
        Fault::Unauthorized,
        Fault::Malformed,
        Fault::Partial,
    ];
    faults[dice.below(faults.len())]
}

/// Something a day brings: pushes, additions at either end, deletions, renames, a name given away.
fn change(dice: &Dice, world: &mut World) {
    for _ in 0..dice.below(4) {
        let size = world.repositories.len();
        match dice.below(7) {
            0 | 1 => {
                world.add();
            }
            2 => {
                world.insert(dice.below(size + 1));
            }
            3 | 4 if size > 0 => {
                world.repositories.remove(dice.below(size));
            }
            5 if size > 0 => {
                let name = format!("renamed-{}", dice.below(1_000_000));
                world.rename(dice.below(size), &name);
            }
            6 if size > 1 => {
                let hidden = world.repositories.remove(dice.below(size));
                world.unlisted.push(hidden);
            }
            _ if size > 0 => {
                let place = dice.below(size);
                world.push(place);
            }
            _ => {}
        }
    }
}

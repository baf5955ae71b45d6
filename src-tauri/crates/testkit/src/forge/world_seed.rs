//! Makes a world out of a seed: the same seed and day give the same world, whatever its size.
//!
//! Not here: the words themselves (see `words`).

use super::{
    words::{FLAVOURS, KINDS, LICENCES, ORGANISATIONS, OWN_KINDS, OWN_SUBJECTS, PEOPLE, PERSONAL, TOPICS, UNUSUAL},
    world::{Owner, Repository, World},
};
use drawbridge_domain::{Permission, Timestamp, Visibility};
use std::time::Duration;

const DAY: u64 = 24 * 60 * 60;

/// Cheap pseudo-random numbers (splitmix64): only their variety matters here.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to just below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    fn small(&mut self, end: u32) -> u32 {
        u32::try_from(self.below(u64::from(end))).unwrap_or(0)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        &from[index]
    }

    /// Many small numbers, few large ones.
    fn skewed(&mut self, end: u64) -> u64 {
        let first = self.below(end);
        let second = self.below(first + 1);
        self.below(second + 1)
    }
}

/// A world with `users` people who can sign in and `repositories` that the first of them reaches.
pub(super) fn grow(seed: u64, users: usize, repositories: usize, nested: bool, today: Timestamp) -> World {
    let mut dice = Dice(seed);
    let mut world = World::new(users.clamp(1, PEOPLE.len() - 3));
    for (index, (login, name)) in PEOPLE.iter().enumerate() {
        world.owners.push(Owner {
            id: 40_211_000 + index as u64 * 7_919,
            login: (*login).to_owned(),
            organisation: false,
            parent: None,
            name: Some((*name).to_owned()),
            email: Some(format!("{login}@mail.example")),
            about: None,
            created_at: today.minus(Duration::from_secs(DAY * (1_500 + 211 * index as u64))),
            revision: 0,
        });
    }
    for (index, words) in ORGANISATIONS.iter().enumerate() {
        let place = world.owners.len();
        world.owners.push(Owner {
            id: 61_870_000 + index as u64 * 10_007,
            login: words.login.to_owned(),
            organisation: true,
            parent: None,
            name: Some(words.name.to_owned()),
            email: None,
            about: Some(words.about.to_owned()),
            created_at: today.minus(Duration::from_secs(DAY * (700 + 97 * index as u64))),
            revision: 0,
        });
        // The first user is in all of them, each further one in every second, every third …
        world.members.extend((0..world.users).filter(|user| index % (user + 1) == 0).map(|user| (user, place)));
    }
    if nested {
        nest(&mut world, today);
    }
    for index in 0..repositories {
        let one = invent(&mut dice, &world, index as u64, today);
        world.add(one);
    }
    world
}

/// Where a repository of an owner lies: every third one in a group within, every ninth one level deeper, where
/// there are such groups.
fn home(world: &World, owner: usize, index: u64) -> usize {
    let deeper = if index.is_multiple_of(9) { 2 } else { usize::from(index.is_multiple_of(3)) };
    (0..deeper)
        .fold(owner, |above, _| world.owners.iter().position(|group| group.parent == Some(above)).unwrap_or(above))
}

/// A group in every organisation, and one more within that.
fn nest(world: &mut World, today: Timestamp) {
    for (index, words) in ORGANISATIONS.iter().enumerate() {
        let mut parent = PEOPLE.len() + index;
        let mut login = words.login.to_owned();
        for (level, name) in ["platform", "internal-tools"].into_iter().enumerate() {
            login = format!("{login}/{name}");
            let place = world.owners.len();
            world.owners.push(Owner {
                id: 71_000_000 + (index * 2 + level) as u64 * 4_001,
                login: login.clone(),
                organisation: true,
                parent: Some(parent),
                name: Some(capitalised(&name.replace('-', " "))),
                email: None,
                about: None,
                created_at: today.minus(Duration::from_secs(DAY * (600 + 31 * index as u64))),
                revision: 0,
            });
            parent = place;
        }
    }
}

/// One more repository with a name that is still free.
fn invent(dice: &mut Dice, world: &World, index: u64, today: Timestamp) -> Repository {
    let people = PEOPLE.len();
    let (owner, collaborators) = match dice.below(100) {
        0..10 => (0, Vec::new()),
        10..17 => {
            let owner = people - 1 - usize::try_from(dice.below((people - world.users) as u64)).unwrap_or(0);
            let level = [Permission::Read, Permission::Triage, Permission::Write, Permission::Maintain];
            let users = (0..world.users).filter(|&user| user == 0 || dice.chance(30)).collect::<Vec<_>>();
            (owner, users.into_iter().map(|user| (user, *dice.pick(&level))).collect())
        }
        _ => {
            let mut share = dice.small(ORGANISATIONS.iter().map(|words| words.share).sum());
            let at = ORGANISATIONS.iter().position(|words| {
                let here = share < words.share;
                share = share.saturating_sub(words.share);
                here
            });
            (people + at.unwrap_or(0), Vec::new())
        }
    };
    let home = home(world, owner, index);
    let (name, language, sentence) = about(dice, world, owner, home);
    let created_at = today.minus(Duration::from_secs(DAY * (1 + dice.below(365 * 9)) + dice.below(DAY)));
    let age = today.since(created_at).as_secs();
    let pushed_at = today.minus(Duration::from_secs(dice.skewed(age)));
    let visibility = match dice.below(100) {
        0..58 => Visibility::Private,
        // Only organisations have internal ones.
        58..66 if owner >= people => Visibility::Internal,
        _ => Visibility::Public,
    };
    let archived = name.ends_with("archive") || dice.chance(8);
    let template = name.ends_with("template");
    let description = match dice.below(100) {
        0..12 => None,
        12..16 => Some((*dice.pick(UNUSUAL)).to_owned()),
        _ => Some(sentence),
    };
    let levels = [Permission::Read, Permission::Triage, Permission::Write, Permission::Maintain, Permission::Admin];
    Repository {
        // One in fifty lies beyond 32 bits, as new ones will one day.
        id: if index % 50 == 49 { 5_000_000_000 } else { 210_000_000 } + index * 37 + dice.below(30),
        owner: home,
        homepage: dice.chance(12).then(|| format!("https://{name}.example.org")),
        name,
        description,
        visibility,
        archived,
        fork: collaborators.is_empty() && dice.chance(if owner == 0 { 35 } else { 6 }),
        template,
        default_branch: match dice.below(100) {
            0..78 => "main",
            78..95 => "master",
            95..98 => "develop",
            _ => "trunk",
        }
        .to_owned(),
        language,
        topics: topics(dice),
        licence: (visibility == Visibility::Public || dice.chance(10))
            .then(|| usize::try_from(dice.skewed(LICENCES.len() as u64)).unwrap_or(0)),
        size: u32::try_from(dice.skewed(900_000)).unwrap_or(0),
        stars: if visibility == Visibility::Public { u32::try_from(dice.skewed(4_000)).unwrap_or(0) } else { 0 },
        forks: u32::try_from(dice.skewed(300)).unwrap_or(0),
        issues: u32::try_from(dice.skewed(120)).unwrap_or(0),
        created_at,
        updated_at: pushed_at.plus(Duration::from_secs(dice.below(today.since(pushed_at).as_secs().min(DAY) + 1))),
        pushed_at,
        members_may: *dice.pick(&levels),
        collaborators,
        oddity: None,
        doomed_at: None,
        files: None,
        revision: 0,
    }
}

/// A name that is still free where it will lie, a language, and a sentence about it.
fn about(dice: &mut Dice, world: &World, owner: usize, home: usize) -> (String, Option<&'static str>, String) {
    let organisation = owner.checked_sub(PEOPLE.len()).map(|at| &ORGANISATIONS[at]);
    if organisation.is_none() && dice.chance(60) {
        let (name, language, sentence) = *dice.pick(PERSONAL);
        if !world.has_name(home, name) {
            return (name.to_owned(), language, sentence.to_owned());
        }
    }
    let (subjects, kinds) = organisation.map_or((OWN_SUBJECTS, OWN_KINDS), |words| (words.subjects, KINDS));
    let subject = *dice.pick(subjects);
    let (kind, language, sentence) = *dice.pick(kinds);
    let name = free_name(dice, world, home, subject, kind);
    (name, language, capitalised(&sentence.replace("{}", subject)))
}

fn free_name(dice: &mut Dice, world: &World, owner: usize, subject: &str, kind: &str) -> String {
    let plain = match dice.below(20) {
        0 => format!("{subject}.{kind}"),
        1 => format!("{}{}", capitalised(subject), capitalised(kind)),
        2 => format!("{subject}_{kind}"),
        _ => format!("{subject}-{kind}"),
    };
    if !world.has_name(owner, &plain) {
        return plain;
    }
    for _ in 0..6 {
        let flavoured = format!("{}-{plain}", dice.pick(FLAVOURS));
        if !world.has_name(owner, &flavoured) {
            return flavoured;
        }
    }
    let flavoured = format!("{}-{plain}", dice.pick(FLAVOURS));
    // The numbers tried grow quickly, so that a hundred thousand names are found in no time.
    let mut number = 2 + dice.below(8);
    loop {
        let numbered = format!("{flavoured}-{number}");
        if !world.has_name(owner, &numbered) {
            return numbered;
        }
        number = number * 2 + dice.below(10);
    }
}

fn topics(dice: &mut Dice) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = (0..dice.skewed(9)).map(|_| *dice.pick(TOPICS)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn names(world: &World) -> Vec<String> {
        world.all().map(|one| world.full_name(one)).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_world() {
        let today = Timestamp::parse("2026-11-22T08:00:00Z").expect("a time");
        let (one, same, other) =
            (grow(1, 2, 300, false, today), grow(1, 2, 300, false, today), grow(2, 2, 300, false, today));
        assert_eq!(names(&one), names(&same));
        assert_ne!(names(&one), names(&other));
    }

    #[test]
    fn groups_lie_within_groups_where_a_forge_has_them() {
        let today = Timestamp::parse("2026-11-22T08:00:00Z").expect("a time");
        let (flat, nested) = (grow(1, 2, 300, false, today), grow(1, 2, 300, true, today));
        let deepest = |world: &World| names(world).iter().map(|name| name.matches('/').count()).max();
        assert_eq!((deepest(&flat), deepest(&nested)), (Some(1), Some(3)));
        let reached = |world: &World| world.all().filter(|one| world.access(0, one).is_some()).count();
        assert_eq!((reached(&flat), reached(&nested)), (300, 300), "who is in a group is in those within it");
    }

    #[test]
    fn a_large_world_has_as_many_different_repositories_as_asked_for() {
        let today = Timestamp::parse("2026-11-22T08:00:00Z").expect("a time");
        let world = grow(3, 1, 20_000, false, today);
        let distinct: HashSet<String> = names(&world).iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), 20_000, "names and ids must not collide");
        assert!(world.all().all(|one| one.created_at <= one.pushed_at && one.updated_at <= today));
        let owners: HashSet<usize> = world.all().map(|one| one.owner).collect();
        assert!(owners.len() > ORGANISATIONS.len() + 3, "organisations, own ones and other people's");
        assert!(world.all().any(|one| one.id > u64::from(u32::MAX)));
    }
}

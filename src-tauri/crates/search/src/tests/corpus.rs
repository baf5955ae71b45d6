//! Random inventories and queries, the same for the same seed.

use crate::{Document, fold::fold};
use drawbridge_domain::{AccountId, HostId, Permission, RepositoryId, Timestamp, Visibility};

/// Repeatable chance (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }

    pub fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const STEMS: [&str; 18] = [
    "web",
    "api",
    "core",
    "a",
    "ab",
    "aba",
    "Rust",
    "größe",
    "Ünïcode",
    "東京",
    "поиск",
    "x",
    "the",
    "ci",
    "v2",
    "+",
    "kubernetes",
    "tarif",
];
const OWNERS: [&str; 11] =
    ["acme", "Acme-Labs", "web", "zoë", "octo", "a", "muller", "会社", "müller", "group", "group/sub"];
const LANGUAGES: [&str; 7] = ["Rust", "rust", "C", "C++", "TypeScript", "Emacs Lisp", ""];

pub(super) fn owners() -> Vec<String> {
    OWNERS.map(String::from).to_vec()
}

pub(super) fn accounts() -> Vec<AccountId> {
    ["aaaa", "bbbb", "cccc", "dddd"].map(|four| four.repeat(4).parse().expect("a valid id")).to_vec()
}

pub(super) fn hosts() -> Vec<HostId> {
    ["eeee", "ffff"].map(|four| four.repeat(4).parse().expect("a valid id")).to_vec()
}

pub(super) const PERMISSIONS: [Permission; 5] =
    [Permission::Read, Permission::Triage, Permission::Write, Permission::Maintain, Permission::Admin];

/// Mostly nothing; else one or two of these.
pub(super) fn few<T: Clone>(dice: &mut Dice, from: &[T]) -> Vec<T> {
    let count = [0, 0, 0, 1, 2][dice.below(5)];
    (0..count).map(|_| from[dice.below(from.len())].clone()).collect()
}

/// A repository that owns its text.
#[derive(Debug)]
pub(super) struct Row {
    pub id: RepositoryId,
    pub host: HostId,
    pub owner: String,
    pub name: String,
    pub description: Option<String>,
    pub language: Option<String>,
    pub topics: Vec<String>,
    pub visibility: Visibility,
    pub archived: bool,
    pub fork: bool,
    pub template: bool,
    pub permission: Permission,
    pub pushed_at: Option<Timestamp>,
    pub created_at: Option<Timestamp>,
    pub size_kib: u32,
    pub accounts: Vec<AccountId>,
}

impl Row {
    /// A row with little in it; a higher id was pushed to earlier, so none is a tie.
    pub fn named(id: u32, full_name: &str, description: Option<&str>) -> Self {
        let (owner, name) = full_name.split_once('/').expect("owner and name");
        Self {
            id: RepositoryId(id),
            host: hosts()[0].clone(),
            owner: owner.to_owned(),
            name: name.to_owned(),
            description: description.map(String::from),
            language: None,
            topics: Vec::new(),
            visibility: Visibility::Public,
            archived: false,
            fork: false,
            template: false,
            permission: Permission::Read,
            pushed_at: Some(Timestamp::from_millis(-i64::from(id))),
            created_at: None,
            size_kib: 0,
            accounts: Vec::new(),
        }
    }

    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    pub fn folded_length(&self) -> usize {
        let topics: usize = self.topics.iter().map(|topic| fold(topic).len() + 1).sum();
        fold(&self.name).len() + fold(self.description.as_deref().unwrap_or_default()).len() + topics
    }

    pub fn document(&self) -> Document<'_> {
        Document {
            id: self.id,
            host: &self.host,
            owner: &self.owner,
            name: &self.name,
            description: self.description.as_deref(),
            language: self.language.as_deref(),
            topics: &self.topics,
            visibility: self.visibility,
            archived: self.archived,
            fork: self.fork,
            template: self.template,
            permission: self.permission,
            pushed_at: self.pushed_at,
            created_at: self.created_at,
            size_kib: self.size_kib,
            accounts: &self.accounts,
        }
    }
}

/// One of few times, so that many are equal.
pub(super) fn second(dice: &mut Dice) -> Timestamp {
    Timestamp::from_millis(i64::try_from(dice.below(30)).expect("small") * 1000)
}

/// Rows with many equal names, times and sizes, so that ties are the rule.
pub(super) fn rows(dice: &mut Dice, count: usize) -> Vec<Row> {
    let time = |dice: &mut Dice| {
        let at = second(dice);
        (!dice.one_in(5)).then_some(at)
    };
    let mut ids: Vec<u32> = (0..u32::try_from(count).expect("few rows")).map(|id| id * 3 + 1).collect();
    for place in (1..ids.len()).rev() {
        ids.swap(place, dice.below(place + 1));
    }
    let row = |id: u32| Row {
        id: RepositoryId(id),
        host: hosts()[dice.below(2)].clone(),
        owner: dice.pick(&OWNERS).to_owned(),
        name: words(dice, 3, &["-", "_", ".", ""]),
        description: (!dice.one_in(3)).then(|| words(dice, 6, &[" ", ", ", "/"])),
        language: (!dice.one_in(4)).then(|| dice.pick(&LANGUAGES).to_owned()),
        topics: (0..dice.below(4)).map(|_| words(dice, 2, &["-"])).collect(),
        visibility: [Visibility::Public, Visibility::Internal, Visibility::Private][dice.below(3)],
        archived: dice.one_in(4),
        fork: dice.one_in(3),
        template: dice.one_in(5),
        permission: PERMISSIONS[dice.below(5)],
        pushed_at: time(dice),
        created_at: time(dice),
        size_kib: u32::try_from(dice.below(20)).expect("small"),
        accounts: few(dice, &accounts()),
    };
    ids.into_iter().map(row).collect()
}

fn words(dice: &mut Dice, most: usize, glue: &[&str]) -> String {
    let mut text = dice.pick(&STEMS).to_owned();
    for _ in 1..=dice.below(most) {
        text.push_str(dice.pick(glue));
        text.push_str(dice.pick(&STEMS));
    }
    text
}

/// Nothing, known words, pieces of names, or letters.
pub(super) fn text(dice: &mut Dice, rows: &[Row]) -> String {
    let word = |dice: &mut Dice| match dice.below(5) {
        // A slip of the finger in a name.
        4 if !rows.is_empty() => {
            let mut name: Vec<char> = rows[dice.below(rows.len())].name.chars().collect();
            let (at, other) = (dice.below(name.len()), dice.below(name.len()));
            match dice.below(3) {
                0 => drop(name.remove(at)),
                1 => name.swap(at, other),
                _ => name.insert(at, 'q'),
            }
            name.into_iter().collect()
        }
        0 if !rows.is_empty() => {
            let name: Vec<char> = rows[dice.below(rows.len())].full_name().chars().collect();
            let start = dice.below(name.len());
            name[start..=start + dice.below(name.len() - start)].iter().collect()
        }
        1 => dice.pick(&["a", "e", "r", "/", "-", "b/", "/w", "p/s", "o", "0", "group/", "group/s"]).to_owned(),
        2 => dice.pick(&STEMS).to_uppercase(),
        _ => dice.pick(&STEMS).to_owned(),
    };
    let count = [0, 1, 1, 1, 2, 3, 9][dice.below(7)];
    (0..count).map(|_| word(dice)).collect::<Vec<_>>().join(dice.pick(&[" ", "  ", "\t", "\n", "\u{2003}"]))
}

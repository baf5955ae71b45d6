//! Repositories and queries that look like real ones, the same every time.

use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};

/// Repeatable chance (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("below a usize")
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    /// Mostly the first ones, as with everything that has a name.
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let end = self.below(from.len()) + 1;
        from[self.below(end)]
    }
}

const NOUNS: [&str; 48] = [
    "api",
    "web",
    "client",
    "server",
    "tools",
    "docs",
    "core",
    "cli",
    "infra",
    "data",
    "app",
    "service",
    "sdk",
    "pipeline",
    "auth",
    "billing",
    "mobile",
    "android",
    "ios",
    "parser",
    "runtime",
    "deploy",
    "config",
    "search",
    "index",
    "stream",
    "queue",
    "worker",
    "agent",
    "proxy",
    "gateway",
    "editor",
    "theme",
    "kernel",
    "driver",
    "firmware",
    "router",
    "ledger",
    "notebook",
    "charts",
    "website",
    "handbook",
    "playground",
    "examples",
    "bot",
    "importer",
    "scheduler",
    "registry",
];
const NAMES: [&str; 32] = [
    "atlas", "harbor", "lantern", "copper", "meridian", "quartz", "willow", "falcon", "ember", "orbit", "saffron",
    "juniper", "cobalt", "drift", "summit", "marble", "thistle", "beacon", "cinder", "glacier", "magnet", "nimbus",
    "onyx", "prairie", "raven", "sextant", "tundra", "umber", "velvet", "walnut", "yonder", "zephyr",
];
const LANGUAGES: [&str; 14] = [
    "TypeScript",
    "Python",
    "Go",
    "Rust",
    "Java",
    "C++",
    "Shell",
    "JavaScript",
    "Ruby",
    "C",
    "Kotlin",
    "Swift",
    "HTML",
    "Dockerfile",
];
const VERBS: [&str; 12] = [
    "Builds", "Runs", "Serves", "Collects", "Checks", "Renders", "Ships", "Syncs", "Signs", "Reads", "Measures",
    "Draws",
];

/// So many repositories of as many owners as a large company has.
pub fn repositories(count: usize) -> Vec<ForgeRepository> {
    let mut dice = Dice::new(1);
    let mut all = Vec::with_capacity(count);
    for number in 0..count {
        let owner = format!("{}-{}", NAMES[dice.below(NAMES.len())], NOUNS[dice.below(12)]);
        let name = match dice.below(4) {
            0 => format!("{}-{}", dice.pick(&NAMES), dice.pick(&NOUNS)),
            1 => format!("{}-{}-{}", dice.pick(&NAMES), dice.pick(&NOUNS), dice.pick(&NOUNS)),
            2 => format!("{}.{}", dice.pick(&NOUNS), dice.pick(&NAMES)),
            _ => format!("{}-{}", dice.pick(&NOUNS), dice.pick(&NOUNS)),
        };
        // Names repeat, as they do over the years.
        let name = if dice.one_in(3) { name } else { format!("{name}-{}", dice.below(400)) };
        let language = (!dice.one_in(8)).then(|| dice.pick(&LANGUAGES).to_owned());
        let description = (!dice.one_in(4)).then(|| {
            let (verb, noun) = (dice.pick(&VERBS), dice.pick(&NOUNS));
            format!("{verb} the {noun} of {} for the {} team", dice.pick(&NAMES), dice.pick(&NOUNS))
        });
        let base = format!("https://git.example.org/{owner}/{name}");
        let millis = |dice: &mut Dice| i64::try_from(dice.below(300_000_000)).expect("small") * 1_000;
        let created_at = 1_400_000_000_000 + millis(&mut dice);
        all.push(ForgeRepository {
            forge_id: (number + 1).to_string(),
            visibility: [Visibility::Private, Visibility::Private, Visibility::Public][dice.below(3)],
            archived: dice.one_in(6),
            fork: dice.one_in(5),
            template: dice.one_in(50),
            default_branch: Some("main".to_owned()),
            description,
            language,
            topics: (0..dice.below(4)).map(|_| dice.pick(&NOUNS).to_owned()).collect(),
            licence: Some("MIT".to_owned()),
            size_kib: u32::try_from(dice.below(2_000_000)).expect("small"),
            clone_url: format!("{base}.git"),
            ssh_url: Some(format!("git@git.example.org:{owner}/{name}.git")),
            web_url: base,
            created_at: Some(Timestamp::from_millis(created_at)),
            updated_at: Some(Timestamp::from_millis(created_at + millis(&mut dice))),
            pushed_at: (!dice.one_in(40)).then(|| Timestamp::from_millis(created_at + millis(&mut dice))),
            permission: Permission::Write,
            owner,
            name,
        });
    }
    all
}

/// Things a person would type, most of which are there.
pub fn queries(repositories: &[ForgeRepository], count: usize) -> Vec<String> {
    let mut dice = Dice::new(2);
    let text = |dice: &mut Dice| {
        let one = &repositories[dice.below(repositories.len())];
        match dice.below(8) {
            0 => one.name.clone(),
            1 => format!("{}/{}", one.owner, one.name),
            2 => format!("{} {}", one.owner, one.name.split(['-', '.']).next().unwrap_or_default()),
            3 => format!("{} {}", dice.pick(&NAMES), dice.pick(&NOUNS)),
            4 => dice.pick(&NOUNS).to_owned(),
            5 => dice.pick(&NAMES).to_owned(),
            6 => format!("{} {}", dice.pick(&LANGUAGES), dice.pick(&NOUNS)),
            _ => format!("{} nowhere", dice.pick(&NOUNS)),
        }
    };
    (0..count).map(|_| text(&mut dice)).collect()
}

/// What is searched for while a text is typed.
pub fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, letter)| &text[..at + letter.len_utf8()])
}

/// Every beginning of the queries with one letter exchanged.
pub fn slips(queries: &[String]) -> Vec<String> {
    let mut dice = Dice::new(3);
    let slip = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        let at = dice.below(letters.len());
        letters[at] = 'q';
        letters.into_iter().collect()
    };
    queries.iter().flat_map(|text| prefixes(text)).filter(|text| text.len() > 3).map(slip).collect()
}

//! The words that demo data is put together from. All made up; none names a real organisation.
//!
//! Not here: how they are put together (see `world_seed`).

/// An organisation: login, name for a person, the kind of thing it makes, share of the repositories.
pub(super) struct OrganisationWords {
    pub login: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub share: u32,
    pub subjects: &'static [&'static str],
}

pub(super) const ORGANISATIONS: &[OrganisationWords] = &[
    OrganisationWords {
        login: "harbourline",
        name: "Harbourline Logistics",
        about: "Freight that arrives when it said it would",
        share: 26,
        subjects: &["berth", "manifest", "freight", "customs", "pilotage", "tariff", "container", "quay", "tide"],
    },
    OrganisationWords {
        login: "quietfield",
        name: "Quietfield Health",
        about: "Records that patients can read",
        share: 17,
        subjects: &["intake", "ward", "referral", "consent", "lab", "dosage", "rota", "triage", "discharge"],
    },
    OrganisationWords {
        login: "tinsmith-works",
        name: "Tinsmith Works",
        about: "Small tools, sharpened",
        share: 14,
        subjects: &["anvil", "rivet", "lathe", "caliper", "solder", "mandrel", "gauge", "crimp", "bellows"],
    },
    OrganisationWords {
        login: "Kestrel-Maps",
        name: "Kestrel Maps",
        about: "Open maps for people on foot",
        share: 10,
        subjects: &["tile", "contour", "route", "gazetteer", "projection", "elevation", "waypoint", "raster"],
    },
    OrganisationWords {
        login: "oatandiron",
        name: "Oat & Iron",
        about: "Point of sale for bakeries",
        share: 8,
        subjects: &["till", "oven", "receipt", "voucher", "menu", "stock", "supplier", "dough"],
    },
    OrganisationWords {
        login: "ninepin",
        name: "Ninepin Games",
        about: "Games with an ending",
        share: 7,
        subjects: &["sprite", "quest", "lobby", "replay", "shader", "inventory", "matchmaking", "dialogue"],
    },
    OrganisationWords {
        login: "lumen-school",
        name: "Lumen School",
        about: "Course material for evening classes",
        share: 5,
        subjects: &["lesson", "quiz", "syllabus", "gradebook", "flashcard", "workshop", "slides"],
    },
    OrganisationWords {
        login: "saltmarsh-data",
        name: "Saltmarsh Data",
        about: "Tide gauges, salinity, birds",
        share: 4,
        subjects: &["gauge", "sensor", "salinity", "census", "buoy", "sediment", "heron"],
    },
    OrganisationWords {
        login: "fallowlab",
        name: "Fallow Lab",
        about: "Experiments, most of them finished",
        share: 4,
        subjects: &["parser", "scheduler", "allocator", "prover", "ledger", "codec", "sampler"],
    },
    OrganisationWords {
        login: "parish-hall",
        name: "Parish Hall",
        about: "Software for clubs and choirs",
        share: 2,
        subjects: &["choir", "booking", "rota", "newsletter", "kitchen", "raffle"],
    },
    OrganisationWords {
        login: "drift-and-co",
        name: "Drift & Co",
        about: "Studio archive",
        share: 2,
        subjects: &["brand", "portfolio", "typeface", "poster", "exhibit"],
    },
    OrganisationWords {
        login: "westerly-oss",
        name: "Westerly Open Source",
        about: "Libraries we depend on and look after",
        share: 1,
        subjects: &["retry", "backoff", "semver", "glob", "diff", "clock"],
    },
];

/// People: login, name. The first ones are the users of the simulator, the others own what they
/// collaborate on.
pub(super) const PEOPLE: &[(&str, &str)] = &[
    ("rowan-hale", "Rowan Hale"),
    ("juno-park", "Juno Park"),
    ("mirek-s", "Mirek Sýkora"),
    ("adaeze", "Adaeze Obi"),
    ("t-lindqvist", "Tove Lindqvist"),
    ("haruki-w", "和田 陽希"),
    ("bertrandl", "Bertrand Lemaître"),
    ("noor-codes", "Noor Al-Sayed"),
];

/// What people keep under their own name: name, language, description.
pub(super) const PERSONAL: &[(&str, Option<&str>, &str)] = &[
    ("dotfiles", Some("Shell"), "My shell, editor and window manager, in one place"),
    ("nvim-config", Some("Lua"), "Editor settings that survived ten years"),
    ("advent-of-code", Some("Rust"), "December puzzles, solved late"),
    ("blog", Some("Astro"), "Notes that got too long for a notebook"),
    ("homelab", Some("HCL"), "Two old laptops in a cupboard and what runs on them"),
    ("split-keyboard", Some("C"), "Firmware and case files for a 42-key keyboard"),
    ("ferry-times", Some("Python"), "When does the next ferry really leave?"),
    ("budget", Some("TypeScript"), "Plain-text household accounts"),
    ("garden-sensors", Some("MicroPython"), "Soil moisture for six tomato plants"),
    ("recipes", None, "Recipes as Markdown, weights in grams"),
    ("reading-list", None, "Books I mean to read and books I did"),
    ("thesis", Some("TeX"), "Where the text, the data and the figures live"),
    ("synth", Some("Rust"), "A small software synthesizer with too many knobs"),
    ("bike-routes", Some("Jupyter Notebook"), "GPS tracks and the hills in them"),
    ("chess-engine", Some("C++"), "Loses politely"),
    ("weather-station", Some("Go"), "Reads the roof, writes a graph"),
    ("invoice-generator", Some("Typst"), "Invoices from a text file"),
    ("wedding-site", Some("Svelte"), "Done, happily"),
    ("sudoku", Some("Haskell"), "Solver in eighty lines"),
    ("font-specimens", Some("CSS"), "One page for each typeface I like"),
    ("photo-sorter", Some("Swift"), "Moves pictures into folders by day"),
    ("talks", None, "Slides of talks, with the parts I left out"),
    ("interview-tasks", Some("Kotlin"), "Tasks I was given and what I sent in"),
    ("toy-database", Some("Zig"), "B-trees, slowly"),
    ("ray-tracer", Some("Rust"), "One weekend, four years later"),
    ("language-cards", Some("Vue"), "Flash cards for Finnish verbs"),
    ("tax-scripts", Some("Python"), "Never again by hand"),
    ("train-delays", Some("Julia"), "A year of delays on one line"),
    ("gameboy", Some("C"), "An emulator that plays two games"),
    ("home-page", Some("HTML"), "One file, no scripts"),
];

/// What a person's experiments are about.
pub(super) const OWN_SUBJECTS: &[&str] =
    &["tides", "haiku", "markov", "regex", "sundial", "typing", "maze", "origami", "metronome", "postcards", "stencil"];

/// What a person's experiments are, with a language and a sentence about `{}`.
pub(super) const OWN_KINDS: &[(&str, Option<&str>, &str)] = &[
    ("playground", Some("TypeScript"), "Trying things out with {}"),
    ("rs", Some("Rust"), "{} in Rust, to learn it properly"),
    ("py", Some("Python"), "{} in Python, small and documented"),
    ("cli", Some("Go"), "{} for the terminal"),
    ("web", Some("Elm"), "{} in the browser"),
    ("bot", Some("Ruby"), "Posts {} once a day"),
    ("notes", None, "What I learned about {}"),
    ("old", Some("Perl"), "The first attempt at {}, kept for fun"),
    ("template", Some("Jinja"), "Start here for the next {} idea"),
];

/// What a repository is, as the last part of its name, with a language and a sentence about it.
/// `{}` is the subject.
pub(super) const KINDS: &[(&str, Option<&str>, &str)] = &[
    ("api", Some("Go"), "HTTP interface of the {} service"),
    ("service", Some("Kotlin"), "Keeps {} records and tells others when they change"),
    ("web", Some("TypeScript"), "The {} pages, server-rendered"),
    ("ui", Some("TypeScript"), "Components for everything about {}"),
    ("ios", Some("Swift"), "{} for the phone in your pocket"),
    ("android", Some("Kotlin"), "{} on Android, offline first"),
    ("worker", Some("Rust"), "Background work around {}: retries, batches, clean-up"),
    ("core", Some("Rust"), "Domain types and rules of {}; no I/O"),
    ("cli", Some("Rust"), "Command line for {}"),
    ("sdk-python", Some("Python"), "Python client for the {} interface"),
    ("sdk-js", Some("JavaScript"), "JavaScript client for the {} interface"),
    ("schemas", None, "Shared {} schemas and their history"),
    ("infra", Some("HCL"), "Everything {} runs on"),
    ("charts", Some("Smarty"), "Deployment charts for {}"),
    ("dashboards", Some("Jsonnet"), "What we look at when {} is slow"),
    ("importer", Some("Python"), "Brings {} files from the old system"),
    ("exporter", Some("Java"), "Nightly {} exports for partners"),
    ("docs", Some("MDX"), "Handbook: how {} works and why"),
    ("design", None, "Drawings and tokens for {}"),
    ("bench", Some("C++"), "How fast is {}? Numbers, not feelings"),
    ("simulator", Some("Elixir"), "Pretends to be {} on a bad day"),
    ("fixtures", None, "Test data for {}, generated and checked"),
    ("playground", Some("Svelte"), "Try {} in the browser"),
    ("firmware", Some("C"), "Firmware for the {} boards"),
    ("etl", Some("Scala"), "Loads {} into the warehouse"),
    ("notebooks", Some("Jupyter Notebook"), "Questions asked about {}"),
    ("rules", Some("Prolog"), "Decision rules for {}"),
    ("mail", Some("Ruby"), "Letters that {} sends"),
    ("gateway", Some("Go"), "One door in front of {}"),
    ("auth", Some("C#"), "Who may do what with {}"),
    ("search", Some("Rust"), "Finds {} by half a word"),
    ("admin", Some("PHP"), "Back office for {}"),
    ("site", Some("Astro"), "Public site about {}"),
    ("scripts", Some("Shell"), "Small scripts around {}"),
    ("template", Some("Jinja"), "Start here for a new {} project"),
    ("actions", Some("TypeScript"), "Reusable workflow steps for {}"),
    ("legacy", Some("Perl"), "The {} that still pays the bills"),
    ("archive", None, "{} as it was, kept for reference"),
];

/// Words before the subject that make a name its own.
pub(super) const FLAVOURS: &[&str] = &[
    "amber", "north", "swift", "paper", "blue", "inner", "second", "open", "quiet", "copper", "winter", "shared",
    "mobile", "partner", "regional", "stripe", "night", "hollow", "granite", "early", "meta", "micro", "field",
    "common", "river", "public", "staging", "batch", "live", "tiny", "cedar", "linen", "orbit", "plain", "velvet",
];

pub(super) const TOPICS: &[&str] = &[
    "backend",
    "frontend",
    "rust",
    "golang",
    "python",
    "kubernetes",
    "terraform",
    "accessibility",
    "design-system",
    "offline-first",
    "monitoring",
    "good-first-issue",
    "hacktoberfest",
    "event-sourcing",
    "graphql",
    "postgresql",
    "sqlite",
    "mobile",
    "internal-tool",
    "deprecated",
    "docs",
    "i18n",
    "security",
    "machine-learning",
];

/// Licences: key, name, SPDX id.
pub(super) const LICENCES: &[(&str, &str, Option<&str>)] = &[
    ("mit", "MIT License", Some("MIT")),
    ("apache-2.0", "Apache License 2.0", Some("Apache-2.0")),
    ("gpl-3.0", "GNU General Public License v3.0", Some("GPL-3.0")),
    ("bsd-3-clause", "BSD 3-Clause \"New\" or \"Revised\" License", Some("BSD-3-Clause")),
    ("mpl-2.0", "Mozilla Public License 2.0", Some("MPL-2.0")),
    ("other", "Other", Some("NOASSERTION")),
];

/// Descriptions that are not plain English: right-to-left, emoji, quotation marks, markup that
/// must stay text.
pub(super) const UNUSUAL: &[&str] = &[
    "Fährzeiten für die ganze Küste – täglich geprüft 🚢",
    "海図タイルを作る小さな道具",
    "أداة صغيرة لرسم الخرائط",
    "Says \"no\" to <b>bold</b> & other markup",
    "Données ouvertes : marées, salinité, oiseaux",
    "Back\\slashes, 'quotes' and a\ttab",
];

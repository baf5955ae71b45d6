//! A keeper that draws what can be foretold: `stand_in FOLDER`. Its memory is searched by `memory.rs`.
//!
//! Not here: anything a release contains.
#![expect(clippy::expect_used, reason = "a program of the tests")]

#[path = "foretold.rs"]
mod foretold;

use drawbridge_domain::{Random, SystemClock};
use drawbridge_keeper::{KeeperConfig, Parts, QuietSigns, UnknownLinks, dto::KeeperHost};
use drawbridge_local_api::server;
use drawbridge_vault::MemoryKeychain;
use std::{
    fs::File,
    io::Write as _,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

struct Foretold {
    draws: AtomicU64,
    /// The numbers of the draws of 32 bytes, as keys are.
    keys: Mutex<File>,
}

impl Random for Foretold {
    fn fill(&self, buffer: &mut [u8]) {
        let number = self.draws.fetch_add(1, Ordering::Relaxed);
        foretold::draw(number, buffer);
        if buffer.len() == 32 {
            writeln!(self.keys.lock().expect("one at a time"), "{number}").expect("written");
        }
    }
}

#[tokio::main]
async fn main() {
    let around = PathBuf::from(std::env::args_os().nth(1).expect("stand_in FOLDER"));
    let config = KeeperConfig {
        vault_dir: around.join("vault"),
        host: KeeperHost::Background,
        version: "0.1.0".to_owned(),
        runtime_dir: Some(around.clone()),
        unlock_target: Duration::ZERO,
        provider_dir: None,
        client_file: None,
        projects_dir: None,
    };
    let keys = File::create(around.join("draws")).expect("made");
    let parts = Parts {
        clock: Arc::new(SystemClock),
        random: Arc::new(Foretold { draws: AtomicU64::new(0), keys: Mutex::new(keys) }),
        keychain: Arc::new(MemoryKeychain::default()),
        signs: Arc::new(QuietSigns),
        links: Arc::new(UnknownLinks),
    };
    let keeper = drawbridge_keeper::Keeper::start(config, parts).await.expect("it starts");
    let server = server::serve(Arc::clone(&keeper)).await.expect("it serves");
    writeln!(std::io::stdout(), "serving").expect("somebody waits for it");
    keeper.stopping().await;
    server.stop().await;
    keeper.stop().await;
}

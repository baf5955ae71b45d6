//! The files of a vault, as somebody who meddles with them sees them.
//!
//! Not here: what they mean (the vault room).

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

/// Both headers.
pub fn headers(dir: &Path) -> [Vec<u8>; 2] {
    ["header.json", "header-copy.json"].map(|name| fs::read(dir.join(name)).expect("a header"))
}

/// Puts both headers there.
pub fn write_headers(dir: &Path, headers: &[Vec<u8>; 2]) {
    for (name, bytes) in ["header.json", "header-copy.json"].iter().zip(headers) {
        fs::write(dir.join(name), bytes).expect("written");
    }
}

/// Changes what both headers say.
pub fn change_headers(dir: &Path, change: impl Fn(&mut serde_json::Value)) {
    let changed = headers(dir).map(|bytes| {
        let mut header = serde_json::from_slice(&bytes).expect("JSON");
        change(&mut header);
        serde_json::to_vec_pretty(&header).expect("text")
    });
    write_headers(dir, &changed);
}

/// The database file that the header names.
pub fn database_of(dir: &Path) -> String {
    let header: serde_json::Value = serde_json::from_slice(&headers(dir)[0]).expect("JSON");
    header["database"].as_str().expect("a name").to_owned()
}

/// Copies a folder with everything in it.
pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("listed") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_tree(&path, &target);
        } else if path.is_file() {
            fs::copy(&path, target).expect("copied");
        }
    }
}

/// Changes one bit of a file in its place, under whoever has it open.
pub fn flip(file: &Path, at: u64) {
    let mut file = fs::File::options().read(true).write(true).open(file).expect("opened");
    let mut byte = [0];
    file.seek(SeekFrom::Start(at)).expect("there");
    file.read_exact(&mut byte).expect("read");
    file.seek(SeekFrom::Start(at)).expect("there");
    file.write_all(&[byte[0] ^ 1]).expect("written");
}

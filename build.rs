//! Lists the recordings below `tests/recordings`, so that the program carries them all: adding one is adding a file.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const FOLDER: &str = "tests/recordings";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")?).join(FOLDER);
    let mut files = Vec::new();
    collect(&folder, &mut files)?;
    files.sort();
    let entry = |file: &PathBuf| {
        let name = file.strip_prefix(&folder).ok()?.with_extension("");
        let name = name.to_str()?.replace('\\', "/");
        let path = file.to_str()?;
        Some(format!(
            "    Shipped {{ name: {name:?}, text: include_str!({path:?}) }},\n"
        ))
    };
    let entries: Option<String> = files.iter().map(entry).collect();
    let entries = entries.ok_or_else(|| io::Error::other("a recording's path is not UTF-8"))?;
    let list = Path::new(&variable("OUT_DIR")?).join("recordings.rs");
    fs::write(list, format!("&[\n{entries}]\n"))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

/// Every JSON file of a folder and of those in it; cargo runs this again when one comes or goes.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    Ok(())
}

//! Finds the recordings that the command line names: files, folders, shipped ones.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::recording::Recording;
use super::shipped::{named, shipped};

/// Reads the recordings in the order of their names. Without names it reads all shipped ones.
///
/// All files are read before the first request goes out, so a broken file stops the run before anything changes. A file or
/// folder wins over a shipped recording of the same name.
pub(crate) fn find(arguments: &[String]) -> Result<Vec<Recording>, String> {
    if arguments.is_empty() {
        let all = shipped().iter();
        return all
            .map(|one| Recording::parse(one.name, one.text))
            .collect();
    }
    let mut found = Vec::new();
    for argument in arguments {
        found.extend(one(argument)?);
    }
    Ok(found)
}

fn one(argument: &str) -> Result<Vec<Recording>, String> {
    let path = Path::new(argument);
    if !path.exists() {
        return of_program(argument);
    }
    let files = match path.is_dir() {
        true => files_below(path).map_err(|error| unreadable(path, &error))?,
        false => vec![path.to_owned()],
    };
    if files.is_empty() {
        return Err(format!("{argument}: there is no .json file in this folder"));
    }
    files.iter().map(|file| read(file)).collect()
}

fn of_program(name: &str) -> Result<Vec<Recording>, String> {
    let named = named(name);
    if named.is_empty() {
        return Err(format!(
            "there is no file and no shipped recording {name}; `scimd replay --list` shows what is shipped"
        ));
    }
    let parsed = named.iter().map(|one| Recording::parse(one.name, one.text));
    parsed.collect()
}

fn read(file: &Path) -> Result<Recording, String> {
    let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    // Some editors put a mark before a text. It is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Recording::parse(&file.to_string_lossy(), text)
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}", path.display())
}

/// Lists all `*.json` below a folder, sorted. It follows no links to folders, for they may lead in circles.
pub(super) fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

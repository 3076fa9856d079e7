//! Writes the seeds of the recordings into folders, one for each target: `seeds RECORDINGS CORPUS`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use scimd_fuzz::TARGETS;
use scimd_fuzz::seeds::of_recordings;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [recordings, corpus] = arguments.as_slice() else {
        eprintln!("usage: seeds RECORDINGS CORPUS");
        return ExitCode::from(2);
    };
    match write(recordings, corpus) {
        Ok(count) => {
            println!("{count} seeds");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(recordings: &Path, corpus: &Path) -> io::Result<usize> {
    for (target, _) in TARGETS {
        fs::create_dir_all(corpus.join(target))?;
    }
    let seeds = of_recordings(recordings)?;
    for (number, (target, seed)) in seeds.iter().enumerate() {
        fs::write(
            corpus.join(target).join(format!("recorded-{number:04}")),
            seed,
        )?;
    }
    Ok(seeds.len())
}

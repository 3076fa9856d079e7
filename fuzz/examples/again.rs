//! Runs one input again: `again TARGET FILE`.

use std::process::ExitCode;
use std::{env, fs};

use scimd_fuzz::TARGETS;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [name, path] = arguments.as_slice() else {
        eprintln!("usage: again TARGET FILE");
        return ExitCode::from(2);
    };
    let target = TARGETS.iter().find(|(target, _)| target == name);
    let (Some((_, run)), Ok(data)) = (target, fs::read(path)) else {
        eprintln!("error: there is no target {name}, or no file {path}");
        return ExitCode::FAILURE;
    };
    run(&data);
    println!("it holds");
    ExitCode::SUCCESS
}

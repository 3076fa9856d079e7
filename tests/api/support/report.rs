//! What is worth reading although its test passed. The output of a passing test is not shown; `scripts/test` shows these reports
//! at its end.

use std::path::PathBuf;
use std::process::Output;
use std::{env, fs};

/// Prints and returns what a suite of other people wrote, and leaves it as a report.
pub(crate) fn report(suite: &str, output: &Output) -> String {
    let text = format!(
        "{suite}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    note(suite, &text);
    text
}

/// Prints a text, and leaves it under this name in the directory of `TEST_REPORTS` if there is one.
pub(crate) fn note(name: &str, text: &str) {
    println!("{text}");
    if let Some(reports) = env::var_os("TEST_REPORTS") {
        let file = PathBuf::from(reports).join(format!("{}.txt", name.replace(' ', "-")));
        fs::write(file, text).expect("the directory of TEST_REPORTS is writable");
    }
}

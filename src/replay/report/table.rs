//! The table for people: a line for each step, and the reason below a failed one.

use std::time::Duration;

use super::super::answer::Answer;
use super::super::message::Message;
use super::super::recording::Recording;
use super::super::text::{plain, shortened};
use super::super::verdict::{Played, Verdict};

/// The widest name in a line, in characters.
const NAME_CHARS_MAX: usize = 40;
/// The width of a path in a line, in characters.
const PATH_CHARS: usize = 50;
/// The longest body that `--verbose` shows, in characters.
const BODY_CHARS_MAX: usize = 20_000;
/// Indents the lines below a step to its name.
const INDENT: &str = "           ";

pub(super) fn heading(recording: &Recording, verbose: bool) -> Vec<String> {
    let mut lines = vec![plain(&format!("{}: {}", recording.name, recording.title))];
    if verbose {
        let about = recording
            .about
            .lines()
            .map(|line| format!("  {}", plain(line)));
        lines.extend(about);
        if !recording.behaviours.is_empty() {
            lines.push(format!("  {}", recording.behaviours.join(" ")));
        }
    }
    lines
}

pub(super) fn step(recording: &Recording, played: &Played<'_>, verbose: bool) -> Vec<String> {
    let mut lines = vec![line(recording, played)];
    if verbose && !played.step.behaviours.is_empty() {
        lines.push(format!("{INDENT}{}", played.step.behaviours.join(" ")));
    }
    match &played.verdict {
        Verdict::Passed => {}
        Verdict::Skipped(reason) => lines.push(format!("{INDENT}{}", plain(reason))),
        Verdict::Failed(reason) => {
            lines.push(format!("{INDENT}{}", plain(reason)));
            if verbose {
                lines.extend(exchange(played));
            }
        }
    }
    lines
}

/// `  okta/user-life 3 (create): status: expected 201, got 409`, for a failed step.
pub(super) fn failure(recording: &Recording, played: &Played<'_>) -> Option<String> {
    let Verdict::Failed(reason) = &played.verdict else {
        return None;
    };
    Some(format!(
        "  {} {} ({}): {}",
        plain(&recording.name),
        number(played),
        shown_name(&played.step.name),
        plain(reason)
    ))
}

/// `  PASS   1  create  POST    /Users   201   12 ms`
fn line(recording: &Recording, played: &Played<'_>) -> String {
    let word = match played.verdict {
        Verdict::Passed => "PASS",
        Verdict::Failed(_) => "FAIL",
        Verdict::Skipped(_) => "SKIP",
    };
    let number = number(played);
    let path = match &played.message {
        Some(message) => &message.path,
        None => &played.step.request.path,
    };
    let line = format!(
        "  {word} {number:>3}  {name:<width$}  {method:<6} {path}",
        name = shown_name(&played.step.name),
        width = name_width(recording),
        method = played.step.request.method,
        path = shortened(&plain(path), PATH_CHARS),
    );
    // A skipped step has neither status nor time.
    if played.message.is_none() {
        return line;
    }
    let status = played
        .answer
        .as_ref()
        .map(|answer| answer.status.to_string());
    let status = status.as_deref().unwrap_or("-");
    let gap = PATH_CHARS.saturating_sub(path.chars().count());
    let ms = milliseconds(played.elapsed);
    format!("{line}{:gap$} {status:>3} {ms:>6} ms", "")
}

fn number(played: &Played<'_>) -> String {
    match played.is_cleanup {
        true => format!("c{}", played.number),
        false => played.number.to_string(),
    }
}

fn shown_name(name: &str) -> String {
    shortened(&plain(name), NAME_CHARS_MAX)
}

fn name_width(recording: &Recording) -> usize {
    let steps = recording.steps.iter().chain(&recording.cleanup);
    let widths = steps.map(|step| shown_name(&step.name).chars().count());
    widths.max().unwrap_or_default()
}

/// Shows the whole exchange of a step without its secrets.
fn exchange(played: &Played<'_>) -> Vec<String> {
    let sent = played.message.iter().flat_map(request);
    let got = played.answer.iter().flat_map(response);
    sent.map(|line| format!("{INDENT}> {line}").trim_end().to_owned())
        .chain(got.map(|line| format!("{INDENT}< {line}").trim_end().to_owned()))
        .collect()
}

fn request(message: &Message) -> Vec<String> {
    let shown = message.headers.iter().filter(|header| !header.secret);
    let mut lines = vec![format!("{} {}", message.method, plain(&message.path))];
    lines.extend(shown.map(|header| plain(&format!("{}: {}", header.name, header.value))));
    lines.extend(message.body.iter().flat_map(|text| body(text)));
    lines
}

fn response(answer: &Answer) -> Vec<String> {
    let shown = answer.headers.iter();
    let mut lines = vec![answer.status.to_string()];
    lines.extend(
        shown
            .filter(|(name, _)| name != "set-cookie")
            .map(|(name, value)| plain(&format!("{name}: {value}"))),
    );
    lines.extend(body(&answer.body));
    lines
}

/// Spreads JSON over many lines, for people to compare. Leaves anything else as it is.
fn body(bytes: &[u8]) -> Vec<String> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let json: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
    let text = match json.and_then(|json| serde_json::to_string_pretty(&json).ok()) {
        Some(text) => text,
        None => String::from_utf8_lossy(bytes).into_owned(),
    };
    let text = shortened(&text, BODY_CHARS_MAX);
    let lines = text.lines().map(plain);
    [String::new()].into_iter().chain(lines).collect()
}

/// `1 step`, `2 steps`
pub(super) fn counted(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        many => format!("{many} {word}s"),
    }
}

pub(super) fn milliseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

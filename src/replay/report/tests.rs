//! The lines printed for each outcome.

use serde_json::{Value, json};

use super::*;
use crate::replay::answer::Answer;
use crate::replay::message::{Header, Message};

fn recording() -> Recording {
    let step = json!({
        "name": "create",
        "behaviours": ["OKTA-4"],
        "request": { "method": "POST", "path": "/Users" },
        "response": { "status": 201 }
    });
    let file = json!({ "title": "a title", "about": "why", "behaviours": ["OKTA-1"], "steps": [step], "cleanup": [step] });
    Recording::parse("okta/x", &file.to_string()).unwrap()
}

fn played(recording: &Recording, verdict: Verdict) -> Played<'_> {
    let header = |name: &str, secret| Header {
        name: name.to_owned(),
        value: "hush".to_owned(),
        secret,
    };
    let message = Message {
        method: "POST".to_owned(),
        path: "/Users".to_owned(),
        headers: vec![header("Accept", false), header("X-Key", true)],
        body: Some(b"{\"a\":1}".to_vec()),
    };
    let answer = Answer {
        status: 401,
        headers: vec![("etag".to_owned(), "\u{1b}[2J".to_owned())],
        body: b"<html>\x07".to_vec(),
    };
    let is_sent = !matches!(verdict, Verdict::Skipped(_));
    Played {
        step: &recording.steps[0],
        number: 1,
        is_cleanup: false,
        verdict,
        message: is_sent.then_some(message),
        answer: is_sent.then_some(answer),
        elapsed: Duration::from_millis(12),
    }
}

/// All lines printed for these outcomes, and the counts.
fn printed(format: Format, verbose: bool, verdicts: Vec<(Verdict, bool)>) -> (Vec<String>, Tally) {
    let recording = recording();
    let mut lines = Vec::new();
    let mut write = |line: &str| lines.push(line.to_owned());
    let mut report = Report::new(format, verbose, &mut write);
    report.begin(&recording);
    for (verdict, is_cleanup) in verdicts {
        let played = Played {
            is_cleanup,
            ..played(&recording, verdict)
        };
        report.step(&recording, &played);
    }
    let tally = report.end(Duration::from_millis(1250));
    (lines, tally)
}

fn failed() -> Verdict {
    Verdict::Failed("status: expected 201, got 401".to_owned())
}

fn skipped() -> Verdict {
    Verdict::Skipped("needs {{kim}}".to_owned())
}

#[test]
fn a_line_a_step_and_what_was_wrong_below() {
    let verdicts = vec![
        (Verdict::Passed, false),
        (failed(), false),
        (skipped(), false),
        (failed(), true),
    ];
    let (lines, tally) = printed(Format::Table, false, verdicts);
    let gap = " ".repeat(44);
    let expected = [
        "okta/x: a title".to_owned(),
        format!("  PASS   1  create  POST   /Users{gap} 401     12 ms"),
        format!("  FAIL   1  create  POST   /Users{gap} 401     12 ms"),
        "           status: expected 201, got 401".to_owned(),
        "  SKIP   1  create  POST   /Users".to_owned(),
        "           needs {{kim}}".to_owned(),
        format!("  FAIL  c1  create  POST   /Users{gap} 401     12 ms"),
        "           status: expected 201, got 401".to_owned(),
        String::new(),
        "failed:".to_owned(),
        "  okta/x 1 (create): status: expected 201, got 401".to_owned(),
        "  okta/x c1 (create): status: expected 201, got 401".to_owned(),
        String::new(),
        "1 recording, 3 steps: 1 passed, 1 failed, 1 skipped, 1 of 1 failed in cleanup (1.2 s)"
            .to_owned(),
    ];
    assert_eq!(lines, expected);
    assert!(!tally.all_passed());
}

#[test]
fn only_all_passed_is_success() {
    let all_passed = |verdicts| printed(Format::Table, false, verdicts).1.all_passed();
    assert!(all_passed(vec![
        (Verdict::Passed, false),
        (Verdict::Passed, true)
    ]));
    assert!(all_passed(vec![
        (Verdict::Passed, false),
        (skipped(), true)
    ]));
    assert!(!all_passed(vec![
        (Verdict::Passed, false),
        (skipped(), false)
    ]));
    assert!(!all_passed(vec![
        (Verdict::Passed, false),
        (failed(), true)
    ]));
}

#[test]
fn verbose_shows_the_exchange_without_secrets_and_control_characters() {
    let (lines, _) = printed(Format::Table, true, vec![(failed(), false)]);
    let text = lines.join("\n");
    for shown in [
        "why",
        "OKTA-1",
        "OKTA-4",
        "> POST /Users",
        "> Accept: hush",
        ">   \"a\": 1",
        "< 401",
        "< <html>",
    ] {
        assert!(text.contains(shown), "no `{shown}` in {text}");
    }
    assert!(
        !text.contains("X-Key") && !text.contains(['\u{1b}', '\u{7}']),
        "{text}"
    );
}

#[test]
fn json_is_one_object_a_line() {
    let (lines, _) = printed(
        Format::Json,
        true,
        vec![(failed(), false), (skipped(), false)],
    );
    let parsed: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        parsed[0],
        json!({
            "recording": "okta/x", "cleanup": false, "step": 1, "name": "create", "behaviours": ["OKTA-4"],
            "method": "POST", "path": "/Users", "result": "fail", "reason": "status: expected 201, got 401",
            "status": 401, "ms": 12
        })
    );
    assert_eq!(
        (&parsed[1]["result"], &parsed[1]["status"]),
        (&json!("skip"), &Value::Null)
    );
    assert_eq!(parsed[2]["skipped"], 1);
}

//! The first minutes: what the first start prints, what README says to paste, and what a browser finds.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::support::{Backend, Reply, TestServer};

/// The first session of README, as one script.
fn session(token: &str, base: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(file).expect("README.md");
    let mut blocks = readme.split("```").skip(1).step_by(2);
    let block = blocks.find(|block| block.contains("scim $base/Users -d"));
    let block = block.expect("a session to paste");
    // What README leaves to the reader. An id is the one that the search before it found.
    let found = r#"id=$(scim -G $base/Users --data-urlencode 'filter=userName eq "ada@example.com"' | sed 's/.*"id":"\([^"]*\)".*/\1/')"#;
    let lines = block
        .lines()
        .skip(1)
        .map(|line| match line.split('=').next() {
            Some("token") => format!("token={token}"),
            Some("base") => format!("base={base}"),
            Some("id") => found.to_owned(),
            _ => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\n")
}

/// Runs lines as a reader would paste them. Returns what they print, or `None` where there is no curl.
#[track_caller]
fn paste(script: &str) -> Option<String> {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("no curl here to try: {script}");
        return None;
    }
    let output = Command::new("sh")
        .args(["-ec", script])
        .output()
        .expect("sh runs");
    assert!(output.status.success(), "{script}: {output:?}");
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!answer.contains("messages:2.0:Error"), "{script}: {answer}");
    Some(answer)
}

#[test]
fn what_the_start_prints_and_what_readme_says_work_one_after_the_other() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let server = TestServer::start_with(backend, &[("SCIMD_BOOTSTRAP_TOKEN", "")]);
        let token = server.line();
        let (_, token) = token.split_once(": ").expect("the token line");
        assert_eq!(server.line().trim(), "try it:");
        for _ in 0..3 {
            paste(server.line().trim());
        }
        let Some(answers) = paste(&session(token, server.base())) else {
            return;
        };
        for part in ["\"totalResults\":1", "Engineers", "\"active\":false"] {
            assert!(answers.contains(part), "no `{part}` in {answers}");
        }
        let users = server.get("/Users").token(token).send().expect(200);
        assert_eq!(users["totalResults"], 2, "{users}");
    }
}

fn ask(server: &TestServer, accept: &str) -> Reply {
    server
        .get("/")
        .absolute()
        .anonymous()
        .header("Accept", accept)
        .send()
}

api_test! {
    fn a_browser_finds_a_page_that_leads_on(server) {
        server.create_user("somebody");
        let page = ask(&server, "text/html,application/xhtml+xml,*/*;q=0.8");
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("vary").map(|vary| vary.to_lowercase().contains("accept")), Some(true));
        let origin = server.origin();
        for part in [&format!("{origin}/docs")[..], server.base(), "token create default", "curl", "Bearer"] {
            assert!(page.text.contains(part), "no `{part}` in {}", page.text);
        }
        for secret in [server.token(), "somebody"] {
            assert!(!page.text.contains(secret), "`{secret}` in {}", page.text);
        }
        let (_, style) = page.text.split_once("<style>").expect("a style sheet");
        let digest = STANDARD.encode(Sha256::digest(style.split("</style>").next().unwrap_or_default()));
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && policy.contains(&format!("'sha256-{digest}'")), "{policy}");
        for elsewhere in ["http", "*", "unsafe", "script-src"] {
            assert!(!policy.contains(elsewhere), "`{elsewhere}` in {policy}");
        }
        assert!(!page.text.contains("<script"), "{}", page.text);
    }

    fn a_program_finds_the_same_as_json(server) {
        for accept in ["*/*", "application/json", "application/scim+json"] {
            let reply = ask(&server, accept);
            assert_eq!(reply.header("content-type"), Some("application/json"), "{accept}");
            let body = reply.expect(200);
            assert_eq!(body["scim"], json!(server.base()));
            assert_eq!(body["docs"], json!(format!("{}/docs", server.origin())));
            assert_eq!(body["openapi"], json!(format!("{}/openapi.json", server.origin())));
        }
        let refused = server.request("POST", "/").absolute().anonymous().send();
        assert_eq!(refused.header("allow"), Some("GET, HEAD"));
        refused.error(405, "");
        let head = server.request("HEAD", "/").absolute().anonymous().send();
        assert_eq!((head.status, head.text.len()), (200, 0));
    }
}

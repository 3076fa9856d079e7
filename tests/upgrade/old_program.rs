//! The version before as a program: this one, which knows nothing of the steps, or the one of `TEST_OLD_SCIMD`.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::database::{Database, unique_name};

const TOKEN: &str = "scimd_test-token-0123456789-abcdefghijklmnopqrstuv";

/// A running server. It ends with the value.
pub(crate) struct OldProgram {
    child: Child,
    origin: String,
    /// A program that nobody listens to ends.
    _output: BufReader<ChildStdout>,
    log: PathBuf,
    agent: ureq::Agent,
}

impl OldProgram {
    pub(crate) fn start(program: &str, database: &Database) -> Self {
        let log = env::temp_dir().join(format!("{}.log", unique_name()));
        let mut child = Command::new(program)
            .arg("serve")
            .env("SCIMD_DATABASE_URL", &database.url)
            .env("SCIMD_BOOTSTRAP_TOKEN", TOKEN)
            .env("SCIMD_BIND", "127.0.0.1:0")
            .env("SCIMD_POOL_SIZE", "4")
            .env("SCIMD_WORKERS", "2")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a log file"))
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let origin = output
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, origin) = line.split_once(" listening on ")?;
                Some(origin.trim().to_owned())
            });
        let origin =
            origin.unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap_or_default()));
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        Self {
            child,
            origin,
            _output: output,
            log,
            agent: config.build().into(),
        }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The answer to a GET, as text.
    pub(crate) fn get(&self, path: &str) -> Result<String, String> {
        let request = self.agent.get(format!("{}{path}", self.origin));
        let answer = request
            .header("Authorization", format!("Bearer {TOKEN}"))
            .call();
        said(path, answer)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("{}/scim/v2{path}", self.origin);
        let request = match method {
            "POST" => self.agent.post(url),
            _ => self.agent.patch(url),
        };
        let request = request
            .header("Authorization", format!("Bearer {TOKEN}"))
            .header("Content-Type", "application/scim+json");
        let text = said(path, request.send(body.to_string()))?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// What an identity provider does: it makes a user, reads it, looks it up, and changes it.
    pub(crate) fn provision(&self, name: &str) -> Result<(), String> {
        let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
        let user = json!({ "schemas": schemas, "userName": name, "displayName": name });
        let user = self.send("POST", "/Users", &user)?;
        let path = format!("/Users/{}", user["id"].as_str().unwrap_or_default());
        self.get(&format!("/scim/v2{path}"))?;
        self.get(&format!(
            "/scim/v2/Users?filter=userName%20eq%20%22{name}%22"
        ))?;
        let change = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "title", "value": "new" }],
        });
        self.send("PATCH", &path, &change).map(|_| ())
    }
}

impl Drop for OldProgram {
    fn drop(&mut self) {
        // Errors mean that it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.log);
    }
}

type Answer = ureq::http::Response<ureq::Body>;

fn said(path: &str, answer: Result<Answer, ureq::Error>) -> Result<String, String> {
    let mut answer = answer.map_err(|error| format!("{path}: {error}"))?;
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    match answer.status().as_u16() {
        200..300 => Ok(text),
        status => Err(format!("{path}: {status} {text}")),
    }
}

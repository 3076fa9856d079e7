//! Plays recordings, one step after the other.

use std::time::Duration;

use super::answer::Answer;
use super::check::{Content, Wanted};
use super::client::Client;
use super::message::{Layers, Message};
use super::recording::{Recording, Step};
use super::report::Report;
use super::substitute::{Missing, Names};
use super::text::{plain, shortened};
use super::verdict::{Played, Verdict};

/// The length of `{{run}}`, in letters and digits. There are some 10^12 such texts.
const RUN_CHARS: usize = 8;
/// The longest path that a hint shows, in characters.
const PATH_CHARS_MAX: usize = 100;

/// Plays all recordings and reports each step as it happens.
///
/// A failed step does not end the run. The run skips the steps that need its captures and tries the rest. It tries cleanup
/// in any case. Three things end it while the target has done nothing so far: a request cannot reach it, it wants another
/// token, or it is not at this URL. Then there is nothing to clean up either.
pub(crate) fn run(
    recordings: &[Recording],
    client: &Client,
    report: &mut Report<'_>,
) -> Result<(), String> {
    let mut target = Target::default();
    for recording in recordings {
        let names = Names::of_run(random_text()?);
        let mut player = Player {
            recording,
            client,
            names,
            target: &mut target,
        };
        player.play(report)?;
    }
    Ok(())
}

/// What this run knows of the target.
#[derive(Default)]
struct Target {
    /// It has answered.
    answers: bool,
    /// It has done what a request asked.
    accepts: bool,
}

/// One run of one recording.
struct Player<'a> {
    recording: &'a Recording,
    client: &'a Client,
    names: Names,
    target: &'a mut Target,
}

impl Player<'_> {
    fn play(&mut self, report: &mut Report<'_>) -> Result<(), String> {
        let recording = self.recording;
        report.begin(recording);
        let steps = recording.steps.iter().enumerate();
        let cleanup = recording.cleanup.iter().enumerate();
        let all = steps
            .map(|step| (step, false))
            .chain(cleanup.map(|step| (step, true)));
        for ((index, step), is_cleanup) in all {
            let played = self.step(step, index + 1, is_cleanup)?;
            report.step(recording, &played);
            if let Some(hint) = self.is_hopeless(&played) {
                return Err(hint);
            }
        }
        Ok(())
    }

    fn step<'s>(
        &mut self,
        step: &'s Step,
        number: usize,
        is_cleanup: bool,
    ) -> Result<Played<'s>, String> {
        let mut played = Played {
            step,
            number,
            is_cleanup,
            verdict: Verdict::Passed,
            message: None,
            answer: None,
            elapsed: Duration::ZERO,
        };
        let (message, wanted) = match self.prepare(step) {
            Ok(prepared) => prepared,
            Err(missing) => {
                played.verdict = Verdict::Skipped(missing.to_string());
                return Ok(played);
            }
        };
        let (answer, elapsed) = self.client.send(&message);
        played.message = Some(message);
        played.elapsed = elapsed;
        match answer {
            Ok(answer) => {
                self.target.answers = true;
                self.target.accepts |= (200..300).contains(&answer.status);
                played.verdict = self.judge(step, &wanted, &answer);
                played.answer = Some(answer);
            }
            Err(failure) if failure.unreachable && !self.target.answers => {
                return Err(format!(
                    "cannot reach {}: {}; is the server running?",
                    self.client.target(),
                    failure.reason
                ));
            }
            Err(failure) => played.verdict = Verdict::Failed(failure.reason),
        }
        Ok(played)
    }

    /// Why no later step can fare better than this one, and what to check.
    fn is_hopeless(&self, played: &Played<'_>) -> Option<String> {
        let message = played.message.as_ref()?;
        let status = played.answer.as_ref()?.status;
        if self.target.accepts || !matches!(played.verdict, Verdict::Failed(_)) {
            return None;
        }
        let url = self.client.target();
        match status {
            401 if message.has_header("Authorization") => Some(format!(
                "stopped, since {url} answers 401: the token is wrong, expired, revoked, or of another tenant; give the \
                 right one as --token or SCIMD_REPLAY_TOKEN"
            )),
            401 => Some(format!(
                "stopped, since {url} answers 401 to a request without a token; give one as --token or SCIMD_REPLAY_TOKEN"
            )),
            404 if message.is_at_an_endpoint() => Some(format!(
                "stopped, since {url} has nothing at {}: is that the SCIM base URL? It goes on with /Users",
                shortened(&plain(&message.path), PATH_CHARS_MAX)
            )),
            _ => None,
        }
    }

    fn prepare(&self, step: &Step) -> Result<(Message, Wanted), Missing> {
        let layers = Layers {
            file: &self.recording.headers,
            command_line: self.client.headers(),
        };
        let message = Message::of(&step.request, &layers, &self.names)?;
        Ok((message, Wanted::of(&step.response, &self.names)?))
    }

    /// Compares an answer and captures from it. It captures from a wrong answer too, so later steps still prove something
    /// and cleanup finds its resources.
    fn judge(&mut self, step: &Step, wanted: &Wanted, answer: &Answer) -> Verdict {
        let content = Content::of(answer);
        let mut difference = wanted.difference(answer, &content);
        for (name, pointer) in &step.capture {
            match content.capture(pointer) {
                Some(value) => self.names.insert(name, value),
                None if difference.is_none() => {
                    difference = Some(format!(
                        "capture {name}: expected a text, number or boolean at {pointer}, got none"
                    ));
                }
                None => {}
            }
        }
        difference.map_or(Verdict::Passed, Verdict::Failed)
    }
}

/// Makes the text for `{{run}}`. It begins with a letter, for some names must.
fn random_text() -> Result<String, String> {
    let mut bytes = [0; RUN_CHARS];
    getrandom::fill(&mut bytes).map_err(|error| format!("no random numbers: {error}"))?;
    let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let spelled = bytes.iter().enumerate().map(|(index, byte)| {
        let choice = if index == 0 { 26 } else { letters.len() };
        char::from(letters[usize::from(*byte) % choice])
    });
    Ok(spelled.collect())
}

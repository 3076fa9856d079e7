//! Random cases that can be had again.

use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Names the seed of a run that failed, to run it again.
const VARIABLE: &str = "SCIMD_TEST_SEED";

/// Runs cases from one seed.
pub(crate) struct Seeded {
    runner: TestRunner,
    seed: u64,
}

impl Seeded {
    pub(crate) fn new(cases: u32) -> Self {
        let given = env::var(VARIABLE)
            .ok()
            .map(|seed| seed.parse().expect("the seed is a number"));
        let seed: u64 = given.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 2_000,
            ..Config::default()
        };
        let runner =
            TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        Self { runner, seed }
    }

    /// One value.
    pub(crate) fn one<S: Strategy>(&mut self, strategy: &S) -> S::Value {
        strategy
            .new_tree(&mut self.runner)
            .expect("a value")
            .current()
    }

    /// Checks many values; a failure is shrunk.
    pub(crate) fn check<S: Strategy>(
        &mut self,
        strategy: &S,
        holds: impl Fn(S::Value) -> Result<(), String>,
    ) {
        let test = |value| holds(value).map_err(proptest::test_runner::TestCaseError::fail);
        if let Err(failure) = self.runner.run(strategy, test) {
            panic!("{failure}\n{VARIABLE}={} runs this again", self.seed);
        }
    }
}

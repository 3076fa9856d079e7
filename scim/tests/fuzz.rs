//! The functions that `scripts/fuzz` fuzzes, run on every compiler: with what recordings of identity providers hold, with
//! changes of it, and with what fuzzing has found. `fuzz/src` says what they check.

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is a library of its own")]
mod fuzzed;

use std::fs;
use std::path::{Path, PathBuf};

use fuzzed::TARGETS;
use fuzzed::seeds::{Seeds, of_recordings};

/// How often each seed is changed.
const CHANGES_PER_SEED: usize = 40;
/// How many inputs without a seed there are.
const BYTES_COUNT: usize = 4_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(target, _)| *target == name);
    assert!(target.is_some(), "no target {name}");
    target.into_iter().for_each(|(_, run)| run(data));
}

fn seeds() -> Seeds {
    let seeds = of_recordings(&root().join("tests/recordings")).unwrap_or_default();
    assert!(seeds.len() > 300, "the recordings were not found");
    seeds
}

#[test]
fn what_identity_providers_send_holds() {
    for (name, seed) in seeds() {
        run(name, &seed);
    }
}

/// No two machines, and no two days, try anything else: a failure here can be repeated.
#[test]
fn what_is_nearly_that_holds() {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for (name, seed) in seeds() {
        for _ in 0..CHANGES_PER_SEED {
            run(name, &chance.change(&seed));
        }
    }
    for _ in 0..BYTES_COUNT {
        let bytes = chance.bytes();
        TARGETS.iter().for_each(|(_, run)| run(&bytes));
    }
}

/// `fuzz/found/TARGET/*`: inputs that failed once.
#[test]
fn what_was_found_is_mended() {
    for (name, run) in TARGETS {
        let folder = root().join("fuzz/found").join(name);
        for entry in fs::read_dir(folder).into_iter().flatten() {
            run(&fs::read(entry.unwrap().path()).unwrap());
        }
    }
}

/// Xorshift: chance that is the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        let high = usize::try_from(self.next() >> 33).unwrap_or_default();
        high % end.max(1)
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.below(120);
        (0..length).map(|_| self.next().to_le_bytes()[3]).collect()
    }

    /// The seed with a few bytes more, fewer or other ones.
    fn change(&mut self, seed: &[u8]) -> Vec<u8> {
        const BYTES: &[u8] = b"\"\\{}[]():.,0a \xc3\xa9\0-eE";
        let mut changed = seed.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(changed.len());
            let byte = BYTES[self.below(BYTES.len())];
            match self.below(4) {
                0 => changed.insert(at, byte),
                1 if at < changed.len() => _ = changed.remove(at),
                2 if at < changed.len() => changed[at] = byte,
                _ => changed.extend_from_slice(&seed[at.min(seed.len())..seed.len().min(at + 12)]),
            }
        }
        changed
    }
}

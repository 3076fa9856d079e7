//! A run in progress: its connections, its clocks, and what one scenario has measured.

use std::time::Duration;

use crate::Result;
use crate::client::{Client, Endpoint};
use crate::cpu::{Cpu, Probe};
use crate::latency::Latency;
use crate::load::{Load, Tally, fail_if_interrupted};
use crate::memory::Memory;
use crate::target::Target;

/// One in this many answers is checked with its body, all others by status alone.
pub(crate) const SAMPLE_EVERY: usize = 50;

pub(crate) struct Bench {
    /// All connections.
    pub(crate) many: Load,
    /// One connection: latency without queueing behind the others.
    pub(crate) one: Load,
    pub(crate) probe: Probe,
    /// A part of every name that this run creates, so that runs on one server do not collide.
    pub(crate) run_id: String,
    /// After this time a scenario ends, whatever is left of it.
    longest: Option<Duration>,
}

/// The measurements of one scenario so far.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) latency: Latency,
    pub(crate) cpu: Cpu,
    /// From the first request to the last answer. This includes the load generator's own work.
    pub(crate) elapsed: Duration,
    /// The latencies of all requests, added up.
    pub(crate) waited: Duration,
    pub(crate) wrong: Vec<String>,
    /// The memory of the server at the end, and its highest value since the scenario began.
    pub(crate) memory: Option<Memory>,
}

impl Bench {
    pub(crate) fn new(target: &Target, connections: usize) -> Result<Self> {
        Self::of(target.endpoint(), target.probe(), connections, None)
    }

    /// A run on any server, with the longest time that a scenario may take.
    pub(crate) fn of(
        endpoint: &Endpoint,
        probe: Probe,
        connections: usize,
        longest: Option<Duration>,
    ) -> Result<Self> {
        Ok(Self {
            many: Load::new(endpoint, connections),
            one: Load::new(endpoint, 1),
            probe,
            run_id: random_hex(4)?,
            longest,
        })
    }

    /// A whole scenario in one block.
    pub(crate) fn measure(
        &self,
        name: &str,
        count: usize,
        step: impl Fn(&Client, usize) -> Result<Duration> + Sync,
    ) -> Result<Measured> {
        let mut measured = Measured::new(name)?;
        self.many.connect();
        self.forget_highest();
        let before = self.probe.read();
        let tally = self.many.run_within(self.longest, count, step);
        measured.add(tally, self.probe.read().since(before));
        measured.memory = self.memory();
        fail_if_interrupted()?;
        Ok(measured)
    }

    /// From now on the highest memory of the server is that since now.
    pub(crate) fn forget_highest(&self) {
        self.probe
            .server_pid
            .inspect(|pid| Memory::forget_highest(*pid));
    }

    /// The memory of the server now.
    pub(crate) fn memory(&self) -> Option<Memory> {
        self.probe.server_pid.and_then(Memory::of_family)
    }

    /// Whether what is measured so far has taken the longest time.
    pub(crate) fn is_over(&self, measured: &Measured) -> bool {
        self.longest
            .is_some_and(|longest| measured.elapsed >= longest)
    }

    /// The same run, with the CPU of another process in place of the server's.
    pub(crate) fn beside(&self, pid: i32) -> Other {
        Other(Probe {
            server_pid: Some(pid),
            postmaster_pid: None,
        })
    }

    /// Adds `count` requests to the earlier measurements.
    pub(crate) fn block(
        &self,
        measured: &mut Measured,
        load: &Load,
        count: usize,
        step: impl Fn(&Client, usize) -> Result<Duration> + Sync,
    ) -> Result<()> {
        let before = self.probe.read();
        let tally = load.run(count, step);
        measured.add(tally, self.probe.read().since(before));
        fail_if_interrupted()
    }
}

/// A process that is measured beside the server.
pub(crate) struct Other(Probe);

impl Other {
    /// As [`Bench::block`].
    pub(crate) fn block(
        &self,
        measured: &mut Measured,
        load: &Load,
        count: usize,
        step: impl Fn(&Client, usize) -> Result<Duration> + Sync,
    ) -> Result<()> {
        let before = self.0.read();
        let tally = load.run(count, step);
        measured.add(tally, self.0.read().since(before));
        fail_if_interrupted()
    }
}

impl Measured {
    pub(crate) fn new(name: &str) -> Result<Self> {
        let cpu = Cpu {
            server_ns: Some(0),
            database_ns: Some(0),
        };
        Ok(Self {
            name: name.to_owned(),
            latency: Latency::new()?,
            cpu,
            elapsed: Duration::ZERO,
            waited: Duration::ZERO,
            wrong: Vec::new(),
            memory: None,
        })
    }

    pub(crate) fn add(&mut self, tally: Tally, cpu: Cpu) {
        tally
            .nanos
            .iter()
            .for_each(|nanos| self.latency.record(*nanos));
        self.wrong.extend(tally.wrong);
        self.cpu = self.cpu.plus(cpu);
        self.elapsed += tally.elapsed;
        self.waited += Duration::from_nanos(tally.nanos.iter().sum());
    }

    /// Adds other measurements of the same kind of request.
    pub(crate) fn absorb(&mut self, other: &Self) -> Result<()> {
        self.latency.absorb(&other.latency)?;
        self.cpu = self.cpu.plus(other.cpu);
        self.elapsed += other.elapsed;
        self.waited += other.waited;
        self.wrong.extend_from_slice(&other.wrong);
        Ok(())
    }

    /// Right answers per second.
    pub(crate) fn rate(&self) -> Option<f64> {
        let seconds = self.elapsed.as_secs_f64();
        (seconds > 0.0).then(|| self.latency.count() as f64 / seconds)
    }

    /// The answers that seemed right count as wrong, too.
    pub(crate) fn strike(&mut self, why: &str) -> Result<()> {
        let count = usize::try_from(self.latency.count())?;
        self.wrong
            .extend(std::iter::repeat_n(why.to_owned(), count));
        self.latency = Latency::new()?;
        Ok(())
    }

    /// Nanoseconds of CPU in all → microseconds per request.
    pub(crate) fn per_request_us(&self, cpu_ns: Option<u64>) -> Option<f64> {
        let requests = self.latency.count() + self.wrong.len() as u64;
        (requests > 0).then_some(cpu_ns? as f64 / 1_000.0 / requests as f64)
    }
}

/// `bytes` random bytes in hexadecimal, from the operating system.
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

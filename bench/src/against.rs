//! A kind of request, relative to the floor that was measured in the same run.

use serde_json::{Value, json};

use crate::measure::Measured;
use crate::ratio::divide;

pub(crate) struct Against {
    /// The name of the floor.
    floor: String,
    /// CPU of server and database for a request, relative to that of the floor.
    pub(crate) cpu: Option<f64>,
    /// Requests per second, relative to the floor's. Only for writes, which wait for the disk.
    pub(crate) rate: Option<f64>,
}

impl Against {
    pub(crate) fn of(measured: &Measured, floor: &Measured, writes: bool) -> Self {
        let cpu = |measured: &Measured| measured.per_request_us(measured.cpu.total_ns());
        let rate = || divide(measured.rate(), floor.rate());
        Self {
            floor: floor.name.clone(),
            cpu: divide(cpu(measured), cpu(floor)),
            rate: writes.then(rate).flatten(),
        }
    }

    pub(crate) fn as_json(&self) -> Value {
        json!({"name": self.floor, "cpu": self.cpu, "rate": self.rate})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use crate::Result;
    use crate::cpu::Cpu;
    use crate::load::Tally;

    fn measured(requests: usize, seconds: u64, cpu_us: u64) -> Result<Measured> {
        let mut measured = Measured::new("x")?;
        let tally = Tally {
            nanos: vec![1_000; requests],
            wrong: Vec::new(),
            elapsed: Duration::from_secs(seconds),
        };
        let cpu = Cpu {
            server_ns: Some(cpu_us * 1_000),
            database_ns: None,
        };
        measured.add(tally, cpu);
        Ok(measured)
    }

    #[test]
    fn a_write_is_compared_in_cpu_and_in_rate() -> Result<()> {
        let (request, floor) = (measured(100, 2, 600)?, measured(50, 1, 100)?);
        let against = Against::of(&request, &floor, true);
        assert_eq!(against.cpu, Some(3.0));
        assert_eq!(against.rate, Some(1.0));
        assert_eq!(Against::of(&request, &floor, false).rate, None);
        Ok(())
    }

    #[test]
    fn nothing_is_compared_with_nothing() -> Result<()> {
        let against = Against::of(&measured(10, 1, 5)?, &measured(0, 0, 0)?, true);
        assert_eq!((against.cpu, against.rate), (None, None));
        Ok(())
    }
}

//! Latencies as percentiles.

use hdrhistogram::Histogram;

use crate::Result;

/// Longer than any request may take. Longer latencies count as this.
const NANOS_MAX: u64 = 600_000_000_000;
/// Percentiles are right to three digits.
const DIGITS: u8 = 3;

pub(crate) struct Latency(Histogram<u64>);

impl Latency {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, NANOS_MAX, DIGITS)?))
    }

    pub(crate) fn record(&mut self, nanos: u64) {
        self.0.saturating_record(nanos);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    pub(crate) fn absorb(&mut self, other: &Self) -> Result<()> {
        Ok(self.0.add(&other.0)?)
    }

    /// The latency in microseconds that `quantile` (0 to 1) of the requests did not exceed; `None` without requests.
    pub(crate) fn quantile_us(&self, quantile: f64) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.value_at_quantile(quantile) as f64 / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        nanos: impl IntoIterator<Item = u64>,
        quantile: f64,
        expected_us: Option<f64>,
    ) -> Result<()> {
        let mut latency = Latency::new()?;
        nanos.into_iter().for_each(|nanos| latency.record(nanos));
        let got = latency.quantile_us(quantile);
        let near = match (got, expected_us) {
            (Some(got), Some(expected)) => (got - expected).abs() <= expected / 1_000.0,
            (got, expected) => got == expected,
        };
        assert!(
            near,
            "{got:?} is not within a thousandth of {expected_us:?}"
        );
        Ok(())
    }

    #[test]
    fn quantiles_are_those_of_the_recorded_values() -> Result<()> {
        let one_to_hundred_us = (1..=100).map(|us| us * 1_000);
        check(one_to_hundred_us.clone(), 0.5, Some(50.0))?;
        check(one_to_hundred_us, 0.99, Some(99.0))?;
        check([250_000], 0.99, Some(250.0))
    }

    #[test]
    fn what_is_absorbed_counts_as_recorded_here() -> Result<()> {
        let (mut both, mut other) = (Latency::new()?, Latency::new()?);
        (1..=50).for_each(|us| both.record(us * 1_000));
        (51..=100).for_each(|us| other.record(us * 1_000));
        both.absorb(&other)?;
        assert_eq!(both.count(), 100);
        let p95 = both.quantile_us(0.95).unwrap_or_default();
        assert!((94.9..=95.1).contains(&p95), "{p95}");
        Ok(())
    }

    #[test]
    fn no_requests_have_no_latency() -> Result<()> {
        check([], 0.5, None)
    }

    #[test]
    fn what_is_too_long_counts_as_the_longest() -> Result<()> {
        check([u64::MAX], 0.5, Some(NANOS_MAX as f64 / 1_000.0))
    }
}

//! Compares the costs of two things, and checks the ratio against the project's target.

use std::fmt::{Display, Formatter};

use crate::measure::Measured;

/// The project's target for a ratio.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    limit: f64,
    says: &'static str,
    /// Whether the target also applies to the CPU.
    of_cpu: bool,
}

/// One member more or less in a large group, relative to a small group.
pub(crate) const MEMBER: Goal = Goal {
    limit: 1.1,
    says: "at most 1.1",
    of_cpu: true,
};
/// A bulk request, relative to its operations as single requests over one connection.
pub(crate) const BULK: Goal = Goal {
    limit: 1.0 / 3.0,
    says: "below 1/3",
    of_cpu: false,
};
/// The last pages of a walk, relative to its first pages.
pub(crate) const WALK: Goal = Goal {
    limit: 1.3,
    says: "at most 1.3",
    of_cpu: true,
};

pub(crate) struct Ratio {
    pub(crate) what: String,
    /// The values of which `time` is the ratio.
    pub(crate) measure: &'static str,
    pub(crate) time: Option<f64>,
    pub(crate) cpu: Option<f64>,
    pub(crate) goal: Option<Goal>,
}

impl Ratio {
    /// The cost of `above` relative to `below`, in p50 and in CPU of server and database together.
    pub(crate) fn of_medians(
        what: &str,
        above: &Measured,
        below: &Measured,
        goal: Option<Goal>,
    ) -> Self {
        let cpu = |measured: &Measured| measured.per_request_us(measured.cpu.total_ns());
        let p50 = |measured: &Measured| measured.latency.quantile_us(0.5);
        Self {
            what: what.to_owned(),
            measure: "p50",
            time: divide(p50(above), p50(below)),
            cpu: divide(cpu(above), cpu(below)),
            goal,
        }
    }
}

impl Goal {
    /// What the goal says, and whether the ratio reaches it.
    pub(crate) fn judge(self, ratio: &Ratio) -> String {
        let Self { says, of_cpu, .. } = self;
        let mut text = format!("{says}: {} {}", ratio.measure, self.verdict(ratio.time));
        if of_cpu {
            text.push_str(&format!(", CPU {}", self.verdict(ratio.cpu)));
        }
        text
    }

    fn verdict(self, ratio: Option<f64>) -> &'static str {
        match ratio {
            Some(ratio) if ratio <= self.limit => "yes",
            Some(_) => "NO",
            None => "unknown",
        }
    }
}

impl Display for Ratio {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            measure,
            time,
            cpu,
            goal,
        } = self;
        write!(f, "{what}: {measure} {}, CPU {}", times(*time), times(*cpu))?;
        match goal {
            Some(goal) => write!(f, "; {}", goal.judge(self)),
            None => Ok(()),
        }
    }
}

pub(crate) fn divide(above: Option<f64>, below: Option<f64>) -> Option<f64> {
    below
        .filter(|below| *below > 0.0)
        .and_then(|below| Some(above? / below))
}

/// The middle value, or the mean of the two middle ones.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.len() / 2;
    let lower = (sorted.len().checked_sub(1)?) / 2;
    Some((sorted[lower] + sorted[upper]) / 2.0)
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "unknown".to_owned(), |ratio| format!("{ratio:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(time: Option<f64>, cpu: Option<f64>, goal: Option<Goal>, expected: &str) {
        let ratio = Ratio {
            what: "a vs b".to_owned(),
            measure: "p50",
            time,
            cpu,
            goal,
        };
        assert_eq!(ratio.to_string(), expected);
    }

    #[test]
    fn a_ratio_says_whether_it_reaches_its_goal() {
        check(
            Some(1.041),
            Some(1.5),
            Some(MEMBER),
            "a vs b: p50 1.04, CPU 1.50; at most 1.1: p50 yes, CPU NO",
        );
        check(
            Some(2.0),
            None,
            Some(WALK),
            "a vs b: p50 2.00, CPU unknown; at most 1.3: p50 NO, CPU unknown",
        );
        check(Some(2.0), Some(3.0), None, "a vs b: p50 2.00, CPU 3.00");
    }

    #[test]
    fn a_bulk_request_is_judged_by_time_alone() {
        check(
            Some(0.33),
            Some(0.5),
            Some(BULK),
            "a vs b: p50 0.33, CPU 0.50; below 1/3: p50 yes",
        );
        check(
            Some(0.34),
            Some(0.1),
            Some(BULK),
            "a vs b: p50 0.34, CPU 0.10; below 1/3: p50 NO",
        );
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(divide(Some(1.0), Some(0.0)), None);
        assert_eq!(divide(None, Some(2.0)), None);
        assert_eq!(divide(Some(3.0), Some(2.0)), Some(1.5));
    }

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
    }
}

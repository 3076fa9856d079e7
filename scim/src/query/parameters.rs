//! Query parameters of a list.

use crate::ScimError;
use crate::profile::{Leniency, Rule};
use crate::quote::quoted;

/// Query parameters as they arrived: decoded, in order.
#[derive(Debug, Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Parameters that mean something; the others are ignored.
const KNOWN: [&str; 8] = [
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
    "attributes",
    "excludedAttributes",
];

impl Parameters {
    /// Takes decoded pairs. Names in another letter case are those of the standard (a leniency), or unknown.
    ///
    /// Errors: `invalidValue` for a known parameter given twice, `invalidSyntax` for a U+0000.
    pub fn new(mut pairs: Vec<(String, String)>, leniency: &Leniency) -> Result<Self, ScimError> {
        for (name, _) in &mut pairs {
            let meant = KNOWN
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(name));
            if let Some(known) = meant.filter(|known| *known != name.as_str())
                && leniency.allows(Rule::ParameterCase)
            {
                *name = known.to_owned();
            }
        }
        for known in KNOWN {
            let mut given = pairs.iter().filter(|(name, _)| name == known);
            if given.next().is_some() && given.next().is_some() {
                return Err(ScimError::invalid_value(known, "is given twice"));
            }
        }
        match pairs
            .iter()
            .find(|(name, value)| value.contains('\0') && name != "filter")
        {
            Some((name, _)) => Err(ScimError::InvalidSyntax(format!(
                "the query parameter {} holds U+0000",
                quoted(name)
            ))),
            None => Ok(Self(pairs)),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

/// A parameter that is there and not empty.
pub(super) fn given<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p str> {
    parameters.get(name).filter(|text| !text.is_empty())
}

/// A whole number. One that does not fit 64 bits becomes the nearest that does.
pub(super) fn integer(parameters: &Parameters, name: &str) -> Result<Option<i64>, ScimError> {
    let Some(text) = parameters
        .get(name)
        .map(str::trim)
        .filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScimError::invalid_value(
            name,
            format!("is a whole number, not {}", quoted(text)),
        ));
    }
    let saturated = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Ok(Some(text.parse().unwrap_or(saturated)))
}

//! Query parameters of a list.

use crate::ScimError;

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
    /// Takes decoded pairs.
    ///
    /// Errors: `invalidValue` for a known parameter given twice, or a U+0000.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, ScimError> {
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
            Some((name, _)) => Err(ScimError::invalid_value(name, "holds U+0000")),
            None => Ok(Self(pairs)),
        }
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
            format!("is a whole number, not \"{text}\""),
        ));
    }
    let saturated = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Ok(Some(text.parse().unwrap_or(saturated)))
}

//! Formats: what a text must look like beyond its type (RFC 7643 §2.3, §4.1).

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::context::Context;
use crate::datetime;
use crate::path::AttributeRef;
use crate::profile::Rule;
use crate::schema::{AttributeType, USER_URN};

/// Standard alphabet; the trailing `=` may be absent (RFC 7643 §2.3.6).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text in its canonical form, `None` if it is none, or what was expected of it.
pub(super) fn text(
    context: Context<'_>,
    target: AttributeRef<'_>,
    text: &str,
) -> Result<Option<String>, &'static str> {
    let leaf = target.leaf();
    let kept = || Ok(Some(text.to_owned()));
    if leaf.kind == AttributeType::DateTime {
        let instant = datetime::parse(text).ok_or("is a dateTime such as 2026-01-31T08:30:00Z")?;
        return Ok(Some(datetime::render(instant)));
    }
    let form = form_of_type(leaf.kind).filter(|form| !(form.fits)(text));
    let form = form.or_else(|| form_of_user(context, target).filter(|form| !(form.fits)(text)));
    match form {
        _ if text.is_empty() => kept(),
        None => kept(),
        Some(form) if !(form.may_be)(text) || !context.leniency.allows(Rule::AnyFormat) => {
            Err(form.expected)
        }
        Some(_) if text.trim().is_empty() => Ok(None),
        Some(_) => kept(),
    }
}

/// What a text looks like.
struct Form {
    fits: fn(&str) -> bool,
    expected: &'static str,
    /// Whether directories are known to keep such a text there, although it does not fit.
    may_be: fn(&str) -> bool,
}

/// Types with a form of their own.
fn form_of_type(kind: AttributeType) -> Option<Form> {
    match kind {
        AttributeType::Reference => Some(Form {
            fits: is_uri,
            expected: "is a URI",
            may_be: |_| true,
        }),
        AttributeType::Binary => Some(Form {
            fits: |text| BASE64.decode(text).is_ok(),
            expected: "is base64",
            may_be: is_wrapped_base64,
        }),
        _ => None,
    }
}

/// Attributes of the core User with a form of their own.
fn form_of_user(context: Context<'_>, target: AttributeRef<'_>) -> Option<Form> {
    if context.resource_type.schema.id != USER_URN {
        return None;
    }
    let sub = target.sub.map(|sub| sub.name.as_str());
    let (fits, expected): (fn(&str) -> bool, _) = match (target.attribute.name.as_str(), sub) {
        ("locale", None) => (is_language_tag, "is a language tag such as en-US"),
        ("timezone", None) => (is_time_zone, "is an IANA time zone such as Europe/Berlin"),
        ("x509Certificates", Some("value")) => (
            is_one_certificate,
            "is the base64 of exactly one DER certificate",
        ),
        ("addresses", Some("country")) => (is_country, "is an ISO 3166-1 alpha-2 code such as US"),
        _ => return None,
    };
    Some(Form {
        fits,
        expected,
        may_be: |_| true,
    })
}

fn is_language_tag(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.@".contains(c))
}

fn is_time_zone(text: &str) -> bool {
    jiff::tz::db().get(text).is_ok()
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// An absolute URI that parses, or a relative reference of the right characters (RFC 3986), with letters beyond ASCII as
/// in an IRI.
fn is_uri(text: &str) -> bool {
    let allowed = |c: char| match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c),
        c => !c.is_whitespace() && !c.is_control(),
    };
    let parses = match url::Url::parse(text) {
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => true,
        Err(_) => false,
    };
    parses && text.chars().all(allowed)
}

/// Base64 in lines, perhaps between the lines of PEM (RFC 7468), or nothing but blanks.
fn is_wrapped_base64(text: &str) -> bool {
    let lines = text.lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.starts_with("-----"));
    let encoded: String = lines.flat_map(str::split_whitespace).collect();
    BASE64.decode(encoded).is_ok()
}

fn is_one_certificate(text: &str) -> bool {
    BASE64.decode(text).is_ok_and(|der| is_one_der_value(&der))
}

/// One DER value and nothing behind it: a SEQUENCE whose length is the rest of the bytes.
fn is_one_der_value(der: &[u8]) -> bool {
    let [0x30, first, rest @ ..] = der else {
        return false;
    };
    if *first < 0x80 {
        return rest.len() == usize::from(*first);
    }
    let width = usize::from(first & 0x7f);
    if width == 0 || width > 4 || rest.len() < width {
        return false;
    }
    let (length, body) = rest.split_at(width);
    let length = length
        .iter()
        .fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
    body.len() == length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_measured() {
        assert!(is_one_der_value(&[0x30, 1, 7]));
        assert!(!is_one_der_value(&[0x30, 1, 7, 0x30, 1, 7]));
        assert!(is_one_der_value(
            &[&[0x30, 0x81, 200][..], &[0; 200]].concat()
        ));
        assert!(!is_one_der_value(&[0x31, 0]));
        assert!(!is_one_der_value(&[]));
    }

    #[test]
    fn base64_may_be_wrapped() {
        let pem = "-----BEGIN CERTIFICATE-----\r\nMAEH\r\n-----END CERTIFICATE-----\n";
        assert!(is_wrapped_base64(pem) && is_wrapped_base64("MA\nEH") && is_wrapped_base64(" "));
        assert!(is_wrapped_base64(&format!("  {pem}")));
        assert!(!is_wrapped_base64("%%%") && !is_wrapped_base64("MA\n%%"));
    }

    #[test]
    fn uris() {
        assert!(is_uri("https://x.test/a?b#c") && is_uri("Users/1") && is_uri("https://x.test/ü"));
        assert!(!is_uri("not a uri") && !is_uri("<x>") && !is_uri("http://[half"));
        assert!(
            BASE64.decode("YQ").is_ok()
                && BASE64.decode("YQ==").is_ok()
                && BASE64.decode("%%%").is_err()
        );
    }
}

//! Values worth trying, by type. Each pool serves documents and filters, so that they meet.

use scim::schema::AttributeType;

/// Texts: what LIKE, JSON, SQL and case folding might take for something else, and neighbours in code point order.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "ab",
    "aB",
    "b",
    "work",
    "WORK",
    "home",
    "%",
    "_",
    "a%b",
    "a_b",
    "axb",
    "'",
    "''",
    "a'b",
    "\"",
    "a\"b",
    "\\",
    "\\%",
    "a\\b",
    "é",
    "É",
    "e\u{301}",
    "E\u{301}",
    "\u{301}",
    "ß",
    "ss",
    "SS",
    "ẞ",
    "Σ",
    "ς",
    "σ",
    "İ",
    "i\u{307}",
    "ı",
    "ﬁ",
    "fi",
    "😀",
    "x😀y",
    "\u{d7ff}",
    "\u{e000}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "a\nb",
    "\t",
    "true",
    "1",
    "null",
    "$1",
    "[\"a\"]",
];

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "7",
    "10",
    "-0",
    "2147483648",
    "9007199254740993",
    "-9007199254740993",
    "9223372036854775806",
    "9223372036854775807",
    "-9223372036854775807",
    "-9223372036854775808",
];

const DECIMALS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "1.0",
    "1.5",
    "-1.5",
    "0.1",
    "0.3",
    "0.30000000000000004",
    "1e3",
    "1000",
    "123456789.123456789",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551617",
    "1e23",
    "5e-324",
    "2.2250738585072014e-308",
    "1e-400",
    "1.7976931348623157e308",
];

/// Numbers that only a filter may name.
const ODD_NUMBERS: [&str; 9] = [
    "0.5",
    "1.0",
    "1.5",
    "-0.5",
    "9223372036854775808",
    "-9223372036854775809",
    "9223372036854775807.5",
    "1e300",
    "-1e300",
];

const INSTANTS: &[&str] = &[
    "2020-01-01T10:00:00Z",
    "2020-01-01T12:00:00+02:00",
    "2020-01-01T10:00:00",
    "2020-01-01T10:00:00.001Z",
    "2020-01-01T10:00:00.000001Z",
    "2020-01-01T10:00:00.0000009Z",
    "1969-12-31T23:59:59.9999999Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-30T22:00:00Z",
    "2026-06-30T23:59:59-11:00",
];

const BINARIES: &[&str] = &["", "YQ==", "YQ", "yQ==", "AAECAw==", "/+8="];

const REFERENCES: &[&str] = &[
    "",
    "https://a.test/",
    "HTTPS://A.TEST/",
    "https://a.test/x%20y_z",
    "https://a.test/'?b=1#c",
    "a/b",
    "urn:x:y",
    "https://ü.test/",
];

/// Parts of user names that PRECIS accepts.
pub(crate) const NAMES: &[&str] = &[
    "ada",
    "ADA",
    "Ada Lovelace",
    "straße",
    "STRASSE",
    "Émile",
    "e\u{301}mile",
    "\u{ff41}da",
    "o'neil",
    "a%b_c",
    "back\\slash",
    "quote\"d",
    "σας",
    "ΣΑΣ",
];

/// Language tags: the one text of the core User with a form of its own.
pub(crate) const LOCALES: &[&str] = &["en-US", "EN-us", "de", "zh-Hant_TW"];

/// Texts as long as an index entry may be and longer, alike up to their end.
fn long_texts() -> impl Iterator<Item = String> {
    [255, 256, 257, 500, 501].into_iter().flat_map(|length| {
        let body = "ü".repeat(length);
        [format!("{body}a"), format!("{body}B")]
    })
}

/// Values of a type as JSON text: what a document may hold.
pub(crate) fn document_values(kind: AttributeType) -> Vec<String> {
    let owned = |numbers: &[&str]| numbers.iter().map(|number| (*number).to_owned()).collect();
    match kind {
        AttributeType::String => quoted(TEXTS)
            .chain(long_texts().map(|text| quote(&text)))
            .collect(),
        AttributeType::Boolean => owned(&["true", "false"]),
        AttributeType::Integer => owned(INTEGERS),
        AttributeType::Decimal => owned(DECIMALS),
        AttributeType::DateTime => quoted(INSTANTS).collect(),
        AttributeType::Binary => quoted(BINARIES).collect(),
        AttributeType::Reference => quoted(REFERENCES).collect(),
        AttributeType::Complex => Vec::new(),
    }
}

/// Literals that fit a type: the document's values and more.
pub(crate) fn literals(kind: AttributeType) -> Vec<String> {
    let mut literals = document_values(kind);
    match kind {
        AttributeType::Boolean => literals.extend(quoted(&["True", "FALSE"])),
        AttributeType::Integer => {
            literals.extend(
                ODD_NUMBERS
                    .iter()
                    .chain(DECIMALS)
                    .map(|number| (*number).to_owned()),
            );
        }
        AttributeType::Decimal => {
            literals.extend(
                ODD_NUMBERS
                    .iter()
                    .chain(INTEGERS)
                    .map(|number| (*number).to_owned()),
            );
        }
        AttributeType::Binary | AttributeType::Reference => {
            literals.extend(quoted(&["A", "=", "/", "%", "_", "'"]))
        }
        _ => {}
    }
    literals
}

fn quoted<'t>(texts: &'t [&'t str]) -> impl Iterator<Item = String> + 't {
    texts.iter().map(|text| quote(text))
}

/// A text as JSON writes it.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

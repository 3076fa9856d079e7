//! The requirements as they are written down: one file a group, its title in the first line, one row a line, columns
//! parted by tabs.
//!
//! Columns: ID, source, level, requirement, and for what is done otherwise or not at all by design, the reason.

use std::collections::BTreeSet;

/// The groups in the order of the page. Each has its file.
const GROUPS: &[&str] = &[
    "SCHEMA", "COMMON", "USER", "GROUP", "ENT", "NULL", "EXT", "MEDIA", "HTTP", "CRUD", "PUT",
    "PATCH", "FILTER", "SORT", "PAGE", "CURSOR", "PROJ", "SEARCH", "ROOT", "ME", "BULK", "ETAG",
    "DISC", "ERR", "AUTH", "TENANT", "SEC", "I18N", "EVENT", "ROLE", "SCEN", "PROFILE", "GEN",
    "OKTA", "ENTRA", "OL", "JC", "PING", "SP", "CYB", "RIP", "AK", "KC", "WSO", "CAN", "GWS",
    "G2G", "DUO", "ONEID", "DUMMY", "LEN", "DEC",
];
/// As the standards have it; `own` where they are silent or contradict each other, and the answer is this server's.
const LEVELS: &[&str] = &["must", "should", "may", "own"];

/// Requirements of one kind.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
}

/// One requirement.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) level: String,
    pub(crate) requirement: String,
    pub(crate) stance: Stance,
}

/// What this server makes of a requirement.
#[derive(Debug, PartialEq)]
pub(crate) enum Stance {
    /// It is kept, and tests prove it.
    Held,
    /// Something else is done by design, and tests prove what.
    Otherwise(String),
    /// Nothing is done about it by design.
    Not(String),
}

/// The groups of these files, in the order of the page, and what is wrong with how they are written.
pub(crate) fn read(files: &[(String, String)]) -> (Vec<Group>, Vec<String>) {
    let mut findings = Vec::new();
    let mut groups: Vec<Group> = files
        .iter()
        .map(|(path, text)| group(path, text, &mut findings))
        .collect();
    let place = |group: &Group| GROUPS.iter().position(|name| *name == group.name);
    for group in groups.iter().filter(|group| place(group).is_none()) {
        let name = &group.name;
        findings.push(format!("conformance/{name}.tsv: `{name}` is not in GROUPS"));
    }
    for name in GROUPS {
        if !groups.iter().any(|group| group.name == *name) {
            findings.push(format!("conformance/{name}.tsv: is missing"));
        }
    }
    groups.sort_by_key(place);
    (groups, findings)
}

fn group(path: &str, text: &str, findings: &mut Vec<String>) -> Group {
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.trim_end_matches(".tsv").to_owned();
    let mut lines = text.lines().enumerate();
    let title = lines.next().and_then(|(_, line)| line.strip_prefix("# "));
    if title.is_none() {
        findings.push(format!("{path}:1: begin with `# ` and a title"));
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, line) in lines {
        match row(line) {
            Err(reason) => findings.push(format!("{path}:{}: {reason}", index + 1)),
            Ok(row) => {
                // By number: `SORT-1` is no other row than `SORT-01`.
                let number = number(&row.id, &name);
                if number.is_none_or(|number| !seen.insert(number)) {
                    let id = &row.id;
                    findings.push(format!(
                        "{path}:{}: `{id}` is not a new ID of {name}",
                        index + 1
                    ));
                }
                rows.push(row);
            }
        }
    }
    Group {
        title: title.unwrap_or_default().to_owned(),
        name,
        rows,
    }
}

/// The number of an ID of this group.
fn number(id: &str, group: &str) -> Option<u32> {
    let digits = id.strip_prefix(group)?.strip_prefix('-')?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

fn row(line: &str) -> Result<Row, String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let ([id, source, level, requirement] | [id, source, level, requirement, _]) = columns[..]
    else {
        return Err(format!("{} columns instead of four or five", columns.len()));
    };
    if !LEVELS.contains(&level) {
        return Err(format!("the level `{level}` is none of {LEVELS:?}"));
    }
    // A bar would end the cell of a table.
    if line.contains('|') || columns.iter().any(|column| column.trim().is_empty()) {
        return Err("a column is empty or has a bar in it".to_owned());
    }
    let reason = columns.get(4).copied();
    for sentence in [Some(requirement), reason].into_iter().flatten() {
        if !sentence.ends_with('.') {
            return Err(format!("`{sentence}` is no sentence: it has no full stop"));
        }
    }
    Ok(Row {
        id: id.to_owned(),
        source: source.to_owned(),
        level: level.to_owned(),
        requirement: requirement.to_owned(),
        stance: stance(reason)?,
    })
}

fn stance(reason: Option<&str>) -> Result<Stance, String> {
    let Some(reason) = reason else {
        return Ok(Stance::Held);
    };
    if let Some(reason) = reason.strip_prefix("otherwise: ") {
        return Ok(Stance::Otherwise(reason.to_owned()));
    }
    let reason = reason.strip_prefix("not: ");
    let reason = reason.ok_or("a reason begins with `otherwise: ` or `not: `")?;
    Ok(Stance::Not(reason.to_owned()))
}

//! Circles of files: two files that need each other are one file in two places.
//!
//! An import through a `mod.rs` that passes a name on counts as an import of the file that declares the name. Not seen:
//! calls of methods, what macros write, and paths inside of texts such as serde's `with = "…"`.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;
use super::modules::{Import, Named, Package, Target, paths};

/// Circles that may stay, each with its files in order and the reason. ARCHITECTURE.md or docs/decisions.md names the
/// first file.
pub(crate) const CIRCLES: Allowed<'static> = &[];

pub(crate) type Allowed<'a> = &'a [(&'a [&'a str], &'a str)];

/// Where a file names another one: lines and what they name.
type Places = BTreeSet<(usize, String)>;
/// The files, and from each the files that it imports.
pub(crate) type Graph = BTreeMap<String, BTreeMap<String, Places>>;

/// Which file of the package imports which.
pub(crate) fn graph(sources: &[Source], root: &str) -> Graph {
    let package = Package::read(sources, root);
    let mut graph = Graph::new();
    for (index, module) in package.modules.iter().enumerate() {
        graph.entry(module.file.clone()).or_default();
        let named = paths(&module.tokens);
        for import in &module.imports {
            for target in imported(&package, index, import, &named) {
                note(
                    &mut graph,
                    &package,
                    index,
                    target,
                    import.line,
                    &import.path.join("::"),
                );
            }
        }
        for Named { path, line } in named.iter().filter(|named| named.path.len() > 1) {
            // What was imported by name is counted at the `use`.
            let anchored = ["crate", "super", "self"].contains(&path[0].as_str());
            let by_module = || {
                let head = package.resolve(index, &path[..1]);
                head.iter()
                    .any(|target| matches!(target, Target::Module(_)))
            };
            if anchored || by_module() {
                for target in package.resolve(index, path) {
                    note(&mut graph, &package, index, target, *line, &path.join("::"));
                }
            }
        }
    }
    graph
}

/// What a `use` makes the file need. A module with files of its own is needed for what is named through it only.
fn imported(package: &Package<'_>, index: usize, import: &Import, named: &[Named]) -> Vec<Target> {
    let targets = package.resolve(index, &import.path);
    if import.name != "*" {
        let is_needed = |target: &Target| match target {
            Target::Module(other) => !package.modules[*other].is_hub(),
            _ => true,
        };
        return targets.into_iter().filter(is_needed).collect();
    }
    let mut found = Vec::new();
    for target in targets {
        let Target::Module(other) = target else {
            found.push(target);
            continue;
        };
        let words: BTreeSet<&str> = if import.public {
            package.names(other)
        } else {
            named.iter().map(|named| named.path[0].as_str()).collect()
        };
        found.extend(
            words
                .into_iter()
                .flat_map(|word| package.offers(other, word)),
        );
    }
    found
}

fn note(
    graph: &mut Graph,
    package: &Package<'_>,
    from: usize,
    target: Target,
    line: usize,
    name: &str,
) {
    let (Target::Module(to) | Target::Item(to)) = target else {
        return;
    };
    let (from, to) = (&package.modules[from].file, &package.modules[to].file);
    if from != to {
        let edges = graph.entry(from.clone()).or_default();
        let places = edges.entry(to.clone()).or_default();
        places.insert((line, name.to_owned()));
    }
}

/// The sets of files that reach each other, of more than one file.
pub(crate) fn circles(graph: &Graph) -> Vec<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|file| (file.as_str(), reach(graph, file)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (file, others) in &reached {
        let back = |other: &&&str| {
            reached
                .get(**other)
                .is_some_and(|reached| reached.contains(file))
        };
        let circle: Vec<&str> = others.iter().filter(back).copied().collect();
        if circle.len() > 1 && seen.insert(circle.clone()) {
            found.push(circle);
        }
    }
    found
}

fn reach<'g>(graph: &'g Graph, from: &str) -> BTreeSet<&'g str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for to in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(to.as_str()) {
                open.push(to);
            }
        }
    }
    reached
}

/// A finding for each file in a circle that may not be, and for each circle of the list that is gone or not explained.
pub(crate) fn findings(graphs: &[Graph], allowed: Allowed<'_>, docs: &[&Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let all: Vec<Vec<&str>> = graphs.iter().flat_map(circles).collect();
    for circle in &all {
        if allowed.iter().any(|(files, _)| files == circle) {
            continue;
        }
        for file in circle {
            let others: Vec<_> = circle
                .iter()
                .filter(|other| *other != file)
                .copied()
                .collect();
            findings.push(format!("{file}:1: is in a circle with {}", few(&others)));
        }
    }
    for (files, _) in allowed {
        let first = files.first().copied().unwrap_or_default();
        if !all.iter().any(|circle| circle == files) {
            findings.push(format!(
                "{first}:1: is in no such circle any more; take it off CIRCLES"
            ));
        }
        if !docs.iter().any(|source| source.text.contains(first)) {
            findings.push(format!("{first}:1: its circle is allowed, but ARCHITECTURE.md and docs/decisions.md do not say why"));
        }
    }
    findings
}

/// The first names, and how many more there are: [`shown`] has all.
fn few(names: &[&str]) -> String {
    const SHOWN: usize = 4;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}

/// Where circles may be explained.
pub(crate) fn explains(source: &Source) -> bool {
    ["ARCHITECTURE.md", "docs/decisions.md"].contains(&source.path.as_str())
}

/// The imports that make each circle, with their lines; those to cut first are marked.
pub(crate) fn shown(graph: &Graph) -> String {
    let mut text = String::new();
    for circle in circles(graph) {
        let order = order(graph, &circle);
        let rank = |file: &str| order.iter().position(|other| *other == file);
        text.push_str(&format!("\ncircle of {} files:\n", circle.len()));
        for from in &circle {
            for (to, places) in graph[*from]
                .iter()
                .filter(|(to, _)| circle.contains(&to.as_str()))
            {
                let cut = if rank(from) > rank(to) {
                    "  <- cut"
                } else {
                    ""
                };
                let places: Vec<_> = places
                    .iter()
                    .map(|(line, name)| format!("{line} {name}"))
                    .collect();
                text.push_str(&format!("  {from} -> {to}{cut}: {}\n", places.join(", ")));
            }
        }
    }
    text
}

/// The files in an order in which few imports point back: what imports much and is imported little comes first.
fn order<'g>(graph: &'g Graph, circle: &[&'g str]) -> Vec<&'g str> {
    let mut rest: Vec<&str> = circle.to_vec();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let weight = |from: &str, to: &str| graph[from].get(to).map_or(0, BTreeSet::len);
        let out = |file: &str| rest.iter().map(|to| weight(file, to)).sum::<usize>();
        let into = |file: &str| rest.iter().map(|from| weight(from, file)).sum::<usize>();
        if let Some(at) = rest.iter().position(|file| out(file) == 0) {
            last.push(rest.remove(at));
            continue;
        }
        let (mut at, mut most) = (0, f64::MIN);
        for (index, file) in rest.iter().enumerate() {
            let surplus = if into(file) == 0 {
                f64::MAX
            } else {
                out(file) as f64 - into(file) as f64
            };
            if surplus > most {
                (at, most) = (index, surplus);
            }
        }
        first.push(rest.remove(at));
    }
    last.reverse();
    first.extend(last);
    first
}

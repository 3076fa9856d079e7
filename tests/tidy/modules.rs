//! The modules of a package: which file holds each, what it declares, and which file a path leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;
use super::code::literals;
use super::tokens::{Item, Token, close, items, live_tokens};

/// A name that a `use` brings in: `*` for all of a module.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) public: bool,
    /// Inside a function: nobody else can reach the name.
    local: bool,
}

/// A module outside of tests. `tokens` are its own, without those of modules inside of the file.
pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) imports: Vec<Import>,
    pub(crate) tokens: Vec<Token>,
    parent: usize,
    /// `None` for what is a module, but no file here: tests, and what is not there.
    children: BTreeMap<String, Option<usize>>,
    declared: BTreeSet<String>,
}

impl Module {
    /// Whether the file is there to hold modules: to name it is no use of it yet.
    pub(crate) fn is_hub(&self) -> bool {
        self.file.ends_with("/mod.rs") || !self.children.is_empty()
    }
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Target {
    Module(usize),
    /// A thing declared in this module.
    Item(usize),
    /// Another package, or a test.
    Outside,
}

/// The modules of a package, the root first.
pub(crate) struct Package<'s> {
    sources: &'s [Source],
    pub(crate) modules: Vec<Module>,
}

/// Names that were asked for on the way: a name that needs itself leads nowhere.
type Asked = BTreeSet<(usize, String)>;

const ROOT: usize = 0;

impl<'s> Package<'s> {
    /// The package whose root file is `root`. What is only for tests is left out.
    pub(crate) fn read(sources: &'s [Source], root: &str) -> Self {
        let mut package = Self {
            sources,
            modules: Vec::new(),
        };
        if let Some(source) = sources.iter().find(|source| source.path == root) {
            let directory = root.rsplit_once('/').map_or("", |(directory, _)| directory);
            package.add(source, ROOT, directory, live_tokens(source.code()));
        }
        package
    }

    /// `directory` is where the files of the module's children are.
    fn add(
        &mut self,
        source: &'s Source,
        parent: usize,
        directory: &str,
        tokens: Vec<Token>,
    ) -> usize {
        let this = self.modules.len();
        let found = items(&tokens, 0..tokens.len());
        let declared = |item: &&Item| {
            !matches!(item.word.as_str(), "mod" | "use" | "impl") && !item.word.ends_with('!')
        };
        self.modules.push(Module {
            file: source.path.clone(),
            imports: Vec::new(),
            tokens: Vec::new(),
            parent,
            children: BTreeMap::new(),
            declared: found
                .iter()
                .filter(declared)
                .map(|item| item.name.clone())
                .collect(),
        });
        let mut kept: Vec<Option<Token>> = tokens.into_iter().map(Some).collect();
        for item in found.iter().filter(|item| item.word == "mod") {
            let below = format!("{directory}/{}", item.name);
            let inside: Vec<Token> = kept[item.tokens.clone()]
                .iter_mut()
                .skip(2)
                .filter_map(Option::take)
                .collect();
            let child = if inside.first().is_some_and(|token| token.is("{")) {
                let last = inside.len() - 1;
                let inside = inside.into_iter().take(last).skip(1).collect();
                Some(self.add(source, this, &below, inside))
            } else {
                let own = own_path(source, &kept, item);
                self.add_file(this, directory, &below, own)
            };
            self.modules[this].children.insert(item.name.clone(), child);
        }
        let tokens: Vec<Token> = kept.into_iter().flatten().collect();
        self.modules[this].imports = imports(&tokens);
        self.modules[this].tokens = tokens;
        this
    }

    fn add_file(
        &mut self,
        parent: usize,
        directory: &str,
        below: &str,
        own: Option<&str>,
    ) -> Option<usize> {
        let (candidates, directory) = match own {
            Some(own) => {
                let path = format!("{directory}/{own}");
                let directory = path
                    .rsplit_once('/')
                    .map_or("", |(directory, _)| directory)
                    .to_owned();
                (vec![path], directory)
            }
            None => (
                vec![format!("{below}.rs"), format!("{below}/mod.rs")],
                below.to_owned(),
            ),
        };
        let sources = self.sources;
        let source = sources
            .iter()
            .find(|source| candidates.contains(&source.path))?;
        if source.is_test() {
            return None;
        }
        Some(self.add(source, parent, &directory, live_tokens(source.code())))
    }

    /// What `path` leads to, as seen in module `from`: a module and a thing may share a name.
    pub(crate) fn resolve(&self, from: usize, path: &[String]) -> Vec<Target> {
        self.follow(from, path, &mut Asked::new())
    }

    fn follow(&self, from: usize, path: &[String], asked: &mut Asked) -> Vec<Target> {
        let mut at = 0;
        let mut module = from;
        while let Some(word) = path.get(at) {
            match word.as_str() {
                "crate" => module = ROOT,
                "self" => {}
                "super" => module = self.modules[module].parent,
                _ => break,
            }
            at += 1;
        }
        let anchored = at > 0;
        let mut found = vec![Target::Module(module)];
        for (index, name) in path.iter().enumerate().skip(at) {
            let Some(inside) = found.iter().find_map(|target| match target {
                Target::Module(inside) => Some(*inside),
                _ => None,
            }) else {
                // A variant or a function of a type: the type is what is used.
                break;
            };
            let is_first = index == 0;
            let goes_on = index + 1 < path.len();
            found = match self.modules[inside].children.get(name) {
                Some(child) if goes_on => vec![child.map_or(Target::Outside, Target::Module)],
                _ => self.look_up(inside, name, is_first, asked),
            };
            if found.is_empty() {
                // A macro may have made the name. At the head of a path it is another package.
                found = vec![if anchored || index > at {
                    Target::Item(inside)
                } else {
                    Target::Outside
                }];
            }
        }
        found
    }

    /// What `name` means in a module. `inside`: what its functions bring in for themselves counts, too.
    fn look_up(&self, module: usize, name: &str, inside: bool, asked: &mut Asked) -> Vec<Target> {
        let Module {
            imports,
            children,
            declared,
            ..
        } = &self.modules[module];
        if !asked.insert((module, name.to_owned())) {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let Some(child) = children.get(name) {
            found.push(child.map_or(Target::Outside, Target::Module));
        }
        if declared.contains(name) {
            found.push(Target::Item(module));
        }
        let reachable = || imports.iter().filter(|import| inside || !import.local);
        for import in reachable().filter(|import| import.name == name) {
            found.extend(self.follow(module, &import.path, asked));
        }
        if !found.is_empty() {
            return found;
        }
        for import in reachable().filter(|import| import.name == "*") {
            for target in self.follow(module, &import.path, asked) {
                if let Target::Module(other) = target {
                    found.extend(self.look_up(other, name, false, asked));
                }
            }
        }
        found
    }

    /// What the module offers under any name: for a `use` of all of it.
    pub(crate) fn offers(&self, module: usize, name: &str) -> Vec<Target> {
        self.look_up(module, name, false, &mut Asked::new())
    }

    /// The names that the module declares or passes on by name.
    pub(crate) fn names(&self, module: usize) -> BTreeSet<&str> {
        let Module {
            imports, declared, ..
        } = &self.modules[module];
        let passed_on = imports
            .iter()
            .filter(|import| !import.local && import.name != "*");
        let passed_on = passed_on.map(|import| import.name.as_str());
        declared
            .iter()
            .map(String::as_str)
            .chain(passed_on)
            .collect()
    }
}

/// The text of `#[path = "…"]` above a `mod`.
fn own_path<'s>(source: &'s Source, tokens: &[Option<Token>], item: &Item) -> Option<&'s str> {
    let attributes = &tokens[item.attributes.clone()];
    let at = attributes
        .iter()
        .flatten()
        .find(|token| token.is("path"))?
        .at;
    let literals = literals(&source.text);
    literals
        .iter()
        .find(|literal| literal.at > at)
        .map(|literal| literal.text)
}

/// Every name that a `use` brings in, also inside of functions.
fn imports(tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            "use" if begins_use(tokens, at) => {
                let public = at > 0 && (tokens[at - 1].is("pub") || tokens[at - 1].is(")"));
                let first = found.len();
                tree(tokens, &mut (at + 1), &[], &mut found);
                for import in &mut found[first..] {
                    import.public = public && depth == 0;
                    import.local = depth > 0;
                }
            }
            _ => {}
        }
    }
    found
}

/// Not the `use<'a>` of a type.
fn begins_use(tokens: &[Token], at: usize) -> bool {
    tokens[at].is("use") && !tokens.get(at + 1).is_some_and(|token| token.is("<"))
}

/// One branch of the tree of a `use`; `at` ends on what stands behind it.
fn tree(tokens: &[Token], at: &mut usize, prefix: &[String], found: &mut Vec<Import>) {
    let mut path = prefix.to_vec();
    let mut name = None;
    let mut line = 0;
    while let Some(token) = tokens.get(*at) {
        match token.text.as_str() {
            "," | "}" | ";" => break,
            "{" => {
                let end = close(tokens, *at);
                while *at < end {
                    *at += 1;
                    tree(tokens, at, &path, found);
                }
                *at = end + 1;
                return;
            }
            "*" => name = Some("*".to_owned()),
            "as" => name = tokens.get(*at + 1).map(|token| token.text.clone()),
            // `::a` names another package.
            "::" if path.is_empty() => path.push("::".to_owned()),
            "::" => {}
            word if name.is_none() => path.push(word.to_owned()),
            _ => {}
        }
        line = token.line;
        *at += 1;
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    // Nothing stands behind a comma at the end.
    if line > 0 {
        let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
        found.push(Import {
            path,
            name,
            line,
            public: false,
            local: false,
        });
    }
}

/// A path of two or more words in the code.
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

/// The paths in the code, apart from those of `use` and of visibilities; a word alone is a path, too.
pub(crate) fn paths(tokens: &[Token]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    while at < tokens.len() {
        if begins_use(tokens, at) {
            at += tokens[at..]
                .iter()
                .take_while(|token| !token.is(";"))
                .count();
        } else if is(at, "pub") && is(at + 1, "(") {
            at = close(tokens, at + 1) + 1;
        } else if !tokens[at].is_word() {
            at += 1;
        } else {
            let start = at;
            while is(at + 1, "::") && tokens.get(at + 2).is_some_and(Token::is_word) {
                at += 2;
            }
            let before = start
                .checked_sub(1)
                .map_or("", |before| tokens[before].text.as_str());
            if !["::", ".", "'"].contains(&before) {
                let words = tokens[start..=at].iter().step_by(2);
                found.push(Named {
                    path: words.map(|token| token.text.clone()).collect(),
                    line: tokens[start].line,
                });
            }
            at += 1;
        }
    }
    found
}

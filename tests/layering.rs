//! Dependencies go one way: the `mod` lines of `lib.rs`, and of every folder, stand in the order of the flow, and a file
//! imports only from modules above its own. Crates that are details of one module are named there and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

/// Crates, and the paths below `src/` that may name them.
const CRATES: [(&str, &[&str]); 33] = [
    ("linfa_logistic", &["train/dense.rs"]),
    ("argmin", &["train/sparse.rs"]),
    ("safetensors", &["model/format.rs"]),
    ("libm", &["evaluate/mcnemar.rs"]),
    ("zerocopy", &["model/format.rs"]),
    ("regex_automata", &["text/automaton.rs"]),
    ("regex_lite", &["text/automaton.rs"]),
    ("aho_corasick", &["text/literals.rs"]),
    ("clap", &["cli/", "main.rs", "read/form.rs", "store/kind.rs"]),
    ("indicatif", &["cli/"]),
    ("anstream", &["cli/"]),
    ("anstyle", &["cli/"]),
    ("csv", &["cli/", "files.rs", "read/table.rs", "read/items.rs"]),
    ("ctrlc", &["cli/output.rs"]),
    ("flate2", &["read/unpack.rs"]),
    ("zstd", &["read/unpack.rs"]),
    ("encoding_rs", &["read/encoding.rs"]),
    ("chardetng", &["read/encoding.rs"]),
    ("parquet", &["read/parquet/", "cli/predict/parquet.rs"]),
    ("snap", &["read/parquet/pages.rs"]),
    ("pulldown_cmark", &["read/markdown.rs"]),
    ("dom_query", &["read/html/"]),
    ("dom_smoothie", &["read/html/mod.rs"]),
    ("html5ever", &["read/html/tree.rs"]),
    ("rayon", &["predict/stream.rs", "train/", "store/", "cli/"]),
    ("rusqlite", &["store/"]),
    ("axum", &["serve/"]),
    ("futures_util", &["serve/"]),
    ("hyper", &["serve/server.rs", "serve/safety/limit.rs"]),
    ("hyper_util", &["serve/server.rs"]),
    ("tokio", &["serve/"]),
    ("tower_http", &["serve/safety/mod.rs"]),
    ("utoipa", &["serve/"]),
];

#[test]
fn modules_import_only_from_modules_above_them() {
    let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(tree.files.len() > 50, "only {} files found", tree.files.len());
    let wrong: Vec<String> = tree.files.iter().flat_map(|file| tree.violations(file)).collect();
    assert!(wrong.is_empty(), "{} imports go down:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_crate_is_named_only_where_it_belongs() {
    let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut wrong = Vec::new();
    for (name, places) in CRATES {
        let users: Vec<&File> = tree.files.iter().filter(|f| names(&f.code, name)).collect();
        assert!(!users.is_empty(), "nobody uses {name}: take it out of this table");
        let stray = users.iter().filter(|f| places.iter().all(|place| !f.path.starts_with(place)));
        wrong.extend(stray.map(|f| format!("{} names {name}", f.path)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_import_that_goes_down_is_seen() {
    let files = [
        ("lib.rs", "pub mod error;\n#[cfg(test)]\nmod made_up;\npub mod text;\npub mod actor;\n"),
        ("text/mod.rs", "pub mod span;\npub mod token;\n"),
        ("text/span.rs", "use super::token::Token; // crate::actor\n"),
        ("text/token.rs", "use super::span::Span;\nuse crate::{error::Error, actor::{find, find::Finder}};\n"),
        ("actor/mod.rs", "pub mod find;\n"),
        ("actor/find.rs", "use crate::text::token;\n#[cfg(test)]\nmod tests {\n    use crate::later;\n}\n"),
        ("error.rs", "fn f() { crate::text::span::f() }\n"),
        ("made_up.rs", "use crate::actor;\n"),
    ];
    let tree = Tree::of(files.map(|(path, code)| (path.to_string(), code.to_string())).into());
    let wrong: Vec<String> = tree.files.iter().flat_map(|file| tree.violations(file)).collect();
    let expected = [
        "error.rs: error imports text::span::f, but text stands below error",
        "text/span.rs: text::span imports text::token::Token, but token stands below span",
        "text/token.rs: text::token imports actor::find, but actor stands below text",
        "text/token.rs: text::token imports actor::find::Finder, but actor stands below text",
    ];
    assert_eq!(wrong, expected);
}

/// A source file without comments and without its tests.
struct File {
    /// Below `src/`.
    path: String,
    /// `["text", "token"]` for `text/token.rs` and for `text/token/mod.rs`.
    module: Vec<String>,
    code: String,
}

struct Tree {
    files: Vec<File>,
}

impl Tree {
    fn read(src: &Path) -> Tree {
        let mut paths = Vec::new();
        walk(src, &mut paths);
        let name = |path: &PathBuf| path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
        Tree::of(paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect())
    }

    /// From (path below `src/`, source) pairs; files that are compiled for tests only are left out.
    fn of(mut sources: Vec<(String, String)>) -> Tree {
        sources.sort();
        let only_tests: Vec<Vec<String>> =
            sources.iter().flat_map(|(path, source)| test_modules(path, source)).collect();
        let file = |(path, source): (String, String)| File { module: module(&path), code: code(&source), path };
        let files = sources.into_iter().map(file).filter(|f| !only_tests.contains(&f.module)).collect();
        Tree { files }
    }

    /// The modules inside a module, in the order of their `mod` lines.
    fn children(&self, module: &[String]) -> Vec<&str> {
        let Some(file) = self.files.iter().find(|f| f.module == module) else { return Vec::new() };
        file.code.lines().filter_map(mod_line).collect()
    }

    fn violations(&self, file: &File) -> Vec<String> {
        let mut wrong: Vec<String> = imports(&file.code, &file.module)
            .into_iter()
            .filter_map(|import| {
                let (own, other) = self.down(&file.module, &import)?;
                let (module, import) = (file.module.join("::"), import.join("::"));
                Some(format!("{}: {module} imports {import}, but {other} stands below {own}", file.path))
            })
            .collect();
        wrong.dedup();
        wrong
    }

    /// The two modules of one parent where the path of an import leaves that of its file, if it goes down there.
    fn down(&self, module: &[String], import: &[String]) -> Option<(String, String)> {
        let common = module.iter().zip(import).take_while(|(a, b)| a == b).count();
        let (own, other) = (module.get(common)?, import.get(common)?);
        if module[..common].first().is_some_and(|m| m == "cli") {
            return None; // Commands share helpers in any order.
        }
        let siblings = self.children(&module[..common]);
        let place = |name: &str| siblings.iter().position(|s| *s == name);
        (place(other)? > place(own)?).then(|| (own.clone(), other.clone()))
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn module(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap();
    path.split('/').filter(|part| !matches!(*part, "mod" | "lib")).map(String::from).collect()
}

/// The name in a line such as `pub(super) mod token;`.
fn mod_line(line: &str) -> Option<&str> {
    let (before, name) = line.trim().strip_suffix(';')?.rsplit_once("mod ")?;
    (before.is_empty() || before.starts_with("pub")).then_some(name)
}

/// Modules of a file that are behind `#[cfg(test)]` and have a file of their own.
fn test_modules(path: &str, source: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = source.lines().collect();
    let behind = lines.windows(2).filter(|pair| pair[0].trim() == "#[cfg(test)]").filter_map(|pair| mod_line(pair[1]));
    behind.map(|name| [module(path), vec![name.to_string()]].concat()).collect()
}

/// A source without line comments and without what follows `#[cfg(test)]` and `mod tests {`.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut lines = Vec::new();
    let mut only_test = false;
    for line in source.lines() {
        let line = if line.trim_start().starts_with("//") { "" } else { line.split(" // ").next().unwrap() };
        let skipped = only_test && mod_line(line).is_some();
        only_test = line.trim() == "#[cfg(test)]";
        lines.push(if skipped { "" } else { line });
    }
    lines.join("\n")
}

/// Every path of a source that begins at `crate` or `super`, as a full path, with braces opened.
fn imports(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = ["crate::", "super::"].iter().filter_map(|s| code[at..].find(s)).min() {
        let start = at + next;
        let inside = code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$');
        if inside {
            at = start + "crate::".len();
            continue;
        }
        let mut base = if code[start..].starts_with("crate::") { Vec::new() } else { parent(module) };
        let mut rest = &code[start + "crate::".len()..];
        while let Some(further) = rest.strip_prefix("super::") {
            (base, rest) = (parent(&base), further);
        }
        let rest = open(rest, &base, &mut found);
        at = code.len() - rest.len();
    }
    found
}

fn parent(module: &[String]) -> Vec<String> {
    module.split_last().map_or_else(Vec::new, |(_, rest)| rest.to_vec())
}

/// Reads one tree of a `use` behind `base`; gives back what follows it.
fn open<'a>(code: &'a str, base: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
            let before = rest.len();
            rest = open(rest, base, found);
            // `as name` and commas.
            let skip = rest.find([',', '}']).unwrap_or(rest.len());
            rest = rest[skip..].strip_prefix(',').unwrap_or(&rest[skip..]);
            assert!(rest.len() < before, "an import that this test cannot read: {code:.60}");
        }
    }
    let end = code.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(code.len());
    let mut path = base.to_vec();
    if &code[..end] != "self" {
        path.push(code[..end].to_string());
    }
    match code[end..].strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '{' || c == '_') => open(rest, &path, found),
        _ => {
            found.push(path);
            &code[end..]
        }
    }
}

/// Whether code names a crate at the front of a path.
fn names(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

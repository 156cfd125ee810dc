//! The supply chain: every direct dependency is accounted for in docs/dependencies.md, and the whole tree keeps to the
//! licences, sources and duplicates of deny.toml. `cargo deny` checks the same and the advisories besides; this needs no
//! tool but cargo, which fetches the crates of other platforms where they are not there yet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the file is there")
}

fn table(name: &str) -> toml::Table {
    read(name).parse().expect("TOML")
}

/// Names of all direct dependencies, those of tests included.
fn direct() -> BTreeSet<String> {
    let manifest = table("Cargo.toml");
    let names = |section: &str| manifest[section].as_table().expect("a table").keys().cloned().collect::<Vec<_>>();
    ["dependencies", "dev-dependencies"].into_iter().flat_map(names).collect()
}

/// Rows of the tables of docs/dependencies.md: the cells behind each crate's name.
fn rows() -> BTreeMap<String, Vec<String>> {
    let page = read("docs/dependencies.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let cells = |rest: &str| rest.trim_end_matches(['|', ' ']).split(" | ").map(|c| c.trim().to_string()).collect();
    rows.map(|(name, rest)| (name.to_string(), cells(rest))).collect()
}

/// Name, version, licence and source of every package of the tree, as cargo knows them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("a list").clone()
}

fn text<'a>(package: &'a Value, field: &str) -> &'a str {
    package[field].as_str().unwrap_or_default()
}

/// Whether every part of a licence expression has an alternative that is allowed; `/` is an old way to write OR.
fn allowed(expression: &str, allow: &BTreeSet<String>) -> bool {
    let expression = expression.replace('/', " OR ");
    expression.split(" AND ").all(|part| {
        let part = part.trim_matches(['(', ')', ' ']);
        part.split(" OR ").any(|licence| allow.contains(licence.trim()))
    })
}

fn strings(value: &toml::Value) -> BTreeSet<String> {
    value.as_array().expect("a list").iter().map(|v| v.as_str().expect("text").to_string()).collect()
}

#[test]
fn every_direct_dependency_has_its_row_and_no_other_has() {
    let rows: BTreeSet<String> = rows().into_keys().collect();
    let direct = direct();
    let missing: Vec<_> = direct.difference(&rows).collect();
    let stale: Vec<_> = rows.difference(&direct).collect();
    assert!(missing.is_empty(), "docs/dependencies.md has no row for {missing:?}");
    assert!(stale.is_empty(), "docs/dependencies.md has rows for what is not used: {stale:?}");
}

#[test]
fn every_row_is_filled_and_states_the_licence_that_the_crate_has() {
    let packages = packages();
    for (name, cells) in rows() {
        assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{name}: {cells:?}");
        // Of several versions the newest is ours.
        let own = packages.iter().rfind(|p| text(p, "name") == name).expect("it is in the tree");
        assert_eq!(cells[1], text(own, "license"), "{name}");
    }
}

#[test]
fn licences_and_sources_of_the_whole_tree_are_allowed() {
    let deny = table("deny.toml");
    let (licences, registries) = (strings(&deny["licenses"]["allow"]), strings(&deny["sources"]["allow-registry"]));
    let packages = packages();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let mut needed = BTreeSet::new();
    for package in packages.iter().filter(|p| text(p, "name") != "stance") {
        let (name, licence) = (text(package, "name"), text(package, "license"));
        assert!(allowed(licence, &licences), "{name}: {licence:?} is not in deny.toml");
        let registry = text(package, "source").trim_start_matches("registry+");
        assert!(registries.contains(registry), "{name} comes from {registry:?}");
        needed.extend(licences.iter().filter(|one| {
            let others = licences.iter().filter(|other| other != one).cloned().collect();
            !allowed(licence, &others)
        }));
    }
    assert_eq!(needed, licences.iter().collect(), "deny.toml allows a licence that nothing needs");
}

#[test]
fn two_versions_of_a_crate_need_a_reason() {
    let deny = table("deny.toml");
    let skipped: BTreeSet<String> = deny["bans"]["skip"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| {
            assert!(entry["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{entry}");
            entry["crate"].as_str().expect("text").to_string()
        })
        .collect();
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        versions.entry(text(&package, "name").into()).or_default().push(text(&package, "version").into());
    }
    versions.retain(|_, all| all.len() > 1);
    // All but the newest of each are in the list, by name and the part of the version that matters.
    let line = |version: &str| match version.strip_prefix("0.") {
        Some(rest) => format!("0.{}", rest.split('.').next().unwrap_or_default()),
        None => version.split('.').next().unwrap_or_default().to_string(),
    };
    let older: BTreeSet<String> = versions
        .iter()
        .flat_map(|(name, all)| {
            let number = |version: &String| -> Vec<u64> { version.split('.').flat_map(str::parse).collect() };
            let newest = all.iter().max_by_key(|v| number(v)).expect("more than one");
            all.iter().filter(move |v| *v != newest).map(move |v| format!("{name}@{}", line(v)))
        })
        .collect();
    assert_eq!(older, skipped);
}

#[test]
fn licence_expressions_are_read_as_written() {
    let allow: BTreeSet<String> = ["MIT", "Unicode-3.0"].map(String::from).into();
    for good in ["MIT", "Apache-2.0 OR MIT", "Unlicense/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
        assert!(allowed(good, &allow), "{good}");
    }
    for bad in ["", "GPL-3.0", "Apache-2.0", "MIT AND GPL-3.0", "(Apache-2.0 OR Zlib) AND Unicode-3.0"] {
        assert!(!allowed(bad, &allow), "{bad}");
    }
}

//! What several test files need: the program run to its end, small training data, a small model.

#![allow(dead_code)] // Every test file is a crate of its own and uses a part of this.

pub mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A program run to its end.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
        Run { code: output.status.code().expect("no signal"), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The JSON objects of stdout, one a line.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
    }

    /// Asserts an error with exit code 2 whose message has all `parts`.
    pub fn assert_error(&self, parts: &[&str]) {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(self.err.starts_with("error: "), "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in: {}", self.err);
        }
    }

    /// Asserts exit code 0 and gives itself back.
    pub fn ok(self) -> Run {
        assert_eq!(self.code, 0, "{}", self.err);
        self
    }
}

/// The program, with an environment that asks for no colour one way or the other.
pub fn command() -> Command {
    let mut command = Command::cargo_bin("stance").expect("cargo builds the program before its tests");
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("CLICOLOR");
    command
}

/// Runs the program with arguments.
pub fn stance<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    Run::of(command().args(args).output().expect("the program starts"))
}

/// The same in a folder.
pub fn stance_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Run {
    Run::of(command().current_dir(folder).args(args).output().expect("the program starts"))
}

/// The same with bytes on stdin.
pub fn stance_with<S: AsRef<std::ffi::OsStr>>(stdin: impl AsRef<[u8]>, args: impl IntoIterator<Item = S>) -> Run {
    Run::of(command().write_stdin(stdin.as_ref()).args(args).output().expect("the program starts"))
}

/// A path inside the repository.
pub fn at(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_str().expect("UTF-8").to_string()
}

/// The first lines of a file of the repository.
pub fn first_lines(path: &str, n: usize) -> String {
    let text = fs::read_to_string(at(path)).expect("the file is there");
    text.lines().take(n).map(|line| format!("{line}\n")).collect()
}

/// A temporary folder with files in it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of a file in it.
    pub fn at(&self, name: &str) -> String {
        self.path().join(name).to_str().expect("UTF-8").to_string()
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(&path, content).expect("the file can be written");
        self.at(name)
    }

    /// The names of everything in it, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the folder is there");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }
}

/// A Parquet file of texts, so many rows in a group; `None` is null. The columns `start` and `end` are whole numbers.
#[cfg(feature = "parquet")]
pub fn parquet_of(names: &[&str], rows: &[Vec<Option<String>>], group: usize) -> Vec<u8> {
    parquet_with(names, rows, group, Default::default())
}

/// The same with properties of the writer's.
#[cfg(feature = "parquet")]
pub fn parquet_with(
    names: &[&str],
    rows: &[Vec<Option<String>>],
    group: usize,
    properties: parquet::file::properties::WriterProperties,
) -> Vec<u8> {
    use parquet::data_type::{ByteArrayType, Int64Type};
    let is_number = |name: &str| ["start", "end"].contains(&name);
    let field = |name: &&str| match is_number(name) {
        true => format!("optional int64 {name};"),
        false => format!("optional binary {name} (string);"),
    };
    let fields: String = names.iter().map(field).collect();
    let schema = parquet::schema::parser::parse_message_type(&format!("message m {{ {fields} }}")).expect("a schema");
    let mut writer = parquet::file::writer::SerializedFileWriter::new(Vec::new(), schema.into(), properties.into())
        .expect("it begins");
    for rows in rows.chunks(group) {
        let mut group = writer.next_row_group().expect("a group");
        for (number, name) in names.iter().enumerate() {
            let cells = || rows.iter().filter_map(|row| row[number].clone());
            let levels: Vec<i16> = rows.iter().map(|row| i16::from(row[number].is_some())).collect();
            let mut column = group.next_column().expect("a column").expect("one more");
            let written = if is_number(name) {
                let numbers: Vec<i64> = cells().map(|cell| cell.parse().expect("a number")).collect();
                column.typed::<Int64Type>().write_batch(&numbers, Some(&levels), None)
            } else {
                let texts: Vec<_> = cells().map(|cell| cell.into_bytes().into()).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)
            };
            written.expect("values");
            column.close().expect("it ends");
        }
        group.close().expect("it ends");
    }
    writer.into_inner().expect("it ends")
}

/// Number of items that a small model is trained on.
pub const SMALL: usize = 300;

/// The bytes of a model of [`SMALL`] items, trained once per test program.
pub fn small_model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let folder = Folder::new();
        let data = folder.write("train.jsonl", first_lines("data/train.jsonl", SMALL));
        stance(["train", "--data", &data, "--out", &folder.at("small.safetensors")]).ok();
        fs::read(folder.at("small.safetensors")).expect("the model was written")
    })
}

/// The file of the shipped model.
pub fn shipped_model() -> PathBuf {
    at("models/military-intervention.safetensors").into()
}

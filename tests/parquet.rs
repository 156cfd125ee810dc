//! Results as Parquet: the rows of CSV with their types, the same on stdout and in a file, readable by the crate itself.
//! (What pyarrow, pandas, Polars and DuckDB make of them was looked at once: docs/reading.md.)
#![cfg(feature = "parquet")]

mod common;

use common::{Folder, at, command, stance};
use parquet::basic::{LogicalType, Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::record::Field;

/// A table: names and values, a missing one empty, and what the file says of itself.
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    metadata: ParquetMetaData,
}

fn read(path: &str) -> Table {
    let reader = SerializedFileReader::new(std::fs::File::open(path).expect("it is there")).expect("Parquet");
    let metadata = reader.metadata().clone();
    let names = metadata.file_metadata().schema().get_fields().iter().map(|f| f.name().to_string()).collect();
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Double(p) => format!("{p:.6}"),
        Field::Long(n) => n.to_string(),
        other => panic!("{other:?} is no value of ours"),
    };
    let rows = reader.get_row_iter(None).expect("rows");
    let rows = rows.map(|row| row.expect("a row").get_column_iter().map(|(_, field)| cell(field)).collect()).collect();
    Table { names, rows, metadata }
}

fn assert_same_as_csv(table: &Table, csv: &str) {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header: Vec<&str> = reader.headers().expect("a header").iter().collect();
    assert_eq!(table.names, header);
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    assert_eq!(table.rows.len(), records.len());
    assert!(!records.is_empty());
    for (row, record) in table.rows.iter().zip(&records) {
        // CSV alone keeps formulas from spreadsheets, by an apostrophe in front.
        let same = |(cell, text): (&str, &String)| cell == text || cell.strip_prefix('\'') == Some(text);
        assert!(row.len() == record.len() && record.iter().zip(row).all(same), "{row:?} {record:?}");
    }
}

#[test]
fn articles_have_the_rows_of_csv_with_their_types() {
    let folder = Folder::new();
    let articles = folder.write("articles.jsonl", common::first_lines("data/articles.jsonl", 50));
    let formula = folder.write("b.jsonl", "{\"id\": \"=1+1\", \"text\": \"Peru rejected war.\"}\n");
    let out = folder.at("stances.parquet");
    let args = ["predict", "--min-confidence", "0.8", &articles, &formula];
    let file = stance(args.iter().chain(&["--format", "parquet", "--out", &out])).ok();
    assert_eq!(file.out, "");
    let table = read(&out);
    assert_same_as_csv(&table, &stance(args.iter().chain(&["--format", "csv"])).ok().out);
    assert!(table.rows.iter().any(|row| row[5].is_empty()) && table.rows.iter().any(|row| row[0] == "=1+1"));
    let schema = table.metadata.file_metadata().schema_descr();
    let types: Vec<Type> = schema.columns().iter().map(|column| column.physical_type()).collect();
    let expected =
        [[Type::BYTE_ARRAY; 6].as_slice(), &[Type::DOUBLE; 4], &[Type::INT64; 3], &[Type::BYTE_ARRAY]].concat();
    assert_eq!(types, expected);
    assert_eq!(schema.column(0).logical_type_ref(), Some(&LogicalType::String));
    assert_eq!(folder.names(), ["articles.jsonl", "b.jsonl", "stances.parquet"]);
    // On stdout the bytes are the same, for any number of threads.
    for threads in ["1", "2"] {
        let printed =
            command().args(args).args(["--format", "parquet", "--threads", threads]).output().expect("it runs");
        assert!(printed.status.success() && printed.stdout == std::fs::read(&out).expect("it is there"));
    }
}

#[test]
fn items_have_the_rows_of_csv() {
    let folder = Folder::new();
    let items = folder.write("items.jsonl", common::first_lines("data/dev.jsonl", 40));
    let out = folder.at("items.parquet");
    for more in [&[][..], &["--coverage", "0.9"]] {
        let args: Vec<&str> = ["predict", "--unit", "sentence", &items].iter().chain(more).copied().collect();
        stance(args.iter().chain(&["--format", "parquet", "--out", &out])).ok();
        assert_same_as_csv(&read(&out), &stance(args.iter().chain(&["--format", "csv"])).ok().out);
    }
}

#[test]
fn what_is_written_can_be_read_again() {
    let folder = Folder::new();
    let out = folder.at("stances.parquet");
    stance(["predict", "--format", "parquet", "--out", &out, &at("data/articles.jsonl")]).ok();
    let again = stance(["predict", "--format", "csv", "--text-field", "evidence", "--id-field", "", &out]).ok();
    assert!(again.out.lines().count() > 50, "{}", again.out);
}

#[test]
fn a_run_that_fails_leaves_the_old_file() {
    let folder = Folder::new();
    let bad = folder.write("a.jsonl", "{\"text\": \"Peru rejected war.\"}\n{\n");
    let out = folder.write("out.parquet", "old");
    stance(["predict", "--format", "parquet", "--out", &out, &bad]).assert_error(&["a.jsonl:2"]);
    assert_eq!(std::fs::read_to_string(&out).expect("it is there"), "old");
    assert_eq!(folder.names(), ["a.jsonl", "out.parquet"]);
    // Nothing to say is a table too.
    let nobody = folder.write("b.txt", "Nobody is here.");
    stance(["predict", "--format", "parquet", "--out", &out, &nobody]).ok();
    assert_eq!((read(&out).rows.len(), read(&out).names.len()), (0, 14));
}

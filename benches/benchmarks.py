#!/usr/bin/env python3
"""Quality on public data sets; writes the tables of docs/benchmarks.md between its markers.

    python3 benches/benchmarks.py --bench FOLDER [--write]

FOLDER holds newsmtsc/{train,dev_rw,dev_mt}.jsonl and plv/train.jsonl in the item format of this project. NewsMTSC is
trained on its train part and scored on both dev parts. PLV is scored by grouped 5-fold cross-validation on its train
part: groups are dealt to folds by their hash, so that the folds are the same everywhere. The project's own rows are the
bundled model's. Standard library only; builds the release program first.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
STANCE = TARGET / "release" / "stance"
FOLDS = 5
# Options of `stance train` for each set, chosen by cross-validation on its train part.
SIXTEEN = (
    "words,sides,segment,predicate,position,negation,class,class-order,group-order,class-negation,first-class,"
    "class-segment,class-word,class-predicate,subject,object"
)
PLV = ["--features", SIXTEEN, "--alpha", "0.05"]
NEWSMTSC = ["--alpha", "0.4"]


def items(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return str(path)


def stance(*arguments):
    run = subprocess.run([STANCE, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"stance {' '.join(map(str, arguments))}: {run.stderr.strip()}")
    return run.stdout


def predictions(folder, train, test, field, settings):
    """What a model of `train` says of the items of `test`: (id, label) rows."""
    model = folder / "model.safetensors"
    train_file, test_file = write(folder / "train.jsonl", train), write(folder / "test.jsonl", test)
    stance("train", "--data", train_file, "--label-field", field, "--out", model, *settings)
    found = stance("predict", "--model", model, "--unit", "sentence", "--format", "jsonl", test_file)
    return [{"id": row["id"], field: row["stance"]} for row in map(json.loads, found.splitlines())]


def fold_of(row):
    return int(hashlib.sha256(row["group"].encode()).hexdigest(), 16) % FOLDS


def cross_validated(folder, rows, field, settings):
    found = []
    for fold in range(FOLDS):
        train = [row for row in rows if fold_of(row) != fold]
        found += predictions(folder, train, [row for row in rows if fold_of(row) == fold], field, settings)
    return found


def judged(folder, rows, field, found):
    """Macro-F1 with its interval and the accuracy, as `stance evaluate` reports them."""
    data, predicted = write(folder / "gold.jsonl", rows), write(folder / "predicted.jsonl", found)
    return report("--predictions", predicted, "--data", data, "--label-field", field)


def report(*arguments):
    return json.loads(stance("evaluate", *arguments, "--format", "json"))


def cells(found):
    low, high = found["macro_f1_interval"]
    return f"**{found['macro_f1']:.3f}** [{low:.3f}, {high:.3f}] | {found['accuracy']:.3f} | {found['n']}"


def newsmtsc(folder, bench):
    train = items(bench / "newsmtsc" / "train.jsonl")
    for part in ("dev_rw", "dev_mt"):
        test = items(bench / "newsmtsc" / f"{part}.jsonl")
        found = predictions(folder, train, test, "stance", NEWSMTSC)
        yield f"NewsMTSC {part}", judged(folder, test, "stance", found)


def plv(folder, bench):
    rows = items(bench / "plv" / "train.jsonl")
    for field, name in (("stance", "binary"), ("quad", "quad"), ("root", "root")):
        found = cross_validated(folder, rows, field, PLV)
        yield f"PLV {name}, 5 folds", judged(folder, rows, field, found)


def own():
    for part in ("test", "dev"):
        yield f"data/{part}.jsonl", report("--data", ROOT / "data" / f"{part}.jsonl")


def table(results):
    lines = ["| data | macro-F1 | accuracy | items |", "|---|--:|--:|--:|"]
    for name, found in results:
        print(f"{name}: {cells(found)}", file=sys.stderr, flush=True)
        lines.append(f"| {name} | {cells(found)} |")
    return "\n".join(lines) + "\n"


def put(page, text):
    """Replaces what stands between the markers of the page."""
    begin, end = "<!-- benchmarks:begin -->\n", "<!-- benchmarks:end -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    new = page.with_suffix(".new")
    new.write_text(before + begin + text + end + after, encoding="utf-8")
    new.replace(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = [*newsmtsc(folder, options.bench), *plv(folder, options.bench), *own()]
        shown = table(results)
    if options.write:
        put(PAGE, shown)
    else:
        print(shown, end="")


if __name__ == "__main__":
    main()

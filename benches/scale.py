#!/usr/bin/env python3
"""Time and memory of stance against the size of its input; writes benches/scale.md, scale.svg and scale.json.

    python3 benches/scale.py [--items 10k,30k,100k,300k,1M,3M] [--docs-mb 10,40,200,1000,2000]

One run for each size. Inputs are made as a stream, measured and deleted again; a size for which the disk has no room is
left out, and the table says so. Standard library only.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benches" / "peers"))

import scale_plot  # noqa: E402
from corpus import Pool, to_json  # noqa: E402
from jobs import PLAIN  # noqa: E402
from measure import Job, run_once  # noqa: E402
from report import machine  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SUFFIXES = {"k": 1000, "M": 1_000_000}
RESERVE = 5e9  # bytes that stay free on the disk
ROW_BYTES = 260  # of a row's JSON, for knowing whether it will fit


def number(text):
    return int(float(text.rstrip("kM")) * SUFFIXES.get(text[-1], 1))


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", default="10k,30k,100k,300k,1M,3M", help="numbers of labelled texts to train on")
    parser.add_argument("--docs-mb", default="10,40,200,1000,2000", help="megabytes of articles to classify")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=float, default=7200, help="seconds after which a process is stopped")
    parser.add_argument("--stance", type=Path, help="program to measure instead of this checkout's release build")
    parser.add_argument(
        "--from", dest="files", nargs="+", default=[], metavar="FILE.jsonl", help="other labelled texts"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "benches", help="folder for what is written")
    args = parser.parse_args()
    args.items = [number(n) for n in args.items.split(",") if n]
    args.docs_mb = [float(n) for n in args.docs_mb.split(",") if n]
    return args


def build(kind, path, size, files):
    """Writes an input, in a process of its own, as this one must stay small to read peaks. Returns bytes of text."""
    command = [sys.executable, str(Path(__file__).resolve()), "--write", kind, str(path), str(size), *files]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def write(kind, path, size, *files):
    """What `build` runs."""
    pool, total = Pool(files), 0
    with open(path, "w", encoding="utf-8") as out:
        if kind == "train":
            for n, (text, label) in enumerate(pool.rows(int(size))):
                out.write(to_json({"id": str(n), "text": text, "label": label}))
                total += len(text.encode())
        else:
            for n, (text, length) in enumerate(pool.articles(float(size) * 1e6)):
                out.write(to_json({"id": str(n), "text": text}))
                total += length
    print(total)


def command(kind, args, path, model):
    tail = ["--threads", str(args.threads)]
    if kind == "train":
        return [str(args.stance), "train", "--data", str(path), *PLAIN, *tail, "--out", str(model)]
    return [str(args.stance), "predict", "--format", "jsonl", *tail, str(path)]


def measure(kind, size, args, folder):
    """One size: its bytes, time and memory, or why there are none."""
    needed = size * ROW_BYTES if kind == "train" else size * 1.2e6
    if shutil.disk_usage(folder).free < needed + RESERVE:
        return {"size": size, "failed": f"left out: {needed / 1e9:.1f} GB would fill the disk"}
    path, model = folder / f"{kind}.jsonl", folder / "model.safetensors"
    try:
        length = build(kind, path, size, args.files)
        wall, cpu, peak, _ = run_once(Job(kind, command(kind, args, path, model)), args.timeout)
    except RuntimeError as error:
        return {"size": size, "failed": str(error)}
    finally:
        path.unlink(missing_ok=True)
        model.unlink(missing_ok=True)
    return {"size": size, "bytes": length, "wall": wall, "cpu": cpu, "peak": peak}


def table(title, text, unit, points):
    head = f"| {unit} | MB of text | wall s | CPU s | MB/s | peak MB |\n|--:|--:|--:|--:|--:|--:|\n"
    return f"\n## {title}\n\n{text}\n\n{head}" + "".join(row(point) for point in points)


def row(point):
    if "failed" in point:
        return f"| {point['size']:,} | {point['failed'].replace('|', '/')} | | | | |\n"
    mb, wall = point["bytes"] / 1e6, point["wall"]
    cells = [f"{point['size']:,}", f"{mb:,.1f}", f"{wall:,.2f}", f"{point['cpu']:,.2f}", f"{mb / wall:.1f}"]
    return "| " + " | ".join([*cells, f"{point['peak'] / 1e6:,.0f}"]) + " |\n"


def markdown(run):
    m = run["machine"]
    head = f"""# Time and memory against size

Written by `python3 benches/scale.py`; do not edit. One run each, {run["threads"]} threads, on {m["cpu"]} with
{m["cores"]} cores and {m["memory_gb"]} GB, {m["os"]}, {m["kernel"]}; load before {m["load_before"]}; {run["date"]}.

![Time and memory against size, both axes logarithmic](scale.svg)
"""
    train = table("Training", "Plain text classification on words and pairs, as in RESULTS.md.", "items", run["train"])
    return head + train + table("Prediction", "Articles with the bundled model.", "MB asked for", run["predict"])


def main():
    args = options()
    if not args.stance:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
        args.stance = TARGET / "release" / "stance"
    folder = TARGET / "scale"
    folder.mkdir(parents=True, exist_ok=True)
    run = {"machine": machine(), "date": f"{datetime.date.today()}", "threads": args.threads}
    for kind, sizes in (("train", args.items), ("predict", args.docs_mb)):
        run[kind] = []
        for size in sizes:
            start = time.perf_counter()
            run[kind].append(measure(kind, size, args, folder))
            print(kind, run[kind][-1], f"({time.perf_counter() - start:.0f} s with making it)", flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "scale.json").write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    (args.out / "scale.md").write_text(markdown(run), encoding="utf-8")
    (args.out / "scale.svg").write_text(scale_plot.svg(run), encoding="utf-8")


if __name__ == "__main__":
    write(*sys.argv[2:]) if sys.argv[1:2] == ["--write"] else main()

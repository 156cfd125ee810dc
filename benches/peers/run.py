#!/usr/bin/env python3
"""Measures stance against other tools on this machine, and writes benches/RESULTS.md and benches/results.json.

    python3 benches/peers/run.py [--rows 300000] [--docs-mb 200] [--runs 5] [--only train,predict,startup]

It sets up what it needs below target/peers: the release build, a virtual environment with the peers of
requirements.txt, the corpus. README.md says what is compared and why so. Standard library only.
"""

import argparse
import datetime
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import jobs
import report
from measure import in_turns, memory_floor, run_once

ROOT = jobs.ROOT
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000, help="labelled texts to train on")
    parser.add_argument("--docs-mb", type=float, default=200, help="megabytes of articles")
    parser.add_argument("--runs", type=int, default=5, help="runs of each contestant")
    parser.add_argument("--startup-runs", type=int, default=50, help="runs of stance and its limit at start-up")
    parser.add_argument("--only", default="train,predict,startup", help="comparisons, separated by commas")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for every tool that takes a number")
    parser.add_argument(
        "--from", dest="files", nargs="+", default=[], metavar="FILE.jsonl", help="other labelled texts"
    )
    parser.add_argument("--timeout", type=float, default=7200, help="seconds after which a process is stopped")
    parser.add_argument("--out", type=Path, default=ROOT / "benches", help="folder for RESULTS.md and results.json")
    args = parser.parse_args()
    args.only = args.only.split(",")
    if unknown := set(args.only) - set(report.TITLES):
        parser.error(f"--only takes {', '.join(report.TITLES)}, not {', '.join(unknown)}")
    return args


def step(what):
    print(f"== {what}", flush=True)


def ask(*command):
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.strip()


def requirements():
    lines = (jobs.HERE / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def environment(folder):
    """The virtual environment's Python. A peer that cannot be installed fails later, in its own row."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    for line in requirements():
        done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", line], stdin=subprocess.DEVNULL)
        if done.returncode:
            print(f"  could not install {line}", flush=True)
    return python


def versions(place):
    names = [line.split("==")[0] for line in requirements()]
    code = (
        "import importlib.metadata as m, json, platform, sys\n"
        "there = {d.metadata['Name'].lower(): d.version for d in m.distributions()}\n"
        "print(json.dumps({'Python': platform.python_version()} | {n: there.get(n, 'missing') for n in sys.argv[1:]}))"
    )
    found = {
        "stance": ask(str(place.stance), "--version").removeprefix("stance "),
        "rustc": ask("rustc", "--version").split()[1],
    }
    return (
        found | json.loads(ask(str(place.python), "-c", code, *names)) | {"wc": ask("wc", "--version").split("\n")[0]}
    )


def commit():
    return ask("git", "rev-parse", "--short", "HEAD") + (
        " with changes" if ask("git", "status", "--porcelain", "src") else ""
    )


def made_of(files):
    """A digest of all that goes into the corpus."""
    data = [ROOT / "data" / name for name in ("train.jsonl", "articles.jsonl")]
    digest = hashlib.sha256()
    for path in [jobs.HERE / "corpus.py", *data, *files]:
        # In pieces, as the children's peaks cannot be read below this process's own.
        with open(path, "rb") as file:
            while piece := file.read(1 << 16):
                digest.update(piece)
    return digest.hexdigest()


def corpus(place, args):
    """Builds it unless just this one is there; returns its facts."""
    wanted = {"rows": args.rows, "docs_mb": args.docs_mb, "from": args.files, "made_of": made_of(args.files)}
    stamp = place.corpus / "wanted.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        command = [sys.executable, str(jobs.HERE / "corpus.py"), str(place.corpus), "--rows", str(args.rows)]
        command += ["--docs-mb", str(args.docs_mb)] + (["--from", *args.files] if args.files else [])
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        stamp.write_text(json.dumps(wanted))
        for model in place.models.iterdir():
            model.unlink()
    facts = json.loads((place.corpus / "corpus.json").read_text())
    print(f"  {facts}", flush=True)
    return facts | {"example_bytes": place.example.stat().st_size}


def train(place, args):
    """LIBLINEAR's matrix first, then all in turns, then what they reached."""
    contestants = jobs.training(place)
    try:
        run_once(jobs.make_matrix(place), args.timeout)
    except RuntimeError as error:
        print(f"  no matrix for LIBLINEAR: {error}", flush=True)
    outcomes = in_turns(contestants, args.runs, args.timeout)
    jobs.quality(place, outcomes, args.timeout)
    return contestants, outcomes


def models(place, args):
    """The models that prediction needs, where this run has not trained them. One that fails is seen in prediction."""
    wanted = {"stance": "stance.safetensors", "scikit-learn": "sklearn.pkl", "fastText": "fasttext.bin"}
    missing = [
        job for job in jobs.training(place) if job.name in wanted and not Path(place.model(wanted[job.name])).exists()
    ]
    if missing:
        step("models, untimed")
        in_turns(missing, 1, args.timeout)


def compare(place, args):
    """The chosen comparisons, in order."""
    chosen = {}
    for name in [name for name in report.TITLES if name in args.only]:
        if name != "train":
            models(place, args)
        step(report.TITLES[name][0].lower())
        if name == "train":
            chosen[name] = train(place, args)
        elif name == "predict":
            chosen[name] = jobs.prediction(place), in_turns(jobs.prediction(place), args.runs, args.timeout)
        else:
            contestants = jobs.startup(place, args.startup_runs, args.runs)
            chosen[name] = contestants, in_turns(contestants, args.runs, args.timeout)
    return chosen


def main():
    args = options()
    os.environ |= {name: str(args.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    step("release build")
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    step("peers")
    folder = TARGET / "peers"
    python = environment(folder / "venv")
    place = jobs.Place(TARGET / "release" / "stance", python, folder / "corpus", folder / "models", args.threads)
    place.models.mkdir(parents=True, exist_ok=True)
    step("corpus")
    run = {"corpus": corpus(place, args), "machine": report.machine(), "date": f"{datetime.date.today()}"}
    run |= {"commit": commit(), "versions": versions(place), "threads": args.threads, "runs": args.runs}
    run["memory_floor"] = memory_floor()
    args.out.mkdir(parents=True, exist_ok=True)
    report.write(report.record(run, compare(place, args)), args.out)
    print(f"wrote {args.out / 'RESULTS.md'} and {args.out / 'results.json'}")


if __name__ == "__main__":
    main()

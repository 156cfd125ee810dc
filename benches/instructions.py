#!/usr/bin/env python3
"""Instructions of the hot paths, counted by callgrind: no clock, so a busy machine gives the same numbers.

    python3 benches/instructions.py            print counts beside the recorded ones
    python3 benches/instructions.py --check    the same; exit code 1 where a part needs over 5 % more (what CI runs)
    python3 benches/instructions.py --renew    record the counts in benches/instructions.json

The parts are those of examples/hot_paths.rs. Another compiler makes other instructions, and the standard library, the
allocator and memchr choose their code by processor: the record names compiler, target and processor features, and
--check compares only with counts of the same. Why no ready-made harness: docs/performance.md. Standard library only.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "benches" / "instructions.json"
TOLERANCE = 0.05
# A dump is made where counting begins and where it ends; the former holds what setting up cost.
BEGIN, END = "hot_paths::measured", "hot_paths::report"
# One thread, as threads share work differently from run to run. glibc learns from what was freed which memory to ask of
# the kernel, which comes cleared, and which to clear itself: with fixed limits it always does the same.
STEADY = {
    "RAYON_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**17),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
}
CHOOSES_CODE = ("sse4_2", "avx2", "avx512f")


def run(command, **options):
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def built_by():
    """What the counts depend on beside the code."""
    rustc = run(["rustc", "--version", "--verbose"]).splitlines()
    host = next(line.removeprefix("host: ") for line in rustc if line.startswith("host: "))
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text().split() if cpuinfo.exists() else []
    features = [f for f in CHOOSES_CODE if f in flags]
    libc = " ".join(platform.libc_ver())
    return {
        "rustc": rustc[0],
        "host": host,
        "features": features,
        "libc": libc,
        "valgrind": run(["valgrind", "--version"]).strip(),
    }


def count():
    """Instructions per part, in the order in which they run."""
    run(["cargo", "build", "--release", "--quiet", "--example", "hot_paths"])
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", f"--dump-before={BEGIN}"]
        command += [f"--dump-before={END}", str(target / "release" / "examples" / "hot_paths")]
        printed = run(command, env=os.environ | STEADY, stderr=subprocess.DEVNULL)
        names = [line.split()[0] for line in printed.splitlines()]
        dumps = sorted(Path(folder).glob("out.*"), key=lambda dump: int(dump.suffix[1:]))
        measured = [text for text in (dump.read_text() for dump in dumps) if f"--dump-before={END}\n" in text]
    if len(measured) != len(names):
        sys.exit(f"{len(measured)} dumps for {len(names)} parts: is {END} still a function of its own?")
    return {name: total(text) for name, text in zip(names, measured)}


def total(dump):
    return next(int(line.split()[1]) for line in dump.splitlines() if line.startswith("totals: "))


def compare(counts, record):
    """Prints a line per part; returns the parts that need more than the tolerance allows."""
    worse = []
    for part, now in counts.items():
        before = record.get(part)
        change = f"{now / before - 1:+8.2%}" if before else "     new"
        print(f"{part:<12} {now:>14,} {change}")
        if before is None or now > before * (1 + TOLERANCE):
            worse.append(part)
    return worse


def main():
    parser = argparse.ArgumentParser(description="Count the instructions of the hot paths.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--renew", action="store_true")
    args = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is not installed; it counts the instructions")
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    built = built_by()
    same = record.get("built_by") == built
    if args.check and not same:
        print(f"skipped: the counts are those of {record.get('built_by')}, here is {built}")
        return
    counts = count()
    worse = compare(counts, record.get("instructions", {}))
    if args.renew:
        RECORD.write_text(json.dumps({"built_by": built, "instructions": counts}, indent=2) + "\n")
    elif args.check and worse:
        sys.exit(
            f"more instructions than recorded (over {TOLERANCE:.0%}): {', '.join(worse)}. If the commit is worth it, "
            "run `python3 benches/instructions.py --renew` and say so in its message."
        )
    elif not same:
        print(f"the record is of {record.get('built_by')}, this is {built}")


if __name__ == "__main__":
    main()

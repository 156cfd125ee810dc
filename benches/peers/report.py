"""The measurements as Markdown and JSON. Every number and name in it comes from the run. Standard library only."""

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

from measure import spread

TITLES = {
    "train": ("Training", "From a file of {train_rows:,} labelled texts ({train_mb:.0f} MB) to a model file."),
    "predict": (
        "Prediction",
        "From a file of {docs:,} articles ({docs_mb:.0f} MB of text) to an answer for each, not kept.",
    ),
    "startup": ("Start-up", "One article of {example_bytes:,} bytes: starting, loading the model, one answer."),
}
HEAD = "| | runs | wall s: median | min–max | CPU s | MB/s | peak MB | time against stance |\n"
HEAD += "|---" + "|--:" * 7 + "|\n"


def machine():
    """What the numbers depend on beside the programs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": field("/proc/cpuinfo", "model name", ":") or platform.processor() or "unknown",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "os": (field("/etc/os-release", "PRETTY_NAME", "=") or platform.platform()).strip('"'),
        "kernel": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


def field(path, name, sign):
    """The value of the first line of a file that begins with a name, if there is such a file and line."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    return next((line.split(sign, 1)[1].strip() for line in lines if line.startswith(name)), None)


def record(run, comparisons):
    """All of a measurement as plain data; `comparisons` is by name (jobs, outcomes)."""
    tables = {}
    for name, (jobs, outcomes) in comparisons.items():
        tables[name] = {job.name: asdict(outcomes[job.name]) | {"note": job.note} for job in jobs}
    return run | {"comparisons": tables}


def markdown(run):
    """The page of a record."""
    m, facts = run["machine"], sizes(run)
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    page = f"""# Measured against others

Written by `python3 benches/peers/run.py`; do not edit. What is compared and how: [peers/README.md](peers/README.md).

- Machine: {m["cpu"]}, {m["cores"]} cores, {m["memory_gb"]} GB, {m["os"]}, {m["kernel"]}; {run["threads"]} threads; load
  before the run {m["load_before"]}
- Date: {run["date"]}; commit {run["commit"]}
- Versions: {versions}
- Wall time, CPU time and peak memory are those of whole processes, run in turns; medians where there is one number.
  MB are 10^6 bytes of text. Peak memory below {run["memory_floor"] / 1e6:.0f} MB cannot be told apart.
"""
    for name, table in run["comparisons"].items():
        title, text = TITLES[name]
        page += f"\n## {title}\n\n{text.format(**facts)}\n\n{HEAD}{rows(table, facts.get(name + '_table_bytes'))}"
        page += quality(table) if name == "train" else ""
        page += "\n" + "".join(f"- {n}: {o['note']}\n" for n, o in table.items() if o["note"])
    return page


def sizes(run):
    facts = dict(run["corpus"])
    facts |= {"train_mb": facts["train_bytes"] / 1e6, "docs_mb": facts["docs_bytes"] / 1e6}
    return facts | {"train_table_bytes": facts["train_bytes"], "predict_table_bytes": facts["docs_bytes"]}


def rows(table, size):
    own = spread(table["stance"]["walls"])
    return "".join(row(name, outcome, size, own) for name, outcome in table.items())


def row(name, outcome, size, own):
    if outcome["failed"]:
        return f"| {name} | failed: {outcome['failed'].replace('|', '/')} | | | | | | |\n"
    wall, cpu, peak = (spread(outcome[kind]) for kind in ("walls", "cpus", "peaks"))
    # Two digits after the point would say little of a tenth of a second.
    show = "{:.4f}" if wall["median"] < 1 else "{:.2f}"
    speed = f"{size / wall['median'] / 1e6:.1f}" if size else ""
    ratio = f"{wall['median'] / own['median']:.2f}" if own else ""
    between = f"{show.format(wall['min'])}–{show.format(wall['max'])}"
    cells = [name, f"{len(outcome['walls'])}", show.format(wall["median"]), between, show.format(cpu["median"])]
    cells += [speed, f"{peak['median'] / 1e6:.0f}", ratio]
    return "| " + " | ".join(cells) + " |\n"


def quality(table):
    """What was reached in that time. Objectives compare only where both minimise the same."""
    kinds = ("features", "nonzeros", "iterations", "fit_seconds", "objective", "accuracy")
    text = "\n| what was reached | " + " | ".join(kinds).replace("_", " ") + " |\n|---" + "|--:" * len(kinds) + "|\n"
    for name, outcome in table.items():
        cells = [number(outcome["facts"].get(kind)) for kind in kinds]
        text += f"| {name} | " + " | ".join(cells) + " |\n"
    return text


def number(value):
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}" if value < 10 else f"{value:,.1f}"


def write(run, out):
    """The page and the data beside it."""
    (out / "results.json").write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "RESULTS.md").write_text(markdown(run), encoding="utf-8")

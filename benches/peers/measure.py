"""Runs commands as whole processes, in turns, and reads wall time, CPU time and peak memory of each from the kernel.

What is run is left to jobs.py. Standard library only, and small: see `memory_floor`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field

# ru_maxrss is in KiB, on macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Job:
    """One contestant of a comparison."""

    name: str
    command: list
    # Whether standard output is JSON with facts about the run; "wall" and "cpu" among them replace those of the
    # process, where only a part of it is to be timed. Otherwise the output goes to the null device.
    reports: bool = False
    runs: int | None = None  # fewer or more than the comparison's
    note: str = ""


@dataclass
class Outcome:
    """What a job's runs took; `failed` is the last line of its complaint."""

    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    peaks: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    failed: str | None = None


def run_once(job, timeout):
    """Wall and CPU seconds, peak bytes, facts; or raises RuntimeError with what went wrong."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                job.command,
                stdin=subprocess.DEVNULL,
                stdout=output if job.reports else subprocess.DEVNULL,
                stderr=errors,
            )
        except OSError as error:
            raise RuntimeError(str(error)) from error
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said = last_line(errors)
        if process.returncode:
            raise RuntimeError(f"exit code {process.returncode} after {wall:.0f} s: {said}")
        output.seek(0)
        facts = json.loads(output.read() or "{}") | {"said": said} if job.reports else {}
    cpu = usage.ru_utime + usage.ru_stime
    return facts.pop("wall", wall), facts.pop("cpu", cpu), usage.ru_maxrss * RSS_UNIT, facts


def last_line(file):
    """Of what a process wrote to standard error."""
    file.seek(0)
    lines = file.read().decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "no message")


def in_turns(jobs, runs, timeout=7200):
    """A B C A B C and not A A B B C C: what else the machine does meanwhile strikes all alike. Job name to outcome."""
    outcomes = {job.name: Outcome() for job in jobs}
    for turn in range(max(job.runs or runs for job in jobs)):
        for job in jobs:
            outcome = outcomes[job.name]
            if outcome.failed or turn >= (job.runs or runs):
                continue
            try:
                wall, cpu, peak, facts = run_once(job, timeout)
            except RuntimeError as error:
                outcome.failed = str(error)
                print(f"  {job.name}: FAILED: {error}", flush=True)
                continue
            outcome.walls.append(wall)
            outcome.cpus.append(cpu)
            outcome.peaks.append(peak)
            outcome.facts |= facts
            if (job.runs or runs) <= 10:
                print(f"  {job.name}: {wall:.2f} s, CPU {cpu:.2f} s, {peak / 1e6:.0f} MB", flush=True)
    return outcomes


def memory_floor():
    """A child begins as a copy of this process, and its peak includes that: nothing below can be told apart."""
    return run_once(Job("true", ["true"]), 60)[2]


def spread(values):
    """Minimum, median and maximum."""
    return {"min": min(values), "median": statistics.median(values), "max": max(values)} if values else None

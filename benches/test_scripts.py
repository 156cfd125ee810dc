"""Tests of the measuring scripts, without measuring anything: `python3 -m unittest discover -s benches`."""

import contextlib
import io
import itertools
import sys
import unittest
import xml.dom.minidom
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

import instructions  # noqa: E402
import report  # noqa: E402
import scale_plot  # noqa: E402
from corpus import Pool  # noqa: E402
from jobs import summary  # noqa: E402
from measure import Job, in_turns, run_once  # noqa: E402

PYTHON = sys.executable


class Corpus(unittest.TestCase):
    def test_rows_are_the_same_each_time_and_no_two_are_equal(self):
        pool = Pool()
        count = len(pool.labelled) + 1_000
        rows = list(pool.rows(count))
        self.assertEqual(rows, list(Pool().rows(count)))
        self.assertEqual(len({text for text, _ in rows}), count)
        self.assertEqual({text for text, _ in pool.labelled}, {text for text, _ in rows[: len(pool.labelled)]})

    def test_articles_have_the_size_asked_for(self):
        articles = list(Pool().articles(50_000))
        total = sum(length for _, length in articles)
        self.assertEqual(total, sum(len(text.encode()) for text, _ in articles))
        self.assertTrue(50_000 <= total < 50_000 + articles[-1][1])
        self.assertTrue(all("\n" in text for text, _ in itertools.islice(articles, 5)))


class Measure(unittest.TestCase):
    def test_a_failing_job_is_kept_with_its_last_line(self):
        jobs = [
            Job("good", ["true"]),
            Job("bad", [PYTHON, "-c", "import sys; sys.exit('no such peer')"]),
            Job("none", ["/none"]),
        ]
        with contextlib.redirect_stdout(io.StringIO()):
            outcomes = in_turns(jobs, 2)
        self.assertEqual(len(outcomes["good"].walls), 2)
        self.assertRegex(outcomes["bad"].failed, "exit code 1 .*no such peer")
        self.assertIn("/none", outcomes["none"].failed)

    def test_a_job_that_times_a_part_of_itself_is_believed(self):
        code = 'import sys; print(\'{"wall": 0.5, "cpu": 0.25, "accuracy": 1}\'); print("done", file=sys.stderr)'
        wall, cpu, peak, facts = run_once(Job("part", [PYTHON, "-c", code], reports=True), 60)
        self.assertEqual((wall, cpu, facts), (0.5, 0.25, {"accuracy": 1, "said": "done"}))
        self.assertGreater(peak, 1_000_000)

    def test_a_job_that_hangs_is_stopped(self):
        with self.assertRaisesRegex(RuntimeError, "exit code -9"):
            run_once(Job("slow", ["sleep", "60"]), 0.2)


class Pages(unittest.TestCase):
    def test_ratios_are_to_stance_and_a_failure_has_a_row(self):
        table = {
            "stance": {"walls": [1.0, 2.0, 4.0], "cpus": [3.0], "peaks": [5e6], "failed": None},
            "other": {"walls": [5.0], "cpus": [5.0], "peaks": [7e6], "failed": None},
            "broken": {"walls": [], "cpus": [], "peaks": [], "failed": "exit code 1: a | b"},
        }
        lines = report.rows(table, 10e6).splitlines()
        self.assertEqual(lines[0], "| stance | 3 | 2.00 | 1.00–4.00 | 3.00 | 5.0 | 5 | 1.00 |")
        self.assertEqual(lines[1], "| other | 1 | 5.00 | 5.00–5.00 | 5.00 | 2.0 | 7 | 2.50 |")
        self.assertEqual(lines[2], "| broken | failed: exit code 1: a / b | | | | | | |")

    def test_the_summary_of_training(self):
        line = "300 items, 2634 features, dual solver, objective 261.3241 in 30 iterations; wrote m in 0.1 s"
        self.assertEqual(summary(line), {"features": 2634, "objective": 261.3241, "iterations": 30})
        self.assertEqual(summary("no message"), {})

    def test_the_plot_is_well_formed_with_one_point_and_with_none(self):
        point = {"size": 1, "bytes": 2e6, "wall": 0.5, "peak": 5e7}
        for run in ({"train": [point], "predict": []}, {"train": [{"size": 1, "failed": "full"}], "predict": []}):
            xml.dom.minidom.parseString(scale_plot.svg(run))


class Instructions(unittest.TestCase):
    def test_five_per_cent_more_passes_and_a_little_more_does_not(self):
        counts, record = {"a": 105, "b": 106, "c": 50, "new": 1}, {"a": 100, "b": 100, "c": 100}
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(instructions.compare(counts, record), ["b", "new"])
        self.assertIn("-50.00%", out.getvalue())


if __name__ == "__main__":
    unittest.main()

"""Who is compared with whom: the commands of each comparison, and what is asked of the models afterwards, untimed.

How they are timed is left to measure.py, and how the answers are shown to report.py. Standard library only.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from measure import Job, run_once

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SKLEARN = "TfidfVectorizer(1-2, min_df 2, sublinear), LogisticRegression(C 1, lbfgs, max_iter 200)"
# Threads that wait for each other in short vector operations can take more time than they save.
ONE_THREAD = ["OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"]
PLAIN = ["--label-field", "label", "--features", "words", "--alpha", "1", "--class-weight", "none"]


@dataclass(frozen=True)
class Place:
    """Programs, corpus and models of one measurement."""

    stance: Path
    python: Path
    corpus: Path
    models: Path
    threads: int
    example: Path = ROOT / "data" / "examples" / "caracas.txt"

    def peer(self, script, *args):
        return [str(self.python), str(HERE / f"{script}_peer.py"), *map(str, args)]

    def data(self, name):
        return str(self.corpus / name)

    def model(self, name):
        return str(self.models / name)


def training(place):
    """From files of labelled texts to a model file."""
    stance = [str(place.stance), "train", "--data", place.data("train.jsonl"), *PLAIN]
    stance += ["--threads", str(place.threads), "--out", place.model("stance.safetensors")]
    sklearn = place.peer("sklearn", "train", place.data("train.jsonl"), place.model("sklearn.pkl"))
    jobs = [
        Job("stance", stance, reports=True, note="words and pairs, alpha 1, no class weights"),
        Job("scikit-learn", sklearn, reports=True, note=f"{SKLEARN}, {place.threads} threads for its arithmetic"),
        Job("scikit-learn, one thread", ["env", *ONE_THREAD, *sklearn], reports=True, note="the same"),
    ]
    for solver in ("0", "7"):
        command = place.peer("liblinear", place.model("matrix.npz"), solver)
        jobs.append(
            Job(f"LIBLINEAR -s {solver}", command, reports=True, note="the fit alone, on scikit-learn's matrix")
        )
    fasttext = place.peer("fasttext", "train", place.data("train.ft"), place.model("fasttext.bin"), place.threads)
    vw = place.peer("vw", "train", place.data("train.vw"), place.model("vw.model"), labels_of(place))
    return jobs + [
        Job("fastText", fasttext, note=f"wordNgrams 2, epoch 5, lr 0.5, minCount 2, dim 100, {place.threads} threads"),
        Job("Vowpal Wabbit", vw, note="oaa, logistic loss, ngram 2, 22 bits, 5 passes with a cache"),
    ]


def prediction(place):
    """From a file of articles to an answer for each, written to the null device."""
    stance = [str(place.stance), "predict", "--format", "jsonl", "--threads", str(place.threads)]
    plain = [*stance, "--unit", "sentence", "--model", place.model("stance.safetensors"), place.data("docs.jsonl")]
    return [
        Job(
            "stance",
            [*stance, place.data("docs.jsonl")],
            note="the bundled model: every actor of every article, with evidence",
        ),
        Job("wc -w", ["wc", "-w", place.data("docs.txt")], note="counts words: a limit, in the user's locale"),
        Job("stance, text only", plain, note="the model trained above, each article as one text, as the peers do"),
        Job(
            "scikit-learn",
            place.peer("sklearn", "predict", place.model("sklearn.pkl"), place.data("docs.jsonl")),
            note="predict_proba in batches of 5,000",
        ),
        Job(
            "fastText",
            place.peer("fasttext", "predict", place.model("fasttext.bin"), place.data("docs.txt")),
            note="all labels' probabilities, in batches of 5,000",
        ),
    ]


def startup(place, runs, peer_runs):
    """One short article, where starting and loading the model are nearly all there is."""
    one = place.models / "one.jsonl"
    one.write_text(json.dumps({"id": "one", "text": place.example.read_text()}) + "\n")
    line = place.models / "one.txt"
    line.write_text(" ".join(place.example.read_text().split()) + "\n")
    return [
        Job(
            "stance",
            [str(place.stance), "predict", str(place.example)],
            runs=runs,
            note=f"data/examples/{place.example.name}",
        ),
        Job("true", ["true"], runs=runs, note="does nothing: a limit"),
        Job("scikit-learn", place.peer("sklearn", "predict", place.model("sklearn.pkl"), one), runs=peer_runs),
        Job("fastText", place.peer("fasttext", "predict", place.model("fasttext.bin"), line), runs=peer_runs),
    ]


def labels_of(place):
    return json.loads((place.corpus / "corpus.json").read_text())["labels"]


def make_matrix(place):
    """What LIBLINEAR reads."""
    files = [place.data("train.jsonl"), place.data("held.jsonl"), place.model("matrix.npz")]
    return Job("matrix", place.peer("sklearn", "matrix", *files))


def quality(place, outcomes, timeout):
    """Objective and held-out accuracy of what was trained: whether the contestants did the same work."""
    asked = {
        "stance": [
            str(place.stance),
            "evaluate",
            "--model",
            place.model("stance.safetensors"),
            "--resamples",
            "0",
            "--format",
            "json",
        ]
        + ["--data", place.data("held.jsonl"), "--label-field", "label"],
        "scikit-learn": place.peer(
            "sklearn", "test", place.model("sklearn.pkl"), place.data("train.jsonl"), place.data("held.jsonl")
        ),
        "fastText": place.peer("fasttext", "test", place.model("fasttext.bin"), place.data("held.ft")),
        "Vowpal Wabbit": place.peer("vw", "test", place.model("vw.model"), place.data("held.vw")),
    }
    for name, outcome in outcomes.items():
        outcome.facts |= summary(outcome.facts.get("said", ""))
        if name in asked and not outcome.failed:
            try:
                outcome.facts |= run_once(Job(name, asked[name], reports=True), timeout)[3]
            except RuntimeError as error:
                print(f"  {name}: its model cannot be tested: {error}", flush=True)


def summary(line):
    """Numbers of the line that `stance train` ends with."""
    found = re.search(r"(\d+) features, .* objective ([\d.]+) in (\d+) iterations", line)
    return {"features": int(found[1]), "objective": float(found[2]), "iterations": int(found[3])} if found else {}

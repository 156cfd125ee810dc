"""Vowpal Wabbit on the corpus, in its own input format: words and pairs, one label against the rest.

vw_peer.py train TRAIN.vw MODEL LABELS | test MODEL HELD.vw
"""

import json
import sys

from vowpalwabbit import Workspace


def train(data, model, labels):
    settings = f"--oaa {labels} --loss_function logistic --ngram 2 -b 22"
    passes = f"--passes 5 --cache_file {model}.cache -k --holdout_off"
    Workspace(f"-d {data} {settings} {passes} -f {model} --quiet").finish()


def test(model, held):
    workspace = Workspace(f"-i {model} -t --quiet")
    with open(held, encoding="utf-8") as lines:
        right = [
            workspace.predict("| " + text) == int(label) for label, text in (line.split(" | ", 1) for line in lines)
        ]
    print(json.dumps({"accuracy": sum(right) / len(right)}))


if __name__ == "__main__":
    {"train": train, "test": test}[sys.argv[1]](*sys.argv[2:])

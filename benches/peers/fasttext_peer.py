"""fastText on the corpus, in its own input format.

fasttext_peer.py train TRAIN.ft MODEL.bin THREADS | test MODEL.bin HELD.ft | predict MODEL.bin DOCS.txt
"""

import itertools
import json
import sys

import fasttext

BATCH = 5000


def train(data, model, threads):
    settings = {"wordNgrams": 2, "epoch": 5, "lr": 0.5, "minCount": 2, "dim": 100}
    fasttext.train_supervised(data, thread=int(threads), verbose=0, **settings).save_model(model)


def test(model, held):
    _, precision, _ = fasttext.load_model(model).test(held)
    print(json.dumps({"accuracy": float(precision)}))


def predict(model, documents):
    classifier = fasttext.load_model(model)
    with open(documents, encoding="utf-8") as lines:
        while batch := [line.rstrip("\n") for line in itertools.islice(lines, BATCH)]:
            # A list, as the call for a single text does not work with current NumPy.
            for labels, scores in zip(*classifier.predict(batch, k=-1)):
                print(json.dumps(dict(zip(labels, map(float, scores)))))


if __name__ == "__main__":
    {"train": train, "test": test, "predict": predict}[sys.argv[1]](*sys.argv[2:])

"""scikit-learn on the corpus: TF-IDF of words and pairs, multinomial logistic regression.

    sklearn_peer.py train TRAIN.jsonl MODEL.pkl     | test MODEL.pkl TRAIN.jsonl HELD.jsonl
    sklearn_peer.py predict MODEL.pkl DOCS.jsonl    | matrix TRAIN.jsonl HELD.jsonl OUT.npz

`matrix` writes what the vectoriser makes, for solvers that are timed on it alone.
"""

import itertools
import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

BATCH = 5000


def vectoriser():
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)


def labelled(path):
    with open(path, encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    return [item["text"] for item in items], [item["label"] for item in items]


def train(data, model):
    texts, labels = labelled(data)
    vectors = vectoriser()
    x = vectors.fit_transform(texts)
    start = time.perf_counter()
    classifier = LogisticRegression(C=1.0, solver="lbfgs", max_iter=200).fit(x, labels)
    fit = time.perf_counter() - start
    with open(model, "wb") as out:
        pickle.dump((vectors, classifier), out)
    facts = {"rows": x.shape[0], "features": x.shape[1], "nonzeros": int(x.nnz), "fit_seconds": fit}
    print(json.dumps(facts | {"iterations": int(max(classifier.n_iter_))}))


def load(model):
    with open(model, "rb") as file:
        return pickle.load(file)


def test(model, data, held):
    """Objective in the form sum of log losses + |W|^2 / 2C with C = 1, and accuracy on held-out rows."""
    vectors, classifier = load(model)
    texts, labels = labelled(data)
    columns = np.searchsorted(classifier.classes_, labels)
    logs = classifier.predict_log_proba(vectors.transform(texts))
    loss = -logs[np.arange(len(columns)), columns].sum()
    objective = loss + (classifier.coef_**2).sum() / 2
    texts, labels = labelled(held)
    accuracy = (classifier.predict(vectors.transform(texts)) == np.array(labels)).mean()
    print(json.dumps({"objective": float(objective), "accuracy": float(accuracy)}))


def predict(model, documents):
    vectors, classifier = load(model)
    names = [str(name) for name in classifier.classes_]
    with open(documents, encoding="utf-8") as lines:
        while batch := [json.loads(line) for line in itertools.islice(lines, BATCH)]:
            scores = classifier.predict_proba(vectors.transform(d["text"] for d in batch)).tolist()
            for document, row in zip(batch, scores):
                print(json.dumps({"id": document["id"], "scores": dict(zip(names, row))}))


def matrix(data, held, out):
    vectors = vectoriser()
    for path, name, make in ((data, out, vectors.fit_transform), (held, held_of(out), vectors.transform)):
        texts, labels = labelled(path)
        scipy.sparse.save_npz(name, make(texts), compressed=False)
        np.save(Path(name).with_suffix(".npy"), np.unique(labels, return_inverse=True)[1])


def held_of(path):
    """Where the held-out rows of a matrix are."""
    return str(Path(path).with_suffix(".held.npz"))


if __name__ == "__main__":
    {"train": train, "test": test, "predict": predict, "matrix": matrix}[sys.argv[1]](*sys.argv[2:])

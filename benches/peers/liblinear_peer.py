"""LIBLINEAR on the matrix that scikit-learn's vectoriser makes: `liblinear_peer.py MATRIX.npz SOLVER`.

The time it reports is that of the solver alone: reading texts, features and even LIBLINEAR's own copy of the matrix are
left out, which is in its favour. Solver 0 is the primal, 7 the dual form of L2-regularised logistic regression, one
label against the rest.
"""

import json
import sys
import time

import numpy as np
import scipy.sparse
from liblinear.liblinearutil import parameter, predict, problem, train
from sklearn_peer import held_of


def load(path):
    return scipy.sparse.load_npz(path), np.load(path.removesuffix(".npz") + ".npy").astype(float)


def main(path, solver):
    x, y = load(path)
    prepared = problem(y, x)
    wall, cpu = time.perf_counter(), time.process_time()
    model = train(prepared, parameter(f"-s {solver} -c 1 -q"))
    times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    x, y = load(held_of(path))
    labels, _, _ = predict(y, x, model, "-q")
    print(json.dumps(times | {"accuracy": float((np.array(labels) == y).mean())}))


if __name__ == "__main__":
    main(*sys.argv[1:])

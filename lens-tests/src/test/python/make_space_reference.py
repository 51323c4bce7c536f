"""Agnostic subspaces of rank q on small random parallel states, computed by NumPy in double.

Writes lens-tests/src/test/resources/reference/agnostic.json:

    python make_space_reference.py ../resources/reference/agnostic.json

Needs numpy only. The generalised eigenvalue problem is solved in all d dimensions through a Cholesky factor, where the Java
code works in the principal axes of the states: the results must not tell the difference.
"""

import json
import sys

import numpy as np

SHRINKAGE = 0.8  # of AgnosticFit
rng = np.random.default_rng(5)


def case(languages, texts, d, r, q):
    said = rng.standard_normal((texts, 3)) @ rng.standard_normal((3, d))
    x = said[None] + 0.7 * rng.standard_normal((languages, texts, d)) + 4 * rng.standard_normal((languages, 1, d))
    x[:, :, 1] *= 30  # one coordinate larger than the others
    means = x.mean(1)
    s = np.linalg.svd((means - means.mean(0)).T, full_matrices=False)[0][:, :r]
    y = x - means[:, None]
    y = y - (y @ s) @ s.T
    within = sum(y[l].T @ y[l] for l in range(languages)) / (languages * texts)
    pairs = [(i, j) for i in range(languages) for j in range(languages) if i != j]
    across = sum(y[i].T @ y[j] for i, j in pairs) / (len(pairs) * texts)
    shrunk = (1 - SHRINKAGE) * within + SHRINKAGE * np.trace(within) / (d - r) * np.eye(d)
    root = np.linalg.inv(np.linalg.cholesky(shrunk))
    values, vectors = np.linalg.eigh(root @ (across + across.T) / 2 @ root.T)
    w = root.T @ vectors[:, ::-1][:, :q]
    a = np.linalg.qr(w)[0]
    correlations = [float((v @ across @ v) / (v @ within @ v)) for v in w.T]
    return {
        "states": x.tolist(),
        "specific": s.T.tolist(),
        "rank": q,
        "projector": (a @ a.T).tolist(),
        "correlations": correlations,
    }


cases = [case(3, 9, 7, 2, 2), case(2, 4, 10, 1, 1), case(4, 3, 14, 3, 2)]
with open(sys.argv[1], "w") as f:
    json.dump({"numpy": np.__version__, "cases": cases}, f, separators=(",", ":"))

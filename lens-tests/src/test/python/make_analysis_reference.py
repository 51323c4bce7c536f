"""What the analyses compute of small random states, by numpy.

Writes lens-dl4j/lab/src/test/resources/reference/analysis.json:

    python make_analysis_reference.py ../../../../lens-dl4j/lab/src/test/resources/reference/analysis.json

Needs numpy only. Principal components go through the SVD of all rows, angles through the SVD of the bases' products, the
rank correlation through ranks of ranks: other ways than the Java code's.
"""

import itertools
import json
import sys

import numpy as np

rng = np.random.default_rng(17)
L, N, D = 3, 6, 9
LANGUAGES = ["en", "sw", "zh"]
BEFORE = (rng.standard_normal((L, N, D)) + 2 * rng.standard_normal((L, 1, D)) + 1).astype(np.float32)
AFTER = (BEFORE + 0.5 * rng.standard_normal((L, 1, D)) + 0.1 * rng.standard_normal((L, N, D))).astype(np.float32)
OTHER = (BEFORE + 0.8 * rng.standard_normal((L, N, D))).astype(np.float32)


def space(states):
    """Method.md section 2 at r = L - 1, of the languages' means: specific and agnostic rows."""
    m = states.astype(np.float64).mean(1).T
    mbar = m.mean(1)
    s = np.linalg.svd(m - mbar[:, None], full_matrices=False)[0][:, : L - 1]
    a = mbar - s @ (s.T @ mbar)
    return s.T, (a / np.linalg.norm(a))[None]


def pca(rows):
    centred = rows - rows.mean(0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    share = s**2 / (s**2).sum()
    scores = u * s
    return scores[:, :2].tolist(), share[:2].tolist()


def between(x):
    """x [L, N, k]: variance of the languages' means over all variance, languages counting the same."""
    grand = x.mean((0, 1))
    return (((x.mean(1) - grand) ** 2).sum(1).mean() / ((x - grand) ** 2).sum(2).mean()).item()


def view(basis):
    x, y = (s.astype(np.float64) @ basis.T for s in (BEFORE, AFTER))
    rows = np.concatenate([x.reshape(L * N, -1), y.reshape(L * N, -1)])
    scores, share = pca(rows)
    return {"scores": scores, "explained": share, "between": between(x), "betweenAfter": between(y)}


def energy(basis):
    x = BEFORE.astype(np.float64)
    centred = x - x.mean((0, 1))
    share = ((x @ basis.T) ** 2).sum(2) / (x**2).sum(2)
    variance = ((centred @ basis.T) ** 2).sum(2).mean(1) / (centred**2).sum(2).mean()
    return {"share": share.mean(1).tolist(), "variance": variance.tolist()}


def angles(a, b):
    cosines = np.clip(np.linalg.svd(a @ b.T)[1], -1, 1)
    return np.degrees(np.arccos(cosines)).tolist()


def ranks(v):
    order = np.sort(v)
    return np.array([(np.searchsorted(order, x, "left") + np.searchsorted(order, x, "right") + 1) / 2 for x in v])


def mantel(x, y):
    off = ~np.eye(len(x), dtype=bool)

    def rho(p):
        return np.corrcoef(ranks(x[off]), ranks(y[np.ix_(p, p)][off]))[0, 1]

    found = rho(range(len(x)))
    all_ = [rho(p) for p in itertools.permutations(range(len(x)))]
    return found, sum(abs(r) >= abs(found) - 1e-12 for r in all_) / len(all_)


S, A = space(BEFORE)
S2, A2 = space(OTHER)
X = rng.integers(0, 9, (4, 4)).astype(float)
Y = X + rng.integers(0, 9, (4, 4))
RHO, P = mantel(X, Y)

with open(sys.argv[1], "w") as f:
    json.dump(
        {
            "languages": LANGUAGES,
            "before": BEFORE.astype(float).tolist(),
            "after": AFTER.astype(float).tolist(),
            "other": OTHER.astype(float).tolist(),
            "pca": [view(np.eye(D)), view(A), view(S)],
            "energy": {"specific": energy(S), "agnostic": energy(A)},
            "angles": {"specific": angles(S, S2), "agnostic": angles(A, A2)},
            "rank": {"x": X.tolist(), "y": Y.tolist(), "rho": RHO, "p": P},
        },
        f,
    )
    f.write("\n")

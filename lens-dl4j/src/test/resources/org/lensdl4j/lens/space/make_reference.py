"""Writes reference.json: the probe's equations in plain numpy on random language means.

    python make_reference.py > reference.json

Projectors are written, since bases are defined up to rotation and sign only.
"""
import json

import numpy as np

rng = np.random.default_rng(20241004)
cases = []
for languages, size, rank, central in [(2, 5, 1, 0), (3, 8, 2, 1), (4, 9, 2, 3), (7, 12, 6, 0)]:
    means = rng.normal(size=(languages, size)) + 3 * rng.normal(size=size)
    m = means.T
    mbar = m.mean(1, keepdims=True)
    s = np.linalg.svd(m - mbar, full_matrices=False)[0][:, :rank]
    a = (mbar - s @ (s.T @ mbar))[:, 0]
    # The original's way to the same vector: pinv(M')^T 1 / |.|^2 of the re-fitted means M'.
    refit = mbar + s @ (s.T @ (m - mbar))
    p = np.linalg.pinv(refit).T @ np.ones(languages)
    assert np.allclose(p / (p @ p), a, atol=1e-9)
    cases.append(
        dict(
            rank=rank,
            central=central,
            means=means.tolist(),
            projector=(s @ s.T).tolist(),
            agnostic=(a / np.linalg.norm(a)).tolist(),
            direction=[(s @ (s.T @ (means[i] - means[central]))).tolist() for i in range(languages)],
            singular=np.linalg.svd(m - mbar, compute_uv=False).tolist(),
        )
    )
print(json.dumps(cases, indent=1))

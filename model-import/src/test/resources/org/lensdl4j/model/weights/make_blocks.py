"""Reference values of ggml's block formats: random blocks and what the gguf package makes of them.

    python make_blocks.py > blocks.json                 needs gguf (made with 0.19) and numpy
    python make_blocks.py MODEL.gguf > smollm2.json     SHA-256 of whole tensors of the real model, as little-endian fp32
"""
import hashlib
import json
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as T, GGUFReader
from gguf.quants import dequantize

# Byte offsets of the half-precision scales in a block: random bytes there could be NaN.
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
TENSORS = ["token_embd.weight", "blk.0.attn_norm.weight", "blk.0.attn_v.weight", "blk.17.ffn_down.weight", "output_norm.weight"]


def blocks():
    random = np.random.default_rng(7)
    out = {}
    for name, scales in SCALES.items():
        elements, size = GGML_QUANT_SIZES[T[name]]
        raw = random.integers(0, 256, (3, size), dtype=np.uint8)
        for at in scales:
            raw[:, at : at + 2] = random.normal(0, 0.1, (3, 1)).astype(np.float16).view(np.uint8)
        values = dequantize(raw, T[name]).astype("<f4")
        assert values.shape == (3, elements)
        out[name] = {"blocks": raw.tobytes().hex(), "floats": values.tobytes().hex()}
    return out


def tensors(path):
    by_name = {t.name: t for t in GGUFReader(path).tensors}
    sha = lambda t: hashlib.sha256(np.ascontiguousarray(dequantize(t.data, t.tensor_type), dtype="<f4").tobytes()).hexdigest()
    return {name: sha(by_name[name]) for name in TENSORS}


json.dump(tensors(sys.argv[1]) if len(sys.argv) > 1 else blocks(), sys.stdout, indent=1)
print()

"""What llama.cpp computes with GGUF files of ours; called by a test tagged `llamacpp`. Needs llama-cpp-python (0.3.36 was tried) and gguf.

    python llama_cpp_check.py logits MODEL.gguf "1 5 7" OUT [CONTROL.gguf SCALE]
    python llama_cpp_check.py ids MODEL.gguf UDHR_FOLDER OUT.json

`logits` writes the scores of the last token as little-endian floats, all in fp32 (keys and values too). CONTROL.gguf is read as llama.cpp's common
code reads it: direction.N goes to place N - 1 of the buffer, and that place belongs to layer N, counted from 0: it is added to what that layer
leaves, as its states go into layer N + 1. There is no place for layer 0. `ids` writes the ids of the first texts of each language, without
special tokens.
"""
import ctypes
import glob
import json
import os
import sys

import llama_cpp
import numpy as np
from gguf import GGUFReader

TEXTS = 6
F32 = 0


def apply(llama, path, scale):
    reader = GGUFReader(path)
    architecture = bytes(reader.fields["general.architecture"].parts[-1]).decode()
    assert architecture == "controlvector", architecture
    directions = {int(t.name.removeprefix("direction.")): np.asarray(t.data, dtype=np.float32) for t in reader.tensors}
    assert min(directions) >= 1, f"{path}: llama.cpp takes no direction.0"
    width = llama.n_embd()
    buffer = np.zeros((max(directions), width), dtype=np.float32)
    for layer, direction in directions.items():
        assert direction.shape == (width,), f"direction.{layer} has {direction.shape}, the model {width}"
        buffer[layer - 1] = scale * direction
    pointer = buffer.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    layers = llama_cpp.llama_model_n_layer(llama.model)
    code = llama_cpp.llama_set_adapter_cvec(llama.ctx, pointer, buffer.size, width, 1, layers)
    assert code == 0, f"llama.cpp refused {path}: {code}"


def logits(model, ids, out, control=None, scale="1"):
    ids = [int(i) for i in ids.split()]
    llama = llama_cpp.Llama(model, n_ctx=256, n_batch=256, n_threads=2, type_k=F32, type_v=F32, verbose=False)
    if control:
        apply(llama, control, float(scale))
    llama.eval(ids)
    scores = llama_cpp.llama_get_logits_ith(llama.ctx, -1)
    np.ctypeslib.as_array(scores, shape=(llama.n_vocab(),)).astype("<f4").tofile(out)


def ids(model, texts, out):
    llama = llama_cpp.Llama(model, vocab_only=True, verbose=False)
    found = {}
    for path in sorted(glob.glob(f"{texts}/*.jsonl")):
        with open(path, encoding="utf8") as lines:
            some = [json.loads(line)["text"] for line in lines][:TEXTS]
        name = os.path.basename(path).removesuffix(".jsonl")
        found[name] = [llama.tokenize(t.encode(), add_bos=False, special=False) for t in some]
    with open(out, "w") as file:
        json.dump(found, file, separators=(",", ":"))


if __name__ == "__main__":
    if len(sys.argv) < 5:
        raise SystemExit(__doc__)
    {"logits": logits, "ids": ids}[sys.argv[1]](*sys.argv[2:])

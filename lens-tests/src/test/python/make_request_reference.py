"""Writes reference values of training on requests, on a tiny random model: loss and gradients of one step for every target, with English
held and a fence at two layers.

    (write all variants with the main class of org.lensdl4j.model.fixtures.TinyModels into VARIANTS)
    python make_request_reference.py VARIANTS ../../../../lens-dl4j/src/test/resources/reference/requests

The folder holds space.safetensors, a language space of the variant over en, xx and yy. Written beside it is llama-gqa-tied.safetensors:
token ids, lengths, lengths of prompts and languages of the requests, and per target the loss and the gradients of the top two layers.
"""
import os
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file

VARIANT, TOP = "llama-gqa-tied", 2
LANGUAGES = [0, 1, 2, 1, 0]  # of the requests; 0 is the central one
LENGTHS, PROMPTS, SHARED = [13, 11, 15, 9, 10], [6, 5, 9, 8, 7], 4
LAMBDA, RETAIN, FENCE = {1: 0.7, 2: -0.4}, 0.5, 0.25
MOVED = 1.05  # what trained weights are multiplied by: at the start, whole space and subspace are the same
TARGETS = ["ends", "states", "specific", "scores", "answers"]


def ids(vocabulary):
    state, out = 11, []
    for n in LENGTHS:
        row = []
        for i in range(n):
            state = (state * 1664525 + 1013904223) % 2**32
            row.append((state >> 8) % vocabulary)
        out.append(out[0][:SHARED] + row[SHARED:] if out else row)
    return out


def texts(sequences, target):
    return [s[:p] if target == "ends" else s for s, p in zip(sequences, PROMPTS)]


def positions(target):
    return [[p - 1] if target == "ends" else list(range(p - 1, n - 1)) for n, p in zip(LENGTHS, PROMPTS)]


def run(model, rows, where):
    """States of the chosen tokens, below the last layer and after the final norm, and their scores, text by text."""
    out = []
    for ids_of, at in zip(rows, where):
        found = model(input_ids=torch.tensor([ids_of]), output_hidden_states=True)
        out.append((found.hidden_states[-2][0, at], found.hidden_states[-1][0, at], found.logits[0, at]))
    return out


def directions(space, layer):
    """From the mean of all languages, in lengths of itself."""
    means = space["mean"][layer]
    off = means - means.mean(0)
    return off / (off * off).sum(1, keepdim=True)


def limits(before, level, along):
    """Per language of the request and of the direction: the mean and a standard deviation above."""
    out = torch.full((3, 3), float("inf"), dtype=torch.float64)
    for asked in range(3):
        rows = torch.cat([b[level] for b, l in zip(before, LANGUAGES) if l == asked]).double() @ along.T
        for m in range(3):
            if m != asked:
                out[asked, m] = rows[:, m].mean() + rows[:, m].std(unbiased=False)
    return out


def trained(model):
    layers = model.config.num_hidden_layers
    return {key: p for key, p in model.named_parameters() if any(key.startswith(f"model.layers.{i}.") for i in range(layers - TOP, layers))}


def loss_of(target, model, space, sequences):
    rows, where = texts(sequences, target), positions(target)
    with torch.no_grad():
        before = run(model, rows, where)
    with torch.no_grad():
        for p in trained(model).values():
            p.mul_(MOVED)
    now = run(model, rows, where)
    layers = space["mean"].shape[0]
    fences = [(level, directions(space, layers - 2 + level)) for level in (0, 1)]
    usual = {level: limits(before, level, along) for level, along in fences}
    d, total, count = space["mean"].shape[2], torch.zeros((), dtype=torch.float64), 0
    for i, (asked, b, n) in enumerate(zip(LANGUAGES, before, now)):
        h, h0 = n[1].double(), b[1].double()
        count += len(h)
        if asked == 0:
            total = total + RETAIN * ((h - h0) ** 2).sum() / d
            continue
        wanted = h0 + LAMBDA[asked] * space["direction"][-1, asked]
        if target in ("ends", "states"):
            total = total + ((h - wanted) ** 2).sum() / d
        elif target == "specific":
            total = total + (((h - wanted) @ space["specific"][-1].T) ** 2).sum() / d
        elif target == "scores":
            teacher = torch.log_softmax(wanted @ model.lm_head.weight.detach().double().T, 1)
            student = torch.log_softmax(n[2].double(), 1)
            total = total + (teacher.exp() * (teacher - student)).sum()
        else:
            follow = torch.tensor(sequences[i])[[p + 1 for p in where[i]]]
            total = total + torch.nn.functional.cross_entropy(n[2].double(), follow, reduction="sum")
        for level, along in fences:
            total = total + FENCE * torch.relu(n[level].double() @ along.T - usual[level][asked]).sum()
    return total / count


def load(variants):
    folder = os.path.join(variants, VARIANT)
    return transformers.AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()


def main(variants, out):
    space = load_file(os.path.join(out, "space.safetensors"))
    sequences = ids(load(variants).config.vocab_size)
    values = {
        "ids": torch.tensor(sum(sequences, []), dtype=torch.float32),
        "lengths": torch.tensor(LENGTHS, dtype=torch.float32),
        "prompts": torch.tensor(PROMPTS, dtype=torch.float32),
        "languages": torch.tensor(LANGUAGES, dtype=torch.float32),
    }
    for target in TARGETS:
        model = load(variants)
        loss = loss_of(target, model, space, sequences)
        loss.backward()
        values[target + "_loss"] = loss.detach().float().reshape(1)
        for key, p in trained(model).items():
            values[target + "_gradient." + key] = p.grad.clone().contiguous()
        print(target, loss.item())
    save_file(values, os.path.join(out, VARIANT + ".safetensors"))


if __name__ == "__main__":
    main(*sys.argv[1:])

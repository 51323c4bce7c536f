"""Writes a tiny random model of each encoder family, and what transformers computes with it.

    python make_encoder_reference.py ../resources/reference/encoders [VARIANT ...]

Needs the transformers of requirements-families.txt. One folder per variant with config.json, model.safetensors and
reference.safetensors, of some variants training.safetensors; ../resources/reference/README.md lists the tensors. Eager attention, fp32.
"""
import copy
import json
import os
import shutil

import torch
import transformers
from lensref import Training, space
from make_tiny_reference import Numbers, each_variant, flat, save_finite, summary
from safetensors.torch import load_file, save_file

LENGTH, LONG, BATCH = 24, 160, [5, 13, 9, 1]  # the relative positions of MPNet end at a distance of 128
LANGUAGES, PROMPTS, ACCUMULATION, TOP, RATE = ["aa", "bb", "cc"], 6, 2, 2, 1e-3
TRAINED = ["bert", "xlm-r", "mpnet"]
COMMON = dict(vocab_size=64, hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=170, hidden_dropout_prob=0.0)  # fmt: skip

# name: class to save, settings, whether norms get the names of the first checkpoints
VARIANTS = {
    "bert": ("BertForMaskedLM", dict(), False),
    "bert-bare": ("BertModel", dict(hidden_act="gelu_new", type_vocab_size=1, layer_norm_eps=1e-3), False),
    "bert-gamma": ("BertForMaskedLM", dict(num_attention_heads=2), True),
    "xlm-r": ("XLMRobertaForMaskedLM", dict(pad_token_id=1, type_vocab_size=1, layer_norm_eps=1e-5), False),
    "roberta-bare": ("RobertaModel", dict(pad_token_id=3), False),
    "mpnet": ("MPNetForMaskedLM", dict(layer_norm_eps=1e-5), False),
    "mpnet-bare": ("MPNetModel", dict(num_attention_heads=2), False),
}  # fmt: skip


def randomise(model, seed):
    """Every term matters: norms away from one, biases away from zero, matrices that keep the size of what they multiply."""
    generator = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=generator)
        if p.dim() == 2:
            p.data = noise * (0.7 if "embeddings" in name else 1.0 if "relative" in name else 1.2 / p.shape[1] ** 0.5)
        else:
            p.data = 0.3 * noise + (0 if name.endswith("bias") else 1)


def states(body, ids, mask):
    out = body(input_ids=ids, attention_mask=mask, output_hidden_states=True)
    assert torch.equal(out.last_hidden_state, out.hidden_states[-1])
    return out.hidden_states


def padded(body, sequences, pad):
    """Last, mean and first state of each text in a padded batch, after each layer."""
    longest = max(map(len, sequences))
    x = torch.tensor([s + [pad] * (longest - len(s)) for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences])
    hidden = torch.stack(states(body, x, mask)[1:])
    last = torch.stack([hidden[:, i, len(s) - 1] for i, s in enumerate(sequences)], 1)
    mean = (hidden * mask[None, :, :, None]).sum(2) / mask.sum(1)[None, :, None]
    return last, mean, hidden[:, :, 0]


def gradients(body, ids, direction, prefix):
    """Of sum(final states * direction), for the weights of the top two layers."""
    body.zero_grad()
    hidden = states(body, torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long))
    (hidden[-1][0] * direction).sum().backward()
    first = body.config.num_hidden_layers - 2
    layers = tuple(f"encoder.layer.{i}." for i in (first, first + 1))
    return {"grad." + prefix + n: p.grad for n, p in body.named_parameters() if n.startswith(layers)}


class EncoderTraining(Training):
    """Reads the mean of a text's tokens, or the first."""

    position = "mean"

    def layer(self, name):
        return int(name.split(".")[2]) if name.startswith("encoder.layer.") else -1

    def states(self, model, ids):
        return model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long)).last_hidden_state

    def pooled(self, states):
        return states.mean(1) if self.position == "mean" else states[:, 0]


class ClsTraining(EncoderTraining):
    position = "cls"


def pooled_states(body, sequences, position):
    """After each layer, [K, n, d]; one text at a time."""
    with torch.no_grad():
        hidden = [torch.cat(states(body, torch.tensor([s]), torch.ones(1, len(s), dtype=torch.long))[1:]) for s in sequences]
    return torch.stack([h.mean(1) if position == "mean" else h[:, 0] for h in hidden], 1)


def training(body, numbers, prefix, path):
    """The language space, the first prompt's gradients and a short run, for both positions."""
    prompts = {l: [numbers.ids(5 + (7 * i + j) % 9, 64) for i in range(PROMPTS)] for j, l in enumerate(LANGUAGES)}
    ids, lengths = flat([prompts[l][i] for l in LANGUAGES for i in range(PROMPTS)])
    tensors, runs, steps = {"prompts.ids": ids, "prompts.lengths": lengths}, {}, PROMPTS // ACCUMULATION
    for kind in (EncoderTraining, ClsTraining):
        at = kind.position
        found = {k: v[-1] for k, v in space({l: pooled_states(body, prompts[l], at) for l in LANGUAGES}, LANGUAGES, LANGUAGES[0]).items()}
        tensors |= {f"{at}.space.{k}": v[None] for k, v in found.items()}
        first = kind(copy.deepcopy(body), found, LANGUAGES, LANGUAGES[0], steps, top=TOP, accumulation=1)
        first.loss({l: prompts[l][0] for l in LANGUAGES})[0].backward()
        norm = torch.stack([p.grad.norm() for p in first.trained.values()]).norm().item()
        tensors |= {f"{at}.grad0.{prefix}{n}": p.grad for n, p in first.trained.items()}
        options = dict(lambdas={"bb": 0.5, "cc": 2.0}, weights=(0.5, 1.5, 2.0), clip=float(f"{0.7 * norm:.2g}"), warmup=0.1, decay=0.1)
        run = kind(copy.deepcopy(body), found, LANGUAGES, LANGUAGES[0], steps, top=TOP, rate=RATE, accumulation=ACCUMULATION, **options)
        for i in range(PROMPTS):
            run.backward({l: prompts[l][i] for l in LANGUAGES})
            if i % ACCUMULATION == ACCUMULATION - 1:
                run.step()
        if at == "mean":
            tensors |= {f"{at}.change.{prefix}{n}": v for n, v in run.changes().items()}
        log = options | dict(rate=RATE, accumulation=ACCUMULATION, top=TOP, micro=run.micro, grad_norm=run.norms, lr=run.rates)
        runs[at] = json.dumps(log | dict(align_weight=0.5, separate_weight=1.5, retain_weight=2.0), separators=(",", ":"))
    meta = {"languages": ",".join(LANGUAGES), "transformers": transformers.__version__} | {"training." + at: run for at, run in runs.items()}
    save_file({k: v.detach().contiguous() for k, v in tensors.items()}, path, metadata=meta)


def as_first_checkpoints(folder):
    path = f"{folder}/model.safetensors"
    renamed = {k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v for k, v in load_file(path).items()}
    renamed["bert.embeddings.position_ids"] = torch.arange(170)[None]  # stored by releases before 4.31
    save_file(renamed, path, metadata={"format": "pt"})


def write(name, out, seed):
    kind, own, old = VARIANTS[name]
    cls = getattr(transformers, kind)
    model = cls(cls.config_class(**(COMMON | own), attn_implementation="eager")).float().eval()
    randomise(model, seed)
    folder = f"{out}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    body = getattr(cls.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval(), cls.base_model_prefix, None)
    prefix = "" if body is None else cls.base_model_prefix + "."
    body = body if body is not None else cls.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    if old:
        as_first_checkpoints(folder)
    numbers, vocabulary = Numbers(2024), model.config.vocab_size
    ids, long = numbers.ids(LENGTH, vocabulary), numbers.ids(LONG, vocabulary)
    batch = [numbers.ids(n, vocabulary) for n in BATCH]
    pad = model.config.pad_token_id
    ids[5] = pad  # counted apart by the families whose positions begin behind the padding's
    batch[1][3] = pad
    with torch.no_grad():
        hidden = states(body, torch.tensor([ids]), torch.ones(1, LENGTH, dtype=torch.long))
        far = states(body, torch.tensor([long]), torch.ones(1, LONG, dtype=torch.long))
        last, mean, first = padded(body, batch, pad)
    width = model.config.hidden_size
    direction = torch.tensor([n / 32768 - 1 for n in numbers.ids(LENGTH * width, 65536)]).reshape(LENGTH, width)
    batch_ids, batch_lengths = flat(batch)
    tensors = {
        "ids": torch.tensor(ids, dtype=torch.int32), "hidden": torch.cat(hidden),
        "long.ids": torch.tensor(long, dtype=torch.int32), "long.last": torch.stack([h[0, -1] for h in far]), "long.mean": torch.stack([h[0].mean(0) for h in far]),
        "batch.ids": batch_ids, "batch.lengths": batch_lengths, "batch.last": last, "batch.mean": mean, "batch.first": first,
        "direction": direction,
    } | gradients(body, ids, direction, prefix)  # fmt: skip
    save_finite(name, folder, tensors, dict(transformers=transformers.__version__))
    if name in TRAINED:
        training(body, numbers, prefix, f"{folder}/training.safetensors")
    print(summary(name, folder, tensors))


if __name__ == "__main__":
    each_variant(__doc__, VARIANTS, write)

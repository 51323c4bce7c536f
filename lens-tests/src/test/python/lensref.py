"""The method in plain PyTorch on a Hugging Face model: what the Java side is compared with. Shares no code with it.

Everything works on token ids, so that the same functions serve a real model with its chat template and a tiny one without.
"""
import copy
import json
import math

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

SYSTEM = "You are a helpful assistant."


def load_model(path, attention="sdpa"):
    return AutoModelForCausalLM.from_pretrained(path, torch_dtype=torch.float32, attn_implementation=attention).eval()


def load_tokenizer(path):
    tokenizer = AutoTokenizer.from_pretrained(path)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def read_items(path):
    with open(path, encoding="utf8") as f:
        return [json.loads(line) for line in f if line.strip()]


def read_texts(folder, language, limit=None):
    return [item["text"] for item in read_items(f"{folder}/{language}.jsonl")][:limit]


class Prompts:
    """Chat prompts as token ids."""

    def __init__(self, tokenizer, system=SYSTEM):
        self.tokenizer, self.system = tokenizer, system

    def chat(self, text):
        messages = [dict(role="system", content=self.system), dict(role="user", content=text.strip())]
        return self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)

    def ids(self, text):
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def encode(self, text, max_tokens):
        """The default: a prompt too long is cut at the end of the user's text; head and tail of the template stay whole."""
        full = self.ids(self.chat(text))
        if len(full) <= max_tokens:
            return full
        head, tail = (self.ids(part) for part in self.chat("\u0001").split("\u0001"))
        return head + self.ids(text.strip())[: max_tokens - len(head) - len(tail)] + tail

    def compat(self, texts, max_tokens):
        """The original code's way: cut on the right, padded on the right to the longest of all texts."""
        self.tokenizer.padding_side = "right"
        return self.tokenizer([self.chat(t) for t in texts], return_tensors="pt", padding=True, truncation=True, max_length=max_tokens)


@torch.no_grad()
def last_states(model, sequences, batch=50):
    """States of the last token after each layer, [K, n, d]; batches padded on the left."""
    pad, out = model.config.pad_token_id or 0, []
    for i in range(0, len(sequences), batch):
        part = sequences[i : i + batch]
        n = max(map(len, part))
        x = torch.tensor([[pad] * (n - len(s)) + s for s in part])
        mask = torch.tensor([[0] * (n - len(s)) + [1] * len(s) for s in part])
        states = model.model(input_ids=x, attention_mask=mask, output_hidden_states=True).hidden_states[1:]
        out.append(torch.stack([h[:, -1] for h in states]))
    return torch.cat(out, 1)


@torch.no_grad()
def compat_states(model, input_ids, attention_mask, batch=50):
    """States at index -1 of right-padded batches, texts after the last full batch dropped."""
    out = []
    for i in range(0, len(input_ids) // batch * batch, batch):
        states = model.model(
            input_ids=input_ids[i : i + batch], attention_mask=attention_mask[i : i + batch], output_hidden_states=True
        ).hidden_states[1:]
        out.append(torch.stack([h[:, -1] for h in states]))
    return torch.cat(out, 1)


def space(states, languages, central, rank=None):
    """Language space of all layers from states by language, each [K, n, d]. Double; agnostic is not normalised."""
    mean = torch.stack([states[l].double().mean(1) for l in languages], -1)  # K, d, L
    centre = mean.mean(-1, keepdim=True)
    r = rank or len(languages) - 1
    specific = torch.linalg.svd(mean - centre, full_matrices=False)[0][:, :, :r]
    agnostic = (centre - specific @ (specific.transpose(1, 2) @ centre)).squeeze(-1)
    difference = mean - mean[:, :, languages.index(central), None]
    direction = specific @ (specific.transpose(1, 2) @ difference)
    return dict(
        mean=mean.transpose(1, 2).contiguous(),
        specific=specific.transpose(1, 2).contiguous(),
        agnostic=agnostic.contiguous(),
        direction=direction.transpose(1, 2).contiguous(),
    )


def hidden(model, ids):
    x = torch.tensor([ids])
    return model.model(input_ids=x, attention_mask=torch.ones_like(x)).last_hidden_state


def cosine_with_warmup(optimizer, steps, warmup):
    def rate(s):
        if s < warmup:
            return s / max(1, warmup)
        return 0.5 * (1 + math.cos(math.pi * (s - warmup) / max(1, steps - warmup)))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, rate)


class Training:
    """Training of the top layers, batch 1, in the order of the prompts, as method.md section 3 has it."""

    def __init__(
        self, model, layer_space, languages, central, steps, top=2, rate=1e-5, accumulation=8, warmup=0.05, decay=0.1, clip=1.0, lambdas=None, weights=(1, 1, 1)
    ):
        self.model, self.reference = model, copy.deepcopy(model).eval()
        self.central, self.targets = central, [l for l in languages if l != central]
        self.specific = layer_space["specific"].float()  # r, d
        a = layer_space["agnostic"]
        self.agnostic = (a / a.norm()).float()  # d
        self.direction = {l: layer_space["direction"][i].float() for i, l in enumerate(languages)}
        self.lambdas = {l: 1.0 for l in self.targets} | (lambdas or {})
        self.weights, self.accumulation, self.clip = weights, accumulation, clip
        first = model.config.num_hidden_layers - top
        for name, p in model.named_parameters():
            p.requires_grad = self.layer(name) >= first
        self.trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
        matrices = [p for p in self.trained.values() if p.dim() > 1]
        rest = [p for p in self.trained.values() if p.dim() == 1]
        groups = [dict(params=matrices, weight_decay=decay), dict(params=rest, weight_decay=0.0)]
        self.optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.999), eps=1e-8)
        self.warmup = math.ceil(steps * warmup)
        self.schedule = cosine_with_warmup(self.optimizer, steps, self.warmup)
        self.micro, self.norms, self.rates = [], [], []

    def layer(self, name):
        """The layer, from 0, that a parameter belongs to; -1 for none."""
        return int(name.split(".")[2]) if name.startswith("model.layers.") else -1

    def states(self, model, ids):
        """Final states, [1, tokens, d]."""
        return hidden(model, ids)

    def pooled(self, states):
        """What the losses read of a text, [1, d]."""
        return states[:, -1]

    def loss(self, prompt):
        """prompt: token ids by language, parallel. Returns the loss and its terms."""
        mse = torch.nn.functional.mse_loss
        with torch.no_grad():
            before = {l: self.states(self.reference, prompt[l]) for l in prompt}
        now = {l: self.states(self.model, prompt[l]) for l in prompt}
        last = {l: self.pooled(h) for l, h in now.items()}
        c, s, a = self.central, self.specific, self.agnostic
        retain = mse(now[c].mean(1), before[c].mean(1))
        separate = {
            l: mse((last[l] - self.pooled(before[l])) @ s.T @ s, self.lambdas[l] * self.direction[l].unsqueeze(0)) for l in self.targets
        }
        align = {l: mse((last[c] @ a)[:, None] * a, (last[l] @ a)[:, None] * a) for l in self.targets}
        wa, ws, wr = self.weights
        loss = wa * sum(align.values()) + ws * sum(separate.values()) + wr * retain
        values = lambda d: {l: v.item() for l, v in d.items()}
        return loss, dict(loss=loss.item(), retain=retain.item(), separate=values(separate), align=values(align))

    def backward(self, prompt):
        loss, terms = self.loss(prompt)
        (loss / self.accumulation).backward()
        self.micro.append(terms)

    def step(self):
        self.norms.append(torch.nn.utils.clip_grad_norm_(list(self.trained.values()), self.clip).item())
        self.rates.append(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()

    def changes(self):
        base = dict(self.reference.named_parameters())
        return {n: (p.detach() - base[n]) for n, p in self.trained.items()}

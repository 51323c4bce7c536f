"""Writes a tiny random model of each family, and what transformers computes with it.

    python make_family_reference.py ../resources/reference/families [VARIANT ...]

Needs the transformers of requirements-families.txt: older ones lack the newer families. One folder per variant with config.json,
model.safetensors and reference.safetensors; ../resources/reference/README.md lists the latter's tensors. Eager attention, fp32.
"""
import os
import shutil

import torch
import transformers
from make_tiny_reference import Numbers, each_variant, flat, greedy, save_finite, summary
from transformers.modeling_utils import no_init_weights

LENGTH, LONG, BATCH = 24, 72, [5, 13, 9]
NEW_TOKENS, CROSSING = 12, 28  # 28 + 12 tokens pass the 32 from which longrope takes its other frequencies
COMMON = dict(vocab_size=64, hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128, bos_token_id=1, eos_token_id=2, pad_token_id=0)  # fmt: skip
GPT = dict(vocab_size=64, n_positions=128, n_embd=16, n_layer=3, n_head=4, bos_token_id=1, eos_token_id=2)
BLOOM = dict(vocab_size=64, hidden_size=12, n_layer=3, n_head=6, bos_token_id=1, eos_token_id=2, pad_token_id=0)
LOCAL3 = ["sliding_attention", "full_attention", "sliding_attention"]
LONGROPE = dict(type="longrope", short_factor=[1.0, 1.1, 1.3, 1.7], long_factor=[1.0, 2.0, 3.5, 6.0])
YARN = dict(rope_type="yarn", factor=8.0, original_max_position_embeddings=32, beta_fast=8.0, beta_slow=0.5)

# name: class of the configuration, without "Config", and its settings. A setting of None takes the class's default.
VARIANTS = {
    "llama-3.1": ("Llama", dict(head_dim=8, rope_theta=500000.0, rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32))),
    "smollm": ("Llama", dict(tie_word_embeddings=True, rope_theta=100000.0)),
    "mistral": ("Mistral", dict(head_dim=8, sliding_window=8, num_key_value_heads=1)),
    "qwen2": ("Qwen2", dict(tie_word_embeddings=True, rope_theta=1000000.0)),
    "qwen2-window": ("Qwen2", dict(use_sliding_window=True, sliding_window=8, max_window_layers=1)),
    "qwen3": ("Qwen3", dict(head_dim=8, rope_theta=1000000.0, tie_word_embeddings=True)),
    "qwen3-bias": ("Qwen3", dict(head_dim=8, attention_bias=True, num_key_value_heads=4)),
    "phi3": ("Phi3", dict(sliding_window=8, original_max_position_embeddings=128)),
    "phi3.5-longrope": ("Phi3", dict(num_attention_heads=2, num_key_value_heads=1, original_max_position_embeddings=32, rope_scaling=LONGROPE)),
    "phi4-mini-partial": ("Phi3", dict(num_attention_heads=2, num_key_value_heads=1, original_max_position_embeddings=32, partial_rotary_factor=0.5, tie_word_embeddings=True, rope_scaling=dict(LONGROPE, short_factor=[1.0, 1.5], long_factor=[1.5, 4.0]))),
    "gemma": ("Gemma", dict(head_dim=8, num_key_value_heads=1)),
    "gemma2": ("Gemma2", dict(head_dim=8, sliding_window=8, query_pre_attn_scalar=8, attn_logit_softcapping=3.0, final_logit_softcapping=5.0)),
    "gemma2-bias": ("Gemma2", dict(head_dim=8, sliding_window=8, query_pre_attn_scalar=12, attention_bias=True, attn_logit_softcapping=None, final_logit_softcapping=None)),
    "gemma3": ("Gemma3Text", dict(head_dim=8, sliding_window=8, query_pre_attn_scalar=12, layer_types=LOCAL3, rope_theta=1000000.0, rope_local_base_freq=100.0)),
    "gemma3-linear": ("Gemma3Text", dict(head_dim=8, query_pre_attn_scalar=8, num_hidden_layers=2, sliding_window=8, sliding_window_pattern=2, rope_scaling=dict(rope_type="linear", factor=8.0), final_logit_softcapping=4.0)),
    "olmo2": ("Olmo2", dict(rope_theta=500000.0)),
    "granite": ("Granite", dict(embedding_multiplier=3.0, residual_multiplier=0.4, attention_multiplier=0.25, logits_scaling=2.0, tie_word_embeddings=True)),
    "granite-bias": ("Granite", dict(attention_bias=True, mlp_bias=True, residual_multiplier=0.22, attention_multiplier=0.5)),
    "stablelm": ("StableLm", dict(num_attention_heads=2, num_key_value_heads=1, use_qkv_bias=True, partial_rotary_factor=0.25)),
    "stablelm-parallel": ("StableLm", dict(num_attention_heads=2, num_key_value_heads=1, qk_layernorm=True, use_parallel_residual=True, partial_rotary_factor=0.5)),
    "gpt2": ("GPT2", dict(GPT)),
    "gpt2-inner": ("GPT2", dict(GPT, n_inner=40, activation_function="gelu", tie_word_embeddings=False)),
    "pythia": ("GPTNeoX", dict(rotary_pct=0.5, num_attention_heads=2, num_key_value_heads=None)),
    "neox-sequential": ("GPTNeoX", dict(rotary_pct=1.0, num_attention_heads=2, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new", num_key_value_heads=None)),
    "bloom": ("Bloom", dict(BLOOM)),
    "cohere": ("Cohere", dict(logit_scale=0.5)),
    "cohere-norms": ("Cohere", dict(logit_scale=0.0625, use_qk_norm=True, attention_bias=True, tie_word_embeddings=False)),
    "cohere2": ("Cohere2", dict(logit_scale=0.25, sliding_window=8, layer_types=LOCAL3)),
    "cohere2-pattern": ("Cohere2", dict(sliding_window=8, sliding_window_pattern=2, rope_theta=50000.0)),
    "smollm3": ("SmolLM3", dict(no_rope_layer_interval=2, tie_word_embeddings=True, rope_theta=2000000.0)),
    "smollm3-window": ("SmolLM3", dict(no_rope_layers=[1, 0, 1], use_sliding_window=True, sliding_window=8, mlp_bias=True, tie_word_embeddings=False)),
    "olmo3": ("Olmo3", dict(layer_types=LOCAL3, sliding_window=8, rope_theta=500000.0, rope_scaling=YARN)),
    "exaone4": ("Exaone4", dict(layer_types=LOCAL3, sliding_window=8, rope_theta=1000000.0)),
    "exaone4-full": ("Exaone4", dict(layer_types=["full_attention"] * 3, sliding_window=None, tie_word_embeddings=True, rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32))),
    "seed-oss": ("SeedOss", dict(head_dim=8, attention_out_bias=False, mlp_bias=False)),
    "hunyuan": ("HunYuanDenseV1", dict(head_dim=8, tie_word_embeddings=True)),
    "ernie4.5": ("Ernie4_5", dict(head_dim=8, use_bias=False)),
    "ernie4.5-bias": ("Ernie4_5", dict(head_dim=8, use_bias=True, tie_word_embeddings=False)),
    "glm": ("Glm", dict(head_dim=8, attention_bias=True, partial_rotary_factor=0.5)),
    "glm4": ("Glm4", dict(head_dim=8, attention_bias=False, partial_rotary_factor=0.5)),
    "ministral": ("Ministral", dict(head_dim=8, sliding_window=8, layer_types=LOCAL3)),
    "llama-yarn": ("Llama", dict(head_dim=8, rope_scaling=YARN)),
    "qwen3-yarn": ("Qwen3", dict(head_dim=8, rope_theta=1000000.0, rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, attention_factor=1.3))),
}  # fmt: skip


def settings(kind, own):
    if kind in ("GPT2", "Bloom"):
        return own
    merged = {k: v for k, v in (COMMON | own).items() if k in ("attn_logit_softcapping", "final_logit_softcapping", "sliding_window") or v is not None}
    return merged


def randomise(model, seed):
    """Every term matters: norms away from one, biases away from zero, matrices that keep the size of what they multiply."""
    generator = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=generator)
        one_plus = "gemma" in model.config.model_type
        if p.dim() == 2:
            fan = p.shape[0] if model.config.model_type == "gpt2" and "h." in name else p.shape[1]
            p.data = noise * (0.7 if "embed" in name or "wte" in name or "wpe" in name else 1.2 / fan**0.5)
        elif name.endswith("bias"):
            p.data = 0.3 * noise
        else:
            p.data = 0.3 * noise + (0 if one_plus else 1)


def states(model, ids, mask=None):
    out = model(input_ids=ids, attention_mask=mask, output_hidden_states=True, use_cache=False)
    body = next(b for b in (getattr(model, n, None) for n in ("model", "transformer", "gpt_neox")) if b is not None)
    base = body(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    assert torch.equal(base, out.hidden_states[-1]), "the last states are those after the final norm"
    return out.hidden_states, out.logits


@torch.no_grad()
def padded(model, sequences, pad):
    longest = max(map(len, sequences))
    x = torch.tensor([s + [pad] * (longest - len(s)) for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences])
    hidden = states(model, x, mask)[0][1:]
    rows, last = torch.arange(len(sequences)), mask.sum(1) - 1
    return torch.stack([h[rows, last] for h in hidden])


def gradients(model, ids, direction):
    """Of sum(final states * direction), for the weights of the top two layers."""
    model.zero_grad()
    hidden, _ = states(model, torch.tensor([ids]))
    (hidden[-1][0] * direction).sum().backward()
    first = model.config.num_hidden_layers - 2
    top = [n for n, _ in model.named_parameters() if any(f".{i}." in n and n.split(f".{i}.")[0].endswith(("layers", "h")) for i in (first, first + 1))]
    return {"grad." + n: p.grad for n, p in model.named_parameters() if n in top}


def write(name, out, seed):
    kind, own = VARIANTS[name]
    cls = getattr(transformers, kind + "Config")
    config = cls(**settings(kind, own), attn_implementation="eager")
    with no_init_weights():  # all are set below, and StableLM's norms without bias break transformers' own way
        model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    model.tie_weights()
    randomise(model, seed)
    folder = f"{out}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    os.remove(f"{folder}/generation_config.json")
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    numbers, vocabulary = Numbers(2024), config.vocab_size
    ids, long = numbers.ids(LENGTH, vocabulary), numbers.ids(LONG, vocabulary)
    batch, pad = [numbers.ids(n, vocabulary) for n in BATCH], numbers.ids(1, vocabulary)[0]
    with torch.no_grad():
        hidden, logits = states(model, torch.tensor([ids]))
        far, far_logits = states(model, torch.tensor([long]))
    direction = torch.tensor([n / 32768 - 1 for n in numbers.ids(LENGTH * config.hidden_size, 65536)]).reshape(LENGTH, -1)
    generated, lead = greedy(model, ids[:6], NEW_TOKENS)
    crossing, crossing_lead = greedy(model, long[:CROSSING], NEW_TOKENS)
    batch_ids, batch_lengths = flat(batch)
    tensors = {
        "ids": torch.tensor(ids, dtype=torch.int32), "hidden": torch.cat(hidden), "logits": logits[0],
        "long.ids": torch.tensor(long, dtype=torch.int32), "long.last": torch.stack([h[0, -1] for h in far]), "long.logits": far_logits[0, -1],
        "batch.ids": batch_ids, "batch.lengths": batch_lengths, "batch.last": padded(model, batch, pad),
        "generated": torch.tensor(generated, dtype=torch.int32), "crossing": torch.tensor(crossing, dtype=torch.int32),
        "direction": direction,
    } | gradients(model, ids, direction)  # fmt: skip
    meta = dict(transformers=transformers.__version__, lead=str(lead), crossing_lead=str(crossing_lead), crossing=str(CROSSING))
    save_finite(name, folder, tensors, meta)
    print(f"{summary(name, folder, tensors)}, lead {lead:.2g} {crossing_lead:.2g}")


if __name__ == "__main__":
    each_variant(__doc__, VARIANTS, write)

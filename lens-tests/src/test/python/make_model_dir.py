"""Writes a Hugging Face directory from a LLaMA-type GGUF file with a byte-level BPE tokenizer, all weights as fp32.

    python make_model_dir.py SmolLM2-135M-Instruct.Q4_1.gguf OUT

It shares no code with the Java importer, so the two check each other. llama.cpp stores the rows of q and k interleaved for its
own rotary embedding; here they go back to Hugging Face's order. The tokenizer is rebuilt from the file's own metadata.
"""
import json
import os
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

PARTS = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
TOP = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}
CONTROL = 3  # tokenizer.ggml.token_type of special tokens


def hugging_face_name(name):
    if name in TOP:
        return TOP[name]
    _, layer, part, kind = name.split(".")
    return f"model.layers.{layer}.{PARTS[part]}.{kind}"


def unpermute(w, heads):
    return w.reshape(heads, w.shape[0] // heads // 2, 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def tokenizer(meta):
    tokens, types = meta("tokenizer.ggml.tokens"), meta("tokenizer.ggml.token_type")
    merges = [tuple(m.split(" ")) for m in meta("tokenizer.ggml.merges")]
    t = Tokenizer(models.BPE({s: i for i, s in enumerate(tokens)}, merges))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    if meta("tokenizer.ggml.pre") != "smollm":
        raise SystemExit(f"pre-tokenizer {meta('tokenizer.ggml.pre')}: only smollm is known here")
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level])
    t.decoder = decoders.ByteLevel()
    t.add_special_tokens([AddedToken(s, special=True, normalized=False) for s, k in zip(tokens, types) if k == CONTROL])
    return t


def main(source, out):
    reader = GGUFReader(source)
    meta = lambda key: reader.fields[key].contents()
    heads, kv = meta("llama.attention.head_count"), meta("llama.attention.head_count_kv")
    weights = {}
    for t in reader.tensors:
        w = dequantize(t.data, t.tensor_type).astype(np.float32)
        if ".attn_q." in t.name or ".attn_k." in t.name:
            w = unpermute(w, heads if ".attn_q." in t.name else kv)
        weights[hugging_face_name(t.name)] = np.ascontiguousarray(w)
    os.makedirs(out, exist_ok=True)
    save_file(weights, f"{out}/model.safetensors", metadata={"format": "pt"})
    tokens, eos = meta("tokenizer.ggml.tokens"), meta("tokenizer.ggml.eos_token_id")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": meta("llama.vocab_size"),
        "hidden_size": meta("llama.embedding_length"),
        "intermediate_size": meta("llama.feed_forward_length"),
        "num_hidden_layers": meta("llama.block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": kv,
        "max_position_embeddings": meta("llama.context_length"),
        "rope_theta": float(meta("llama.rope.freq_base")),
        "rms_norm_eps": float(meta("llama.attention.layer_norm_rms_epsilon")),
        "hidden_act": "silu",
        "tie_word_embeddings": "lm_head.weight" not in weights,
        "bos_token_id": meta("tokenizer.ggml.bos_token_id"),
        "eos_token_id": eos,
        "pad_token_id": meta("tokenizer.ggml.padding_token_id"),
        "torch_dtype": "float32",
    }
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokens[config["bos_token_id"]],
        "eos_token": tokens[eos],
        "pad_token": tokens[config["pad_token_id"]],
        "unk_token": tokens[meta("tokenizer.ggml.unknown_token_id")],
        "clean_up_tokenization_spaces": False,
        "model_max_length": config["max_position_embeddings"],
        "chat_template": meta("tokenizer.chat_template"),
    }
    for name, value in (("config.json", config), ("tokenizer_config.json", settings)):
        with open(f"{out}/{name}", "w", encoding="utf8") as f:
            json.dump(value, f, indent=2, ensure_ascii=False)
    tokenizer(meta).save(f"{out}/tokenizer.json")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])

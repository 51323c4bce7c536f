"""Has `peft` put adapters beside the matrices of tiny models whose matrices differ from LLaMA's, and writes what they compute.

    python make_adapter_reference.py ../resources/reference/families [VARIANT ...]

Per variant `adapter/`, which peft wrote, and adapter.safetensors: logits of the ids in reference.safetensors with the adapters, and gradients of A
and B of sum(final states * direction). GPT-2's matrices are [in, out], which peft calls fan_in_fan_out.
"""
import json
import os
import sys
import warnings

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

TARGETS = {
    "gpt2": ["c_attn", "attn.c_proj", "c_fc"],
    "gpt2-inner": ["c_proj"],
    "pythia": ["query_key_value", "dense_4h_to_h"],
    "bloom": ["query_key_value", "self_attention.dense"],
    "phi3": ["qkv_proj", "gate_up_proj"],
}
RANK, ALPHA, TOP = 3, 5, 2


def write(folder, targets):
    stored = load_file(f"{folder}/reference.safetensors")
    base = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()
    layers = list(range(base.config.num_hidden_layers - TOP, base.config.num_hidden_layers))
    torch.manual_seed(5)
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, layers_to_transform=layers, task_type="CAUSAL_LM")
    model = get_peft_model(base, config).eval()
    with torch.no_grad():
        for key, p in model.named_parameters():
            if "lora_B" in key:
                p.normal_(0, 0.2)
    out = model(input_ids=stored["ids"].long()[None], output_hidden_states=True, use_cache=False)
    (out.hidden_states[-1][0] * stored["direction"]).sum().backward()
    values = {"logits": out.logits[0].detach()}
    for key, p in model.named_parameters():
        if "lora_" in key:
            values["grad." + key.removeprefix("base_model.model.").replace(".default", "")] = p.grad
    save_file({k: v.contiguous() for k, v in values.items()}, f"{folder}/adapter.safetensors")
    model.save_pretrained(f"{folder}/adapter")
    os.remove(f"{folder}/adapter/README.md")
    settings = f"{folder}/adapter/adapter_config.json"
    with open(settings) as file:
        written = json.load(file)
    written["base_model_name_or_path"] = os.path.basename(folder)
    written["target_modules"] = sorted(written["target_modules"])
    with open(settings, "w") as file:
        json.dump(written, file, indent=2, sort_keys=True)
    change = (values["logits"] - stored["logits"]).abs().max()
    print(os.path.basename(folder), len(values) - 1, "adapter matrices, logits change by", float(change), "fan_in_fan_out", written["fan_in_fan_out"])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    warnings.simplefilter("ignore")
    for name in sys.argv[2:] or TARGETS:
        write(os.path.join(sys.argv[1], name), TARGETS[name])

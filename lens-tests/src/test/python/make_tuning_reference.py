"""Writes reference values of instruction tuning on tiny random models: loss and gradients of one step, with full layers and with adapters.

    (write all variants with the main class of org.lensdl4j.model.fixtures.TinyModels into VARIANTS)
    python make_tuning_reference.py VARIANTS ../../../../lens-dl4j/src/test/resources/reference/tuning

Per variant <variant>.safetensors (loss; gradients of the top two layers and of the adapters; logits with the adapters merged; token ids,
lengths and lengths of prompts) and <variant>-adapter, which the real `peft` wrote. Labels of prompt and padding are -100, as
transformers has it.
"""
import json
import os
import sys

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file

VARIANTS = ["llama-gqa-tied", "llama-bias", "mistral-window"]
LENGTHS, PROMPTS, SHARED, TOP = [17, 9, 12], [6, 5, 11], 4, 2
RANK, ALPHA = 3, 5


def ids(vocabulary):
    state, out = 7, []
    for n in LENGTHS:
        row = []
        for i in range(n):
            state = (state * 1664525 + 1013904223) % 2**32
            row.append((state >> 8) % vocabulary)
        out.append(out[0][:SHARED] + row[SHARED:] if out else row)
    return out


def batch(sequences):
    longest = max(map(len, sequences))
    x = torch.tensor([s + [0] * (longest - len(s)) for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences])
    labels = x.clone()
    for i, prompt in enumerate(PROMPTS):
        labels[i, :prompt] = -100
    labels[mask == 0] = -100
    return dict(input_ids=x, attention_mask=mask, labels=labels)


def load(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()


def main(variants, out):
    os.makedirs(out, exist_ok=True)
    for name in VARIANTS:
        model = load(os.path.join(variants, name))
        layers = model.config.num_hidden_layers
        sequences = ids(model.config.vocab_size)
        inputs = batch(sequences)
        values = {
            "ids": torch.tensor(sum(sequences, []), dtype=torch.float32),
            "lengths": torch.tensor(LENGTHS, dtype=torch.float32),
            "prompts": torch.tensor(PROMPTS, dtype=torch.float32),
        }
        loss = model(**inputs).loss
        loss.backward()
        values["loss"] = loss.detach().reshape(1)
        for key, p in model.named_parameters():
            if any(key.startswith(f"model.layers.{i}.") for i in range(layers - TOP, layers)):
                values["gradient." + key] = p.grad.contiguous()

        torch.manual_seed(5)
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["q_proj", "v_proj", "o_proj", "down_proj"],
                            layers_to_transform=list(range(layers - TOP, layers)), task_type="CAUSAL_LM")
        adapted = get_peft_model(load(os.path.join(variants, name)), config).eval()
        with torch.no_grad():
            for key, p in adapted.named_parameters():
                if "lora_B" in key:
                    p.normal_(0, 0.2)
        loss = adapted(**inputs).loss
        loss.backward()
        values["lora_loss"] = loss.detach().reshape(1)
        for key, p in adapted.named_parameters():
            if "lora_" in key:
                values["lora_gradient." + key.removeprefix("base_model.model.").replace(".default", "")] = p.grad.contiguous()
        folder = os.path.join(out, name + "-adapter")
        adapted.save_pretrained(folder)
        os.remove(os.path.join(folder, "README.md"))
        settings = os.path.join(folder, "adapter_config.json")
        with open(settings) as file:
            written = json.load(file)
        written["base_model_name_or_path"] = name
        with open(settings, "w") as file:
            json.dump(written, file, indent=2, sort_keys=True)
        merged = adapted.merge_and_unload()
        with torch.no_grad():
            values["merged_logits"] = merged(input_ids=torch.tensor([sequences[0]])).logits[0].contiguous()
        save_file(values, os.path.join(out, name + ".safetensors"))
        print(name, float(values["loss"]), float(values["lora_loss"]))


if __name__ == "__main__":
    main(*sys.argv[1:])

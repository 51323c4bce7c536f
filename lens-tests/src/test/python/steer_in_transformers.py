"""Steers a model of transformers by a steering's file and stores its states; called by a test tagged `python`.

    python steer_in_transformers.py DIRECTORY STEERING LANGUAGE "1 5 7" STATES.safetensors [DIRECTORY ...]

STATES holds `state.1` to `state.K`, what each layer leaves, K after the final norm, and `answer`, ids chosen greedily.
"""
import sys

from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

# what docs/steering.md shows
import json
import torch
from safetensors import safe_open

def steer(model, file, language):
    with safe_open(file, "pt") as f:
        s, directions = json.loads(f.metadata()["lens"]), f.get_tensor("direction")
    assert s["tokens"] == "both" and len(model.model.layers) == s["of"]
    def hook(delta, last):
        step = s["strength"] * (delta / delta.norm() if s["share"] else delta)
        def move(module, inputs, output):
            h = output[0] if isinstance(output, tuple) else output
            length, by = h.norm(dim=-1, keepdim=True), step.to(h)
            moved = h + (length * by if s["share"] else by)
            if s["restored"]:
                moved = moved * length / moved.norm(dim=-1, keepdim=True)
            if not last and h.shape[1] > 1:  # the first token's states stay; of prompts without padding
                moved = torch.cat([h[:, :1], moved[:, 1:]], dim=1)
            return (moved, *output[1:]) if isinstance(output, tuple) else moved
        return move
    for layer, delta in zip(s["layers"], directions[:, s["languages"].index(language)]):
        if delta.norm() > 0:
            last = layer == s["of"]
            (model.model.norm if last else model.model.layers[layer - 1]).register_forward_hook(hook(delta, last))
# end


@torch.no_grad()
def main(jobs):
    for folder, steering, language, ids, out in zip(*[jobs[i::5] for i in range(5)]):
        model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()
        steer(model, steering, language)
        found = {}

        def keep(name):
            def hook(module, inputs, output):
                h = output[0] if isinstance(output, tuple) else output
                found.setdefault(name, h[0].contiguous().clone())
            return hook

        layers = model.model.layers
        for i, layer in enumerate(layers[:-1]):
            layer.register_forward_hook(keep(f"state.{i + 1}"))
        model.model.norm.register_forward_hook(keep(f"state.{len(layers)}"))
        tokens = torch.tensor([[int(i) for i in ids.split()]])
        answer = model.generate(tokens, attention_mask=torch.ones_like(tokens), do_sample=False, max_new_tokens=12,
                                eos_token_id=None, pad_token_id=0)
        found["answer"] = answer[0, tokens.shape[1]:].to(torch.float32)
        save_file(found, out)


if __name__ == "__main__":
    if len(sys.argv) < 6 or len(sys.argv) % 5 != 1:
        raise SystemExit(__doc__)
    main(sys.argv[1:])

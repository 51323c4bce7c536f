"""Loads exported directories with transformers and stores their fp32 logits.

    python compare_export.py DIRECTORY "1 5 7" LOGITS.safetensors [DIRECTORY "..." FILE ...]

Fails if a tensor of a directory is not used by the model, or the other way round.
"""
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer


@torch.no_grad()
def main(jobs):
    for folder, ids, out in zip(jobs[::3], jobs[1::3], jobs[2::3]):
        model, info = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, output_loading_info=True)
        problems = {k: v for k, v in info.items() if v}
        assert not problems, f"{folder}: {problems}"
        AutoTokenizer.from_pretrained(folder)
        logits = model.eval()(input_ids=torch.tensor([[int(i) for i in ids.split()]])).logits[0]
        save_file({"logits": logits.contiguous()}, out)


if __name__ == "__main__":
    if len(sys.argv) < 4 or len(sys.argv) % 3 != 1:
        raise SystemExit(__doc__)
    main(sys.argv[1:])

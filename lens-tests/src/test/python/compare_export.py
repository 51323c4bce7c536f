"""Loads exported directories with transformers and stores their fp32 logits, of encoders their last states.

    python compare_export.py DIRECTORY "1 5 7" LOGITS.safetensors [DIRECTORY "..." FILE ...]

Fails if a tensor of a directory is not used by the model, or the other way round.
"""
import sys

import torch
from safetensors.torch import save_file
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

ENCODERS = ("bert", "roberta", "xlm-roberta", "mpnet")


@torch.no_grad()
def encoder(folder, config, ids):
    cls = getattr(transformers, config.architectures[0])
    model, info = cls.from_pretrained(folder, torch_dtype=torch.float32, output_loading_info=True)
    problems = {k: v for k, v in info.items() if set(v) - {"bert.embeddings.position_ids"}}  # stored by releases before 4.31
    assert not problems, f"{folder}: {problems}"
    body = getattr(model, model.base_model_prefix, model).eval()
    return body(input_ids=torch.tensor([ids])).last_hidden_state[0]


@torch.no_grad()
def main(jobs):
    for folder, ids, out in zip(jobs[::3], jobs[1::3], jobs[2::3]):
        numbers, config = [int(i) for i in ids.split()], AutoConfig.from_pretrained(folder)
        if config.model_type in ENCODERS:
            save_file({"states": encoder(folder, config, numbers).contiguous()}, out)
            continue
        model, info = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, output_loading_info=True)
        problems = {k: v for k, v in info.items() if v}
        assert not problems, f"{folder}: {problems}"
        AutoTokenizer.from_pretrained(folder)
        logits = model.eval()(input_ids=torch.tensor([numbers])).logits[0]
        save_file({"logits": logits.contiguous()}, out)


if __name__ == "__main__":
    if len(sys.argv) < 4 or len(sys.argv) % 3 != 1:
        raise SystemExit(__doc__)
    main(sys.argv[1:])

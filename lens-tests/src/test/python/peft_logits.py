"""Loads adapter folders with peft and stores the logits; called by a test tagged `python`.

    python peft_logits.py DIRECTORY ADAPTER "1 5 7" LOGITS.safetensors [DIRECTORY ADAPTER "..." FILE ...]

Fails if a tensor of a folder is not used by the model, or if the model has an adapter that the folder lacks.
"""
import sys
import warnings

import torch
from peft import PeftConfig, PeftModel, get_peft_model
from peft.utils.save_and_load import load_peft_weights, set_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM


def base(folder):
    return AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()


@torch.no_grad()
def main(jobs):
    for folder, adapter, ids, out in zip(jobs[::4], jobs[1::4], jobs[2::4], jobs[3::4]):
        fresh = get_peft_model(base(folder), PeftConfig.from_pretrained(adapter))
        loaded = set_peft_model_state_dict(fresh, load_peft_weights(adapter, device="cpu"))
        missing = [k for k in loaded.missing_keys if "lora_" in k]
        assert not missing and not loaded.unexpected_keys, f"{adapter}: missing {missing}, unexpected {loaded.unexpected_keys}"
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # peft warns of a fan_in_fan_out that does not fit
            model = PeftModel.from_pretrained(base(folder), adapter).eval()
        logits = model(input_ids=torch.tensor([[int(i) for i in ids.split()]])).logits[0]
        save_file({"logits": logits.contiguous()}, out)


if __name__ == "__main__":
    if len(sys.argv) < 5 or len(sys.argv) % 4 != 1:
        raise SystemExit(__doc__)
    main(sys.argv[1:])

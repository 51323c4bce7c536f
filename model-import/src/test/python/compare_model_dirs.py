"""Loads two Hugging Face directories with transformers and compares everything: tensors, fp32 logits, token ids, chat template.

    python compare_model_dirs.py EXPECTED FOUND

Prints one line and exits with 0 if all of it is equal, bit for bit.
"""
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "Hello, world! 12345",
    "人人生而自由，在尊严和权利上一律平等。",
    "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa.",
    "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।",
    "def f(x):\n\treturn x ** 2  # 🙂\n",
]


def load(path):
    model = AutoModelForCausalLM.from_pretrained(path, torch_dtype=torch.float32).eval()
    return model, AutoTokenizer.from_pretrained(path)


def prompt(tokenizer, text):
    messages = [dict(role="system", content="You are a helpful assistant."), dict(role="user", content=text)]
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


@torch.no_grad()
def main(expected, found):
    (a, ta), (b, tb) = load(expected), load(found)
    left, right = a.state_dict(), b.state_dict()
    assert left.keys() == right.keys(), left.keys() ^ right.keys()
    for name in left:
        assert torch.equal(left[name], right[name]), f"{name} differs"
    assert a.config.eos_token_id == b.config.eos_token_id and a.config.bos_token_id == b.config.bos_token_id
    assert a.generation_config.eos_token_id == b.generation_config.eos_token_id
    assert ta.special_tokens_map == tb.special_tokens_map, (ta.special_tokens_map, tb.special_tokens_map)
    for text in TEXTS:
        assert prompt(ta, text) == prompt(tb, text), "the chat templates differ"
        ids = ta(prompt(ta, text), add_special_tokens=False, return_tensors="pt").input_ids
        assert torch.equal(ids, tb(prompt(tb, text), add_special_tokens=False, return_tensors="pt").input_ids), text
        assert torch.equal(a(ids).logits, b(ids).logits), f"logits differ for {text!r}"
    print(f"equal: {len(left)} tensors, logits and ids of {len(TEXTS)} prompts")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])

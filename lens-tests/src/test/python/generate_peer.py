"""Answers prompts with transformers' `generate`: float32, greedy, one padded batch after another; prints tokens and seconds as JSON.

    generate_peer.py --model MODEL --prompts FILE --max-new-tokens 64 --batch 16
"""
import argparse
import json
import os
import time

import torch
import transformers


def opened(path):
    """A Hugging Face directory or a GGUF file, in float32."""
    where = dict(gguf_file=os.path.basename(path)) if path.endswith(".gguf") else {}
    folder = os.path.dirname(path) if where else path
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, padding_side="left", **where)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, **where).eval()
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def answer(model, tokenizer, texts, args):
    asked = [[dict(role="user", content=t)] for t in texts]
    if args.system:
        asked = [[dict(role="system", content=args.system)] + a for a in asked]
    rendered = [tokenizer.apply_chat_template(a, tokenize=False, add_generation_prompt=True) for a in asked]
    batch = tokenizer(rendered, return_tensors="pt", padding=True, add_special_tokens=False)
    ends = set(e for e in [tokenizer.eos_token_id, *[model.generation_config.eos_token_id or []]] if isinstance(e, int))
    with torch.inference_mode():
        out = model.generate(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], max_new_tokens=args.max_new_tokens, do_sample=False, num_beams=1, repetition_penalty=1.0,
            eos_token_id=sorted(ends), pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
    answers = []
    for row in out[:, batch["input_ids"].shape[1] :].tolist():
        end = next((i for i, t in enumerate(row) if t in ends), len(row))
        answers.append(row[:end])
    return answers, int(batch["attention_mask"].sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--prompts", required=True)
    parser.add_argument("--system")
    parser.add_argument("--max-new-tokens", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    transformers.logging.set_verbosity_error()
    model, tokenizer = opened(args.model)
    with open(args.prompts, encoding="utf8") as f:
        texts = [line.rstrip("\n") for line in f if line.strip()]
    answer(model, tokenizer, texts[:1], argparse.Namespace(system=args.system, max_new_tokens=4))
    start, answers, read = time.perf_counter(), [], 0
    for i in range(0, len(texts), args.batch):
        part, tokens = answer(model, tokenizer, texts[i : i + args.batch], args)
        answers, read = answers + part, read + tokens
    seconds = time.perf_counter() - start
    tokens = sum(map(len, answers))
    facts = dict(torch=torch.__version__, transformers=transformers.__version__, threads=torch.get_num_threads(), read=read, tokens=tokens, seconds=seconds)
    print(json.dumps(facts | dict(texts=tokenizer.batch_decode(answers, skip_special_tokens=True))))


if __name__ == "__main__":
    main()

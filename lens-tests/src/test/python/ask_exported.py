"""Asks an exported model the requests of an evaluation in transformers or llama.cpp, and compares with what was answered here.

    python ask_exported.py MODEL COLUMN ITEMS.jsonl ... [--tokens 40] [--system TEXT]

MODEL is a Hugging Face directory (transformers, fp32) or a GGUF file (llama.cpp, by the package xllamacpp, which has wheels). COLUMN is that of
the exported run in the item files of `lens evaluate`. Greedy. Prints for each file and in all how many answers are in the script of the language
that is asked for, there and here, and how many have the same text. Languages in Latin script are left out of the former.
"""
import argparse
import json
import re
import unicodedata

SCRIPTS = {"zh": ("CJK",), "ja": ("HIRAGANA", "KATAKANA", "CJK"), "ko": ("HANGUL",), "ar": ("ARABIC",), "bn": ("BENGALI",)}


def in_script(text, language):
    letters = [unicodedata.name(c, "") for c in text if c.isalpha()]
    own = sum(name.startswith(SCRIPTS[language]) for name in letters)
    kana = any(name.startswith(("HIRAGANA", "KATAKANA")) for name in letters)
    return own * 2 > len(letters) and kana == (language == "ja")


def in_transformers(model, tokens):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForCausalLM.from_pretrained(model, torch_dtype=torch.float32).eval()

    @torch.no_grad()
    def answer(messages):
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        out = network.generate(**ids, max_new_tokens=tokens, do_sample=False, temperature=None, top_p=None, top_k=None, repetition_penalty=1.0)
        return tokenizer.decode(out[0, ids["input_ids"].shape[1]:], skip_special_tokens=True)

    return answer


def in_llama_cpp(model, tokens):
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx = 4096
    params.n_parallel = 1
    params.verbosity = 0
    server = xllamacpp.Server(params)

    def answer(messages):
        request = {"messages": messages, "max_tokens": tokens, "temperature": 0.0, "top_k": 1, "repeat_penalty": 1.0}
        reply = server.handle_chat_completions(request)
        reply = json.loads(reply) if isinstance(reply, (str, bytes)) else reply
        return reply["choices"][0]["message"]["content"]

    return answer


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("model")
    args.add_argument("column")
    args.add_argument("items", nargs="+")
    args.add_argument("--tokens", type=int, default=40)
    args.add_argument("--system", default="You are a helpful assistant.")
    args = args.parse_args()
    answer = (in_llama_cpp if args.model.endswith(".gguf") else in_transformers)(args.model, args.tokens)
    totals = [0, 0, 0, 0, 0]
    for path in args.items:
        with open(path, encoding="utf-8") as lines:
            header, *items = [json.loads(line) for line in lines]
        language, counts = header["language"], [0, 0, 0, 0, 0]
        for item in items:
            here = item["columns"][args.column]["answers"][0]
            there = answer([{"role": "system", "content": args.system}, {"role": "user", "content": item["prompt"]}]).strip()
            counts[0] += 1
            counts[1] += here == there
            if language in SCRIPTS:
                counts[2] += 1
                counts[3] += in_script(there, language)
                counts[4] += in_script(here, language)
        say(re.sub(r".*/|\.jsonl$", "", path), counts)
        totals = [a + b for a, b in zip(totals, counts)]
    say("all", totals)


def say(name, counts):
    judged = f"in the right script {counts[3]} there, {counts[4]} here, of {counts[2]}" if counts[2] else "Latin script"
    print(f"{name}: {judged}; the same text {counts[1]} of {counts[0]}", flush=True)


if __name__ == "__main__":
    main()

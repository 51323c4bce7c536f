"""Answers the same prompts with transformers' `generate` (float32, padded batch) and with `lens generate`, in batches and one by one, in turn, and
prints tokens per second and their ratios. Opening the model is not counted on either side. Close everything else first.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import benchmark

SYSTEM = "You are a helpful assistant."
PROMPTS = """\
What is the capital of France, and what is it known for?
Write a poem about spring.
Explain how rain forms.
List five fruits and say where each of them grows.
How do I boil an egg?
Tell me a story about a fox and a hen.
What is the difference between a lake and a sea?
Why is the sky blue?
Describe the city of Rome to a visitor.
How does a bicycle stay upright?
Give me three tips for learning a language.
Who was Marie Curie and what did she do?
What should I cook tonight with rice and beans?
Explain photosynthesis to a child.
Write a short letter to a friend who moved away.
What are the rules of chess?
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a GGUF file of a LLaMA or Qwen2 type; by default the one that lens quickstart fetches")
    parser.add_argument("--prompts", help="file of prompts, one per line; 16 of the project's own by default")
    parser.add_argument("--max-new-tokens", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--alone", type=int, default=4, help="prompts that are answered one by one")
    parser.add_argument("--rounds", type=int, default=2, help="the best of so many counts")
    parser.add_argument("--out", default=f"{benchmark.ROOT}/lens-tests/target/generation.md")
    return parser.parse_args()


class Ours:
    """One process of lens generate."""

    def __init__(self, gguf, prompts, batch, args):
        command = [benchmark.LENS, "generate", "--model", gguf, "--prompts", prompts, "--batch", str(batch), "--json"]
        command += ["--max-new-tokens", str(args.max_new_tokens), "--system", SYSTEM]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LENS_BUILD": "no"})
        found = re.search(r"(\d+) answers, (\d+) tokens in ([\d.]+) s", done.stderr)
        if done.returncode or not found:
            raise SystemExit(f"benchmark: {' '.join(command)}: {done.stderr}")
        self.tokens, self.seconds = int(found[2]), float(found[3])
        self.texts = [json.loads(line)["answers"][0]["text"] for line in done.stdout.splitlines()]


class Peer:
    """One process of generate_peer.py."""

    def __init__(self, model, prompts, args):
        command = [sys.executable, f"{benchmark.HERE}/generate_peer.py", "--model", model, "--prompts", prompts, "--batch", str(args.batch)]
        command += ["--max-new-tokens", str(args.max_new_tokens), "--system", SYSTEM]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"benchmark: {' '.join(command)}: {done.stderr}")
        self.facts = json.loads(done.stdout.strip().splitlines()[-1])
        self.tokens, self.seconds, self.texts = self.facts["tokens"], self.facts["seconds"], self.facts["texts"]


def peer_model(gguf, work):
    """The GGUF file itself, except for LLaMA types, whose heads transformers reads in another order."""
    import gguf as reader

    kind = bytes(reader.GGUFReader(gguf).fields["general.architecture"].parts[-1]).decode()
    if kind != "llama":
        return gguf
    subprocess.run([sys.executable, f"{benchmark.HERE}/make_model_dir.py", gguf, f"{work}/model"], check=True)
    return f"{work}/model"


def main():
    args, work = options(), tempfile.mkdtemp(prefix="lens-generation-")
    load = os.getloadavg()[0]
    fetch = subprocess.run([benchmark.LENS, "quickstart", "--fetch-only"] if not args.model else [benchmark.LENS, "--version"], capture_output=True, text=True)
    if fetch.returncode:
        raise SystemExit(f"benchmark: {fetch.stderr.strip()}")
    gguf = args.model or fetch.stdout.strip().splitlines()[-1]
    model = peer_model(gguf, work)
    with open(f"{work}/prompts.txt", "w", encoding="utf8") as f:
        f.write(open(args.prompts, encoding="utf8").read() if args.prompts else PROMPTS)
    with open(f"{work}/alone.txt", "w", encoding="utf8") as f:
        f.writelines(open(f"{work}/prompts.txt", encoding="utf8").readlines()[: args.alone])
    runs = dict(peer=[], batched=[], alone=[])
    for i in range(args.rounds):
        runs["peer"].append(Peer(model, f"{work}/prompts.txt", args))
        runs["batched"].append(Ours(gguf, f"{work}/prompts.txt", args.batch, args))
        runs["alone"].append(Ours(gguf, f"{work}/alone.txt", 1, args))
        print("benchmark: round", i + 1, {k: f"{v[-1].tokens / v[-1].seconds:.1f}" for k, v in runs.items()}, file=sys.stderr)
    best = {name: max(all_of, key=lambda r: r.tokens / r.seconds) for name, all_of in runs.items()}
    speed = {name: r.tokens / r.seconds for name, r in best.items()}
    same = sum(a.strip() == b.strip() for a, b in zip(best["peer"].texts, best["batched"].texts))
    again = sum(a == b for a, b in zip(best["alone"].texts, best["batched"].texts))
    text = "\n".join([
        f"# Generation: {len(best['batched'].texts)} prompts, at most {args.max_new_tokens} tokens each, greedy, float32", "",
        f"{os.path.basename(gguf)}; the best of {args.rounds} runs.", "",
        "| tokens a second | | ours, batched, to it | target |", "|---|---|---|---|",
        f"| ours, {args.batch} at once | {speed['batched']:.1f} | | |",
        f"| ours, one by one | {speed['alone']:.1f} | {speed['batched'] / speed['alone']:.1f} | 5 |",
        f"| transformers, {args.batch} at once | {speed['peer']:.1f} | {speed['batched'] / speed['peer']:.2f} | 1 |", "",
        f"- {same} of {len(best['batched'].texts)} answers are those of transformers; {again} of {len(best['alone'].texts)} are those given one by one",
        *[f"- {line}" for line in benchmark.machine(best["peer"].facts, load)],
    ]) + "\n"  # fmt: skip
    os.makedirs(os.path.dirname(os.path.abspath(args.out)), exist_ok=True)
    with open(args.out, "w", encoding="utf8") as f:
        f.write(text)
    print(text)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()

"""Probes on one machine, with and without Spark, and prints a table and what follows from it for a cost model.

    python measure_scaling.py --model FILE.gguf [--texts 40]

Every figure is a whole process. CPU time is what the model is made of: it depends least on what else the machine does.
"""
import argparse
import os
import tempfile

from benchmark import HERE, LENS, OWN_TEXTS, Run

LANGUAGES = "en,zh,sw"
FEW = 8


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", required=True)
    args.add_argument("--texts", type=int, default=40, help="texts of each of three languages")
    args = args.parse_args()
    folder = tempfile.mkdtemp()
    count = len(LANGUAGES.split(","))

    def run(name, command, texts, *more):
        return Run(name, [LENS, command, "--model", args.model, "--texts", OWN_TEXTS, "--languages", LANGUAGES, "--min-texts", "1",
                          "--max-texts", str(texts), "--out", f"{folder}/{name}.safetensors", *more], folder)

    if os.environ.get("LENS_BUILD") != "no":
        for command in ("probe", "spark-probe"):
            os.system(f"{LENS} {command} --help > {os.devnull}")
    few = run("few", "probe", FEW)
    many = run("many", "probe", args.texts)
    rows = [(f"lens probe, {FEW} texts a language", few), (f"lens probe, {args.texts} texts a language", many)]
    local = {}
    for cores in (1, 2):
        for block in (args.texts, FEW):
            local[cores, block] = run(f"spark{cores}-{block}", "spark-probe", args.texts, "--master", f"local[{cores}]", "--block", str(block))
            rows.append((f"spark-probe, local[{cores}], blocks of {block}", local[cores, block]))
    print("| what | time | CPU time | peak resident memory |\n|---|---|---|---|")
    for name, r in rows:
        print(f"| {name} | {r.wall:.1f} s | {r.cpu:.1f} s | {r.rss:.0f} MB |")
    text = (many.cpu - few.cpu) / (count * (args.texts - FEW))
    blocks = {b: count * -(-args.texts // b) for b in (args.texts, FEW)}
    block = (local[1, FEW].cpu - local[1, args.texts].cpu) / (blocks[FEW] - blocks[args.texts])
    print(f"\nCPU time of a text {text:.3f} s, of another block {block:.3f} s, of a start without Spark {few.cpu - text * count * FEW:.1f} s")
    for (cores, size), r in local.items():
        rest = r.cpu - text * count * args.texts - block * blocks[size]
        print(f"local[{cores}], blocks of {size}: {rest:.1f} s left for the start with Spark")


if __name__ == "__main__":
    main()

"""Runs the PyTorch peer and the Java command line in turn on the same texts and prints the ratios that the project aims at.

Every figure is of a whole process, start of interpreter or JVM and reading of the model included: wall and CPU seconds, and peak
resident memory as the kernel counts it. Steps are timed from outside, by watching the run's log. Close everything else first.
"""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(f"{HERE}/../../../..")
LENS = os.environ.get("LENS_COMMAND", f"{ROOT}/lens-examples/bin/lens")
OWN_TEXTS = f"{ROOT}/lens-examples/src/main/resources/udhr"
ALL = "en,zh,ja,ko,ar,sw,bn"


class Run:
    """One finished process."""

    def __init__(self, name, command, log_folder, watched=None):
        self.step_times, done = [], threading.Event()
        with open(f"{log_folder}/{name}.out", "w+b") as out, open(f"{log_folder}/{name}.err", "wb") as err:
            print(f"benchmark: {name} ...", end="", file=sys.stderr, flush=True)
            start = time.monotonic()
            process = subprocess.Popen(command, stdout=out, stderr=err, env=os.environ | {"LENS_BUILD": "no"})
            watcher = threading.Thread(target=self._watch, args=(watched, start, done))
            if watched:
                watcher.start()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - start
            done.set()
            if watched:
                watcher.join()
            out.seek(0)
            self.output = out.read().decode()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.rss = usage.ru_maxrss / 1024
        print(f" {self.wall:.1f} s, {self.rss:.0f} MB", file=sys.stderr)
        if process.returncode:
            raise SystemExit(f"benchmark: {name} failed; see {log_folder}/{name}.err")

    def _watch(self, path, start, done):
        """Notes when each line of a file appears."""
        while not done.wait(0.02):
            if os.path.exists(path):
                with open(path, "rb") as f:
                    lines = f.read().count(b"\n")
                self.step_times += [time.monotonic() - start] * (lines - len(self.step_times))


def subset(source, languages, limit, target, start=0):
    """Copies some texts of each language, with id and text only, so that both sides read the same."""
    os.makedirs(target)
    kept = {}
    for l in languages:
        with open(f"{source}/{l}.jsonl", encoding="utf8") as f:
            items = [json.loads(line) for line in f if line.strip()][start : start + limit]
        kept[l] = len(items)
        with open(f"{target}/{l}.jsonl", "w", encoding="utf8") as f:
            for i in items:
                f.write(json.dumps(dict(id=i.get("id"), text=i["text"]), ensure_ascii=False) + "\n")
    return kept


# What the searched candidates differ in; each trains on the peer's prompts once, in the same two layers.
SEARCH = """
candidates: {candidates}
parallel: {parallel}
base: {{trainTexts: {prompts}, probeTexts: {limit}, minTexts: 1}}
score: {{gain: {{retrieval_to_central: 1}}, budget: {{drift: 0.1}}}}
space:
  learningRate: {{low: 1e-5, high: 3e-4, scale: log}}
  align: {{low: 0.1, high: 3, scale: log, off: true}}
  separate: {{low: 0.1, high: 3, scale: log, off: true}}
  retain: {{low: 0.3, high: 10, scale: log}}
  lambda: {{low: 0, high: 1.5}}
  coordinates: [raw, standardised]
"""


def first(pattern, path):
    try:
        with open(path, encoding="utf8") as f:
            return next((line.split(":", 1)[1].strip() for line in f if line.startswith(pattern)), "?")
    except OSError:
        return "?"


def output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return (done.stdout or done.stderr).strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "?"


def machine(peer, load):
    memory = first("MemTotal", "/proc/meminfo").split()
    dirty = " with changes" if output("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no") != "?" else ""
    java = output(f"{os.environ['JAVA_HOME']}/bin/java" if os.environ.get("JAVA_HOME") else "java", "-version")
    return [
        f"{len(os.sched_getaffinity(0))} cores of {first('model name', '/proc/cpuinfo')}, {int(memory[0]) / 2**20:.0f} GiB, {platform.system()} {platform.release()}",
        f"load average before the run {load:.1f}",
        f"peer: PyTorch {peer['torch']}, transformers {peer['transformers']}, Python {platform.python_version()}, fp32, {peer['threads']} threads",
        f"ours: commit {output('git', '-C', ROOT, 'rev-parse', '--short', 'HEAD')}{dirty}, {java}, fp32",
        time.strftime("%Y-%m-%d"),
    ]


def table(rows):
    out = ["| what | peer | ours | ratio | target |", "|---|---|---|---|---|"]
    for what, peer, ours, unit, target in rows:
        number = lambda x: "" if x is None else f"{x:.0f} {unit}" if x >= 100 else f"{x:.1f} {unit}"
        ratio = "" if peer is None else f"{ours / peer:.2f}"
        out.append(f"| {what} | {number(peer)} | {number(ours)} | {ratio} | {target} |")
    return "\n".join(out)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="3 languages, 12 texts, 8 prompts: a minute or two (the default)")
    size.add_argument("--full", action="store_true", help="7 languages, up to 300 texts and 96 prompts: a quarter of an hour or more")
    parser.add_argument("--model", help="a LLaMA-type GGUF file; by default the one that lens quickstart fetches")
    parser.add_argument("--texts", default=OWN_TEXTS, help="folder of <language>.jsonl to probe; the project's own by default")
    parser.add_argument("--train-texts", help="folder of parallel texts to train on; --texts by default")
    parser.add_argument("--languages")
    parser.add_argument("--limit", type=int, help="texts a language for probing")
    parser.add_argument("--prompts", type=int, help="prompts for training")
    parser.add_argument("--search", type=int, metavar="N", help="candidates of the search; 0 for none. Default: 20 of --full, 3 of --quick")
    parser.add_argument("--measured", type=int, help="texts that candidates are measured on, half to choose and half to confirm")
    parser.add_argument("--parallel", type=int, default=0, help="candidates at once; as processors and memory allow by default")
    parser.add_argument("--out", default=f"{ROOT}/lens-tests/target/benchmark.md", help="where the table is written")
    parser.add_argument("--work", help="folder for intermediate files; a temporary one by default")
    return parser.parse_args()


def main():
    args = options()
    load = os.getloadavg()[0]
    languages = (args.languages or (ALL if args.full else "en,zh,sw")).split(",")
    limit, prompts = args.limit or (300 if args.full else 12), args.prompts or (96 if args.full else 8)
    work = args.work or tempfile.mkdtemp(prefix="lens-benchmark-")
    shutil.rmtree(f"{work}/run", ignore_errors=True)
    run = f"{work}/run"
    os.makedirs(run)
    # Builds and fetches what is missing, outside of all measurements.
    fetch = subprocess.run([LENS, "quickstart", "--fetch-only"] if not args.model else [LENS, "--version"], capture_output=True, text=True)
    if fetch.returncode:
        raise SystemExit(f"benchmark: {fetch.stderr.strip()}")
    gguf = args.model or fetch.stdout.strip().splitlines()[-1]
    folder = f"{work}/model"
    if not os.path.exists(f"{folder}/tokenizer.json"):
        subprocess.run([sys.executable, f"{HERE}/make_model_dir.py", gguf, folder], check=True)
    probed = subset(args.texts, languages, limit, f"{run}/probe")
    trained = subset(args.train_texts or args.texts, languages, prompts, f"{run}/train")
    joined = ",".join(languages)
    python = [sys.executable, f"{HERE}/peer.py"]

    def peer(phase):
        command = python + [phase, "--model", folder, "--texts", f"{run}/{phase}", "--languages", joined, "--space", f"{run}/peer.pt"]
        return Run(f"peer-{phase}", command, run)

    def ours(name, command, *more, watched=None):
        shared = ["--model", gguf, "--texts", f"{run}/{command}", "--languages", joined]
        return Run(f"ours-{name}", [LENS, command, *shared, *more], run, watched)

    def train(name, *more):
        out = f"{run}/{name}"
        limits = ["--cache", f"{run}/cache", "--max-texts", str(prompts), "--space", f"{run}/space.safetensors", "--out", out]
        return ours(name, "train", *limits, *more, watched=f"{out}/log.jsonl")

    def search(count):
        """From cold: its own cache, so that the states of all texts are among what it costs."""
        measured = args.measured or (64 if args.full else 6)
        subset(args.train_texts or args.texts, languages, measured, f"{run}/measured", prompts)
        with open(f"{run}/search.yaml", "w", encoding="utf8") as f:
            f.write(SEARCH.format(candidates=count, parallel=args.parallel, prompts=prompts, limit=limit))
        more = ["--measure", f"{run}/measured", "--max-measure", "0", "--config", f"{run}/search.yaml", "--out", f"{run}/search"]
        shared = ["--model", gguf, "--texts", f"{run}/train", "--languages", joined, "--cache", f"{run}/search-cache"]
        return Run("ours-search", [LENS, "search", *shared, *more], run)

    peer_probe = peer("probe")
    probing = ["--max-texts", str(limit), "--cache", f"{run}/probe-cache"]
    our_probe = ours("probe", "probe", *probing, "--out", f"{run}/space.safetensors")
    second_probe = ours("probe-again", "probe", *probing, "--rank", "1", "--out", f"{run}/other.safetensors")
    peer_train = peer("train")
    our_train = train("train-cold")
    warm = train("train-warm", "--epochs", "2", "--seed", "7")
    candidate = train("train-candidate", "--lr", "2e-5", "--seed", "8")
    evaluations = []
    for name, runs in (("first", ["train-warm"]), ("second", ["train-warm"]), ("one-more", ["train-warm", "train-candidate"])):
        compared = [x for r in runs for x in ("--run", f"{run}/{r}")]
        shared = ["--model", gguf, "--texts", f"{run}/train", "--languages", joined, "--cache", f"{run}/evaluation-cache"]
        evaluations.append(Run(f"ours-evaluate-{name}", [LENS, "evaluate", *shared, *compared, "--out", f"{run}/evaluation-{name}"], run))
    candidates = (20 if args.full else 3) if args.search is None else args.search
    searched = search(candidates) if candidates else None

    facts = json.loads(peer_train.output.strip().splitlines()[-1])
    steps = -(-min(trained.values()) // 8)
    epoch = warm.step_times[2 * steps - 1] - warm.step_times[steps - 1]
    memory = [max(p.rss for p in runs) for runs in ((peer_probe, peer_train), (our_probe, our_train, warm, candidate))]
    n, m, count = max(probed.values()), max(trained.values()), len(languages)
    rows = [
        (f"probing {n} x {count} texts of at most 64 tokens", peer_probe.wall, our_probe.wall, "s", "0.6"),
        ("a second probe of the same texts, rank 1", None, second_probe.wall, "s", ""),
        (f"training {m} prompts x {count} languages, one epoch, from cold", peer_train.wall, our_train.wall, "s", "0.4"),
        ("a further epoch", facts["seconds"]["epoch 1"], epoch, "s", "0.12"),
        ("another seed or candidate, states on disk, whole process", peer_train.wall, candidate.wall, "s", "0.12"),
        ("warm start: until the first optimiser step is done", None, candidate.step_times[0], "s", "5 s"),
        ("an evaluation of states and bits with one run, from cold", None, evaluations[0].wall, "s", ""),
        ("a second evaluation, in a new folder", None, evaluations[1].wall, "s", ""),
        ("one run more in the evaluation", None, evaluations[2].wall, "s", ""),
        ("peak resident memory, whole job", memory[0], memory[1], "MB", "0.4"),
    ]
    if searched:
        what = f"a search of {candidates} candidates from cold, probing, measuring and the winner's run included; the peer: one run"
        rows.insert(5, (what, peer_train.wall, searched.wall, "s", "3" if candidates == 20 else "3 for 20"))
    detail = [
        ("probing, CPU", peer_probe.cpu, our_probe.cpu, "s", ""),
        ("training from cold, CPU", peer_train.cpu, our_train.cpu, "s", ""),
        ("another seed or candidate, CPU", peer_train.cpu, candidate.cpu, "s", ""),
        ("probing, peak memory", peer_probe.rss, our_probe.rss, "MB", ""),
        ("training from cold, peak memory", peer_train.rss, our_train.rss, "MB", ""),
        ("training, warm, peak memory", peer_train.rss, candidate.rss, "MB", ""),
    ]
    if searched:
        detail.append(("search, CPU; the peer: one run", peer_train.cpu, searched.cpu, "s", ""))
        detail.append(("search, peak memory", peer_train.rss, searched.rss, "MB", ""))
    text = "\n\n".join([
        "# Benchmark: the PyTorch peer and this project on the same texts",
        "SmolLM2-135M-Instruct. The peer (`lens-tests/src/test/python/peer.py`) does what the original code does: full model, frozen full copy,"
        " logits. Every figure is a whole process.",
        table(rows),
        table(detail),
        "\n".join(f"- {line}" for line in machine(facts, load)),
    ]) + "\n"  # fmt: skip
    os.makedirs(os.path.dirname(os.path.abspath(args.out)), exist_ok=True)
    with open(args.out, "w", encoding="utf8") as f:
        f.write(text)
    print(text)
    print(f"benchmark: written to {args.out}; outputs of all processes are in {run}", file=sys.stderr)


if __name__ == "__main__":
    main()

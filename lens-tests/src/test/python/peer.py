"""The benchmark's other side: probing and training with PyTorch, doing the work that the original code does (method.md, section 4).

    python peer.py probe --model DIR --texts DIR --languages en,zh --space SPACE
    python peer.py train --model DIR --texts DIR --languages en,zh --limit 24 --space SPACE

Probing: the full model with its LM head over batches of 50 padded to the longest, all hidden states kept until the last token's are
taken. Training: the full model and a frozen full copy, each language forwarded by itself through both, logits computed and all
hidden states kept, batch 1, 8 accumulated, AdamW on the top layers. Only the position and the cut of the prompts are the correct
ones, so that both sides read the same tokens. Prints one JSON object: seconds per phase and peak resident memory.
"""
import time

START = time.monotonic()

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402

import torch  # noqa: E402
import transformers  # noqa: E402
from lensref import Prompts, Training, load_model, load_tokenizer, read_texts, space  # noqa: E402


@torch.no_grad()
def probe_language(model, sequences, batch=50):
    out, pad = [], model.config.pad_token_id or 0
    longest = max(map(len, sequences))
    for i in range(0, len(sequences), batch):
        part = sequences[i : i + batch]
        x = torch.tensor([s + [pad] * (longest - len(s)) for s in part])
        mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in part])
        states = model(input_ids=x, attention_mask=mask, output_hidden_states=True).hidden_states[1:]
        rows, last = torch.arange(len(part)), mask.sum(1) - 1
        out.append(torch.stack([h[rows, last] for h in states]))
    return torch.cat(out, 1)


class FullModelTraining(Training):
    """As the reference training, but both models compute their logits and keep all hidden states, used or not."""

    def loss(self, prompt):
        mse = torch.nn.functional.mse_loss

        def run(model, ids):
            x = torch.tensor([ids])
            return model(input_ids=x, attention_mask=torch.ones_like(x), output_hidden_states=True).hidden_states[-1]

        with torch.no_grad():
            before = {l: run(self.reference, prompt[l]) for l in prompt}
        now = {l: run(self.model, prompt[l]) for l in prompt}
        c, s, a = self.central, self.specific, self.agnostic
        loss = mse(now[c].mean(1), before[c].mean(1))
        for l in self.targets:
            loss = loss + mse((now[l] - before[l])[:, -1] @ s.T @ s, self.direction[l].unsqueeze(0))
            loss = loss + mse((now[c][:, -1] @ a)[:, None] * a, (now[l][:, -1] @ a)[:, None] * a)
        return loss, dict(loss=loss.item())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phase", choices=["probe", "train"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--texts", required=True, help="folder of <language>.jsonl")
    parser.add_argument("--languages", required=True)
    parser.add_argument("--central", default="en")
    parser.add_argument("--limit", type=int, help="texts a language, or prompts; all by default")
    parser.add_argument("--max-tokens", type=int, help="64 for probing, 128 for training by default")
    parser.add_argument("--top-layers", type=int, default=2)
    parser.add_argument("--accumulation", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--space", help="where probing writes its space and training reads it", required=True)
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    languages = args.languages.split(",")
    seconds, mark = {}, [START]

    def phase(name):
        now = time.monotonic()
        seconds[name], mark[0] = round(now - mark[0], 3), now

    phase("start")
    prompts, model = Prompts(load_tokenizer(args.model)), load_model(args.model)
    phase("load")
    limit = args.max_tokens or (64 if args.phase == "probe" else 128)
    encoded = {l: [prompts.encode(t, limit) for t in read_texts(args.texts, l, args.limit)] for l in languages}
    phase("tokenize")
    if args.phase == "probe":
        found = space({l: probe_language(model, encoded[l]) for l in languages}, languages, args.central)
        torch.save(found, args.space)
        phase("probe")
    else:
        last = {k: v[-1] for k, v in torch.load(args.space, weights_only=True).items()}
        n = len(encoded[args.central])
        steps = args.epochs * -(-n // args.accumulation)
        run = FullModelTraining(model, last, languages, args.central, steps, top=args.top_layers, accumulation=args.accumulation)
        phase("copy")
        for epoch in range(args.epochs):
            for i in range(n):
                run.backward({l: encoded[l][i] for l in languages})
                if i % args.accumulation == args.accumulation - 1 or i == n - 1:
                    run.step()
            phase(f"epoch {epoch + 1}")
    print(
        json.dumps(
            dict(
                phase=args.phase,
                seconds=seconds,
                total=round(time.monotonic() - START, 3),
                peak_rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                items={l: len(e) for l, e in encoded.items()},
                tokens=sum(len(s) for e in encoded.values() for s in e),
                torch=torch.__version__,
                transformers=transformers.__version__,
                threads=args.threads,
            )
        )
    )


if __name__ == "__main__":
    main()

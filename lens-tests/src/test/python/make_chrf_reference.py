"""Reference values of chrF++ by sacrebleu, of texts made up here: python make_chrf_reference.py OUT.json

Needs sacrebleu (the values stored were made with 2.6.0).
"""

import json
import random
import sys

import sacrebleu
from sacrebleu.metrics import CHRF

# Sentences, punctuation in all places, no white space, several kinds of it, nothing in common, nothing at all.
PAIRS = [
    ("The cat sat on the mat.", "The cat is sitting on the mat."),
    ("The cat sat on the mat.", "The cat sat on the mat."),
    ("今天天气很好。", "今天的天气非常好。"),
    ("猫が座っている", "犬が走っている。"),
    ("오늘은 날씨가 좋다.", "오늘 날씨가 아주 좋습니다."),
    ("الطقس جميل اليوم", "كان الطقس جميلا اليوم."),
    ("", "Something."),
    ("Something.", ""),
    ("x", "y"),
    ("a", "a"),
    ("(hi) \"there\", you!", "(hi)! there: you"),
    ("...", ". . ."),
    ("tab\tand\u00a0no-break\u3000wide", "tab and no-break wide"),
    ("smile 😀 twice 😀😀", "smile 😀 twice 😀"),
    ("abc", "abcdefghij"),
    ("again again again again again", "again and again"),
]


def made_up(rng):
    words = ["ab", "abc", "bca", "c", "a,", "(b", "ca.", "日本", "です。", "٣", "x"]
    return " ".join(rng.choice(words) for _ in range(rng.randrange(0, 9)))


def main():
    rng = random.Random(7)
    pairs = PAIRS + [(made_up(rng), made_up(rng)) for _ in range(60)]
    metric = CHRF(word_order=2)
    out = {
        "sacrebleu": sacrebleu.__version__,
        "metric": "chrF2++: word order 2, otherwise the defaults",
        "pairs": [
            {"translation": h, "reference": r, "score": metric.sentence_score(h, [r]).score} for h, r in pairs
        ],
        "corpora": [
            {"first": a, "last": b, "score": metric.corpus_score([h for h, _ in pairs[a:b]], [[r for _, r in pairs[a:b]]]).score}
            for a, b in [(0, len(pairs)), (0, 6), (6, 16), (16, 40)]
        ],
    }
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        json.dump(out, f, ensure_ascii=False, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()

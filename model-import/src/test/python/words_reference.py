"""Words of texts by llama.cpp's rules, with Python's regex package: pre-tokenizers.json.

Every expression cuts each piece that the expressions before it left; matches and gaps are pieces.
The expressions are those that llama.cpp (src/llama-vocab.cpp) runs or cites as the original.
Needs: pip install regex==2026.11.19.

    python words_reference.py > model-import/src/test/resources/text/pre-tokenizers.json
"""

import json
import sys
import unicodedata

import regex

CASE = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
TAIL = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"
LLAMA3 = CASE + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL
QWEN2 = CASE + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL
QWEN35 = CASE + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + TAIL
UP, LOW = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
OPEN = r"[^\r\n\p{L}\p{N}]?"
GPT4O = (OPEN + UP + "*" + LOW + "+" + CASE + "?|" + OPEN + UP + "+" + LOW + "*" + CASE + "?"
         + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL)
TEKKEN = (OPEN + UP + "*" + LOW + "+|" + OPEN + UP + "+" + LOW + "*"
          + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL)
YOUTU = (OPEN + UP + "*" + LOW + "+" + CASE + "?|" + OPEN + UP + "+" + LOW + "*" + CASE + "?"
         + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL)
NOT_HAN = r"(?!\p{Han})"
KUP = r"(?:" + NOT_HAN + UP + ")"
KLOW = r"(?:" + NOT_HAN + LOW + ")"
KIMI = (r"\p{Han}+|" + OPEN + KUP + "*" + KLOW + "+" + CASE + "?|" + OPEN + KUP + "+" + KLOW + "*"
        + CASE + r"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL)
CJK = "[一-龥぀-ゟ゠-ヿ]+"
MARKED = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
          r"| ?[\p{P}\p{S}]+[\r\n]*" + TAIL)
SPARK = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
         r"| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+")
BLOOM = r" ?[^(\s|.,!?…。，、।۔،)]+"
LATIN = ("\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ""-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+")
MIN = CASE + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL

RULES = {
    "gpt-2": [GPT2],
    "modern-bert": [GPT2],
    "smollm": [r"\p{N}", GPT2],
    "command-r": [r"\p{N}", GPT2],
    "mellum2": [r"\p{N}", GPT2],
    "llama-bpe": [LLAMA3],
    "jina-v5-nano": [LLAMA3],
    "dbrx": [LLAMA3],
    "glm4": [LLAMA3],
    "gpt-4o": [GPT4O],
    "kanana2": [GPT4O],
    "talkie": [GPT4O],
    "minimax-m2": [GPT4O],
    "granite-embed-multi-97m": [GPT4O],
    "qwen2": [QWEN2],
    "hunyuan": [QWEN2],
    "stablelm2": [QWEN2],
    "solar-open": [QWEN2],
    "grok-2": [QWEN2],
    "qwen35": [QWEN35],
    "tekken": [TEKKEN],
    "falcon": [r"[\p{P}\$\+<=>\^~\|`]+", GPT2, r"[0-9][0-9][0-9]"],
    # llama.cpp has \\p{N}+ at the end; the model's own tokenizer.json has digits one by one.
    "deepseek-llm": [r"[\r\n]", LATIN, r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"],
    "deepseek-coder": [r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"],
    "deepseek-v3": [r"\p{N}{1,3}", CJK, MARKED],
    "hunyuan-dense": [r"\p{N}{1,3}", CJK, MARKED],
    "spark2_5": [r"\p{N}{1,3}", CJK, SPARK, r"\p{N}"],
    "youtu": ["[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + CJK, YOUTU],
    "bloom": [BLOOM],
    "poro-chat": [BLOOM],
    "viking": [BLOOM, r"\p{N}"],
    # Oniguruma, which runs the model's own file, counts all numbers as parts of words for \\b.
    "tiny_aya": [r"\d{1,3}(?=(?:\d{3})*(?![\p{L}\p{M}\p{N}\p{Pc}]))", GPT4O],
    "kimi-k2": [KIMI],
    "superbpe": [r"\p{N}+", r"(?=(\d{3})+(?!\d))"],
    "bailingmoe": [r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}"
                   r"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"],
    "seed-coder": [CASE + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+" + TAIL],
    "ufakzeka": [r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL],
    "laguna": [r"[^\n]+|[\n]+", QWEN2],
    "exaone-moe": [CASE + r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}"
                   r"| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"],
    "minicpm5": [r"\p{N}{1,3}", MIN],
}

NORMALISED = {"qwen2", "qwen35", "command-r"}  # as the models' own tokenizer.json say

TEXTS = [
    "I'm SURE'LL camelCase helloWorld 1234567 12",
    "a  b   \n\n  c\r\n d\t\te  ",
    "f(x)=x.y; // #tag! a.b,c (d|e)",
    "你好世界ok カナ 한국어 ข้าว",
    "é1² ½ naïve Ελλάδα",
    "e\u0301a cafe\u0301s",
    "x\n12\n\n345 <=> $5.00 ... end",
]


def words(rules, text):
    pieces = [text]
    for rule in rules:
        out = []
        for piece in pieces:
            at = 0
            for match in regex.finditer(rule, piece):
                out += [piece[at:match.start()], match.group()]
                at = match.end()
            out.append(piece[at:])
        pieces = [p for p in out if p]
    return pieces


json.dump(
    {
        name: [
            {"text": t,
             "words": words(rules, unicodedata.normalize("NFC", t) if name in NORMALISED else t)}
            for t in TEXTS
        ]
        for name, rules in RULES.items()
    },
    sys.stdout,
    ensure_ascii=False,
    indent=0,
)

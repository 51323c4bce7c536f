"""Reference values of tokenizers: ids by Python's tokenizers and transformers, and the tiny tokenizers that the tests use.

    python tokenizers_reference.py UDHR OUT [GGUF]

UDHR is the folder of the project's text, OUT ../resources/text, GGUF SmolLM2-135M-Instruct. Made with tokenizers 0.19.1, transformers 4.42.3,
sentencepiece 0.2.3, gguf 0.19.0. For the GGUF model the reference is its vocabulary and merges in the tokenizer.json layout that the
model's authors published (digits one by one, byte level, no unknown token): transformers' own GGUF conversion leaves the digits out.
"""
import io, json, pathlib, sys
import sentencepiece as spm
from transformers.utils import sentencepiece_model_pb2_new as pb
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaTokenizerFast

udhr, out = map(pathlib.Path, sys.argv[1:3])
TEXT = {l: [json.loads(line)['text'] for line in open(udhr / f'{l}.jsonl', encoding='utf8')] for l in 'en zh ja ko ar sw bn'.split()}
HARD = [
    '', ' ', '  a  b ', '\n\n\t x\r\n', '😀👩‍👩‍👧‍👦🇰🇪 ok', 'def f(x):\n    return x**2  # é\n', 'year 2024, 3.14159 and ١٢٣ and 一二三',
    'a\u0000b\u0001c\u0007\u001b[0m\u007f', 'zero\u200bwidth\u200d\ufeff', 'e\u0301 vs é, ক\u09c7\u09be vs ক\u09cb', '<|im_end|> said <|im_start|>user\n', "don't I'LL we've",
    '\u3000全角　スペース', 'https://example.org/a?b=c&d=%20', '<s> hi </s><unk>', '\U0010ffff\ufffd', '▁under▁', 'x' * 300, 'Ω≈ç√∫˜µ≤≥÷', 'ﷺ ﬁ ① Ⅳ',
]
SAMPLE = HARD + [t for texts in TEXT.values() for t in texts[:4]]


def write(name, value):
    with open(out / name, 'w', encoding='utf8') as f:
        json.dump(value, f, ensure_ascii=True, separators=(',', ':'))
        f.write('\n')


def cases(tokenizer, texts):
    return [dict(text=t, ids=(ids := tokenizer.encode(t, add_special_tokens=False).ids), special=tokenizer.encode(t).ids,
                 decoded=tokenizer.decode(ids, skip_special_tokens=False), skipped=tokenizer.decode(ids, skip_special_tokens=True)) for t in texts]


def digits():
    return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])


def tiny_byte_level():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer, t.decoder = digits(), decoders.ByteLevel()
    special = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
    t.train_from_iterator([x for v in TEXT.values() for x in v], trainers.BpeTrainer(
        vocab_size=700, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    model = json.loads(t.to_str())['model']
    tokens = sorted(model['vocab'], key=model['vocab'].get)
    merges = [m if isinstance(m, str) else ' '.join(m) for m in model['merges']]
    metadata = {
        'general.architecture': 'llama', 'llama.context_length': 256, 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'smollm',
        'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.token_type': [3 if i < 3 else 1 for i in range(len(tokens))],
        'tokenizer.ggml.merges': merges, 'tokenizer.ggml.bos_token_id': 1, 'tokenizer.ggml.eos_token_id': 2, 'tokenizer.ggml.padding_token_id': 2,
        'tokenizer.ggml.unknown_token_id': 0, 'tokenizer.ggml.add_bos_token': False,
        'tokenizer.chat_template': "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"}
    reference = {'smollm': cases(t, SAMPLE)}
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    reference['gpt-2'] = cases(t, HARD)
    write('tiny-gpt2.json', dict(metadata=metadata, cases=reference))


def tiny_sentence_piece():
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=(x for v in TEXT.values() for x in v), model_writer=model, vocab_size=1500, model_type='bpe', byte_fallback=True,
        character_coverage=0.98, normalization_rule_name='identity', remove_extra_whitespaces=False, split_digits=True, num_threads=1,
        allow_whitespace_only_pieces=True, user_defined_symbols=['<|user|>'], minloglevel=2)
    proto = pb.ModelProto.FromString(model.getvalue())
    path = pathlib.Path('/tmp/lens-tiny.model')
    path.write_bytes(model.getvalue())
    t = LlamaTokenizerFast(vocab_file=str(path), add_prefix_space=True, legacy=True).backend_tokenizer
    path.unlink()
    t.add_tokens([AddedToken('<|user|>', normalized=False, special=False)])
    metadata = {
        'general.architecture': 'llama', 'tokenizer.ggml.model': 'llama', 'tokenizer.ggml.tokens': [p.piece for p in proto.pieces],
        'tokenizer.ggml.scores': [p.score for p in proto.pieces], 'tokenizer.ggml.token_type': [p.type for p in proto.pieces],
        'tokenizer.ggml.bos_token_id': 1, 'tokenizer.ggml.eos_token_id': 2, 'tokenizer.ggml.unknown_token_id': 0}
    write('tiny-llama.json', dict(metadata=metadata, cases={'llama': cases(t, SAMPLE + ['a <|user|> b'])}))


def real(path):
    from gguf import GGUFReader
    fields = GGUFReader(path).fields
    tokens, merges = fields['tokenizer.ggml.tokens'].contents(), fields['tokenizer.ggml.merges'].contents()
    t = Tokenizer(models.BPE({v: i for i, v in enumerate(tokens)}, [tuple(m.split(' ')) for m in merges]))
    t.pre_tokenizer, t.decoder = digits(), decoders.ByteLevel()
    t.add_special_tokens([AddedToken(v, normalized=False, special=True) for v, k in zip(tokens, fields['tokenizer.ggml.token_type'].contents()) if k == 3])
    write('smollm2-ids.json', dict(cases=cases(t, SAMPLE)))


tiny_byte_level()
tiny_sentence_piece()
if len(sys.argv) > 3:
    real(sys.argv[3])

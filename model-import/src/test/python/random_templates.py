"""Random templates and what transformers' own Jinja environment makes of them.

    python random_templates.py SEED COUNT OUT.jsonl

Each line of OUT holds a template and its `text`, or the name of the exception. Needs jinja2 and transformers.
"""
import json, random, signal, sys, warnings

warnings.filterwarnings("ignore")
import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from transformers.utils import chat_template_utils

compile_template = getattr(chat_template_utils, "_compile_jinja_template").__wrapped__
VARIABLES = {
    "messages": [
        {"role": "system", "content": " You help. "},
        {"role": "user", "content": "Grüße, 你好 👋🏽!\nline two", "name": "Zoë"},
        {"role": "assistant", "content": "", "n": 3, "x": 2.5, "on": True, "none": None, "list": [3, 1, 2]},
        {"role": "user", "content": "a,b,,c <tag> & 'q' \"d\"", "list": ["b", "A", "c"], "d": {"k": 1, "B": [1, {"z": None}], "a": "x"}},
    ],
    "tools": None, "add_generation_prompt": True, "bos_token": "<s>", "eos_token": "</s>",
    "num": 7, "neg": -3, "real": 2.75, "big": 12345678901234567890, "yes": True, "no": False, "nothing": None,
    "text": "Hello World, hello", "empty": "", "word": "abc", "spaces": "  x y\t\n", "greek": "ΑΣ ςß ǆ",
    "items": [1, 2, 3, 4, 5], "mixed": [1, "a", None, True, 2.0, [1], {"a": 1}], "names": ["b", "A", "c", "B"], "nested": [[1, 2], [3, 4]],
    "dict": {"b": 1, "a": 2, "C": 3}, "people": [{"n": "Al", "age": 3, "city": "x"}, {"n": "bo", "age": 1, "city": "Y"}, {"n": "Cy", "age": 3, "city": "y"}],
}
TEXTS = ["text", "empty", "word", "spaces", "greek", "messages[1].content", "messages[3]['content']", "'a-b_c d'", "'x'", "''", "'%s'", "'{}'", "'12'", "' 3.5 '", "'äö'", "messages[0].role", "'a\\nb\\n\\nc'", "'ÀB'", "\"it's\"", "'\\\\'", "'😀z'"]
NUMBERS = ["num", "neg", "real", "0", "1", "2", "3", "10", "1.5", "-2", "true", "big", "0.1", "messages|length", "7.0", "1_000", "0x1f"]
LISTS = ["items", "names", "mixed", "[]", "[1, 2]", "(1, 2)", "()", "('a',)", "messages", "range(4)", "range(5, 0, -2)", "nested", "dict.keys()", "dict.values()", "messages[3].list", "people"]
DICTS = ["dict", "{}", "{'a': 1}", "messages[1]", "messages[3].d", "{1: 'x', 'y': none}", "people[0]"]
OTHERS = ["none", "nothing", "undefined_name", "yes", "no", "true", "false", "messages[9]", "dict.zzz", "namespace(a=1)", "messages[0].content.upper"]
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "mapping", "sequence", "iterable", "boolean", "true", "false", "odd", "even", "lower", "upper", "callable", "divisibleby 2", "divisibleby(3)", "eq 1", "ne 'a'", "in [1, 'a']", "gt 2", "lt(3)", "sameas true", "==(2)", "escaped", "filter", "test", "equalto none", "ge 2", "le 'b'"]
TEXT_FILTERS = ["upper", "lower", "title", "capitalize", "trim", "trim('x ')", "length", "list", "first", "last", "reverse", "replace('a', 'b')", "replace('l', '', 2)", "replace('', '-')", "indent", "indent(2, true)", "indent(width=3, blank=true)", "indent('> ', first=true)", "string", "tojson", "int", "int(5)", "int(0, 16)", "float", "float(1.5)", "wordcount", "truncate(5)", "truncate(9, true, '..')", "truncate(6, leeway=0)", "center(9)", "default('d')", "default('d', true)", "join('-')", "unique|list", "sort", "sort(reverse=true)|join", "escape", "e|upper", "safe", "format(1)", "count", "batch(2)|list", "max", "min", "forceescape"]
LIST_FILTERS = ["length", "first", "last", "list", "join", "join(', ')", "sort", "sort(reverse=true)", "sort(case_sensitive=true)", "sort(attribute='n')", "sort(attribute='age,n')", "reverse|list", "reverse", "unique|list", "map('upper')|list", "map(attribute='role')|list", "map(attribute='n', default='?')|list", "map('default', 'z')|join", "map('length')|list", "select|list", "select('odd')|list", "select('string')|list", "reject('none')|list", "reject|list", "selectattr('role', 'equalto', 'user')|list|length", "selectattr('n')|list", "rejectattr('role', 'in', ['user'])|map(attribute='content')|list", "selectattr('age', '>', 1)|map(attribute='n')|join", "groupby('city')|list", "groupby('age')|map('first')|list", "sum", "sum(attribute='age')", "sum(start=10)", "min", "max", "max(attribute='age')", "batch(2)|list", "batch(3, 'f')|list", "slice(2)|list", "slice(3, 0)|list", "tojson", "tojson(indent=2)", "string", "default([])", "count", "items|list", "map('string')|join('|')", "map('int')|sum", "map('tojson')|join", "random_unknown"]
DICT_FILTERS = ["items|list", "dictsort", "dictsort(true)", "dictsort(false, 'value')", "dictsort(reverse=true)", "tojson", "tojson(indent=1, sort_keys=true)", "tojson(separators=(',', ':'))", "length", "list", "first", "join(',')", "map('upper')|list", "string", "default('x')", "sort", "tojson(ensure_ascii=true)"]
NUMBER_FILTERS = ["abs", "int", "float", "round", "round(1)", "round(1, 'floor')", "round(method='ceil')", "string", "tojson", "default(1)", "round|int", "round(-1)", "upper", "length", "list"]
METHODS = ["upper()", "lower()", "strip()", "strip('x ')", "lstrip()", "rstrip('!c')", "split()", "split(' ')", "split(',', 1)", "split(',')[-1]", "rsplit(' ', 1)", "split(none, 1)", "split(sep='l', maxsplit=2)", "splitlines()", "splitlines(true)", "replace('l', 'L')", "replace('', '.', 2)", "startswith('a')", "startswith(('a', 'H'))", "endswith('c')", "endswith('o', 0, 5)", "find('l')", "rfind('o')", "index('x')", "count('l')", "count('')", "title()", "capitalize()", "swapcase()", "isdigit()", "isalpha()", "isupper()", "islower()", "isspace()", "isalnum()", "istitle()", "isdecimal()", "isidentifier()", "isascii()", "join(['x', 'y'])", "join(names)", "join(items)", "join('ab')", "center(8, '*')", "ljust(6)", "rjust(6, '.')", "zfill(5)", "partition(' ')", "rpartition(',')", "removeprefix('a')", "removesuffix('c')", "format(1, a=2)", "format('é')", "casefold()", "nomethod()", "upper", "expandtabs", "__class__", "find('l', 4)", "find('o', -6, -1)"]
DICT_METHODS = ["items()", "keys()", "values()", "get('a')", "get('zz')", "get('zz', 5)", "get('role', none)", "items()|list", "keys()|list", "copy()", "update({'a': 2})", "pop('a')", "items", "a", "b", "zz"]
LIST_METHODS = ["index(1)", "count(1)", "append(1)", "copy()", "0", "1", "reverse()", "pop()"]
FORMATS = ["'%s and %s' % (text, 1)", "'%d|%5d|%-5d|%05d' % (num, num, num, num)", "'%.2f %e %g' % (real, real, real)", "'%r %s' % (text, none)", "'%(a)s %(b)d' % dict", "'%x %X %o %c' % (255, 255, 8, 65)", "'%5s|%-5s|%.2s' % ('ab', 'ab', 'abc')", "'100%%' % ()", "'%s' % items", "'%s' % (items,)", "'%s %s' % (1,)", "'a' % 1", "'%+d % d' % (3, 3)", "'%s' % undefined_name", "'{} {}'.format(1, 'x')", "'{0}{1}{0}'.format('a', 'b')", "'{a!r:>6}'.format(a='x')", "'{:>8}|{:<8}|{:^8}|{:*^7}'.format('ab', 'ab', 'ab', 'ab')", "'{:05d} {:+} {:,} {:x} {:#x} {:b}'.format(42, 42, 1234567, 255, 255, 5)", "'{:.2f} {:8.3f} {:e} {:%} {:g}'.format(real, real, real, real, real)", "'{m.role} {m[content]} {l[0]}'.format(m=messages[0], l=items)", "'{{}} {}'.format(true)", "'{} {1}'.format(1, 2)", "'{:{w}}'.format('x', w=4)", "'{:d}'.format('x')", "'{}'.format()", "'{:.3}'.format('abcdef')", "'{:10}'.format(none)", "'{:s}|{:>5}'.format('x', true)"]
ARITHMETIC = ["+", "-", "*", "/", "//", "%", "~"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
SLICES = ["[0]", "[-1]", "[1:]", "[:-1]", "[::-1]", "[1:3]", "[::2]", "[-2:]", "[5:1:-2]", "[:100]", "[99]", "['a']", "[none]", "[1.0]", "[true]", "[:0]", "[-9:2]", "[::0]", "['x':]", "[1:][0]"]


class Grammar:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def any(self, *options):
        return self.r.choice(options)()

    def text(self, d):
        r = self.r
        if d <= 0 or r.random() < 0.25:
            return r.choice(TEXTS)
        k = r.randrange(9)
        if k == 0: return f"{self.text(d - 1)} + {self.text(d - 1)}"
        if k == 1: return f"{self.value(d - 1)} ~ {self.value(d - 1)}"
        if k == 2: return f"({self.text(d - 1)}).{r.choice(METHODS)}"
        if k == 3: return f"{self.text(d - 1)}|{r.choice(TEXT_FILTERS)}"
        if k == 4: return f"({self.text(d - 1)}){r.choice(SLICES)}"
        if k == 5: return f"({self.text(d - 1)}) * {r.choice(NUMBERS[3:7])}"
        if k == 6: return r.choice(FORMATS)
        if k == 7: return f"({self.text(d - 1)} if {self.value(d - 1)} else {self.text(d - 1)})"
        return r.choice(TEXTS) + "." + r.choice(METHODS)

    def number(self, d):
        r = self.r
        if d <= 0 or r.random() < 0.3:
            return r.choice(NUMBERS)
        k = r.randrange(5)
        if k == 0: return f"{self.number(d - 1)} {r.choice(ARITHMETIC)} {self.number(d - 1)}" if r.random() < 0.9 else f"{r.choice(NUMBERS)} ** {r.choice(NUMBERS[:10])}"
        if k == 1: return f"-{self.number(d - 1)}"
        if k == 2: return f"({self.number(d - 1)})|{r.choice(NUMBER_FILTERS)}"
        if k == 3: return f"({self.number(d - 1)} {r.choice(ARITHMETIC)} {r.choice(NUMBERS)})"
        return f"{self.number(d - 1)}|{r.choice(NUMBER_FILTERS)}"

    def list(self, d):
        r = self.r
        if d <= 0 or r.random() < 0.3:
            return r.choice(LISTS)
        k = r.randrange(6)
        if k == 0: return f"[{self.value(d - 1)}, {self.value(d - 1)}]"
        if k == 1: return f"({self.list(d - 1)}){r.choice(SLICES)}"
        if k == 2: return f"({self.list(d - 1)})|{r.choice(LIST_FILTERS)}"
        if k == 3: return f"{self.list(d - 1)} + {self.list(d - 1)}"
        if k == 4: return f"({self.list(d - 1)}).{r.choice(LIST_METHODS)}"
        return f"({self.list(d - 1)} * 2)"

    def dict(self, d):
        r = self.r
        if d <= 0 or r.random() < 0.4:
            return r.choice(DICTS)
        k = r.randrange(4)
        if k == 0: return "{" + f"{r.choice(TEXTS)}: {self.value(d - 1)}, 'k': {self.value(d - 1)}" + "}"
        if k == 1: return f"({self.dict(d - 1)}).{r.choice(DICT_METHODS)}"
        if k == 2: return f"{self.dict(d - 1)}|{r.choice(DICT_FILTERS)}"
        return f"({self.dict(d - 1)})[{r.choice(TEXTS)}]"

    def bool(self, d):
        r = self.r
        k = r.randrange(7)
        if k == 0: return f"{self.value(d - 1)} is {r.choice(['', 'not '])}{r.choice(TESTS)}"
        if k == 1: return f"{self.value(d - 1)} {r.choice(COMPARISONS)} {self.value(d - 1)}"
        if k == 2: return f"not {self.value(d - 1)}"
        if k == 3: return f"{self.value(d - 1)} {r.choice(['and', 'or'])} {self.value(d - 1)}"
        if k == 4: return f"{self.number(d - 1)} {r.choice(COMPARISONS)} {self.number(d - 1)} {r.choice(COMPARISONS[:6])} {self.number(d - 1)}"
        if k == 5: return f"{self.text(d - 1)} {r.choice(COMPARISONS)} {self.text(d - 1)}"
        return f"not {self.value(d - 1)} is {r.choice(TESTS)}"

    def value(self, d):
        if d <= 0:
            return self.r.choice(self.r.choice([TEXTS, NUMBERS, LISTS, DICTS, OTHERS]))
        return self.r.choice([self.text, self.number, self.list, self.dict, self.bool])(d)

    def tag(self, inner):
        return "{%" + self.r.choice(["", "-", "", "+"]) + " " + inner + " " + self.r.choice(["", "-", ""]) + "%}"

    def body(self, d):
        out = ""
        for _ in range(self.r.randrange(1, 4)):
            out += self.r.choice(["", " ", "\n", "x", "  \n  ", "t\n"]) + self.statement(d)
        return out + self.r.choice(["", "\n", " "])

    def statement(self, d):
        r = self.r
        k = r.randrange(16) if d > 0 else 0
        v = lambda: self.value(min(d, 2))
        name = r.choice(["x", "y", "num", "text", "add_generation_prompt"])
        if k == 0: return "{{" + r.choice([" ", "- "]) + v() + r.choice([" ", " -"]) + "}}"
        if k == 1: return self.tag("if " + v()) + self.body(d - 1) + self.tag("elif " + v()) + self.body(d - 1) + self.tag("else") + self.body(d - 1) + self.tag("endif")
        if k == 2: return self.tag(f"for i in {self.list(1)}") + self.body(d - 1) + r.choice(["", "{{ i }}", "{{ loop.index }}{{ loop.last }}", "{{ loop.previtem }}{{ loop.nextitem }}{{ loop.revindex }}", "{{ loop.cycle('a', 'b') }}{{ loop.changed(i) }}"]) + self.tag("endfor")
        if k == 3: return self.tag(f"for i in {self.list(1)} if {r.choice(['i', 'i is string', 'loop is defined', 'i != 1', 'i.role'])}") + "{{ i }}" + r.choice(["{{ loop.length }}", "{% if loop.index > 1 %}{% break %}{% endif %}", "{% if loop.first %}{% continue %}{% endif %}z"]) + self.tag("else") + self.body(d - 1) + self.tag("endfor")
        if k == 4: return self.tag(f"set {name} = {v()}") + "{{ " + name + " }}"
        if k == 5: return self.tag(f"set {name}") + self.body(d - 1) + self.tag("endset") + "{{ " + name + "|length }}"
        if k == 6: return self.tag(f"macro m(a, b={r.choice(NUMBERS)})") + "{{ a }}{{ b }}" + r.choice(["", "{{ varargs }}", "{{ kwargs }}", "{{ caller() if caller else 'n' }}"]) + self.tag("endmacro") + "{{ m(" + r.choice([v(), "", "1, 2", "1, 2, 3", "b=1", "1, z=2", "*[1, 2]", "**{'a': 4}"]) + ") }}"
        if k == 7: return self.tag("macro c()") + "[{{ caller() }}]" + self.tag("endmacro") + self.tag("call c()") + self.body(d - 1) + self.tag("endcall")
        if k == 8: return self.tag("filter " + r.choice(["upper", "trim", "replace('a', 'b')", "indent(2)|upper"])) + self.body(d - 1) + self.tag("endfilter")
        if k == 9: return self.tag(f"with x = {v()}, y = x") + "{{ x }}{{ y }}" + self.body(d - 1) + self.tag("endwith")
        if k == 10: return "{% set ns = namespace(n=0) %}" + self.tag(f"for i in {self.list(0)}") + "{% set ns.n = ns.n + 1 %}{% set x = i %}" + self.tag("endfor") + "{{ ns.n }}{{ x }}"
        if k == 11: return "{#" + r.choice(["", "-"]) + " c " + r.choice(["", "-"]) + "#}"
        if k == 12: return self.tag("for k, v in " + r.choice(["dict.items()", "dict|items", "dict|dictsort", "nested", "people[0].items()", "items", "'abcd'|batch(2)"])) + "{{ k }}={{ v }};" + self.tag("endfor")
        if k == 13: return self.tag("if " + self.bool(2)) + "T" + self.tag("endif")
        if k == 14: return "{% raw %}" + r.choice(["{{ x }}", " {% if %} ", "\n{# #}"]) + r.choice(["{% endraw %}", "{%- endraw -%}\n"])
        return self.tag("for i in nested recursive") + "<{{ loop.depth }}" + "{{ loop(i) if i is not number and i }}" + "{{ i }}>" + self.tag("endfor")

    def template(self):
        return self.body(2) if self.r.random() < 0.5 else "{{ " + self.value(3) + " }}"


def main(seed, count, out):
    with open(out, "w", encoding="utf-8") as f:
        print(json.dumps(VARIABLES, ensure_ascii=False), file=f)
        grammar = Grammar(int(seed))
        for _ in range(int(count)):
            template = grammar.template()
            line = {"template": template}
            signal.setitimer(signal.ITIMER_REAL, 1)  # powers of powers take Python hours
            try:
                text = compile_template(template).render(**json.loads(json.dumps(VARIABLES)))
                if " at 0x" in text or "_iterator" in text:
                    continue
                line["text"] = text
                text.encode("utf-8")
            except (UnicodeEncodeError, RecursionError, MemoryError, TooLong):
                continue
            except Exception as e:
                line["error"] = type(e).__name__ + ": " + str(e)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            print(json.dumps(line, ensure_ascii=False), file=f)


class TooLong(BaseException):
    pass


def too_long(*_):
    raise TooLong()


signal.signal(signal.SIGALRM, too_long)
main(*sys.argv[1:])

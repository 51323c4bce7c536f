"""Reference values of chat templates: what transformers' own Jinja environment writes.

    python chat_templates.py ../resources/text/chat-templates.json

Needs jinja2 (made with 3.1.6; the environment is that of transformers 4.42.3 plus loop controls, as later versions have).
"""
import datetime, json, sys
import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

LLAMA3 = "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
LLAMA31 = r"""{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The system message is taken out of the list. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\n" }}
{{- "Today Date: " + date_string + "\n\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}

{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {{- message.tool_calls[0].function.arguments | tojson }}
    {%- else %}
        {{- raise_exception("tools are not expected") }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}
"""
SMOLLM2 = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
QWEN25 = r"""{%- if tools %}
    {{- '<|im_start|>system\n' }}
    {%- for tool in tools %}
        {{- "\n" }}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}
    {%- else %}
        {{- '<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}
            {{- '\n' + message.content }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}
"""
QWEN3 = r"""{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content %}
    {%- if message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if '</think>' in content %}
            {%- set reasoning_content = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index and (loop.last or (not loop.last and reasoning_content)) %}
            {{- '<|im_start|>' + message.role + '\n<think>\n' + reasoning_content.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}
    {%- endif %}
{%- endif %}
"""
ZEPHYR = "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
GEMMA = "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"
MISTRAL = "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
MISTRAL_V3 = r"""{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("conversation roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}

{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {%- for tool in tools %}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if not loop.last %}
                        {{- ", " }}
                    {%- endif %}
                {%- endfor %}
            {%- endfor %}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported") }}
    {%- endif %}
{%- endfor %}
"""
LLAMA2 = "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
PHI35 = "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"

MODELS = dict(llama2=LLAMA2, llama3=LLAMA3, llama31=LLAMA31, smollm2=SMOLLM2, qwen25=QWEN25, qwen3=QWEN3, zephyr=ZEPHYR, gemma=GEMMA,
              mistral=MISTRAL, mistral_v3=MISTRAL_V3, phi35=PHI35)

# Small things of Jinja, each as one template over the first conversation.
SYNTAX = [
    r"{{ 'a\nb' }}{{ 'it\'s' }}{{ 'a\\b' }}{{ '\t|' }}{{ '\u2581' }}", "{{ \"a\" 'b' }}{{ '{{' }}{{ '%}' }}",
    "{% for m in messages %}{{ m['role'] + ':' + m.content | trim + '<|eot|>' }}{% endfor %}",
    "{{ messages[1:]|length }} {{ messages[-1]['role'] }} {{ messages[::-1][0].role }} {{ 'abcdef'[:-2] }} {{ 'abc'[0] }}{{ 'abc'[-1] }}",
    "{% set ns = namespace(a=1, found=false) %}{% for m in messages %}{% if m.role=='user' %}{% set ns.found = true %}{% set ns.a = ns.a + 1 %}{% endif %}{% endfor %}{{ ns.found }} {{ ns.a }}",
    "{{ x is defined }}|{{ messages is defined }}|{{ None is none }}|{{ true }}|{{ True }}|{{ 1.5 }}|{{ 3/2 }}|{{ 7//2 }}|{{ 7%2 }}|{{ 2**3 }}",
    "{{ 'a' if x is defined else 'b' }}|{{ 'a' if false }}|{{ undefinedvar }}|{{ messages[0].zz }}|{{ messages[0]['zz'] }}",
    "{% for m in messages %}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex0 }}{% if not loop.last %},{% endif %}{% endfor %}",
    "{% for m in messages %}{% if loop.index0 == 1 %}{% break %}{% endif %}{{m.role}}{% endfor %}",
    "{% for m in messages %}{% if loop.index0 == 1 %}{% continue %}{% endif %}{{m.role}}{% endfor %}",
    "{% for m in messages if m.role != 'system' %}{{ loop.index }}{{ m.role }}{{ loop.last }}{% endfor %}",
    "{% for k, v in messages[0].items() if k != 'role' %}{{k}}={{v}}{% endfor %}",
    "{% set content = 'x' %}{% for m in messages %}{% set content = m.content %}{% endfor %}{{ content }}",
    "{{ {'a': 1, 'b': [1,2,'é\"<\\n']} | tojson }}{{ {'a': 1, 'b': [1,2.0,none,true], 'c': {}} | tojson(indent=2) }}{{ messages | tojson(indent=4) }}",
    "{{ messages | selectattr('role','equalto','user') | list | length }}{{ messages | map(attribute='role') | join(',') }}",
    "{{ 'a' ~ 1 ~ 'b' }}{{ 'x' in 'xyz' }} {{ 'role' in messages[0] }} {{ 'q' not in ['a'] }}",
    "{{ messages[0].content is string }} {{ messages is iterable }} {{ messages[0] is mapping }} {{ 1 is number }} {{ 1 is odd }}",
    "{% macro f(a, b='z') %}[{{ a }}{{ b }}]{% endmacro %}{{ f('q') }}{{ f('q','r') }}",
    "{{ messages[0].get('zz', 'dflt') }}|{{ messages[0].get('role') }}|{{ messages[0].keys()|list }}",
    "a\n{% if true %}\n  b\n{% endif %}\nc", "  {% if true %}  x {% endif %}\n\n y {# c #}\nz", "a {%- if true -%}  b  {%- endif -%} c",
    "a\n  {{- 'b' -}}\n c", "   {# cc #}\nxx", "{% for m in messages -%}\n  {{ m.role }}\n{% endfor %}", "a  {%+ if true +%}\nb{% endif %}",
    "{{- 'a' }}\n{{ 'b' -}}\n{{ 'c' }}", "\n\nhello\n", "x\r\ny\n\n", "{% raw %}{{ a }}{% b %}{% endraw %}", "a {#- c -#} b", "{{ 'a' }}\n  {% set x = 1 %}\n  b",
    "{{ [1,'a',none,true,\"it's\"] }} {{ {'a':'b'} }} {{ [1,2] + [3] }}",
    "{{ 'abc'|upper }}{{ 'ABC'.lower() }}{{ 'abc'|capitalize }}{{ '  a '.lstrip() }}|{{ ' a '.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ '\u3000a\u00a0' | trim }}|",
    "{{ 'a,b'|replace(',', ';') }}{{ 'a,b'.replace(',', '') }}{{ 'a-b-c'.split('-', 1) }}{{ 'a b  c'.split() }}{{ ','.join(['a','b']) }}{{ 'abc'.find('c') }}",
    "{% set x %}hello {{ 1 }}{% endset %}{{ x }}{{ y | default('d') }}{{ '' | default('e', true) }}",
    "{% if not x %}nox{% endif %}{% if messages %}yes{% endif %}{% if [] %}no{% endif %}{{ not true and false }}",
    "{% for i in range(0, 2) %}{% for j in range(2) %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}",
    "{{ 10 | string + 'a' }} {{ '3'|int + 1 }} {{ messages|first|length }} {{ (messages|last).role }} {{ '😀é'|length }}",
    "{%- if messages[0].role == 'system' or messages|length > 3 and false %}1{%- elif true %}2{%- else %}3{%- endif %}",
    "{{ messages[1].content }}", "{{ raise_exception('boom') }}", "{{ strftime_now('%d %b %Y, %Y-%m-%d') }}",
]
SYSTEM = dict(role='system', content=' You are a <b>helpful</b> assistant. ')
USER = dict(role='user', content="Hi {{ 1+1 }} {% raw %} 'é' \\n <|im_end|>\u200b")
TALKS = [
    [SYSTEM, USER],
    [USER],
    [SYSTEM, USER, dict(role='assistant', content='<think>\nhm\n</think>\n\nYo\n'), dict(role='user', content='次は？ 😀')],
    [USER, dict(role='assistant', content='Yo\n'), dict(role='user', content=' and then ')],
    [USER, USER],
]
NOW = datetime.datetime(2026, 3, 7, 12, 0)


def environment():
    def refuse(message):
        raise jinja2.exceptions.TemplateError(message)
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    env.filters['tojson'] = lambda x, ensure_ascii=False, indent=None, separators=None, sort_keys=False: json.dumps(
        x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
    env.globals['raise_exception'] = refuse
    env.globals['strftime_now'] = NOW.strftime
    return env


def case(template, messages, generation):
    try:
        out = dict(text=environment().from_string(template).render(
            messages=messages, add_generation_prompt=generation, bos_token='<s>', eos_token='</s>'))
    except jinja2.exceptions.TemplateError as e:
        out = dict(error=str(e))
    return dict(messages=messages, add_generation_prompt=generation, **out)


result = dict(
    models={name: dict(template=t, cases=[case(t, m, g) for m in TALKS for g in (True, False)]) for name, t in MODELS.items()},
    syntax=[dict(template=t, cases=[case(t, TALKS[2][:3], True)]) for t in SYNTAX])
with open(sys.argv[1], 'w', encoding='utf8') as f:
    json.dump(result, f, ensure_ascii=False, indent=0)
    f.write('\n')

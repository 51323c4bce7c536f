package org.lensdl4j.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that would take all memory or time end with a refusal; long conversations do not. */
class TemplateBoundsTest {
  private static final String GROWING =
      "{%% set ns = namespace(x='aaaaaaaaaaaaaaaa', l=[1, 2]) %%}"
          + "{%% for i in range(99999) %%}{%% set ns.x = %s %%}{%% endfor %%}{{ ns.x|length }}";

  private static String render(String source) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", List.of(Map.of("role", "user", "content", "x".repeat(1000))));
    return Template.of(source).render(variables, Clock.systemUTC());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ns.x.replace('a', 'aaaaaaaaaaaaaaaa')",
        "ns.x|replace('a', 'aaaaaaaaaaaaaaaa')",
        "ns.x|replace('', ns.x)",
        "ns.x|tojson ~ ns.x",
        "ns.x|tojson(indent=9)|tojson",
        "ns.x ~ ns.x",
        "ns.x + ns.x",
        "ns.x * 16",
        "ns.x.join(ns.x)",
        "[ns.x, ns.x]|join(ns.x)",
        "ns.x|list|join(ns.x)",
        "('a\n' ~ ns.x)|indent(ns.x ~ ns.x, true)",
        "'%s%s' % (ns.x, ns.x)",
        "'{}{}'.format(ns.x, ns.x)",
        "(ns.x ~ '&')|e|forceescape ~ ns.x",
        "ns.x.center(ns.x|length * 3)",
        "ns.x|center(ns.x|length * 3)",
        "ns.x.zfill(ns.x|length * 3)",
        "ns.x|batch(1, ns.x)|list|string ~ ns.x",
        "(ns.x|string).split('a')|join(ns.x)",
        "{'a': ns.x, 'b': ns.x}|string",
        "[ns.x, ns.x]|tojson",
        "dict(a=ns.x, b=ns.x)|dictsort|string"
      })
  void growthEnds(String step) {
    assertThatThrownBy(() -> render(GROWING.formatted(step)))
        .isInstanceOf(TemplateException.class)
        .hasMessageMatching("(?s).*(bounds|levels|steps).*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'a\n\n\nb'|indent(1000000000) }}",
        "{{ 'a' * 10000000000 }}",
        "{{ [0] * 10000000000 }}",
        "{{ 'a'.ljust(99999999999999999999) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%.999999999f' % 1.5 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '{:.999999999f}'.format(1.5) }}",
        "{{ 10 ** (10 ** 10) }}",
        "{{ 2 ** 99999999 }}",
        "{{ -2 ** 99999999999999999999 }}",
        "{{ range(-9223372036854775807, 9223372036854775807, 1)|list|length }}",
        "{{ [1]|batch(99999999999, 'x')|list }}",
        "{{ [1]|slice(99999999999, 'x')|list }}",
        "{{ [1]|tojson(indent=999999999) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f(a) %}{{ f(a) }}{% endmacro %}{{ f(1) }}",
        "{% macro f(a) %}{{ f(a) }}{{ f(a) }}{% endmacro %}{{ f(1) }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}"
            + "{{ ns.x == ns.x|list }}{{ ns.x }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}"
            + "{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set s = 'a' * 1000000 %}{% for i in range(99999) %}{{ s in s ~ 'b' }}{% endfor %}",
        "{% set s = 'a' * 5000000 %}{{ (s ~ 'b') in (s ~ s) }}",
        "{% set s = ('a' * 99999)|list %}{% for i in range(9999) %}{{ s|sort|length }}{% endfor %}"
      })
  void singleStepsEnd(String source) {
    assertThatThrownBy(() -> render(source)).isInstanceOf(TemplateException.class);
  }

  @ParameterizedTest
  @CsvSource({"(,1,)", "[,1,]", "-,1,''", "'not ',1,''", "{% if 1 %},1,{% endif %}"})
  void deepSourceIsRefused(String open, String middle, String close) {
    String nested = open.repeat(20_000) + middle + close.repeat(20_000);
    String source = open.startsWith("{%") ? nested : "{{ " + nested + " }}";
    assertThatThrownBy(() -> render(source)).isInstanceOf(TemplateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"+1", "~1", " and 1", "[0]", "|list", ".a", " if 1 else 1", " is true"})
  void longChainsEndOrAreRefused(String link) {
    try {
      render("{{ messages" + link.repeat(20_000) + " }}");
    } catch (TemplateException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  @Test
  void aLongConversationIsNoAttack() {
    String text = "word ".repeat(400_000);
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", List.of(Map.of("role", "user", "content", text)));
    String source =
        "{% for m in messages %}{{ '<' + m.role + '>' + m.content|trim + '\n' }}{% endfor %}";
    assertThat(Template.of(source).render(variables, Clock.systemUTC()))
        .isEqualTo("<user>" + text.strip() + "\n");
  }

  @Test
  void aRefusalNamesConstructAndLine() {
    assertThatThrownBy(() -> render("a\n{{ 'x' }}\n{{ 'x'|urlize }}"))
        .isInstanceOfSatisfying(TemplateException.class, e -> assertThat(e.line()).isEqualTo(3))
        .hasMessage("the filter 'urlize'");
    assertThatThrownBy(() -> render("\n\n{% include 'x' %}"))
        .isInstanceOfSatisfying(TemplateException.class, e -> assertThat(e.line()).isEqualTo(3))
        .hasMessageContaining("include");
  }
}

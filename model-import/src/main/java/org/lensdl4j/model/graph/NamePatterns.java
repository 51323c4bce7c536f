package org.lensdl4j.model.graph;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Weights chosen by name: {@code *} stands for any characters, dots included, {@code ?} for one;
 * {@code model.layers.29.*}, {@code *.self_attn.?_proj.weight}. For regular expressions pass {@code
 * Pattern.compile(...).asMatchPredicate()}.
 */
final class NamePatterns implements Predicate<String> {
  private final List<String> patterns;
  private final List<Pattern> compiled;

  private NamePatterns(List<String> patterns) {
    this.patterns = patterns;
    compiled = patterns.stream().map(NamePatterns::compile).toList();
  }

  /** Names that match at least one of the patterns as a whole. */
  public static NamePatterns glob(String... patterns) {
    return new NamePatterns(Arrays.asList(patterns.clone()));
  }

  private static Pattern compile(String glob) {
    String regex =
        glob.chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(String.valueOf((char) c));
                    })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  @Override
  public boolean test(String name) {
    return compiled.stream().anyMatch(p -> p.matcher(name).matches());
  }

  /**
   * Refuses patterns that match nothing, most often typing errors.
   *
   * @param names the names to choose from
   * @param what what the names belong to, for the message
   * @throws IllegalArgumentException naming the first pattern that matches none
   */
  public void requireUsed(Collection<String> names, String what) {
    for (int i = 0; i < compiled.size(); i++) {
      Pattern pattern = compiled.get(i);
      if (names.stream().noneMatch(n -> pattern.matcher(n).matches())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "'%s' matches none of the %d %s: %s, ...",
                patterns.get(i),
                names.size(),
                what,
                names.stream().limit(3).collect(Collectors.joining(", "))));
      }
    }
  }

  @Override
  public String toString() {
    return String.join(", ", patterns);
  }
}

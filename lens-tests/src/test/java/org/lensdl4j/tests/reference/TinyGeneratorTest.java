package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;

/** Greedy generation with the key/value cache against transformers reading everything anew. */
class TinyGeneratorTest {
  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void greedyTokens(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder);
        Generator generator = new Generator(r.model.config(), r.model.weights())) {
      int[] prompt = Arrays.copyOf(r.stored.ints("ids"), 6);
      int[] expected = r.stored.ints("generated");
      int[] found =
          generator.generate(prompt, Sampling.greedy(), expected.length, TokenListener.NONE);
      assertThat(found).containsExactly(untilTheEnd(expected, r.model.config().eosTokens()));
    }
  }

  private static int[] untilTheEnd(int[] tokens, List<Integer> ends) {
    int n = 0;
    while (n < tokens.length && !ends.contains(tokens[n])) {
      n++;
    }
    return Arrays.copyOf(tokens, n);
  }
}

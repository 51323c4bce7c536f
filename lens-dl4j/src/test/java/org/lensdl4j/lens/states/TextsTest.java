package org.lensdl4j.lens.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

class TextsTest {
  private static final List<TokenSequence> TEXTS =
      List.of(
          TokenSequence.of(5, 6, 9, 4),
          TokenSequence.of(5, 6, 2),
          TokenSequence.of(5, 6, 7, 8, 3),
          TokenSequence.of(5, 6, 2, 2));
  private static final int TOKENS = 16;

  private record Side(String name, Weights weights, int shared) implements Fork {}

  @TempDir Path folder;
  private TransformerModel model;
  private StateCache cache;
  private int layers;
  private final Map<String, Long> heard = new ConcurrentHashMap<>();

  @BeforeEach
  void open() {
    model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder.resolve("model")));
    cache = new StateCache(folder.resolve("cache"), 1 << 20);
    layers = model.config().layers();
  }

  @AfterEach
  void close() {
    model.close();
  }

  private States states(StateCache kept) {
    return States.of(model, kept).progress("states", (task, done, total) -> heard.put(task, total));
  }

  private static List<float[][]> pooled(Texts texts, Pooling pooling) {
    List<float[][]> out = new ArrayList<>();
    texts.pooled(
        pooling,
        (layer, rows) -> {
          assertThat(layer).isEqualTo(out.size() + 1);
          out.add(rows);
        });
    return out;
  }

  private static void assertEqual(List<float[][]> found, List<float[][]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isDeepEqualTo(expected.get(i));
    }
  }

  @Test
  void pooledStatesAreThoseOfTheTrunkAndAreComputedOnce() {
    for (Pooling pooling : Pooling.values()) {
      List<float[][]> expected = new ArrayList<>();
      try (Trunk trunk = Trunk.builder(model.config(), model.weights()).build();
          HiddenStates plain = trunk.embed(TEXTS)) {
        trunk.advance(
            plain, layers, Texts.needed(pooling), (layer, s) -> expected.add(pooling.of(s)));
      }
      assertEqual(pooled(states(null).texts(TEXTS), pooling), expected);
      heard.clear();
      assertEqual(pooled(states(cache).texts(TEXTS), pooling), expected);
      assertThat(heard).containsKey("states");
      heard.clear();
      assertEqual(pooled(states(cache).texts(TEXTS), pooling), expected);
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void aFurtherBlockIsTheOnlyOneThatRuns() {
    List<TokenSequence> more = List.of(TokenSequence.of(1, 2, 3));
    pooled(states(cache).texts(TEXTS), Pooling.LAST);
    heard.clear();
    List<float[][]> both = pooled(states(cache).blocks(List.of(TEXTS, more)), Pooling.LAST);
    assertThat(heard).containsEntry("states", 3L * layers);
    assertThat(both.get(0)).hasDimensions(5, model.config().hiddenSize());
    assertEqual(both, pooled(states(null).blocks(List.of(TEXTS, more)), Pooling.LAST));
  }

  @Test
  void whoeverAsksForTheSameTextsFindsThem() {
    States.of(model, cache).texts(TEXTS).at(2).close();
    try (Boundary found = states(cache).texts(new ArrayList<>(TEXTS)).at(2)) {
      assertThat(heard).isEmpty();
      assertThat(found.length(2)).isEqualTo(5);
    }
    List<TokenSequence> reversed = new ArrayList<>(TEXTS);
    Collections.reverse(reversed);
    try (Boundary other = states(cache).texts(reversed).at(2)) {
      assertThat(heard).containsKey("states");
      assertThat(other.length(1)).isEqualTo(5);
    }
  }

  @Test
  void higherStatesStartFromLowerOnesInTheSameBits() {
    states(cache).texts(TEXTS).at(1).close();
    heard.clear();
    Texts texts = states(cache).texts(TEXTS);
    try (Boundary up = texts.at(3);
        Boundary alone = states(null).texts(TEXTS).at(3);
        INDArray found = up.rows(new int[] {0, 1, 2, 3});
        INDArray expected = alone.rows(new int[] {0, 1, 2, 3})) {
      assertThat(found).isEqualTo(expected);
    }
    List<float[][]> above = new ArrayList<>();
    texts.pooled(
        List.of(Pooling.MEAN), 1, layers, Outputs.ALL_TOKENS, (l, rows) -> above.add(rows.get(0)));
    assertEqual(above, pooled(states(null).texts(TEXTS), Pooling.MEAN).subList(1, layers));
  }

  /** The last layers' weights doubled, from a layer on. */
  private Side trained(int shared) {
    Map<String, INDArray> changed = new LinkedHashMap<>();
    for (int layer = shared; layer < layers; layer++) {
      String name = model.config().names().layerPrefix(layer) + "mlp.down_proj.weight";
      changed.put(name, model.weights().read(name).muli(2));
    }
    return new Side("from " + shared, new OverlayWeights(model.weights(), changed), shared);
  }

  private Map<String, List<float[]>> forked(StateCache kept, Side... sides) {
    Map<String, List<float[]>> out = new LinkedHashMap<>();
    states(kept)
        .texts(TEXTS)
        .forked(
            List.of(sides),
            Outputs.ALL_TOKENS,
            Pooling.MEAN,
            (own, layer, rows) ->
                own.forEach(
                    s -> out.computeIfAbsent(s.name(), n -> new ArrayList<>()).add(rows[2])),
            (own, now, trunk) -> own.forEach(s -> out.get(s.name()).add(Pooling.LAST.of(now)[1])));
    return out;
  }

  @Test
  void forksStartFromWhatIsKeptInTheSameBits() {
    Side model0 = new Side("model", model.weights(), layers);
    Side high = trained(3);
    Side low = trained(2);
    Map<String, List<float[]>> expected = forked(null, model0, high, low);
    assertThat(expected.get("model").get(layers - 1)).isNotEqualTo(expected.get("from 3").get(3));
    for (int time = 0; time < 2; time++) {
      Map<String, List<float[]>> one = forked(cache, model0, low);
      Map<String, List<float[]>> two = forked(cache, model0, high);
      Map<String, List<float[]>> three = forked(cache, high, model0, low);
      assertSame(one, expected);
      assertSame(two, expected);
      assertSame(three, expected);
    }
    heard.clear();
    forked(cache, model0, high);
    // Shared tokens are run once; only the last layer is left of the model's way.
    assertThat(heard).containsEntry("states", (long) TOKENS - 3 * 2);
  }

  private static void assertSame(
      Map<String, List<float[]>> found, Map<String, List<float[]>> expected) {
    found.forEach(
        (name, states) ->
            assertThat(states.toArray(float[][]::new))
                .isDeepEqualTo(expected.get(name).toArray(float[][]::new)));
  }

  @Test
  void whatIsDamagedIsComputedAgain() throws IOException {
    List<float[][]> pooled = pooled(states(cache).texts(TEXTS), Pooling.LAST);
    try (Boundary whole = states(cache).texts(TEXTS).at(2);
        INDArray expected = whole.rows(new int[] {0, 1, 2, 3})) {
      for (String how : List.of("flipped", "truncated", "longer", "without sums", "empty sums")) {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            damage(how, file);
          }
        }
        heard.clear();
        assertEqual(pooled(states(cache).texts(TEXTS), Pooling.LAST), pooled);
        assertThat(heard).as(how).containsKey("states");
        heard.clear();
        try (Boundary again = states(cache).texts(TEXTS).at(2);
            INDArray found = again.rows(new int[] {0, 1, 2, 3})) {
          assertThat(found).as(how).isEqualTo(expected);
        }
        assertThat(heard).as(how).containsKey("states");
      }
    }
  }

  private static void damage(String how, Path file) throws IOException {
    boolean sums = file.getFileName().toString().equals(EntrySums.FILE);
    byte[] bytes = Files.readAllBytes(file);
    switch (how) {
      case "flipped" -> {
        if (!sums) {
          bytes[bytes.length - 3] ^= 1;
          replace(file, bytes);
        }
      }
      case "truncated" -> {
        if (!sums) {
          replace(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));
        }
      }
      case "longer" -> {
        if (!sums) {
          replace(file, java.util.Arrays.copyOf(bytes, bytes.length + 4));
        }
      }
      case "without sums" -> {
        if (sums) {
          Files.delete(file);
        }
      }
      default -> {
        if (sums) {
          replace(file, new byte[0]);
        }
      }
    }
  }

  /** Another file, so that what is mapped stays as it is. */
  private static void replace(Path file, byte[] bytes) throws IOException {
    Files.delete(file);
    Files.write(file, bytes);
  }

  @Test
  void partsFitIntoMemoryAndKeepTheOrder() {
    int d = model.config().hiddenSize();
    TokenSequence longText = TokenSequence.of(new int[(1 << 25) / d + 1]);
    assertThat(states(null).parts(List.of(TEXTS.get(0), longText, TEXTS.get(1), TEXTS.get(2))))
        .containsExactly(
            List.of(TEXTS.get(0)), List.of(longText), List.of(TEXTS.get(1), TEXTS.get(2)));
    assertThat(states(null).parts(List.of())).isEmpty();
  }

  @Test
  void aLargeEvaluationLeavesHalfOfTheCacheToOthers() throws IOException {
    long bytes = 4L * TOKENS * model.config().hiddenSize();
    for (long bound : List.of(2 * bytes, 2 * bytes - 1)) {
      Path root = folder.resolve("bound-" + bound);
      forked(new StateCache(root, bound), trained(3));
      try (Stream<Path> files = Files.walk(root)) {
        assertThat(files.filter(Files::isRegularFile).findAny().isPresent())
            .isEqualTo(bound == 2 * bytes);
      }
    }
  }
}

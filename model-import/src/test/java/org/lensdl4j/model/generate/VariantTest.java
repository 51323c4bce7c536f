package org.lensdl4j.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.testing.BatchedRequests;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.testing.TestEdit;
import org.lensdl4j.model.trunk.RandomWeights;
import org.lensdl4j.model.trunk.TinyConfigs;
import org.lensdl4j.model.trunk.Variant;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class VariantTest {
  private static final Logger LOG = LoggerFactory.getLogger(VariantTest.class);
  private final long seed = Seeds.one();
  private final Random random = new Random(seed);
  private final List<INDArray> arrays = new ArrayList<>();

  VariantTest(TestInfo test) {
    LOG.info("{}: -Dlens.seed={}", test.getDisplayName(), seed);
  }

  @AfterEach
  void close() {
    arrays.forEach(INDArray::close);
  }

  /**
   * Of the last layer; of two layers, the last norm, and the head where it is a matrix of its own.
   */
  @ParameterizedTest
  @EnumSource
  void eachGivesWhatItsWeightsGiveByThemselves(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<OverlayWeights> overlays =
        List.of(changed(config, weights, 2, false), changed(config, weights, 1, true));
    List<Request> requests = BatchedRequests.random(config, random, 600);
    List<List<Generated>> alone = new ArrayList<>();
    alone.add(alone(config, weights, requests));
    for (OverlayWeights over : overlays) {
      try (Generator generator = new Generator(config, over, 1)) {
        alone.add(generator.generate(requests));
      }
    }
    for (int width : new int[] {1, 5, 64}) {
      try (Generator generator = new Generator(config, weights, width)) {
        List<Variant> variants = new ArrayList<>();
        variants.add(null);
        overlays.forEach(over -> variants.add(generator.variant(over)));
        List<Request> all = new ArrayList<>();
        for (Request request : requests) {
          variants.forEach(v -> all.add(request.by(v)));
        }
        for (int round = 0; round < 2; round++) {
          List<Generated> found = generator.generate(all);
          for (int i = 0; i < all.size(); i++) {
            String what = "%s, text %d, width %d".formatted(tiny, i, width);
            Generated expected = alone.get(i % variants.size()).get(i / variants.size());
            BatchedRequests.same(what, found.get(i), expected);
          }
        }
      }
    }
  }

  private static List<Generated> alone(
      ModelConfig config, RandomWeights weights, List<Request> requests) {
    List<Generated> out = new ArrayList<>();
    for (Request request : requests) {
      try (Generator generator = new Generator(config, weights, 1)) {
        out.addAll(generator.generate(List.of(request)));
      }
    }
    return out;
  }

  /** Other values in the layers from one on. */
  private OverlayWeights changed(
      ModelConfig config, RandomWeights weights, int from, boolean normAndHead) {
    RandomWeights others = new RandomWeights(config, random);
    Map<String, INDArray> out = new LinkedHashMap<>();
    for (String name : weights.tensors().keySet()) {
      boolean inLayers = false;
      for (int layer = from; layer < config.layers(); layer++) {
        inLayers |= name.startsWith(config.names().layerPrefix(layer));
      }
      boolean above =
          name.startsWith(config.names().finalNormStem())
              || !config.tiedHead() && name.equals(config.headWeight());
      if (inLayers || normAndHead && above) {
        INDArray array = others.read(name);
        arrays.add(array);
        out.put(name, array);
      }
    }
    return new OverlayWeights(weights, out);
  }

  /** An edit of the first layer is made once for all variants, one that differs for each. */
  @Test
  void theSamePromptGoesThroughSharedLayersOnce() {
    ModelConfig config = TinyConfigs.GROUPED.config();
    RandomWeights weights = new RandomWeights(config, random);
    AtomicInteger states = new AtomicInteger();
    TestEdit edit =
        new TestEdit(random, config.hiddenSize(), 1) {
          @Override
          public void apply(int layer, int position, boolean answer, float[] rows, int at) {
            states.incrementAndGet();
            super.apply(layer, position, answer, rows, at);
          }
        };
    int[] prompt = random.ints(30, 0, config.vocabSize()).toArray();
    Request request = new Request(prompt, Sampling.greedy(), 1).edited(edit);
    try (Generator generator = new Generator(config, weights)) {
      Variant last = generator.variant(changed(config, weights, 2, false));
      Variant two = generator.variant(changed(config, weights, 1, true));
      generator.generate(List.of(request, request.by(last), request.by(two)));
      assertThat(states).hasValue(30);
      states.set(0);
      int[] other = random.ints(30, 0, config.vocabSize()).toArray();
      Request plain = new Request(other, Sampling.greedy(), 1);
      generator.generate(List.of(plain, plain.edited(edit), plain.by(last).edited(edit)));
      assertThat(states).hasValue(30);
    }
  }

  @Test
  void weightsThatShareNothingAreRefused() {
    ModelConfig config = TinyConfigs.GROUPED.config();
    RandomWeights weights = new RandomWeights(config, random);
    RandomWeights others = new RandomWeights(config, random);
    try (Generator generator = new Generator(config, weights);
        Generator another = new Generator(config, weights)) {
      assertThatThrownBy(() -> generator.variant(changed(config, others, 2, false)))
          .hasMessage("found weights over others than this decoder's");
      String name = config.names().embeddingWeight();
      INDArray embedding = others.read(name);
      arrays.add(embedding);
      assertThatThrownBy(
              () -> generator.variant(new OverlayWeights(weights, Map.of(name, embedding))))
          .hasMessageContaining(name);
      Request foreign =
          new Request(new int[] {3, 4}, Sampling.greedy(), 2)
              .by(another.variant(changed(config, weights, 2, false)));
      assertThatThrownBy(() -> generator.generate(List.of(foreign)))
          .hasMessage("found a variant of another decoder's weights");
    }
  }

  /** What comes after is as if it had never been; what is shared stays, and so do the others. */
  @ParameterizedTest
  @EnumSource
  void aClosedOneIsForgotten(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    OverlayWeights over = changed(config, weights, 1, true);
    List<Request> requests = BatchedRequests.random(config, random, 120);
    try (Generator generator = new Generator(config, weights, 3)) {
      Variant kept = generator.variant(changed(config, weights, 2, false));
      List<Generated> own = generator.generate(requests);
      List<Generated> others = generator.generate(by(requests, kept));
      Variant first = generator.variant(over);
      List<Generated> once = generator.generate(by(requests, first));
      first.close();
      first.close();
      assertThatThrownBy(() -> generator.generate(by(requests, first)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("found a variant of another decoder's weights");
      try (Variant again = generator.variant(over)) {
        List<Generated> twice = generator.generate(by(requests, again));
        for (int i = 0; i < requests.size(); i++) {
          BatchedRequests.same(tiny + ", again", twice.get(i), once.get(i));
        }
      }
      List<Generated> after = generator.generate(requests);
      List<Generated> othersAfter = generator.generate(by(requests, kept));
      for (int i = 0; i < requests.size(); i++) {
        BatchedRequests.same(tiny + ", own", after.get(i), own.get(i));
        BatchedRequests.same(tiny + ", kept", othersAfter.get(i), others.get(i));
      }
    }
  }

  private static List<Request> by(List<Request> requests, Variant variant) {
    return requests.stream().map(r -> r.by(variant)).toList();
  }
}

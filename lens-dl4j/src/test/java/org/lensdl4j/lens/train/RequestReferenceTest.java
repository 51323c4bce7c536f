package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One step towards each target equals PyTorch's; made by {@code
 * lens-tests/src/test/python/make_request_reference.py}.
 */
class RequestReferenceTest {
  private static final Path VALUES = Path.of("src/test/resources/reference/requests");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void lossAndGradients(RequestTarget target) {
    LensConfig config =
        LensConfig.builder()
            .languages("en", "xx", "yy")
            .target(target)
            .batchSize(2)
            .accumulation(3)
            .lambda("xx", 0.7)
            .lambda("yy", -0.4)
            .retain(0.5)
            .fence(0.25)
            .lossLayers(2)
            .shuffle(false)
            .build();
    LanguageSpace space = LanguageSpace.load(VALUES.resolve("space.safetensors"));
    StateCache cache = new StateCache(folder.resolve("states"), 1 << 30);
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        SafetensorsFile values =
            SafetensorsFile.open(VALUES.resolve(TinyModels.GROUPED.name() + ".safetensors"))) {
      List<EncodedRequest> items = items(values, target);
      try (RequestStates states = RequestStates.of(model, items, 2, 2, cache, Progress.NONE);
          Trainer<RequestObjective.Micro, StepReport> trainer =
              new RequestObjective(model, space, config, items, states).trainer(2)) {
        String name = target.name().toLowerCase(Locale.ROOT);
        // At the start, the whole space and the subspace are the same.
        trainer.weights().values().forEach(w -> w.muli(1.05));
        List<RequestObjective.Micro> micros = trainer.accumulate(0);
        int[] tokens =
            micros.stream()
                .mapToInt(m -> m.held() + m.tokens().values().stream().mapToInt(n -> n).sum())
                .toArray();
        double loss = 0;
        for (int i = 0; i < tokens.length; i++) {
          loss += micros.get(i).report().loss() * tokens[i] / Arrays.stream(tokens).sum();
        }
        float expected = values.readFloats(name + "_loss")[0];
        assertThat(loss).isCloseTo(expected, within(2e-5 * expected));
        assertThat(trainer.gradients()).hasSize(18);
        trainer
            .gradients()
            .forEach((key, g) -> near(key, g, values.readFloats(name + "_gradient." + key)));
      }
    }
  }

  /** To 1e-4 of the tensor's largest value: what the order of fp32 sums explains. */
  private static void near(String name, INDArray found, float[] expected) {
    float[] values = found.dup('c').data().asFloat();
    assertThat(values).as(name).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double d = Math.abs(expected[i] - values[i]);
      difference = d <= difference ? difference : d;
    }
    assertThat(difference).as(name).isLessThan(1e-4 * largest);
  }

  private static List<EncodedRequest> items(SafetensorsFile values, RequestTarget target) {
    int[] ids = integers(values, "ids");
    int[] lengths = integers(values, "lengths");
    int[] prompts = integers(values, "prompts");
    int[] languages = integers(values, "languages");
    List<EncodedRequest> out = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      int[] prompt = Arrays.copyOfRange(ids, at, at + prompts[i]);
      int[] whole = Arrays.copyOfRange(ids, at, at + lengths[i]);
      out.add(
          target == RequestTarget.ENDS
              ? EncodedRequest.end(languages[i], prompt)
              : EncodedRequest.answer(languages[i], new EncodedInstruction(whole, prompts[i])));
      at += lengths[i];
    }
    return out;
  }

  private static int[] integers(SafetensorsFile values, String name) {
    float[] found = values.readFloats(name);
    int[] out = new int[found.length];
    Arrays.setAll(out, i -> (int) found[i]);
    return out;
  }
}

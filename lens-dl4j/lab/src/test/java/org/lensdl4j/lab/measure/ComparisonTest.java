package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TensorNames;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Probing and measuring of a tiny random model: the jobs, not the effect. */
class ComparisonTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "sw");
  private static final int ITEMS = 6;

  @TempDir Path folder;
  private LensConfig config;
  private ParallelCorpus corpus;

  @BeforeEach
  void texts() throws Exception {
    config =
        LensConfig.builder()
            .languages(LANGUAGES)
            .systemPrompt("s")
            .topLayers(1)
            .probeMaxTokens(40)
            .trainMaxTokens(40)
            .minTexts(2)
            .build();
    for (String language : LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < ITEMS; i++) {
        String text = "%s %d %s".formatted(language, i, "x".repeat(i * 7));
        lines.append("{\"id\":%d,\"text\":\"%s\"}%n".formatted(i, text));
      }
      Files.writeString(folder.resolve(language + ".jsonl"), lines);
    }
    corpus = ParallelCorpus.jsonl(folder, LANGUAGES, "en", 0);
  }

  private TransformerModel tiny() {
    return TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
  }

  @Test
  void anUnchangedModelShowsNoChange() {
    try (TransformerModel model = tiny()) {
      LanguageSpace space = LanguageProbing.run(model, corpus.corpus(), config, Progress.NONE);
      Comparison same =
          HeldOut.compare(model, model.weights(), space, corpus, config, true, Progress.NONE);
      assertThat(same.changes()).hasSize(2 * 6 + 3 + 3 + 1);
      assertThat(same.changes())
          .allSatisfy(
              c -> {
                assertThat(c.after()).isEqualTo(c.before()).isFinite();
                assertThat(c.difference()).isEqualTo(new Interval(0, 0, 0));
              });
      // An untrained model is about as surprised as one that knows nothing at all.
      double even = Math.log(model.config().vocabSize()) / Math.log(2);
      assertThat(same.get(Measure.BITS_PER_BYTE, "sw").before()).isBetween(0.1, even * 3);
      assertThatThrownBy(() -> same.get(Measure.DRIFT, "sw")).isInstanceOf(LensException.class);
    }
  }

  @Test
  void aDoubledOutputIsMeasuredAsSuch() {
    try (TransformerModel model = tiny();
        INDArray norm = model.weights().read(TensorNames.FINAL_NORM);
        INDArray doubled = norm.mul(2)) {
      LanguageSpace space = LanguageProbing.run(model, corpus.corpus(), config, Progress.NONE);
      OverlayWeights after =
          new OverlayWeights(model.weights(), Map.of(TensorNames.FINAL_NORM, doubled));
      Comparison c = HeldOut.compare(model, after, space, corpus, config, true, Progress.NONE);
      assertThat(c.get(Measure.DRIFT, "en").after()).isCloseTo(1, within(1e-5));
      Change cosine = c.get(Measure.COSINE, "zh");
      assertThat(cosine.after()).isCloseTo(cosine.before(), within(1e-6));
      assertThat(c.get(Measure.BITS_PER_BYTE, "zh").difference().value()).isNotZero();
      assertThat(c.stats())
          .contains("6 held-out texts", "drift", "zh", "+1.0000", "95 % interval", " *");
      assertThat(c.toJson()).contains("\"bits_per_byte\"", "\"low\"");
    }
  }

  @Test
  void textsTooLongAreCutBetweenCharacters() {
    try (TransformerModel model = tiny()) {
      var encoder = LanguageProbing.encoder(model, config.toBuilder().probeMaxTokens(40).build());
      HeldOutText cut =
          HeldOutText.of("\ud83d\ude00\u4e8c".repeat(100), model.tokenizer(), encoder);
      assertThat(cut.prompt().length()).isLessThanOrEqualTo(40);
      assertThat(cut.bytes() % 7).isIn(0, 4);
      int[] own = java.util.Arrays.copyOfRange(cut.prompt().ids(), cut.from(), cut.to());
      assertThat(BitsPerByte.bytes(model.tokenizer().decode(own))).isEqualTo(cut.bytes());
      HeldOutText whole = HeldOutText.of(" hi ", model.tokenizer(), encoder);
      assertThat(whole.bytes()).isEqualTo(2);
    }
  }

  @Test
  void bitsAreThoseOfTheLogits() {
    try (TransformerModel model = tiny()) {
      Snapshot snapshot = HeldOut.snapshot(model, corpus, config, true, Progress.NONE);
      assertThat(snapshot.size()).isEqualTo(ITEMS);
      // Again with one text alone, by the plainest way: all states, all logits.
      HeldOutText text =
          HeldOutText.of(
              corpus.text("sw", 2), model.tokenizer(), LanguageProbing.encoder(model, config));
      try (var trunk =
              org.lensdl4j.model.trunk.Trunk.builder(model.config(), model.weights())
                  .sharePrefix(false)
                  .build();
          var states = trunk.embed(List.of(text.prompt()))) {
        trunk.advance(
            states, model.config().layers(), org.lensdl4j.model.trunk.Outputs.ALL_TOKENS, null);
        try (INDArray rows = states.rows(0);
            INDArray logits = trunk.logits(rows)) {
          double expected = 0;
          for (int p = text.from(); p < text.to(); p++) {
            float[] row = logits.getRow(p - 1).toFloatVector();
            expected -= BitsPerByte.logProbability(row, text.prompt().ids()[p]) / Math.log(2);
          }
          assertThat(snapshot.bits().get("sw")[2]).isCloseTo(expected, within(1e-3 * expected));
        }
      }
    }
  }

  @Test
  void tooFewTextsToProbeAreNamed() {
    LensConfig more = config.toBuilder().minTexts(7).build();
    try (TransformerModel model = tiny()) {
      assertThatThrownBy(() -> LanguageProbing.run(model, corpus.corpus(), more, Progress.NONE))
          .hasMessageContaining(
              "language en has too few texts to probe: found 6, expected at least 7");
    }
  }

  @Test
  void snapshotsMustBeOfTheSameItems() {
    Snapshot one =
        new Snapshot("a", Map.of("a", new float[2][3]), new float[2][3], Map.of(), Map.of());
    Snapshot two =
        new Snapshot("a", Map.of("a", new float[3][3]), new float[3][3], Map.of(), Map.of());
    assertThatThrownBy(() -> Comparison.of(null, one, two, 1))
        .hasMessageContaining("found [a] with 2 items and [a] with 3, expected the same");
  }
}

package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.model.base.LensException;

/** What requests are trained towards, on a tiny random model. */
class RequestTrainingTest {
  private static final double LAMBDA = 0.3;

  @TempDir Path folder;
  private TinyJob tiny;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, 7);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private static LensConfigBuilder config(RequestTarget target) {
    return TinyJob.config().target(target).trainMaxTokens(64).batchSize(3).accumulation(2);
  }

  private static List<LanguageRequest> requests() {
    List<LanguageRequest> out = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      out.add(new LanguageRequest("q" + i, "xx", "abc in xx" + i, "fghij fg", i == 1));
      out.add(new LanguageRequest("q" + i, "yy", "abc in yy" + i, "klm".repeat(i + 1), false));
      out.add(new LanguageRequest("q" + i, "en", "abc " + i, "dead bee", false));
    }
    return out;
  }

  private List<StepReport> log(LensConfig config, List<LanguageRequest> requests, String run) {
    job(config, requests).run(folder.resolve(run));
    return RunFolder.readLog(folder.resolve(run));
  }

  private RequestTraining job(LensConfig config, List<LanguageRequest> requests) {
    return new RequestTraining(
        tiny.model, tiny.space, config, RequestCorpus.of(requests), tiny.cache());
  }

  private double start(String language) {
    double sum = 0;
    for (double x : tiny.space.direction(tiny.space.layers(), language)) {
      sum += LAMBDA * LAMBDA * x * x;
    }
    return sum / tiny.space.hiddenSize();
  }

  /** lambda^2 |delta|^2 / d for every token of a language, and 0 for what is held. */
  @ParameterizedTest
  @EnumSource(names = {"ENDS", "STATES", "SPECIFIC"})
  void distancesStartAtTheDisplacement(RequestTarget target) {
    LensConfig config = config(target).batchSize(9).accumulation(1).build();
    StepReport first = log(config, requests(), "run").get(0);
    for (String language : List.of("xx", "yy")) {
      double start = start(language);
      assertThat(first.separate().get(language)).isCloseTo(start, within(2e-3 * start));
    }
    assertThat(first.retain()).isCloseTo(0, within(1e-9));
    int all = 0;
    double sum = 0;
    for (LanguageRequest item : requests()) {
      int tokens =
          target == RequestTarget.ENDS
              ? 1
              : tiny.model.tokenizer().encode(item.answer()).length + (item.cut() ? 0 : ends());
      all += tokens;
      sum += item.language().equals("en") ? 0 : tokens * start(item.language());
    }
    assertThat(first.loss()).isCloseTo(sum / all, within(2e-3 * sum / all));
  }

  private int ends() {
    InstructionEncoder encoder =
        new InstructionEncoder(tiny.model, TuningConfig.builder().maxPromptTokens(64).build());
    return encoder.encode(new int[] {1}, "a", true).ids().length
        - encoder.encode(new int[] {1}, "a", false).ids().length;
  }

  @ParameterizedTest
  @EnumSource(names = {"ENDS", "STATES", "SPECIFIC", "SCORES"})
  void withoutADisplacementThereIsNothingToLearn(RequestTarget target) {
    LensConfig still = config(target).lambda("xx", 0).lambda("yy", 0).weightDecay(0).build();
    StepReport first = log(still, requests(), "run").get(0);
    // Differences of logarithms are rounded, squares of differences hardly.
    assertThat(first.loss()).isCloseTo(0, within(target == RequestTarget.SCORES ? 1e-6 : 1e-9));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyTargetIsLearned(RequestTarget target) {
    for (int lora : new int[] {0, 4}) {
      LensConfig config =
          config(target)
              .loraRank(lora)
              .loraTargets(List.of("q_proj", "o_proj", "up_proj", "down_proj"))
              .learningRate(lora == 0 ? 3e-3 : 1e-2)
              .epochs(20)
              .retain(0.1)
              .build();
      List<StepReport> log = log(config, requests(), "run" + lora);
      assertThat(mean(log.subList(log.size() - 2, log.size())))
          .isLessThan(0.8 * mean(log.subList(0, 2)));
      try (TrainedWeights weights = TrainedWeights.load(folder.resolve("run" + lora), tiny.model)) {
        assertThat(weights.arrays()).hasSize(lora == 0 ? 9 : 4);
        weights.arrays().forEach((n, a) -> assertThat(a.isNaN().any()).as(n).isFalse());
      }
      assertThat(RunFolder.readConfig(folder.resolve("run" + lora))).isEqualTo(config);
    }
  }

  private static double mean(List<StepReport> log) {
    return log.stream()
        .flatMap(r -> r.separate().values().stream())
        .mapToDouble(v -> v)
        .average()
        .orElseThrow();
  }

  /** A part of a distance is not longer than the whole. */
  @Test
  void inTheSubspaceIsAtMostTheWhole() {
    LensConfig still = config(RequestTarget.STATES).shuffle(false).retain(0).epochs(6).build();
    List<StepReport> whole = log(still, requests(), "whole");
    List<StepReport> part =
        log(still.toBuilder().target(RequestTarget.SPECIFIC).build(), requests(), "part");
    int last = whole.size() - 1;
    assertThat(part.get(last).loss()).isLessThan(whole.get(last).loss());
  }

  @Test
  void anInterruptedRunEndsInTheSameBits() throws IOException {
    for (RequestTarget target : List.of(RequestTarget.STATES, RequestTarget.SCORES)) {
      LensConfig config = config(target).fence(0.5).topLayers(2).lossLayers(2).build();
      Path straight = folder.resolve("straight-" + target);
      job(config, requests()).run(straight);
      Path broken = folder.resolve("broken-" + target);
      assertThatThrownBy(
              () ->
                  job(config, requests())
                      .setListeners(
                          List.of(
                              new TrainingListener() {
                                @Override
                                public void onStep(StepReport report) {
                                  if (report.step() == 2) {
                                    Thread.currentThread().interrupt();
                                  }
                                }
                              }))
                      .run(broken))
          .hasMessageContaining("interrupted after step 2");
      assertThat(Thread.interrupted()).isTrue();
      job(config, requests()).run(broken);
      assertThat(Files.readAllBytes(broken.resolve("trained.safetensors")))
          .isEqualTo(Files.readAllBytes(straight.resolve("trained.safetensors")));
      assertThat(RunFolder.readLog(broken)).isEqualTo(RunFolder.readLog(straight));
    }
  }

  /** One epoch's gradients, however it is cut into micro-batches and whatever order it has. */
  @Test
  void microBatchesAddUpAndTheOrderDoesNotMatter() {
    for (RequestTarget target : RequestTarget.values()) {
      if (!target.isOn()) {
        continue;
      }
      LensConfig whole =
          config(target)
              .batchSize(9)
              .accumulation(1)
              .epochs(1)
              .fence(0.2)
              .topLayers(2)
              .lossLayers(2)
              .clipNorm(0)
              .build();
      List<LanguageRequest> turned = new ArrayList<>(requests());
      java.util.Collections.reverse(turned);
      StepReport one = log(whole, requests(), "one-" + target).get(0);
      StepReport parts =
          log(whole.toBuilder().batchSize(2).accumulation(5).build(), turned, "parts-" + target)
              .get(0);
      assertThat(parts.loss()).isCloseTo(one.loss(), within(1e-5 * one.loss()));
      assertThat(parts.gradientNorm())
          .isCloseTo(one.gradientNorm(), within(1e-4 * one.gradientNorm()));
      Map<String, Double> found = new LinkedHashMap<>(parts.separate());
      one.separate()
          .forEach((l, v) -> assertThat(found.get(l)).as(l).isCloseTo(v, within(1e-4 * v)));
    }
  }

  /** What is usual is hardly beyond the usual; and training within the fence ends nearer to it. */
  @Test
  void theFenceKeepsToTheUsual() {
    LensConfig base = config(RequestTarget.ANSWERS).topLayers(2).build();
    LensConfig weak =
        base.toBuilder().fence(1e-6).lossLayers(2).epochs(20).learningRate(3e-3).build();
    LensConfig strong = weak.toBuilder().fence(100).build();
    List<StepReport> open = log(weak, requests(), "weak");
    List<StepReport> fenced = log(strong, requests(), "strong");
    int last = open.size() - 1;
    assertThat(open.get(0).fence()).isPositive().isLessThan(1);
    assertThat(fenced.get(last).fence()).isLessThan(0.5 * open.get(last).fence());
  }

  @Test
  void theWholeJobTakesRequestsToo() throws IOException {
    Path run = folder.resolve("run");
    job(config(RequestTarget.STATES).build(), requests()).run(run);
    LensResult result =
        Lens.of(tiny.model)
            .config(config(RequestTarget.STATES).build())
            .space(tiny.space)
            .trainOn(RequestCorpus.of(requests()))
            .fit(folder.resolve("same"));
    assertThat(Files.readAllBytes(folder.resolve("same/trained.safetensors")))
        .isEqualTo(Files.readAllBytes(run.resolve("trained.safetensors")));
    assertThat(result.stats()).contains("separate xx", "separate yy", "retain");
  }

  @Test
  void asksForWhatIsMissing() {
    LensConfig states = config(RequestTarget.STATES).build();
    Path run = folder.resolve("run");
    List<LanguageRequest> open = new ArrayList<>(requests());
    open.set(1, LanguageRequest.of("q9", "yy", "abc"));
    assertThatThrownBy(() -> job(states, open).run(run))
        .isInstanceOf(LensException.class)
        .hasMessage(
            "the requests: request q9 for language 'yy' has no answer, which target states is trained at; target ends needs none");
    open.set(1, LanguageRequest.of("q9", "zz", "abc"));
    assertThatThrownBy(() -> job(states, open).run(run))
        .hasMessage("the requests: request q9 asks for language 'zz', expected one of en, xx, yy");
    assertThatThrownBy(() -> job(TinyJob.config().build(), requests()).run(run))
        .hasMessage("option target: found none, expected what requests are trained towards");
    assertThatThrownBy(() -> tiny.job(states).run(run))
        .hasMessage(
            "option target: found states, expected none: it is for requests, and these are parallel texts");
    LensConfig other = states.toBuilder().languages("en", "zz").build();
    assertThatThrownBy(() -> job(other, requests()).run(run)).hasMessageContaining("zz");
    List<LanguageRequest> english = List.of(requests().get(2));
    assertThatThrownBy(() -> job(states, english).run(run))
        .hasMessage(
            "the requests: all requests are for the central language 'en', expected some for other languages");
    assertThatThrownBy(() -> RequestCorpus.of(List.of()))
        .hasMessage("there are no requests to train on");
    assertThat(run).doesNotExist();
  }

  @Test
  void linesAreReadAsWritten() throws IOException {
    Path file = folder.resolve("requests.jsonl");
    RequestCorpus.of(requests()).write(file);
    assertThat(RequestCorpus.jsonl(file).items()).isEqualTo(requests());
    for (String[] wrong :
        new String[][] {
          {"{\"language\":\"sw\"}", ":1: field prompt: found nothing, expected a text"},
          {"{\"prompt\":\"a\"}", ":1: field language: found nothing, expected a text"},
          {"{\"prompt\":\"a\",\"language\":\"sw\",\"answer\":3}", ":1: field answer: found 3"},
          {"{\"prompt\":\"a\",\"language\":\"sw\",\"cut\":3}", ":1: field cut: found 3, expected"},
          {"[]", ":1: the line: found [], expected a JSON object"},
          {"\n \n", ": holds no requests"}
        }) {
      Files.writeString(file, wrong[0]);
      assertThatThrownBy(() -> RequestCorpus.jsonl(file))
          .isInstanceOf(LensException.class)
          .hasMessageContaining("requests.jsonl" + wrong[1]);
    }
    assertThatThrownBy(() -> RequestCorpus.jsonl(folder.resolve("none.jsonl")))
        .hasMessageContaining("none.jsonl: cannot be read");
  }

  @Test
  void anEndIsOneTokenOfThePrompt() {
    EncodedRequest end = EncodedRequest.end(2, new int[] {5, 6, 7});
    assertThat(end.from()).containsExactly(2);
    assertThat(end.next(2)).isZero();
    EncodedRequest answer =
        EncodedRequest.answer(1, new EncodedInstruction(new int[] {5, 6, 7, 8, 9}, 3));
    assertThat(Arrays.stream(answer.from()).map(answer::next)).containsExactly(8, 9);
  }

  @Test
  void withoutAFolderTheBitsAreTheSame() {
    LensConfig config = config(RequestTarget.STATES).build();
    Path run = folder.resolve("run");
    job(config, requests()).run(run);
    try (TrainedWeights written = TrainedWeights.load(run, tiny.model);
        TrainedWeights held = job(config, requests()).threads(1).fit()) {
      assertThat(held.arrays().keySet()).isEqualTo(written.arrays().keySet());
      written.arrays().forEach((name, a) -> assertThat(held.arrays().get(name)).isEqualTo(a));
    }
  }
}

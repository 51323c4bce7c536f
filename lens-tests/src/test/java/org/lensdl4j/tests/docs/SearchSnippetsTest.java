package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.search.CandidateRecord;
import org.lensdl4j.lab.search.CandidateScore;
import org.lensdl4j.lab.search.GainScore;
import org.lensdl4j.lab.search.GeneratorSettings;
import org.lensdl4j.lab.search.LensCandidateGenerator;
import org.lensdl4j.lab.search.LensCandidateSpace;
import org.lensdl4j.lab.search.LensScoreFunction;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.LensTaskCreator;
import org.lensdl4j.lab.search.Parameter;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lab.search.SearchResult;
import org.lensdl4j.lab.search.TrialResultSaver;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;

class SearchSnippetsTest {
  @TempDir Path temporary;
  private TransformerModel model;
  private ParallelCorpus fit;
  private ParallelCorpus development;
  private ParallelCorpus heldOut;
  private Path cache;

  @BeforeEach
  void open() throws IOException {
    ParallelCorpus all = SnippetTexts.parallel(temporary);
    fit = all.part(0, 8);
    development = all.part(8, 11);
    heldOut = all.part(11, 14);
    model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, temporary));
    cache = temporary.resolve("cache");
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void search() throws IOException {
    Path table = temporary.resolve("table.txt");
    String yaml = "candidates: 2\nbase: {minTexts: 1}\nspace: {topLayers: [1, 2], align: [0, 1]}";
    Path folder = temporary.resolve("search");
    // snippet search
    SearchConfig config = SearchConfig.fromYaml(yaml);
    try (Trials trials =
        Trials.of(model)
            .central("en")
            .targets("zh", "sw")
            .probeOn(fit.corpus())
            .trainOn(fit)
            .developOn(development)
            .holdOut(heldOut)
            .topLayers(config.most("topLayers")) // states of fewer layers are computed from these
            .threads(1) // of each of the two candidates that run at once
            .cache(cache)
            .build()) {
      SearchResult found = LensSearch.of(trials, config).parallel(2).resume(true).run(folder);
      CandidateRecord best = found.best().orElseThrow();
      best.result().pooled(Measure.RETRIEVAL_TO_CENTRAL).difference(); // with its interval
      Files.writeString(table, found.stats());
    }
    // end search
    assertThat(folder.resolve("search.json")).exists();
    score(folder.resolveSibling("other"), config);
  }

  private Trials trials() {
    return Trials.of(model)
        .central("en")
        .targets("zh", "sw")
        .probeOn(fit.corpus())
        .trainOn(fit)
        .developOn(development)
        .bitsPerByte(false)
        .cache(cache)
        .build();
  }

  private void score(Path other, SearchConfig config) {
    try (Trials trials = trials()) {
      // snippet score
      CandidateScore score =
          (result, weights) -> {
            double gain = result.change(Measure.COSINE, "sw").difference().value();
            boolean kept = result.drift() < 0.1; // or an evaluation of weights.over(model)
            return new CandidateScore.Scored(kept ? gain : -1, gain, -result.drift(), kept);
          };
      SearchResult found = LensSearch.of(trials, config).score(score).run(other);
      // end score
      assertThat(found.complete()).hasSize(2);
      assertThat(found.winner().heldOut()).isNull();
    }
  }

  @Test
  void arbiter() {
    Path results = temporary.resolve("results");
    try (Trials trials = trials()) {
      // snippet arbiter
      LensCandidateSpace space =
          new LensCandidateSpace(trials.config().minTexts(1).build()) {
            @Override
            protected LensConfig candidate(LensConfig from, Map<String, Object> drawn) {
              LensConfig config = super.candidate(from, drawn);
              // At all trained layers.
              return config.toBuilder().lossLayers(config.topLayers()).build();
            }
          };
      space
          .add(Parameter.log("learningRate", 1e-5, 1e-3))
          .add(Parameter.choice("topLayers", 1, 2))
          .add("align", new ContinuousParameterSpace(0.5, 2)); // any of Arbiter's spaces
      GainScore gain = new GainScore(Map.of(Measure.COSINE, 1.0), Map.of(Measure.DRIFT, 0.2));
      OptimizationConfiguration arbiter =
          new OptimizationConfiguration.Builder()
              .candidateGenerator(
                  new LensCandidateGenerator(space, GeneratorSettings.random(3, 42)))
              .scoreFunction(new LensScoreFunction(gain))
              .modelSaver(new TrialResultSaver(results.toString()))
              .terminationConditions(new MaxCandidatesCondition(3))
              .build();
      LocalOptimizationRunner runner =
          new LocalOptimizationRunner(arbiter, new LensTaskCreator(trials, gain));
      runner.execute();
      // end arbiter
      assertThat(runner.numCandidatesCompleted()).isEqualTo(3);
      assertThat(runner.bestScore()).isFinite();
      assertThat(results.resolve("0002.json")).exists();
    }
  }
}

package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.lensdl4j.examples.inspect.SpaceSummary;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.health.SpaceHealth;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.trunk.Pooling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens probe}. */
@Command(
    name = "probe",
    description = "Finds the language-specific and language-agnostic subspace of every layer.")
final class ProbeCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private TextOptions texts;
  @Mixin private LanguageOptions languages;
  @Mixin private CacheOption cache;
  @Mixin private ProbingOptions options;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Texts per language; 0 for all. Default: 300.")
  private Integer maxTexts;

  @Option(
      names = "--agnostic-rank",
      paramLabel = "Q",
      description =
          "Rank of the agnostic subspace. Default: 1, the paper's; more needs parallel texts.")
  private Integer agnosticRank;

  @Mixin private CoordinatesOption coordinates;
  @Mixin private HealthOptions health;
  @Mixin private PositionOption position;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    LensConfig config = languages.config(spec, this::applyTo);
    Corpus corpus =
        Corpus.jsonl(texts.folder, config.languages(), config.probeTexts(), texts.split);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache)) {
      Pooling read = position.of(opened);
      PromptEncoder encoder = LanguageProbing.encoder(opened, config);
      AtomicReference<LanguageSpace> space = new AtomicReference<>();
      SpaceHealth found =
          health.probe(
              corpus,
              config,
              (of, with, visitor) ->
                  space.set(LanguageProbing.run(opened, encoder, read, of, with, bars, visitor)));
      space.get().save(options.out());
      PrintWriter to = spec.commandLine().getOut();
      to.print(SpaceSummary.of(space.get()));
      if (found != null) {
        HealthOptions.write(found, HealthOptions.beside(options.out()));
        to.println();
        to.print(found.stats());
      }
      to.flush();
    }
    return 0;
  }

  private void applyTo(LensConfigBuilder b) {
    options.applyTo(b);
    TrainingOptions.set(maxTexts, b::probeTexts);
    TrainingOptions.set(agnosticRank, b::agnosticRank);
    coordinates.applyTo(b);
  }
}

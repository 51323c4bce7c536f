package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.health.SpaceHealth;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.trunk.Pooling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Mixin private final ConfigFlags flags = ConfigFlags.of("probeTexts", "agnosticRank");

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
      Prompting prompting = Prompting.probing(config);
      SystemText.tell(spec, opened, prompting, languages.givesSystem(), true);
      Pooling read = position.of(opened);
      States states = States.of(opened, cache.states()).progress("probing", bars);
      AtomicReference<LanguageSpace> space = new AtomicReference<>();
      SpaceHealth found =
          health.probe(
              corpus,
              config,
              (of, with, visitor) ->
                  space.set(LanguageProbing.run(states, read, of, with, visitor)));
      space.get().save(options.out());
      PrintWriter to = spec.commandLine().getOut();
      to.print(ProbingOptions.summary(space.get(), config));
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
    flags.applyTo(b);
  }
}

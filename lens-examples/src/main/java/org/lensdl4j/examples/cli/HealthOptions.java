package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LayerStates;
import org.lensdl4j.lens.space.health.HealthCheck;
import org.lensdl4j.lens.space.health.LayerStore;
import org.lensdl4j.lens.space.health.SpaceHealth;
import org.lensdl4j.model.base.AtomicFile;
import picocli.CommandLine.Option;

/** Whether and how a language space is checked while it is fitted. */
final class HealthOptions {
  @Option(
      names = "--health",
      description =
          "Say whether the space can be trusted, layer by layer, and write it as JSON beside the"
              + " space.")
  private boolean health;

  @Option(
      names = "--draws",
      paramLabel = "N",
      description = "Draws of texts and of labels for --health. Default: ${DEFAULT-VALUE}.")
  private int draws = 200;

  @Option(
      names = "--not-parallel",
      description =
          "For --health: texts with the same id in different languages do not say the same.")
  private boolean notParallel;

  @Option(
      names = "--compare-texts",
      paramLabel = "DIR",
      description =
          "For --health: other texts in the same languages, parallel if the first are not. If they"
              + " give another space, the texts' topics are in it.")
  private Path compared;

  /** What probes texts and shows their states. */
  interface Probing {
    void run(Corpus corpus, LensConfig config, LayerStates.Visitor visitor);
  }

  /** Probes with the check that was asked for; null if none was. */
  SpaceHealth probe(Corpus corpus, LensConfig config, Probing probing) {
    if (!health) {
      probing.run(corpus, config, null);
      return null;
    }
    HealthCheck.Builder check =
        HealthCheck.builder()
            .draws(draws)
            .seed(config.seed())
            .rank(config.rank())
            .coordinates(config.coordinates());
    if (notParallel) {
      check.notParallel();
    }
    if (compared == null) {
      return checked(corpus, config, check.build(), probing);
    }
    Corpus other = Corpus.jsonl(compared, config.languages(), config.probeTexts());
    try {
      Path folder = Files.createTempDirectory("lens-health");
      try {
        LayerStore store = new LayerStore(folder);
        // These need not be parallel.
        probing.run(other, config.toBuilder().agnosticRank(1).build(), store);
        return checked(corpus, config, check.against(store).build(), probing);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep states of other texts: " + e.getMessage(), e);
    }
  }

  private static SpaceHealth checked(
      Corpus corpus, LensConfig config, HealthCheck check, Probing probing) {
    probing.run(corpus, config, check);
    return check.result();
  }

  /** {@code space.safetensors} has {@code space.health.json} beside it. */
  static Path beside(Path space) {
    String name = space.getFileName().toString().replaceFirst("\\.safetensors$", "");
    return space.resolveSibling(name + ".health.json");
  }

  static void write(SpaceHealth found, Path file) {
    AtomicFile.write(file, found.toJson());
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}

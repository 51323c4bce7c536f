package org.lensdl4j.lab.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.model.base.LensException;

/**
 * A whole search as its file describes it. The file has a form of its own, which names options, not
 * classes; it is translated into Arbiter's spaces.
 *
 * <pre>{@code
 * generator: random            # random, grid or genetic
 * candidates: 20
 * minutes: 60                  # and no longer
 * plateau: {candidates: 8, gain: 0.002}
 * parallel: 2                  # candidates at once; absent: as processors and memory allow
 * seed: 42
 * score:
 *   gain: {retrieval_to_central: 1}
 *   budget: {drift: 0.05, bits_per_byte: 0.01}
 * base: {epochs: 2, batchSize: 8}      # options that all candidates share
 * space:
 *   learningRate: {low: 1e-5, high: 1e-3, scale: log}
 *   topLayers: [1, 2, 4]
 *   align: {low: 0.1, high: 3, scale: log, off: true}   # or 0
 *   lambda: {low: 0, high: 1.5}
 *   lambda.sw: [0.5, 1]
 * }</pre>
 *
 * @param generator how candidates are chosen
 * @param minutes wall time after which no candidate is started; 0 for no bound
 * @param plateau when to stop for lack of progress
 * @param parallel candidates at once; 0 to choose by processors and memory
 * @param score what is maximised
 * @param base options that all candidates share, by name as in JSON
 * @param parameters what is varied, at least one
 */
public record SearchConfig(
    GeneratorSettings generator,
    double minutes,
    Plateau plateau,
    int parallel,
    GainScore score,
    Map<String, Object> base,
    List<Parameter> parameters) {
  /** A file that is larger is none of ours. */
  private static final long MOST_BYTES = 1 << 20;

  /**
   * When to stop for lack of progress.
   *
   * @param candidates stop after this many complete candidates in a row without a better score; 0
   *     for never
   * @param gain by how much a score has to be better to count
   */
  public record Plateau(int candidates, double gain) {
    /** Never stops. */
    public static final Plateau NONE = new Plateau(0, 0);
  }

  /** Checks that there is something to vary. */
  public SearchConfig {
    base = Map.copyOf(base);
    parameters = List.copyOf(parameters);
    if (parameters.isEmpty()) {
      throw new LensException("space: found no option to vary, expected at least one");
    }
  }

  /**
   * Reads a file: JSON if its name ends in {@code .json}, else YAML.
   *
   * @throws LensException naming file, line and field, what was found and what was expected
   */
  public static SearchConfig read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found %d bytes, expected a search of at most %d",
                file,
                Files.size(file),
                MOST_BYTES));
      }
      String text = Files.readString(file);
      return file.toString().endsWith(".json") ? fromJson(text) : fromYaml(text);
    } catch (IOException e) {
      throw new LensException(String.format(Locale.ROOT, "cannot read search %s: %s", file, e), e);
    } catch (LensException e) {
      throw e.getMessage().startsWith("line ")
          ? new LensException(String.format(Locale.ROOT, "%s, %s", file, e.getMessage()), e)
          : e;
    }
  }

  /**
   * Reads YAML.
   *
   * @throws LensException naming line and field
   */
  public static SearchConfig fromYaml(String yaml) {
    return SearchConfigReader.read(ConfigNode.read(yaml, true));
  }

  /**
   * Reads JSON.
   *
   * @throws LensException naming line and field
   */
  public static SearchConfig fromJson(String json) {
    return SearchConfigReader.read(ConfigNode.read(json, false));
  }

  /** The JSON form, which {@link #fromJson} and {@link #fromYaml} read. */
  public String toJson() {
    return SearchConfigWriter.json(this).toPrettyString();
  }

  /** The YAML form. */
  public String toYaml() {
    return SearchConfigWriter.yaml(this);
  }

  /** An example with comments, which {@link #fromYaml} reads. */
  public static String example() {
    return SearchConfigWriter.example();
  }

  /**
   * The configuration that all candidates start from.
   *
   * @param languages the central one first
   */
  public LensConfig base(List<String> languages) {
    return LensCandidateSpace.with(plain(languages), base);
  }

  /** The defaults: those of training on requests where candidates have a target. */
  private LensConfig plain(List<String> languages) {
    LensConfigBuilder out =
        LensConfig.builder()
            .centralAndTargets(languages.get(0), languages.subList(1, languages.size()));
    target().ifPresent(target -> out.set("target", target));
    return out.build();
  }

  /** A target that candidates have; empty if they train on parallel texts. */
  private Optional<Object> target() {
    Object shared = base.get("target");
    return shared != null
        ? Optional.of(shared)
        : parameters.stream()
            .filter(p -> p.name().equals("target"))
            .map(p -> p.probes().get(0))
            .findFirst();
  }

  /** Whether an option is set for all candidates, or varies. */
  public boolean names(String option) {
    return base.containsKey(option) || parameters.stream().anyMatch(p -> p.name().equals(option));
  }

  /**
   * The largest number that an option has in any candidate; what 0 means is up to the option.
   *
   * @param option a whole number of a run's configuration
   * @return 0 if 0 is among its values and stands for all there is
   */
  public int most(String option) {
    // Which languages does not matter.
    LensConfig plain = plain(List.of("a", "b"));
    Object shared = base.getOrDefault(option, LensCandidateSpace.value(plain, option, List.of()));
    int most = ((Number) shared).intValue();
    for (Parameter p : parameters) {
      if (p.name().equals(option)) {
        List<Integer> values = p.probes().stream().map(v -> ((Number) v).intValue()).toList();
        most = values.contains(0) ? 0 : java.util.Collections.max(values);
      }
    }
    return most;
  }

  /**
   * What no candidate needs more memory than: the most trained layers, the largest micro-batches,
   * the longest prompts.
   *
   * @param languages the central one first
   */
  public LensConfig largest(List<String> languages) {
    return base(languages).toBuilder()
        .topLayers(most("topLayers"))
        .batchSize(most("batchSize"))
        .trainMaxTokens(most("trainMaxTokens"))
        .build();
  }

  /**
   * Arbiter's space.
   *
   * @param languages the central one first
   * @throws LensException if an option does not fit these languages
   */
  public LensCandidateSpace space(List<String> languages) {
    for (Parameter p : parameters) {
      String own = LensCandidateSpace.LAMBDA + ".";
      if (p.name().startsWith(own)
          && !languages.subList(1, languages.size()).contains(p.name().substring(own.length()))) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "space.%s: found '%s', expected one of the target languages %s",
                p.name(),
                p.name().substring(own.length()),
                languages.subList(1, languages.size())));
      }
    }
    return LensCandidateSpace.of(base(languages), parameters);
  }
}

package org.lensdl4j.lab.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.model.base.LensException;

/** A setting that a curve varies. */
public enum Setting {
  /** t, trained layers from the top. */
  LAYERS("layers trained", true),
  /** r, of the specific subspace. */
  RANK("rank of the specific space", true),
  /** Scale of the displacement, the same for all target languages. */
  LAMBDA("lambda", false),
  /** Texts per language that are probed. */
  TEXTS("texts probed per language", true),
  /** Parallel texts that are trained on. */
  PROMPTS("prompts trained on", true),
  /** The highest learning rate. */
  LR("learning rate", false);

  private final String label;
  private final boolean whole;

  Setting(String label, boolean whole) {
    this.label = label;
    this.whole = whole;
  }

  /**
   * Finds a setting by its name in lower case.
   *
   * @throws LensException naming those that there are
   */
  public static Setting of(String name) {
    return Arrays.stream(values())
        .filter(s -> s.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    String.format(
                        Locale.ROOT,
                        "setting: found '%s', expected one of %s",
                        name,
                        String.join(", ", Arrays.stream(values()).map(Setting::id).toList()))));
  }

  /** The name in files and on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String label() {
    return label;
  }

  boolean whole() {
    return whole;
  }

  /** Over a wide range; equal steps are factors. */
  boolean logarithmic() {
    return this == LR || this == TEXTS || this == PROMPTS;
  }

  /**
   * The settings with a value put in.
   *
   * @throws LensException if a number of something is no whole number
   */
  LensConfig apply(LensConfig base, double value) {
    if (whole && (value != Math.rint(value) || value < 1 || value > Integer.MAX_VALUE)) {
      throw new LensException(
          String.format(
              Locale.ROOT, "values of %s: found %s, expected whole numbers above 0", id(), value));
    }
    LensConfigBuilder b = base.toBuilder();
    int count = (int) value;
    switch (this) {
      case LAYERS -> b.topLayers(count);
      case RANK -> b.rank(count);
      case LAMBDA -> base.targets().forEach(l -> b.lambda(l, value));
      case TEXTS -> b.probeTexts(count).minTexts(Math.min(base.minTexts(), count));
      case PROMPTS -> b.trainTexts(count);
      case LR -> b.learningRate(value);
      default -> throw new IllegalStateException(id());
    }
    return b.build();
  }

  /**
   * Values to try if nobody names any.
   *
   * @param layers of the model
   * @param probe texts per language to probe
   * @param train parallel texts to train on
   */
  public List<Double> usual(LensConfig base, int layers, int probe, int train) {
    return switch (this) {
      case LAYERS -> upTo(layers, 1, 2, 3, 4, 6);
      case RANK ->
          IntStream.rangeClosed(1, base.languages().size() - 1).mapToObj(i -> (double) i).toList();
      case LAMBDA -> List.of(0.0, 0.5, 1.0, 2.0, 4.0);
      case TEXTS -> shares(probe);
      case PROMPTS -> shares(train);
      case LR ->
          List.of(0.1, 0.3, 1.0, 3.0, 10.0).stream().map(f -> f * base.learningRate()).toList();
    };
  }

  private static List<Double> upTo(int most, int... values) {
    return Arrays.stream(values).filter(v -> v <= most).mapToObj(v -> (double) v).toList();
  }

  /** All, half of them and so on, at least 2. */
  private static List<Double> shares(int all) {
    return IntStream.of(16, 8, 4, 2, 1)
        .map(part -> all / part)
        .filter(n -> n >= 2 || n == all)
        .distinct()
        .mapToObj(n -> (double) n)
        .toList();
  }
}

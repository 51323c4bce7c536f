package org.lensdl4j.lens.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.loss.Coordinates;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What {@link LensOutputLayer} and {@link LensLossFunction} train for: languages, subspaces,
 * displacements and weights of the three terms (method.md section 3). Immutable, compared by value,
 * and part of Deeplearning4j's JSON of a configuration.
 *
 * <p>One example is one prompt in all languages. Its row, {@link #width()} values, is what {@link
 * LanguagePooling} makes: the state of the last token in each language, the central one first, and
 * at the end the central language's mean over its tokens. The labels are the same row of the
 * untouched model.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class LensObjective implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final String[] languages;
  private final double[][] agnostic;
  private final double[][] specific;
  private final double[][] displacement;
  private final double align;
  private final double separate;
  private final double retain;
  private final boolean pivotAtReference;

  /** What each coordinate is divided by; null for states as they are. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private final double[] deviation;

  @JsonCreator
  LensObjective(
      @JsonProperty("languages") String[] languages,
      @JsonProperty("agnostic") double[][] agnostic,
      @JsonProperty("specific") double[][] specific,
      @JsonProperty("displacement") double[][] displacement,
      @JsonProperty("align") double align,
      @JsonProperty("separate") double separate,
      @JsonProperty("retain") double retain,
      @JsonProperty("pivotAtReference") boolean pivotAtReference,
      @JsonProperty("deviation") double[] deviation) {
    this.languages = languages.clone();
    this.agnostic = Bases.orthonormal("agnostic", agnostic);
    this.specific = Bases.orthonormal("specific", specific);
    this.displacement = Bases.copy(displacement);
    this.align = align;
    this.separate = separate;
    this.retain = retain;
    this.pivotAtReference = pivotAtReference;
    this.deviation = deviation == null ? null : deviation.clone();
    // Refuses deviations that are not positive, or of another size.
    coordinates().apply(new double[agnostic[0].length]);
    if (align + separate + retain == 0) {
      throw new IllegalArgumentException(
          "align, separate and retain are all 0: there is nothing to train for");
    }
    if (displacement.length != languages.length - 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d displacements for %d languages: expected one per target",
              displacement.length,
              languages.length));
    }
  }

  /**
   * The objective at the model's last layer, in the coordinates of the space.
   *
   * @param space gives subspaces and directions
   * @param config gives languages, weights, lambdas and the pivot; its coordinates are the space's
   * @throws org.lensdl4j.model.base.LensException if the space lacks a language or has other
   *     coordinates
   */
  public static LensObjective of(LanguageSpace space, LensConfig config) {
    space.requireLanguages(config.languages(), config.central());
    requireCoordinates(space, config);
    int layer = space.layers();
    double[][] specific = space.specific(layer);
    List<String> languages = new ArrayList<>(List.of(config.central()));
    List<double[]> moves = new ArrayList<>();
    for (String language : config.targets()) {
      languages.add(language);
      double[] direction = space.inCoordinates(layer, space.direction(layer, language));
      moves.add(coordinates(specific, direction, config.lambda(language)));
    }
    return new LensObjective(
        languages.toArray(String[]::new),
        space.agnostic(layer),
        specific,
        moves.toArray(double[][]::new),
        config.align(),
        config.separate(),
        config.retain(),
        config.alignPivot() == AlignPivot.REFERENCE,
        space.coordinates() == LossCoordinates.RAW ? null : space.deviation(layer));
  }

  private static void requireCoordinates(LanguageSpace space, LensConfig config) {
    if (space.coordinates() != config.coordinates()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option coordinates: found %s, expected %s, those of the language space",
              config.coordinates(),
              space.coordinates()));
    }
  }

  /** lambda S^T delta. */
  private static double[] coordinates(double[][] basis, double[] direction, double lambda) {
    double[] out = new double[basis.length];
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < direction.length; j++) {
        out[i] += lambda * basis[i][j] * direction[j];
      }
    }
    return out;
  }

  /** All languages; the central one is the first. */
  public List<String> languages() {
    return List.of(languages);
  }

  /** The languages but the central one. */
  public List<String> targets() {
    return languages().subList(1, languages.length);
  }

  /** d. */
  public int hiddenSize() {
    return agnostic[0].length;
  }

  /** Values of one example, (languages + 1) d. */
  public int width() {
    return (languages.length + 1) * hiddenSize();
  }

  /** Weight of the pull; 0 is off. */
  public double align() {
    return align;
  }

  /** Weight of the push; 0 is off. */
  public double separate() {
    return separate;
  }

  /** Weight of the term that holds the central language; 0 is off. */
  public double retain() {
    return retain;
  }

  /** Whether {@code align} pulls to the untouched model's central state. */
  public boolean pivotAtReference() {
    return pivotAtReference;
  }

  /** What states are measured in. */
  public Coordinates coordinates() {
    return deviation == null ? Coordinates.raw() : Coordinates.standardised(deviation);
  }

  /** One over what each coordinate is divided by, {@code [1][hidden]}; null for raw states. */
  double[][] scale() {
    return deviation == null
        ? null
        : new double[][] {Arrays.stream(deviation).map(x -> 1 / x).toArray()};
  }

  double[][] agnostic() {
    return agnostic;
  }

  double[][] specific() {
    return specific;
  }

  /** Per target lambda_l S^T delta_l. */
  double[][] displacement() {
    return displacement;
  }

  void requireRows(String what, long[] shape) {
    if (shape.length != 2 || shape[1] != width()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s have shape %s, expected [prompts, %d]: %d languages and the central mean, of size %d each",
              what,
              Arrays.toString(shape),
              width(),
              languages.length,
              hiddenSize()));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LensObjective o
        && Arrays.equals(languages, o.languages)
        && Arrays.deepEquals(agnostic, o.agnostic)
        && Arrays.deepEquals(specific, o.specific)
        && Arrays.deepEquals(displacement, o.displacement)
        && align == o.align
        && separate == o.separate
        && retain == o.retain
        && pivotAtReference == o.pivotAtReference
        && Arrays.equals(deviation, o.deviation);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(languages) + Arrays.deepHashCode(specific);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Lens(%s; align %s, separate %s, retain %s%s)",
        String.join(" ", languages),
        align,
        separate,
        retain,
        deviation == null ? "" : "; standardised");
  }
}

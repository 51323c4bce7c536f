package org.lensdl4j.lens.steer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.trunk.StateEdit;

/**
 * Moves the states of chosen layers along languages' directions, so that a model answers in the
 * language that it is asked for. Nothing is trained. An immutable value.
 *
 * <pre>{@code
 * Steering steering = Steering.of(space, SteeringSetting.parse("all:0.03u"));
 * StateEdit swahili = steering.in("sw"); // for a Trunk or a Generator
 * steering.save(Path.of("steering.safetensors"));
 * }</pre>
 *
 * <p>With delta the direction of a language at a layer, a state h becomes {@code h + s delta}, or
 * with a share u of its length {@code h + u |h| delta / |delta|}, which is then given the length of
 * h again. The states of the last layer are those after the final norm. The first token's states
 * stay as they are below the last layer.
 */
public final class Steering implements LanguageEdit {
  /** Directions from the central language. */
  public static final String CENTRAL = "central";

  /** Directions from the mean of all other languages. */
  public static final String MEAN = "mean";

  final SteeringManifest manifest;
  // [steered layers][languages][d]
  final double[][][] directions;

  Steering(SteeringManifest manifest, double[][][] directions) {
    this.manifest = manifest;
    this.directions = directions;
  }

  /** A steering towards the languages of a space, away from its central one. */
  public static Steering of(LanguageSpace space, SteeringSetting setting) {
    return builder(space).setting(setting).build();
  }

  /**
   * Begins a steering with the directions of a space; by default the last layer by 1 length of
   * them.
   */
  public static Builder builder(LanguageSpace space) {
    return new Builder(space);
  }

  /**
   * A steering as people name it: by a setting, with the directions of a space, or by its file.
   *
   * @param space null if there is none
   * @throws LensException if it is neither, or a setting without a space
   */
  public static Steering named(String text, LanguageSpace space) {
    if (isFile(text)) {
      return load(Path.of(text));
    }
    SteeringSetting setting = SteeringSetting.parse(text);
    if (space == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "steering '%s' needs directions: give a language space, or a steering's file",
              text));
    }
    return of(space, setting);
  }

  /** Whether a file is one of a steering, by its settings. */
  public static boolean isSteering(Path file) {
    return SteeringFile.is(file);
  }

  /** Whether a name is that of a steering's file, and not a setting. */
  public static boolean isFile(String text) {
    try {
      SteeringSetting.parse(text);
      return false;
    } catch (LensException e) {
      return Files.isRegularFile(Path.of(text));
    }
  }

  /**
   * Reads a steering. The file need not be trusted.
   *
   * @throws LensException or {@link org.lensdl4j.model.base.ModelFormatException} naming the file
   *     and what is wrong with it
   */
  public static Steering load(Path file) {
    return SteeringFile.load(file);
  }

  /**
   * Writes the steering: safetensors with {@code direction} [steered layers, languages, d], F64,
   * and a JSON manifest in its metadata. The file appears whole or not at all.
   */
  public void save(Path file) {
    SteeringFile.save(this, file);
  }

  @Override
  public int lowest() {
    return manifest.layers().get(0);
  }

  /**
   * What moves states towards a language; nothing for the language that all others are led away
   * from.
   *
   * @throws LensException if the steering has no direction of it
   */
  @Override
  public StateEdit in(String language) {
    double[][] moves = new double[manifest.of() + 1][];
    for (int layer : manifest.layers()) {
      double[] move = direction(layer, language);
      double length = length(move);
      double by = manifest.share() ? 1 / length : manifest.strength();
      if (length > 0 && manifest.strength() != 0) {
        for (int i = 0; i < move.length; i++) {
          move[i] *= by;
        }
        moves[layer] = move;
      }
    }
    return new Moves(
        moves, manifest.share() ? manifest.strength() : 0, manifest.restored(), manifest.tokens());
  }

  private static double length(double[] direction) {
    return Math.sqrt(Arrays.stream(direction).map(x -> x * x).sum());
  }

  /**
   * Refuses a model that the steering was not made for.
   *
   * @param modelHash hash of the model's weights
   * @return this steering
   */
  public Steering requireModel(String modelHash) {
    if (!manifest.modelHash().equals(modelHash)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the steering is of another model: found one of %s%s, expected one of %s",
              manifest.modelHash(),
              manifest.model().isEmpty() ? "" : " (" + manifest.model() + ")",
              modelHash));
    }
    return this;
  }

  /** Hash of the weights of the model that it is for. */
  public String modelHash() {
    return manifest.modelHash();
  }

  /** Name of that model's file or folder; empty if it is not known. */
  public String model() {
    return manifest.model();
  }

  /** Where the space was probed that the directions are of. */
  public String position() {
    return manifest.position();
  }

  /** Where and how far. */
  public SteeringSetting setting() {
    return SteeringSetting.parse(manifest.setting());
  }

  /** The layers whose states are moved, in order. */
  public List<Integer> layers() {
    return manifest.layers();
  }

  /** K: how many layers the model has. */
  public int of() {
    return manifest.of();
  }

  /** d. */
  public int hiddenSize() {
    return manifest.hiddenSize();
  }

  /** Languages with a direction. */
  public List<String> languages() {
    return manifest.languages();
  }

  /** Whether a state that was moved is given its length again. */
  public boolean restored() {
    return manifest.restored();
  }

  /** What directions lead away from: {@value #CENTRAL}, {@value #MEAN} or a language. */
  public String away() {
    return manifest.away();
  }

  /** Whose states are moved. */
  public SteeringTokens tokens() {
    return manifest.tokens();
  }

  /**
   * Delta, {@code [d]}, not scaled.
   *
   * @throws LensException if the layer is not steered or the language has none
   */
  public double[] direction(int layer, String language) {
    int at = manifest.layers().indexOf(layer);
    if (at < 0) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the steering moves states of layers %s, expected %d among them",
              manifest.layers(),
              layer));
    }
    int l = manifest.languages().indexOf(language);
    if (l < 0) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the steering has directions of %s, expected %s among them",
              manifest.languages(),
              language));
    }
    return directions[at][l].clone();
  }

  /**
   * How states of a layer are moved towards a language, for graphs of the user's own.
   *
   * @throws LensException as {@link #direction}
   */
  public StateMove move(int layer, String language) {
    return new StateMove(
        direction(layer, language), manifest.strength(), manifest.share(), manifest.restored());
  }

  /** SHA-256, in hex, of settings and numbers: the identity of this steering. */
  public String fingerprint() {
    return SteeringFile.fingerprint(this);
  }

  /** Equal if settings and every number are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Steering s
        && manifest.equals(s.manifest)
        && Arrays.deepEquals(directions, s.directions);
  }

  @Override
  public int hashCode() {
    return manifest.hashCode();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "steering %s away from %s, towards %s",
        manifest.setting(),
        manifest.away(),
        manifest.languages());
  }

  /** Settings of a steering. */
  public static final class Builder {
    private final LanguageSpace space;
    private LanguageSpace end;
    private SteeringSetting setting = SteeringSetting.last(1);
    private Boolean restored;
    private String away = CENTRAL;
    private SteeringTokens tokens = SteeringTokens.BOTH;

    private Builder(LanguageSpace space) {
      this.space = space;
      end = space;
    }

    /** Where and how far. */
    public Builder setting(SteeringSetting value) {
      setting = value;
      return this;
    }

    /**
     * Whether a state that was moved is given its length again; by default if the strength is a
     * share of it.
     */
    public Builder restored(boolean value) {
      restored = value;
      return this;
    }

    /**
     * What directions lead away from: {@link #CENTRAL}, {@link #MEAN} of all others, or a language.
     *
     * @throws LensException if the space has no such language
     */
    public Builder away(String from) {
      if (!from.equals(CENTRAL) && !from.equals(MEAN)) {
        space.count(from);
      }
      away = from;
      return this;
    }

    /**
     * Another space of the same model and languages, with the last layer's directions: that of the
     * prompts' ends, where the others are of all tokens.
     *
     * @throws LensException if model or languages differ
     */
    public Builder end(LanguageSpace other) {
      other
          .requireModel(space.provenance().modelHash())
          .requireLanguages(space.languages(), space.central());
      end = other;
      return this;
    }

    /** Whose states are moved; by default all. */
    public Builder tokens(SteeringTokens value) {
      tokens = value;
      return this;
    }

    /**
     * The steering.
     *
     * @throws LensException if the model has not all of the layers
     */
    public Steering build() {
      List<Integer> layers = new ArrayList<>();
      List<double[][]> directions = new ArrayList<>();
      for (int layer : setting.of(space.layers())) {
        layers.add(layer);
        directions.add(directions(layer));
      }
      SteeringManifest manifest =
          new SteeringManifest(
              SteeringManifest.FORMAT,
              SteeringManifest.VERSION,
              setting.toString(),
              setting.strength(),
              setting.share(),
              restored == null ? setting.share() : restored,
              away,
              tokens,
              layers,
              space.layers(),
              space.hiddenSize(),
              space.languages(),
              space.provenance().modelHash(),
              space.provenance().model(),
              position(),
              end == space ? space.fingerprint() : space.fingerprint() + " " + end.fingerprint());
      return new Steering(manifest, directions.toArray(double[][][]::new));
    }

    /**
     * Projections are linear, so that directions from elsewhere are differences of those stored.
     */
    private double[][] directions(int layer) {
      LanguageSpace of = layer == space.layers() ? end : space;
      List<String> languages = space.languages();
      double[][] out = new double[languages.size()][];
      for (int l = 0; l < out.length; l++) {
        out[l] = of.direction(layer, languages.get(l));
      }
      if (away.equals(CENTRAL)) {
        return out;
      }
      double[][] from = new double[out.length][out[0].length];
      for (int l = 0; l < out.length; l++) {
        for (int i = 0; i < from[l].length; i++) {
          from[l][i] = out[l][i] - origin(out, l, i);
        }
      }
      return from;
    }

    private String position() {
      String all = space.provenance().position();
      return end == space
          ? all
          : String.format(Locale.ROOT, "%s, last layer %s", all, end.provenance().position());
    }

    private double origin(double[][] directions, int l, int i) {
      if (!away.equals(MEAN)) {
        return directions[space.languages().indexOf(away)][i];
      }
      double sum = 0;
      for (int other = 0; other < directions.length; other++) {
        sum += other == l ? 0 : directions[other][i];
      }
      return sum / (directions.length - 1);
    }
  }
}

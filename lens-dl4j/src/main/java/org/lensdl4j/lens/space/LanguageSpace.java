package org.lensdl4j.lens.space;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.model.base.LensException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How one model tells languages apart, layer by layer: the language-specific and the
 * language-agnostic subspace, the mean state of each language and its direction from the central
 * one. An immutable value; what it hands out are copies.
 *
 * <p>Means, directions and projections are of states as the model has them, whatever the {@link
 * #coordinates} of the space are; the bases are orthonormal in its coordinates.
 *
 * <p>Layers are numbered 1..K; layer K is the state after the final norm. Made by {@link
 * LanguageProbe}, kept in a file by {@link #save} and {@link #load}.
 */
public final class LanguageSpace {
  private final List<String> languages;
  private final String central;
  private final List<Long> counts;
  private final LossCoordinates coordinates;
  private final SpaceData data;
  private final Provenance provenance;

  LanguageSpace(
      List<String> languages,
      String central,
      List<Long> counts,
      LossCoordinates coordinates,
      SpaceData data,
      Provenance provenance) {
    this.languages = List.copyOf(languages);
    this.central = central;
    this.counts = List.copyOf(counts);
    this.coordinates = coordinates;
    this.data = data;
    this.provenance = provenance;
  }

  /**
   * Reads a space. The file need not be trusted: sizes, types, manifest, finite numbers and
   * orthonormality are checked.
   *
   * @throws LensException or {@link org.lensdl4j.model.base.ModelFormatException} naming the file
   *     and what is wrong with it
   */
  public static LanguageSpace load(Path file) {
    return LanguageSpaceFile.load(file);
  }

  /**
   * Writes the space: safetensors with {@code specific} [layers, r, d], {@code agnostic} [layers,
   * q, d], {@code mean} and {@code direction} [layers, L, d], all F64, and a JSON manifest in its
   * metadata. The file appears whole or not at all.
   */
  public void save(Path file) {
    LanguageSpaceFile.save(this, file);
  }

  /** All languages in the order of the tensors' second axis. */
  public List<String> languages() {
    return languages;
  }

  /** The language that directions start from. */
  public String central() {
    return central;
  }

  /** K. */
  public int layers() {
    return data.layers;
  }

  /** d. */
  public int hiddenSize() {
    return data.hiddenSize;
  }

  /** r, of the specific subspace. */
  public int rank() {
    return data.rank;
  }

  /** q, of the agnostic subspace. */
  public int agnosticRank() {
    return data.agnosticRank;
  }

  /** Texts that a language's mean was taken over. */
  public long count(String language) {
    return counts.get(index(language));
  }

  /** What the space was made from. */
  public Provenance provenance() {
    return provenance;
  }

  /**
   * What states are measured in: as they are (RAW), or each coordinate divided by its deviation
   * (STANDARDISED).
   */
  public LossCoordinates coordinates() {
    return coordinates;
  }

  /** Whether the space knows how much coordinates vary; spaces of earlier versions do not. */
  public boolean hasDeviation() {
    return data.deviation != null;
  }

  /**
   * How much each coordinate varies between texts of one language, {@code [d]}, positive: see
   * {@link LanguageStatistics#deviation}.
   *
   * @throws LensException if the space does not know
   */
  public double[] deviation(int layer) {
    if (data.deviation == null) {
      throw new LensException("the language space has no deviations of coordinates; probe again");
    }
    return data.row(data.deviation, 1, layer(layer), 0);
  }

  /** S: orthonormal rows {@code [r][d]} in the space's coordinates, up to rotation and sign. */
  public double[][] specific(int layer) {
    return data.rows(data.specific, data.rank, layer(layer));
  }

  /** A: orthonormal rows {@code [q][d]} in the space's coordinates, orthogonal to S. */
  public double[][] agnostic(int layer) {
    return data.rows(data.agnostic, data.agnosticRank, layer(layer));
  }

  /**
   * What reads a state's coordinates in S: rows {@code [r][d]}, those of {@link #specific} divided
   * by the deviations in standardised coordinates.
   */
  public double[][] specificFilters(int layer) {
    return filters(layer, specific(layer));
  }

  /** What reads a state's coordinates in A: rows {@code [q][d]}. */
  public double[][] agnosticFilters(int layer) {
    return filters(layer, agnostic(layer));
  }

  private double[][] filters(int layer, double[][] basis) {
    for (int i = 0; i < basis.length; i++) {
      basis[i] = inCoordinates(layer, basis[i]);
    }
    return basis;
  }

  /** A state, or a difference of states, in the space's coordinates, {@code [d]}. */
  public double[] inCoordinates(int layer, double[] h) {
    double[] out = sized(h).clone();
    if (coordinates == LossCoordinates.STANDARDISED) {
      double[] deviation = deviation(layer);
      for (int i = 0; i < out.length; i++) {
        out[i] /= deviation[i];
      }
    }
    return out;
  }

  /** The inverse of {@link #inCoordinates}. */
  private double[] fromCoordinates(int layer, double[] z) {
    if (coordinates == LossCoordinates.STANDARDISED) {
      double[] deviation = deviation(layer);
      for (int i = 0; i < z.length; i++) {
        z[i] *= deviation[i];
      }
    }
    return z;
  }

  /** m_l: the mean state of a language, {@code [d]}. */
  public double[] mean(int layer, String language) {
    return data.row(data.mean, languages.size(), layer(layer), index(language));
  }

  /** delta_l = S S^T (m_l - m_c), {@code [d]}; 0 for the central language. */
  public double[] direction(int layer, String language) {
    return data.row(data.direction, languages.size(), layer(layer), index(language));
  }

  /**
   * What reads how far a state moved along a language's direction, in lengths of it and in the
   * space's coordinates: f {@code [d]} with &lt;f, delta_l&gt; = 1.
   *
   * @throws LensException if the direction is 0, as the central language's is
   */
  public double[] directionFilter(int layer, String language) {
    double[] z = inCoordinates(layer, direction(layer, language));
    double square = ThinSvd.dot(z, z, 0);
    if (!(square > 0)) {
      throw new LensException("the direction of " + language + " is 0, expected a longer one");
    }
    double[] out = inCoordinates(layer, z);
    for (int i = 0; i < out.length; i++) {
      out[i] /= square;
    }
    return out;
  }

  /** S as a new FLOAT array {@code [r, d]}, owned by the caller. */
  public INDArray specificArray(int layer) {
    return floats(specific(layer));
  }

  /** A as a new FLOAT array {@code [q, d]}, owned by the caller. */
  public INDArray agnosticArray(int layer) {
    return floats(agnostic(layer));
  }

  /** delta_l as a new FLOAT array {@code [1, d]}, owned by the caller. */
  public INDArray directionArray(int layer, String language) {
    return floats(new double[][] {direction(layer, language)});
  }

  /**
   * P_S h, {@code [d]}; with standardised coordinates D S S^T D^-1 h, D the deviations: what is of
   * S in the state, as the model has it.
   */
  public double[] projectSpecific(int layer, double[] h) {
    return fromCoordinates(layer, Subspaces.project(specific(layer), inCoordinates(layer, h)));
  }

  /** P_S h, {@code [d]}. */
  public double[] projectSpecific(int layer, float[] h) {
    return projectSpecific(layer, Subspaces.doubles(h));
  }

  /** P_A h, {@code [d]}; with standardised coordinates D A A^T D^-1 h. */
  public double[] projectAgnostic(int layer, double[] h) {
    return fromCoordinates(layer, Subspaces.project(agnostic(layer), inCoordinates(layer, h)));
  }

  /** P_A h, {@code [d]}. */
  public double[] projectAgnostic(int layer, float[] h) {
    return projectAgnostic(layer, Subspaces.doubles(h));
  }

  /**
   * The share of a state's energy in the specific subspace, |P_S h|^2 / |h|^2 in the space's
   * coordinates, in [0, 1].
   */
  public double specificShare(int layer, double[] h) {
    double[] z = inCoordinates(layer, h);
    double part = Subspaces.norm(Subspaces.project(specific(layer), z));
    double all = Subspaces.norm(z);
    return all == 0 ? 0 : (part / all) * (part / all);
  }

  /**
   * Refuses a model that the space was not made of.
   *
   * @param modelHash hash of the model's weights
   * @return this space
   */
  public LanguageSpace requireModel(String modelHash) {
    if (!provenance.modelHash().equals(modelHash)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the language space is of another model: found one of %s%s, expected one of %s; probe again",
              provenance.modelHash(),
              provenance.model().isEmpty() ? "" : " (" + provenance.model() + ")",
              modelHash));
    }
    return this;
  }

  /**
   * Refuses a space of other than raw coordinates, for what works on states as they are.
   *
   * @param what named in the error
   * @return this space
   */
  public LanguageSpace requireRaw(String what) {
    if (coordinates != LossCoordinates.RAW) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s needs a language space of states as they are, found one of standardised coordinates; probe with raw coordinates",
              what));
    }
    return this;
  }

  /**
   * Refuses languages that the space does not hold.
   *
   * @return this space
   */
  public LanguageSpace requireLanguages(List<String> wanted, String wantedCentral) {
    wanted.forEach(this::index);
    if (!central.equals(wantedCentral)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the language space has central language %s, expected %s; probe again",
              central,
              wantedCentral));
    }
    return this;
  }

  SpaceData data() {
    return data;
  }

  private int index(String language) {
    int l = languages.indexOf(language);
    if (l < 0) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the language space has %s, expected %s among them; probe again",
              languages,
              language));
    }
    return l;
  }

  private int layer(int layer) {
    if (layer < 1 || layer > data.layers) {
      throw new LensException(
          String.format(Locale.ROOT, "layer: found %d, expected 1 to %d", layer, data.layers));
    }
    return layer;
  }

  private double[] sized(double[] h) {
    if (h.length != data.hiddenSize) {
      throw new LensException(
          String.format(
              Locale.ROOT, "state: found %d values, expected %d", h.length, data.hiddenSize));
    }
    return h;
  }

  private INDArray floats(double[][] rows) {
    float[] flat = new float[rows.length * data.hiddenSize];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) rows[i / data.hiddenSize][i % data.hiddenSize];
    }
    return Nd4j.create(flat, new long[] {rows.length, data.hiddenSize}, 'c');
  }

  /** SHA-256, in hex, of languages and numbers: the identity of this space. */
  public String fingerprint() {
    String title = central + " " + String.join(" ", languages);
    return data.sha256(coordinates == LossCoordinates.RAW ? title : title + " " + coordinates);
  }

  /** Equal if every number, the languages and the provenance are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LanguageSpace s
        && languages.equals(s.languages)
        && central.equals(s.central)
        && counts.equals(s.counts)
        && coordinates == s.coordinates
        && provenance.equals(s.provenance)
        && data.bitEquals(s.data);
  }

  @Override
  public int hashCode() {
    return data.bitHash();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "language space of %s, central %s, rank %d, agnostic rank %d, %d layers of size %d%s",
        languages,
        central,
        data.rank,
        data.agnosticRank,
        data.layers,
        data.hiddenSize,
        coordinates == LossCoordinates.RAW ? "" : ", standardised coordinates");
  }
}

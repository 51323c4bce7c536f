package org.lensdl4j.tests.reference;

import static org.lensdl4j.tests.reference.Near.assertNear;

import java.util.List;
import org.lensdl4j.lens.space.LanguageSpace;

/**
 * A stored language space of one layer.
 *
 * <p>The specific subspace is compared by its projector, because its basis is free to rotate.
 */
final class SpaceReference {
  private final List<String> languages;
  private final double[] specific;
  private final double[] agnostic;
  private final double[] mean;
  private final double[] direction;

  private SpaceReference(
      List<String> languages,
      double[] specific,
      double[] agnostic,
      double[] mean,
      double[] direction) {
    this.languages = languages;
    this.specific = specific;
    this.agnostic = agnostic;
    this.mean = mean;
    this.direction = direction;
  }

  /**
   * Reads it.
   *
   * @param prefix of the tensors' names
   * @param index along the first axis
   */
  static SpaceReference of(StoredValues in, String prefix, int index, List<String> languages) {
    String mean = in.names(prefix + "means").isEmpty() ? "mean" : "means";
    return new SpaceReference(
        languages,
        in.part(prefix + "specific", index),
        in.part(prefix + "agnostic", index),
        in.part(prefix + mean, index),
        in.part(prefix + "direction", index));
  }

  /** Asserts that a space has the same means, directions, projector and agnostic direction. */
  void assertEqual(LanguageSpace space, int layer, double tolerance) {
    int d = space.hiddenSize();
    String where = " at layer " + layer;
    double[] means = new double[languages.size() * d];
    double[] directions = new double[languages.size() * d];
    for (int l = 0; l < languages.size(); l++) {
      System.arraycopy(space.mean(layer, languages.get(l)), 0, means, l * d, d);
      System.arraycopy(space.direction(layer, languages.get(l)), 0, directions, l * d, d);
    }
    assertNear("means" + where, means, mean, tolerance);
    assertNear("directions" + where, directions, direction, tolerance);
    assertNear(
        "projector" + where,
        projector(flat(space.specific(layer)), d),
        projector(specific, d),
        tolerance);
    double norm = Math.sqrt(dot(agnostic, agnostic));
    double[] a = space.agnostic(layer)[0].clone();
    double sign = Math.signum(dot(a, agnostic));
    double[] unit = new double[d];
    for (int i = 0; i < d; i++) {
      a[i] *= sign;
      unit[i] = agnostic[i] / norm;
    }
    assertNear("agnostic direction" + where, a, unit, tolerance);
  }

  private static double[] projector(double[] rows, int d) {
    double[] out = new double[d * d];
    for (int at = 0; at < rows.length; at += d) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          out[i * d + j] += rows[at + i] * rows[at + j];
        }
      }
    }
    return out;
  }

  private static double[] flat(double[][] rows) {
    double[] out = new double[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, out, i * rows[i].length, rows[i].length);
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

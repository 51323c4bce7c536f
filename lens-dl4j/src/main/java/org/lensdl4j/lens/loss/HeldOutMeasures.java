package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The terms of Lens (method.md section 3) on plain arrays, in double. Bases and directions are in
 * the coordinates, states as the model has them.
 */
final class HeldOutMeasures implements TermMath<double[]> {
  private final String central;
  private final double[][] agnostic;
  private final double[][] specific;
  private final Map<String, double[]> directions;
  private final Map<String, Double> lambdas = new LinkedHashMap<>();
  private Coordinates coordinates = Coordinates.raw();

  HeldOutMeasures(
      String central, double[][] agnostic, double[][] specific, Map<String, double[]> directions) {
    this.central = central;
    this.agnostic = agnostic;
    this.specific = specific;
    this.directions = new LinkedHashMap<>(directions);
  }

  void lambda(String language, double lambda) {
    if (!Double.isFinite(lambda)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "lambda of %s is %s, expected a number", language, lambda));
    }
    if (!directions.containsKey(language)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "lambda: found language %s, expected one of %s",
              language,
              directions.keySet()));
    }
    lambdas.put(language, lambda);
  }

  void coordinates(Coordinates value) {
    // Refuses those of another size.
    value.apply(new double[specific[0].length]);
    coordinates = value;
  }

  HeldOutReading of(int iteration, int epoch, HeldOutStates now, HeldOutStates before) {
    Map<String, HeldOutReading.Language> languages = new LinkedHashMap<>();
    float[][] pivot = states(now, central);
    for (String language : directions.keySet()) {
      if (now.last().containsKey(language)) {
        languages.put(
            language, language(language, pivot, states(now, language), states(before, language)));
      }
    }
    double retain = 0;
    double drift = 0;
    int texts = pivot.length;
    for (int i = 0; i < texts; i++) {
      double[] mean = doubles(before.centralMean()[i]);
      double squares = squares(retain(doubles(now.centralMean()[i]), mean));
      retain += squares / mean.length / texts;
      double length = Math.sqrt(squares(inWhole(mean)));
      drift += squares == 0 ? 0 : Math.sqrt(squares) / length / texts;
    }
    return new HeldOutReading(iteration, epoch, languages, retain, drift);
  }

  private HeldOutReading.Language language(
      String language, float[][] pivot, float[][] now, float[][] before) {
    double[] direction = directions.get(language);
    double lambda = lambdas.getOrDefault(language, 1.0);
    double[] wanted = product(specific, direction);
    for (int k = 0; k < wanted.length; k++) {
      wanted[k] *= lambda;
    }
    double length = squares(direction);
    double align = 0;
    double separate = 0;
    double moved = 0;
    for (int i = 0; i < now.length; i++) {
      double[] state = doubles(now[i]);
      double[] untouched = doubles(before[i]);
      align += squares(align(doubles(pivot[i]), state)) / direction.length;
      separate += squares(separate(state, untouched, wanted)) / direction.length;
      double[] change = inWhole(minus(state, untouched));
      moved += length == 0 ? 0 : product(new double[][] {direction}, change)[0] / length;
    }
    return new HeldOutReading.Language(
        align / now.length, separate / now.length, moved / now.length);
  }

  private float[][] states(HeldOutStates states, String language) {
    float[][] found = states.last().get(language);
    if (found == null || found[0].length != agnostic[0].length) {
      throw new IllegalArgumentException(
          found == null
              ? String.format(
                  Locale.ROOT,
                  "held-out states: found %s, expected %s among them",
                  states.last().keySet(),
                  language)
              : String.format(
                  Locale.ROOT,
                  "held-out states of %s have size %d, expected the hidden size %d",
                  language,
                  found[0].length,
                  agnostic[0].length));
    }
    return found;
  }

  @Override
  public double[] minus(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int k = 0; k < out.length; k++) {
      out[k] = a[k] - b[k];
    }
    return out;
  }

  @Override
  public double[] inAgnostic(double[] difference) {
    return product(agnostic, inWhole(difference));
  }

  @Override
  public double[] inSpecific(double[] difference) {
    return product(specific, inWhole(difference));
  }

  @Override
  public double[] inWhole(double[] difference) {
    return coordinates.apply(difference);
  }

  private static double[] product(double[][] basis, double[] x) {
    double[] out = new double[basis.length];
    for (int i = 0; i < out.length; i++) {
      for (int k = 0; k < x.length; k++) {
        out[i] += basis[i][k] * x[k];
      }
    }
    return out;
  }

  private static double[] doubles(float[] state) {
    double[] out = new double[state.length];
    for (int k = 0; k < out.length; k++) {
      out[k] = state[k];
    }
    return out;
  }

  private static double squares(double[] a) {
    double out = 0;
    for (double x : a) {
      out += x * x;
    }
    return out;
  }
}

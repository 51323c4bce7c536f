package org.lensdl4j.lab.measure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.lensdl4j.model.base.LensException;

/**
 * Measures of last-token states {@code [n][d]}; row i of each language is the same item. All yield
 * one value per item, so that means, intervals and tests can be taken over items.
 */
public final class StateMeasures {
  private StateMeasures() {}

  /**
   * Top-1 retrieval by cosine: 1 where a query's own item is nearer than all other candidates, 0
   * where another one is; shared evenly between candidates that are equally near.
   */
  public static double[] retrieval(float[][] queries, float[][] candidates) {
    requireParallel(queries, candidates);
    float[][] q = normalised(queries);
    float[][] c = normalised(candidates);
    double[] hits = new double[q.length];
    for (int i = 0; i < q.length; i++) {
      double own = dot(q[i], c[i]);
      int asNear = 1;
      for (int j = 0; j < c.length && asNear > 0; j++) {
        double other = j == i ? Double.NEGATIVE_INFINITY : dot(q[i], c[j]);
        asNear = other > own ? 0 : asNear + (other == own ? 1 : 0);
      }
      hits[i] = asNear == 0 ? 0 : 1.0 / asNear;
    }
    return hits;
  }

  /** Cosine of each pair, in [-1, 1]; 0 where a state is 0. */
  public static double[] cosine(float[][] a, float[][] b) {
    return pairs(a, b, StateMeasures::cosine);
  }

  /**
   * Cosine of each pair's projections on a subspace. With one dimension it is the sign only: see
   * {@link #gap} for how far apart they are.
   *
   * @param basis orthonormal rows {@code [q][d]}
   */
  public static double[] cosineIn(double[][] basis, float[][] a, float[][] b) {
    return pairs(a, b, (x, y) -> cosine(coordinates(basis, x), coordinates(basis, y)));
  }

  /**
   * Distance of each pair's projections on a subspace, relative to the length of the reference's
   * projection: |P (x - c)| / |P c|.
   */
  public static double[] gap(double[][] basis, float[][] states, float[][] reference) {
    return pairs(
        states,
        reference,
        (x, c) -> {
          float[] p = coordinates(basis, c);
          return ratio(norm(minus(coordinates(basis, x), p)), norm(p));
        });
  }

  /** What a filter {@code [d]} reads of each state's change: &lt;after - before, filter&gt;. */
  public static double[] along(double[] filter, float[][] before, float[][] after) {
    return pairs(after, before, (x, y) -> dot(filter, minus(x, y)));
  }

  /** Relative change of each state: |after - before| / |before|. */
  public static double[] drift(float[][] before, float[][] after) {
    return pairs(after, before, (x, y) -> ratio(norm(minus(x, y)), norm(y)));
  }

  /**
   * Whether each state is recognised as its language by the nearest mean in a subspace, with the
   * state itself left out of its language's mean: 1 or 0 per item.
   *
   * @param basis orthonormal rows {@code [r][d]} of the specific subspace
   * @param states per language {@code [n][d]}, n of at least 2
   * @param language whose states are judged
   */
  public static double[] separability(
      double[][] basis, Map<String, float[][]> states, String language) {
    List<String> languages = List.copyOf(states.keySet());
    double[][] sums = new double[languages.size()][basis.length];
    for (int l = 0; l < sums.length; l++) {
      for (float[] state : states.get(languages.get(l))) {
        add(sums[l], coordinates(basis, state), 1);
      }
    }
    float[][] judged = states.get(language);
    if (judged == null || judged.length < 2) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "separability: found %d states of %s, expected at least 2",
              judged == null ? 0 : judged.length,
              language));
    }
    int own = languages.indexOf(language);
    double[] hits = new double[judged.length];
    for (int i = 0; i < judged.length; i++) {
      float[] x = coordinates(basis, judged[i]);
      double[] rest = sums[own].clone();
      add(rest, x, -1);
      double nearest = distance(x, rest, judged.length - 1);
      hits[i] = 1;
      for (int l = 0; l < sums.length; l++) {
        if (l != own && distance(x, sums[l], states.get(languages.get(l)).length) <= nearest) {
          hits[i] = 0;
        }
      }
    }
    return hits;
  }

  /**
   * Linear CKA of two languages' states: how far the items' similarities to one another agree, 1 if
   * one is a rotation and scaling of the other. One value per item, whose mean is the CKA: the
   * item's share of the agreement, with the normalisation of all items.
   *
   * @param a {@code [n][d]}, n of at least 2
   * @param b {@code [n][d]}
   */
  public static double[] cka(float[][] a, float[][] b) {
    requireParallel(a, b);
    double[][] k = centredGram(a);
    double[][] l = centredGram(b);
    double kk = 0;
    double ll = 0;
    double[] shares = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        kk += k[i][j] * k[i][j];
        ll += l[i][j] * l[i][j];
        shares[i] += k[i][j] * l[i][j];
      }
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = ratio(shares[i] * shares.length, Math.sqrt(kk * ll));
    }
    return shares;
  }

  private static double[][] centredGram(float[][] x) {
    int n = x.length;
    double[] mean = new double[x[0].length];
    for (float[] row : x) {
      add(mean, row, 1.0 / n);
    }
    double[][] centred = new double[n][mean.length];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < mean.length; k++) {
        centred[i][k] = x[i][k] - mean[k];
      }
    }
    double[][] gram = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < mean.length; k++) {
          sum += centred[i][k] * centred[j][k];
        }
        gram[i][j] = sum;
        gram[j][i] = sum;
      }
    }
    return gram;
  }

  private static double[] pairs(
      float[][] a, float[][] b, ToDoubleBiFunction<float[], float[]> measure) {
    requireParallel(a, b);
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = measure.applyAsDouble(a[i], b[i]);
    }
    return out;
  }

  private static void requireParallel(float[][] a, float[][] b) {
    if (a.length != b.length || a.length == 0) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "states: found %d and %d texts, expected as many, at least 1",
              a.length,
              b.length));
    }
  }

  private static float[] coordinates(double[][] basis, float[] state) {
    float[] out = new float[basis.length];
    for (int i = 0; i < basis.length; i++) {
      out[i] = (float) dot(basis[i], state);
    }
    return out;
  }

  private static double cosine(float[] a, float[] b) {
    return ratio(dot(a, b), norm(a) * norm(b));
  }

  private static double ratio(double part, double whole) {
    return part == 0 ? 0 : part / whole;
  }

  private static float[][] normalised(float[][] states) {
    float[][] out = new float[states.length][];
    for (int i = 0; i < states.length; i++) {
      out[i] = states[i].clone();
      double norm = norm(out[i]);
      for (int k = 0; norm > 0 && k < out[i].length; k++) {
        out[i][k] = (float) (out[i][k] / norm);
      }
    }
    return out;
  }

  private static float[] minus(float[] a, float[] b) {
    float[] out = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = a[i] - b[i];
    }
    return out;
  }

  private static void add(double[] sum, float[] x, double times) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += times * x[i];
    }
  }

  private static double distance(float[] x, double[] sum, int count) {
    double out = 0;
    for (int i = 0; i < x.length; i++) {
      double difference = x[i] - sum[i] / count;
      out += difference * difference;
    }
    return out;
  }

  private static double norm(float[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static double dot(float[] a, float[] b) {
    double out = 0;
    for (int i = 0; i < a.length; i++) {
      out += (double) a[i] * b[i];
    }
    return out;
  }

  private static double dot(double[] a, float[] b) {
    double out = 0;
    for (int i = 0; i < a.length; i++) {
      out += a[i] * b[i];
    }
    return out;
  }
}

package org.lensdl4j.lens.loss;

import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.loss.ContrastiveLoss.Region;
import org.lensdl4j.lens.loss.ContrastiveLoss.Similarity;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * InfoNCE as expressions. A row of zeros is added below the pairs, with a language of its own and
 * the weight 0: SameDiff 1.0.0-M2.1 has no gradient of products that yield {@code [1, 1]}, which a
 * single pair would.
 */
final class Contrast {
  private static final double MASKED = -1e9;

  private final SameDiff sd;
  private final String name;
  private final LayerGeometry geometry;
  private final Coordinates coordinates;
  private int columns;

  Contrast(SameDiff sd, String name, LayerGeometry geometry, Coordinates coordinates) {
    this.sd = sd;
    this.name = name;
    this.geometry = geometry;
    this.coordinates = coordinates;
    this.columns = geometry.hidden();
  }

  /** Central states less their language's mean, {@code [pairs, hidden]}. */
  SDVariable centralView(SDVariable states, String language) {
    SDVariable mapped = coordinates.apply(sd, name + "_coordinates", states);
    if (geometry.means().isEmpty()) {
      return mapped;
    }
    double[][] mean = {geometry.mean(language)};
    return mapped.sub(Losses.constant(sd, name + "_central_mean", mean, states.dataType()));
  }

  /** Target states less their languages' means, {@code [pairs, hidden]}. */
  SDVariable targetView(SDVariable states, SDVariable pairLanguage, List<String> targets) {
    SDVariable mapped = coordinates.apply(sd, name + "_coordinates", states);
    if (geometry.means().isEmpty()) {
      return mapped;
    }
    double[][] means = targets.stream().map(geometry::mean).toArray(double[][]::new);
    SDVariable table = Losses.constant(sd, name + "_target_means", means, states.dataType());
    return mapped.sub(sd.mmul(pairLanguage, table));
  }

  SDVariable seenIn(Region region, Similarity similarity, SDVariable rows) {
    if (region == Region.WHOLE) {
      return rows;
    }
    boolean agnostic = region == Region.AGNOSTIC;
    columns = agnostic ? Math.max(2, geometry.agnostic().length) : columns;
    double[][] basis = agnostic ? geometry.agnostic() : geometry.specific();
    if (basis.length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "region %s needs subspaces, expected a contrast made of a language space",
              region));
    }
    if (agnostic && basis.length == 1 && similarity == Similarity.COSINE) {
      throw new IllegalArgumentException(
          "the agnostic subspace has one direction, where a cosine is only a sign: use Similarity.DISTANCE");
    }
    String constant = name + (agnostic ? "_agnostic_basis" : "_specific_basis");
    SDVariable vectors =
        sd.hasVariable(constant)
            ? sd.getVariable(constant)
            : Losses.constant(sd, constant, Losses.atLeastTwoRows(basis), rows.dataType());
    SDVariable inside = sd.mmul(rows, vectors, false, true, false);
    return agnostic ? inside : rows.sub(sd.mmul(inside, vectors));
  }

  SDVariable term(
      SDVariable central,
      SDVariable target,
      Similarity similarity,
      double temperature,
      SDVariable pairLanguage,
      int languages,
      SDVariable pairWeight) {
    SDVariable below = constant("_no_pair", central.dataType(), 1, columns);
    SDVariable c = sd.concat(0, similarity == Similarity.COSINE ? unit(central) : central, below);
    SDVariable t = sd.concat(0, similarity == Similarity.COSINE ? unit(target) : target, below);
    SDVariable products = sd.mmul(c, t, false, true, false);
    SDVariable own = c.mul(t).sum(1);
    if (similarity == Similarity.DISTANCE) {
      SDVariable ofCentral = sd.math.square(c).sum(1);
      SDVariable ofTarget = sd.math.square(t).sum(1);
      products =
          products
              .mul(2)
              .sub(sd.reshape(ofCentral, -1, 1))
              .sub(sd.reshape(ofTarget, 1, -1))
              .div(geometry.hidden());
      own = own.mul(2).sub(ofCentral).sub(ofTarget).div(geometry.hidden());
    }
    SDVariable logits = products.div(temperature).add(otherLanguages(pairLanguage, languages));
    SDVariable positive = own.div(temperature);
    SDVariable pairs =
        Losses.logSumExp(sd, logits, 1).add(Losses.logSumExp(sd, logits, 0)).mul(0.5).sub(positive);
    SDVariable zero = constant("_no_weight", pairWeight.dataType(), 1);
    return pairs.mul(sd.concat(0, pairWeight, zero)).sum(name, 0);
  }

  /** 0 for two pairs of the same language, {@link #MASKED} otherwise: {@code [n + 1, n + 1]}. */
  private SDVariable otherLanguages(SDVariable pairLanguage, int languages) {
    SDVariable none = constant("_no_language", pairLanguage.dataType(), 1, languages);
    SDVariable all = sd.concat(0, pairLanguage, none);
    return sd.mmul(all, all, false, true, false).sub(1).mul(-MASKED);
  }

  /** Rows of length 1; rows of zeros stay. */
  private SDVariable unit(SDVariable rows) {
    double tiny = rows.dataType() == DataType.DOUBLE ? 1e-60 : 1e-24;
    SDVariable squares = sd.math.square(rows).sum(1).add(tiny);
    return rows.div(sd.reshape(sd.math.sqrt(squares), -1, 1));
  }

  private SDVariable constant(String suffix, DataType type, long... shape) {
    return sd.constant(name + suffix, Nd4j.zeros(type, shape));
  }
}

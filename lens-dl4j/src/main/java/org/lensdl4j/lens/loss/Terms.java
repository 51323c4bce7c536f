package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.schedule.ISchedule;

/** The terms as expressions of a graph, and their weighted sum. */
final class Terms implements TermMath<SDVariable> {
  private final SameDiff sd;
  private final String prefix;
  private final LayerGeometry geometry;
  private final Coordinates coordinates;
  private final Map<String, ISchedule> scheduled = new LinkedHashMap<>();
  private SDVariable sum;
  private SDVariable align;
  private SDVariable separate;
  private SDVariable retain;
  private SDVariable alignPairs;
  private SDVariable separatePairs;

  Terms(SameDiff sd, String prefix, LayerGeometry geometry, Coordinates coordinates) {
    this.coordinates = coordinates;
    this.sd = sd;
    this.prefix = prefix;
    this.geometry = geometry;
  }

  void addAlign(LensInputs in, TermWeight weight) {
    SDVariable central = needed("align", "central", in.central());
    SDVariable target = needed("align", "target", in.target());
    SDVariable difference = align(central, target);
    alignPairs = perPair("lens_align_pairs", difference, geometry.agnostic().length);
    align = overPairs("align", LensLoss.ALIGN, alignPairs, in.pairWeight());
    add(align, weight);
  }

  void addSeparate(LensInputs in, TermWeight weight) {
    SDVariable target = needed("separate", "target", in.target());
    SDVariable before = needed("separate", "reference", in.reference());
    SDVariable displacement = needed("separate", "displacement", in.displacement());
    int directions = geometry.specific().length;
    if (directions == 1) {
      displacement = sd.reshape(displacement, -1);
    }
    SDVariable off = separate(target, before, displacement);
    separatePairs = perPair("lens_separate_pairs", off, directions);
    separate = overPairs("separate", LensLoss.SEPARATE, separatePairs, in.pairWeight());
    add(separate, weight);
  }

  void addRetain(LensInputs in, TermWeight weight) {
    retain =
        retain(
            LensLoss.RETAIN,
            needed("retain", "mean", in.mean()),
            needed("retain", "referenceMean", in.referenceMean()));
    add(retain, weight);
  }

  /** How far means of texts have moved: the same for the central language and for others. */
  SDVariable retain(String name, SDVariable mean, SDVariable before) {
    return sd.math.square(retain(mean, before)).mean(prefix + name, 0, 1);
  }

  /**
   * Adds the weighted sum to the losses of the graph.
   *
   * @param beside a further loss, or null
   */
  LensTerms attach(TermWeight all, WeightedTerm beside) {
    String name = prefix + LensLoss.LOSS;
    SDVariable loss = all.isOne() ? sum : all.times(sd, sum, name + "_weight", scheduled);
    loss = loss.rename(name);
    Losses.mark(sd, loss);
    return new LensTerms(
        loss,
        align,
        separate,
        retain,
        alignPairs,
        separatePairs,
        beside,
        WeightSchedules.attach(sd, scheduled));
  }

  private void add(SDVariable term, TermWeight weight) {
    SDVariable weighted = weight.times(sd, term, term.name() + "_weight", scheduled);
    sum = sum == null ? weighted : sum.add(weighted);
  }

  /** A term over all pairs, so that each language's part is a mean over its pairs. */
  private SDVariable overPairs(String term, String name, SDVariable pairs, SDVariable pairWeight) {
    return pairs.mul(needed(term, "pairWeight", pairWeight)).sum(prefix + name, 0);
  }

  @Override
  public SDVariable minus(SDVariable a, SDVariable b) {
    return a.sub(b);
  }

  @Override
  public SDVariable inAgnostic(SDVariable difference) {
    return coordinates(inWhole(difference), "agnostic", geometry.agnostic());
  }

  @Override
  public SDVariable inSpecific(SDVariable difference) {
    return coordinates(inWhole(difference), "specific", geometry.specific());
  }

  @Override
  public SDVariable inWhole(SDVariable difference) {
    return coordinates.apply(sd, prefix + "lens_coordinates", difference);
  }

  /**
   * {@code [pairs, directions]}, or {@code [pairs]} for a single direction: SameDiff 1.0.0-M2.1
   * fails at sums over an axis of size 1 and at the gradient of products that yield {@code [1, 1]}.
   */
  private SDVariable coordinates(SDVariable states, String name, double[][] rows) {
    SDVariable basis =
        Losses.constant(sd, prefix + "lens_" + name + "_basis", rows, states.dataType());
    return rows.length == 1 ? states.mul(basis).sum(1) : sd.mmul(states, basis, false, true, false);
  }

  private SDVariable perPair(String name, SDVariable coordinates, int directions) {
    SDVariable squares = sd.math.square(coordinates);
    return (directions == 1 ? squares : squares.sum(1)).mul(prefix + name, 1.0 / geometry.hidden());
  }

  private static SDVariable needed(String term, String input, SDVariable value) {
    if (value == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "term %s needs the input %s, which is null", term, input));
    }
    return value;
  }
}

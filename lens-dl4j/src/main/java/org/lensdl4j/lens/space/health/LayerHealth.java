package org.lensdl4j.lens.space.health;

import java.util.List;

/**
 * The findings about one layer's specific subspace.
 *
 * @param layer 1..K
 * @param angles principal angles, in degrees, between the subspace and that of as many texts drawn
 *     with replacement, rising, {@code [r]}; small ones mean that the texts determine it
 * @param splitHalf overlap of the subspaces of two halves of the texts: the mean squared cosine of
 *     their principal angles, 1 if they are the same and r / d by chance
 * @param singularValues of the centred language means, falling, {@code [L - 1]}
 * @param nullLimits what each one stays under in 95 % of draws with the texts' languages shuffled
 * @param pValues share of such draws that reach it
 * @param suggestedRank how many singular values exceed their limits, up to the first that does not
 * @param other comparison with texts of another kind; null if there were none
 * @param warnings why the subspace should not be trusted; empty if nothing was found against it
 */
public record LayerHealth(
    int layer,
    List<Spread> angles,
    Spread splitHalf,
    List<Double> singularValues,
    List<Double> nullLimits,
    List<Double> pValues,
    int suggestedRank,
    OtherTexts other,
    List<String> warnings) {

  /** Copies the lists. */
  public LayerHealth {
    angles = List.copyOf(angles);
    singularValues = List.copyOf(singularValues);
    nullLimits = List.copyOf(nullLimits);
    pValues = List.copyOf(pValues);
    warnings = List.copyOf(warnings);
  }

  /** Whether nothing was found against the subspace. */
  public boolean trusted() {
    return warnings.isEmpty();
  }

  /** The largest principal angle, which a single badly determined direction makes large. */
  public Spread largestAngle() {
    return angles.get(angles.size() - 1);
  }

  /**
   * Overlaps of subspaces of as many texts each; as {@link LayerHealth#splitHalf}.
   *
   * @param between these texts and the others
   * @param within two parts of these texts
   * @param withinOther two parts of the others
   */
  public record OtherTexts(Spread between, Spread within, Spread withinOther) {
    /** Whether the kind of texts makes a larger difference than the choice of texts. */
    public boolean differ() {
      return between.median() < Math.min(within.low(), withinOther.low());
    }
  }
}

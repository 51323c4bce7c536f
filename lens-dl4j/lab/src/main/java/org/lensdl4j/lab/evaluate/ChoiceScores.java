package org.lensdl4j.lab.evaluate;

/**
 * How one column scores one choice item.
 *
 * @param logLikelihood per choice the sum of its tokens' log-probabilities, in nats
 * @param greedy per choice whether each of its tokens is the likeliest
 */
record ChoiceScores(double[] logLikelihood, boolean[] greedy) {

  /** The likeliest choice; the first one among equals. */
  public int choice() {
    return best(logLikelihood, null);
  }

  /** The likeliest choice per character. */
  public int normalisedChoice(int[] lengths) {
    return best(logLikelihood, lengths);
  }

  private static int best(double[] values, int[] lengths) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      double here = lengths == null ? values[i] : values[i] / lengths[i];
      double there = lengths == null ? values[best] : values[best] / lengths[best];
      best = here > there ? i : best;
    }
    return best;
  }
}

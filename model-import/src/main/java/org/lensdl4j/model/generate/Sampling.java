package org.lensdl4j.model.generate;

/**
 * How the next token is chosen from its scores, in this order as in Hugging Face: temperature, the
 * topK best, then the fewest best whose probabilities sum to topP.
 *
 * @param temperature scores are divided by it; 0 takes the best token always
 * @param topK how many of the best tokens may be chosen; 0 for all
 * @param topP total probability of the tokens that may be chosen, above 0; 1 for all
 * @param seed the same seed yields the same tokens
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
  public Sampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature is " + temperature + ", must be 0 or more");
    }
    if (topK < 0) {
      throw new IllegalArgumentException("topK is " + topK + ", must be 0 or more");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP is " + topP + ", must be above 0 and at most 1");
    }
  }

  /** Always the best token. */
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, 0);
  }

  /** The same with another seed. */
  public Sampling seed(long other) {
    return new Sampling(temperature, topK, topP, other);
  }
}

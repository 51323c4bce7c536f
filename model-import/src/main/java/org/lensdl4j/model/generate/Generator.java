package org.lensdl4j.model.generate;

import java.util.Arrays;
import java.util.function.Consumer;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.trunk.TokenDecoder;
import org.lensdl4j.model.weights.Weights;

/**
 * Continues token sequences over a cache of keys and values, with all layers widened in memory.
 *
 * <pre>{@code
 * try (Generator generator = new Generator(config, weights)) {
 *   int[] answer = generator.generate(prompt, Sampling.greedy(), 100, TokenListener.NONE);
 * }
 * }</pre>
 *
 * <p>One call at a time: each thread needs a generator of its own.
 */
public final class Generator implements AutoCloseable {
  private final ModelConfig config;
  private final TokenDecoder decoder;
  private final Guard guard = new Guard("this generator");
  private int[] read = new int[0];

  /**
   * Reads all layers: four bytes of memory for each weight.
   *
   * @param weights any, also trained ones over those of a file; open while this is in use
   */
  public Generator(ModelConfig config, Weights weights) {
    this.config = config;
    decoder = new TokenDecoder(config, weights);
  }

  /**
   * Changes final states before tokens are chosen from them, for example by steering.
   *
   * @param change of a state {@code [d]} after the final norm, in place; null for none
   */
  public void editStates(Consumer<float[]> change) {
    try (Guard.Use ignored = guard.enter()) {
      decoder.edit(change);
      decoder.truncate(0);
      read = new int[0];
    }
  }

  /**
   * Generates until a token ends the text, the listener has enough, or the model's positions are
   * used up.
   *
   * @param prompt at least one token
   * @param maxTokens the most tokens to generate
   * @return the generated tokens, without the one that ends the text
   */
  public int[] generate(int[] prompt, Sampling sampling, int maxTokens, TokenListener listener) {
    try (Guard.Use ignored = guard.enter()) {
      return continued(prompt, sampling, maxTokens, listener);
    }
  }

  private int[] continued(int[] prompt, Sampling sampling, int maxTokens, TokenListener listener) {
    Sampler sampler = new Sampler(sampling);
    int longest = config.maxPositions() > 0 ? config.maxPositions() : Integer.MAX_VALUE;
    int[] out = new int[Math.max(0, Math.min(maxTokens, longest - prompt.length))];
    float[] scores = readPrompt(prompt);
    for (int n = 0; n < out.length; n++) {
      int token = sampler.choose(scores);
      if (config.eosTokens().contains(token)) {
        return Arrays.copyOf(out, n);
      }
      out[n] = token;
      if (!listener.next(token)) {
        return Arrays.copyOf(out, n + 1);
      }
      if (n + 1 < out.length) {
        scores = decoder.read(token);
      }
    }
    return out;
  }

  /** What a prompt shares with the one before, a system prompt for example, stays in the cache. */
  private float[] readPrompt(int[] prompt) {
    int mismatch = Arrays.mismatch(read, prompt);
    int common = Math.min(mismatch < 0 ? prompt.length : mismatch, prompt.length - 1);
    decoder.truncate(Math.max(0, common));
    read = new int[0];
    float[] scores = decoder.read(Arrays.copyOfRange(prompt, Math.max(0, common), prompt.length));
    read = prompt.clone();
    return scores;
  }

  @Override
  public void close() {
    guard.close(decoder::close);
  }
}

package org.lensdl4j.examples.cli;

import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.generate.Generated;

/** How long generating took, and how near the nearest decision was. */
final class GenerationTime {
  // Scores differ by about as much between batches.
  private static final float ROUNDING = 1e-4f;

  private int texts;
  private long tokens;
  private long nanos;
  private float margin = Float.POSITIVE_INFINITY;

  /** When a batch began. */
  record Start(long nanos) {}

  Start start() {
    return new Start(System.nanoTime());
  }

  void add(Start start, List<Generated> generated) {
    nanos += System.nanoTime() - start.nanos();
    texts += generated.size();
    for (Generated text : generated) {
      tokens += text.tokens().length;
      margin = Math.min(margin, text.margin());
    }
  }

  @Override
  public String toString() {
    double seconds = nanos / 1e9;
    String line =
        String.format(
            Locale.ROOT,
            "%d answers, %d tokens in %.1f s: %.1f a second",
            texts,
            tokens,
            seconds,
            tokens / seconds);
    return margin >= ROUNDING
        ? line
        : line
            + String.format(
                Locale.ROOT,
                "; two scores were only %.1e apart, so another batch may give other tokens",
                margin);
  }
}

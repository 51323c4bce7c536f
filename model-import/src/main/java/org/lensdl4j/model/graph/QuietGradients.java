package org.lensdl4j.model.graph;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Collection;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Builds gradient graphs without the line per operation that SameDiff 1.0.0-M2.1 prints to standard
 * output. Whatever differentiates a graph afterwards ({@code sd.fit}, {@code calculateGradients}, a
 * SameDiff layer of Deeplearning4j) finds the gradient graph in place and prints nothing.
 */
public final class QuietGradients {
  private static final String NOISE = "Added differentiated op ";

  private QuietGradients() {}

  /**
   * Makes the gradient graph. Only those lines are kept back, and only while it is made.
   *
   * @param graph complete: losses marked, nothing added later
   * @param variables names of variables and floating-point placeholders whose gradients are wanted,
   *     beside those of all trainable variables
   */
  public static void create(SameDiff graph, Collection<String> variables) {
    synchronized (QuietGradients.class) {
      PrintStream out = System.out;
      System.setOut(new WithoutNoise(out));
      try {
        graph.createGradFunction(variables.toArray(String[]::new));
      } finally {
        System.setOut(out);
      }
    }
  }

  /** Other threads may print meanwhile: what they print goes on. */
  static final class WithoutNoise extends PrintStream {
    private final PrintStream out;

    WithoutNoise(PrintStream out) {
      super(out, true, Charset.defaultCharset());
      this.out = out;
    }

    @Override
    public void print(String text) {
      out.print(text);
    }

    @Override
    public void println(String text) {
      if (text == null || !text.startsWith(NOISE)) {
        out.println(text);
      }
    }
  }
}

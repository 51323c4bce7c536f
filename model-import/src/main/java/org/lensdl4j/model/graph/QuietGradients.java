package org.lensdl4j.model.graph;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Builds gradient graphs without the line per operation that SameDiff 1.0.0-M2.1 prints to standard
 * output.
 */
final class QuietGradients {
  private QuietGradients() {}

  static void create(SameDiff graph, Collection<String> variables) {
    synchronized (QuietGradients.class) {
      PrintStream out = System.out;
      System.setOut(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      try {
        graph.createGradFunction(variables.toArray(String[]::new));
      } finally {
        System.setOut(out);
      }
    }
  }
}

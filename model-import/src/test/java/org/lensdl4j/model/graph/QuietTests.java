package org.lensdl4j.model.graph;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests differentiate graphs as users do, and SameDiff prints a line per operation; these are kept
 * out of the build's output. Registered for all tests through {@code META-INF/services}.
 */
public final class QuietTests implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    if (!(System.out instanceof QuietGradients.WithoutNoise)) {
      System.setOut(new QuietGradients.WithoutNoise(System.out));
    }
  }
}

package org.lensdl4j.examples.inspect;

import org.lensdl4j.lens.steer.Steering;

/** What is in a steering. */
public final class SteeringSummary {
  private SteeringSummary() {}

  /** The summary, several lines. */
  public static String of(Steering steering) {
    return new Facts()
        .add("kind", "steering")
        .add("setting", steering.setting().toString())
        .add("layers", "%s of %d, size %d", layers(steering), steering.of(), steering.hiddenSize())
        .add("length", steering.restored() ? "restored" : "as it comes")
        .add("languages", String.join(" ", steering.languages()))
        .add("away from", steering.away())
        .add("tokens", steering.tokens().toString())
        .add("model", "%s, hash %s", steering.model(), Facts.brief(steering.modelHash()))
        .add("position", steering.position())
        .toString();
  }

  private static String layers(Steering steering) {
    int first = steering.layers().get(0);
    int last = steering.layers().get(steering.layers().size() - 1);
    return first == last ? Integer.toString(first) : first + " to " + last;
  }
}

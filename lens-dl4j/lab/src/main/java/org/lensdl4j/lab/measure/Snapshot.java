package org.lensdl4j.lab.measure;

import java.util.List;
import java.util.Map;

/**
 * One model's measures of held-out parallel texts; row i of each language is the same item.
 *
 * @param central the central language, a key of {@code last}
 * @param last per language the last token's final states, of an encoder the pooled ones, {@code
 *     [n][d]}
 * @param centralMeans mean final states of the central language's texts, {@code [n][d]}
 * @param bits per language the bits of each text; empty if not measured
 * @param bytes per language the UTF-8 bytes of each text that {@code bits} were counted for
 */
public record Snapshot(
    String central,
    Map<String, float[][]> last,
    float[][] centralMeans,
    Map<String, double[]> bits,
    Map<String, double[]> bytes) {

  /** All languages, in order. */
  public List<String> languages() {
    return List.copyOf(last.keySet());
  }

  /** Number of items. */
  public int size() {
    return last.get(central).length;
  }
}

package org.lensdl4j.lab.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something measured of every item of a task: a {@link Measure} after some layer, or a score that
 * only the task has.
 *
 * @param measure short, as in tables
 * @param layer after which layer states were read; 0 for the last one, and of a task's scores
 * @param about what it is
 * @param better which way is good
 * @param chance what guessing reaches; NaN if that means nothing
 * @param headline whether the verdict counts it for its task
 */
public record Metric(
    String measure, int layer, String about, Better better, double chance, boolean headline) {
  private static final Pattern LAYERED = Pattern.compile("(.+)@(\\d{1,4})");

  /** A share of items, higher is better, that counts for the verdict. */
  public static Metric share(String name, String about, double chance) {
    return new Metric(name, 0, about, Better.UP, chance, true);
  }

  /**
   * A measure of states.
   *
   * @param layer 0 for the last one
   */
  public static Metric of(Measure m, int layer) {
    return new Metric(
        m.evaluationId(), layer, m.about(), m.better(), Double.NaN, layer == 0 && m.isHeadline());
  }

  /** The same figure taken otherwise, for comparison with other reports. */
  public Metric aside() {
    return new Metric(measure, layer, about, better, chance, false);
  }

  /** The name in files: the layer follows after an {@code @}. */
  public String name() {
    return layer == 0 ? measure : measure + "@" + layer;
  }

  /** As the head of a file of items describes it. */
  public ObjectNode toJson() {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("name", name()).put("about", about).put("direction", better.sign());
    out.put("headline", headline);
    if (!Double.isNaN(chance)) {
      out.put("chance", chance);
    }
    return out;
  }

  /**
   * Reads what {@link #toJson} wrote. Of a {@link Measure} its table says which way is good, not
   * the file, which may be of an older version.
   */
  public static Metric fromJson(JsonNode m) {
    Metric named = named(m.path("name").asText());
    return new Metric(
        named.measure,
        named.layer,
        m.path("about").asText(),
        Measure.named(named.measure).isPresent()
            ? named.better
            : Better.of(m.path("direction").asInt()),
        m.path("chance").isNumber() ? m.path("chance").asDouble() : Double.NaN,
        m.path("headline").asBoolean());
  }

  /** What a name alone tells: an unknown one is taken for a task's headline of no direction. */
  public static Metric named(String name) {
    Matcher layered = LAYERED.matcher(name);
    boolean has = layered.matches();
    String measure = has ? layered.group(1) : name;
    int layer = has ? Integer.parseInt(layered.group(2)) : 0;
    return Measure.named(measure)
        .map(
            m ->
                new Metric(
                    measure, layer, m.about(), m.better(), Double.NaN, of(m, layer).headline))
        .orElseGet(() -> new Metric(measure, layer, "", Better.NEITHER, Double.NaN, layer == 0));
  }
}

package org.lensdl4j.model.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much of a trained change an export keeps.
 *
 * @param tensors by Hugging Face name, those that were changed
 */
public record ExportSurvival(Map<String, Survival> tensors) {
  public ExportSurvival {
    tensors = java.util.Collections.unmodifiableMap(new TreeMap<>(tensors));
  }

  /**
   * What exported weights have of a change.
   *
   * @param trained FLOAT, by Hugging Face name; stays the caller's
   */
  public static ExportSurvival between(
      Weights original, Map<String, INDArray> trained, Weights exported) {
    Map<String, Survival> out = new TreeMap<>();
    trained.forEach(
        (name, after) -> {
          try (INDArray before = original.read(name);
              INDArray stored = exported.read(name);
              INDArray wanted = after.sub(before);
              INDArray got = stored.sub(before)) {
            out.put(name, SurvivalMeter.differences(wanted, got));
          }
        });
    return new ExportSurvival(out);
  }

  /** Of all changed tensors together. */
  public Survival all() {
    return tensors.values().stream().reduce(Survival.NOTHING, Survival::plus);
  }

  /** Tensors that kept least, the worst first. */
  public List<String> worst(int count) {
    return tensors.entrySet().stream()
        .sorted(
            Comparator.comparingDouble((Map.Entry<String, Survival> e) -> e.getValue().kept())
                .thenComparing(e -> -e.getValue().noise()))
        .limit(count)
        .map(e -> e.getKey() + ": " + e.getValue())
        .toList();
  }

  /** Whether rounding adds more than training changed. */
  public boolean isNoisy() {
    return all().isNoisy();
  }

  /** One line, for a user. */
  public String line() {
    Survival all = all();
    List<String> parts = new ArrayList<>();
    parts.add(all.toString());
    if (all.lost() > 0.005) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%s of the trained elements are stored as they were before",
              Survival.percent(all.lost())));
    }
    return String.join("; ", parts);
  }

  /**
   * Refuses to lose too much.
   *
   * @throws LossyExportException if less than {@link Survival#LEAST_KEPT} of the change survives
   */
  void require(ExportOptions options) {
    if (!options.acceptsLoss() && all().kept() < Survival.LEAST_KEPT) {
      throw new LossyExportException(this);
    }
  }

  ObjectNode toJson() {
    ObjectNode out = put(new ObjectMapper().createObjectNode(), all());
    ObjectNode each = out.putObject("tensors");
    tensors.forEach((name, s) -> put(each.putObject(name), s));
    return out;
  }

  private static ObjectNode put(ObjectNode out, Survival s) {
    out.put("kept", s.kept()).put("cosine", s.cosine());
    // JSON has no infinity: where nothing was trained, lengths are relative to nothing.
    if (s.wanted() > 0) {
      out.put("length", s.length()).put("noise", s.noise());
    }
    return out.put("trained", s.trained()).put("unmoved", s.unmoved());
  }
}

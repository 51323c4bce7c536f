package org.lensdl4j.lens.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.loss.LensTerms;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the values of the loss terms, per language. */
final class TermValues {
  private TermValues() {}

  static MicroReport read(
      TopGraph graph,
      Map<String, INDArray> values,
      LensConfig config,
      int epoch,
      int micro,
      List<Integer> prompts) {
    LensTerms terms = graph.terms();
    double loss = 0;
    for (SDVariable part : graph.losses()) {
      loss += scalar(part, values);
    }
    return new MicroReport(
        epoch,
        micro,
        prompts,
        loss,
        perLanguage(terms.alignPairs(), values, config, prompts.size()),
        perLanguage(terms.separatePairs(), values, config, prompts.size()),
        terms.retain() == null ? 0 : scalar(terms.retain(), values),
        graph.retainTargets() == null ? 0 : scalar(graph.retainTargets(), values),
        graph.contrast() == null ? 0 : scalar(graph.contrast().term(), values));
  }

  private static double scalar(SDVariable variable, Map<String, INDArray> values) {
    return values.get(variable.name()).getDouble(0);
  }

  /** Pairs lie prompt by prompt, in each prompt target by target. */
  private static Map<String, Double> perLanguage(
      SDVariable pairs, Map<String, INDArray> values, LensConfig config, int prompts) {
    Map<String, Double> out = new LinkedHashMap<>();
    if (pairs == null) {
      return out;
    }
    INDArray row = values.get(pairs.name());
    List<String> targets = config.targets();
    for (int i = 0; i < prompts * targets.size(); i++) {
      out.merge(targets.get(i % targets.size()), row.getDouble(i) / prompts, Double::sum);
    }
    return out;
  }
}

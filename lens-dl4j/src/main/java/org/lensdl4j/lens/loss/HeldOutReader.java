package org.lensdl4j.lens.loss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.graph.GraphRunner;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the states of held-out batches off a SameDiff graph. */
final class HeldOutReader {
  private final LensStates states;
  private final List<Batch> batches = new ArrayList<>();

  private record Batch(LensRows rows, Map<String, INDArray> placeholders) {}

  HeldOutReader(LensStates states) {
    this.states = states;
  }

  void add(LensRows rows, Map<String, INDArray> placeholders) {
    if (!batches.isEmpty()
        && !(batches.get(0).rows().targets().equals(rows.targets())
            && batches.get(0).rows().central().equals(rows.central()))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "held-out rows are of %s, expected the languages of the first batch %s",
              rows.targets(),
              batches.get(0).rows().targets()));
    }
    int texts = rows.centralRows().size();
    if (rows.pairs().size() != texts * rows.targets().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "held-out texts: found %d pairs of %d central texts, expected each text in each of %s",
              rows.pairs().size(),
              texts,
              rows.targets()));
    }
    batches.add(new Batch(rows, Map.copyOf(placeholders)));
  }

  void requireTexts() {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException(
          "found no held-out texts, expected at least one batch of them");
    }
  }

  void requireVariables(List<String> terms) {
    SameDiff sd = states.last().getSameDiff();
    for (String term : terms) {
      if (!sd.hasVariable(term)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "terms: found %s, which is no variable of the graph, expected names of scalars such as LensTerms.names()",
                term));
      }
    }
  }

  HeldOutStates read() {
    SameDiff sd = states.last().getSameDiff();
    String last = states.last().name();
    String mean = states.mean().name();
    Set<String> wanted = new LinkedHashSet<>(List.of(last, mean));
    Map<String, List<float[]>> byLanguage = new LinkedHashMap<>();
    List<float[]> means = new ArrayList<>();
    try (GraphRunner runner = new GraphRunner(sd)) {
      for (Batch batch : batches) {
        Map<String, INDArray> found = runner.run(batch.placeholders(), wanted);
        float[][] lastRows = found.get(last).toFloatMatrix();
        float[][] meanRows = found.get(mean).toFloatMatrix();
        LensRows rows = batch.rows();
        for (int row : rows.centralRows()) {
          add(byLanguage, rows.central(), lastRows[row]);
          means.add(meanRows[row]);
          for (LensRows.Pair pair : rows.pairs()) {
            if (pair.central() == row) {
              add(byLanguage, rows.targets().get(pair.language()), lastRows[pair.target()]);
            }
          }
        }
      }
    }
    Map<String, float[][]> states = new LinkedHashMap<>();
    byLanguage.forEach((language, rows) -> states.put(language, rows.toArray(float[][]::new)));
    return new HeldOutStates(states, means.toArray(float[][]::new));
  }

  private static void add(Map<String, List<float[]>> to, String language, float[] row) {
    to.computeIfAbsent(language, l -> new ArrayList<>()).add(row);
  }
}

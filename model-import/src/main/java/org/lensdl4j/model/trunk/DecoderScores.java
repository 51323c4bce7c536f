package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Scales;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the head says of the last states of texts: one product for all that have the same head. */
final class DecoderScores implements AutoCloseable {
  private final ModelConfig config;
  private final Crew crew;
  private HostArray states;
  private CrewProduct product;
  // By text and token.
  private float[][] scores = new float[0][];

  DecoderScores(ModelConfig config, Crew crew) {
    this.config = config;
    this.crew = crew;
    room(1);
  }

  /** Valid until the next texts. */
  float[] of(int index) {
    return scores[index];
  }

  void of(List<DecodedText> texts) {
    room(texts.size());
    Map<INDArray, List<Integer>> byHead = new IdentityHashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      byHead.computeIfAbsent(texts.get(i).variant.head, h -> new ArrayList<>()).add(i);
    }
    byHead.forEach((head, numbers) -> score(texts, head, numbers));
  }

  private void score(List<DecodedText> texts, INDArray head, List<Integer> numbers) {
    int n = numbers.size();
    int d = config.hiddenSize();
    for (int i = 0; i < n; i++) {
      states.write(i * d, texts.get(numbers.get(i)).state, 0, d);
    }
    states.fromHost();
    Scales scales = config.structure().scales();
    product.multiply(
        states,
        head,
        n,
        (row, column, values, count) -> {
          HeadPass.rescale(scales, values, 0, count);
          System.arraycopy(values, 0, scores[numbers.get(row)], column, count);
        });
  }

  private void room(int rows) {
    if (rows > scores.length) {
      close();
      states = new HostArray(CrewProduct.filled(rows), config.hiddenSize());
      product = new CrewProduct(crew, rows, config.vocabSize());
      scores = new float[rows][config.vocabSize()];
    }
  }

  @Override
  public void close() {
    if (product != null) {
      states.close();
      product.close();
    }
  }
}

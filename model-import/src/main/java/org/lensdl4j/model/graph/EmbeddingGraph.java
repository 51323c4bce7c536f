package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Token ids to the states that enter layer 1. */
final class EmbeddingGraph {
  private EmbeddingGraph() {}

  /**
   * Looks tokens up.
   *
   * @param ids INT, of any shape
   * @param positions INT, of the same shape: rows of the table of families with learned positions,
   *     read by no other
   * @return {@code [rows, hidden]}
   */
  static SDVariable rows(
      SameDiff sd, ModelConfig config, GraphWeights weights, SDVariable ids, SDVariable positions) {
    SDVariable out =
        sd.gather("embedded", weights.constant(config.names().embeddingWeight()), ids, 0);
    double scale = config.structure().scales().embedding();
    if (scale != 1) {
      out = out.mul(scale);
    }
    if (config.structure().positions() == Positions.LEARNED) {
      String table = config.names().positionsWeight();
      out = out.add(sd.gather(weights.constant(table), positions, 0));
    }
    SDVariable rows = sd.reshape(out, -1, config.hiddenSize());
    if (!config.names().tokenTypes().isEmpty()) {
      SDVariable types = weights.constant(config.names().tokenTypesWeight());
      rows = rows.add(sd.gather(types, new int[] {0}, 0));
    }
    return config.names().embeddingNorm().isEmpty()
        ? rows
        : new NormGraph(sd, config, weights::get).of(rows, config.names().embeddingNormStem());
  }
}

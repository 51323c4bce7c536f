package org.lensdl4j.model.trunk;

import java.util.Arrays;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorNames;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One layer's weights, folded: the norms' weights go into the products that follow them, 1 /
 * sqrt(headDim) into the queries, q, k and v stand in one matrix and gate and up in another. The
 * arrays are allocated once and filled anew for each layer.
 */
final class LayerWeights implements AutoCloseable {
  private final ModelConfig config;
  private final int queryRows;
  private final int keyRows;
  // [q, k, v rows; d], [d, heads * headDim], [gate, up rows; d], [d, intermediate]
  final INDArray qkv;
  final INDArray queries;
  final INDArray keysValues;
  final INDArray output;
  final INDArray gateUp;
  final INDArray down;
  // Null where the model has none.
  float[] queryBias;
  float[] keyValueBias;
  float[] outputBias;
  float[] gateBias;
  float[] upBias;
  float[] downBias;

  LayerWeights(ModelConfig config) {
    this.config = config;
    queryRows = config.heads() * config.headDim();
    keyRows = config.keyValueHeads() * config.headDim();
    qkv = create(queryRows + 2 * keyRows, config.hiddenSize());
    queries = rows(qkv, 0, queryRows);
    keysValues = rows(qkv, queryRows, queryRows + 2 * keyRows);
    output = create(config.hiddenSize(), queryRows);
    gateUp = create(2 * config.intermediateSize(), config.hiddenSize());
    down = create(config.hiddenSize(), config.intermediateSize());
  }

  private static INDArray create(int rows, int columns) {
    return Nd4j.createUninitializedDetached(DataType.FLOAT, rows, columns);
  }

  private static INDArray rows(INDArray matrix, int from, int to) {
    return matrix.get(NDArrayIndex.interval(from, to));
  }

  /** Reads a layer, 0-based. */
  void load(Weights weights, int layer) {
    int q = queryRows;
    int k = keyRows;
    int m = config.intermediateSize();
    String attention = TensorNames.layer(layer, "self_attn.");
    String mlp = TensorNames.layer(layer, "mlp.");
    weights.readInto(attention + "q_proj.weight", queries);
    weights.readInto(attention + "k_proj.weight", rows(qkv, q, q + k));
    weights.readInto(attention + "v_proj.weight", rows(qkv, q + k, q + 2 * k));
    weights.readInto(attention + "o_proj.weight", output);
    weights.readInto(mlp + "gate_proj.weight", rows(gateUp, 0, m));
    weights.readInto(mlp + "up_proj.weight", rows(gateUp, m, 2 * m));
    weights.readInto(mlp + "down_proj.weight", down);
    scaleColumns(qkv, weights, TensorNames.layer(layer, "input_layernorm.weight"));
    scaleColumns(gateUp, weights, TensorNames.layer(layer, "post_attention_layernorm.weight"));
    float scale = (float) (1 / Math.sqrt(config.headDim()));
    queries.muli(scale);
    if (config.attentionBias()) {
      queryBias = floats(weights, attention + "q_proj.bias");
      for (int i = 0; i < q; i++) {
        queryBias[i] *= scale;
      }
      keyValueBias = Arrays.copyOf(floats(weights, attention + "k_proj.bias"), 2 * k);
      System.arraycopy(floats(weights, attention + "v_proj.bias"), 0, keyValueBias, k, k);
    }
    if (config.outputBias()) {
      outputBias = floats(weights, attention + "o_proj.bias");
    }
    if (config.mlpBias()) {
      gateBias = floats(weights, mlp + "gate_proj.bias");
      upBias = floats(weights, mlp + "up_proj.bias");
      downBias = floats(weights, mlp + "down_proj.bias");
    }
  }

  private static void scaleColumns(INDArray matrix, Weights weights, String norm) {
    try (INDArray scale = weights.read(norm)) {
      matrix.muliRowVector(scale);
    }
  }

  static float[] floats(Weights weights, String name) {
    try (INDArray array = weights.read(name)) {
      return array.reshape(array.length()).toFloatVector();
    }
  }

  @Override
  public void close() {
    qkv.close();
    output.close();
    gateUp.close();
    down.close();
  }
}

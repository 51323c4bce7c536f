package org.lensdl4j.model.trunk;

import java.util.Arrays;
import org.lensdl4j.model.config.Fusion;
import org.lensdl4j.model.config.HeadNorm;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Norm;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.config.TensorRole;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One layer's weights, folded: norm weights are folded into the products that follow them, the
 * attention's scale into the queries or their norm, the residual's scale into what is added; q, k
 * and v form one matrix, gate and up another. The arrays are allocated once and refilled for each
 * layer.
 */
final class LayerWeights implements AutoCloseable {
  private final ModelConfig config;
  private final ParameterNames names;
  private final int queryRows;
  private final int keyRows;
  // [q, k, v rows; d], [d, heads * headDim], [gate, up rows; d], [d, intermediate]
  final INDArray qkv;
  final INDArray queries;
  final INDArray keysValues;
  final INDArray output;
  final INDArray gateUp;
  final INDArray down;
  int layer;
  // Null where the model has none.
  float[] queryBias;
  float[] keyValueBias;
  float[] outputBias;
  float[] gateBias;
  float[] upBias;
  float[] downBias;
  float[] queryNorm;
  float[] keyNorm;
  float[] attentionPostNorm;
  float[] mlpPostNorm;
  RowNorm attentionSumNorm;
  RowNorm mlpSumNorm;
  // [buckets, heads]
  float[] relativeBias;

  LayerWeights(ModelConfig config) {
    this.config = config;
    names = config.names();
    queryRows = config.heads() * config.headDim();
    keyRows = config.keyValueHeads() * config.headDim();
    qkv = create(queryRows + 2 * keyRows, config.hiddenSize());
    queries = rows(qkv, 0, queryRows);
    keysValues = rows(qkv, queryRows, queryRows + 2 * keyRows);
    output = create(config.hiddenSize(), queryRows);
    int middle = config.intermediateSize();
    gateUp = create(config.structure().gated() ? 2 * middle : middle, config.hiddenSize());
    down = create(config.hiddenSize(), middle);
  }

  private static INDArray create(int rows, int columns) {
    return Nd4j.createUninitializedDetached(DataType.FLOAT, rows, columns);
  }

  private static INDArray rows(INDArray matrix, int from, int to) {
    return matrix.get(NDArrayIndex.interval(from, to));
  }

  /** Reads a layer, 0-based. */
  void load(Weights weights, int ofLayer) {
    layer = ofLayer;
    float[] qkvBias = attention(weights);
    float[] middleBias = mlp(weights);
    outputBias = bias(weights, TensorRole.OUTPUT, config.outputBias());
    downBias = bias(weights, TensorRole.DOWN, config.mlpBias());
    qkvBias = fold(weights, TensorRole.ATTENTION_NORM, qkv, qkvBias);
    middleBias = fold(weights, TensorRole.MLP_NORM, gateUp, middleBias);
    queryNorm = headNorm(weights, TensorRole.QUERY_NORM, config.heads());
    keyNorm = headNorm(weights, TensorRole.KEY_NORM, config.keyValueHeads());
    attentionPostNorm = postNorm(weights, TensorRole.ATTENTION_POST_NORM, output, outputBias);
    mlpPostNorm = postNorm(weights, TensorRole.MLP_POST_NORM, down, downBias);
    attentionSumNorm = sumNorm(weights, TensorRole.ATTENTION_SUM_NORM);
    mlpSumNorm = sumNorm(weights, TensorRole.MLP_SUM_NORM);
    if (!names.relativeBias().isEmpty()) {
      relativeBias = floats(weights, names.relativeBiasWeight());
    }
    int m = config.intermediateSize();
    boolean gated = config.structure().gated();
    gateBias = middleBias != null && gated ? Arrays.copyOf(middleBias, m) : null;
    upBias = middleBias == null || !gated ? middleBias : Arrays.copyOfRange(middleBias, m, 2 * m);
    float scale = (float) config.attentionScale();
    if (queryNorm == null) {
      queries.muli(scale);
    } else {
      scale(queryNorm, scale);
    }
    queryBias = qkvBias == null ? null : Arrays.copyOf(qkvBias, queryRows);
    if (queryBias != null && queryNorm == null) {
      scale(queryBias, scale);
    }
    keyValueBias = qkvBias == null ? null : Arrays.copyOfRange(qkvBias, queryRows, qkvBias.length);
  }

  /** Returns the biases of q, k and v, or null. */
  private float[] attention(Weights weights) {
    int q = queryRows;
    int k = keyRows;
    read(weights, TensorRole.OUTPUT, output);
    if (config.structure().fusion() == Fusion.SEPARATE) {
      read(weights, TensorRole.QUERY, queries);
      read(weights, TensorRole.KEY, rows(qkv, q, q + k));
      read(weights, TensorRole.VALUE, rows(qkv, q + k, q + 2 * k));
      return join(
          bias(weights, TensorRole.QUERY, config.attentionBias()),
          bias(weights, TensorRole.KEY, config.attentionBias()),
          bias(weights, TensorRole.VALUE, config.attentionBias()));
    }
    float[] bias = bias(weights, TensorRole.FUSED, config.attentionBias());
    if (config.structure().fusion() == Fusion.CONCATENATED) {
      read(weights, TensorRole.FUSED, qkv);
      return bias;
    }
    // [heads, 3, headDim] to [3, heads, headDim]
    int heads = config.heads();
    int dim = config.headDim();
    try (INDArray fused = weights.read(names.weight(layer, TensorRole.FUSED))) {
      qkv.reshape(3, heads, (long) dim * config.hiddenSize())
          .assign(fused.reshape(heads, 3, (long) dim * config.hiddenSize()).permute(1, 0, 2));
    }
    if (bias == null) {
      return null;
    }
    float[] ordered = new float[bias.length];
    for (int h = 0; h < heads; h++) {
      for (int j = 0; j < 3; j++) {
        System.arraycopy(bias, (h * 3 + j) * dim, ordered, (j * heads + h) * dim, dim);
      }
    }
    return ordered;
  }

  /** Returns the biases of gate and up, or null. */
  private float[] mlp(Weights weights) {
    int m = config.intermediateSize();
    boolean biased = config.mlpBias();
    read(weights, TensorRole.DOWN, down);
    if (names.has(TensorRole.GATE_UP)) {
      read(weights, TensorRole.GATE_UP, gateUp);
      return bias(weights, TensorRole.GATE_UP, biased);
    }
    if (!names.has(TensorRole.GATE)) {
      read(weights, TensorRole.UP, gateUp);
      return bias(weights, TensorRole.UP, biased);
    }
    read(weights, TensorRole.GATE, rows(gateUp, 0, m));
    read(weights, TensorRole.UP, rows(gateUp, m, 2 * m));
    return join(bias(weights, TensorRole.GATE, biased), bias(weights, TensorRole.UP, biased));
  }

  private void read(Weights weights, TensorRole role, INDArray target) {
    String name = names.weight(layer, role);
    if (!config.structure().transposed()) {
      weights.readInto(name, target);
      return;
    }
    try (INDArray stored = weights.read(name)) {
      target.assign(stored.transpose());
    }
  }

  private float[] bias(Weights weights, TensorRole role, boolean there) {
    return there ? floats(weights, names.bias(layer, role)) : null;
  }

  /**
   * Folds a norm into the matrix after it: {@code W (n * w + b) = (W diag(w)) n + W b}.
   *
   * @return the bias with {@code W b}
   */
  private float[] fold(Weights weights, TensorRole role, INDArray matrix, float[] bias) {
    if (!names.has(role)) {
      return bias;
    }
    float[] sum = bias;
    if (config.structure().norm().bias()) {
      try (INDArray b = weights.read(names.bias(layer, role));
          INDArray product = matrix.mmul(b.reshape(b.length(), 1))) {
        sum = product.reshape(product.length()).toFloatVector();
      }
      if (bias != null) {
        Kernels.add(sum, bias, bias.length);
      }
    }
    try (INDArray scale = weights.read(names.weight(layer, role))) {
      if (config.structure().norm().offset() != 0) {
        scale.addi(config.structure().norm().offset());
      }
      matrix.muliRowVector(scale);
    }
    return sum;
  }

  /** Weights of the norm of all heads, one after the other. */
  private float[] headNorm(Weights weights, TensorRole role, int heads) {
    if (!names.has(role)) {
      return null;
    }
    int dim = config.headDim();
    float[] out = new float[heads * dim];
    HeadNorm kind = config.structure().headNorm();
    if (kind == HeadNorm.WHOLE || kind == HeadNorm.TABLE) {
      out = floats(weights, names.weight(layer, role));
    } else {
      float[] shared = kind == HeadNorm.SHARED ? floats(weights, names.weight(layer, role)) : null;
      for (int h = 0; h < heads; h++) {
        float[] one =
            shared == null
                ? floats(weights, names.stem(layer, role) + "." + h + ".weight")
                : shared;
        System.arraycopy(one, 0, out, h * dim, dim);
      }
    }
    shift(out, config.structure().norm());
    return out;
  }

  /** Weights of the norm of what is added, or null; the residual's scale goes into it. */
  private float[] postNorm(Weights weights, TensorRole role, INDArray matrix, float[] bias) {
    float scale = (float) config.structure().scales().residual();
    if (names.has(role)) {
      float[] out = floats(weights, names.weight(layer, role));
      shift(out, config.structure().norm());
      scale(out, scale);
      return out;
    }
    if (scale != 1) {
      matrix.muli(scale);
      if (bias != null) {
        scale(bias, scale);
      }
    }
    return null;
  }

  private RowNorm sumNorm(Weights weights, TensorRole role) {
    return names.has(role) ? new RowNorm(config, weights, names.stem(layer, role)) : null;
  }

  private static void shift(float[] weight, Norm norm) {
    for (int i = 0; norm.offset() != 0 && i < weight.length; i++) {
      weight[i] += norm.offset();
    }
  }

  private static void scale(float[] x, float factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  private static float[] join(float[]... parts) {
    if (parts[0] == null) {
      return null;
    }
    float[] out = new float[0];
    for (float[] part : parts) {
      int at = out.length;
      out = Arrays.copyOf(out, at + part.length);
      System.arraycopy(part, 0, out, at, part.length);
    }
    return out;
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

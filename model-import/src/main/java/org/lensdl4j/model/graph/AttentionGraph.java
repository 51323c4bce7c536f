package org.lensdl4j.model.graph;

import java.util.function.Function;
import org.lensdl4j.model.config.Alibi;
import org.lensdl4j.model.config.Fusion;
import org.lensdl4j.model.config.HeadNorm;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.config.TensorRole;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The attention of one layer, from normed states to the update of the residual stream. */
final class AttentionGraph {
  private final SameDiff sd;
  private final ModelConfig config;
  private final ParameterNames names;
  private final Function<String, SDVariable> weights;
  private final TokenLayout layout;
  private final Linear linear;
  private final NormGraph norms;
  private final DataType type;
  private final SDVariable rotateHalf;
  private SDVariable slopes;

  /** A product with a weight of a layer. */
  interface Linear {
    SDVariable of(int layer, TensorRole role, SDVariable x, boolean bias);
  }

  AttentionGraph(
      SameDiff sd,
      ModelConfig config,
      Function<String, SDVariable> weights,
      TokenLayout layout,
      Linear linear,
      NormGraph norms,
      DataType type) {
    this.sd = sd;
    this.config = config;
    this.weights = weights;
    this.layout = layout;
    this.linear = linear;
    this.norms = norms;
    this.type = type;
    names = config.names();
    INDArray turn = Nd4j.createFromArray(quarterTurn(config));
    rotateHalf = sd.constant(turn.castTo(type));
  }

  /**
   * x R = concat(-x[half:], x[:half]), or the same of neighbours: one small product instead of
   * slices, whose gradients are slow.
   */
  private static float[][] quarterTurn(ModelConfig config) {
    int half = config.rotaryDim() / 2;
    float[][] r = new float[config.headDim()][config.headDim()];
    for (int i = 0; i < half; i++) {
      int first = config.turnsPairs() ? 2 * i : i;
      int second = config.turnsPairs() ? 2 * i + 1 : half + i;
      r[second][first] = -1;
      r[first][second] = 1;
    }
    return r;
  }

  /**
   * Attention of one layer, 0-based.
   *
   * @param queries states that ask, {@code [computed rows, hidden]}
   * @param normed states that answer, {@code [rows, hidden]}
   */
  SDVariable of(
      int layer, SDVariable queries, SDVariable normed, RowContext all, RowContext computed) {
    AttentionInputs asking = computed.of(config, layer);
    SDVariable[] parts = project(layer, queries, normed);
    SDVariable q = placed(layer, TensorRole.QUERY_NORM, parts[0], config.heads(), asking);
    q = q.mul(config.attentionScale());
    AttentionInputs answering = all.of(config, layer);
    SDVariable k = placed(layer, TensorRole.KEY_NORM, parts[1], config.keyValueHeads(), answering);
    SDVariable mixed =
        asking.blocks().isEmpty()
            ? mixed(q, k, parts[2], asking, asking.mask())
            : byBlock(q, k, parts[2], asking);
    return linear.of(layer, TensorRole.OUTPUT, mixed, config.outputBias());
  }

  /** {@code [rows, heads * headDim]}. */
  private SDVariable mixed(
      SDVariable q, SDVariable k, SDVariable v, AttentionInputs asking, SDVariable mask) {
    SDVariable scores = scores(layout.queries(q), layout.keys(k), asking, mask);
    SDVariable shares = sd.nn.softmax(scores, layout.keyAxis());
    return layout.rows(sd.mmul(shares, layout.values(v)));
  }

  private SDVariable byBlock(SDVariable q, SDVariable k, SDVariable v, AttentionInputs asking) {
    SDVariable values = sd.reshape(v, -1, config.keyValueHeads(), config.headDim());
    SDVariable[] out = new SDVariable[asking.blocks().size()];
    for (int b = 0; b < out.length; b++) {
      Block block = asking.blocks().get(b);
      SDVariable queries = block.asking().of(sd, q);
      out[b] = mixed(queries, block.seen(sd, k), block.seen(sd, values), asking, block.mask());
    }
    return sd.concat(0, out);
  }

  /** Queries, keys and values, {@code [rows, heads * headDim]}. */
  private SDVariable[] project(int layer, SDVariable queries, SDVariable normed) {
    boolean bias = config.attentionBias();
    if (config.structure().fusion() == Fusion.SEPARATE) {
      return new SDVariable[] {
        linear.of(layer, TensorRole.QUERY, queries, bias),
        linear.of(layer, TensorRole.KEY, normed, bias),
        linear.of(layer, TensorRole.VALUE, normed, bias)
      };
    }
    SDVariable fused = linear.of(layer, TensorRole.FUSED, normed, bias);
    SDVariable asking =
        queries == normed ? fused : linear.of(layer, TensorRole.FUSED, queries, bias);
    if (config.structure().fusion() == Fusion.BY_HEAD) {
      return new SDVariable[] {byHead(asking, 0), byHead(fused, 1), byHead(fused, 2)};
    }
    long q = (long) config.heads() * config.headDim();
    long kv = (long) config.keyValueHeads() * config.headDim();
    return new SDVariable[] {
      columns(asking, 0, q), columns(fused, q, q + kv), columns(fused, q + kv, q + 2 * kv)
    };
  }

  static SDVariable columns(SDVariable x, long from, long to) {
    return x.get(SDIndex.all(), SDIndex.interval(from, to));
  }

  /** One of q, k, v of {@code [rows, heads * 3 * headDim]}. */
  private SDVariable byHead(SDVariable fused, int which) {
    int d = config.headDim();
    SDVariable heads = sd.reshape(fused, -1, config.heads(), 3L * d);
    SDVariable one =
        heads.get(SDIndex.all(), SDIndex.all(), SDIndex.interval(which * d, (which + 1) * d));
    return sd.reshape(one, -1, (long) config.heads() * d);
  }

  /** Normed and turned, {@code [rows, heads, headDim]}. */
  private SDVariable placed(
      int layer, TensorRole norm, SDVariable x, int heads, AttentionInputs rows) {
    if (!config.normsAfterTurning()) {
      return turn(layer, headNorm(layer, norm, x, heads), heads, rows);
    }
    SDVariable normed = headNorm(layer, norm, turn(layer, x, heads, rows), heads);
    return sd.reshape(normed, -1, heads, config.headDim());
  }

  private SDVariable headNorm(int layer, TensorRole role, SDVariable x, int heads) {
    if (!names.has(role)) {
      return x;
    }
    int d = config.headDim();
    HeadNorm kind = config.structure().headNorm();
    if (kind == HeadNorm.WHOLE) {
      return norms.weighted(norms.bare(x, 1), weights.apply(names.weight(layer, role)));
    }
    if (kind == HeadNorm.SHARED) {
      SDVariable each = norms.bare(sd.reshape(x, -1, d), 1);
      SDVariable weighted = norms.weighted(each, weights.apply(names.weight(layer, role)));
      return sd.reshape(weighted, -1, (long) heads * d);
    }
    SDVariable each = norms.bare(sd.reshape(x, -1, heads, d), 2);
    return sd.reshape(norms.weighted(each, ownWeights(layer, role, heads)), -1, (long) heads * d);
  }

  /** Each head's own, {@code [heads, headDim]}. */
  private SDVariable ownWeights(int layer, TensorRole role, int heads) {
    if (config.structure().headNorm() == HeadNorm.TABLE) {
      return weights.apply(names.weight(layer, role));
    }
    SDVariable[] own = new SDVariable[heads];
    for (int h = 0; h < heads; h++) {
      own[h] = weights.apply(names.stem(layer, role) + "." + h + ".weight");
    }
    return heads == 1 ? sd.reshape(own[0], 1, config.headDim()) : sd.stack(0, own);
  }

  private SDVariable scores(
      SDVariable queries, SDVariable keys, AttentionInputs asking, SDVariable mask) {
    SDVariable scores = sd.mmul(queries, keys);
    if (asking.keyPositions() != null) {
      scores = scores.add(slopes().mul(asking.keyPositions()));
    }
    double cap = config.structure().scales().attentionCap();
    return (cap == 0 ? scores : cap(sd, scores, cap)).add(mask);
  }

  /** {@code c * tanh(x / c)}. */
  static SDVariable cap(SameDiff sd, SDVariable x, double c) {
    return sd.math.tanh(x.div(c)).mul(c);
  }

  private SDVariable slopes() {
    if (slopes == null) {
      int heads = config.heads();
      long[] shape = layout.keyAxis() == 2 ? new long[] {heads, 1, 1} : new long[] {1, heads, 1, 1};
      INDArray values = Nd4j.createFromArray(Alibi.slopes(heads)).castTo(type);
      slopes = sd.constant(values.reshape(shape));
    }
    return slopes;
  }

  /**
   * {@code [rows, heads * headDim]} to {@code [rows, heads, headDim]} with each pair turned by its
   * position.
   */
  private SDVariable turn(int layer, SDVariable x, int heads, AttentionInputs rows) {
    int d = config.headDim();
    SDVariable byHead = sd.reshape(x, -1, heads, d);
    if (!config.turns(layer)) {
      return byHead;
    }
    SDVariable turned = sd.reshape(sd.mmul(sd.reshape(x, -1, d), rotateHalf), -1, heads, d);
    return byHead.mul(rows.cos()).add(turned.mul(rows.sin()));
  }
}

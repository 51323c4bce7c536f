package org.lensdl4j.model.trunk;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.fixtures.TensorNames;
import org.lensdl4j.model.text.TokenSequence;

/**
 * The decoder in double precision, one token and one head at a time, straight from the equations:
 * nothing is folded, shared, packed or skipped.
 */
public final class Reference {
  private final ModelConfig c;
  private final RandomWeights weights;

  public Reference(ModelConfig config, RandomWeights weights) {
    this.c = config;
    this.weights = weights;
  }

  /** Hidden states {@code [layers + 1][tokens][d]}; the last are those after the final norm. */
  public double[][][] states(TokenSequence text) {
    return states(text, null, text.length());
  }

  /** The same with an edit; tokens from the prompt's last on belong to the answer. */
  public double[][][] states(TokenSequence text, StateEdit edit, int promptLength) {
    int n = text.length();
    double[][][] all = new double[c.layers() + 1][][];
    double[][] x = new double[n][c.hiddenSize()];
    float[] table = weights.values(TensorNames.EMBEDDING);
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < c.hiddenSize(); i++) {
        x[t][i] = table[text.ids()[t] * c.hiddenSize() + i];
      }
    }
    all[0] = x;
    for (int layer = 0; layer < c.layers(); layer++) {
      x = layer(layer, x, text.padPosition());
      if (layer + 1 < c.layers()) {
        edit(edit, layer + 1, x, promptLength);
      }
      all[layer + 1] = x;
    }
    double[][] last = new double[n][];
    for (int t = 0; t < n; t++) {
      last[t] = norm(x[t], TensorNames.FINAL_NORM);
    }
    edit(edit, c.layers(), last, promptLength);
    all[c.layers()] = last;
    return all;
  }

  private static void edit(StateEdit edit, int layer, double[][] x, int promptLength) {
    for (int t = 0; edit != null && edit.changes(layer) && t < x.length; t++) {
      float[] change = new float[x[t].length];
      for (int i = 0; i < change.length; i++) {
        change[i] = (float) x[t][i];
      }
      edit.apply(layer, t, t >= promptLength - 1, change, 0);
      for (int i = 0; i < change.length; i++) {
        x[t][i] = change[i];
      }
    }
  }

  /** Scores of the vocabulary after a final hidden state. */
  public double[] logits(double[] state) {
    return linear(c.tiedHead() ? TensorNames.EMBEDDING : TensorNames.HEAD, null, state);
  }

  private double[][] layer(int layer, double[][] x, int padPosition) {
    int n = x.length;
    int dim = c.headDim();
    int group = c.heads() / c.keyValueHeads();
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    double[][] v = new double[n][];
    int[] position = new int[n];
    for (int t = 0; t < n; t++) {
      position[t] = t == n - 1 && padPosition >= 0 ? padPosition : t;
      double[] h = norm(x[t], TensorNames.layer(layer, "input_layernorm.weight"));
      q[t] = rotate(projection(layer, "self_attn.q_proj", c.attentionBias(), h), position[t]);
      k[t] = rotate(projection(layer, "self_attn.k_proj", c.attentionBias(), h), position[t]);
      v[t] = projection(layer, "self_attn.v_proj", c.attentionBias(), h);
    }
    double[][] out = new double[n][];
    for (int t = 0; t < n; t++) {
      double[] attended = new double[c.heads() * dim];
      for (int head = 0; head < c.heads(); head++) {
        int kv = head / group;
        double[] weight = new double[n];
        double sum = 0;
        for (int s = 0; s < n; s++) {
          boolean pad = s == n - 1 && padPosition >= 0;
          boolean seen = s <= t && !pad;
          if (c.slidingWindow() > 0) {
            seen &= position[t] - position[s] < c.slidingWindow();
          }
          if (seen) {
            double score = 0;
            for (int i = 0; i < dim; i++) {
              score += q[t][head * dim + i] * k[s][kv * dim + i];
            }
            weight[s] = Math.exp(score / Math.sqrt(dim));
            sum += weight[s];
          }
        }
        for (int s = 0; s < n; s++) {
          for (int i = 0; i < dim; i++) {
            attended[head * dim + i] += weight[s] / sum * v[s][kv * dim + i];
          }
        }
      }
      double[] y = add(x[t], projection(layer, "self_attn.o_proj", c.outputBias(), attended));
      double[] h = norm(y, TensorNames.layer(layer, "post_attention_layernorm.weight"));
      double[] gate = projection(layer, "mlp.gate_proj", c.mlpBias(), h);
      double[] up = projection(layer, "mlp.up_proj", c.mlpBias(), h);
      for (int i = 0; i < gate.length; i++) {
        up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
      }
      out[t] = add(y, projection(layer, "mlp.down_proj", c.mlpBias(), up));
    }
    return out;
  }

  private double[] norm(double[] x, String name) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    double[] out = new double[x.length];
    float[] scale = weights.values(name);
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] / Math.sqrt(sum / x.length + c.normEpsilon()) * scale[i];
    }
    return out;
  }

  private double[] rotate(double[] x, int position) {
    double[] frequency = c.rotary().inverseFrequencies(c.headDim());
    int half = c.headDim() / 2;
    double[] out = new double[x.length];
    for (int head = 0; head < x.length; head += c.headDim()) {
      for (int i = 0; i < half; i++) {
        double cos = Math.cos(position * frequency[i]);
        double sin = Math.sin(position * frequency[i]);
        out[head + i] = x[head + i] * cos - x[head + half + i] * sin;
        out[head + half + i] = x[head + half + i] * cos + x[head + i] * sin;
      }
    }
    return out;
  }

  private double[] projection(int layer, String part, boolean bias, double[] x) {
    String name = TensorNames.layer(layer, part);
    return linear(name + ".weight", bias ? name + ".bias" : null, x);
  }

  private double[] linear(String weight, String bias, double[] x) {
    float[] w = weights.values(weight);
    double[] out = new double[w.length / x.length];
    for (int o = 0; o < out.length; o++) {
      double sum = bias == null ? 0 : weights.values(bias)[o];
      for (int i = 0; i < x.length; i++) {
        sum += w[o * x.length + i] * x[i];
      }
      out[o] = sum;
    }
    return out;
  }

  private static double[] add(double[] a, double[] b) {
    double[] out = a.clone();
    for (int i = 0; i < a.length; i++) {
      out[i] += b[i];
    }
    return out;
  }
}

package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import org.lensdl4j.model.config.Activation;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Structure;
import org.lensdl4j.model.config.TensorRole;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one layer on one batch of token rows, packed without padding; one per thread, with all its
 * buffers allocated once.
 *
 * <pre>
 * a = attention(norm(x) Wqkv^T);  x += a Wo^T
 * [g, u] = norm(x) Wgu^T;         x += (silu(g) * u) Wd^T
 * </pre>
 *
 * <p>or a variant that {@link Structure} describes: norms after the products or the sums, attention
 * and MLP from the same x, an MLP without gate.
 *
 * <p>The weight products are ND4J's; everything between them is a loop over single rows.
 */
final class LayerRunner implements AutoCloseable {
  // Rows that are not worth waking up another worker.
  private static final int ROWS = 32;

  private final int hidden;
  private final int queryColumns;
  private final int keyColumns;
  private final int middle;
  private final int middleColumns;
  private final double epsilon;
  private final Structure structure;
  private final Crew crew;
  // By worker.
  private final Attention[] attentions;
  private final Lines[] lines;
  private final HostArray normed;
  private final HostArray qkv;
  private final HostArray attended;
  private final HostArray gateUp;
  private final HostArray product;
  private final HostArray added;
  // Null where products are not shared.
  private final CrewProduct products;

  /** The residual stream, {@code [capacity, d]}. */
  final float[] x;

  /** What one worker needs for one row. */
  private final class Lines {
    private final float[] row = new float[hidden];
    private final float[] sum = new float[hidden];
    private final float[] gate = new float[middle];
    private final float[] up = new float[middle];
  }

  /** Where the keys and values of a segment's text are. */
  interface Caches {
    KeyValues of(Segment segment);
  }

  LayerRunner(ModelConfig config, int capacity) {
    this(config, capacity, null);
  }

  /**
   * A runner.
   *
   * @param crew shares the work on each batch; null if this thread does it alone
   */
  LayerRunner(ModelConfig config, int rows, Crew crew) {
    int capacity = crew == null ? rows : CrewProduct.filled(rows);
    hidden = config.hiddenSize();
    queryColumns = config.heads() * config.headDim();
    keyColumns = config.keyValueHeads() * config.headDim();
    middle = config.intermediateSize();
    epsilon = config.normEpsilon();
    structure = config.structure();
    middleColumns = structure.gated() ? 2 * middle : middle;
    this.crew = crew;
    attentions = new Attention[crew == null ? 1 : crew.size()];
    Arrays.setAll(attentions, i -> new Attention(config, crew != null));
    lines = new Lines[attentions.length];
    Arrays.setAll(lines, i -> new Lines());
    x = new float[Math.multiplyExact(capacity, hidden)];
    normed = new HostArray(capacity, hidden);
    qkv = new HostArray(capacity, queryColumns + 2 * keyColumns);
    attended = new HostArray(capacity, queryColumns);
    gateUp = new HostArray(capacity, middleColumns);
    product = new HostArray(capacity, middle);
    added = new HostArray(capacity, hidden);
    int widest = Math.max(Math.max(hidden, middleColumns), queryColumns + 2 * keyColumns);
    products = crew == null ? null : new CrewProduct(crew, capacity, widest);
  }

  /**
   * Advances the first {@code rows} rows of {@link #x}.
   *
   * @param caches keys and values of the tokens before each segment
   * @param base a segment that starts at this position begins a text: its cache is cut to this
   *     length. Others continue where their cache ends
   */
  void allTokens(
      LayerWeights weights,
      List<Segment> segments,
      int rows,
      RotaryTables rotary,
      Caches caches,
      int base) {
    int stride = queryColumns + 2 * keyColumns;
    normAll(rows, TensorRole.ATTENTION_NORM);
    multiply(normed, hidden, weights.qkv, qkv, stride, rows);
    ObjIntConsumer<Segment> append =
        (s, worker) -> {
          RotaryTable table = rotary.of(weights.layer, s.longText());
          int keys = s.row() * stride + queryColumns;
          KeyValues cache = begin(s, caches, base);
          attentions[worker].append(qkv, keys, stride, s.realTokens(), weights, table, cache);
        };
    ObjIntConsumer<Queries> attend =
        (q, worker) -> {
          RotaryTable table = rotary.of(weights.layer, q.of().longText());
          KeyValues cache = caches.of(q.of());
          int at = q.row() * stride;
          attentions[worker].attend(
              qkv, at, stride, q.count(), q.position(), weights, table, cache, attended, q.row());
        };
    if (crew == null) {
      // Texts may have one cache in turn.
      for (Segment s : segments) {
        append.accept(s, 0);
        queries(s).forEach(q -> attend.accept(q, 0));
      }
    } else {
      each(segments.size(), (worker, i) -> append.accept(segments.get(i), worker));
      List<Queries> all = segments.stream().flatMap(s -> queries(s).stream()).toList();
      each(all.size(), (worker, i) -> attend.accept(all.get(i), worker));
    }
    finish(weights, rows);
  }

  /**
   * Advances only the tokens that end a text. Afterwards the first rows of {@link #x} are theirs,
   * in the order of the segments.
   */
  void lastTokens(
      LayerWeights weights,
      List<Segment> segments,
      int rows,
      RotaryTables rotary,
      Caches caches,
      int base) {
    float[] row = lines[0].row;
    normAll(rows, TensorRole.ATTENTION_NORM);
    multiply(normed, hidden, weights.keysValues, qkv, 2 * keyColumns, rows);
    int ends = 0;
    for (Segment s : segments) {
      if (s.endsText()) {
        int last = s.row() + s.count() - 1;
        System.arraycopy(x, last * hidden, x, ends * hidden, hidden);
        normed.read(last * hidden, row, 0, hidden);
        added.write(ends * hidden, row, 0, hidden);
        ends++;
      }
    }
    added.fromHost();
    if (ends > 0) {
      // Queries are read before the attention's output replaces them row by row.
      multiply(added, hidden, weights.queries, attended, queryColumns, ends);
    }
    int[] end = new int[segments.size()];
    for (int i = 1; i < end.length; i++) {
      end[i] = end[i - 1] + (segments.get(i - 1).endsText() ? 1 : 0);
    }
    each(
        segments.size(),
        (worker, i) -> {
          Segment s = segments.get(i);
          Attention attention = attentions[worker];
          KeyValues cache = begin(s, caches, base);
          RotaryTable table = rotary.of(weights.layer, s.longText());
          attention.append(
              qkv, s.row() * 2 * keyColumns, 2 * keyColumns, s.realTokens(), weights, table, cache);
          if (s.endsText()) {
            attention.attend(
                attended,
                end[i] * queryColumns,
                queryColumns,
                1,
                s.lastPosition(),
                weights,
                table,
                cache,
                attended,
                end[i]);
          }
        });
    if (ends > 0) {
      finish(weights, ends);
    }
  }

  /** Consecutive tokens of a segment whose queries one worker takes. */
  private record Queries(Segment of, int row, int count, int position) {}

  /** Cut where a tile ends, so that sums are the same however many workers there are. */
  private List<Queries> queries(Segment s) {
    int tile = attentions[0].tileTokens();
    int real = s.realTokens();
    List<Queries> out = new ArrayList<>();
    int next;
    for (int t = 0; t < real; t = next) {
      // A last token by itself would be added up in another order.
      next = crew == null || real - t <= tile + 1 ? real : t + tile;
      out.add(new Queries(s, s.row() + t, next - t, s.start() + t));
    }
    if (s.padPosition() >= 0) {
      out.add(new Queries(s, s.row() + real, 1, s.padPosition()));
    }
    return out;
  }

  /** What one worker does to one of many. */
  private interface Work {
    void on(int worker, int index);
  }

  /** One after the other, or by a crew, who take the next when they have done one. */
  private void each(int count, Work work) {
    if (crew == null || count == 1) {
      for (int i = 0; i < count; i++) {
        work.on(0, i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    crew.run(
        worker -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            work.on(worker, i);
          }
        });
  }

  /** What is done to one row. */
  private interface OfRow {
    void apply(Lines own, int row);
  }

  private void eachRow(int rows, OfRow work) {
    int blocks = (rows + ROWS - 1) / ROWS;
    each(
        blocks,
        (worker, block) -> {
          int end = Math.min(rows, (block + 1) * ROWS);
          for (int r = block * ROWS; r < end; r++) {
            work.apply(lines[worker], r);
          }
        });
  }

  private static KeyValues begin(Segment s, Caches caches, int base) {
    KeyValues cache = caches.of(s);
    if (s.start() == base) {
      cache.length = base;
    } else if (s.start() != cache.length) {
      throw new IllegalStateException(
          "segment starts at " + s.start() + ", cache has " + cache.length + " tokens");
    }
    return cache;
  }

  /** Applies a norm with its weights to one row of {@link #x}. */
  void norm(int r, RowNorm norm) {
    float[] row = lines[0].row;
    System.arraycopy(x, r * hidden, row, 0, hidden);
    norm.apply(row);
    System.arraycopy(row, 0, x, r * hidden, hidden);
  }

  private void normAll(int rows, TensorRole role) {
    boolean norms = structure.names().has(role);
    boolean centred = structure.norm().centred();
    eachRow(
        rows,
        (own, r) -> {
          float[] row = own.row;
          System.arraycopy(x, r * hidden, row, 0, hidden);
          if (norms) {
            if (centred) {
              Kernels.centre(row);
            }
            Kernels.norm(row, row, epsilon);
          }
          normed.write(r * hidden, row, 0, hidden);
        });
    normed.fromHost();
  }

  /** Output projection, residual, MLP, residual. */
  private void finish(LayerWeights weights, int rows) {
    attended.fromHost();
    multiply(attended, queryColumns, weights.output, added, hidden, rows);
    if (structure.parallel()) {
      normAll(rows, TensorRole.MLP_NORM);
    }
    addAll(rows, weights.outputBias, weights.attentionPostNorm, weights.attentionSumNorm);
    if (!structure.parallel()) {
      normAll(rows, TensorRole.MLP_NORM);
    }
    multiply(normed, hidden, weights.gateUp, gateUp, middleColumns, rows);
    eachRow(
        rows,
        (own, r) -> {
          activate(weights, r, own.gate, own.up);
          product.write(r * middle, own.gate, 0, middle);
        });
    product.fromHost();
    multiply(product, middle, weights.down, added, hidden, rows);
    addAll(rows, weights.downBias, weights.mlpPostNorm, weights.mlpSumNorm);
  }

  /** Leaves the middle of the MLP in {@code gate}. */
  private void activate(LayerWeights weights, int r, float[] gate, float[] up) {
    int at = r * middleColumns;
    boolean gated = structure.gated();
    gateUp.read(at, gate, 0, middle);
    float[] firstBias = gated ? weights.gateBias : weights.upBias;
    if (firstBias != null) {
      Kernels.add(gate, firstBias, middle);
    }
    if (gated) {
      gateUp.read(at + middle, up, 0, middle);
      if (weights.upBias != null) {
        Kernels.add(up, weights.upBias, middle);
      }
      if (structure.activation() == Activation.SILU) {
        Kernels.swiglu(gate, up, gate, middle);
        return;
      }
    }
    switch (structure.activation()) {
      case SILU -> Kernels.silu(gate, middle);
      case GELU -> Kernels.gelu(gate, middle);
      default -> Kernels.geluTanh(gate, middle);
    }
    if (gated) {
      Kernels.multiply(gate, up, middle);
    }
  }

  private void addAll(int rows, float[] bias, float[] postNorm, RowNorm sumNorm) {
    boolean normed = postNorm != null;
    eachRow(
        rows,
        (own, r) -> {
          float[] row = own.row;
          float[] sum = own.sum;
          added.read(r * hidden, row, 0, hidden);
          if (normed) {
            if (bias != null) {
              Kernels.add(row, bias, hidden);
            }
            Kernels.norm(row, 0, hidden, postNorm, structure.norm().centred(), epsilon);
          }
          System.arraycopy(x, r * hidden, sum, 0, hidden);
          Kernels.add(sum, row, hidden);
          if (bias != null && !normed) {
            Kernels.add(sum, bias, hidden);
          }
          if (sumNorm != null) {
            sumNorm.apply(sum);
          }
          System.arraycopy(sum, 0, x, r * hidden, hidden);
        });
  }

  /** {@code out = in weight^T}. */
  private void multiply(
      HostArray in, int inColumns, INDArray weight, HostArray out, int outColumns, int rows) {
    if (products != null) {
      products.multiply(
          in, weight, rows, (r, c, values, n) -> out.write(r * outColumns + c, values, 0, n));
      return;
    }
    Nd4j.matmul(
        in.matrix(rows, inColumns), weight, out.matrix(rows, outColumns), false, true, false);
    out.toHost();
  }

  @Override
  public void close() {
    normed.close();
    qkv.close();
    attended.close();
    gateUp.close();
    product.close();
    added.close();
    if (products != null) {
      products.close();
    }
  }
}

package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.lensdl4j.model.config.ModelConfig;

/**
 * Takes all texts through one layer, with one {@link LayerRunner} per thread: first the tokens that
 * all texts share, whose keys and values are then copied to every thread, then the units of
 * batches.
 */
final class LayerPass implements AutoCloseable {
  private final ExecutorService workers;
  private final List<LayerRunner> runners = new ArrayList<>();
  private final List<KeyValues> caches = new ArrayList<>();
  private volatile boolean failed;

  LayerPass(ModelConfig config, int threads, int batchTokens) {
    workers = Tasks.threads(threads, "lens-trunk");
    for (int i = 0; i < threads; i++) {
      runners.add(new LayerRunner(config, batchTokens));
      caches.add(new KeyValues(config.keyValueHeads(), config.headDim()));
    }
  }

  /**
   * What is the same for all batches of one layer.
   *
   * @param finalNorm of the norm after this layer, or null
   * @param edit of what the layer and the norm leave, or null
   * @param lastOnly whether only each text's last token is wanted
   */
  record Layer(
      HiddenStates states,
      LayerWeights weights,
      RotaryTables rotary,
      RowNorm finalNorm,
      StateEdit edit,
      boolean lastOnly,
      PassProgress progress) {}

  /** Advances all states in place. */
  void run(Layer layer, List<Batches.Batch> prefix, List<List<Batches.Batch>> units) {
    failed = false;
    KeyValues shared = caches.get(0);
    shared.length = 0;
    for (Batches.Batch batch : prefix) {
      step(layer, 0, batch, 0);
    }
    for (KeyValues cache : caches.subList(1, caches.size())) {
      cache.copyFrom(shared, shared.length);
    }
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(runners.size(), units.size()); i++) {
      int worker = i;
      running.add(workers.submit(() -> work(layer, worker, units, next)));
    }
    running.forEach(Tasks::settle);
    running.forEach(Tasks::get);
  }

  private void work(Layer layer, int worker, List<List<Batches.Batch>> units, AtomicInteger next) {
    try {
      for (int i = next.getAndIncrement();
          i < units.size() && !failed;
          i = next.getAndIncrement()) {
        for (Batches.Batch batch : units.get(i)) {
          step(layer, worker, batch, layer.states.prefixLength);
        }
      }
    } catch (RuntimeException | Error e) {
      failed = true;
      throw e;
    }
  }

  private void step(Layer layer, int worker, Batches.Batch batch, int base) {
    LayerRunner runner = runners.get(worker);
    KeyValues cache = caches.get(worker);
    FloatArea area = layer.states.area;
    int d = layer.states.hiddenSize;
    int rows = batch.rows();
    area.read(batch.first() * d, runner.x, 0, rows * d);
    if (layer.lastOnly) {
      runner.lastTokens(layer.weights, batch.segments(), rows, layer.rotary, s -> cache, base);
      int row = 0;
      for (Segment s : batch.segments()) {
        if (s.endsText()) {
          leave(layer, runner, row, s, s.count() - 1);
          area.write((batch.first() + s.row() + s.count() - 1) * d, runner.x, row * d, d);
          row++;
        }
      }
    } else {
      runner.allTokens(layer.weights, batch.segments(), rows, layer.rotary, s -> cache, base);
      for (Segment s : batch.segments()) {
        for (int i = 0; i < s.count(); i++) {
          leave(layer, runner, s.row() + i, s, i);
        }
      }
      area.write(batch.first() * d, runner.x, 0, rows * d);
    }
    layer.progress.add(rows);
  }

  /** What comes after the layer itself, for token i of a segment. */
  private static void leave(Layer layer, LayerRunner runner, int row, Segment s, int i) {
    if (layer.finalNorm != null) {
      runner.norm(row, layer.finalNorm);
    }
    if (layer.edit != null) {
      int position = i == s.count() - 1 ? s.lastPosition() : s.start() + i;
      boolean answer = s.start() + i >= layer.states.answers(s.text());
      int at = row * layer.states.hiddenSize;
      layer.edit.apply(layer.weights.layer + 1, position, answer, runner.x, at);
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    runners.forEach(LayerRunner::close);
  }
}

package org.lensdl4j.lens.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.lensdl4j.lens.loss.HeldOutMonitor;
import org.lensdl4j.lens.loss.HeldOutReading;
import org.lensdl4j.lens.loss.HeldOutStates;
import org.lensdl4j.lens.loss.StoppableIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to {@code graph.fit}: reads held-out prompts before the first step, at regular intervals
 * and after each epoch, and logs them per language; ends the run when its {@link HeldOutMonitor} is
 * over budget.
 *
 * <pre>{@code
 * LensTrainingListener listener = new LensTrainingListener(monitor, heldOut, 10);
 * graph.addListeners(listener);
 * graph.fit(listener.untilStopped(data), epochs);
 * out.println(listener.stats());
 * }</pre>
 *
 * <p>Deeplearning4j knows no stop from a listener. Over {@link #untilStopped} {@code fit} finds no
 * further data after the iteration that was over budget; in early stopping use {@link
 * #terminationCondition}. The reference is the labels of the held-out data: the untouched model.
 */
public final class LensTrainingListener extends BaseTrainingListener {
  private static final Logger log = LoggerFactory.getLogger(LensTrainingListener.class);

  private final HeldOutMonitor monitor;
  private final MultiDataSetIterator heldOut;
  private final int every;
  private int lastRead = -1;
  private boolean ownReference;
  private boolean stopped;

  /**
   * A listener.
   *
   * @param monitor of the model's last layer
   * @param heldOut as from {@link LensMultiDataSetIterator}; stays the caller's and is reset before
   *     and after each use
   * @param every iterations between two readings; 0 for one after each epoch
   */
  public LensTrainingListener(HeldOutMonitor monitor, MultiDataSetIterator heldOut, int every) {
    if (every < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "every: found %d, expected 0 or more iterations", every));
    }
    this.monitor = monitor;
    this.heldOut = heldOut;
    this.every = every;
  }

  /** What has been measured. */
  public HeldOutMonitor monitor() {
    return monitor;
  }

  /** The first and the last reading as a table. */
  public String stats() {
    return monitor.stats();
  }

  /** Whether the budget has been passed. */
  public boolean stopped() {
    return stopped;
  }

  /** The iterator, which ends early once this listener has stopped the run. */
  public MultiDataSetIterator untilStopped(MultiDataSetIterator iterator) {
    return new StoppableIterator(iterator, this::stopped);
  }

  /** Ends early stopping after the iteration that was over budget. */
  public IterationTerminationCondition terminationCondition() {
    return new OverBudget(this);
  }

  @Override
  public void onEpochStart(Model model) {
    if (lastRead < 0) {
      ComputationGraph graph = (ComputationGraph) model;
      read(graph, graph.getIterationCount());
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    int done = iteration + 1;
    if (every > 0 && done % every == 0) {
      read((ComputationGraph) model, done);
    }
  }

  @Override
  public void onEpochEnd(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    if (lastRead != graph.getIterationCount() && !stopped) {
      read(graph, graph.getIterationCount());
    }
  }

  private void read(ComputationGraph graph, int iteration) {
    LensObjective objective = LensGraphs.objective(graph);
    Rows now = new Rows(objective);
    Rows before = new Rows(objective);
    heldOut.reset();
    while (heldOut.hasNext()) {
      MultiDataSet data = heldOut.next();
      now.add(graph.output(false, data.getFeatures(), data.getFeaturesMaskArrays())[0]);
      before.add(data.getLabels(0));
    }
    heldOut.reset();
    ownReference |= !monitor.hasReference();
    if (ownReference) {
      // Each time: a shuffled iterator has another order after each reset.
      monitor.setReference(before.states());
    }
    HeldOutReading reading = monitor.read(iteration, graph.getEpochCount(), now.states());
    lastRead = iteration;
    log.info("{}", HeldOutMonitor.line(reading));
    if (monitor.overBudget() && !stopped) {
      stopped = true;
      log.info("the central language changed more than its budget: stopping");
    }
  }

  /** Pooled rows, taken apart by language. */
  private static final class Rows {
    private final LensObjective objective;
    private final Map<String, List<float[]>> last = new LinkedHashMap<>();
    private final List<float[]> means = new ArrayList<>();

    Rows(LensObjective objective) {
      this.objective = objective;
    }

    void add(INDArray pooled) {
      int d = objective.hiddenSize();
      for (float[] row : pooled.toFloatMatrix()) {
        int at = 0;
        for (String language : objective.languages()) {
          last.computeIfAbsent(language, l -> new ArrayList<>())
              .add(java.util.Arrays.copyOfRange(row, at, at + d));
          at += d;
        }
        means.add(java.util.Arrays.copyOfRange(row, at, at + d));
      }
    }

    HeldOutStates states() {
      Map<String, float[][]> out = new LinkedHashMap<>();
      last.forEach((language, rows) -> out.put(language, rows.toArray(float[][]::new)));
      return new HeldOutStates(out, means.toArray(float[][]::new));
    }
  }

  /** The listener's verdict as a condition of early stopping. */
  private static final class OverBudget implements IterationTerminationCondition {
    private static final long serialVersionUID = 1L;
    private final transient LensTrainingListener listener;

    OverBudget(LensTrainingListener listener) {
      this.listener = listener;
    }

    @Override
    public void initialize() {
      // nothing to set up
    }

    @Override
    public boolean terminate(double lastMiniBatchScore) {
      return listener.stopped();
    }

    @Override
    public String toString() {
      return "LensTrainingListener is over its budget";
    }
  }
}

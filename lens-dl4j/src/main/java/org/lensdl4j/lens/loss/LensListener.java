package org.lensdl4j.lens.loss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.listeners.records.LossCurve;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to {@code sd.fit}: reads held-out pairs before the first step, at regular intervals and
 * after each epoch; logs them; and stops the run when its {@link HeldOutMonitor} is over budget.
 *
 * <pre>{@code
 * LensListener listener =
 *     LensListener.builder(monitor, now).heldOut(rows, placeholders).every(10).terms(terms.names()).build();
 * sd.addListeners(listener);
 * sd.fit(listener.untilStopped(iterator), epochs);
 * System.out.println(listener.stats());
 * }</pre>
 *
 * <p>{@code fit} itself can only stop between epochs; over {@link #untilStopped} it stops after the
 * iteration that was over budget. With {@link Builder#terms} the values of training losses, which
 * SameDiff 1.0.0-M2.1 does not compute, are read too, and its own history holds them.
 */
public final class LensListener extends BaseListener {
  private static final Logger log = LoggerFactory.getLogger(LensListener.class);
  private static final List<IEvaluation> NO_EVALUATION = List.of();

  private final HeldOutMonitor monitor;
  private final HeldOutReader reader;
  private final int every;
  private final List<String> terms;
  private final List<TrainingTerms> trained = new ArrayList<>();
  private Map<String, Double> current = new LinkedHashMap<>();
  private TrainingConfig asked;
  private int lastRead = -1;
  private boolean stopped;

  private LensListener(Builder builder) {
    monitor = builder.monitor;
    reader = builder.reader;
    every = builder.every;
    terms = builder.terms;
  }

  /**
   * A listener to one layer.
   *
   * @param now the states that the losses read, of the graph that is trained
   */
  public static Builder builder(HeldOutMonitor monitor, LensStates now) {
    return new Builder(monitor, now);
  }

  /** What has been measured. */
  public HeldOutMonitor monitor() {
    return monitor;
  }

  /** The values of the terms in training, one entry an iteration. */
  public List<TrainingTerms> trainingTerms() {
    return List.copyOf(trained);
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

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  @Override
  public void epochStart(SameDiff sd, At at) {
    if (!monitor.hasReference()) {
      read(at.iteration(), at.epoch());
    }
  }

  @Override
  public void iterationStart(SameDiff sd, At at, MultiDataSet data, long etlMs) {
    current = new LinkedHashMap<>();
    TrainingConfig config = sd.getTrainingConfig();
    if (config.getTrainEvaluations() != null) {
      // A training session computes what gradients need and what is evaluated, nothing else.
      terms.forEach(t -> config.getTrainEvaluations().putIfAbsent(t, NO_EVALUATION));
      asked = config;
    }
  }

  @Override
  public void preOpExecution(SameDiff sd, At at, SameDiffOp op, OpContext opContext) {
    if (asked != null) {
      // Taken back once the session has read it: an evaluation that stays must have labels.
      TrainingConfig config = asked;
      terms.forEach(t -> config.getTrainEvaluations().remove(t, NO_EVALUATION));
      asked = null;
    }
  }

  @Override
  public void activationAvailable(
      SameDiff sd, At at, MultiDataSet batch, SameDiffOp op, String varName, INDArray activation) {
    if (terms.contains(varName)) {
      current.put(varName, activation.getDouble(0));
    }
  }

  @Override
  public void iterationDone(SameDiff sd, At at, MultiDataSet dataSet, Loss loss) {
    if (!terms.isEmpty()) {
      trained.add(new TrainingTerms(at.iteration(), at.epoch(), current));
    }
    int done = at.iteration() + 1;
    if (every > 0 && done % every == 0) {
      read(done, at.epoch());
    }
  }

  @Override
  public ListenerResponse epochEnd(SameDiff sd, At at, LossCurve lossCurve, long epochTimeMillis) {
    if (lastRead != at.iteration() + 1) {
      read(at.iteration() + 1, at.epoch());
    }
    return stopped ? ListenerResponse.STOP : ListenerResponse.CONTINUE;
  }

  private void read(int iteration, int epoch) {
    HeldOutReading reading = monitor.read(iteration, epoch, reader.read());
    lastRead = iteration;
    log.info("{}", HeldOutMonitor.line(reading));
    if (monitor.overBudget() && !stopped) {
      stopped = true;
      log.info("the central language changed more than its budget: stopping");
    }
  }

  /** What to read and when. */
  public static final class Builder {
    private final HeldOutMonitor monitor;
    private final HeldOutReader reader;
    private int every;
    private List<String> terms = List.of();

    private Builder(HeldOutMonitor monitor, LensStates now) {
      this.monitor = monitor;
      this.reader = new HeldOutReader(now);
    }

    /**
     * Held-out texts; call it again for further batches.
     *
     * @param rows which row is which language
     * @param placeholders by name, what the states need; they stay the caller's and must stay open
     */
    public Builder heldOut(LensRows rows, Map<String, INDArray> placeholders) {
      reader.add(rows, placeholders);
      return this;
    }

    /** Also reads every {@code n} iterations; 0, the default, reads after epochs only. */
    public Builder every(int iterations) {
      if (iterations < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "every: found %d, expected 0 or more iterations", iterations));
      }
      every = iterations;
      return this;
    }

    /**
     * Scalars of the graph whose values in training are kept: {@link
     * org.lensdl4j.lens.loss.LensTerms#names}, losses of one's own.
     */
    public Builder terms(List<String> names) {
      terms = List.copyOf(names);
      return this;
    }

    /**
     * A listener for {@code sd.addListeners}.
     *
     * @throws IllegalArgumentException if there are no held-out texts, or a term is no variable of
     *     the graph
     */
    public LensListener build() {
      reader.requireTexts();
      reader.requireVariables(terms);
      return new LensListener(this);
    }
  }
}

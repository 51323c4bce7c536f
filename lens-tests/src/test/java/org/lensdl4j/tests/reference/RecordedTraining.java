package org.lensdl4j.tests.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.lens.train.MicroReport;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.lens.train.TrainingListener;

/** Keeps what a training run reports. */
final class RecordedTraining implements TrainingListener {
  private final List<MicroReport> micros = new ArrayList<>();
  private final List<StepReport> steps = new ArrayList<>();

  @Override
  public void onMicroBatch(MicroReport report) {
    micros.add(report);
  }

  @Override
  public void onStep(StepReport report) {
    steps.add(report);
  }

  double[] micros(ToDoubleFunction<MicroReport> value) {
    return micros.stream().mapToDouble(value).toArray();
  }

  double[] steps(ToDoubleFunction<StepReport> value) {
    return steps.stream().mapToDouble(value).toArray();
  }
}

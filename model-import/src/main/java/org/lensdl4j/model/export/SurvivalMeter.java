package org.lensdl4j.model.export;

import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.TensorForm;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares what a tensor becomes in a file with what it was and what training made of it. */
final class SurvivalMeter {
  private final INDArray original;
  private float[] before = new float[0];
  private Survival sum = Survival.NOTHING;

  private SurvivalMeter(INDArray original) {
    this.original = original;
  }

  /**
   * Encodes a trained tensor and decodes it again.
   *
   * @param original before training, FLOAT, in the order of the file
   * @param trained of the same shape and order
   */
  static Survival stored(INDArray original, INDArray trained, TensorForm form) {
    SurvivalMeter meter = new SurvivalMeter(original);
    form.thereAndBack(trained, meter::add);
    return meter.sum;
  }

  private void add(long at, float[] trained, float[] stored, int count) {
    if (before.length < count) {
      before = new float[count];
    }
    HostArrays.get(original, at, before, 0, count);
    long changed = 0;
    long unmoved = 0;
    double wanted = 0;
    double along = 0;
    double written = 0;
    for (int i = 0; i < count; i++) {
      double t = (double) trained[i] - before[i];
      double e = (double) stored[i] - before[i];
      if (t != 0) {
        changed++;
        if (e == 0) {
          unmoved++;
        }
      }
      wanted += t * t;
      along += t * e;
      written += e * e;
    }
    sum = sum.plus(new Survival(changed, unmoved, wanted, along, written));
  }
}

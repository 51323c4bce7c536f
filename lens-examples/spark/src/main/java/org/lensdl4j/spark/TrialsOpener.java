package org.lensdl4j.spark;

import java.io.Serializable;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.model.TransformerModel;

/** Opens trials on any machine, from paths. */
@FunctionalInterface
public interface TrialsOpener extends Serializable {
  /**
   * Opens the trials.
   *
   * @param model stays open for as long as the trials
   * @param threads of one trial
   */
  Trials open(TransformerModel model, int threads);
}

package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.HeldOut;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The whole main job on the project's own text, in one output folder. */
public final class Quickstart {
  /** Changed tensors as they were trained, also beside those of a 16-bit model. */
  static final ExportOptions EXACT = ExportOptions.DEFAULTS.changedAs(DType.F32);

  private final OutputFolder out;
  private final LensConfig config;
  private final StateCache cache;
  private final Progress progress;

  /**
   * A quickstart; nothing is read or written before {@link #run}.
   *
   * @param out its folder
   * @param config its languages are some of {@link OwnText#LANGUAGES}
   */
  public Quickstart(OutputFolder out, LensConfig config, StateCache cache, Progress progress) {
    this.out = out;
    this.config = config;
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * Probes, trains, measures, exports, and opens what was exported.
   *
   * @return what changed on the texts held out
   */
  public Comparison run(TransformerModel source) throws IOException {
    out.requireFree();
    OwnText.write(out.texts(), config.languages());
    LensResult result =
        Lens.of(source)
            .config(config)
            .probeOn(probingTexts())
            .trainOn(trainingTexts())
            .cache(cache)
            .progress(progress)
            .fit(out.trainingRun());
    try (TrainedWeights trained = result.weights();
        OverlayWeights after = trained.over(source)) {
      Comparison comparison =
          HeldOut.compare(source, after, result.space(), heldOut(), config, true, cache, progress);
      Files.writeString(out.figures(), comparison.toJson());
      Files.writeString(
          out.picture(), new Findings(comparison).svg("Before and after on texts held out"));
      result.export(out.model(), EXACT);
      check(trained.arrays());
      return comparison;
    }
  }

  private ParallelCorpus trainingTexts() {
    return ParallelCorpus.jsonl(
        out.texts(), config.languages(), config.central(), config.trainTexts(), OwnText.TRAIN);
  }

  private Corpus probingTexts() {
    return Corpus.jsonl(out.texts(), config.languages(), config.probeTexts(), OwnText.TRAIN);
  }

  private ParallelCorpus heldOut() {
    // A quick run measures on fewer texts, too.
    int limit = config.trainTexts();
    return ParallelCorpus.jsonl(
        out.texts(), config.languages(), config.central(), limit, OwnText.HELD_OUT);
  }

  /** What was written must be what was trained. */
  private void check(Map<String, INDArray> trained) {
    try (TransformerModel reopened = TransformerModel.open(out.model())) {
      trained.forEach(
          (name, expected) -> {
            try (INDArray written = reopened.weights().read(name)) {
              if (!written.equalsWithEps(expected, 0)) {
                throw new LensException(
                    String.format(
                        Locale.ROOT, "%s: tensor %s is not what was trained", out.model(), name));
              }
            }
          });
    }
  }
}

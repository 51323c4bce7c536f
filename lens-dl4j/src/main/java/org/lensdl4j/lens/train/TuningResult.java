package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.ExportSurvival;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.graph.LoraAdapters;

/**
 * A finished run of instruction tuning. Holds no native memory; the model it belongs to must stay
 * open.
 */
public final class TuningResult {
  static final String ADAPTER = "adapter";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TransformerModel model;
  private final TuningConfig config;
  private final Path run;

  TuningResult(TransformerModel model, TuningConfig config, Path run) {
    this.model = model;
    this.config = config;
    this.run = run;
  }

  /** The run's folder. */
  public Path run() {
    return run;
  }

  /** The settings. */
  public TuningConfig config() {
    return config;
  }

  /** The changed weights, adapters added to their matrices; the caller closes them. */
  public TrainedWeights weights() {
    return TrainedWeights.load(run, model);
  }

  /**
   * The adapters; the caller closes them. Their folder {@code adapter} in the run is one of PEFT's.
   *
   * @throws LensException if full layers were trained
   */
  public LoraAdapters adapters() {
    if (config.lora() == null) {
      throw new LensException(
          String.format(Locale.ROOT, "run %s trained layers, not adapters", run));
    }
    return AdapterFolder.read(run.resolve(ADAPTER), model.config());
  }

  /**
   * Writes the model with its changed weights as a Hugging Face directory.
   *
   * @param output a new or empty folder
   * @return how much of the trained change survived
   * @throws org.lensdl4j.model.export.LossyExportException if that is less than half; nothing was
   *     written
   */
  public ExportSurvival export(Path output) {
    return export(output, ExportOptions.DEFAULTS);
  }

  /**
   * As {@link #export(Path)}.
   *
   * @param options how changed tensors are stored
   */
  public ExportSurvival export(Path output, ExportOptions options) {
    try (TrainedWeights weights = weights()) {
      return ModelDirectoryWriter.of(model)
          .changed(weights.arrays())
          .settings(config.toJson())
          .options(options)
          .write(output);
    }
  }

  /** All optimiser steps, in order. */
  public List<TuningStep> steps() {
    Path log = run.resolve("log.jsonl");
    List<TuningStep> out = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(log)) {
        out.add(JSON.readValue(line, TuningStep.class));
      }
      return out;
    } catch (IOException e) {
      throw new LensException(
          String.format(
              Locale.ROOT, "cannot read %s, line %d: %s", log, out.size() + 1, e.getMessage()),
          e);
    }
  }

  /** A line about the training: steps, and the loss in the first and the last. */
  public String stats() {
    List<TuningStep> steps = steps();
    return String.format(
        Locale.ROOT,
        "%d steps, cross-entropy %.4f in the first, %.4f in the last",
        steps.size(),
        steps.get(0).loss(),
        steps.get(steps.size() - 1).loss());
  }

  @Override
  public String toString() {
    return "instruction tuning in " + run;
  }
}

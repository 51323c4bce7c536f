package org.lensdl4j.lens;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.train.RunFolder;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.export.AdapterWriter;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.ExportSurvival;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.weights.DType;

/**
 * A finished run. Holds no native memory; the model it belongs to must stay open for {@link
 * #export}.
 */
public final class LensResult {
  private final TransformerModel model;
  private final LensConfig config;
  private final LanguageSpace space;
  private final Path run;

  LensResult(TransformerModel model, LensConfig config, LanguageSpace space, Path run) {
    this.model = model;
    this.config = config;
    this.space = space;
    this.run = run;
  }

  /**
   * Opens a finished run.
   *
   * @param run the run's folder
   * @param model the model that was trained
   * @throws LensException if the folder holds no run, or one of another model
   */
  public static LensResult open(Path run, TransformerModel model) {
    RunFolder.require(run);
    LanguageSpace space =
        LanguageSpace.load(run.resolve("space.safetensors")).requireModel(model.hash());
    return new LensResult(model, RunFolder.readConfig(run), space, run);
  }

  /** The run's folder. */
  public Path run() {
    return run;
  }

  /** The settings. */
  public LensConfig config() {
    return config;
  }

  /** The language space that was used. */
  public LanguageSpace space() {
    return space;
  }

  /** All optimiser steps, in order. */
  public List<StepReport> steps() {
    return RunFolder.readLog(run);
  }

  /** The changed weights; the caller closes them. */
  public TrainedWeights weights() {
    return TrainedWeights.load(run, model);
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
      return directory(weights, options).write(output);
    }
  }

  /**
   * Writes only the changed weights.
   *
   * @param output a new or empty folder
   */
  public ExportSurvival exportChanges(Path output) {
    return exportChanges(output, ExportOptions.DEFAULTS);
  }

  /** As {@link #exportChanges(Path)}, with a choice of how they are stored. */
  public ExportSurvival exportChanges(Path output, ExportOptions options) {
    try (TrainedWeights weights = weights()) {
      return directory(weights, options).writeChanges(output);
    }
  }

  private ModelDirectoryWriter directory(TrainedWeights weights, ExportOptions options) {
    return ModelDirectoryWriter.of(model)
        .changed(weights.arrays())
        .settings(config.toJson())
        .options(options);
  }

  /**
   * Writes the model with its changed weights as one GGUF file.
   *
   * @param output a new file
   * @param type of the matrices, see {@link GgufModelWriter#type}; null keeps a GGUF model's
   */
  public ExportSurvival exportGguf(Path output, DType type) {
    return exportGguf(output, type, ExportOptions.DEFAULTS);
  }

  /** As {@link #exportGguf(Path, DType)}, with a choice of how changed weights are stored. */
  public ExportSurvival exportGguf(Path output, DType type, ExportOptions options) {
    try (TrainedWeights weights = weights()) {
      GgufModelWriter writer = GgufModelWriter.of(model).changed(weights.arrays()).options(options);
      return (type == null ? writer : writer.type(type)).write(output);
    }
  }

  /**
   * Writes what was trained as a low-rank adapter in PEFT's form, for the model as it is published.
   *
   * @param output a new or empty folder
   * @param rank of each matrix's adapter, see {@link AdapterWriter}
   */
  public ExportSurvival exportAdapter(Path output, int rank, ExportOptions options) {
    try (TrainedWeights weights = weights()) {
      return AdapterWriter.of(model)
          .changed(weights.arrays())
          .rank(rank)
          .options(options)
          .write(output);
    }
  }

  /** A table of the training: loss terms per language in the first and the last step. */
  public String stats() {
    List<StepReport> steps = steps();
    StepReport first = steps.get(0);
    StepReport last = steps.get(steps.size() - 1);
    StringBuilder out = new StringBuilder();
    out.append(
        line("%d steps, %s to %s, central %s%n", steps.size(), "first", "last", config.central()));
    out.append(line("%-10s %12s %12s%n", "term", "first step", "last step"));
    out.append(line("%-10s %12.5f %12.5f%n", "loss", first.loss(), last.loss()));
    rows(out, "align", first.align(), last.align());
    rows(out, "separate", first.separate(), last.separate());
    out.append(line("%-10s %12.2e %12.2e%n", "retain", first.retain(), last.retain()));
    return out.toString();
  }

  private static void rows(
      StringBuilder out, String term, Map<String, Double> first, Map<String, Double> last) {
    // A step on requests has a term of those languages only that its requests ask for.
    Set<String> languages = new LinkedHashSet<>(first.keySet());
    languages.addAll(last.keySet());
    for (String l : languages) {
      out.append(
          line(
              "%-10s %12.5f %12.5f%n",
              term + " " + l, first.getOrDefault(l, Double.NaN), last.getOrDefault(l, Double.NaN)));
    }
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public String toString() {
    return "Lens run in " + run;
  }
}

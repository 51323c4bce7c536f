package org.lensdl4j.lab.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.AtomicFile;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Saves the measures of candidates of an Arbiter search of one's own, a JSON file each. */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class TrialResultSaver implements ResultSaver {
  private final Path folder;

  /** Saves to a folder, which is made when first needed. */
  public TrialResultSaver(@JsonProperty("folder") String folder) {
    this.folder = Path.of(folder);
  }

  /** The folder. */
  @JsonProperty("folder")
  public String folder() {
    return folder.toString();
  }

  @Override
  public ResultReference saveModel(OptimizationResult result, Object model) throws IOException {
    Path file = folder.resolve(String.format(Locale.ROOT, "%04d.json", result.getIndex()));
    AtomicFile.write(file, ((TrialResult) model).toJson());
    return new Saved(file, result);
  }

  @Override
  public List<Class<?>> getSupportedCandidateTypes() {
    return List.of(LensConfig.class);
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of(TrialResult.class);
  }

  private record Saved(Path file, OptimizationResult result) implements ResultReference {
    @Override
    public OptimizationResult getResult() {
      return result;
    }

    @Override
    public Object getResultModel() throws IOException {
      return TrialResult.fromJson(Files.readString(file));
    }
  }
}

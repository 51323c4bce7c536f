package org.lensdl4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationPart;
import org.lensdl4j.lab.evaluate.SystemTurn;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;

/**
 * An evaluation by paths, to be opened on any machine.
 *
 * @param against may be null
 * @param space may be null
 */
record EvaluationSpec(
    ModelRef model,
    ModelRef against,
    String space,
    List<String> runs,
    List<String> steer,
    List<Double> project,
    String data,
    List<String> tasks,
    List<String> languages,
    String central,
    int limit,
    int maxNewTokens,
    String system,
    SystemTurn systemTurn,
    double temperature,
    int answers)
    implements Serializable {

  EvaluationSpec {
    runs = new ArrayList<>(runs);
    steer = new ArrayList<>(steer);
    project = new ArrayList<>(project);
    tasks = new ArrayList<>(tasks);
    languages = new ArrayList<>(languages);
  }

  /**
   * The evaluation of models that are open.
   *
   * @param other null if there is none
   */
  Evaluation of(TransformerModel opened, TransformerModel other) {
    Evaluation out =
        Evaluation.of(opened)
            .data(data == null ? null : Path.of(data))
            .tasks(tasks.toArray(String[]::new))
            .languages(languages.toArray(String[]::new))
            .central(central)
            .limit(limit)
            .maxNewTokens(maxNewTokens)
            .system(system)
            .system(systemTurn)
            .sampled(temperature, answers)
            .identifier(new LinguaIdentifier(languages));
    runs.forEach(r -> out.run(Path.of(r)));
    steer.forEach(out::steer);
    project.forEach(out::project);
    if (other != null) {
      out.against(other);
    }
    if (space != null) {
      out.space(LanguageSpace.load(Path.of(space)));
    }
    return out;
  }

  /** This evaluation, open in this JVM; its models stay leased for as long as the JVM lives. */
  ExecutorCache.Lease<EvaluationPart> lease() {
    return ExecutorCache.lease(
        this,
        EvaluationPart.class,
        () ->
            EvaluationPart.open(
                of(
                        ExecutorModels.lease(model).get(),
                        against == null ? null : ExecutorModels.lease(against).get())
                    .threads(TaskContext.get().cpus())));
  }
}

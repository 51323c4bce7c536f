package org.lensdl4j.lab.evaluate.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.model.base.LensException;

/** All tasks, by name. */
public final class EvaluationTasks {
  /** Upstream's protocol; a name for all its tasks. */
  public static final String LENS_NLU = "lens-nlu";

  /** Whether answers are in the language of the question. */
  public static final String FIDELITY = "fidelity";

  private static final Map<String, EvaluationTask> ALL = new LinkedHashMap<>();

  static {
    ChoiceTasks.all().forEach(t -> ALL.put(t.name(), t));
    NluTasks.all().forEach(t -> ALL.put(t.name(), t));
    GenerationTasks.all().forEach(t -> ALL.put(t.name(), t));
    RequestTasks.all().forEach(t -> ALL.put(t.name(), t));
  }

  private EvaluationTasks() {}

  /** All tasks, in order. */
  public static List<EvaluationTask> all() {
    return List.copyOf(ALL.values());
  }

  /** Those that are measured where none are named: all but requests, which take long. */
  public static List<EvaluationTask> usual() {
    return ALL.values().stream().filter(t -> !RequestTasks.all().contains(t)).toList();
  }

  /** The task of all sources that a task of one source is a part of, if it is. */
  public static Optional<String> whole(String task) {
    boolean part = task.startsWith(RequestTasks.LCB + "-");
    return part ? Optional.of(task.substring(0, task.lastIndexOf('-'))) : Optional.empty();
  }

  /**
   * Some tasks; a name that others begin with stands for all of those ({@code lens-nlu}).
   *
   * @throws LensException for an unknown name, with the known ones
   */
  public static List<EvaluationTask> named(List<String> names) {
    Map<String, EvaluationTask> out = new LinkedHashMap<>();
    for (String name : names) {
      int before = out.size();
      for (EvaluationTask task : ALL.values()) {
        if (task.name().equals(name) || task.name().startsWith(name + "-")) {
          out.put(task.name(), task);
        }
      }
      if (out.size() == before && !out.containsKey(name)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "unknown task '%s'; known are %s",
                name,
                String.join(", ", ALL.keySet())));
      }
    }
    return new ArrayList<>(out.values());
  }

  /** The items that a task draws of a file. */
  public static List<DataLine> lines(EvaluationTask task, DataFile file, int limit) {
    List<DataLine> lines = file.lines();
    if (task.fromEnglish()) {
      lines = lines.stream().filter(l -> !l.is("split", "fit")).toList();
      if (lines.isEmpty()) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found lines of split fit only, expected some of another",
                file.path()));
      }
    }
    if (task.sample() > 0) {
      lines = new PythonRandom(NluTasks.SEED).sample(lines, task.sample());
    }
    return limit > 0 && limit < lines.size() ? lines.subList(0, limit) : lines;
  }
}

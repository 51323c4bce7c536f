package org.lensdl4j.lab.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;

/** The columns of an evaluation, and the weights that were opened for them. */
final class Columns implements AutoCloseable {
  private final List<TrainedWeights> opened = new ArrayList<>();
  private final List<Subject> subjects = new ArrayList<>();
  private LanguageSpace space;

  private Columns() {}

  static Columns open(Evaluation e) {
    Columns out = new Columns();
    try {
      out.read(e);
      return out;
    } catch (RuntimeException failure) {
      out.close();
      throw failure;
    }
  }

  private void read(Evaluation e) {
    Map<String, Column> columns = new LinkedHashMap<>();
    put(columns, Column.untouched(Evaluation.BEFORE, e.model));
    space = e.space == null ? null : e.space.requireModel(e.model.hash());
    for (Path run : e.runs) {
      TrainedWeights weights = TrainedWeights.load(run, e.model);
      opened.add(weights);
      put(columns, Column.trained(name(run, columns), weights, e.model));
      Path file = run.resolve("space.safetensors");
      if (space == null && Files.exists(file)) {
        space = LanguageSpace.load(file).requireModel(e.model.hash());
      }
    }
    for (double lambda : e.steer) {
      put(columns, twin(e, "steer", lambda, StateEdit.steer(twinSpace("steer"), lambda)));
    }
    for (double lambda : e.project) {
      put(columns, twin(e, "project", lambda, StateEdit.project(twinSpace("project"), lambda)));
    }
    subjects.add(new Subject(states(e, e.model), List.copyOf(columns.values())));
    if (e.against != null) {
      TransformerModel other = e.against;
      Column column =
          new Column(
              name(other.source(), columns),
              other.weights(),
              other.config().layers(),
              StateEdit.NONE,
              other.hash() + other.tokenizer().hash());
      subjects.add(new Subject(states(e, other), List.of(column)));
    }
  }

  private static States states(Evaluation e, TransformerModel model) {
    return States.of(model, e.cache).threads(e.threads);
  }

  private static void put(Map<String, Column> columns, Column column) {
    if (columns.put(column.name(), column) != null) {
      throw new LensException("column %s is given twice".formatted(column.name()));
    }
  }

  private LanguageSpace twinSpace(String option) {
    if (space == null) {
      throw new LensException(
          "option %s needs a language space: give a run or a space".formatted(option));
    }
    return space;
  }

  private Column twin(Evaluation e, String kind, double lambda, StateEdit edit) {
    String number = lambda == Math.rint(lambda) ? Long.toString((long) lambda) : "" + lambda;
    return new Column(
        kind + " " + number,
        e.model.weights(),
        e.model.config().layers(),
        edit,
        kind + " " + lambda + " " + space.fingerprint());
  }

  private static String name(Path path, Map<String, Column> columns) {
    Path file = path.toAbsolutePath().normalize().getFileName();
    String base = file == null ? "run" : file.toString();
    String name = base;
    for (int i = 2; columns.containsKey(name); i++) {
      name = base + " " + i;
    }
    return name;
  }

  List<Subject> subjects() {
    return subjects;
  }

  List<Column> all() {
    return subjects.stream().flatMap(s -> s.columns().stream()).toList();
  }

  List<String> names() {
    return all().stream().map(Column::name).toList();
  }

  /** Null if neither a run nor the user gave one. */
  LanguageSpace space() {
    return space;
  }

  @Override
  public void close() {
    opened.forEach(TrainedWeights::close);
  }
}

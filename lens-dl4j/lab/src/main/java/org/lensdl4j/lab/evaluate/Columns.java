package org.lensdl4j.lab.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.lens.steer.Projection;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;

/** The columns of an evaluation, and the weights that were opened for them. */
final class Columns implements AutoCloseable {
  private final List<TrainedWeights> opened = new ArrayList<>();
  private final List<Exported> exported = new ArrayList<>();
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
    for (SteeringSetting setting : e.steer) {
      put(columns, steered(e.model, setting, twinSpace("steer")));
    }
    e.steerings.forEach(
        (name, steering) ->
            put(
                columns,
                Column.edited(
                    "steer " + name,
                    e.model,
                    steering.requireModel(e.model.hash()),
                    "steering " + steering.fingerprint())));
    for (double lambda : e.project) {
      put(columns, projected(e.model, lambda, twinSpace("project")));
    }
    for (Path files : e.exported) {
      Exported found = Exported.open(files, e.model);
      exported.add(found);
      if (found.model() == null) {
        put(columns, column(files, found, columns));
      }
    }
    subjects.add(new Subject(states(e, e.model), List.copyOf(columns.values())));
    for (int i = 0; i < exported.size(); i++) {
      Exported found = exported.get(i);
      if (found.model() != null) {
        Column column = column(e.exported.get(i), found, columns);
        put(columns, column);
        subjects.add(new Subject(states(e, found.model()), List.of(column)));
      }
    }
    if (e.against != null) {
      TransformerModel other = e.against;
      Column column =
          new Column(
              name(other.source(), columns),
              other.weights(),
              other.config().layers(),
              LanguageEdit.NONE,
              other.hash() + other.tokenizer().hash());
      subjects.add(new Subject(states(e, other), List.of(column)));
    }
  }

  private static Column column(Path files, Exported found, Map<String, Column> columns) {
    return found.column(name("exported ", files, columns));
  }

  private static States states(Evaluation e, TransformerModel model) {
    return States.of(model, e.cache).threads(e.threads);
  }

  private static void put(Map<String, Column> columns, Column column) {
    if (columns.put(column.name(), column) != null) {
      throw new LensException(
          String.format(Locale.ROOT, "column %s is given twice", column.name()));
    }
  }

  private LanguageSpace twinSpace(String option) {
    if (space == null) {
      throw new LensException(
          String.format(
              Locale.ROOT, "option %s needs a language space: give a run or a space", option));
    }
    return space;
  }

  private static Column steered(
      TransformerModel model, SteeringSetting setting, LanguageSpace space) {
    String identity =
        setting.equals(SteeringSetting.last(setting.strength()))
            ? Double.toString(setting.strength())
            : setting.toString();
    return Column.edited(
        "steer " + setting,
        model,
        Steering.of(space, setting),
        "steer " + identity + " " + space.fingerprint());
  }

  private static Column projected(TransformerModel model, double lambda, LanguageSpace space) {
    return Column.edited(
        "project " + SteeringSetting.last(lambda),
        model,
        new Projection(space, lambda),
        "project " + lambda + " " + space.fingerprint());
  }

  private static String name(Path path, Map<String, Column> columns) {
    return name("", path, columns);
  }

  private static String name(String prefix, Path path, Map<String, Column> columns) {
    Path file = path.toAbsolutePath().normalize().getFileName();
    String base = prefix + (file == null ? "run" : file.toString());
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
    exported.forEach(Exported::close);
  }
}

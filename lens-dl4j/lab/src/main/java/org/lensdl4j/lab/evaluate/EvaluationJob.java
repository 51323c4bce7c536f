package org.lensdl4j.lab.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lensdl4j.lab.evaluate.tasks.ChatItem;
import org.lensdl4j.lab.evaluate.tasks.DataFile;
import org.lensdl4j.lab.evaluate.tasks.DataLine;
import org.lensdl4j.lab.evaluate.tasks.EvaluationTask;
import org.lensdl4j.lab.evaluate.tasks.EvaluationTasks;
import org.lensdl4j.lab.evaluate.tasks.TaskItem;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.base.LensException;

/** Runs an evaluation, task by task and language by language, each of which is kept when done. */
final class EvaluationJob {
  private static final String SCORING = "scoring of tasks";

  private final Evaluation options;
  private final Columns columns;
  private final EvaluationFolder folder;
  private final List<String> leftOut = new ArrayList<>();
  private final Map<Work, Supplier<List<ItemRow>>> begun = new IdentityHashMap<>();

  EvaluationJob(Evaluation options, Columns columns, Path out) {
    this.options = options;
    this.columns = columns;
    folder = new EvaluationFolder(out);
  }

  /** A task in a language, its items read. */
  record Work(EvaluationTask task, String language, DataFile file, List<DataLine> lines) {}

  EvaluationResult run() {
    List<Work> work = work();
    // All data are read, and steerings asked, before the folder is made or anything is computed.
    work.stream().map(Work::language).distinct().forEach(this::requireEdits);
    Map<Work, List<TaskItem>> items = new LinkedHashMap<>();
    work.forEach(
        w ->
            items.put(
                w, w.lines().stream().map(l -> w.task().item().apply(l, w.language())).toList()));
    Map<String, String> identity = identity(options, columns);
    folder.take(identity);
    work.forEach(this::begin);
    List<TaskResult> results = new ArrayList<>();
    for (Work w : work) {
      results.add(one(w, items.get(w)));
    }
    Map<String, List<String>> directions = new LinkedHashMap<>();
    if (options.texts != null) {
      results.addAll(states(identity));
      if (columns.space() != null && !options.model.config().isEncoder()) {
        directions = StateEvaluation.topTokens(options.model, columns.space(), 10);
      }
    }
    EvaluationResult result =
        new EvaluationResult(
            columns.names(),
            options.central,
            Figures.of(
                Consistency.with(WholeTasks.with(results), options.central),
                columns.names(),
                options.central,
                options.seed),
            directions,
            Examples.of(results, columns.names()),
            leftOut);
    folder.write(result);
    return result;
  }

  /** Refuses a language that a twin knows nothing of. */
  private void requireEdits(String language) {
    columns.all().forEach(c -> c.edits().in(language));
  }

  private static Map<String, String> identity(Evaluation options, Columns columns) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("model", options.model.hash());
    columns.all().forEach(c -> identity.put("column " + c.name(), c.identity()));
    identity.put("limit", Integer.toString(options.limit));
    identity.put("max_new_tokens", Integer.toString(options.maxNewTokens));
    identity.put("system", options.system);
    // Only where they are used: folders of older versions are still the same evaluation.
    if (options.systemTurn != SystemTurn.ENGLISH) {
      identity.put("system_turn", options.systemTurn.id());
    }
    if (options.temperature > 0) {
      identity.put("temperature", Double.toString(options.temperature));
      identity.put("answers", "seeds 1 to " + options.answers);
    }
    return identity;
  }

  /** Of everything that the rows of a task in a language depend on. */
  static String identity(Evaluation options, Columns columns, Work w) {
    return StateCache.key(
        "evaluation",
        w.task().name(),
        w.language(),
        w.file().hash(),
        options.model.tokenizer().hash(),
        identity(options, columns).toString());
  }

  /** Has what is not finished scored elsewhere, if that is wanted. */
  private void begin(Work w) {
    if (options.scorer != null && !Files.exists(folder.items(w.task().name(), w.language()))) {
      begun.put(
          w,
          options.scorer.begin(
              new ItemScorer.Work(
                  w.task().name(), w.language(), identity(options, columns, w), w.lines().size())));
    }
  }

  private TaskResult one(Work w, List<TaskItem> items) {
    Path file = folder.items(w.task().name(), w.language());
    String own = identity(options, columns, w);
    if (Files.exists(file)) {
      TaskResult there = TaskResult.read(file);
      if (!there.identity().equals(own)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s was measured on other data than %s: delete it to measure again",
                file,
                w.file().path()));
      }
      return there;
    }
    List<ItemRow> rows = rows(w, items);
    TaskResult result =
        new TaskResult(
            w.task().name(), w.task().about(), w.language(), own, w.task().metrics(), rows);
    if (items.get(0) instanceof ChatItem) {
      folder.answers(w.language(), columns.names(), rows);
    }
    result.write(file);
    return result;
  }

  private List<ItemRow> rows(Work w, List<TaskItem> items) {
    List<ItemRow> rows = new ArrayList<>();
    w.lines().forEach(l -> rows.add(ItemRow.of(w.task().key(l, w.language()))));
    if (!begun.containsKey(w)) {
      new ItemScoring(options, columns, w.task().name(), w.language()).score(items, rows);
      return rows;
    }
    List<ItemRow> scored = begun.get(w).get();
    if (!scored.stream()
        .map(ItemRow::key)
        .toList()
        .equals(rows.stream().map(ItemRow::key).toList())) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s in %s: rows that were scored elsewhere are not of these items",
              w.task().name(),
              w.language()));
    }
    return scored;
  }

  private List<TaskResult> states(Map<String, String> identity) {
    ParallelCorpus texts = options.texts;
    String own =
        StateCache.key(
            "states",
            texts.hash(),
            texts.central(),
            Integer.toString(options.maxTokens),
            columns.space() == null ? "no space" : columns.space().fingerprint(),
            identity.toString());
    List<TaskResult> there = new ArrayList<>();
    for (String language : texts.languages()) {
      Path file = folder.items(StateEvaluation.TASK, language);
      if (Files.exists(file)) {
        there.add(TaskResult.read(file));
      }
    }
    if (there.stream().anyMatch(r -> !r.identity().equals(own))) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s was measured on other texts or with another space: delete it to measure again",
              folder.items(StateEvaluation.TASK, texts.central())));
    }
    if (there.size() == texts.languages().size()) {
      return there;
    }
    List<TaskResult> made =
        new StateEvaluation(
                texts, columns.space(), options.system, options.maxTokens, options.progress)
            .run(columns.subjects(), own);
    made.forEach(r -> r.write(folder.items(StateEvaluation.TASK, r.language())));
    return made;
  }

  /** One task in one language, as the whole evaluation reads it. */
  static Work work(Evaluation options, String name, String language) {
    EvaluationTask task =
        EvaluationTasks.named(List.of(name)).stream()
            .filter(t -> t.name().equals(name))
            .findFirst()
            .orElseThrow();
    DataFile data =
        task.read(options.data, language)
            .orElseThrow(() -> new LensException(task.advice(options.data, language)));
    return new Work(task, language, data, EvaluationTasks.lines(task, data, options.limit));
  }

  private List<Work> work() {
    List<Work> out = new ArrayList<>();
    if (options.data == null) {
      if (options.texts == null) {
        throw new LensException("nothing to measure: expected data of tasks, or texts");
      }
      return out;
    }
    options.model.config().requireDecoder(SCORING);
    if (options.against != null) {
      options.against.config().requireDecoder(SCORING);
    }
    boolean chosen = !options.tasks.isEmpty();
    Map<String, Map<String, String>> parts = new LinkedHashMap<>();
    for (EvaluationTask task :
        chosen ? EvaluationTasks.named(options.tasks) : EvaluationTasks.usual()) {
      int before = out.size();
      Map<String, String> missing = new LinkedHashMap<>();
      for (String language : options.languages) {
        if (!task.concerns(language)) {
          continue;
        }
        if (task.needsIdentifier()
            && task.source().file(options.data, language).isPresent()
            && (options.identifier == null || !options.identifier.knows(language))) {
          missing.put(
              language,
              String.format(
                  Locale.ROOT,
                  "%s: %s",
                  task.name(),
                  options.identifier == null
                      ? "no language identifier is given"
                      : "the language identifier does not know " + language));
        } else if (!task.speaks(language)) {
          missing.put(
              language,
              String.format(
                  Locale.ROOT,
                  "%s has no words for %s, only for %s",
                  task.name(),
                  language,
                  String.join(", ", task.languages())));
        } else {
          Optional<DataFile> data = task.read(options.data, language);
          data.ifPresentOrElse(
              d ->
                  out.add(
                      new Work(task, language, d, EvaluationTasks.lines(task, d, options.limit))),
              () -> missing.put(language, task.advice(options.data, language)));
        }
      }
      if (out.size() == before && options.tasks.contains(task.name())) {
        throw new LensException(
            missing.isEmpty()
                ? String.format(
                    Locale.ROOT,
                    "%s asks in English for another language: found none in %s",
                    task.name(),
                    options.languages)
                : missing.values().iterator().next());
      }
      Optional<String> whole = EvaluationTasks.whole(task.name());
      if (whole.isPresent()) {
        missing.forEach(
            parts.computeIfAbsent(whole.get(), p -> new LinkedHashMap<>())::putIfAbsent);
      } else if (out.size() > before || chosen) {
        leftOut.addAll(together(missing));
      }
    }
    parts.forEach(
        (whole, missing) -> {
          // A language that one source has is not left out.
          out.stream()
              .filter(w -> EvaluationTasks.whole(w.task().name()).equals(Optional.of(whole)))
              .forEach(w -> missing.remove(w.language()));
          leftOut.addAll(together(missing));
        });
    if (out.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s holds no task's data for %s; tasks are %s",
              options.data,
              options.languages,
              EvaluationTasks.all().stream().map(EvaluationTask::name).toList()));
    }
    return out;
  }

  /** One line for a task: the first reason, and the languages it holds for as well. */
  private static List<String> together(Map<String, String> missing) {
    if (missing.isEmpty()) {
      return List.of();
    }
    List<String> languages = List.copyOf(missing.keySet());
    String first = missing.get(languages.get(0));
    return List.of(
        languages.size() == 1
            ? first
            : first + "; likewise " + String.join(", ", languages.subList(1, languages.size())));
  }
}

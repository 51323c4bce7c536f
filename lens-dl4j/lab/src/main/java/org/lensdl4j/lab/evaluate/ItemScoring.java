package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.fidelity.Fidelity;
import org.lensdl4j.lab.evaluate.tasks.AnswerItem;
import org.lensdl4j.lab.evaluate.tasks.ChatItem;
import org.lensdl4j.lab.evaluate.tasks.ChoiceItem;
import org.lensdl4j.lab.evaluate.tasks.LetterItem;
import org.lensdl4j.lab.evaluate.tasks.RequestItem;
import org.lensdl4j.lab.evaluate.tasks.TaskItem;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Sampling;

/**
 * Scores the items of one task in one language and writes the scores into their rows. Items share
 * matrix products in groups of {@link EvaluationPart#ITEMS}, counted from the first item of the
 * data, so that parts of an evaluation score as the whole does.
 */
final class ItemScoring {
  private final Evaluation options;
  private final Columns columns;
  private final String task;
  private final String language;

  ItemScoring(Evaluation options, Columns columns, String task, String language) {
    this.options = options;
    this.columns = columns;
    this.task = task;
    this.language = language;
  }

  void score(List<TaskItem> items, List<ItemRow> rows) {
    score(items, rows, 0);
  }

  /**
   * Scores some items.
   *
   * @param from number of the first of them in the data
   */
  void score(List<TaskItem> items, List<ItemRow> rows, int from) {
    TaskItem first = items.get(0);
    if (first instanceof RequestItem) {
      new RequestScoring(options, columns, name(), language)
          .score(items.stream().map(RequestItem.class::cast).toList(), rows, from);
      return;
    }
    if (!(first instanceof ChoiceItem) && !(first instanceof LetterItem)) {
      generated(first, items, rows);
      return;
    }
    int at = 0;
    while (at < items.size()) {
      int to =
          Math.min(items.size(), at + EvaluationPart.ITEMS - (from + at) % EvaluationPart.ITEMS);
      Progress progress = within(at, to, items.size());
      List<ItemRow> own = rows.subList(at, to);
      List<TaskItem> group = items.subList(at, to);
      if (first instanceof ChoiceItem) {
        choices(group.stream().map(ChoiceItem.class::cast).toList(), own, progress);
      } else {
        letters(group.stream().map(LetterItem.class::cast).toList(), own, progress);
      }
      at = to;
    }
  }

  /** Progress of a group as that of all items. */
  private Progress within(int from, int to, int all) {
    return (name, done, total) ->
        options.progress.update(name, from * total + (to - from) * done, all * total);
  }

  private void letters(List<LetterItem> items, List<ItemRow> rows, Progress progress) {
    for (Subject subject : columns.subjects()) {
      Map<String, List<float[]>> logits =
          new LetterScorer(subject, name(), progress).score(items, language);
      for (int i = 0; i < items.size(); i++) {
        LetterItem item = items.get(i);
        ObjectNode shown = rows.get(i).shown();
        if (!shown.has("prompt")) {
          shown.put("prompt", LetterScorer.prompt(subject, item));
          item.letters().forEach(shown.putArray("continuations")::add);
          shown.put("gold", item.gold());
        }
        for (Map.Entry<String, List<float[]>> column : logits.entrySet()) {
          float[] values = column.getValue().get(i);
          int choice = 0;
          for (int k = 1; k < values.length; k++) {
            choice = values[k] > values[choice] ? k : choice;
          }
          ItemRow.Scores scores = rows.get(i).column(column.getKey());
          scores.metrics().put("acc", choice == item.gold() ? 1.0 : 0.0);
          ArrayNode all = scores.shown().putArray("logits");
          for (float value : values) {
            all.add(value);
          }
          scores.shown().put("choice", choice);
        }
      }
    }
  }

  private void generated(TaskItem first, List<TaskItem> items, List<ItemRow> rows) {
    String progress = name() + ", answers";
    for (Subject subject : columns.subjects()) {
      for (List<Column> group : Answers.groups(subject)) {
        try (Answers answers = new Answers(subject, group, language, options.maxNewTokens)) {
          if (first instanceof AnswerItem) {
            List<AnswerItem> own = items.stream().map(AnswerItem.class::cast).toList();
            List<List<String>> texts = answers.plain(own, progress, options.progress);
            for (int c = 0; c < group.size(); c++) {
              numbers(group.get(c).name(), own, rows, texts.get(c));
            }
          } else {
            List<ChatItem> own = items.stream().map(ChatItem.class::cast).toList();
            String system = options.systemTurn(language);
            List<List<List<String>>> texts =
                answers.chats(own, system, Sampling.greedy(), progress, options.progress);
            for (int c = 0; c < group.size(); c++) {
              chats(group.get(c).name(), own, rows, texts.get(c));
            }
          }
        }
      }
    }
  }

  private void numbers(
      String column, List<AnswerItem> items, List<ItemRow> rows, List<String> texts) {
    for (int i = 0; i < items.size(); i++) {
      AnswerItem item = items.get(i);
      rows.get(i).shown().put("prompt", item.prompt()).put("gold", item.gold());
      ItemRow.Scores scores = rows.get(i).column(column);
      String last = NumberAnswer.last(texts.get(i));
      scores.metrics().put("flexible", NumberAnswer.equal(last, item.gold()) ? 1.0 : 0.0);
      scores.metrics().put("exact", NumberAnswer.equal(texts.get(i), item.gold()) ? 1.0 : 0.0);
      scores.shown().put("answer", texts.get(i)).put("number", last);
    }
  }

  private void chats(
      String column, List<ChatItem> items, List<ItemRow> rows, List<List<String>> texts) {
    for (int i = 0; i < items.size(); i++) {
      ChatItem item = items.get(i);
      ObjectNode shown = rows.get(i).shown();
      shown.put("question_id", item.id());
      item.turns().forEach(shown.putArray("turns")::add);
      ItemRow.Scores scores = rows.get(i).column(column);
      texts.get(i).forEach(scores.shown().putArray("answers")::add);
      Fidelity fidelity =
          Fidelity.of(String.join("\n", texts.get(i)), language, options.identifier);
      scores.metrics().put("language", fidelity.language() ? 1.0 : 0.0);
      scores.metrics().put("lines", fidelity.lines() ? 1.0 : 0.0);
      scores.metrics().put("words", fidelity.words() ? 1.0 : 0.0);
      scores.shown().put("found", fidelity.found());
      fidelity.wrong().forEach(scores.shown().putArray("wrong")::add);
    }
  }

  private String name() {
    return task + " " + language;
  }

  private void choices(List<ChoiceItem> items, List<ItemRow> rows, Progress progress) {
    for (int i = 0; i < items.size(); i++) {
      ChoiceItem item = items.get(i);
      ObjectNode shown = rows.get(i).shown();
      boolean one = item.contexts().stream().distinct().count() == 1;
      if (one) {
        shown.put("prompt", item.contexts().get(0));
        item.continuations().forEach(shown.putArray("continuations")::add);
      } else {
        item.contexts().forEach(shown.putArray("prompts")::add);
        shown.put("continuation", item.continuations().get(0));
      }
      shown.put("gold", item.gold());
    }
    for (Subject subject : columns.subjects()) {
      Map<String, List<ChoiceScores>> scores =
          new ChoiceScorer(subject, name(), progress).score(items, language);
      scores.forEach(
          (column, all) -> {
            for (int i = 0; i < all.size(); i++) {
              choice(items.get(i), all.get(i), rows.get(i).column(column));
            }
          });
    }
  }

  private static void choice(ChoiceItem item, ChoiceScores scores, ItemRow.Scores out) {
    int choice = scores.choice();
    int normalised = scores.normalisedChoice(item.lengths());
    out.metrics().put("acc", choice == item.gold() ? 1.0 : 0.0);
    out.metrics().put("acc_norm", normalised == item.gold() ? 1.0 : 0.0);
    ArrayNode likelihoods = out.shown().putArray("log_likelihood");
    ArrayNode greedy = out.shown().putArray("greedy");
    for (int i = 0; i < scores.greedy().length; i++) {
      likelihoods.add(scores.logLikelihood()[i]);
      greedy.add(scores.greedy()[i]);
    }
    out.shown().put("choice", choice);
  }
}

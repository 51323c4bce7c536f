package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lensdl4j.lab.evaluate.fidelity.Confusion;
import org.lensdl4j.lab.evaluate.fidelity.Confusion.Outcome;
import org.lensdl4j.lab.evaluate.tasks.ChatItem;
import org.lensdl4j.lab.evaluate.tasks.RequestItem;
import org.lensdl4j.lab.measure.Chrf;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Repetition;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.text.TextTokenizer;

/**
 * Answers to requests for a language: whether they are in it, and whether they are still good text.
 * Where several answers to a request are drawn, an item's values are their means.
 */
final class RequestScoring {
  private final Evaluation options;
  private final Columns columns;
  private final String name;
  private final String language;

  RequestScoring(Evaluation options, Columns columns, String name, String language) {
    this.options = options;
    this.columns = columns;
    this.name = name;
    this.language = language;
  }

  /**
   * Scores items into their rows.
   *
   * @param from number of the first of them in the data: what shares matrix products when bits are
   *     measured depends on it alone, so that a part has the bits of the whole
   */
  void score(List<RequestItem> items, List<ItemRow> rows, int from) {
    for (int i = 0; i < items.size(); i++) {
      rows.get(i).shown().put("prompt", items.get(i).prompt());
      if (!items.get(i).reference().isEmpty()) {
        rows.get(i).shown().put("reference", items.get(i).reference());
      }
    }
    Map<Integer, List<Right>> right = new TreeMap<>();
    for (Subject subject : columns.subjects()) {
      TextTokenizer tokenizer = subject.model().tokenizer();
      for (List<Column> group : Answers.groups(subject)) {
        List<List<List<String>>> answers = answers(subject, group, items);
        for (int c = 0; c < group.size(); c++) {
          for (int i = 0; i < items.size(); i++) {
            ItemRow.Scores scores = rows.get(i).column(group.get(c).name());
            List<Right> part =
                right.computeIfAbsent((from + i) / EvaluationPart.ITEMS, g -> new ArrayList<>());
            judge(items.get(i), answers.get(c).get(i), tokenizer, scores, part);
          }
        }
      }
    }
    right.values().forEach(this::bits);
  }

  /** An answer in the right language, whose bits are wanted. */
  private record Right(String prompt, String text, ItemRow.Scores scores) {}

  /** For each column and item its answers. */
  private List<List<List<String>>> answers(
      Subject subject, List<Column> group, List<RequestItem> items) {
    List<ChatItem> chats =
        items.stream().map(i -> new ChatItem(i.id(), List.of(i.prompt()))).toList();
    List<List<List<String>>> out = new ArrayList<>();
    for (int c = 0; c < group.size(); c++) {
      out.add(Stream.<List<String>>generate(ArrayList::new).limit(items.size()).toList());
    }
    try (Answers answers = new Answers(subject, group, language, options.maxNewTokens)) {
      for (int seed = 1; seed <= options.answers; seed++) {
        List<List<List<String>>> drawn =
            answers.chats(
                chats,
                options.systemTurn(language),
                new Sampling(options.temperature, 0, 1, seed),
                name + ", answers",
                options.progress);
        for (int c = 0; c < group.size(); c++) {
          for (int i = 0; i < items.size(); i++) {
            out.get(c).get(i).add(drawn.get(c).get(i).get(0));
          }
        }
      }
    }
    return out;
  }

  private void judge(
      RequestItem item,
      List<String> texts,
      TextTokenizer tokenizer,
      ItemRow.Scores scores,
      List<Right> right) {
    scores.metrics().put(Measure.ANSWER_BITS.evaluationId(), 0.0);
    add(scores, Measure.ANSWER_BITS, 0, 0);
    ArrayNode shown = scores.shown().putArray("answers");
    List<String> found = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (String text : texts) {
      shown.add(text);
      Confusion c = Confusion.of(text, language, options.identifier);
      found.add(c.found());
      wrong.addAll(c.wrongLines());
      wrong.addAll(c.wrongWords());
      boolean in = c.isIn(language, options.identifier);
      if (in) {
        right.add(new Right(item.prompt(), text, scores));
      }
      mean(scores, Measure.RIGHT_LANGUAGE, in ? 1 : 0, texts);
      boolean judged = c.outcome() != Outcome.SKIPPED;
      boolean lines = judged && c.outcome() != Outcome.LINE;
      share(scores, Measure.LINE_PASS, lines, judged, texts);
      share(scores, Measure.WORD_PASS, c.outcome() == Outcome.PASS, lines, texts);
      mean(scores, Measure.REPETITION, Repetition.of(text), texts);
      mean(scores, Measure.ANSWER_TOKENS, tokenizer.encode(text).length, texts);
      mean(scores, Measure.ANSWER_CHARACTERS, text.codePointCount(0, text.length()), texts);
      if (!item.reference().isEmpty()) {
        double[] counts = Chrf.counts(text, item.reference());
        mean(scores, Measure.CHRF, Chrf.score(counts), texts);
        add(scores, Measure.CHRF, counts);
      }
    }
    scores.shown().put("found", found.get(0));
    if (found.size() > 1) {
      found.forEach(scores.shown().putArray("found_all")::add);
    }
    wrong.forEach(scores.shown().putArray("wrong")::add);
  }

  /** Bits of a group's answers, of all columns, under the model at hand as it is, in one pass. */
  private void bits(List<Right> answers) {
    AnswerBits bits = new AnswerBits(options, language);
    answers.forEach(a -> bits.add(a.prompt(), a.text()));
    List<double[]> measured = bits.measure(name);
    for (int i = 0; i < answers.size(); i++) {
      ItemRow.Scores scores = answers.get(i).scores();
      add(scores, Measure.ANSWER_BITS, measured.get(i));
      double[] sums = scores.sums().get(Measure.ANSWER_BITS.evaluationId());
      scores.metrics().put(Measure.ANSWER_BITS.evaluationId(), sums[0] / sums[1]);
    }
  }

  private static void mean(
      ItemRow.Scores scores, Measure measure, double value, List<String> texts) {
    scores.metrics().merge(measure.evaluationId(), value / texts.size(), Double::sum);
  }

  /** A share of those answers that count. */
  private static void share(
      ItemRow.Scores scores, Measure measure, boolean passes, boolean counts, List<String> texts) {
    mean(scores, measure, passes ? 1 : 0, texts);
    add(scores, measure, passes ? 1 : 0, counts ? 1 : 0);
  }

  private static void add(ItemRow.Scores scores, Measure measure, double... numbers) {
    double[] sums =
        scores.sums().computeIfAbsent(measure.evaluationId(), m -> new double[numbers.length]);
    for (int k = 0; k < numbers.length; k++) {
      sums[k] += numbers[k];
    }
  }
}

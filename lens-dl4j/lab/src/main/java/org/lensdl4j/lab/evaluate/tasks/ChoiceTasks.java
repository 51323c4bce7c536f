package org.lensdl4j.lab.evaluate.tasks;

import static org.lensdl4j.model.base.PythonStrings.strip;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.lensdl4j.lab.measure.Metric;

/**
 * Multiple choice by log-likelihood, as lm-evaluation-harness 0.4.8 asks: same contexts, same
 * continuations, zero-shot, no chat template. For languages that it does not cover the words are
 * this project's, and marked so.
 */
final class ChoiceTasks {
  /** Because and therefore. English as in its COPA; Japanese, Korean, Arabic, Bengali are ours. */
  private static final Map<String, List<String>> CONNECTORS =
      Map.ofEntries(
          Map.entry("et", List.of("sest", "seetõttu")),
          Map.entry("ht", List.of("poukisa", "donk sa")),
          Map.entry("it", List.of("perché", "quindi")),
          Map.entry("id", List.of("karena", "maka")),
          Map.entry("qu", List.of("imataq", "chaymi")),
          Map.entry("sw", List.of("kwa sababu", "kwa hiyo")),
          Map.entry("zh", List.of("因为", "所以")),
          Map.entry("ta", List.of("காரணமாக", "எனவே")),
          Map.entry("th", List.of("เพราะ", "ดังนั้น")),
          Map.entry("tr", List.of("çünkü", "bu yüzden")),
          Map.entry("vi", List.of("bởi vì", "vì vậy")),
          Map.entry("en", List.of("because", "therefore")),
          Map.entry("ja", List.of("なぜなら", "だから")),
          Map.entry("ko", List.of("왜냐하면", "그래서")),
          Map.entry("ar", List.of("لأن", "لذلك")),
          Map.entry("bn", List.of("কারণ", "তাই")));

  private static final List<String> LETTERS = List.of("A", "B", "C", "D");
  private static final List<List<String>> ID = List.of(List.of("id"));

  private ChoiceTasks() {}

  static List<EvaluationTask> all() {
    return List.of(
        xcopa(), xstorycloze(), xwinograd(), belebele(), globalMmlu(), mMmlu(), nextSentence());
  }

  private static EvaluationTask xcopa() {
    return task(
        "xcopa",
        "which of two causes or effects",
        DataSource.of(
            "xcopa",
            "xcopa (English: super_glue copa)",
            "test",
            "premise, question (cause or effect), choice1, choice2, label (from 0)"),
        List.of(List.of("id"), List.of("idx")),
        true,
        0.5,
        CONNECTORS.keySet().stream().sorted().toList(),
        (line, language) -> {
          String premise = strip(line.text("premise"));
          boolean cause = line.oneOf("question", List.of("cause", "effect")).equals("cause");
          String connector = CONNECTORS.get(language).get(cause ? 0 : 1);
          String withoutPeriod =
              premise.substring(0, premise.offsetByCodePoints(premise.length(), -1));
          List<String> choices =
              line.texts("choices", "choice1", "choice2").stream()
                  .map(ChoiceTasks::lowerFirst)
                  .toList();
          return ChoiceItem.of(withoutPeriod + " " + connector, choices, line.label("label", 0, 2));
        });
  }

  private static String lowerFirst(String text) {
    int end = text.offsetByCodePoints(0, 1);
    return text.substring(0, end).toLowerCase(Locale.ROOT) + text.substring(end);
  }

  private static EvaluationTask xstorycloze() {
    return task(
        "xstorycloze",
        "which of two ends of a story",
        DataSource.of(
            "xstorycloze",
            "juletxara/xstory_cloze",
            "eval",
            "story_id, input_sentence_1 to 4, sentence_quiz1, sentence_quiz2, answer_right_ending (1 or 2)"),
        List.of(List.of("story_id"), List.of("id")),
        true,
        0.5,
        List.of(),
        (line, language) ->
            ChoiceItem.of(
                String.join(
                    " ",
                    line.texts(
                        "context",
                        "input_sentence_1",
                        "input_sentence_2",
                        "input_sentence_3",
                        "input_sentence_4")),
                line.texts("choices", "sentence_quiz1", "sentence_quiz2"),
                twoChoices(line, "answer_right_ending")));
  }

  private static EvaluationTask xwinograd() {
    return task(
        "xwinograd",
        "which of two nouns a pronoun means, by the likelihood of what follows it",
        DataSource.of(
            "xwinograd",
            "Muennighoff/xwinograd",
            "test",
            "sentence (with _), option1, option2, answer (1 or 2)"),
        ID,
        false,
        0.5,
        List.of(),
        (line, language) -> {
          String sentence = line.text("sentence");
          int gap = sentence.indexOf('_');
          String rest = gap < 0 ? "" : strip(sentence.substring(gap + 1));
          if (rest.isEmpty()) {
            throw line.wrong(
                "sentence",
                com.fasterxml.jackson.databind.node.TextNode.valueOf(sentence),
                "a sentence with _ for the pronoun and words behind it");
          }
          List<String> contexts =
              line.texts("choices", "option1", "option2").stream()
                  .map(o -> sentence.substring(0, gap) + o)
                  .toList();
          return ChoiceItem.partial(contexts, rest, twoChoices(line, "answer"));
        });
  }

  /** Our own form counts from 0 under {@code label}, the public one from 1. */
  static int twoChoices(DataLine line, String published) {
    return line.has(published) ? line.label(published, 1, 2) : line.label("label", 0, 2);
  }

  private static EvaluationTask belebele() {
    return task(
        "belebele",
        "reading comprehension, four options",
        DataSource.of(
            "belebele",
            "facebook/belebele",
            "test",
            "flores_passage, question, mc_answer1 to 4, correct_answer_num (1 to 4), link, question_number"),
        List.of(List.of("link", "question_number"), List.of("id")),
        true,
        0.25,
        List.of(),
        (line, language) ->
            ChoiceItem.of(
                String.format(
                    Locale.ROOT,
                    "P: %s\nQ: %s\nA: %s\nB: %s\nC: %s\nD: %s\nAnswer:",
                    arguments(
                        line.text("flores_passage", "passage"),
                        strip(line.text("question")),
                        line.texts(
                            "choices", "mc_answer1", "mc_answer2", "mc_answer3", "mc_answer4"))),
                LETTERS,
                line.has("label")
                    ? line.label("label", 0, 4)
                    : line.label("correct_answer_num", 1, 4)));
  }

  private static EvaluationTask globalMmlu() {
    return task(
        "global_mmlu",
        "examination questions, four options",
        DataSource.of(
            "global_mmlu",
            "CohereForAI/Global-MMLU-Lite",
            "test",
            "sample_id, question, option_a to option_d, answer (A to D)"),
        List.of(List.of("sample_id"), List.of("id")),
        true,
        0.25,
        List.of(),
        (line, language) -> examination(line, "question"));
  }

  private static EvaluationTask mMmlu() {
    return task(
        "m_mmlu",
        "examination questions, four options",
        DataSource.of(
            "m_mmlu",
            "alexandrainst/m_mmlu",
            "test",
            "id, instruction, option_a to option_d, answer (A to D)"),
        ID,
        true,
        0.25,
        List.of(),
        (line, language) -> examination(line, "instruction"));
  }

  private static ChoiceItem examination(DataLine line, String question) {
    return ChoiceItem.of(
        String.format(
            Locale.ROOT,
            "%s\nA. %s\nB. %s\nC. %s\nD. %s\nAnswer:",
            arguments(
                null,
                strip(line.text(question, "question")),
                line.texts("choices", "option_a", "option_b", "option_c", "option_d"))),
        LETTERS,
        fourChoices(line));
  }

  static int fourChoices(DataLine line) {
    return line.has("answer") ? line.letter("answer", 4) : line.label("label", 0, 4);
  }

  private static Object[] arguments(String passage, String question, List<String> options) {
    java.util.ArrayList<Object> out = new java.util.ArrayList<>();
    if (passage != null) {
      out.add(passage);
    }
    out.add(question);
    out.addAll(options);
    return out.toArray();
  }

  private static EvaluationTask nextSentence() {
    return task(
        "next_sentence",
        "which of two sentences follows three others (ours; the form of XStoryCloze)",
        new DataSource(
            "none: make it from consecutive sentences of any text",
            "any",
            "id, context (three texts), choices (two texts), label (from 0)",
            List.of("next_sentence", "ntrex_nsc")),
        ID,
        true,
        0.5,
        List.of(),
        (line, language) ->
            ChoiceItem.of(
                String.join(" ", line.texts("context")),
                line.texts("choices", "choice1", "choice2"),
                line.label("label", 0, 2)));
  }

  private static EvaluationTask task(
      String name,
      String about,
      DataSource source,
      List<List<String>> keys,
      boolean parallel,
      double chance,
      List<String> languages,
      BiFunction<DataLine, String, TaskItem> item) {
    List<Metric> metrics =
        List.of(
            Metric.share("acc", "the likeliest choice is right", chance),
            Metric.share("acc_norm", "the likeliest choice per character is right", chance)
                .aside());
    return new EvaluationTask(name, about, source, keys, parallel, metrics, 0, languages, item);
  }
}

package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.lensdl4j.lab.measure.Metric;

/**
 * The published code's own protocol ({@code NLU_eval} at 2ffa3f0): an English instruction in the
 * chat template, and the highest of four letters' logits for the first token of the answer.
 *
 * <p>As there: all four letters compete even where there are two options, and at most {@value
 * #ITEMS} items are drawn by Python's generator. For Arabic its letters stand for A to D, and its
 * replacement of every "A." in the whole prompt is kept, as it decides what the model reads.
 */
final class NluTasks {
  static final int SEED = 112;
  static final int ITEMS = 1000;

  private static final String CLOSING =
      "\nPlease choose the correct answer from the options. Only choose the answer, no need for"
          + " explanation.\nAnswer: ";
  private static final List<String> LATIN = List.of("A", "B", "C", "D");
  private static final List<String> ARABIC = List.of("أ", "ب", "ك", "د");
  private static final Map<String, String> LANGUAGES =
      Map.of(
          "zh", "Chinese",
          "ja", "Japanese",
          "ko", "Korean",
          "ar", "Arabic",
          "sw", "Swahili",
          "bn", "Bengali",
          "en", "English");

  private NluTasks() {}

  static List<EvaluationTask> all() {
    return List.of(
        task(
            "xcopa",
            0.5,
            (line, language) ->
                String.format(
                    Locale.ROOT,
                    "You are an expert in commonsense reasoning in %s.\nHere is a premise and a question.\nPremise: %s\nQuestion: %sWhat is it?%s",
                    language,
                    line.text("premise"),
                    line.oneOf("question", List.of("cause", "effect")),
                    options(line.texts("choices", "choice1", "choice2"))),
            line -> line.label("label", 0, 2)),
        task(
            "xstorycloze",
            0.5,
            (line, language) ->
                String.format(
                    Locale.ROOT,
                    "You are an expert in commonsense reasoning in %s. Here is a story and a question.\nStory: %s\nQuestion: Which of the following options is the more reasonable inference?%s",
                    language,
                    String.join(
                        "",
                        line.texts(
                            "context",
                            "input_sentence_1",
                            "input_sentence_2",
                            "input_sentence_3",
                            "input_sentence_4")),
                    options(line.texts("choices", "sentence_quiz1", "sentence_quiz2"))),
            line -> ChoiceTasks.twoChoices(line, "answer_right_ending")),
        task(
            "xwinograd",
            0.5,
            (line, language) ->
                String.format(
                    Locale.ROOT,
                    "You are an expert in sentence completion in %s. Here is an incomplete sentence and a question.\nIncomplete sentence: %s\nQuestion: Which of the following options is the more reasonable story completion?%s",
                    language,
                    line.text("sentence"),
                    options(line.texts("choices", "option1", "option2"))),
            line -> ChoiceTasks.twoChoices(line, "answer")),
        task(
            "m_mmlu",
            0.25,
            (line, language) ->
                String.format(
                    Locale.ROOT,
                    "I want you to play the role of an answering expert in %s. Here is a question.\nQuestion: %s%s",
                    language,
                    line.text("instruction", "question"),
                    options(line.texts("choices", "option_a", "option_b", "option_c", "option_d"))),
            ChoiceTasks::fourChoices));
  }

  private static String options(List<String> texts) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      out.append(String.format(Locale.ROOT, "\n%s. %s", LATIN.get(i), texts.get(i)));
    }
    return out.append(CLOSING).toString();
  }

  private static EvaluationTask task(
      String of,
      double chance,
      BiFunction<DataLine, String, String> prompt,
      java.util.function.ToIntFunction<DataLine> gold) {
    EvaluationTask base =
        ChoiceTasks.all().stream().filter(t -> t.name().equals(of)).findFirst().orElseThrow();
    return new EvaluationTask(
        EvaluationTasks.LENS_NLU + "-" + of,
        "the published Lens code's protocol on " + of,
        base.source(),
        base.keys(),
        base.parallel(),
        List.of(Metric.share("acc", "the highest letter is right", chance)),
        ITEMS,
        LANGUAGES.keySet().stream().sorted().toList(),
        (line, language) -> {
          boolean arabic = language.equals("ar");
          String text = prompt.apply(line, LANGUAGES.get(language));
          for (int i = 0; arabic && i < LATIN.size(); i++) {
            text = text.replace(LATIN.get(i) + ".", ARABIC.get(i) + ".");
          }
          return new LetterItem(text, arabic ? ARABIC : LATIN, gold.applyAsInt(line));
        });
  }
}

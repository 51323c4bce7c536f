package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Metric;

/** Tasks that are answered by generated text. */
final class GenerationTasks {
  /** The word for question, and the one that the answer begins after, of mgsm_direct. */
  private static final Map<String, List<String>> WORDS =
      Map.ofEntries(
          Map.entry("bn", List.of("প্রশ্ন:", "Answer:")),
          Map.entry("de", List.of("Frage:", "Antwort:")),
          Map.entry("en", List.of("Question:", "Answer:")),
          Map.entry("es", List.of("Pregunta:", "Respuesta:")),
          Map.entry("fr", List.of("Question :", "Réponse :")),
          Map.entry("ru", List.of("Задача:", "Answer:")),
          Map.entry("sw", List.of("Swali:", "Answer:")),
          Map.entry("te", List.of("ప్రశ్న:", "Answer:")),
          Map.entry("th", List.of("โจทย์:", "Answer:")),
          Map.entry("ja", List.of("問題：", "Answer:")),
          Map.entry("zh", List.of("问题：", "Answer:")));

  private GenerationTasks() {}

  static List<EvaluationTask> all() {
    return List.of(mgsm(), fidelity());
  }

  private static EvaluationTask mgsm() {
    List<Metric> metrics =
        List.of(
            Metric.share("flexible", "the last number of the answer is right", 0),
            Metric.share("exact", "the whole answer is the number", 0).aside());
    return new EvaluationTask(
        "mgsm",
        "school mathematics, the number of a generated answer (mgsm_direct)",
        DataSource.of(
            "mgsm",
            "juletxara/mgsm",
            "test",
            "question, answer_number (or answer holding the number)"),
        List.of(List.of("id")),
        true,
        metrics,
        0,
        WORDS.keySet().stream().sorted().toList(),
        (line, language) -> {
          List<String> words = WORDS.get(language);
          return new AnswerItem(
              String.format(
                  Locale.ROOT, "%s %s\n%s", words.get(0), line.text("question"), words.get(1)),
              List.of(words.get(0), "</s>", "<|im_end|>"),
              line.scalar("answer_number", "answer"));
        });
  }

  private static EvaluationTask fidelity() {
    List<Metric> metrics =
        List.of(
            Metric.share("language", "the answer is in the question's language", Double.NaN),
            Metric.share("lines", "each line of it is", Double.NaN).aside(),
            Metric.share(
                    "words", "each line is, and no lower-case Latin word stands in it", Double.NaN)
                .aside());
    return new EvaluationTask(
        EvaluationTasks.FIDELITY,
        "whether answers are in the language of the question",
        new DataSource(
            "lmsys/mt_bench_human_judgments or any list of questions",
            "any",
            "id (or question_id), turns (one or more texts)",
            List.of("fidelity", "mt_bench")),
        List.of(List.of("id"), List.of("question_id")),
        true,
        metrics,
        0,
        List.of(),
        (line, language) ->
            new ChatItem(
                line.scalar("question_id", "id"),
                line.has("turns") ? line.texts("turns") : List.of(line.text("text", "prompt"))));
  }
}

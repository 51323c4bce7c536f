package org.lensdl4j.lab.baselines;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.corpus.LanguageNames;
import org.lensdl4j.lens.train.Instruction;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.InstructionEncoder;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.TuningConfig;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;

/**
 * The data of the methods that arXiv 2410.04407 compares Lens with. Each yields a corpus for {@link
 * InstructionTuning}; with full layers or adapters is a choice made there.
 *
 * <p>Languages are given by code; corpora of several languages are parallel by id.
 */
public final class Baselines {
  private Baselines() {}

  /**
   * xSFT: instructions and answers of the target languages as they are. With {@code .lora(...)} it
   * is xSFT-LoRA.
   *
   * @param targets by language
   */
  public static InstructionCorpus xSft(Map<String, InstructionCorpus> targets) {
    List<Instruction> out = new ArrayList<>();
    targets.forEach(
        (language, corpus) ->
            corpus
                .items()
                .forEach(i -> out.add(named(language, i, i.instruction(), i.response()))));
    return InstructionCorpus.of(out).named("xSFT");
  }

  /**
   * QAlign (Zhu et al. 2024, arXiv 2401.07817), its first stage: questions of the target languages
   * are translated to English.
   *
   * @param targets by language
   * @param english with the same ids
   */
  public static InstructionCorpus qAlign(
      Map<String, InstructionCorpus> targets, InstructionCorpus english) {
    List<Instruction> out = new ArrayList<>();
    Map<String, Instruction> pivots = english.byId();
    targets.forEach(
        (language, corpus) -> {
          for (Instruction item : corpus.items()) {
            Instruction pivot = translation(pivots, language, item);
            String question = translate(language, "en", item.instruction());
            out.add(named(language, item, question, pivot.instruction()));
          }
        });
    return InstructionCorpus.of(out).named("QAlign");
  }

  /**
   * SDRRL (Zhang et al. 2024, arXiv 2402.12204): self-distillation from the resource-rich language.
   * The model's own English answers become the answers to the English questions and to their
   * translations; beside them stand translations of the questions in both directions. The machine
   * translation of the answers and the mixed-language texts of the original are left out: they need
   * a translator.
   *
   * @param targets by language
   * @param english with the same ids; its responses are not read
   * @param config prompts and lengths
   */
  public static InstructionCorpus sdrrl(
      TransformerModel model,
      Map<String, InstructionCorpus> targets,
      InstructionCorpus english,
      TuningConfig config) {
    InstructionCorpus answered = ownAnswers(model, english, config);
    List<Instruction> out = new ArrayList<>();
    Map<String, Instruction> all = english.byId();
    Map<String, Instruction> pivots = answered.byId();
    answered.items().forEach(i -> out.add(named("en", i, i.instruction(), i.response())));
    targets.forEach(
        (language, corpus) -> {
          for (Instruction item : corpus.items()) {
            translation(all, language, item);
            Instruction pivot = pivots.get(item.id());
            if (pivot == null) {
              continue; // the model had nothing to say
            }
            String there = translate(language, "en", item.instruction());
            String back = translate("en", language, pivot.instruction());
            out.add(named(language, item, item.instruction(), pivot.response()));
            out.add(named(language + "-en", item, there, pivot.instruction()));
            out.add(named("en-" + language, item, back, item.instruction()));
          }
        });
    return InstructionCorpus.of(out).named("SDRRL");
  }

  /**
   * The model's own answers to the questions of a corpus: the likeliest token at each place, cut at
   * {@code maxResponseTokens}. Questions to which it says nothing are left out.
   *
   * @throws LensException if it answers none
   */
  public static InstructionCorpus ownAnswers(
      TransformerModel model, InstructionCorpus questions, TuningConfig config) {
    InstructionEncoder encoder = new InstructionEncoder(model, config);
    List<Instruction> out = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    for (Instruction item : questions.items()) {
      int[] prompt = encoder.prompt(item.instruction());
      requests.add(new Request(prompt, Sampling.greedy(), config.maxResponseTokens()));
    }
    try (Generator generator = model.generator()) {
      List<Generated> answers = generator.generate(requests);
      for (int i = 0; i < answers.size(); i++) {
        Instruction item = questions.items().get(i);
        String text = model.tokenizer().decode(answers.get(i).tokens()).strip();
        if (!text.isEmpty()) {
          out.add(new Instruction(item.id(), item.instruction(), text));
        }
      }
    }
    if (out.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT, "%s answers none of %d questions", model.source(), questions.size()));
    }
    return InstructionCorpus.of(out);
  }

  private static Instruction translation(
      Map<String, Instruction> english, String language, Instruction item) {
    Instruction found = english.get(item.id());
    if (found == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "instructions are not parallel: %s has id %s, en has not",
              language,
              item.id()));
    }
    return found;
  }

  private static Instruction named(
      String part, Instruction item, String instruction, String response) {
    return new Instruction(part + "/" + item.id(), instruction, response);
  }

  private static String translate(String from, String to, String text) {
    return String.format(
            Locale.ROOT,
            "Translate the following text from %s to %s.%n%n%s",
            name(from),
            name(to),
            text)
        .replace(System.lineSeparator(), "\n");
  }

  private static String name(String language) {
    return LanguageNames.english(language).orElse(language);
  }
}

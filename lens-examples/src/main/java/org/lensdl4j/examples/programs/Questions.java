package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.examples.quickstart.PublicModel;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.ResponseScore;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TuningConfig;
import org.lensdl4j.lens.train.TuningResult;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;

/**
 * What the programs of instruction tuning have in common: the model, the questions, the figures.
 */
final class Questions {
  /** Questions that no program trains on, in any language. */
  private static final List<String> HELD_OUT =
      List.of(
          "capital-egypt", "wheels-bicycle", "snow-colour", "opposite-big", "fish-live", "ice-is");

  private final Map<String, InstructionCorpus> all = new LinkedHashMap<>();

  /** Reads the project's own questions and answers. */
  Questions(String... languages) throws IOException {
    Path file = Files.createTempFile("questions", ".jsonl");
    for (String language : languages) {
      String name = "/questions/" + language + ".jsonl";
      try (InputStream in = Questions.class.getResourceAsStream(name)) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
      all.put(language, InstructionCorpus.jsonl(file));
    }
    Files.delete(file);
  }

  /** SmolLM2-135M-Instruct, fetched when it is not there. */
  static TransformerModel model() throws IOException {
    return TransformerModel.open(PublicModel.SMOLLM2_135M.in(UserCache.models(), Progress.NONE));
  }

  InstructionCorpus training(String language) {
    return all.get(language).withIds(id -> !HELD_OUT.contains(id));
  }

  Map<String, InstructionCorpus> training(List<String> languages) {
    Map<String, InstructionCorpus> out = new LinkedHashMap<>();
    languages.forEach(l -> out.put(l, training(l)));
    return out;
  }

  InstructionCorpus heldOut(String language) {
    return all.get(language).withIds(HELD_OUT::contains);
  }

  Map<String, InstructionCorpus> heldOut(List<String> languages) {
    Map<String, InstructionCorpus> out = new LinkedHashMap<>();
    languages.forEach(l -> out.put(l, heldOut(l)));
    return out;
  }

  /** Prints figures on held-out items, and one answer, before and after. */
  static void compare(
      TransformerModel model,
      TuningResult result,
      Map<String, InstructionCorpus> heldOut,
      String question,
      PrintStream out) {
    out.println(result.stats());
    TuningConfig config = result.config();
    try (TrainedWeights trained = result.weights()) {
      out.println("held out                   nats per token     bits per byte of the answers");
      heldOut.forEach(
          (name, corpus) -> {
            var before = ResponseScore.of(model, null, corpus, config, UserCache.states());
            var after = ResponseScore.of(model, trained, corpus, config, UserCache.states());
            out.printf(
                Locale.ROOT,
                "%-22s %8.3f -> %6.3f %9.3f -> %6.3f%n",
                name,
                before.loss(),
                after.loss(),
                before.bitsPerByte(),
                after.bitsPerByte());
          });
      out.printf(Locale.ROOT, "Asked \"%s\"%n", question.replace("\n", " "));
      out.printf(Locale.ROOT, "  before: %s%n", answer(model, null, config, question));
      out.printf(Locale.ROOT, "  after:  %s%n", answer(model, trained, config, question));
    }
  }

  private static String answer(
      TransformerModel model, TrainedWeights trained, TuningConfig config, String question) {
    int[] prompt =
        Prompting.whole(config.systemPrompt(), config.maxPromptTokens())
            .encoder(model)
            .encode(question)
            .ids();
    try (Generator generator =
        new Generator(model.config(), trained == null ? model.weights() : trained.over(model))) {
      int[] ids = generator.generate(prompt, Sampling.greedy(), 32, TokenListener.NONE);
      return model.tokenizer().decode(ids).strip().replaceAll("\\s+", " ");
    }
  }
}

package org.lensdl4j.lens.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;

/** A tiny random model with texts in three invented languages, ready to be trained. */
public final class TinyJob implements AutoCloseable {
  public static final List<String> LANGUAGES = List.of("en", "xx", "yy");
  private static final List<String> ALPHABETS = List.of("abcde ", "fghij ", "klmno ");

  public final TransformerModel model;
  public final ParallelCorpus corpus;
  public final LanguageSpace space;
  private final Path folder;

  public TinyJob(Path folder, int texts) {
    this.folder = folder;
    try {
      Path data = Files.createDirectories(folder.resolve("texts"));
      Random random = new Random(5);
      for (int l = 0; l < LANGUAGES.size(); l++) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < texts; i++) {
          lines.append(
              "{\"id\":%d,\"text\":\"x%s\"}\n".formatted(i, text(random, ALPHABETS.get(l))));
        }
        Files.writeString(data.resolve(LANGUAGES.get(l) + ".jsonl"), lines);
      }
      model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
      corpus = ParallelCorpus.jsonl(data, LANGUAGES, "en", 0);
      space =
          LanguageProbing.run(
              model, Corpus.jsonl(data, LANGUAGES, 0), config().build(), Progress.NONE);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(Random random, String alphabet) {
    StringBuilder out = new StringBuilder();
    for (int n = 3 + random.nextInt(9); n > 0; n--) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }

  public static LensConfigBuilder config() {
    return LensConfig.builder()
        .languages(LANGUAGES)
        .central("en")
        .minTexts(1)
        .topLayers(1)
        .epochs(2)
        .accumulation(2)
        .learningRate(1e-3)
        .probeMaxTokens(64)
        .trainMaxTokens(64)
        .checkpointEvery(1)
        .shuffle(true)
        .seed(11);
  }

  TrainingJob job(LensConfig config) {
    return new TrainingJob(model, space, config, corpus, cache());
  }

  /** The states that a trainer of these texts reads; the caller's. */
  TopStates states(LensConfig config) {
    return TopStates.of(
        model,
        TrainingJob.prompts(model, corpus, config),
        config.topLayers(),
        config.lossLayers(),
        cache(),
        Progress.NONE);
  }

  public StateCache cache() {
    return new StateCache(folder.resolve("states"), 1L << 30);
  }

  @Override
  public void close() {
    model.close();
  }
}
